"""Tests stand like the code: whoever knows where a module is knows where its tests are."""

import ast
import re

import pytest
from places import PACKAGE, ROOT

TESTS = ROOT / "tests"
STANDINS = TESTS / "standins"
OTHERS = {"project", "standins", "benchmarks", "on_windows"}
FILES = sorted(
    path.relative_to(TESTS) for path in TESTS.rglob("test_*.py") if path.relative_to(TESTS).parts[0] not in OTHERS
)
ROOMS = sorted({path.parent for path in FILES})


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_folder_of_tests_mirrors_a_room(room):
    """Each folder of tests is a folder of the package; only what tests the project or serves the tests is not."""
    assert (PACKAGE / room / "__init__.py").is_file()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_test_file_is_named_for_a_module_of_its_room(file):
    """`test_<module>.py`, or the name of the room for all of it; what the file is about may follow."""
    modules = {path.stem for path in (PACKAGE / file.parent).glob("*.py")} | {file.parent.name}
    named = file.stem.removeprefix("test_") + "_"

    assert [module for module in modules if named.startswith(f"{module}_")]


def test_the_page_of_the_stand_ins_names_each_of_them():
    """Every module and package in `tests/standins`, and none that is gone."""
    modules = {path.stem for path in STANDINS.glob("*.py") if not path.stem.startswith("test_")}
    packages = {path.parent.name for path in STANDINS.glob("*/__init__.py")}
    rows = re.findall(r"^\| (`.*?) \|", (STANDINS / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert set(re.findall(r"`(\w+)`", "".join(rows))) == modules | packages


@pytest.mark.slow
def test_one_stand_in_starts_all_programs():
    """What starts a program anywhere else could wait for it for ever."""
    starting = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and re.match(r"(subprocess\.(run|Popen|call|check_|get)|os\.(system|popen|spawn))", ast.unparse(node.func))
    }

    assert starting == {"standins/programs.py"}
