r"""Patterns that look for something in a text try no run of letters from each of its places.

`\s+=` looks at a run of n blanks n times, each time to its end, when nothing follows: a million takes hours. A
pattern that begins with a run of any length and has to go on after it says where the run begins: `(?<!\s)\s++=`. What
is held against a whole text by `match` and `fullmatch` begins in one place anyway. How long parsers take as a whole is
measured in tests/benchmarks.
"""

from __future__ import annotations

import ast
from re import _constants, _parser

import pytest
from places import PACKAGE

_LOOKING = {"search", "sub", "subn", "split", "findall", "finditer"}
_RUNS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}


def is_endless_run(item):
    """Tell whether a part of a pattern is a run of any length, in a group or not."""
    kind, value = item
    if kind is _constants.SUBPATTERN:
        return len(value[3]) == 1 and is_endless_run(value[3][0])
    return kind in _RUNS and value[1] is _constants.MAXREPEAT


def may_be_nothing(item):
    """Tell whether a part of a pattern matches an empty text."""
    kind, value = item
    if kind is _constants.SUBPATTERN:
        return all(map(may_be_nothing, value[3]))
    return kind in _RUNS and value[0] == 0


def tries_each_place(parts):
    """Tell whether what a pattern begins with is an endless run after which something has to follow."""
    parts = list(parts)
    for at, (kind, value) in enumerate(parts):
        if is_endless_run((kind, value)):
            return not all(map(may_be_nothing, parts[at + 1 :]))
        if kind is _constants.BRANCH:
            return any(map(tries_each_place, value[1]))
        if kind is _constants.SUBPATTERN and tries_each_place(value[3]):
            return True
        if not may_be_nothing((kind, value)):
            return False
    return False


def patterns():
    """Find each pattern that is written out in the package and looks for something, with its place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        looking = {ast.unparse(call.func.value) for call in calls if call.func.attr in _LOOKING}
        for call in calls:
            if ast.unparse(call.func.value) == "re" and call.func.attr in _LOOKING and _text(call):
                yield f"{path.relative_to(PACKAGE)}:{call.lineno}", _text(call)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in looking and _compiles(node.value):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", _text(node.value)


def _compiles(value):
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "re.compile" and _text(value)


def _text(call):
    pattern = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern


def test_no_pattern_tries_each_place_of_a_run():
    """Whoever writes one sees which, and how it is written instead in the text at the top."""
    found = dict(patterns())

    assert len(found) > 80, "the patterns of the package are found"
    assert {place: text for place, text in found.items() if tries_each_place(_parser.parse(text))} == {}


@pytest.mark.parametrize(
    ("pattern", "tries"),
    [
        *(
            (text, True)
            for text in (r"\s+=", r"\s*[,]", r"(\w+)\(", r"-?\s*=", "(?:a+)=", "x|a*b", r"(?:\s+or)", "a+?b")
        ),
        *(
            (text, False)
            for text in (r"\s+", r"a\s+=", r"(?<!\s)\s++=", r"\w{1,9}=", r"^\s+=", "a*b?", r"\d+(?:,\d+)?")
        ),
    ],
)
def test_the_guard_tells_them_apart(pattern, tries):
    """What it finds, and what it lets pass."""
    assert tries_each_place(_parser.parse(pattern)) is tries
