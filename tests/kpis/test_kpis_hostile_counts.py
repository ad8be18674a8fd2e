"""Numbers no count can have: kept as text, told of, left out of sums; nothing wraps, nothing crashes."""

from __future__ import annotations

from datetime import datetime

import pytest
from few_leads import RIYADH, Desk, bulk, lead, session
from readers import READERS

import leads_excel as lx
from leads_excel.bulks.json_values import LARGEST_COUNT
from leads_excel.dates import to_days
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling.sheets import Run, fill
from leads_excel.excel.template.building import template_path
from leads_excel.exceptions import LeadsError
from leads_excel.fetching.session import current, use
from leads_excel.kpis import KPIS
from leads_excel.reports.html import html
from leads_excel.reports.page import compose
from leads_excel.tables.lead_tables import build
from leads_excel.windows.questions import Question

DAY = "2026-08-03"
HOSTILE = [10**30, 1e30, 10**19, 2**63 - 1, -(2**63), -5, "1e400", "Infinity", float("nan"), float("inf"), 1.5, "3.5"]
HOSTILE += [LARGEST_COUNT + 1, True, [1], {"a": 1}, "٣"]
READ = [(0, 0), (3, 3), ("7", 7), (2.0, 2), (LARGEST_COUNT, LARGEST_COUNT), (None, 0), ("", 0)]


def bulk_with(value, **keys):
    vehicles = [{"modelFamily": "RIO", "modelYear": value, "totalQty": value}]
    vehicles += [{"modelFamily": "K5", "modelYear": 2026, "totalQty": 2}]
    return bulk(DAY, lead(1, vehicles=vehicles), lead(2), totalRecords=value, errorRecords=value, **keys)


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_what_is_no_count_is_told_and_left_out(value):
    """The sum is that of what is readable; a warning names the column, and how many it left out."""
    tables = build([bulk_with(value)], zone=RIYADH)

    assert KPIS["units"](tables).value == 2
    for column in ("vehicles.totalQty", "vehicles.modelYear", "bulks.totalRecords", "bulks.errorRecords"):
        assert any(line.startswith(f"{column}: 1 value(s)") and "left out" in line for line in tables.warnings)
    assert isinstance(tables.vehicles["totalQty"].iloc[0], str)


@pytest.mark.parametrize(("value", "units"), READ, ids=repr)
def test_what_is_a_count_is_added(value, units):
    """Bare, quoted or with a zero fraction."""
    assert KPIS["units"](build([bulk_with(value)], zone=RIYADH)).value == units + 2


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_no_key_figure_wraps_or_crashes(value):
    """Every figure is there or missing, and none is negative but a change."""
    tables = build([bulk_with(value, createdBy=value), bulk_with(2)], zone=RIYADH)
    for name, kpi in KPIS.items():
        figure = kpi(tables).value
        assert figure is None or figure >= 0 or kpi.compares, name


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_no_door_crashes(value, tmp_path):
    """Formulas by model, the coverage and files take it."""
    use(session(Desk(bulk_with(value, createdBy=value))))
    try:
        tables = current().tables(Question(to_days(DAY, zone=RIYADH), RIYADH))
        by_model = lx.leads_by("modelFamily", DAY, None, "units")
        lx.leads_by("modelYear", DAY, None, "leads")
    except LeadsError as error:  # pragma: no cover - would be a failure with a reason
        pytest.fail(str(error))
    finally:
        use(None)
    tables.to_excel(tmp_path / "x.xlsx")
    tables.to_parquet(tmp_path / "p")

    assert len(tables.leads) == 2
    assert (by_model["units"] >= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("value", [10**30, "Infinity", float("nan"), 1.5], ids=repr)
def test_no_page_and_no_workbook_crashes(value, tmp_path):
    """The report with its pictures, and the template filled, hold the vehicles of the other lead."""
    tables = build([bulk_with(value, createdBy=value)], zone=RIYADH)
    page = html(compose(tables, tables))
    with FileBook(template_path(), in_place=False) as book:
        fill(book, tables, Run(datetime(2026, 9, 1, 12), "test", DAY, who="a.user"))  # noqa: DTZ001 - of a cell
        book.save(tmp_path / "book.xlsx")
    cells = READERS["openpyxl"](tmp_path / "book.xlsx")["Vehicles"]

    assert "nan" not in page.lower().replace("finance", "")
    assert len([row for row in cells if "K5" in row]) == 1
