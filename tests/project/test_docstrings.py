"""The docstrings of everything public have the house form: arguments, what is returned, what is raised."""

from __future__ import annotations

import ast
import inspect
import textwrap

import pytest
from griffe import Docstring, DocstringSectionKind

import leads_excel as lx
from leads_excel.exceptions import LeadsError

OURS = {name for name in lx.__all__ if name.endswith("Error")}


def public():
    """Yield every public function, and every public method of a public class, by its name."""
    for module in (lx, lx.charts, lx.kpis):
        for name in sorted(set(module.__all__) - {"__version__", "charts", "kpis"}):
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield f"{module.__name__}.{name}", value
            elif inspect.isclass(value):
                methods = inspect.getmembers(value, inspect.isfunction)
                yield from (
                    (f"{module.__name__}.{name}.{method}", function)
                    for method, function in methods
                    if not method.startswith("_") and function.__module__.startswith("leads_excel")
                )


PUBLIC = dict(public())


def sections(function):
    """Read a docstring as Google's form."""
    text = inspect.getdoc(function) or ""
    return {section.kind: section.value for section in Docstring(text).parse("google", warnings=False)}


def tree(function):
    """Parse the source of a function, without the functions within it."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    pending, found = list(node.body), []
    while pending:
        item = pending.pop()
        found.append(item)
        if not isinstance(item, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            pending.extend(ast.iter_child_nodes(item))
    return found


@pytest.mark.parametrize("name", PUBLIC)
def test_the_first_line_is_one_sentence(name):
    """It ends with a full stop and begins with a capital."""
    first = (inspect.getdoc(PUBLIC[name]) or "").split("\n\n")[0]

    assert first.endswith(".")
    assert first[0].isupper()


@pytest.mark.parametrize("name", PUBLIC)
def test_every_argument_is_described(name):
    """Each by its name, in their order, and none that does not exist."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = [
        stars.get(parameter.kind, "") + parameter.name
        for parameter in inspect.signature(PUBLIC[name]).parameters.values()
        if parameter.name != "self"
    ]
    described = sections(PUBLIC[name]).get(DocstringSectionKind.parameters, [])

    assert [parameter.name for parameter in described] == parameters
    assert all(parameter.description for parameter in described)


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_returned_is_described(name):
    """Where something is, and only there."""
    returned = any(isinstance(node, ast.Return) and node.value is not None for node in tree(PUBLIC[name]))

    assert (DocstringSectionKind.returns in sections(PUBLIC[name])) == returned


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_raised_is_described(name):
    """Each of our errors that a function itself raises is named, or one above it."""
    raised = {
        node.exc.func.id
        for node in tree(PUBLIC[name])
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    } & OURS
    described = [
        getattr(lx, entry.annotation)
        for entry in sections(PUBLIC[name]).get(DocstringSectionKind.raises, [])
        if entry.annotation in OURS
    ]

    assert all(issubclass(error, LeadsError) for error in described)
    assert [error for error in raised if not any(issubclass(getattr(lx, error), one) for one in described)] == []
