"""A value that nothing in the range has is no 0 but a slip."""

from __future__ import annotations

import pandas as pd
import pytest
from few_leads import bulk, four_leads, lead

import leads_excel as lx
from leads_excel.arguments.typed_arguments import filters
from leads_excel.arguments.views import columns_of, meets
from leads_excel.exceptions import ArgumentError
from leads_excel.tables.lead_tables import build

BRANCHES = ("Riyadh Khurais", "Riyadh Exit 5", "Jeddah Tahlia", "Dammam", "Al Jabr, Hofuf", "أبها", None)
SOURCES = ("Website", "Walk in", "Event", "Call Center", "Social Media", "Referral", "Website")


def few():
    """Make leads of some branches and sources, one of them without a branch."""
    pairs = enumerate(zip(BRANCHES, SOURCES, strict=True), 1)
    leads = [lead(number, branch=branch, source=source, firstName="Sara") for number, (branch, source) in pairs]
    return build([bulk("2026-08-03", *leads)])


def kept(text, frame=None, table="leads", **how):
    """Count the rows that meet a filter."""
    frame = few().leads if frame is None else frame
    return int(meets(frame, filters(text), columns_of(table, frame), lx.Settings(), **how).sum())


def refused(text, *frame, **how):
    """Give the message with which a filter is refused."""
    with pytest.raises(ArgumentError) as caught:
        kept(text, *frame, **how)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("branch=Ryadh Khurais", "no lead has branch 'Ryadh Khurais': Riyadh Khurais?"),
        ("branch<>Ryadh Khurais", "no lead has branch 'Ryadh Khurais': Riyadh Khurais?"),
        ("branch=riyadh-khurais", "Riyadh Khurais?"),
        ("branch=RiyadhKhurais", "Riyadh Khurais?"),
        ("branch=Damman", "Dammam?"),
        ("branch=ابها", "أبها?"),
        ("branch=Dammam|Ryadh Khurais", "no lead has branch 'Ryadh Khurais': Riyadh Khurais?"),
        ("branch=Ryadh Khurais|Dammam", "no lead has branch 'Ryadh Khurais': Riyadh Khurais?"),
        ("branch=Riyadh", "Riyadh Khurais, Riyadh Exit 5 or Riyadh*?"),
        ("branch=Khurais", "Riyadh Khurais?"),
        ("branch=Ryadh*", "no lead has branch 'Ryadh*': Riyadh*?"),
        ("branch=*Khurias*", "Khurais*?"),
        ("branch=Riyadh~*", "Riyadh Khurais, Riyadh Exit 5 or Riyadh*?"),
        ("branch=Dammam, Jeddah Tahlia", "Dammam|Jeddah Tahlia?"),
        ("branch=Dammam or Jeddah Tahlia", "Dammam|Jeddah Tahlia?"),
        ("branch=Dammam/أبها", "Dammam|أبها?"),
        ("branch=(none)", "(blank)?"),
        ("branch=blank", "(blank)?"),
        ("source=zzzz", "write one of Website, Walk in, Event, Call Center, Social Media, …."),
        ("occupation=Doctor", "no lead has occupation 'Doctor': all are empty."),
        ("leadExternalId=99", "no lead has leadExternalId '99': correct it"),
    ],
)
def test_a_value_that_no_lead_has_is_refused_with_the_nearest(text, hint):
    """Each of several values by itself, for = and <>, texts, patterns and numbers of leads."""
    message = refused(text)

    assert hint in message
    assert message.endswith("rite missing=0 for 0.")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("branch=Dammam", 1),
        ("branch=DAMMAM ", 1),
        ("branch=Al Jabr, Hofuf", 1),
        ("branch=Riyadh*", 2),
        ("branch=Riyadh*|Jeddah*", 3),
        ("branch<>Riyadh*", 5),
        ("branch=*a*", 5),
        ("branch=(blank)", 1),
        ("branch=(Blank)", 1),
        ("source=(blank)", 0),
        ("source=Event; branch=Dammam", 0),
        ("branch>M", 3),
        ("isError=TRUE", 0),
        ("vehicleCount=7", 0),
        ("leadDate=2020-01-01", 0),
        ("leadId=0", 7),
        ("leadId=99|0|1", None),
    ],
)
def test_what_measures_may_be_met_by_nothing(text, count):
    """Counts, dates, flags, empty fields and comparisons with more and less; two values that never meet."""
    if count is None:
        refused(text)
    else:
        assert kept(text) == count


@pytest.mark.parametrize("text", ["branch=Ryadh", "branch=Ryadh*", "leadExternalId=99", "firstName=Zaphod"])
def test_a_formula_that_wants_0_says_so(text):
    """With missing=0 such a value is met by nothing, and with <> by all."""
    assert kept(text, missing="0") == 0
    assert kept(text.replace("=", "<>"), missing="0") == len(BRANCHES)


def test_a_range_without_leads_has_no_values():
    """Its 0 is true, whatever is asked."""
    assert kept("branch=Ryadh; source=x", build([]).leads) == 0


@pytest.mark.parametrize("text", ["firstName=Zaphod", "firstName=Sar", "phoneNumber=0501234567", "email=z*"])
def test_of_personal_data_nothing_is_told(text):
    """Neither what was typed nor what there is: a telephone number is no place to guess."""
    message = refused(text)

    assert f"no lead has this {text.split('=')[0]}: correct it" in message
    assert not any(word in message for word in ("Sara", "Zaphod", "0501"))


def test_a_source_without_errors_is_no_slip():
    """Where a table holds some of the leads only, all leads of the range tell what there is."""
    tables = four_leads()
    errors = tables.errors.assign(source="Website")

    assert kept("source=Walk in", errors, "errors", leads=tables.leads) == 0
    assert kept("source=Walk in", errors.iloc[:0], "errors", leads=tables.leads) == 0
    assert "Walk in?" in refused("source=Walkin", errors, "errors", leads=tables.leads).replace("walk IN", "Walk in")
    assert "no error has code 'E9': E1?" in refused("code=E9", errors, "errors", leads=tables.leads)


def test_the_words_of_the_api_page_are_no_slips():
    """No bulk was cancelled, and that is what the answer says; a year that is a name must be there."""
    bulks, vehicles = four_leads().bulks, four_leads().vehicles

    assert kept("status=Cancelled", bulks, "bulks") == kept("isProcessed=3", bulks, "bulks") == 0
    assert "no bulk has status 'Complete': Completed?" in refused("status=Complete", bulks, "bulks")
    assert "no bulk has isProcessed '7'" in refused("isProcessed=7", bulks, "bulks")
    assert "no vehicle has modelYear '2062': 2026?" in refused("modelYear=2062", vehicles, "vehicles")
    assert kept("totalQty=99", vehicles, "vehicles") == 0


def test_no_lead_without_a_number_is_a_true_0():
    """The lead no. 0 names nobody: it says not created in the DMS."""
    frame = build([bulk("2026-08-03", lead(1, leadId=5))]).leads

    assert kept("leadId=0", frame) == 0
    assert kept([["leadId", 0.0]], frame) == 0


def test_a_value_from_a_cell_is_looked_for_like_text():
    """A number of a text column too."""
    frame = build([bulk("2026-08-03", lead(1, subSource="5"))]).leads

    assert kept([["subSource", 5.0]], frame) == 1
    assert "no lead has subSource '6': 5?" in refused([["subSource", 6.0]], frame)


@pytest.mark.parametrize(("count", "told"), [(5, "b0, b1, b2, b3, b4. Or"), (6, "b0, b1, b2, b3, b4, …. Or")])
def test_five_values_are_all_or_the_first_of_more(count, told):
    """Dots say that there are others."""
    frame = pd.DataFrame({"branch": pd.Series([f"b{number}" for number in range(count)], dtype="string")})

    assert f"write one of {told}" in refused("branch=zzzz", frame)


def test_a_long_value_is_cut():
    """Whatever leads hold, the message fits a cell and shows no long numbers."""
    frame = pd.DataFrame({"branch": pd.Series(["x" * 300, "0501234567 Sara"], dtype="string")})

    message = refused("branch=yy", frame)

    assert len(message) <= 250
    assert "0501" not in message
