"""What was meant by a word that is not known: the nearest of the known ones. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 80  # characters; what is longer is no misspelt name, and comparing it would take long
_ALIKE = str.maketrans("أإآٱىةؤئ", "اااايهوي", "ـ")
"""Letters that people write for each other in Arabic, and the line that only stretches a word."""


def alike(text: str) -> str:
    """Write letters that stand for each other the same way: no capitals, one form of an Arabic letter.

    Args:
        text: Any text.
    """
    letters = text.casefold()
    return letters if letters.isascii() else letters.translate(_ALIKE)  # which looks up each letter


def folded(text: str) -> str:
    """Reduce text to what tells it from others.

    Args:
        text: As a person writes it.

    Returns:
        No case, blanks, signs or marks on letters, and one of the Arabic letters that people write for each other.
    """
    letters = alike(text)
    if not letters.isascii():  # letter by letter: the order of marks, which go anyway, takes long where there are many
        letters = "".join(unicodedata.normalize("NFKD", letter) for letter in letters)
    return re.sub(r"[\W_]", "", letters)


def nearest(word: str, words: Iterable[str], *, cutoff: float = 0.6, most: int = 3) -> list[str]:
    """Find the words that somebody may have meant.

    Args:
        word: As a person writes it.
        words: The words there are.
        cutoff: How alike a word must be that is more than one letter away, 0 to 1.
        most: At most so many words.

    Returns:
        Words that are equal but for case, blanks, signs and marks; else those that are one letter away: another,
        a missing, an additional or two swapped ones; else the one that is most alike; none if none is.
    """
    typed = folded(word[:_LONGEST])
    known: dict[str, str] = {}
    for item in words:
        known.setdefault(folded(item[:_LONGEST]), item)
    if typed in known:
        return [known[typed]]
    close = [key for key in known if key and is_one_letter_away(typed, key)][:most]
    close = close or difflib.get_close_matches(typed, known, n=1, cutoff=cutoff)
    return [known[key] for key in close]


def is_one_letter_away(word: str, other: str) -> bool:
    """Tell whether one letter makes the difference: another, a missing, an additional or two swapped ones; or none.

    Args:
        word: A word.
        other: The word it is compared with, letter by letter: see `folded`.
    """
    if abs(len(word) - len(other)) > 1:
        return False
    start = next((n for n, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    if start is None:
        return True
    rest, others = word[start:], other[start:]
    swapped = rest[1::-1] + rest[2:]
    return rest[1:] == others or rest == others[1:] or rest[1:] == others[1:] or swapped == others


def either(words: Iterable[str]) -> str:
    """Write words as a choice: `a`, `a or b`, `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
