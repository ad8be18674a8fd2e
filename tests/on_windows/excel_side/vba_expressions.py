"""Expressions of VBA -> values: as much of the language as the add-in's formulas are written in.

Names are looked up without regard to case, in the procedure first. What is called without brackets is called all the
same. Numbers are compared with numbers, truth values with texts that name one, everything else as it stands.
"""

from __future__ import annotations

import operator
import re
import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|\d+|[A-Za-z_]\w*\$?|<>|>=|:=|[-&+=<>().,])')
_WORDS: dict[str, Any] = {
    "true": True,
    "false": False,
    "nothing": None,
    "empty": None,
    "vbcrlf": "\r\n",
    "vbnewline": "\r\n",
    "vbstring": 8,
    "array": lambda *values: list(values),
    "chr": chr,
    "iif": lambda condition, this, other: this if condition else other,
    "instr": lambda text, part: text.find(part) + 1,
    "left": lambda text, length: text[:length],
    "replace": lambda text, before, after: text.replace(before, after),
    "clng": round,
    "now": time.time,
    "timer": lambda: time.time() % 86_400,
    "dateadd": lambda unit, count, moment: moment + count * {"n": 60}[unit],
}
"""What VBA itself knows; a moment is a number here, as there, but of seconds."""


class VbaSyntaxError(Exception):
    """The add-in is written in more of VBA than this knows."""


class Project(dict[str, Any]):
    """What the modules of a project share by names in small letters: variables of modules, and what is known besides.

    Args:
        known: What VBA, Excel and other modules offer: values, and functions to call.
    """

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.variables: set[str] = set()


class Scope(dict[str, Any]):
    """Names of a procedure, the ones outside it behind them; no name has a case.

    Args:
        outer: What is known outside.
    """

    def __init__(self, outer: Project) -> None:
        super().__init__()
        self.outer = outer

    def define(self, name: str, value: Any) -> None:
        """Give the procedure a name of its own."""
        super().__setitem__(name.lower(), value)

    def __setitem__(self, name: str, value: Any) -> None:
        outside = name.lower() in self.outer.variables and name.lower() not in self
        (self.outer.__setitem__ if outside else super().__setitem__)(name.lower(), value)

    def __missing__(self, name: str) -> Any:
        if name != name.lower():
            return self[name.lower()]
        for known in (self.outer, _WORDS):
            if name in known:
                return known[name]
        raise VbaSyntaxError(f"nothing is known of {name}")


def evaluate(text: str, scope: Scope) -> Any:
    """Work out an expression.

    Args:
        text: The expression, without a comment behind it.
        scope: The names it may use.

    Returns:
        Its value.

    Raises:
        VbaSyntaxError: It cannot be read.
    """
    reader = _Reader(text, scope)
    value = reader.either()
    reader.end()
    return value


def arguments(text: str, scope: Scope) -> tuple[list[Any], dict[str, Any]]:
    """Work out what stands behind a statement's name: `1000, Description:=Text`."""
    if not text:
        return [], {}
    reader = _Reader(text, scope)
    found = reader.given("")
    reader.end()
    return found


class _Reader:
    """Reads from left to right, one method for each rank of operators, and works out what it reads."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.tokens: list[str] = []
        self.scope = scope
        place, text = 0, text.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise VbaSyntaxError(text)
            self.tokens.append(match[1])
            place = match.end()
        self.tokens.append("")
        self.at = 0

    def end(self) -> None:
        if any(self.tokens[self.at :]):
            raise VbaSyntaxError(" ".join(self.tokens))

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def took(self, *tokens: str) -> bool:
        found = self.tokens[self.at].lower() in tokens
        self.at += found
        return found

    def ranked(self, below: Callable[[], Any], operators: Mapping[str, Callable[[Any, Any], Any]]) -> Any:
        value = below()
        while self.tokens[self.at].lower() in operators:
            apply = operators[self.next().lower()]
            value = apply(value, below())
        return value

    def either(self) -> Any:
        return self.ranked(self.both, {"or": lambda left, right: bool(left) | bool(right)})

    def both(self) -> Any:
        return self.ranked(self.negated, {"and": lambda left, right: bool(left) & bool(right)})

    def negated(self) -> Any:
        return not self.negated() if self.took("not") else self.compared()

    def compared(self) -> Any:
        if self.took("typeof"):
            value = self.primary()
            if not self.took("is"):
                raise VbaSyntaxError("TypeOf")
            return self.next() in {kind.__name__ for kind in type(value).__mro__}
        return self.ranked(self.joined, _COMPARISONS)

    def joined(self) -> Any:
        plus = {"+": operator.add, "-": operator.sub}
        return self.ranked(
            lambda: self.ranked(self.primary, plus), {"&": lambda left, right: f"{_text(left)}{_text(right)}"}
        )

    def primary(self) -> Any:
        token = self.next()
        if token == "(":
            value = self.either()
            self.closed()
        elif token.startswith('"'):
            value = token[1:-1].replace('""', '"')
        elif token == "-":
            value = -self.primary()
        elif token.isdigit():
            value = int(token)
        elif token.removesuffix("$").isidentifier():  # Left$ is Left
            value = self.called(self.scope[token.removesuffix("$")])
        else:
            raise VbaSyntaxError(" ".join(self.tokens))
        while self.took("."):
            value = self.called(getattr(value, self.next()))
        return value

    def called(self, value: Any) -> Any:
        if self.took("("):
            given, named = self.given(")")
            return value(*given, **named)
        return value() if callable(value) else value

    def given(self, closing: str) -> tuple[list[Any], dict[str, Any]]:
        given: list[Any] = []
        named = {}
        while not self.took(closing):
            if self.tokens[self.at + 1 : self.at + 2] == [":="]:
                name = self.next()
                self.at += 1
                named[name] = self.either()
            else:
                given.append(self.either())
            if not self.took(","):
                self.closed(closing)
                break
        return given, named

    def closed(self, closing: str = ")") -> None:
        if closing and not self.took(closing):
            raise VbaSyntaxError(" ".join(self.tokens))


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return _truth(left) == _truth(right)
    return bool(left == right)


def _truth(value: Any) -> bool:
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": _equal,
    "<>": lambda left, right: not _equal(left, right),
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "is": operator.is_,
    "like": lambda left, right: fnmatchcase(left, right.replace("#", "[0-9]")),
}
