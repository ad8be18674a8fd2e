"""Workbooks are made from the template and refreshed from the API, or left as they were."""

import stat
from datetime import UTC, date, datetime

import openpyxl
import pandas as pd
import pytest
from older_template import make, without_sheet

import leads_excel as lx
from leads_excel.excel import workbooks
from leads_excel.exceptions import ApiUnavailableError, ArgumentError, DateError, WorkbookError, WorkbookLayoutError
from leads_excel.fetching.brakes import braked
from leads_excel.sandbox import Faults, Sandbox, SandboxServer

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def api():
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW)) as running:
        yield running


def settings(api, **more):
    return lx.Settings(environment="test", base_url=api.url, store="none", backoff=0.01, attempts=2, **more)


def named(path, name):
    book = openpyxl.load_workbook(path)
    sheet, cell = next(iter(book.defined_names[name].destinations))
    return book[sheet][cell].value


def set_named(path, **values):
    book = openpyxl.load_workbook(path)
    for name, value in values.items():
        sheet, cell = next(iter(book.defined_names[name].destinations))
        book[sheet][cell].value = value
    book.save(path)


def rows(path, table):
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if table in sheet.tables)
    header, *body = sheet[sheet.tables[table].ref]
    return pd.DataFrame([[cell.value for cell in row] for row in body], columns=[cell.value for cell in header])


def test_a_new_workbook_is_the_template(tmp_path):
    """`new` copies the template byte for byte, so that what users open is what was looked at."""
    path = workbooks.new(tmp_path / "report.xlsx")

    assert path.read_bytes() == workbooks.template_path().read_bytes()


def test_a_new_macro_workbook_has_buttons(tmp_path):
    """The .xlsm holds a VBA project."""
    path = workbooks.new(tmp_path / "report.xlsm")

    assert openpyxl.load_workbook(path, keep_vba=True).vba_archive is not None


@pytest.mark.parametrize("name", ["report.xls", "report.txt", "report"])
def test_a_file_of_another_kind_is_refused(tmp_path, name):
    """Only .xlsx and .xlsm can be made."""
    with pytest.raises(WorkbookError, match="xlsx"):
        workbooks.new(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_not_replaced_by_a_new_one(tmp_path):
    """`new` never throws a workbook away."""
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"mine")

    with pytest.raises(WorkbookError, match="exists already"):
        workbooks.new(path)
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("book", [None, 7, pd.DataFrame()])
def test_what_is_no_workbook_is_one_line(book):
    """A refresh of something else says what to give."""
    with pytest.raises(ArgumentError, match=r"no workbook: give the path of an \.xlsx"):
        lx.refresh(book, settings=lx.Settings(environment="demo", store="none"))


@pytest.mark.slow
def test_a_refresh_asks_for_what_home_says(api, tmp_path):
    """Range and filters come from Home; the tables, the status cells and the Log tell what was fetched."""
    path = workbooks.new(tmp_path / "report.xlsx")
    set_named(path, in_from="2026-10-04", in_to="2026-10-10", in_source=1)

    summary = lx.refresh(path, settings=settings(api))

    assert {exchange.parameters["source"] for exchange in api.log} == {"1"}
    expected = lx.fetch("2026-10-04", "2026-10-10", source=1, settings=settings(api))
    leads = rows(path, "leads")
    assert list(leads["leadExternalId"]) == list(expected.leads["leadExternalId"])
    assert summary.leads == len(leads) == named(path, "out_leads") == summary.new
    assert named(path, "out_environment") == "test"
    assert named(path, "out_status").startswith("Complete")
    log = rows(path, "refresh_log").iloc[-1]
    assert (log["leads"], log["environment"], log["new"]) == (len(leads), "test", len(leads))


def test_a_range_given_wins_over_home(api, tmp_path):
    """`refresh(path, "2026-09-01")` leaves Home alone and fetches that day, and what Rejections asks of those after."""
    path = workbooks.new(tmp_path / "report.xlsx")

    lx.refresh(path, "2026-09-01", settings=settings(api))

    assert named(path, "out_range") == "2026-09-01"
    assert len(api.log) == 1 + 5 + 5  # the thirty days before, for duplicates, and those after, for Rejections


def test_a_workbook_without_rejections_asks_for_nothing_after_its_range(api, tmp_path):
    """One that an older template made, or whose user deleted the sheet, costs what it did."""
    path = make(tmp_path / "report.xlsx", without_sheet("Rejections"), own=False)

    lx.refresh(path, "2026-09-01", settings=settings(api))

    assert len(api.log) == 1 + 5  # the thirty days before, for duplicates


def test_days_that_nobody_allowed_leave_open_whether_a_lead_was_recovered(api, tmp_path):
    """The refresh of a day asks for no month after it where the setting max_days forbids that, and says so."""
    path = workbooks.new(tmp_path / "report.xlsx")
    forbidding = settings(api, max_days=5)

    with braked("add --yes"):
        summary = lx.refresh(path, "2026-09-01", settings=forbidding)

    assert len(api.log) == 1
    assert set(rows(path, "rejections")["recovered"]) == {"unknown"}
    assert set(rows(path, "leads")["duplicate"]) == {None}
    assert [remark.split(": ")[0] for remark in summary.remarks] == ["duplicates are not known", "rejections"]
    for remark in summary.remarks:
        assert "add --yes" in remark
        assert remark in rows(path, "refresh_log").iloc[-1]["result"]


@pytest.mark.slow
def test_home_decides_on_the_environment(tmp_path):
    """A workbook that asks for the demo gets it, whatever the settings say."""
    path = workbooks.new(tmp_path / "report.xlsx")
    set_named(path, in_environment="demo", in_from="-2D")

    lx.refresh(path, settings=lx.Settings(environment="prod"))

    assert named(path, "out_environment") == "demo"
    assert len(rows(path, "leads")) > 10


@pytest.mark.slow
def test_a_failed_refresh_keeps_what_the_workbook_had_and_says_so(api, tmp_path):
    """The tables stay, the status and the Log name the missing days, and the error is raised."""
    path = workbooks.new(tmp_path / "report.xlsx")
    lx.refresh(path, "2026-10-04", "2026-10-10", settings=settings(api))
    before = rows(path, "leads")
    api.faults = Faults(every=1, kinds=("503",))

    with pytest.raises(ApiUnavailableError, match="2026-10-11"):
        lx.refresh(path, "2026-10-11", settings=settings(api))

    pd.testing.assert_frame_equal(rows(path, "leads"), before)
    assert named(path, "out_status").startswith("Failed")
    assert "2026-10-11" in rows(path, "refresh_log").iloc[-1]["result"]
    assert named(path, "out_leads") == len(before)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [("in_from", "03/04/2026", DateError), ("in_from", "+3D", DateError), ("in_source", "many", ArgumentError)],
)
def test_an_input_that_cannot_be_used_is_told_in_the_workbook(api, tmp_path, name, value, error):
    """Nothing is fetched, the message says which cell, and so do Home's status and the Log; the tables stay."""
    path = workbooks.new(tmp_path / "report.xlsx")
    lx.refresh(path, "2026-10-04", settings=settings(api))
    before, asked = rows(path, "leads"), len(api.log)
    set_named(path, **{"in_from": "2026-10-04", name: value})

    with pytest.raises(error) as refused:
        lx.refresh(path, settings=settings(api))

    assert len(api.log) == asked
    assert str(refused.value) in named(path, "out_status")
    assert rows(path, "refresh_log").iloc[-1]["result"] == f"failed: {refused.value}"
    pd.testing.assert_frame_equal(rows(path, "leads"), before)


def test_a_foreign_workbook_is_refused_before_anything_is_fetched(api, tmp_path):
    """A workbook without our tables is not ours to change."""
    path = tmp_path / "mine.xlsx"
    openpyxl.Workbook().save(path)
    before = path.read_bytes()

    with pytest.raises(WorkbookLayoutError, match="refresh_log"):
        lx.refresh(path, settings=settings(api))
    assert path.read_bytes() == before
    assert api.log == []


def test_several_workbooks_are_fetched_for_once(api, tmp_path):
    """Two workbooks that ask for the same cost one set of requests; a broken one does not stop the others."""
    paths = [workbooks.new(tmp_path / f"{name}.xlsx") for name in "ab"]
    for path in paths:
        set_named(path, in_from="2026-10")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"no workbook")

    outcomes = dict(workbooks.refresh_files([paths[0], broken, paths[1]], (None, None), settings(api)))

    assert len(api.log) == 5 + 5 + 5  # October, the days before, for duplicates, and those after, for Rejections
    assert isinstance(outcomes[broken], WorkbookError)
    assert outcomes[paths[0]].leads == outcomes[paths[1]].leads > 0


def test_rows_that_left_the_range_can_be_kept(api, tmp_path):
    """`gone="keep"` leaves the leads of an earlier range below the new ones."""
    path = workbooks.new(tmp_path / "report.xlsx")
    first = lx.refresh(path, "2026-10-04", settings=settings(api)).leads
    second = lx.refresh(path, "2026-10-05", settings=settings(api), gone="keep")

    assert len(rows(path, "leads")) == first + second.leads
    assert second.new == second.leads > 0


def test_a_fetched_workbook_asks_for_the_same_again(api, tmp_path):
    """`to_excel` notes range and filters on Home, so that a refresh repeats them."""
    tables = lx.fetch("2026-10-04", "2026-10-06", source=1, settings=settings(api))

    path = tables.to_excel(tmp_path / "october.xlsx")
    again = lx.refresh(path, settings=settings(api))

    assert named(path, "in_from") == "2026-10-04"
    assert named(path, "in_to") == "2026-10-06"
    assert named(path, "in_source") == 1
    assert (again.new, again.changed, again.gone) == (0, 0, 0)


def test_a_written_workbook_can_be_written_by_its_owner(tmp_path):
    """A template that is read-only does not make read-only workbooks."""
    path = workbooks.new(tmp_path / "report.xlsx")

    assert path.stat().st_mode & stat.S_IWUSR


def test_times_on_home_are_business_time(api, tmp_path):
    """The time of the refresh is shown in the business zone, without a zone."""
    path = workbooks.new(tmp_path / "report.xlsx")
    lx.refresh(path, "2026-10-04", settings=settings(api))

    shown = named(path, "out_refreshed_at")
    now = datetime.now(settings(api).zone).replace(tzinfo=None)
    assert abs((now - shown).total_seconds()) < 120
    assert isinstance(rows(path, "leads")["leadDate"].dropna().iloc[0], date)
