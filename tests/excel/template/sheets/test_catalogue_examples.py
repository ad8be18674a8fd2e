"""No example gives 0 or nothing: each formula and filter that help, catalogue and pages show is run in the demo."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from places import PACKAGE, ROOT

import leads_excel as lx
from leads_excel import arguments
from leads_excel.arguments.names import KNOWN, plain
from leads_excel.arguments.typed_arguments import Options
from leads_excel.excel import udfs
from leads_excel.excel.template.sheets.catalogue import ARGUMENTS, FUNCTIONS
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.session import use
from leads_excel.functions import analysis, changes, listings

_FORMULA = re.compile(r'=LEADS?(?:_[A-Z]+)?\((?:"(?:[^"]|"")*"|[^"()\n`])*\)')
_COUNTER = {"=LEADS(30)", '=LEADS_KPI("leads","source=Website")'}  # that show what is refused


def _texts():
    """Give every text that people read: pages, notebooks, help, docstrings."""
    for path in sorted({*ROOT.glob("*.md"), *PACKAGE.rglob("*.md"), *PACKAGE.rglob("*.py")}):
        yield path.name, path.read_text(encoding="utf-8").replace('\\"', '"').replace("\\|", "|")
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield path.name, "\n".join("".join(cell["source"]) for cell in cells)


FORMULAS = {
    formula: name
    for name, text in _texts()
    for formula in _FORMULA.findall(text)
    if not re.search(r"\.\.\.|\[|=\w+\([a-z_]+[,)]|,[a-z_]+\)", formula.replace("A2", "2")) and formula not in _COUNTER
}


def _quoted(text):
    return [part.replace("\\|", "|") for part in re.findall(r'"([^"]+)"|`([^`]+)`', text) for part in part if part]


def _filters():
    """Give each filter that the help of a function shows, with the function."""
    helped = [(module, text) for module in (listings, analysis) for text in _docstrings(module)]
    for where, text in [*helped, *((udfs, text) for text in (udfs._FILTERS, *(text for _, text in ARGUMENTS)))]:
        for part in _quoted(text):
            name = re.split(r"[=<>]", part)[0]
            if re.search(r"\w[=<>]+\S", part) and (plain(name) in KNOWN or name == "times"):
                yield pytest.param(part, id=f"{where.__name__.rsplit('.', 1)[-1]}: {part}")


def _docstrings(module):
    return [
        value.__doc__
        for value in vars(module).values()
        if getattr(value, "__module__", "") == module.__name__ and value.__doc__
    ]


def _options():
    texts = [
        udfs._OPTIONS,
        *(text for _, text in ARGUMENTS),
        *_docstrings(listings),
        *_docstrings(analysis),
        *_docstrings(changes),
    ]
    found = {part for text in texts for part in _quoted(text) if re.match(r"(\w+)=[^;]", part)}
    names = set(Options.__dataclass_fields__)
    return sorted(part for part in found if part.split("=")[0] in names)


@pytest.fixture(autouse=True, scope="module")
def _demo():
    """Use the demo, without a store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADS_EXCEL_STORE", "none")
        use(None)
        yield
    use(None)


def _says_something(result):
    if isinstance(result, pd.DataFrame):
        return len(result) > 0 and bool(result.notna().to_numpy().any())
    return result is not None and result != 0


def test_examples_are_found():
    """Those of the catalogue, and those that stand in pages and docstrings only."""
    assert {entry.example for entry in FUNCTIONS} <= set(FORMULAS)
    assert len(FORMULAS) > len(FUNCTIONS) + 3
    assert len(list(_filters())) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("formula", FORMULAS)
def test_an_example_says_something_in_the_demo(formula):
    """A2 is the first cell below the heading where the first example stands in A1."""
    first = lx.leads("-30D").iloc[0, 0]
    lx.leads_kpi("rejection_rate", "2000-01")  # so that there is something to explain
    line = lx.as_python(formula.replace("A2", str(first)))

    assert _says_something(eval(line, {"lx": lx})), f"{FORMULAS[formula]}: {formula}"  # noqa: S307 - our own examples


@pytest.mark.parametrize("text", list(_filters()))
def test_a_filter_that_is_shown_meets_something_in_the_demo(text):
    """Of the last 30 days: leads, or clusters where it names their fields."""
    table = lx.leads_dupes if text.startswith("times") else lx.lead_errors if "code" in text else lx.leads

    assert len(table("-30D", None, None, text)) > 0


@pytest.mark.parametrize("text", _options())
def test_an_option_that_is_shown_is_one(text):
    """With each of the values that are offered."""
    for choice in text.split("; "):
        name, values = choice.split("=", 1)
        for value in values.split("|"):
            assert arguments.options(f"{name}={value}", Options.__dataclass_fields__) is not None


def test_the_documented_filter_without_its_star_is_no_0():
    """It was the example that gave 0."""
    with pytest.raises(ArgumentError, match=r"no lead has branch 'Riyadh': Riyadh .* or Riyadh\*\?"):
        lx.leads_kpi("leads", "-30D", None, "branch=Riyadh")
