"""The Dashboard computes what pandas computes, in LibreOffice, for no leads, one, odd ones and a quarter of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from dashboards import REFRESHED, block, card, fetched, filled, total, typed
from lead_frames import tables as lead_tables
from readers import libreoffice_values, plain
from zip_parts import read_parts, zipped

import leads_excel as lx
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets
from leads_excel.excel.template import building as template
from leads_excel.excel.template.dashboard.totals import NO_VALUE
from leads_excel.tables.children import narrowed
from leads_excel.tables.verdicts import are_provisional

pytestmark = pytest.mark.slow  # LibreOffice starts and calculates for seconds

DAYS = 100
ERROR_VALUES = ("#DIV/0!", "#N/A", "#NAME?", "#NUM!", "#REF!", "#VALUE!", "#NULL!")


@pytest.fixture(scope="module")
def quarter(tmp_path_factory):
    """Give the tables of a hundred days with miscounted bulks, and the workbook they fill, calculated."""
    tables = fetched(DAYS, 12, miscounts=0.015)
    title = f"{date(2026, 4, 1) - timedelta(days=DAYS)} to 2026-03-31"
    path = filled(tmp_path_factory.mktemp("template") / "quarter.xlsx", tables, "prod", title)
    return tables, libreoffice_values(path)


def test_an_empty_template_shows_no_error():
    """Calculated without any lead it shows zeros, dashes and blanks."""
    book = libreoffice_values(template.template_path())
    shown = [value for rows in plain(book).values() for row in rows for value in row]

    assert [total(book, label) for label in ("Leads received", "Bulks", "Days", "Rejection rate")] == [
        0,
        0,
        0,
        NO_VALUE,
    ]
    assert block(book["Dashboard"], "Leads by day")["Received"].sum() == 0
    assert not set(ERROR_VALUES).intersection(map(str, shown))
    assert "NOT REFRESHED YET" in shown


def test_totals_are_those_of_the_tables(quarter):
    """Cards and coverage rest on these."""
    tables, book = quarter
    leads, of_bulks = tables.leads, tables.bulks
    rejected = int(leads["isError"].eq(True).sum())
    provisional = lx.kpis.provisional(tables).value
    is_open, done = of_bulks["isProcessed"] < 3, of_bulks["isProcessed"] == 4
    late = of_bulks["createdDate"].dt.tz_localize(None) < REFRESHED - timedelta(days=1)
    differs = of_bulks["totalRecords"].ne(of_bulks["leadCount"]) | of_bulks["errorRecords"].ne(
        of_bulks["errorLeadCount"]
    )
    expected = {
        "Leads received": len(leads),
        "Leads rejected": rejected,
        "Leads provisional": provisional,
        "Leads judged": len(leads) - provisional,
        "Leads accepted": len(leads) - rejected - provisional,
        "Rejection rate": rejected / (len(leads) - provisional),
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


KEY_FIGURES = {
    "Leads received": "leads",
    "Leads rejected": "rejected",
    "Leads accepted": "accepted",
    "Leads provisional": "provisional",
    "Leads without a verdict": "unjudged",
    "Rejection rate": "rejection_rate",
    "Errors given": "errors",
    "Vehicle lines": "vehicles",
    "Vehicles asked for": "units",
    "Bulks created or in progress": "open_bulks",
    "Bulks cancelled": "cancelled_bulks",
    "Finished bulks that do not add up": "unreconciled_bulks",
}


@pytest.mark.parametrize(("label", "name"), KEY_FIGURES.items())
def test_totals_are_the_key_figures(quarter, label, name):
    """A number has one definition: the Dashboard's formula and the key figure of the same meaning agree."""
    tables, book = quarter

    assert total(book, label) == pytest.approx(getattr(lx.kpis, name)(tables).value)


def test_stages_are_those_of_the_key_figures(quarter):
    """Who can be reached is worked out by the refresh; the Dashboard counts them."""
    tables, book = quarter
    funnel = lx.kpis.funnel(tables)

    shown = block(book["Dashboard"], "From received to contactable")

    assert shown["Name"].str.lower().tolist() == funnel["stage"].tolist()
    assert shown["Leads"].tolist() == funnel["leads"].tolist()
    assert shown["Share"].tolist() == pytest.approx(funnel["share"].tolist())
    assert shown["Leads"].is_monotonic_decreasing


def test_plans_are_crossed_with_priorities(quarter):
    """Names by size, the rest and the nameless below, and every cell is that of the key figures."""
    tables, book = quarter
    crossed = lx.kpis.cross(tables, "purchasePlan", "priority").set_index("purchasePlan")

    shown = block(book["Dashboard"], "Accepted leads by purchase plan and priority").dropna(subset="Name")
    shown = shown.set_index("Name")

    priorities = [name for name in crossed if name != "(blank)"]
    assert set(priorities) <= set(shown)
    assert shown.loc[crossed.index, priorities].to_dict() == crossed[priorities].to_dict()
    assert shown.loc[crossed.index, "Other"].tolist() == crossed["(blank)"].tolist()
    assert shown[priorities].sum().to_dict() == crossed[priorities].sum().to_dict()  # the row Other is what is left
    assert shown.loc[crossed.index, "All"].tolist() == crossed.sum(axis="columns").tolist()


def test_models_are_crossed_with_their_years(quarter):
    """The three most frequent years in their order, the others together, and everything adds up."""
    tables, book = quarter
    years = sorted(tables.vehicles["modelYear"].value_counts().index[:3])
    lines = pd.crosstab(tables.vehicles["modelFamily"], tables.vehicles["modelYear"])
    sizes = tables.vehicles["modelFamily"].value_counts()

    shown = block(book["Dashboard"], "Vehicle lines by model and year").set_index("Name")
    named = shown.iloc[:10]

    assert list(shown.columns[1:4]) == years
    assert named["All"].to_dict() == {name: sizes[name] for name in named.index}
    assert named["All"].tolist() == sizes.nlargest(10).tolist()
    assert named[years].to_dict() == lines.loc[named.index, years].to_dict()
    assert shown[years].sum().to_dict() == lines[years].sum().to_dict()
    assert (shown[years].sum(axis="columns") + shown["Other"]).tolist() == shown["All"].tolist()
    assert shown["All"].sum() == len(tables.vehicles)


def days_of(tables, first, last):
    """Keep the leads submitted from one day to another."""
    submitted = tables.leads["bulkCreatedDate"].dt.date
    return narrowed(tables, submitted.between(first, last).to_numpy(dtype=bool))


def test_the_last_whole_week_is_compared_with_the_week_before(quarter):
    """The day of the refresh is not over and does not count; the change is that of the key figures."""
    tables, book = quarter
    week = days_of(tables, date(2026, 3, 24), date(2026, 3, 30))
    before = days_of(tables, date(2026, 3, 17), date(2026, 3, 23))
    change = round(100 * lx.kpis.change_rate(week, before=before).value)
    points = 100 * (lx.kpis.rejection_rate(week).value - lx.kpis.rejection_rate(before).value)
    rate = 100 * lx.kpis.rejection_rate(week).value

    assert total(book, "Leads received, last 7 days") == len(week.leads)
    assert total(book, "Leads received, 7 days before") == len(before.leads)
    assert card(book, "Received")[2] == typed(f"24~30 Mar: {len(week.leads)}, {change:+}% on 17~23 Mar")
    assert card(book, "Rejection rate")[2] == typed(f"24~30 Mar: {rate:.1f}%, {points:+.1f} points on 17~23 Mar")


def test_a_week_after_one_without_leads_has_no_change(tmp_path):
    """Nothing can be told in percent of nothing, and no cell shows an error."""
    day = datetime(2026, 3, 30, 9)  # noqa: DTZ001 - frames of the tests take wall clocks
    lead = {"leadExternalId": 1, "isError": False, "vehicleCount": 0, "errorCount": 0, "bulkCreatedDate": day}
    path = filled(tmp_path / "week.xlsx", lead_tables(leads=[lead]), "prod", "2026-03-01 to 2026-03-31")

    book = libreoffice_values(path)

    assert card(book, "Received")[2] == typed("24~30 Mar: 1")
    assert card(book, "Accepted")[2] == typed("24~30 Mar: 1")
    assert not card(book, "Rejection rate")[2]


def test_less_than_two_weeks_are_not_compared(tmp_path):
    """A week without one before it says nothing."""
    path = filled(tmp_path / "days.xlsx", fetched(14, 12), "prod", "2026-03-18 to 2026-03-31")

    book = libreoffice_values(path)

    assert not any(card(book, label)[2] for label in ("Received", "Accepted", "Rejected", "Rejection rate"))
    assert total(book, "Leads received, last 7 days") == 0


def test_days_are_counted_by_submission_and_the_last_one_repeats(quarter):
    """The chart shows the last 92 days, zeros included, and says so."""
    tables, book = quarter
    submitted = tables.leads["bulkCreatedDate"].dt.tz_localize(None).dt.normalize()
    days = pd.date_range(end="2026-03-31", periods=92)
    received = submitted.value_counts().reindex(days, fill_value=0)
    rejected = submitted[tables.leads["isError"].eq(True)].value_counts().reindex(days, fill_value=0)
    provisional = submitted[are_provisional(tables)].value_counts().reindex(days, fill_value=0)
    week = rejected.rolling(7, min_periods=1).sum() / (received - provisional).rolling(7, min_periods=1).sum()

    shown = block(book["Dashboard"], "Leads by day")

    assert shown["Day"].tolist() == days.tolist()
    assert shown["Received"].tolist() == received.tolist()
    assert shown["Rejected"].tolist() == rejected.tolist()
    assert shown["Provisional"].tolist() == provisional.tolist()
    assert shown["Accepted"].tolist() == (received - rejected - provisional).tolist()
    assert provisional.sum() > 0
    assert shown["Rejected, 7 days"].tolist() == pytest.approx(week.tolist())
    title = typed("Leads per day, 30 Dec ~ 31 Mar, the last 92 of 100 days; 31 Mar until 14:20 is not over")
    assert title in [value for row in book["Dashboard"] for value in row]


@pytest.mark.parametrize(("column", "listed"), [("brand", 4), ("source", 8), ("branch", 12)])
def test_leads_are_listed_by_the_most_frequent_names(quarter, column, listed):
    """The most frequent first, the rest and the nameless below, and the list adds up."""
    tables, book = quarter
    received = tables.leads[column].value_counts()
    rejected = tables.leads[column][tables.leads["isError"].eq(True)].value_counts()

    shown = block(book["Dashboard"], f"Leads by {column}").set_index("Name")
    named = shown.iloc[: min(listed, len(received))]

    assert named["Received"].tolist() == received.nlargest(listed).tolist()
    assert named["Received"].to_dict() == {name: received[name] for name in named.index}
    assert named["Rejected"].to_dict() == {name: rejected.get(name, 0) for name in named.index}
    provisional = tables.leads[column][are_provisional(tables)].value_counts()
    judged = named["Received"] - named["Provisional"]
    assert named["Provisional"].to_dict() == {name: provisional.get(name, 0) for name in named.index}
    assert named["Rate"].tolist() == pytest.approx((named["Rejected"] / judged).tolist())
    parts = shown[["Accepted", "Rejected", "Provisional"]].sum(axis="columns")
    assert parts.tolist() == shown["Received"].tolist()
    assert shown.loc["(blank)", "Received"] == tables.leads[column].isna().sum()
    assert shown["Received"].sum() == len(tables.leads)


def test_errors_are_listed_by_reason_without_their_digits(quarter):
    """Messages that differ in numbers only are one reason, and no phone number is shown."""
    tables, book = quarter
    reasons = tables.errors["message"].str[:120].str.replace(r"\d+", "•••", regex=True)
    counts = reasons.value_counts()

    shown = block(book["Dashboard"], "Errors by reason").set_index("Name")

    assert shown["Errors"].iloc[:10].tolist() == counts.nlargest(10).tolist()
    assert shown["Errors"].iloc[:10].to_dict() == {name: counts[name] for name in shown.index[:10]}
    assert shown["Errors"].sum() == len(tables.errors)
    headings = [str(value) for row in book["Dashboard"] for value in row if "errors by reason" in str(value)]
    assert [heading.rpartition(" ")[2] for heading in headings] == ["•••"]  # it says what stands for digits


def test_live_data_is_said_to_be_live(quarter):
    """Only PROD is."""
    _, book = quarter
    assert book["Home"][1][5] == book["Dashboard"][1][7] == "PROD: LIVE DATA"


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
        "Website": 3, "*": 2, "<5": 1, "~?": 1, "00966": 1, "966": 1, "Other": 1, "(blank)": 1
    }  # fmt: skip


def test_other_data_than_asked_for_is_marked_loudly(odd):
    """A workbook of the test environment says so, and that another one was chosen."""
    shown = [value for row in odd["Home"] for value in row]

    assert "TEST DATA: NOT LIVE" in shown
    assert "You chose prod, but the tables hold test: refresh." in shown


def test_leads_without_a_verdict_are_pointed_out(odd):
    """They count as not rejected, as everywhere, and the coverage line names them."""
    assert total(odd, "Leads without a verdict") == 1
    assert "Complete: nothing is missing. Leads without a verdict, taken as not rejected: 1." in odd["Dashboard"][3]


@pytest.mark.slow
def test_leads_without_a_date_are_pointed_out(tmp_path):
    """They are received and stand in no day: the days would not add up to the total without a word."""
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False}
    dates = [datetime(2026, 3, 30, 9), None, None]  # noqa: DTZ001 - frames of the tests take wall clocks
    leads = [{"leadExternalId": n, "bulkCreatedDate": at, **common} for n, at in enumerate(dates, 1)]
    book = libreoffice_values(filled(tmp_path / "undated.xlsx", lead_tables(leads=leads), "test", "2026-03-30"))

    assert (total(book, "Leads received"), total(book, "Leads without a date")) == (3, 2)
    assert set(block(book["Dashboard"], "Leads by day")["Received"]) == {1}
    assert "Leads without a date, in no day: 2." in book["Dashboard"][3][1]


def test_bulks_that_do_not_add_up_are_pointed_out(quarter):
    """The simulated DMS miscounts here; a number that may be incomplete does not look complete."""
    _, book = quarter
    start = (
        f"Check: bulks that do not hold what the DMS counted: {total(book, 'Finished bulks that do not add up'):.0f} "
    )

    assert book["Dashboard"][3][1].startswith(start)
    assert book["Dashboard"][3][1] in [value for row in book["Home"] for value in row]


def test_a_single_lead_on_a_single_day_is_counted_once(tmp_path):
    """Tables of one row are where array formulas go wrong; every other slot of the day chart repeats that day."""
    lead = {"leadExternalId": 1, "isError": True, "vehicleCount": 0, "errorCount": 1, "bulkCreatedDate": REFRESHED}
    error = {"leadExternalId": 1, "position": 1, "message": "Phone 0512345678 is not valid"}
    tables = lead_tables(leads=[lead], errors=[error])

    book = libreoffice_values(filled(tmp_path / "one.xlsx", tables, "demo", "2026-03-31", in_source=3))

    days = block(book["Dashboard"], "Leads by day")
    reasons = block(book["Dashboard"], "Errors by reason").set_index("Name")["Errors"]

    assert "under a filter, bulks are not checked" in book["Dashboard"][3][1]
    assert days[["Received", "Rejected", "Rejected, 7 days"]].drop_duplicates().to_numpy().tolist() == [[1, 1, 1]]
    assert set(days["Day"]) == {datetime(2026, 3, 31)}  # noqa: DTZ001 - cells hold wall clocks
    assert reasons[reasons > 0].to_dict() == {"Phone ••• is not valid": 1}
    assert block(book["Dashboard"], "Leads by branch").set_index("Name").loc["(blank)", "Received"] == 1


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


# --- leads that are not judged yet ------------------------------------------------------------------------------------


MONDAY, TUESDAY = datetime(2026, 3, 30, 9), datetime(2026, 3, 31, 9)  # noqa: DTZ001 - frames of the tests take wall clocks


@pytest.fixture(scope="module")
def undecided():
    """Give the tables of a judged day and of one on which two leads of four are provisional."""
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False, "leadId": 9, "source": "Web"}
    leads = [
        {**common, "leadExternalId": 1, "bulkCreatedDate": MONDAY},
        *({**common, "leadExternalId": number, "bulkCreatedDate": TUESDAY} for number in (2, 3, 4, 5)),
    ]
    leads[2] |= {"isError": True, "leadId": 0}
    leads[3] |= {"leadId": 0}
    leads[4] |= {"leadId": 0, "source": "Fair"}
    bulks = [
        {"createdDate": MONDAY, "createdBy": 1, "isProcessed": 4, "leadCount": 1, "totalRecords": 1},
        {"createdDate": TUESDAY, "createdBy": 1, "isProcessed": 2, "leadCount": 4, "totalRecords": 4},
    ]
    return lead_tables(leads=leads, bulks=[{**bulk, "errorRecords": 0, "errorLeadCount": 0} for bulk in bulks])


@pytest.fixture
def undecided_book(tmp_path, undecided):
    """Give the workbook they fill."""
    return filled(tmp_path / "undecided.xlsx", undecided, "prod", "2026-03-30 to 2026-03-31")


def test_days_with_provisional_leads_are_marked(undecided_book):
    """They are a part of their own in the figures of each day and source, in no rate, and the page says so."""
    book = libreoffice_values(undecided_book)
    days = block(book["Dashboard"], "Leads by day").set_index("Day")
    sources = block(book["Dashboard"], "Leads by source").set_index("Name")
    told = ["Received", "Accepted", "Rejected", "Provisional", "Rejected, 7 days"]

    assert days.loc[MONDAY.replace(hour=0), told].tolist() == [1, 1, 0, 0, 0]
    assert days.loc[TUESDAY.replace(hour=0), told].iloc[0].tolist() == pytest.approx([4, 1, 1, 2, 1 / 3])
    assert sources.loc["Web", ["Received", "Accepted", "Rejected", "Provisional"]].tolist() == [4, 2, 1, 1]
    assert sources.loc["Web", "Rate"] == pytest.approx(1 / 3)
    assert sources.loc["Fair", ["Received", "Accepted", "Rejected", "Provisional"]].tolist() == [1, 0, 0, 1]
    assert pd.isna(sources.loc["Fair", "Rate"])
    assert sources.loc["Fair", "Label"] == "Fair   1"
    assert total(book, "Rejection rate") == pytest.approx(1 / 3)
    assert card(book, "Accepted")[1] == "67% of judged, 2 provisional"
    assert book["Dashboard"][3][1].endswith("Provisional leads, in no rate yet: 2 (open bulks: 1).")


def without_verdicts(path, column):
    """Do to a workbook what Excel does when somebody deletes the column: formulas that named it lose it."""
    edited = path.with_name("edited.xlsx")
    parts = read_parts(path)
    for name, content in parts.items():
        if name.startswith("xl/worksheets/"):
            parts[name] = content.replace(b"leads[verdict]", b"#REF!")
        if name.startswith("xl/tables/"):
            parts[name] = content.replace(b'name="verdict"', f'name="{column}"'.encode())
    edited.write_bytes(zipped(parts.items()))
    return edited


def test_without_its_column_no_number_looks_right(undecided_book):
    """Whoever deletes it gets errors where it was counted and a line that says what to do; the rest goes on."""
    book = libreoffice_values(without_verdicts(undecided_book, "mine"))

    assert book["Dashboard"][3][1].startswith("Check: Leads has no column verdict")
    assert str(total(book, "Leads accepted")) in ERROR_VALUES
    assert str(total(book, "Rejection rate")) in ERROR_VALUES
    assert total(book, "Leads received") == 5
    assert total(book, "Leads rejected") == 1


def test_rows_of_no_known_verdict_are_pointed_out(tmp_path, undecided):
    """As where somebody keeps notes of their own in the column."""
    path = filled(tmp_path / "typed.xlsx", undecided, "prod", "2026-03-30 to 2026-03-31")
    typed = tmp_path / "notes.xlsx"
    parts = {name: part.replace(b">provisional<", b">ask Sami<") for name, part in read_parts(path).items()}
    typed.write_bytes(zipped(parts.items()))

    book = libreoffice_values(typed)

    assert book["Dashboard"][3][1].startswith("Check: rows of Leads without a known verdict: 2")
