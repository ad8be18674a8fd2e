"""SQL over tables: DuckDB's own answers, typed as the frames are, and nothing of the leads in a message."""

import sys
from datetime import date

import pandas as pd
import pytest
from few_leads import FOUR, RIYADH, bulk, four_leads, lead
from kpi_tables import thirteen_leads

import leads_excel as lx
from leads_excel.exceptions import ArgumentError, SettingsError
from leads_excel.exports.partitions import OTHER
from leads_excel.tables.lead_tables import build


def test_tables_are_there_under_their_names():
    """Typed as in the frames: whole numbers that may be missing, text, flags; times on the clock of the business."""
    tables = thirteen_leads()
    for name in ("leads", "vehicles", "errors", "bulks"):
        frame = getattr(tables, name)
        found = tables.sql(f"SELECT * EXCLUDE {OTHER} FROM {name}")  # noqa: S608 - our own names
        assert list(found) == list(frame)[: found.shape[1]]
        right = frame[list(found)].reset_index(drop=True)
        strays = [name for name in right if right[name].dtype == object]  # such as the day `someday`
        right = right.assign(**right.select_dtypes("datetimetz").apply(lambda times: times.dt.tz_localize(None)))
        found, right = found.drop(columns=strays), right.drop(columns=strays)
        pd.testing.assert_frame_equal(found, right, check_dtype=False)
    types = tables.sql("SELECT leadId, source, isError, bulkCreatedDate FROM leads").dtypes.astype(str).tolist()
    assert types == ["Int64", "string", "boolean", "datetime64[us]"]


def test_questions_are_answered():
    """As the key figures answer them."""
    tables = thirteen_leads()
    by_source = tables.sql("SELECT source, count(*) AS leads, sum(vehicleCount) AS cars FROM leads GROUP BY ALL")

    assert by_source["leads"].sum() == lx.kpis.leads(tables)
    assert by_source["cars"].dtype == pd.Int64Dtype()
    assert by_source["cars"].sum() == len(tables.vehicles)


def test_a_day_is_a_business_day():
    """Half past ten in the evening, in UTC, is the next day in Riyadh, wherever the computer stands."""
    tables = build([bulk("2026-08-03", lead(1), createdDate="2026-08-03T22:30:00.000Z")], zone=RIYADH)

    (day,) = tables.sql("SELECT CAST(bulkCreatedDate AS DATE) AS day FROM leads")["day"]

    assert pd.Timestamp(day).date() == date(2026, 8, 4)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELEC 1", 'Parser Error: syntax error at or near "SELEC"'),
        ("SELECT sources FROM leads", 'Referenced column "sources" not found'),
        ("SELECT 1 FROM lead", "Table with name lead does not exist"),
        ("SELECT CAST(firstName AS INTEGER) FROM leads", "DuckDB ended it with ConversionException."),
        ("-- nothing", "begins with SELECT"),
    ],
)
def test_what_cannot_be_run_is_told_in_a_line(statement, told):
    """In DuckDB's words where these are about the statement; others quote the leads."""
    with pytest.raises(ArgumentError) as refused:
        four_leads().sql(statement)

    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "Sara" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_tables_stay_as_they_are():
    """A statement that changes one changes nothing here."""
    tables = build(list(FOUR), zone=RIYADH)
    before = tables.leads.copy()
    with pytest.raises(ArgumentError):
        tables.sql("UPDATE leads SET source = 'x'")

    pd.testing.assert_frame_equal(tables.leads, before)


def test_without_duckdb_the_extra_is_named(monkeypatch):
    """As with every extra."""
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(SettingsError, match=r'needs the extra sql: pip install "leads-excel\[sql\]"'):
        four_leads().sql("SELECT 1")
