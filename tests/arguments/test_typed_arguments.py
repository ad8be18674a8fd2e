"""What people write as fields, filters and options, and what it means."""

from __future__ import annotations

import pandas as pd
import pytest

from leads_excel.arguments.typed_arguments import (
    Filter,
    Options,
    as_text,
    column,
    filters,
    is_blank,
    nearest,
    options,
    words,
)
from leads_excel.exceptions import ArgumentError
from leads_excel.schema.columns import LEADS, VEHICLES

OPTIONS = tuple(Options.__dataclass_fields__)


@pytest.mark.parametrize("value", [None, "", "  ", float("nan"), pd.NA, pd.NaT, [], [[None, ""], [None, None]]])
def test_what_is_empty_counts_as_left_out(value):
    """Nothing, an empty cell, blank text and a range of them are the same."""
    assert is_blank(value)


@pytest.mark.parametrize("value", [0, False, "0", [[None], [0]]])
def test_zero_and_false_are_something(value):
    """A cell that holds 0 or FALSE is not empty."""
    assert not is_blank(value)


@pytest.mark.parametrize(("value", "text"), [(5.0, "5"), (5.5, "5.5"), (" x ", "x"), (7, "7"), (True, "True")])
def test_a_whole_number_of_excel_reads_like_one(value, text):
    """Excel passes 5 as 5.0; people mean 5."""
    assert as_text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        "leadId, source,branch",
        "leadId;source\nbranch",
        ["leadId", "source", "branch"],
        [["leadId", "source"], ["branch", None]],
    ],
)
def test_names_come_as_text_list_or_range(value):
    """However they are given, the names are the same."""
    assert words(value) == ["leadId", "source", "branch"]


def test_no_names_are_no_names():
    """Nothing in, nothing out; a number is a name too, of a column that the API page does not know."""
    assert (words(None), words(""), words(2026.0)) == ([], [], ["2026"])


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("source=Website", ("source", "=", ("Website",))),
        (" branch = Riyadh | Jeddah ", ("branch", "=", ("Riyadh", "Jeddah"))),
        ("leadDate>=2026-08-01", ("leadDate", ">=", ("2026-08-01",))),
        ("leadDate=>2026-08-01", ("leadDate", ">=", ("2026-08-01",))),
        ("leadDate<2026-08", ("leadDate", "<", ("2026-08",))),
        ("source!=Website", ("source", "<>", ("Website",))),
        ("source<>Website", ("source", "<>", ("Website",))),
        ("isError==TRUE", ("isError", "=", ("TRUE",))),
        ("leadNote=a=b", ("leadNote", "=", ("a=b",))),
    ],
)
def test_a_condition_has_a_field_an_operator_and_values(text, condition):
    """Each way to write a comparison is read as people mean it."""
    assert filters(text) == [Filter(*condition)]


@pytest.mark.parametrize(
    "value",
    [
        "source=Website; leadDate>=2026-08-01",
        "source=Website\nleadDate>=2026-08-01;",
        [["source", "Website"], ["leadDate>=", "2026-08-01"]],
        [["source=Website"], ["leadDate>=2026-08-01"], [None]],
        ["source=Website", "leadDate>=2026-08-01"],
        {"source": "Website", "leadDate >=": "2026-08-01"},
        {"source": ["Website", None], "leadDate>=": ("2026-08-01",)},
    ],
)
def test_filters_come_as_text_range_or_dict(value):
    """However they are given, the conditions are the same."""
    assert filters(value) == [Filter("source", "=", ("Website",)), Filter("leadDate", ">=", ("2026-08-01",))]


@pytest.mark.parametrize(
    "value", [None, "", "source=", "source= | ", [["source", None]], {"source": []}, [[None, None]]]
)
def test_a_filter_without_a_value_is_off(value):
    """An empty input cell of a report means all."""
    assert filters(value) == []


def test_values_of_cells_keep_their_kind():
    """Numbers, flags and dates of a range stay what they are."""
    day = pd.Timestamp("2026-08-01")

    found = filters([["isError", False], ["modelYear", 2026.0], ["leadDate>", day]])

    assert [condition.wanted for condition in found] == [(False,), (2026.0,), (day,)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Website", "no comparison: write one such as source=Website"),
        ({"a=b=c": "x"}, "is no field"),
        ([["source", "Website", "x"]], "two columns"),
        ([[None, "Website"]], "two columns"),
        (5.0, "two columns"),
    ],
)
def test_what_is_no_condition_is_refused(value, message):
    """The message says what to write instead."""
    with pytest.raises(ArgumentError, match=message):
        filters(value)


def test_options_are_read():
    """Every option is understood, whatever the case and however true is written."""
    text = "Headers=no; labels=AR; sort=-leadDate,source; limit=500; pii=reveal; empty=-; top=10; date=lead; "
    text += "min=30; n=1; days=14; strict=yes"

    assert options(text, OPTIONS) == Options(
        headers=False,
        labels="ar",
        sort=("-leadDate", "source"),
        limit=500,
        pii="reveal",
        empty="-",
        top=10,
        date="lead",
        min=30,
        n=True,
        days=14,
        strict=True,
    )


@pytest.mark.parametrize(
    "value", ["headers=0; limit=5", [["headers", 0.0], ["limit", 5.0]], {"headers": False, "limit": 5}]
)
def test_options_come_as_text_range_or_dict(value):
    """However they are given, the options are the same."""
    assert options(value, OPTIONS) == Options(headers=False, limit=5)


@pytest.mark.parametrize("value", [None, "", "limit=", [["limit", None]], ";"])
def test_an_option_without_a_value_keeps_its_default(value):
    """An empty input cell changes nothing."""
    assert options(value, OPTIONS) == Options()


def test_a_number_for_empty_cells_is_a_number():
    """`empty=0` puts zeros into cells, which sums count; a text like it stays one."""
    assert [options(f"empty={text}", OPTIONS).empty for text in ("0", "-1.5", "n/a")] == [0, -1.5, "n/a"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("limits=5", "There is no option 'limits': did you mean limit?"),
        ("limit", "has no value: write one such as limit=500"),
        ("limit=0", "a whole number such as limit=10"),
        ("limit=many", "a whole number such as limit=10"),
        ("min=-1", "a whole number such as min=10"),
        ("days=0", "a whole number such as days=10"),
        ("n=some", "n=0 or n=1"),
        ("strict=2", "strict=0 or strict=1"),
        ("headers=perhaps", "headers=0 or headers=1"),
        ("pii=show", "pii=mask or pii=reveal or pii=none"),
        ("labels=fr", "labels=api or labels=en or labels=ar"),
        ("date=today", "date=created or date=lead"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(value, message):
    """An unknown option is an error, not silence, and the message says what to write."""
    with pytest.raises(ArgumentError) as caught:
        options(value, OPTIONS)

    assert message in str(caught.value)


def test_an_option_of_another_function_is_unknown():
    """An option that would change nothing here is refused like a misspelt one."""
    with pytest.raises(ArgumentError, match="There is no option 'top'"):
        options("top=5", ("headers", "limit"))


@pytest.mark.parametrize(
    "name", ["acceptMarketing", "ACCEPT_MARKETING", "accept marketing", "Marketing", "قبول التسويق"]
)
def test_a_column_is_found_by_name_or_label(name):
    """Case, blanks and underscores do not matter; labels in both languages work."""
    assert column(name, LEADS).name == "acceptMarketing"


def test_a_name_comes_before_a_label_of_another_column():
    """Where a label of one column is the name of another, the name decides."""
    other = VEHICLES[0].__class__("Plan", "text", "x", "x", 5, sensitive=True, about="")

    assert column("plan", [*LEADS, other]) is other


def test_of_columns_with_one_name_the_first_is_meant():
    """Beside a lead's vehicle both have a `leadId`; it is the vehicle's."""
    assert column("leadId", [VEHICLES[1], *LEADS]) is VEHICLES[1]


def test_the_nearest_name_is_suggested():
    """A misspelt field is answered with the field that was meant."""
    with pytest.raises(ArgumentError, match=r"There is no field 'sorce': did you mean source\?"):
        column("sorce", LEADS)


def test_without_a_near_name_some_are_listed():
    """Something quite different is answered with examples."""
    with pytest.raises(ArgumentError, match="write one of day, week"):
        nearest("zzz", ["day", "week"], "period")


def test_a_message_does_not_repeat_somebodys_number():
    """What was typed in the wrong place may be a telephone number."""
    with pytest.raises(ArgumentError) as caught:
        column("0501234567 is the customer with a very long name", LEADS)

    assert "501234" not in str(caught.value)
    assert len(str(caught.value)) < 200
