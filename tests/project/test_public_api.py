"""The public names, the error tree, and what each of them promises."""

import importlib
import inspect
import re

import pytest

import leads_excel as lx
from leads_excel import exceptions


def test_all_is_sorted_and_complete():
    """`__all__` is sorted, and each name in it exists."""
    assert lx.__all__ == sorted(lx.__all__)
    assert all(getattr(lx, name) is not None for name in lx.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error():
    """A typo is an AttributeError that names it, as for any module."""
    with pytest.raises(AttributeError, match="fetsch"):
        _ = lx.fetsch


def test_a_function_is_not_hidden_by_a_module_of_the_same_name():
    """Importing the modules leaves `lx.fetch` and `lx.refresh` functions."""
    for name in ("fetcher", "workbooks", "functions", "tables"):
        importlib.import_module(f"leads_excel.{name}")

    assert callable(lx.fetch)
    assert callable(lx.refresh)


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
