"""What a message says of the lead it is about: the words of the lead's own personal fields, wherever they occur. Pure.

A name without quotes looks like any other word, so only the lead itself tells it from the wording. Names are looked for
word by word; of addresses, notes and the like whole parts, and pairs of words, for single ones stand in any sentence.
Case and the Arabic letters that people write for each other do not matter. The time grows with the length of the texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.schema.columns import TABLES
from leads_excel.schema.spelling import alike

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "•••"

_COLUMNS = {column.name: column for columns in TABLES.values() for column in columns}
_NAMES = {"firstName", "middleName", "lastName", "contactName", "companyName", "email"}
_NUMBERS = {"phoneCode", "phoneNumber", "monthlyIncome", "dateOfBirth", "message"}  # masked as numbers anyway
_SHORTEST = 3  # letters of a name; a shorter one hides nothing and would stand in too many words
_SHORTEST_PART = 4
_SHORTEST_PAIR = 6
_COMMON = {
    *("company", "trading", "group", "establishment", "contracting", "motors", "cars", "services", "saudi", "est"),
    *("gmail", "hotmail", "outlook", "yahoo", "icloud", "live", "com", "net", "org", "example"),
    *("info", "mail", "email", "sales", "test", "contact", "admin", "office", "name", "phone", "the", "and", "for"),
    *map(alike, ("شركة", "مؤسسة", "مجموعة")),
    # What the API calls its fields, every message does: a note that says "Lead" tells nothing.
    *(
        alike(word)
        for column in _COLUMNS.values()
        for word in re.findall("[A-Za-z][a-z]+", f"{column.name} {column.label}")
    ),
}
"""Words that tell nothing of anybody: of companies, of addresses, of the DMS."""

_WORD = re.compile(r"[^\W\d_]+")
_GRAM = 3  # signs of the shortest trace
_DIGITS = re.compile(r"\d+")
_SEPARATORS = re.compile(r"[,،;؛|/\n]")
_PREFIX = re.compile(r"[وفبلك]?(?:ال|ل)?")  # that Arabic writes together with the word
_QUOTES = re.compile(
    r"(?<!\w)(?:'([^']+)'|\"([^\"]+)\"|«([^«»]+)»|\u201c([^\u201c\u201d]+)\u201d|\u2018([^\u2018\u2019]+)\u2019)(?!\w)"
)
_GAP = re.compile(r"[\s,.'-]*")


@dataclass(frozen=True, slots=True)
class _Own:
    """What to look for: single words, pairs of words, and whole parts of a value, all as `alike` writes them."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    parts: tuple[str, ...]

    @property
    def traces(self) -> Iterable[str]:
        """Texts of which at least one stands in every message that holds something of the value."""
        yield from self.words
        yield from self.parts
        yield from {max(pair, key=len) for pair in self.pairs}


def is_personal(name: str) -> bool:
    """Tell whether a column holds personal data of which words may stand in a message.

    Args:
        name: The column; one that the API page does not name may hold anything.
    """
    return name not in _NUMBERS and (name not in _COLUMNS or _COLUMNS[name].sensitive)


def without_own(messages: list[str], beside: pd.DataFrame) -> list[str]:
    """Mask what messages say of the leads they are about.

    Args:
        messages: Texts.
        beside: The fields of the lead of each message, row by row; any columns.
    """
    texts, distinct = pd.factorize(np.array([*messages, ""], dtype=object)[:-1])
    plain = [alike(message) for message in distinct]
    found: dict[int, list[_Own]] = {}
    # Most messages differ in a number alone: numbers count as one, which makes a few hundred of tens of thousands.
    worded = {_DIGITS.sub("0", text) for text in plain}
    grams = {text[at : at + _GRAM] for text in worded for at in range(len(text) - _GRAM + 1)}
    for name in filter(is_personal, map(str, beside)):
        codes, values = pd.factorize(beside[name])
        written = [str(value) for value in values]
        likely = np.append(
            np.fromiter((_may_be_said(value, grams) for value in written), "bool", len(written)), [False]
        )
        owns = {number: _own(written[number], name in _NAMES) for number in np.flatnonzero(likely).tolist()}
        traces = {number: tuple(own.traces) for number, own in owns.items()}
        # Most messages are one of a few, and so are most names: each text is looked at once for each value.
        rows = np.flatnonzero(likely[codes])
        pairs, each = np.unique(texts[rows] * len(written) + codes[rows], return_inverse=True)
        both = np.divmod(pairs, max(len(written), 1))
        said = [
            _says(plain[text], traces[value]) for text, value in zip(*(part.tolist() for part in both), strict=True)
        ]
        for row in rows[np.array(said, "bool")[each]].tolist():
            found.setdefault(row, []).append(owns[codes[row]])
    return [_masked(text, found[row]) if row in found else text for row, text in enumerate(messages)]


def _may_be_said(value: str, grams: set[str]) -> bool:
    """Tell whether any message may hold something of a value: nearly all values are dismissed by a glance at them.

    Args:
        value: As it stands in the lead.
        grams: Every three letters or signs that follow each other in a message, as `alike` writes them, a number as 0.

    Returns:
        Whether a word or a part of it begins and ends with three signs of a message; the time grows with its length.
    """
    plain = alike(value)
    # Of a few letters, such as ŉ, two become one word and a sign: words are told apart before they are written so.
    words = _WORD.findall(plain) if value.isascii() else alike("\n".join(_WORD.findall(value))).split("\n")
    pieces = (*words, *(part.strip() for part in _SEPARATORS.split(plain)))
    return any(_begins_and_ends(piece, grams) for piece in pieces)


def _begins_and_ends(piece: str, grams: set[str]) -> bool:
    worded = piece if piece.isalpha() else _DIGITS.sub("0", piece)
    if len(worded) < _GRAM:
        return len(piece) >= _GRAM  # a number, whichever
    return worded[:_GRAM] in grams and worded[-_GRAM:] in grams


def _says(text: str, traces: tuple[str, ...]) -> bool:
    return any(trace in text for trace in traces)


def without_quoted(message: str) -> str:
    """Mask what a message quotes where it says it again without quotes: a name in quotes is no part of the wording.

    Args:
        message: A text; the quotes themselves stay.
    """
    quoted = [value for match in _QUOTES.finditer(message) for value in match.groups() if value]
    return _masked(message, [_own(value, is_name=True) for value in quoted]) if quoted else message


@lru_cache(maxsize=10_000)
def _own(value: str, is_name: bool) -> _Own:
    words = [alike(word) for word in _WORD.findall(value)]
    named = {word for word in words if len(word) >= _SHORTEST and word not in _COMMON} if is_name else set()
    pairs = {pair for pair in pairwise(words) if len("".join(pair)) >= _SHORTEST_PAIR}
    parts = {alike(part.strip()) for part in (value, *_SEPARATORS.split(value))}
    kept = tuple(sorted(part for part in parts if len(part) >= (_SHORTEST if is_name else _SHORTEST_PART)))
    return _Own(frozenset(named), frozenset(pairs), tuple(part for part in kept if part not in _COMMON))


def _masked(text: str, owns: list[_Own]) -> str:
    marks = [mark for own in owns for mark in (*_of_parts(text, own), *_of_words(text, own))]
    pieces: list[str] = []
    end = 0
    for first, last in sorted(marks):
        if pieces and (first <= end or _GAP.fullmatch(text, end, first)):
            end = max(end, last)
            continue
        pieces += [text[end:first], MASK]
        end = last
    return "".join([*pieces, text[end:]])


def _of_parts(text: str, own: _Own) -> Iterable[tuple[int, int]]:
    plain = alike(text)
    if len(plain) != len(text):  # letters that become two, or none: then words and pairs must do
        return
    for part in own.parts:
        start = plain.find(part)
        while start >= 0:
            end = start + len(part)
            if not (plain[start - 1 : start].isalpha() and part[0].isalpha()) and not (
                plain[end : end + 1].isalpha() and part[-1].isalpha()
            ):
                yield start, end
            start = plain.find(part, end)


def _of_words(text: str, own: _Own) -> Iterable[tuple[int, int]]:
    before: tuple[str, int] | None = None
    for match in _WORD.finditer(text):
        word = alike(match[0])
        bare = word[_PREFIX.match(word).end() :]  # type: ignore[union-attr]  # it matches nothing, too
        if word in own.words or (bare != word and bare in own.words):
            yield match.span()
        if before and (before[0], word) in own.pairs:
            yield before[1], match.end()
        before = word, match.start()
