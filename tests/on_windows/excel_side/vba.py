"""Runs procedures of VBA: as much of the language as the add-in's formulas are written in, and nothing beyond.

A statement that is not known is an error, so that a later xlwings cannot mean something else unnoticed.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from excel_side.vba_expressions import Project, Scope, VbaSyntaxError, arguments, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_COMPILED_WITH = {"app": "Microsoft Excel", "mac": False, "vba7": True, "win64": True, "mac_office_version": 0}
_STARTS = re.compile(r"(?:Public |Private )?(?:Function|Sub) (\w+)\((.*)\)(?: As \w+)?$")
_ENDS = re.compile(r"End (Function|Sub)$")
_IGNORED = re.compile(r"(Attribute|Const) |$")
_VARIABLES = re.compile(r"(?:Public|Private|Dim) (?=\w+( As \w+)?(,|$))(.+)")
_CONSTANT = re.compile(r"(?:Public |Private )?Const (\w+)(?: As \w+)? = (.+)$")
_EMPTY = {"string": "", "long": 0, "double": 0.0, "date": 0.0, "boolean": False}
"""What a variable holds before anything is assigned, by its type; others hold nothing."""
_STRING_OR_COMMENT = re.compile(r"\"(?:[^\"]|\"\")*\"|('.*)")
_GO_ON = "Resume Next"
_ON_ERROR = re.compile(r"On Error (?:GoTo (\w+)|Resume Next)$|Resume (\w+)$")
_EACH = re.compile(r"For Each (\w+) In (.+)$")
_COUNT = re.compile(r"For (\w+) = (\d+) To (\d+)$")
_PARTS = re.compile(r"\"[^\"]*\"|:\s+|[^\":]+|[\":]")
_PROPERTY = re.compile(r"(\w+)\.(\w+) = (.+)$")
_ASSIGNMENT = re.compile(r"(?:Set )?(\w+) = (.+)$")
_CALL = re.compile(r"([\w.]+)(?: (.+))?$")


class VbaError(Exception):
    """What went wrong as `Err` tells it.

    Args:
        number: `Err.Number`.
        description: `Err.Description`.
    """

    def __init__(self, number: int, description: str) -> None:
        super().__init__(description)
        self.number = number
        self.description = description

    Number = property(lambda self: self.number)
    Description = property(lambda self: self.description)

    @staticmethod
    def Raise(Number: int, Description: str = "") -> None:  # noqa: N802, N803 - VBA's names
        """Raise another one."""
        raise VbaError(Number, Description)


class Module:
    """A module of VBA whose procedures can be run.

    Args:
        source: Its source.
        known: What VBA, Excel and other modules offer, by names in small letters: values, and functions to call. A
            `Project` is what several modules share, each other's procedures and variables included.
    """

    def __init__(self, source: str, known: Mapping[str, Any]) -> None:
        self.known = known if isinstance(known, Project) else Project(known)
        self.procedures: dict[str, _Procedure] = {}
        procedure = None
        for line in _compiled(_lines(source)):
            if match := _STARTS.match(line):
                procedure = _Procedure(match[1], match[2])
                self.procedures[match[1]] = procedure
                self.known.setdefault(match[1].lower(), partial(self._called, match[1]))
            elif _ENDS.match(line):
                procedure = None
            elif procedure is not None:
                procedure.lines.append(line)
            else:
                self._declare(line)

    def _declare(self, line: str) -> None:
        """Note what stands above the procedures: constants, and variables that last as long as the project."""
        if match := _CONSTANT.match(line):
            self.known.setdefault(match[1].lower(), evaluate(match[2], Scope(self.known)))
        for name, value in _declared(line):
            self.known[name.lower()] = value
            self.known.variables.add(name.lower())

    def _called(self, name: str, *given: Any) -> Any:
        return self.run(name, given)

    def run(self, name: str, arguments: Sequence[Any] = (), missing: object = None) -> Any:
        """Run a procedure.

        Args:
            name: Its name.
            arguments: What is passed, from the first parameter on.
            missing: What the others are.

        Returns:
            Its result; an empty text where it sets none.

        Raises:
            VbaError: It failed and handles no errors.
            VbaSyntaxError: It uses more of VBA than is known here.
        """
        procedure = self.procedures[name]
        scope = Scope(self.known)
        for parameter, value in zip(
            procedure.parameters, [*arguments, *[missing] * len(procedure.parameters)], strict=False
        ):
            scope.define(parameter, value)
        scope.define(name, "")
        if "err" not in self.known:
            scope.define("Err", VbaError(0, ""))
        _Run(procedure, scope).to_the_end()
        return scope[name]


class _Procedure:
    def __init__(self, name: str, parameters: str) -> None:
        self.name = name
        self.parameters = [
            re.findall(r"\w+", re.sub(r"Optional |ByVal |ByRef ", "", part))[0]
            for part in parameters.split(",")
            if part
        ]
        self.lines: list[str] = []


class _Run:
    """A procedure as it runs: at which line it is, and where it goes when something fails."""

    def __init__(self, procedure: _Procedure, scope: Scope) -> None:
        self.lines = procedure.lines
        self.scope = scope
        self.at = 0
        self.handler: str | None = None
        self.handling = False
        self.loops: list[tuple[str, Iterator[Any], int]] = []  # the name, what comes next, where the body begins

    def to_the_end(self) -> None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            try:
                self.step(line)
            except VbaError as error:
                if self.handler is None or self.handling:
                    raise
                self.scope.define("Err", error)
                if self.handler != _GO_ON:
                    self.handling = True
                    self.at = self.lines.index(f"{self.handler}:") + 1

    def step(self, line: str) -> None:
        if _IGNORED.match(line) or re.fullmatch(r"\w+:|End If", line) or self.looped(line) or self.jumped(line):
            return
        if match := re.match(r"If (.+?) Then(?: (.+))?$", line):
            self.decide(match[1], match[2])
        elif line == "Else" or line.startswith("ElseIf "):  # come to from above: what was true is done
            self.skip(to_else=False)
        elif declared := _declared(line):
            for name, value in declared:
                self.scope.define(name, value)
        elif match := _PROPERTY.match(line):
            setattr(self.scope[match[1]], match[2], evaluate(match[3], self.scope))
        elif match := _ASSIGNMENT.match(line):
            self.scope[match[1]] = evaluate(match[2], self.scope)
        elif match := _CALL.match(line):
            self.call(match[1], match[2] or "")
        else:
            raise VbaSyntaxError(line)

    def jumped(self, line: str) -> bool:
        """Go elsewhere, or note where to go when something fails; say whether the line is about that."""
        if line in {"Exit Function", "Exit Sub"}:
            self.at = len(self.lines)
        elif match := _ON_ERROR.match(line):
            self.provide(*match.groups())
        elif match := re.match(r"GoTo (\w+)$", line):
            self.at = self.lines.index(f"{match[1]}:") + 1
        else:
            return False
        return True

    def provide(self, handler: str | None, place: str | None) -> None:
        """Note where to go when something fails, or go on from there."""
        if place is None:
            self.handler = None if handler == "0" else handler or _GO_ON
        else:
            self.handling = False
            self.at = self.lines.index(f"{place}:") + 1

    def looped(self, line: str) -> bool:
        """Begin, go on with, or leave a loop; say whether the line is about one."""
        if match := _EACH.match(line):
            self.begin(match[1], evaluate(match[2], self.scope))
        elif match := _COUNT.match(line):
            self.begin(match[1], range(int(match[2]), int(match[3]) + 1))
        elif re.match(r"Next( \w+)?$", line):
            self.turn()
        elif line == "Exit For":
            self.leave()
        else:
            return False
        return True

    def begin(self, name: str, values: Iterable[Any]) -> None:
        self.loops.append((name, iter(values), self.at))
        self.turn()

    def turn(self) -> None:
        name, values, body = self.loops[-1]
        self.at = body
        try:
            self.scope[name] = next(values)
        except StopIteration:
            self.leave()

    def leave(self) -> None:
        self.loops.pop()
        depth = 1
        while depth:
            line = self.lines[self.at]
            self.at += 1
            depth += line.startswith("For ") - bool(re.match(r"Next\b", line))

    def decide(self, condition: str, action: str | None) -> None:
        holds = evaluate(condition, self.scope)
        if action is not None:
            if holds:
                self.step(action)
        elif not holds:
            self.skip(to_else=True)

    def skip(self, *, to_else: bool) -> None:
        """Go on behind the end of a decision, or at its other branch."""
        depth = 0
        while True:
            line = self.lines[self.at]
            self.at += 1
            if line == "End If":
                if not depth:
                    return
                depth -= 1
            elif re.match(r"If .+ Then$", line):
                depth += 1
            elif to_else and not depth and line == "Else":
                return
            elif to_else and not depth and (match := re.match(r"ElseIf (.+) Then$", line)):
                self.decide(match[1], None)
                return

    def call(self, name: str, given: str) -> None:
        if name == "Call":
            evaluate(given, self.scope)
            return
        first, *rest = name.split(".")
        value: Callable[..., Any] = self.scope[first]
        for part in rest:
            value = getattr(value, part)
        positional, named = arguments(given, self.scope)
        value(*positional, **named)


def _declared(line: str) -> list[tuple[str, Any]]:
    """Read the variables that a line declares, with what they hold to begin with."""
    match = _VARIABLES.match(line)
    parts = [part.partition(" As ") for part in match[3].split(", ")] if match else []
    return [(name, _EMPTY.get(kind.lower())) for name, _, kind in parts]


def _lines(source: str) -> list[str]:
    """Give the lines without comments and indents, those that go on with ` _` made one."""
    without = [_STRING_OR_COMMENT.sub(lambda match: "" if match[1] else match[0], line) for line in source.splitlines()]
    lines = re.sub(r" _\n", " ", "\n".join(line.strip() for line in without)).splitlines()
    return [statement for line in lines for statement in _statements(line)]


def _statements(line: str) -> list[str]:
    """Part the statements of a line, between which stand a colon and a blank."""
    return "".join("\n" if re.match(r":\s", part) else part for part in _PARTS.findall(line)).splitlines() or [""]


def _compiled(lines: Sequence[str]) -> list[str]:
    """Leave out what is not compiled: the other branches of `#If`."""
    kept, constants = [], dict(_COMPILED_WITH)
    branches: list[tuple[bool, bool]] = []  # of each decision: whether this branch counts, whether one did
    for line in lines:
        scope = Scope(Project(constants))
        if match := re.match(r"#Const (\w+) = (.+)$", line):
            constants[match[1].lower()] = evaluate(match[2], scope)
        elif match := re.match(r"#If (.+) Then$", line):
            holds = bool(evaluate(match[1], scope))
            branches.append((holds, holds))
        elif match := re.match(r"#ElseIf (.+) Then$", line):
            holds = not branches[-1][1] and bool(evaluate(match[1], scope))
            branches[-1] = holds, branches[-1][1] or holds
        elif line == "#Else":
            branches[-1] = not branches[-1][1], True
        elif line == "#End If":
            branches.pop()
        elif all(counts for counts, _ in branches):
            kept.append(line)
    return kept
