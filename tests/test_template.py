"""The template is what the builder builds, keeps the contract of names, and computes what pandas computes."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest
from lead_frames import tables as lead_tables
from open_xml_validator import schema_findings
from openpyxl.worksheet.formula import ArrayFormula
from package_rules import check
from readers import libreoffice_values, plain
from sample_tables import INPUTS, RESULTS, SHEETS, columns_of
from zip_parts import parts_that_differ, read_parts

from leads_excel import bulks, functions, tables
from leads_excel.dates import Days
from leads_excel.excel import sheets, template
from leads_excel.excel.catalogue import FUNCTIONS
from leads_excel.excel.file import FileBook
from leads_excel.excel.inputs import read_inputs
from leads_excel.excel.palette import KIND_FORMATS
from leads_excel.sandbox import Sandbox
from leads_excel.schema import TABLES

RIYADH = ZoneInfo("Asia/Riyadh")
REFRESHED = datetime(2026, 3, 31, 14, 20)  # noqa: DTZ001 - cells hold wall clocks
DAYS = 100
STAMP = "%Y-%m-%dT%H:%M:%S.000Z"
ERROR_VALUES = ("#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#REF!", "#VALUE!", "#NULL!")


@pytest.fixture(scope="module")
def workbook():
    """Load the template: formulas as they stand."""
    return openpyxl.load_workbook(template.template_path())


def formulas(workbook):
    """Yield every formula of the cells."""
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
                if cell.data_type == "f":
                    yield f"{sheet.title}!{cell.coordinate}", value


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_committed_template_is_what_the_builder_builds(tmp_path):
    """Every part is the same to the byte; only how it is compressed may differ between machines."""
    template.build(tmp_path / "built.xlsx")

    committed = template.template_path()
    assert parts_that_differ(committed, tmp_path / "built.xlsx") == {}
    assert list(read_parts(committed)) == list(read_parts(tmp_path / "built.xlsx"))


def test_a_build_can_be_repeated(tmp_path):
    """Two builds are the same file: no clock, no chance."""
    template.build(tmp_path / "first.xlsx")
    template.build(tmp_path / "second.xlsx")

    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()
    assert b"2026-01-01T00:00:00Z" in read_parts(tmp_path / "first.xlsx")["docProps/core.xml"]


def test_an_installed_package_uses_the_template_it_carries(tmp_path, monkeypatch):
    """The template inside the package comes before the one beside a checkout."""
    (tmp_path / template.FILE_NAME).touch()
    monkeypatch.setattr(template, "files", lambda _package: tmp_path)

    assert template.template_path() == tmp_path / template.FILE_NAME


def test_finding_the_template_does_not_load_the_library_that_builds_it():
    """A new workbook is a copy: XlsxWriter is not needed for it."""
    program = "import sys, leads_excel.excel.template as t; t.template_path(); print('xlsxwriter' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "False"


def test_excel_would_open_the_template_without_repair():
    """No rule of the package checker is broken."""
    assert check(template.template_path()) == []


def test_the_template_is_valid_open_xml():
    """Microsoft's validator finds nothing."""
    assert schema_findings(template.template_path()) == []


# --- the contract -----------------------------------------------------------------------------------------------------


def test_the_sheets_are_those_of_the_contract(workbook):
    """Eight sheets, in this order, none of them hidden."""
    assert workbook.sheetnames == ["Home", "Dashboard", "Leads", "Vehicles", "Errors", "Bulks", "Log", "Formulas"]
    assert {sheet.sheet_state for sheet in workbook} == {"visible"}


@pytest.mark.parametrize("name", SHEETS)
def test_a_table_has_the_columns_of_the_contract_and_one_empty_row(workbook, name):
    """The header is the API's names in order; an Excel table needs a row, and it is empty."""
    sheet = workbook[SHEETS[name]]
    header, *body = sheet[sheet.tables[name].ref]

    assert list(sheet.tables) == [name]
    assert tuple(cell.value for cell in header) == columns_of(name)
    assert [[cell.value for cell in row] for row in body] == [[None] * len(header)]
    assert sheet.tables[name].autoFilter.ref == sheet.tables[name].ref
    assert sheet.freeze_panes.endswith("2")


def test_every_name_of_the_contract_names_one_cell_on_home(workbook):
    """Inputs and results are found by name, wherever a user moves them."""
    for name in (*INPUTS, *RESULTS):
        (place,) = workbook.defined_names[name].destinations
        assert re.fullmatch(r"Home \$[A-Z]\$\d+", " ".join(place)), name


def test_home_asks_for_the_last_thirty_days_of_the_environment_set():
    """A fresh workbook can be refreshed as it stands."""
    with FileBook(template.template_path(), in_place=False) as book:
        asked = read_inputs(book, zone=RIYADH, today=date(2026, 3, 31))

    assert asked.days == Days(date(2026, 3, 2), date(2026, 3, 31))
    assert (asked.environment, asked.lead_id, asked.source, asked.sub_source) == (None, None, None, None)


def test_a_period_typed_on_home_stays_text(workbook):
    """`-30D` would be a broken formula and `2026-08` a date in a cell that is not text."""
    for name in ("in_from", "in_to"):
        ((sheet, cell),) = workbook.defined_names[name].destinations
        assert workbook[sheet][cell].number_format == "@"


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_the_format_of_their_kind(workbook, name):
    """The first row, which new rows copy, and the column below: texts are text, ids show every digit."""
    sheet = workbook[SHEETS[name]]

    for place, (cell, column) in enumerate(zip(sheet[2], TABLES[name], strict=True), start=1):
        below = next(one for one in sheet.column_dimensions.values() if one.min <= place <= one.max)
        assert (cell.number_format, below.number_format) == (KIND_FORMATS[column.kind],) * 2, column.name
        assert below.width >= column.width


def test_nothing_in_the_template_leads_out_of_it(workbook):
    """No links to other files or the web, no volatile function, none that fetches; examples are only text."""
    assert not any("external" in part.lower() for part in read_parts(template.template_path()))
    assert b'TargetMode="External"' not in b"".join(read_parts(template.template_path()).values())

    costly = re.compile(r"\b(NOW|TODAY|RAND\w*|OFFSET|INDIRECT|CELL|INFO|WEBSERVICE|_xl\w+|LEADS?(_[A-Z]+)?)[.(]")
    assert [place for place, formula in formulas(workbook) if costly.search(formula)] == []


# --- the catalogue of formulas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_the_catalogue_shows_the_arguments_that_a_function_takes(entry):
    """Names and order as in Python, optional ones in brackets."""
    short = {"from_date": "from", "to_date": "to", "ids": "id"}
    parameters = inspect.signature(getattr(functions, entry.name.lower())).parameters.values()
    shown = [short.get(one.name, one.name) for one in parameters]
    optional = [one.default is not inspect.Parameter.empty for one in parameters]

    assert entry.arguments.split(", ") == [f"[{n}]" if free else n for n, free in zip(shown, optional, strict=True)]


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_an_example_of_the_catalogue_works_as_it_stands(entry, monkeypatch):
    """Copied into a cell, it answers; here the function of the same name in Python does."""
    monkeypatch.setenv("LEADS_EXCEL_STORE", "none")
    name, arguments = re.fullmatch(r"=(\w+)\((.*)\)", entry.example).groups()
    given = re.findall(r'("[^"]*"|[^,"]*)(?:,|$)', arguments)[: arguments.count(",") + 1] if arguments else []

    answer = getattr(functions, name.lower())(*(text.strip('"') or None for text in given))

    assert answer is not None


# --- the numbers ------------------------------------------------------------------------------------------------------


def fetched(days, leads_per_day):
    """Get leads from the simulated DMS, the same ones every time, up to 31 March 2026."""
    box = Sandbox(leads_per_day=leads_per_day, now=lambda: REFRESHED.replace(tzinfo=RIYADH).astimezone(UTC))
    last = datetime(2026, 4, 1, tzinfo=RIYADH).astimezone(UTC)
    edges = [*(last - timedelta(days=back) for back in range(days, 0, -7)), last]
    replies = [
        box.answer("GET", f"/gs/v1/leads/bulks?fromDate={start:{STAMP}}&toDate={end:{STAMP}}", {})
        for start, end in pairwise(edges)
    ]
    return tables.build([bulk for reply in replies for bulk in bulks.decode(reply.body)], zone=RIYADH)


def filled(path, tables, environment, title, **named):
    """Fill a copy of the template."""
    with FileBook(template.template_path(), in_place=False) as book:
        sheets.fill(book, tables, sheets.Run(REFRESHED, environment, title, who="a.user"))
        book.write_named(named)
        book.save(path)
    return path


def total(book, label):
    """Read a total of the Dashboard."""
    return block(book["Dashboard"], "Totals").set_index("Total").loc[label, "Value"]


def block(rows, title):
    """Read one block of figures of the Dashboard: its last title, heads, and rows down to the first empty one."""
    top, left = [(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value == title][-1]
    heads = rows[top + 1][left : left + 7]
    width = heads.index(None) if None in heads else len(heads)
    body = []
    for row in rows[top + 2 :]:
        if len(row) <= left or row[left + 1] is None:
            break
        body.append(row[left : left + width])
    return pd.DataFrame(body, columns=heads[:width])


@pytest.fixture(scope="module")
def quarter(tmp_path_factory):
    """Give the tables of a hundred days, and the workbook they fill, calculated."""
    tables = fetched(DAYS, 12)
    title = f"{date(2026, 4, 1) - timedelta(days=DAYS)} to 2026-03-31"
    path = filled(tmp_path_factory.mktemp("template") / "quarter.xlsx", tables, "prod", title)
    return tables, libreoffice_values(path)


def test_an_empty_template_shows_no_error():
    """Calculated without any lead it shows zeros, dashes and blanks."""
    calculated = plain(libreoffice_values(template.template_path()))
    shown = [value for rows in calculated.values() for row in rows for value in row]

    assert not set(ERROR_VALUES).intersection(map(str, shown))
    assert "NOT REFRESHED YET" in shown


def test_no_result_of_a_formula_is_stored(workbook):
    """After a refresh without Excel no program can show the empty template's zeros beside full tables."""
    stored = openpyxl.load_workbook(template.template_path(), data_only=True)

    addresses = [address for address, _ in formulas(workbook)]
    assert len(addresses) > 100
    assert {stored[sheet][cell].value for sheet, cell in (address.split("!") for address in addresses)} == {None}


def test_totals_are_those_of_the_tables(quarter):
    """Cards and coverage rest on these."""
    tables, book = quarter
    leads, of_bulks = tables.leads, tables.bulks
    rejected = int(leads["isError"].eq(True).sum())
    is_open, done = of_bulks["isProcessed"] < 3, of_bulks["isProcessed"] == 4
    late = of_bulks["createdDate"].dt.tz_localize(None) < REFRESHED - timedelta(days=1)
    differs = of_bulks["totalRecords"].ne(of_bulks["leadCount"]) | of_bulks["errorRecords"].ne(
        of_bulks["errorLeadCount"]
    )
    expected = {
        "Leads received": len(leads),
        "Leads rejected": rejected,
        "Leads not rejected": len(leads) - rejected,
        "Rejection rate": rejected / len(leads),
        "Errors given": len(tables.errors),
        "Vehicle lines": len(tables.vehicles),
        "Vehicles asked for": int(tables.vehicles["totalQty"].sum()),
        "Bulks": len(of_bulks),
        "Bulks created or in progress": int(is_open.sum()),
        "Bulks open for more than a day": int((is_open & late).sum()),
        "Bulks cancelled": int((of_bulks["isProcessed"] == 3).sum()),
        "Leads in open bulks": int(of_bulks.loc[is_open, "leadCount"].sum()),
        "Finished bulks that do not add up": int((done & differs).sum()),
        "Days": DAYS,
    }

    assert {label: total(book, label) for label in expected} == pytest.approx(expected)


def test_days_are_counted_by_submission_and_the_last_one_repeats(quarter):
    """The chart shows the last 92 days, zeros included, and says so."""
    tables, book = quarter
    submitted = tables.leads["bulkCreatedDate"].dt.tz_localize(None).dt.normalize()
    days = pd.date_range(end="2026-03-31", periods=92)
    received = submitted.value_counts().reindex(days, fill_value=0)
    rejected = submitted[tables.leads["isError"].eq(True)].value_counts().reindex(days, fill_value=0)
    week = rejected.rolling(7, min_periods=1).sum() / received.rolling(7, min_periods=1).sum()

    shown = block(book["Dashboard"], "Leads by day")

    assert shown["Day"].tolist() == days.tolist()
    assert shown["Received"].tolist() == received.tolist()
    assert shown["Rejected"].tolist() == rejected.tolist()
    assert shown["Accepted"].tolist() == (received - rejected).tolist()
    assert shown["Rejected, 7 days"].tolist() == pytest.approx(week.tolist())
    assert "Leads per day, the last 92 of 100 days" in [value for row in book["Dashboard"] for value in row]


@pytest.mark.parametrize(("title", "column", "listed"), [("source", "source", 8), ("branch", "branch", 12)])
def test_leads_are_listed_by_the_most_frequent_names(quarter, title, column, listed):
    """The most frequent first, the rest and the nameless below, and the list adds up."""
    tables, book = quarter
    received = tables.leads[column].value_counts()
    rejected = tables.leads[column][tables.leads["isError"].eq(True)].value_counts()

    shown = block(book["Dashboard"], f"Leads by {title}").set_index("Name")
    named = shown.iloc[: min(listed, len(received))]

    assert named["Received"].tolist() == received.nlargest(listed).tolist()
    assert named["Received"].to_dict() == {name: received[name] for name in named.index}
    assert named["Rejected"].to_dict() == {name: rejected.get(name, 0) for name in named.index}
    assert named["Rate"].tolist() == pytest.approx((named["Rejected"] / named["Received"]).tolist())
    assert shown.loc["(none)", "Received"] == tables.leads[column].isna().sum()
    assert shown["Received"].sum() == len(tables.leads)


def test_errors_are_listed_by_reason_without_their_digits(quarter):
    """Messages that differ in numbers only are one reason, and no phone number is shown."""
    tables, book = quarter
    reasons = tables.errors["message"].str[:120].str.replace(r"\d+", "#", regex=True)
    counts = reasons.value_counts()

    shown = block(book["Dashboard"], "Errors by reason").set_index("Name")

    assert shown["Errors"].iloc[:10].tolist() == counts.nlargest(10).tolist()
    assert shown["Errors"].iloc[:10].to_dict() == {name: counts[name] for name in shown.index[:10]}
    assert shown["Errors"].sum() == len(tables.errors)


def test_live_data_is_said_to_be_live(quarter):
    """Only PROD is."""
    _, book = quarter
    assert book["Home"][1][5] == book["Dashboard"][1][9] == "PROD: LIVE DATA"


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Give a workbook with a few leads whose sources look like something else."""
    names = ["Website", "*", "<5", "Website", "~?", None, "00966", "966", "*", "source", "WEBSITE"]
    day = datetime(2026, 3, 30, 9)  # noqa: DTZ001 - frames of the tests take wall clocks
    common = {"bulkCreatedDate": day, "vehicleCount": 0, "errorCount": 0}
    leads = [
        {"leadExternalId": number, "source": name, "isError": number % 3 == 0, **common}
        for number, name in enumerate(names, start=1)
    ]
    leads[0]["isError"] = None
    path = tmp_path_factory.mktemp("template") / "odd.xlsx"
    return libreoffice_values(
        filled(path, lead_tables(leads=leads), "test", "2026-03-30, source 3", in_environment="prod")
    )


def test_names_that_look_like_wildcards_or_numbers_are_counted_as_names(odd):
    """Upper and lower case are one name, as everywhere in Excel; the header's own text counts as `Other`."""
    shown = block(odd["Dashboard"], "Leads by source").dropna(subset="Name").set_index("Name")["Received"]

    assert shown.to_dict() == {
        "Website": 3, "*": 2, "<5": 1, "~?": 1, "00966": 1, "966": 1, "Other": 1, "(none)": 1
    }  # fmt: skip


def test_other_data_than_asked_for_is_marked_loudly(odd):
    """A workbook of the test environment says so, and that another one was chosen."""
    shown = [value for row in odd["Home"] for value in row]

    assert "TEST DATA: NOT LIVE" in shown
    assert "You chose prod, but the tables hold test: refresh." in shown


def test_leads_without_a_verdict_are_pointed_out(odd):
    """They count as accepted, as everywhere, and the coverage line names them."""
    assert total(odd, "Leads without a verdict") == 1
    assert "Complete: nothing is missing. Without a verdict, taken as accepted: 1 leads." in odd["Dashboard"][3]


def test_a_single_lead_on_a_single_day_is_counted_once(tmp_path):
    """Tables of one row are where array formulas go wrong; every other slot of the day chart repeats that day."""
    lead = {"leadExternalId": 1, "isError": True, "vehicleCount": 0, "errorCount": 1, "bulkCreatedDate": REFRESHED}
    error = {"leadExternalId": 1, "position": 1, "message": "Phone 0512345678 is not valid"}
    tables = lead_tables(leads=[lead], errors=[error])

    book = libreoffice_values(filled(tmp_path / "one.xlsx", tables, "demo", "2026-03-31"))

    days = block(book["Dashboard"], "Leads by day")
    reasons = block(book["Dashboard"], "Errors by reason").set_index("Name")["Errors"]

    assert days[["Received", "Rejected", "Rejected, 7 days"]].drop_duplicates().to_numpy().tolist() == [[1, 1, 1]]
    assert set(days["Day"]) == {datetime(2026, 3, 31)}  # noqa: DTZ001 - cells hold wall clocks
    assert reasons[reasons > 0].to_dict() == {"Phone # is not valid": 1}
    assert block(book["Dashboard"], "Leads by branch").set_index("Name").loc["(none)", "Received"] == 1


def test_a_failed_refresh_keeps_the_numbers_and_says_so(tmp_path):
    """Home and Dashboard tell that the numbers are those of the refresh before."""
    tables = lead_tables(leads=[{"leadExternalId": 1, "vehicleCount": 0}])
    path = filled(tmp_path / "failed.xlsx", tables, "demo", "2026-03-31")
    with FileBook(path) as book:
        sheets.fail(book, "no connection: try again later", sheets.Run(REFRESHED, "demo", "2026-03-31"))
        book.save()

    book = libreoffice_values(path)

    assert book["Dashboard"][3][1].startswith("Failed: the last refresh did not succeed")
    assert any(str(value).startswith("The last refresh failed") for row in book["Home"] for value in row)
    assert total(book, "Leads received") == 1
