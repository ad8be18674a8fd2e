"""Formulas that stand where Home asks for something, read into terms. Pure.

Grammar and order of operators: ECMA-376 part 1, 18.17.2. Formulas are in file form: English, no leading `=`. What is
about single values is read: numbers, texts, cells, names, calls and arithmetic. Ranges and tables are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from leads_excel.exceptions import ArgumentError

Term: TypeAlias = "Constant | Reference | Call"

_TOKEN = re.compile(
    r"\s*(?:"
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?(?![\w:]))"
    r"|(?P<cell>(?:(?:'(?:[^']|'')+'|\w[\w.]*)!)?\$?[A-Za-z]{1,3}\$?\d{1,7})(?![\w(.!:\[])"
    r"|(?P<call>[A-Za-z_][\w.]*)\("
    r"|(?P<name>[^\W\d][\w.]*)(?![\w.(!:\[])"
    r"|(?P<sign><>|<=|>=|[-+*/^&=<>%(),])"
    r"|(?P<end>$)"
    r")",
)
_UNREAD = re.compile(r"[^\s,()]{1,24}")
_ORDER = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
"""Operators between two terms, those that bind least first."""
_DEEPEST = 64
"""How deep Excel itself lets calls be nested."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, TRUE or FALSE; nothing for an argument that is left out."""

    value: bool | float | str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell or a defined name, as it is written."""

    text: str
    is_name: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; an operator is one that goes by its sign, `%` behind and `0-` before a term."""

    name: str
    arguments: tuple[Term, ...]


def read_formula(formula: str) -> Term:
    """Read a formula.

    Args:
        formula: The formula, in file form.

    Returns:
        What it is made of.

    Raises:
        ArgumentError: It holds something else than single values; the error names it in few words.
    """
    return _Reader(formula).whole()


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, formula: str) -> None:
        self._formula, self._end, self._depth = formula, 0, 0
        self._kind, self._token = "", ""
        self._next()

    def _next(self) -> None:
        found = _TOKEN.match(self._formula, self._end)
        if found is None or found.lastgroup is None:
            unread = _UNREAD.search(self._formula, self._end)
            raise ArgumentError(unread[0] if unread else "its end")
        self._end, self._kind, self._token = found.end(), found.lastgroup, found[found.lastgroup]

    def _takes(self, *signs: str) -> str:
        token = self._token if self._kind == "sign" and self._token in signs else ""
        if token:
            self._next()
        return token

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise ArgumentError(self._token or "its end")

    def whole(self) -> Term:
        term = self._operation(0)
        if self._kind != "end":
            raise ArgumentError(self._token)
        return term

    def _operation(self, rank: int) -> Term:
        if rank == len(_ORDER):
            return self._signed()
        term = self._operation(rank + 1)
        while sign := self._takes(*_ORDER[rank]):
            term = Call(sign, (term, self._operation(rank + 1)))
        return term

    def _signed(self) -> Term:
        minus = False
        while sign := self._takes("-", "+"):
            minus ^= sign == "-"
        term = self._single()
        term = Call("0-", (term,)) if minus else term
        while self._takes("%"):
            term = Call("%", (term,))
        return term

    def _single(self) -> Term:
        kind, token = self._kind, self._token
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ArgumentError("too many brackets")
        if self._takes("("):
            term = self._operation(0)
            self._expect(")")
        elif kind == "call":
            self._next()
            term = Call(token.upper().removeprefix("_XLFN."), self._arguments())
        else:
            self._next()
            term = _leaf(kind, token)
        self._depth -= 1
        return term

    def _arguments(self) -> tuple[Term, ...]:
        if self._takes(")"):
            return ()
        arguments = [self._argument()]
        while self._takes(","):
            arguments.append(self._argument())
        self._expect(")")
        return tuple(arguments)

    def _argument(self) -> Term:
        left_out = self._kind == "sign" and self._token in {",", ")"}
        return Constant(None) if left_out else self._operation(0)


def _leaf(kind: str, token: str) -> Term:
    if kind == "text":
        return Constant(token[1:-1].replace('""', '"'))
    if kind == "number":
        return Constant(float(token))
    if kind == "name" and token.upper() in {"TRUE", "FALSE"}:
        return Constant(token.upper() == "TRUE")
    if kind in {"cell", "name"}:
        return Reference(token, kind == "name")
    raise ArgumentError(token or "its end")
