"""The grammar of a formula as files hold it (ECMA-376 §18.17.2, [MS-XLSX] 2.2.2): English names, commas, no `=`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_NAME = r"[^\W\d][\w.\\?]*|\\[\w.\\?]*"
_BRACKETS = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_BOOK = r"\[\d+\]"

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<array>\{{(?:"(?:[^"]|"")*"|[^"{{}}])*\}})
    | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|[A-Z]+!))
    | (?P<sheet>(?:'(?:[^']|'')+'|(?:{_BOOK})?(?:{_NAME})(?::(?:{_NAME}))?|{_BOOK})!)
    | (?P<structured>(?:{_NAME})?{_BRACKETS})
    | (?P<function>(?:{_NAME})\()
    | (?P<reference>\$?[A-Za-z]{{1,3}}\$?\d+(?![\w.(])|\$[A-Za-z]{{1,3}}(?!\w)|\$\d+)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<name>{_NAME})
    | (?P<operator><=|>=|<>|[-+*/^&=<>:])
    | (?P<percent>%)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<separator>,)
    | (?P<stray>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERANDS = frozenset({"text", "array", "error", "structured", "reference", "number", "name"})
_SIGNS = frozenset("+-")


class Token(NamedTuple):
    """One piece of a formula."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class StructuredReference:
    """A reference to a table: `leads[[#This Row],[source]]`.

    Args:
        table: The name before the bracket; empty for the table that the formula stands in.
        columns: The columns named, escapes resolved.
        is_shorthand: Whether it uses `@`, which Excel types but never stores.
    """

    table: str
    columns: tuple[str, ...]
    is_shorthand: bool


def tokens(formula: str) -> list[Token]:
    """Cut a formula into tokens; what fits nowhere becomes `stray`."""
    return [Token(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(formula)]


def syntax_fault(formula: list[Token]) -> str:
    """Say what keeps a formula from being read, or nothing.

    Args:
        formula: Its tokens.

    Returns:
        The fault, or an empty text.
    """
    reader = _Reader()
    for token in formula:
        fault = reader.read(token)
        if fault:
            return fault
    return reader.end()


class _Reader:
    """Follows a formula token by token: is an operand or an operator due, and which brackets are open."""

    def __init__(self) -> None:
        self.wants_operand = True
        self.open: list[str] = []
        self.last = ""
        self.after_space = False

    def read(self, token: Token) -> str:
        """Take the next token; return what is wrong with it."""
        if token.kind == "space":
            self.after_space = True
            return ""
        fault = self._step(token)
        self.last, self.after_space = token.kind, False
        return fault

    def _step(self, token: Token) -> str:
        if token.kind in _OPERANDS or token.kind == "sheet":
            return self._operand(token)
        step = {"function": self._open, "open": self._open, "close": self._close, "separator": self._separator}
        step |= {"operator": self._operator, "percent": self._percent}
        return step.get(token.kind, _stray)(token)

    def _operand(self, token: Token) -> str:
        fault = "" if self._may_begin else f"no operator before {token.text!r}"
        self.wants_operand = token.kind == "sheet"
        return fault

    @property
    def _may_begin(self) -> bool:
        """Whether an operand may stand here: where one is due, or after a space, which intersects ranges."""
        return self.wants_operand or self.after_space

    def _open(self, token: Token) -> str:
        is_call = token.kind == "function" or self.last == "close"
        fault = "" if self._may_begin or is_call else f"no operator before {token.text!r}"
        self.open.append("call" if is_call else "group")
        self.wants_operand = True
        return fault

    def _close(self, _: Token) -> str:
        if not self.open:
            return "closing bracket without its opening one"
        kind = self.open.pop()
        is_empty_argument = kind == "call" and self.last in {"function", "open", "separator"}
        fault = "nothing before a closing bracket" if self.wants_operand and not is_empty_argument else ""
        self.wants_operand = False
        return fault

    def _separator(self, _: Token) -> str:
        is_in_call = bool(self.open) and self.open[-1] == "call"
        is_empty_argument = is_in_call and self.last in {"function", "open", "separator"}
        fault = "nothing before a comma" if self.wants_operand and not is_empty_argument else ""
        self.wants_operand = True
        return fault

    def _operator(self, token: Token) -> str:
        fault = f"nothing before {token.text!r}" if self.wants_operand and token.text not in _SIGNS else ""
        self.wants_operand = True
        return fault

    def _percent(self, _: Token) -> str:
        return "nothing before '%'" if self.wants_operand else ""

    def end(self) -> str:
        """Finish the formula; return what is missing."""
        if self.open:
            return "bracket not closed"
        return "ends where a value is due" if self.wants_operand else ""


def _stray(token: Token) -> str:
    return f"{token.text!r} belongs to no formula"


def structured_references(formula: list[Token]) -> list[StructuredReference]:
    """Read the table references of a formula, those into other workbooks left out."""
    pairs = zip([Token("", ""), *formula], formula, strict=False)
    return [_structured(token.text) for before, token in pairs if token.kind == "structured" and before.kind != "sheet"]


_PIECE = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_TICK = re.compile(r"'(.)", re.DOTALL)


def _structured(text: str) -> StructuredReference:
    table, _, inside = text.partition("[")
    inside = inside.removesuffix("]")
    bare = _PIECE.sub("", inside).strip(" ,:")
    pieces = [*_PIECE.findall(inside), bare.removeprefix("@")]
    columns = [_TICK.sub(r"\1", piece) for piece in pieces if piece and not piece.startswith("#")]
    return StructuredReference(table, tuple(columns), bare.startswith("@"))
