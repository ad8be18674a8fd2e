"""The public names, the error tree, and what each of them promises."""

import ast
import importlib
import inspect
import pydoc
import re

import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter
from places import PACKAGE

import leads_excel as lx
from leads_excel import exceptions


def test_all_is_sorted_and_complete():
    """`__all__` is sorted, and each name in it exists."""
    assert lx.__all__ == sorted(lx.__all__)
    assert all(getattr(lx, name) is not None for name in lx.__all__)


@pytest.mark.parametrize("module", [lx, lx.charts], ids=lambda module: module.__name__)
def test_dir_shows_the_public_names_and_nothing_else(module):
    """What a notebook offers after a dot is the contract, whatever was loaded before."""
    importlib.import_module("leads_excel.excel.workbooks")

    assert dir(module) == sorted(module.__all__)


def test_dir_of_the_key_figures_shows_them_and_the_tables_beside_them():
    """Each figure, each public name, and no module of the package behind them."""
    shown = dir(lx.kpis)

    assert shown == sorted({*lx.kpis.__all__, *lx.kpis.KPIS})
    assert all(callable(getattr(lx.kpis, name)) for name in set(shown) - {"KPIS", "RULES"})
    assert not [name for name in shown if inspect.ismodule(getattr(lx.kpis, name))]


@pytest.mark.slow
@pytest.mark.parametrize("uses_jedi", [True, False])
@pytest.mark.parametrize(("typed", "module"), [("lx.", lx), ("lx.kpis.", lx.kpis), ("lx.charts.", lx.charts)])
def test_the_tab_key_of_a_notebook_offers_what_is_public(typed, module, uses_jedi):
    """By what is loaded, and by what Jupyter reads in the source: no module and no helper of ours."""
    completer = IPCompleter(namespace={"lx": lx}, use_jedi=uses_jedi)
    with provisionalcompleter():
        offered = {each.text.lstrip(".") for each in completer.completions(typed, len(typed))}

    public = {*module.__all__, *getattr(module, "KPIS", ())}
    assert {name for name in offered if not name.startswith("_")} == public - {"__version__"}


@pytest.mark.parametrize("kpi", lx.kpis.KPIS.values(), ids=lambda kpi: kpi.name)
def test_help_shows_the_definition_of_a_key_figure(kpi):
    """`help(lx.kpis.duplicate_rate)` says what it is called, what it counts and how it is defined."""
    shown = pydoc.plain(pydoc.render_doc(getattr(lx.kpis, kpi.name)))

    assert f"{kpi.label} ({kpi.unit}). {kpi.about}" in shown


def test_help_of_the_key_figures_shows_all_definitions():
    """`help(lx.kpis)` lists them in the order in which people ask."""
    lines = [line for line in lx.kpis.__doc__.splitlines() if line.startswith("- `")]

    assert lines == [f"- `{kpi.name}`: {kpi.label} ({kpi.unit}). {kpi.about}" for kpi in lx.kpis.KPIS.values()]


def test_every_function_of_formulas_is_public():
    """What `functions` names like a formula can be called as one, and from a notebook."""
    named = {
        node.name
        for path in (PACKAGE / "functions").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.split("_")[0] in ("lead", "leads")
    }

    assert named
    assert named <= set(lx.__all__), "add it to __all__ of leads_excel/__init__.py, run: pytest tests/project"


def test_a_name_that_does_not_exist_is_an_attribute_error():
    """A typo is an AttributeError that names it, as for any module."""
    with pytest.raises(AttributeError, match="fetsch"):
        _ = lx.fetsch


@pytest.mark.parametrize("name", lx._MOVED)
def test_a_module_that_moved_is_found_and_told_where_it_is(name):
    """A script of before goes on working, until it is read by somebody; `dir` does not offer it."""
    with pytest.warns(DeprecationWarning, match=rf"leads_excel\.{name} is now leads_excel\.") as told:
        module = getattr(lx, name)

    assert module.__name__ in str(told[0].message)
    assert told[0].filename == __file__
    assert name not in dir(lx)


def test_a_function_is_not_hidden_by_a_module_of_the_same_name():
    """Importing the modules leaves `lx.fetch` and `lx.refresh` functions."""
    for name in ("fetching.fetch", "excel.workbooks", "reports.report", "exports.partitions"):
        importlib.import_module(f"leads_excel.{name}")

    for name in ("fetch", "refresh", "report", "export"):
        assert inspect.isfunction(getattr(lx, name))


def test_the_tree_in_the_docstring_is_the_tree_of_classes():
    """The errors drawn in the module's docstring are its classes, each below its parent."""
    drawn, path = {}, []
    for line in exceptions.__doc__.splitlines():
        if match := re.match(r"( *)\* (\w+)", line):
            depth = len(match[1]) // 2
            path[depth:] = [match[2]]
            drawn[match[2]] = path[depth - 1] if depth else "Exception"
    real = {
        name: item.__bases__[0].__name__
        for name, item in vars(exceptions).items()
        if inspect.isclass(item) and issubclass(item, Exception)
    }

    assert drawn == real


@pytest.mark.parametrize("name", ["SettingsError", "DateError", "ArgumentError"])
def test_wrong_values_are_value_errors_too(name):
    """Whoever catches ValueError catches these."""
    assert issubclass(getattr(lx, name), ValueError)


@pytest.mark.parametrize("name", [name for name in lx.__all__ if name != "__version__"])
def test_every_public_name_is_described(name):
    """Each public class and function has a docstring that begins with one sentence."""
    first = inspect.getdoc(getattr(lx, name)).splitlines()[0]

    assert first.endswith(".")


def test_run_main_refreshes_the_workbook(monkeypatch):
    """The button Run main of xlwings calls `leads_excel.main()`, which is the macro Refresh."""
    macros = importlib.import_module("leads_excel.excel.macros")
    called = []
    monkeypatch.setattr(macros, "refresh", lambda: called.append("refresh"))

    lx.main()

    assert called == ["refresh"]
