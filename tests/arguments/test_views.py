"""Fields, filters, order and labels applied to tables."""

from __future__ import annotations

import pandas as pd
import pytest
from few_leads import bulk, four_leads, lead

import leads_excel as lx
from leads_excel.arguments.typed_arguments import Options, filters, options
from leads_excel.arguments.views import SETS, chosen, columns_of, meets, ordered, shown
from leads_excel.exceptions import ArgumentError, DateError
from leads_excel.schema.columns import LEADS, TABLES
from leads_excel.tables.lead_tables import build

ALL_OPTIONS = tuple(Options.__dataclass_fields__)


def met(text, frame=None, table="leads"):
    """Count from 1 which rows meet a filter."""
    frame = four_leads().leads if frame is None else frame
    mask = meets(frame, filters(text), columns_of(table, frame), lx.Settings(), missing="0")
    return [number for number, hit in enumerate(mask, 1) if hit]


def view(text, fields="leadExternalId,firstName,leadDate"):
    """Show the four leads with options."""
    leads = four_leads().leads
    columns = columns_of("leads", leads)
    return shown(leads, columns, chosen(fields, columns, ()), options(text, ALL_OPTIONS))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("source=website", [1, 2]),
        ("source=Web*", [1, 2]),
        ("source=W?lk in", [3, 4]),
        ("source=Web~*", []),
        ("source<>Website", [3, 4]),
        ("source=Website|walk in", [1, 2, 3, 4]),
        ("source<>Website|Walk in", []),
        ("source>Walk in", [1, 2]),
        ("branch=(blank)", [3, 4]),
        ("branch<>(blank)", [1, 2]),
        ("branch<>Riyadh", [2, 3, 4]),
        ("المصدر=Website", [1, 2]),
        ("isError=TRUE", [2]),
        ("isError=0", [1, 3, 4]),
        ("isError<>TRUE", [1, 3, 4]),
        ("testDriveRequired=TRUE", [1]),
        ("testDriveRequired=FALSE", []),
        ("testDriveRequired=(blank)", [2, 3, 4]),
        ("leadId=501", [1]),
        ("leadId>0", [1, 3]),
        ("leadId<=501", [1, 2, 4]),
        ("leadExternalId=1|3", [1, 3]),
        ("leadExternalId<>1", [2, 3, 4]),
        ("vehicleCount>=1.5", [1]),
        ("leadDate=2026-08-02", [2]),
        ("leadDate=2026-08", [1, 2, 3]),
        ("leadDate>2026-08-01", [2, 3]),
        ("leadDate<=2026-08-02", [1, 2]),
        ("leadDate>2026-08", []),
        ("leadDate<>2026-08", [4]),
        ("bulkCreatedDate=2026-08-03", [1, 2]),
        ("bulkCreatedDate>2026-08-03", [3, 4]),
        ("firstName=sara", [1]),
        ("leadNote=*cmd*", [3]),
        ("source=Website; isError=FALSE", [1]),
        ("", [1, 2, 3, 4]),
    ],
)
def test_a_filter_keeps_the_rows_that_people_mean(text, rows):
    """Text as Excel compares it, numbers exactly, days and periods as a whole, blanks by name."""
    assert met(text) == rows


def test_values_of_cells_filter_like_what_people_type():
    """A number of a text column, a flag and a date out of cells work."""
    frame = build([bulk("2026-08-03", lead(1, leadReference="5", isError=1, leadDate="2026-08-01"))]).leads

    for condition in (["leadReference", 5.0], ["isError", True], ["leadDate", pd.Timestamp("2026-08-01 10:00")]):
        assert met([condition], frame) == [1]
    assert met([["leadReference", 6.0]], frame) == []


def test_a_filter_sees_numbers_of_any_length():
    """Numbers beyond what a float holds are told apart."""
    frame = build([bulk("2026-08-03", lead(2**53), lead(2**53 + 1))]).leads

    assert met(f"leadExternalId={2**53 + 1}", frame) == [2]


def test_a_column_that_the_api_page_does_not_know_can_be_filtered():
    """A new key is text until somebody says more."""
    frame = build([bulk("2026-08-03", lead(1, campaign="Spring"), lead(2, campaign="Autumn"))]).leads

    assert met("campaign=spring", frame) == [1]


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("sorce=x", ArgumentError, "did you mean source?"),
        ("leadId=many", ArgumentError, "needs a number, such as leadId=5"),
        ("leadId=nan", ArgumentError, "needs a number"),
        ("isError=perhaps", ArgumentError, "needs TRUE or FALSE"),
        ("isError>FALSE", ArgumentError, "needs TRUE or FALSE"),
        ("leadDate=03/04/2026", DateError, "In the filter on leadDate: '03/04/2026' can be misread"),
    ],
)
def test_a_filter_that_cannot_be_used_is_refused(text, error, message):
    """The message names the field and says what to write."""
    with pytest.raises(error) as caught:
        met(text)

    assert message in str(caught.value)


def test_fields_stand_in_the_order_given():
    """Names, labels and sets mix, and each field stands once."""
    columns = columns_of("leads", four_leads().leads)

    names = [item.name for item in chosen("Source, lead_id, consent, source", columns, ["branch"])]

    assert names[:2] == ["source", "leadId"]
    assert names.count("source") == 1
    assert set(names) == {"source", "leadId", *SETS["consent"]}


def test_without_fields_the_default_is_meant():
    """Nothing given means the default; `all` means all."""
    leads = four_leads().leads
    columns = columns_of("leads", leads)

    assert [item.name for item in chosen(None, columns, ["branch"])] == ["branch"]
    assert [item.name for item in chosen("all", columns, ["branch"])] == list(leads)


def test_a_set_of_leads_is_refused_for_bulks():
    """Bulks have no consents."""
    with pytest.raises(ArgumentError, match="The set consent is one of leads"):
        chosen("consent", TABLES["bulks"], ())


@pytest.mark.parametrize("name", SETS)
def test_sets_name_fields_that_exist(name):
    """Every field of a set is one of leads, once."""
    assert set(SETS[name]) <= {item.name for item in LEADS}
    assert len(set(SETS[name])) == len(SETS[name])


def test_personal_data_is_masked_unless_asked_for():
    """`pii` masks, shows or leaves out; masking is the default."""
    assert view("")["firstName"].tolist()[0] == "S•••"
    assert view("pii=reveal")["firstName"].tolist()[0] == "Sara"
    assert list(view("pii=none")) == ["leadExternalId", "leadDate"]


def test_labels_stand_over_the_columns():
    """Headings are API names, or labels in English or Arabic."""
    assert [view(f"labels={choice}").columns[1] for choice in ("api", "en", "ar")] == [
        "firstName", "First name", "الاسم الأول",
    ]  # fmt: skip


def test_rows_are_sorted_by_any_field_and_cut():
    """A minus sorts from large to small; labels work; fields that are not shown sort too; blanks come last."""
    assert view("sort=-leadId")["leadExternalId"].tolist()[:2] == [3, 1]
    assert view("sort=Source,-Lead no.; limit=2")["leadExternalId"].tolist() == [3, "none"]
    assert view("sort=firstName; pii=reveal")["firstName"].tolist()[:3] == ["Omar", "Sara", "X"]


def test_a_column_of_several_kinds_can_be_sorted():
    """What the API sent as text among dates comes after the dates."""
    assert view("sort=leadDate")["leadDate"].tolist()[-1] == "10/08/2026"
    assert view("sort=-leadDate")["leadDate"].tolist()[0] == "10/08/2026"


def test_a_field_to_sort_by_has_to_exist():
    """A misspelt field is refused."""
    with pytest.raises(ArgumentError, match="did you mean leadDate"):
        view("sort=-leadDat")


def test_a_spill_knows_how_it_is_shown():
    """Whether headings stand on top and what stands in empty cells travels with the frame."""
    assert view("headers=0; empty=-").attrs == {"headers": False, "empty": "-"}
    assert view("").attrs == {"headers": True, "empty": None}


def test_a_table_without_rows_keeps_its_columns():
    """An empty table looks like a full one."""
    leads = four_leads().leads.iloc[:0]
    columns = columns_of("leads", leads)

    frame = shown(leads, columns, chosen("all", columns, ()), options("sort=leadDate; limit=5", ALL_OPTIONS))

    assert list(frame) == [item.name for item in LEADS]
    assert len(frame) == 0


def test_values_of_several_kinds_have_an_order():
    """Text comes last, whatever its case."""
    assert ordered(["b", 3, "A", 1, "a"]) == [1, 3, "A", "a", "b"]
