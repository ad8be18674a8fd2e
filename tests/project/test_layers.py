"""Folders are rooms: each says what it may import, imports point one way, and every library has one home."""

import ast
from fnmatch import fnmatch
from importlib import import_module
from statistics import median

import pytest
from places import PACKAGE
from programs import printed_by
from rooms import MODULES, ROOMS, circles, imported, may_import, module_graph, own, room_graph, room_of

from leads_excel.tables.writers import WRITERS

HOMES = {
    "httpx": ("client.*",),
    "truststore": ("client.network.certificates",),
    "certifi": ("client.network.certificates",),
    "tenacity": ("client.pace",),
    "sqlalchemy": ("store.*",),
    "xlwings": ("excel.live.*", "excel.udfs", "excel.macros"),
    "openpyxl": ("excel.*",),
    "xlsxwriter": ("excel.template.*", "excel.addin.macro_book"),
    "fsspec": ("exports.targets",),
    "altair": ("charts.*",),
    "vl_convert": ("charts.*",),
    "typst": ("reports.pdf",),
    "keyring": ("settings.keychain",),
    "tzlocal": ("settings.types",),
    "typer": ("cli.*",),
    "phonenumbers": ("kpis.facts.phones",),
}

LAZY_DOORS = {"__init__", "excel.deferred", "tables.writers"}
"""Modules that load others of ours by name: the public names on first use, and what writes `LeadTables` to files."""

FILES_AT_THE_ROOT = 5
MODULES_IN_A_ROOM = 12
LINES_OF_A_MODULE = 400
LINES_OF_HALF_THE_MODULES = 150
LINES_OF_A_FUNCTION = 50


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_its_folder_says(room):
    """A folder says at its top what its modules may touch: nothing else is imported, and nothing is left over."""
    assert may_import(room) == room_graph()[room], f"the last line of leads_excel/{room}/__init__.py"


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_says_what_comes_in_and_what_goes_out(room):
    """Three lines at the top of each folder: what it is, In and Out, what it may import."""
    text = (PACKAGE / room.replace(".", "/") / "__init__.py").read_text(encoding="utf-8")

    assert "In: " in text
    assert "Out: " in text


def test_rooms_and_modules_form_no_circle():
    """A room that knows another is not known by it, through however many others, imports for types only counted too."""
    assert circles(room_graph()) == []
    assert circles(module_graph()) == []


def test_only_the_doors_load_modules_by_name():
    """An import that no reader of imports sees is kept to documented places."""
    users = {
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("import_module", "__import__"))
        and not (node.args and isinstance(node.args[0], ast.Constant))
    }

    assert users == LAZY_DOORS


@pytest.mark.parametrize("kind", WRITERS)
def test_the_door_of_the_tables_leads_to_writers(kind):
    """Each name behind the door is there."""
    module, name = WRITERS[kind]

    assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_used_in_its_home_only(library):
    """Whoever replaces a library finds all its uses in one place."""
    users = {
        name for name, path in MODULES.items() if any(target.split(".")[0] == library for target in imported(path))
    }

    assert users, "nobody uses it"
    assert [name for name in users if not any(fnmatch(name, home) for home in HOMES[library])] == []


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


def test_the_root_holds_the_door_the_errors_and_folders():
    """What stands loose at the root has to be opened to be understood."""
    files = [path.name for path in PACKAGE.iterdir() if path.is_file()]

    assert len(files) <= FILES_AT_THE_ROOT, files


def test_no_room_is_crowded():
    """A folder can be taken in at a glance."""
    crowded = {room: [name for name in MODULES if room_of(name) == room] for room in ROOMS}

    assert {room: names for room, names in crowded.items() if len(names) > MODULES_IN_A_ROOM} == {}


def test_modules_are_short():
    """One idea a module."""
    lines = {name: path.read_text(encoding="utf-8").count("\n") for name, path in MODULES.items()}

    assert {name: count for name, count in lines.items() if count > LINES_OF_A_MODULE} == {}
    assert median(lines.values()) <= LINES_OF_HALF_THE_MODULES


def test_functions_are_short():
    """A function is read without scrolling."""
    long = [
        f"{name}.{node.name}: {node.end_lineno - node.lineno + 1}"
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]

    assert long == []


def test_a_name_that_is_nowhere_belongs_to_the_package_itself():
    """The reader of imports finds the module that a name comes from."""
    assert own("leads_excel.dates.days.Days") == "dates.days"
    assert own("leads_excel.Settings") == "__init__"
    assert own("pandas.DataFrame") is None
