"""A line of a notebook as a formula, and a formula as a line of a notebook: the same call with the same arguments."""

from __future__ import annotations

import inspect
from datetime import date
from itertools import dropwhile
from math import isfinite
from typing import TYPE_CHECKING, Literal

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from leads_excel.excel.template.sheets.catalogue import FUNCTIONS
from leads_excel.exceptions import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMES = {entry.name for entry in FUNCTIONS}
_LONGEST_TEXT = 255  # of a text within a formula (Excel's specifications and limits)


def as_formula(
    function: Callable[..., object], *arguments: object, separator: Literal[",", ";"] = ",", **named: object
) -> str:
    """Write a call as the formula that gives the same in a cell.

    Args:
        function: A function that is a formula too, such as `lx.leads_by`.
        *arguments: Its arguments: texts, numbers, dates, True, False, None, or lists of these.
        separator: What stands between arguments; Excel set to Arabic and much of Europe wants a semicolon.
        **named: Its arguments by name.

    Returns:
        The formula, to be pasted into a cell.

    Raises:
        ArgumentError: The function is no formula, or an argument cannot stand in one.
    """
    name = getattr(function, "__name__", "").upper()
    if name not in _NAMES:
        raise ArgumentError("That is no formula: give a function such as lx.leads_by, without calling it.")
    try:
        bound = inspect.signature(function).bind(*arguments, **named)
    except TypeError as error:
        raise ArgumentError(f"{name} cannot be written so: {error}.") from None
    bound.apply_defaults()
    written = [_written(value) for value in bound.arguments.values()]
    return f"={name}({separator.join(_without_end(written, ''))})"


def as_python(formula: str) -> str:
    """Write a formula as the line of a notebook that gives the same.

    Args:
        formula: A formula with one of our functions, as it stands in a cell.

    Returns:
        A line such as `lx.leads_by("source", "LM")`.

    Raises:
        ArgumentError: It is no formula of ours, or an argument refers to a cell, which a notebook does not have.
    """
    try:
        tokens = [token for token in Tokenizer(str(formula).strip()).items if token.type != Token.WSPACE]
    except TokenizerError as error:
        raise ArgumentError(f"That is no formula: {error}.") from None
    name = tokens[0].value.lstrip("@").rstrip("(").upper() if tokens else ""
    if name not in _NAMES or tokens[-1].type != Token.FUNC:
        raise ArgumentError('That is no formula of ours: write one such as =LEADS_BY("source","LM").')
    values = [_read(part) for part in _parted(tokens[1:-1])]
    return f"lx.{name.lower()}({', '.join(_without_end(values, 'None'))})"


def _without_end(parts: list[str], empty: str) -> list[str]:
    return list(dropwhile(lambda part: part == empty, reversed(parts)))[::-1]


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float() if isfinite(value):
            return repr(value)
        case date() if isfinite(value.year):  # the missing time of pandas, NaT, has none
            return f"DATE({value.year},{value.month},{value.day})"
        case str():
            return _quoted(value)
        case list() | tuple() if all(isinstance(item, str | int | float) for item in value):  # all that Excel takes
            return "{" + ",".join(map(_written, value)) + "}"
    kind = type(value).__name__
    raise ArgumentError(
        f"This {kind} cannot stand in a formula: give text, a number, a date, or a list of text and numbers."
    )


def _quoted(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ArgumentError("A text in a formula has at most 255 characters: put it into a cell and refer to that.")
    return '"' + text.replace('"', '""') + '"'


def _parted(tokens: list[Token]) -> Iterator[list[Token]]:
    """Part the arguments of a function; what stands in braces or in a function within is one."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.subtype == Token.OPEN) - (token.subtype == Token.CLOSE)
        if token.type == Token.SEP and not depth:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _read(tokens: list[Token]) -> str:
    if not tokens:
        return "None"
    opening = tokens[0].value.upper()
    if opening in ("{", "DATE("):
        inner = [_read([token]) for token in tokens[1:-1] if token.type != Token.SEP]
        return f"[{', '.join(inner)}]" if opening == "{" else '"{:0>4}-{:0>2}-{:0>2}"'.format(*inner)
    if len(tokens) == 1 and tokens[0].type == Token.OPERAND and tokens[0].subtype in _READ:
        return _READ[tokens[0].subtype](tokens[0].value)
    written = "".join(token.value for token in tokens)
    raise ArgumentError(f"A notebook does not know {written}: write its value in its place.")


def _as_text(value: str) -> str:
    text = value[1:-1].replace('""', '"')
    return repr(text) if '"' in text or "\\" in text or not text.isprintable() else f'"{text}"'


_READ: dict[str, Callable[[str], str]] = {
    Token.TEXT: _as_text,
    Token.NUMBER: str,
    Token.LOGICAL: lambda value: value.capitalize(),
}
