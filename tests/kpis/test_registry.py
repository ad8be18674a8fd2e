"""A key figure worked out is a number to whoever computes with it, and never a number where there is none."""

import math
import pydoc

import pandas as pd
import pytest
from few_leads import four_leads

import leads_excel as lx
from leads_excel.exceptions import ArgumentError
from leads_excel.kpis.registry import Figure
from leads_excel.tables.lead_tables import build

quarter = Figure(0.25, 1, 4, "share")
nothing = Figure(None, 0, 0, "share")


def test_a_figure_computes_and_formats_as_its_value():
    """In sums, f-strings, frames and assertions."""
    assert float(quarter) == 0.25
    assert f"{quarter:.1%} of {Figure(1234, 1234, None, 'leads'):,.0f}" == "25.0% of 1,234"
    assert pytest.approx(0.25) == float(quarter)
    assert pd.Series([quarter, quarter]).astype(float).sum() == 0.5
    assert f"{quarter}" == repr(quarter)


def test_a_figure_compares_as_its_value():
    """With numbers and with other figures."""
    assert quarter == 0.25
    assert quarter != 0.3
    assert quarter < 0.3
    assert quarter <= 0.25
    assert quarter > 0
    assert quarter > 0.1
    assert quarter >= Figure(0.25, 2, 8, "share")
    assert max(quarter, Figure(0.5, 1, 2, "share"), Figure(0.1, 1, 10, "share")) == 0.5
    assert quarter != Figure(0.25, 2, 8, "share"), "another share, though as large"
    assert quarter == Figure(0.25, 1, 4, "share", "cut off"), "a note is no number"
    assert {quarter: "found"}[Figure(0.25, 1, 4, "share")] == "found"
    assert hash(quarter) == hash(0.25)
    assert (quarter == "0.25") is False
    with pytest.raises(TypeError):
        _ = quarter < "1"


def test_a_figure_without_a_value_is_no_number():
    """NaN where a number is wanted; and whether it is more than another has no answer, so none is given."""
    assert math.isnan(float(nothing))
    assert f"{nothing:.1%}" == "nan%"
    assert nothing != 0
    assert Figure(None, 0, 0, "share") == nothing
    for compare in (lambda: nothing > 0.1, lambda: quarter < nothing, lambda: nothing >= quarter):
        with pytest.raises(ArgumentError, match=r"no value to compare. It is a share of nothing\."):
            compare()
    with pytest.raises(ArgumentError, match=r"to compare\. The API is out of reach"):
        _ = Figure(None, None, None, "share", "The API is out of reach.") > 0.1


def test_figures_of_tables_are_such_numbers():
    """As a notebook has them."""
    tables = four_leads()

    assert lx.kpis.leads(tables) == len(tables.leads)
    assert 0 < lx.kpis.rejection_rate(tables) < 1
    with pytest.raises(ArgumentError):
        _ = lx.kpis.rejection_rate(build([])) > 0.1


@pytest.mark.parametrize("name", lx.kpis.KPIS)
def test_help_shows_the_definition(name):
    """`help(lx.kpis.duplicate_rate)` in a notebook."""
    figure = lx.kpis.KPIS[name]
    shown = " ".join(pydoc.render_doc(figure, renderer=pydoc.plaintext).split())

    assert f"{figure.label} ({figure.unit}). {figure.about}" in shown


def test_only_what_is_public_is_offered():
    """What `lx.` and Tab show in a notebook, whatever was loaded since."""
    _ = lx.kpis, lx.fetch

    assert dir(lx) == sorted(lx.__all__)
