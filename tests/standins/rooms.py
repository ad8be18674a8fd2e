"""The package as rooms: its folders, what each says it may import, and what its modules do import."""

import ast
import re
from functools import cache
from pathlib import Path

from places import PACKAGE

NOTHING = "nothing of ours"


def _dotted(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


MODULES = {_dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}
"""Every module by its name below the package; a folder's own is `dates.__init__`."""


def room_of(module):
    """A module's room is its folder; the few modules at the package's root are rooms of their own."""
    return module.rpartition(".")[0] or module


ROOMS = sorted({room_of(module) for module in MODULES if "." in module})


def own(name):
    """Reduce `leads_excel.dates.days.Days` to the module `dates.days`; None for other packages."""
    if name.split(".")[0] != "leads_excel":
        return None
    rest = name.removeprefix("leads_excel").lstrip(".")
    while True:
        for module in (rest, f"{rest}.__init__".lstrip(".")):
            if module in MODULES:
                return module
        rest = rest.rpartition(".")[0]


@cache
def imported(path: Path):
    """Every name that a file imports, wherever it stands: for types only and inside functions too."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names += (f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(names)


def module_graph():
    """Module -> the modules of ours that it imports."""
    return {
        name: {target for target in map(own, imported(path)) if target and target != name}
        for name, path in MODULES.items()
    }


def room_graph():
    """Room -> the rooms that its modules import."""
    graph = {room_of(name): set() for name in MODULES}
    for name, targets in module_graph().items():
        graph[room_of(name)] |= {room_of(target) for target in targets} - {room_of(name)}
    return graph


def may_import(room):
    """What a folder says in its last lines that it may import."""
    text = ast.get_docstring(ast.parse((PACKAGE / room.replace(".", "/") / "__init__.py").read_text(encoding="utf-8")))
    told = re.search(
        r"^May import: (.+)\.$", (text or "").replace("\n", " ").replace("May import", "\nMay import"), re.MULTILINE
    )
    if told is None:
        return None
    return set() if told[1] == NOTHING else set(told[1].split(", "))


def reach(graph, start):
    """Everything that can be come to from a place."""
    seen, pending = set(), [start]
    while pending:
        for place in graph.get(pending.pop(), ()):
            if place not in seen:
                seen.add(place)
                pending.append(place)
    return seen


def circles(graph):
    """The places that come back to themselves."""
    return sorted(place for place in graph if place in reach(graph, place))
