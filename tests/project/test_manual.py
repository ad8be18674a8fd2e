"""The pages say what the code says: each table is compared with it, row by row."""

import re

import page_tables
import pytest
from manual import PAGES, TEXTS, program_lines, sections
from places import PACKAGE

import leads_excel as lx
from leads_excel import exceptions
from leads_excel.cli.running.exit_codes import code_of
from leads_excel.excel import udfs


def rows(text):
    """List the rows of a page's tables without their heads."""
    lines = text.splitlines()
    is_rule = [line.startswith("| ---") for line in lines] + [False]
    return [line for at, line in enumerate(lines) if line.startswith("| ") and not (is_rule[at] or is_rule[at + 1])]


@pytest.mark.parametrize("page", ["settings", "formulas", "columns", "kpis"])
def test_a_table_is_that_of_the_code(page):
    """Whoever adds a setting, a formula, a column or a key figure adds the row that this test shows."""
    expected = list(getattr(page_tables, f"of_{page}")())

    assert rows(TEXTS[page]) == expected


def test_every_command_has_a_section_with_its_options():
    """Whoever adds a command or an option adds what this test shows."""
    documented = {name: rows(section) for name, section in sections(TEXTS["commands"]).items()}

    assert documented == {name: list(page_tables.of_command(command)) for name, command in page_tables.commands()}


def test_every_command_has_an_example():
    """Each section shows how its command is called."""
    called = {name: [words[: len(name.split())] for words in program_lines(section)]
              for name, section in sections(TEXTS["commands"]).items()}  # fmt: skip

    assert [name for name, calls in called.items() if name.split() not in calls] == []


def test_each_error_has_its_exit_code_and_what_to_do():
    """The table of errors holds every error that has none below it, with the code the command line ends with."""
    leaves = {name: item for name, item in vars(exceptions).items()
              if isinstance(item, type) and issubclass(item, Exception)
              and not [kind for kind in item.__subclasses__() if kind.__module__ == exceptions.__name__]}  # fmt: skip
    told = {name: int(row.split("|")[2]) for row in rows(TEXTS["errors"]) for name in re.findall(r"`(\w+Error)`", row)}

    assert told == {name: code_of(item("x")) for name, item in leaves.items()}


def test_every_room_is_named():
    """The page of the architecture has each folder of the package that holds code."""
    folders = {".".join(path.parent.relative_to(PACKAGE).parts) for path in PACKAGE.rglob("__init__.py")} - {""}

    assert set(re.findall(r"^\| `([\w.]+)` \|", TEXTS["architecture"], re.MULTILINE)) == {*folders, "exceptions"}


def test_the_failures_of_cells_are_those_the_program_writes():
    """Every failure that the page quotes stands in the code, and every formula it names is one."""
    quoted = re.findall(r"`#LEADS (?:\.\.\. )?(\w[^`]*)`", TEXTS["excel"])
    files = [path for kind in ("*.py", "*.bas") for path in PACKAGE.rglob(kind)]
    source = "".join(path.read_text(encoding="utf-8") for path in files)

    assert quoted
    assert [words for words in quoted if words not in source] == []
    named = set(re.findall(r"=([A-Z_]+)\(", "".join(TEXTS.values())))
    assert named <= {name for name in vars(udfs) if name.isupper()}


@pytest.mark.parametrize("page", PAGES)
def test_pictures_and_links_lead_somewhere(page):
    """Every file a page shows or links to is there, seen from the page."""
    targets = re.findall(r"\]\(([^)]+)\)", TEXTS[page])

    assert [target for target in targets if not (PAGES[page].parent / target).is_file()] == []


@pytest.mark.parametrize("page", PAGES)
def test_names_of_the_package_are_public(page):
    """Every `lx.` name is one of those that `dir(lx)` shows."""
    assert set(re.findall(r"\blx\.(\w+)", TEXTS[page])) <= set(lx.__all__)


@pytest.mark.parametrize("page", sorted(set(PAGES) - {"README"}))
def test_a_page_begins_with_its_title_and_a_sentence(page):
    """That sentence is its line in the list of topics, and README links to the page or names it."""
    title, blank, sentence, *_ = TEXTS[page].splitlines()

    assert title.startswith("# ")
    assert blank == ""
    assert sentence.endswith(".")
    assert f"leads_excel/docs/{page}.md" in TEXTS["README"]
