"""Three tasks of CONTRIBUTING, each done in a scratch copy: whatever is forgotten is told, with what mends it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys

import pytest
from places import ROOT
from programs import run

CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
KEPT = ("leads_excel", "tests", "README.md", "pyproject.toml", "workbook_template.xlsx")

pytestmark = pytest.mark.slow


class Scratch:
    """A copy of the checkout that a task is done in.

    Args:
        folder: Where it is made.
        title: The section of CONTRIBUTING that tells how.
    """

    def __init__(self, folder, title):
        self.folder = folder
        self.section = CONTRIBUTING.split(f"\n## {title}\n")[1].split("\n## ")[0]
        for name in KEPT:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, folder / name)

    def edit(self, file, before, after):
        """Replace one text of a file that CONTRIBUTING names."""
        assert file in self.section
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        (self.folder / file).write_text(text.replace(before, after), encoding="utf-8")

    def explain(self, file, english, arabic):
        """Add a caption to a dictionary."""
        self.edit(file, "] = {\n", f'] = {{\n    "{english}": "{arabic}",\n')

    def run(self, *arguments):
        """Run Python over the copy."""
        variables = {"PYTHONPATH": str(self.folder), "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}
        return run([sys.executable, *arguments], cwd=self.folder, env={**os.environ, **variables}, limit=240)

    def told(self, *tests):
        """Run tests and give what each of those that fail tells to do, by its name."""
        result = self.run("-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "-rN", *tests)
        assert result.returncode in {0, 1}, result.stdout + result.stderr
        failures = re.split(r"^_{3,} (.+?) _{3,}$", result.stdout, flags=re.MULTILINE)
        hints = {}
        for name, text in zip(failures[1::2], failures[2::2], strict=True):
            hint = re.search(r"^E +AssertionError: (.*run: .+)$", text, re.MULTILINE)
            hints[name] = hint[1] if hint else text
        return hints

    def mend(self, hint):
        """Run the command that a failing test told."""
        command = hint.rpartition("run: ")[2]
        assert f"`{command}`" in self.section
        program, *arguments = shlex.split(command)
        assert program == "python"
        result = self.run(*arguments)
        assert result.returncode == 0, result.stderr


TEMPLATE = "tests/excel/template/test_template.py::test_the_committed_template_is_what_the_builder_builds"


def test_a_column_is_added(tmp_path):
    """Described alone, it is missed in five places, and each is told."""
    scratch = Scratch(tmp_path, "Add a column")
    tests = (
        "tests/schema/test_columns_personal.py",
        "tests/tables/test_lead_tables.py::test_every_value_of_the_sample_arrives",
        "tests/sandbox/synthetic/test_synthetic.py::test_a_lead_has_the_keys_of_the_page_in_its_order",
        "tests/captions/test_captions_complete.py::test_every_column_is_explained_in_arabic",
        TEMPLATE,
    )
    leads = '    _column("leadName", "text"'
    new = '    _column("campaign", "text", "Campaign", "الحملة", 16, "Campaign that brought the lead."),\n'
    scratch.edit("leads_excel/schema/columns.py", leads, new + leads)

    hints = scratch.told(*tests)

    personal = hints.pop("test_every_column_of_texts_or_dates_is_personal_or_known_not_to_be[leads]")
    assert "tests/schema/test_columns_personal.py" in personal
    assert "tests/standins/data/page_sample.json" in hints.pop("test_every_value_of_the_sample_arrives")
    assert "synthetic/leads.py" in hints.pop("test_a_lead_has_the_keys_of_the_page_in_its_order")
    assert "captions/lists.py" in hints.pop("test_every_column_is_explained_in_arabic")
    assert list(hints) == [TEMPLATE.rpartition("::")[2]]

    scratch.edit("tests/schema/test_columns_personal.py", '"code", "field"', '"campaign", "code", "field"')
    sample = '      "leadName": '
    scratch.edit("tests/standins/data/page_sample.json", sample, f'      "campaign": "Summer",\n{sample}')
    scratch.edit(
        "leads_excel/sandbox/synthetic/leads.py",
        'members({"leadName": name})',
        'members({"campaign": None, "leadName": name})',
    )
    keys = '"source", "subSource", "leadName"'
    scratch.edit(
        "tests/sandbox/synthetic/test_synthetic.py", keys, keys.replace('"leadName"', '"campaign", "leadName"')
    )
    scratch.explain("leads_excel/captions/lists.py", "Campaign that brought the lead.", "الحملة التي جاءت بالطلب.")
    scratch.mend(*hints.values())

    assert scratch.told(*tests) == {}


def test_a_key_figure_is_added(tmp_path):
    """Written alone, it is missed by those who count it a second time; formulas and `help` know it at once."""
    scratch = Scratch(tmp_path, "Add a key figure")
    tests = (
        "tests/kpis/test_kpis.py::test_every_figure_was_counted_by_hand",
        "tests/kpis/test_kpis.py::test_a_figure_is_what_one_counts_by_hand",
        "tests/kpis/test_kpis_sql.py::test_every_figure_has_a_second_opinion",
        "tests/kpis/test_kpis_sql.py::test_a_figure_is_what_sql_says",
        "-k",
        "every_figure or test_drives",
    )
    figure = '@kpi("Current model year rate"'
    new = '''\
@kpi("Test drives", "تجارب القيادة", "leads")
def test_drives(facts: Facts) -> Count:
    """Accepted leads that want a test drive."""
    return Count(is_accepted(facts) & says(facts, "testDriveRequired"))


'''
    scratch.edit("leads_excel/kpis/demand.py", figure, new + figure)
    scratch.edit("leads_excel/kpis/demand.py", "    remembered,\n", "    remembered,\n    says,\n")

    hints = scratch.told(*tests)

    assert "BY_HAND" in hints["test_every_figure_was_counted_by_hand"]
    assert "tests/standins/kpi_sql.py" in hints["test_every_figure_has_a_second_opinion"]

    by_hand = '    "test_drive_rate": (4, 10)'
    scratch.edit("tests/kpis/test_kpis.py", by_hand, f'    "test_drives": (4, None),\n{by_hand}')
    rate = '    "test_drive_rate"'
    scratch.edit(
        "tests/standins/kpi_sql.py",
        rate,
        f'    "test_drives": ("count(*) FILTER (a AND testDriveRequired)", None),\n{rate}',
    )
    assert scratch.told(*tests) == {}
    shown = scratch.run("-c", "import leads_excel as lx; help(lx.kpis.test_drives)").stdout
    assert "Accepted leads that want a test drive." in shown


def test_a_formula_is_added(tmp_path):
    """Written alone, it is not public; public alone, it is missed in cells, catalogue, VBA and template."""
    scratch = Scratch(tmp_path, "Add a formula")
    public = "tests/project/test_public_api.py::test_every_function_of_formulas_is_public"
    twins = "tests/excel/test_udfs_twins.py::"
    tests = (
        public,
        f"{twins}test_every_function_has_its_formula",
        f"{twins}test_signatures_are_equal[leads_count]",
        f"{twins}test_all_functions_were_compared",
        f"{twins}test_the_sheet_formulas_names_the_arguments_as_they_are",
        "tests/excel/test_udfs.py::test_all_formulas_are_there",
        "tests/excel/addin/test_macro_book.py::test_the_formulas_of_the_addin_are_those_of_python",
        "tests/captions/test_captions_complete.py::test_every_function_is_explained_in_arabic",
        TEMPLATE,
    )
    before = "def leads_date("
    new = '''\
def leads_count(from_date: object, to_date: object = None) -> int:
    """Count the leads of a range.

    Args:
        from_date: As for `leads`.
        to_date: As for `leads`.

    Returns:
        How many there are.

    Raises:
        LeadsError: As for `leads`.
    """
    return len(leads(from_date, to_date))


'''
    scratch.edit("leads_excel/functions/listings.py", before, new + before)

    assert "__all__ of leads_excel/__init__.py" in scratch.told(public)["test_every_function_of_formulas_is_public"]

    scratch.edit("leads_excel/__init__.py", '    "leads_date",\n', '    "leads_count",\n    "leads_date",\n')
    hints = scratch.told(*tests[:2], tests[3])
    assert "excel/udfs.py" in hints["test_every_function_has_its_formula"]
    assert "CALLS" in hints["test_all_functions_were_compared"]

    formula = "@_worksheet_function(\n    since="
    twin = '''\
@_worksheet_function(from_date=_FROM, to_date=_TO)
def LEADS_COUNT(from_date, to_date=None):
    """Count the leads submitted in a range of days."""
    return _answer(functions.leads_count, from_date, to_date)


'''
    scratch.edit("leads_excel/excel/udfs.py", formula, twin + formula)
    hints = scratch.told(*tests)
    assert "catalogue.py" in hints["test_the_sheet_formulas_names_the_arguments_as_they_are"]
    scratch.mend(hints["test_the_formulas_of_the_addin_are_those_of_python"])

    call = '    ("leads_date", "MTD"),\n'
    scratch.edit("tests/standins/twin_calls.py", call, f'    ("leads_count", "-7D"),\n{call}')
    entry = '    Entry("LEADS_DATE"'
    line = '    Entry("LEADS_COUNT", "from, [to]", "How many leads there are.", \'=LEADS_COUNT("-7D")\'),\n'
    scratch.edit("leads_excel/excel/template/sheets/catalogue.py", entry, line + entry)
    hints = scratch.told(*tests)
    assert "captions/formulas.py" in hints.pop("test_every_function_is_explained_in_arabic")
    assert list(hints) == [TEMPLATE.rpartition("::")[2]]
    scratch.explain("leads_excel/captions/formulas.py", "How many leads there are.", "عدد الطلبات.")
    scratch.mend(*hints.values())

    assert scratch.told(TEMPLATE) == {}
