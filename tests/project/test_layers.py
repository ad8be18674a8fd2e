"""Imports point downwards, and every library has one home. The layers are those of README's "How it is built"."""

import ast
from fnmatch import fnmatch

import pytest
from places import PACKAGE
from programs import printed_by

# From the bottom up; a module may import from its own layer and from those above it in this list.
LAYERS = {
    "errors": ("exceptions",),
    "values": (
        "schema", "counts", "windows", "dates", "moments", "arguments", "values", "privacy", "progress", "recent",
        "keychain", "setting*", "excel.cells",
    ),
    "tables": ("bulks", "columns", "error_list", "rows", "flatten", "selection", "assembly", "tables", "received",
               "comparison", "coverage"),
    "sources": ("client*", "answers", "memory", "sandbox*", "store*"),
    "work": ("fetcher", "session", "views", "families", "facts*", "kpis*", "charts", "grouping", "lookup",
             "ranges", "analysis", "functions", "differences", "sync", "workbooks", "exports*",
             "series", "reports*", "doctor*", "excel*", "reasons"),
    "doors": ("excel.udfs", "excel.macros", "excel.live*", "cli", "cli_*", "__main__", ""),
}  # fmt: skip

# Methods of LeadTables that write files: they reach upwards when called, so that tables load without any writer.
REACHING_UP = {("tables", "exports.files"), ("workbooks", "excel.live")}

HOMES = {
    "httpx": ("client",),
    "tenacity": ("client.pace",),
    "sqlalchemy": ("store*",),
    "xlwings": ("excel.live", "excel.udfs", "excel.macros"),
    "openpyxl": ("excel*",),
    "xlsxwriter": ("excel*",),
    "fsspec": ("exports.targets",),
    "altair": ("charts",),
    "vl_convert": ("charts",),
    "typst": ("reports.pdf",),
}


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts).removesuffix("__init__").rstrip(".")


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imported(path):
    """Yield every module that a file imports at run time, wherever in the file."""
    pending = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        pending.extend(ast.iter_child_nodes(node))


def own(name):
    """Reduce `leads_excel.dates.to_days` to `dates`; None for other packages."""
    if name.split(".")[0] != "leads_excel":
        return None
    rest = name.removeprefix("leads_excel").lstrip(".")
    while rest and rest not in MODULES:
        rest = rest.rpartition(".")[0]
    return rest


def layer(name):
    exact = [number for number, patterns in enumerate(LAYERS.values()) if name in patterns]
    loose = [n for n, patterns in enumerate(LAYERS.values()) if any(fnmatch(name, pattern) for pattern in patterns)]
    return (exact or loose)[0]


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_stands_in_a_layer_and_imports_only_from_below(name):
    """No module of a lower layer knows one of a higher layer."""
    wrong = [
        target
        for target in map(own, imported(MODULES[name]))
        if target and layer(target) > layer(name) and (name, target) not in REACHING_UP
    ]

    assert wrong == []


def test_no_exception_is_left_over():
    """Every pair that may reach upwards still does."""
    pairs = {(name, own(target)) for name, path in MODULES.items() for target in imported(path)}

    assert pairs >= REACHING_UP


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_used_in_its_home_only(library):
    """Whoever replaces a library finds all its uses in one place."""
    users = [
        name
        for name, path in MODULES.items()
        if any(target.split(".")[0] == library for target in imported(path))
        and not any(fnmatch(name, home) for home in HOMES[library])
    ]

    assert users == []


def test_no_module_touches_the_paid_parts_of_xlwings():
    """Nothing imports xlwings' commercial modules."""
    targets = [target for path in MODULES.values() for target in imported(path)]

    assert [name for name in targets if name.startswith(("xlwings.pro", "xlwings.server", "xlwings.reports"))] == []


def test_importing_the_package_loads_no_heavy_library():
    """`import leads_excel` alone is quick: a name is loaded when it is first used."""
    code = "import sys, leads_excel; print(sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = printed_by(code)

    assert not [
        name for name in ("pandas", "httpx", "xlwings", "openpyxl", "pydantic", "numpy") if f"'{name}'" in loaded
    ]
