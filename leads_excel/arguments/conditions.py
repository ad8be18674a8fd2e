"""Conditions as people write them one after the other: where one ends and the next begins. Pure.

A semicolon stands between conditions. A comma or an Arabic semicolon does as well where a field and an operator follow
it, for no value goes on like that; anything else may be a value (`Al Jabr, Riyadh`) and stays one.
"""

from __future__ import annotations

import re
from typing import Literal

from leads_excel.arguments.names import KNOWN, plain, short
from leads_excel.exceptions import ArgumentError

Operator = Literal["=", "<>", ">=", "<=", ">", "<"]

OPERATORS: dict[str, Operator] = {
    "!=": "<>", "<>": "<>", "≠": "<>", ">=": ">=", "=>": ">=", "≥": ">=", "<=": "<=", "=<": "<=", "≤": "<=",
    "==": "=", "=": "=", ">": ">", "<": "<",
}  # fmt: skip
"""Every way to write a comparison, and what it is."""

OPERATOR = re.compile("|".join(sorted(OPERATORS, key=len, reverse=True)))
"""Any of them, the longest first."""

_FREE_TEXT = {"leadnote", "modelmemo", "modelpreferences", "message"}  # of which a value may hold anything
_NEXT = re.compile(rf"[,،؛](?P<name>[^=<>!≤≥≠|,،؛]{{1,40}})(?={OPERATOR.pattern})")
_NEXT_WORD = re.compile(rf"[\s&+](?P<name>\w{{1,40}}) ?(?={OPERATOR.pattern})")


def told_apart(text: str) -> list[str]:
    """Take conditions apart that stand between commas.

    Args:
        text: What stands between two semicolons.

    Returns:
        One text for each condition.

    Raises:
        ArgumentError: There are two where a value could go on as well: between blanks, or after a free text.
    """
    text = text.rstrip(" ,،؛")
    starts = [0]
    for match in _NEXT.finditer(text):
        if plain(match["name"]) not in KNOWN or _is_free_text(text[starts[-1] :]):
            raise _no_semicolon(text[starts[-1] : match.start()], text[match.start() + 1 :])
        starts.append(match.start() + 1)
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    for part in parts:
        _refuse_two(part)
    return parts


def _refuse_two(part: str) -> None:
    first = OPERATOR.search(part)
    if first is None or _is_free_text(part):
        return
    for match in _NEXT_WORD.finditer(part, first.end()):
        if plain(match["name"]) in KNOWN:
            raise _no_semicolon(part[: match.start()], part[match.start() + 1 :])


def _is_free_text(condition: str) -> bool:
    return plain(_field(condition)) in _FREE_TEXT


def _field(condition: str) -> str:
    return OPERATOR.split(condition, maxsplit=1)[0].strip()


def _no_semicolon(first: str, second: str) -> ArgumentError:
    first = re.sub(r"\s(?:and|&&?|\+|و)$", "", first.rstrip(), flags=re.IGNORECASE)
    shown = [short(part)[1:-1] for part in (first, second)]
    known = [KNOWN.get(plain(_field(part))) for part in (first, second)]
    if any(item is not None and item.sensitive for item in known):
        shown = [f"{_field(part)}=…" for part in (first, second)]
    return ArgumentError(f"A semicolon stands between two filters: write {shown[0]}; {shown[1]}.")
