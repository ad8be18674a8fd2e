"""Whoever chooses a brand, a branch or a source sees its numbers: those of the key figures over its leads."""

from __future__ import annotations

from datetime import datetime, timedelta

import openpyxl
import pandas as pd
import pytest
from dashboards import REFRESHED, block, card, fetched, filled, total, typed
from lead_frames import tables as lead_tables
from libreoffice import PROGRAM, run_basic
from readers import converted, libreoffice_values, openpyxl_values

import leads_excel as lx
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets
from leads_excel.excel.template.building import template_path
from leads_excel.excel.template.dashboard.totals import NO_VALUE
from leads_excel.excel.template.sheets.explaining import FIGURES
from leads_excel.tables.verdicts import ACCEPTED, PROVISIONAL, verdicts

pytestmark = pytest.mark.slow  # LibreOffice starts and calculates for seconds

TITLE = "2026-02-10 to 2026-03-31"
CHOICES = {
    "everything": {},
    "a branch": {"branch": "Riyadh Khurais"},
    "a brand and a source": {"brand": "KIA", "source": "Website"},
    "no branch": {"branch": "(blank)"},
    "all three": {"brand": "JETOUR", "branch": "Dammam", "source": "Social Media"},
    "nothing that there is": {"branch": "Atlantis"},
}
CARDS = {
    "Received": "leads",
    "Accepted": "accepted",
    "Rejected": "rejected",
    "Rejection rate": "rejection_rate",
    "Duplicates": "duplicates",
    "Hot but out of reach": "hot_uncontactable",
    "Vehicle lines": "vehicles",
}


@pytest.fixture(scope="module")
def leads():
    """Give the tables of fifty days, a few of their hot leads without a way to reach them."""
    tables = fetched(50, 40)
    hot = tables.leads.index[tables.leads["priority"].eq("Hot").fillna(value=False)][::9]
    tables.leads.loc[hot, ["phoneNumber", "email"]] = pd.NA
    return tables


@pytest.fixture(scope="module", params=CHOICES, ids=str)
def chosen(request, leads, tmp_path_factory):
    """Give what is chosen, the rows of the leads that it means, and the workbook, calculated."""
    wanted = CHOICES[request.param]
    rows = pd.Series(data=True, index=leads.leads.index)
    for field, name in wanted.items():
        column = leads.leads[field]
        rows &= column.isna() if name == "(blank)" else column.eq(name).fillna(value=False)
    named = {f"pick_{field}": name for field, name in wanted.items()}
    path = filled(tmp_path_factory.mktemp("picking") / "book.xlsx", leads, "prod", TITLE, **named)
    return wanted, rows.to_numpy(dtype=bool), libreoffice_values(path)


def figure(leads, name, rows):
    """Work out a key figure over some leads."""
    return getattr(lx.kpis, name)(leads, rows=rows.nonzero()[0]).value


def test_cards_are_the_key_figures_of_what_is_chosen(leads, chosen):
    """The same numbers as `lx.kpis` and `=LEADS_KPI` give with the same filter."""
    _, rows, book = chosen

    shown = {label: card(book, label)[0] for label in CARDS}

    expected = {label: figure(leads, name, rows) for label, name in CARDS.items()}
    assert shown == {label: NO_VALUE if value is None else pytest.approx(value) for label, value in expected.items()}


def test_bulks_stay_those_of_everybody(leads, chosen):
    """A bulk belongs to no branch, and its card says so."""
    wanted, _, book = chosen

    number, _, said, _ = card(book, "Stuck bulks")

    is_stuck = (leads.bulks["isProcessed"] < 3) & (
        leads.bulks["createdDate"].dt.tz_localize(None) < REFRESHED - timedelta(days=1)
    )
    assert number == int(is_stuck.sum())
    assert said == ("of all brands, branches and sources" if wanted else None)


def test_the_page_says_how_many_leads_are_shown(leads, chosen):
    """So that nobody takes a part for everything, and the coverage goes on to be about all that is loaded."""
    wanted, rows, book = chosen

    shown = book["Dashboard"][6][10]

    some = f"{rows.sum():,} of {len(leads.leads):,} leads" if rows.any() else "no lead: choose others"
    assert shown == (some if wanted else f"all {len(leads.leads):,} leads")
    assert not book["Dashboard"][3][1].startswith("Check")


@pytest.mark.parametrize(
    ("field", "instead"), [("brand", "interest"), ("branch", "customerCity"), ("source", "subSource")]
)
def test_lists_and_charts_follow(leads, chosen, field, instead):
    """Every list adds up to what is chosen; where its own field is chosen it tells the next finer one."""
    wanted, rows, book = chosen
    names = leads.leads.loc[rows, instead if field in wanted else field]
    names = names.where(names.ne("").fillna(value=False), "(blank)")
    received = names.value_counts()

    shown = block(book["Dashboard"], f"Leads by {field}").dropna(subset="Name").set_index("Name")["Received"]
    bars = block(book["Dashboard"], f"Leads by {field}: the chart")
    bars = bars[bars["Row"] > 0]

    listed = [name for name in shown.index if name not in ("Other", "(blank)")]
    assert shown.sum() == rows.sum()
    assert shown["(blank)"] == received.get("(blank)", 0)
    assert shown[listed].to_dict() == {name: received[name] for name in listed}
    there = shown[shown > 0]
    assert [label.partition("   ")[0] for label in bars["Label"]] == there.index.tolist()
    parts = bars[["Accepted", "Rejected", "Provisional"]].sum(axis="columns")
    assert parts.tolist() == there.tolist()


def test_days_weeks_reasons_and_crossings_follow(leads, chosen):
    """All that is counted is counted of the leads chosen."""
    _, rows, book = chosen
    submitted = leads.leads.loc[rows, "bulkCreatedDate"].dt.tz_localize(None).dt.normalize()
    of_chosen = leads.errors["leadExternalId"].isin(leads.leads.loc[rows, "leadExternalId"])
    said = pd.Series(verdicts(leads))[rows]

    days = block(book["Dashboard"], "Leads by day").drop_duplicates("Day").set_index("Day")

    assert days["Received"].to_dict() == submitted.value_counts().reindex(days.index, fill_value=0).to_dict()
    assert days["Provisional"].sum() == said.eq(PROVISIONAL).sum()
    week = submitted.between(datetime(2026, 3, 24), datetime(2026, 3, 30))  # noqa: DTZ001 - cells hold wall clocks
    assert total(book, "Leads received, last 7 days") == week.sum()
    vehicles = leads.vehicles[leads.vehicles["leadExternalId"].isin(leads.leads.loc[rows, "leadExternalId"])]
    accepted = leads.leads[rows & pd.Series(verdicts(leads)).eq(ACCEPTED).to_numpy()]
    reasons = leads.errors.loc[of_chosen, "message"].str[:120].str.replace(r"\d+", "•••", regex=True)
    for title, figure_, names in (
        ("Errors by reason", "Errors", reasons),
        ("Vehicle lines by model and year", "All", vehicles["modelFamily"]),
        ("Accepted leads by purchase plan and priority", "All", accepted["purchasePlan"]),
    ):
        shown = block(book["Dashboard"], title).dropna(subset="Name").set_index("Name")[figure_]
        named = shown.drop(["Other", "(blank)"])
        assert named.to_dict() == {name: names.eq(name).sum() for name in named.index}
        assert shown.sum() == len(names)
    assert said.eq(ACCEPTED).sum() == len(accepted)


def test_home_tells_what_to_type_for_what_is_chosen(chosen):
    """A line for each card, with the days that are loaded and the filter; of bulks without."""
    wanted, _, book = chosen
    said = "; ".join(f"{field}={name}" for field, name in wanted.items())
    told = [row[5] for row in book["Home"] if str(row[5]).startswith("=LEADS_WHY")]

    days = '"2026-02-10","2026-03-31"'
    filters = f',"{said}"' if said else ""
    assert told == [f'=LEADS_WHY("{name}",{days}{"" if name == "stuck_bulks" else filters})' for name in FIGURES]


CHOOSE = """
Sub Main
  Dim opening(0) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden"
  opening(0).Value = True
  document = StarDesktop.loadComponentFromURL("{book}", "_blank", 0, opening())
  document.Sheets.getByName("Dashboard").getCellRangeByName("E7").String = "{branch}"
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName"
  saving(0).Value = "Calc MS Excel 2007 XML"
  document.storeToURL("{saved}", saving())
  document.close(True)
End Sub
"""


@pytest.mark.skipif(not PROGRAM, reason="needs LibreOffice")
def test_choosing_in_an_open_workbook_is_enough(leads, tmp_path):
    """Neither a refresh nor Python: the program that has it open calculates, and what it stores is right."""
    path = filled(tmp_path / "book.xlsx", leads, "prod", TITLE, pick_branch="Riyadh Khurais")
    rows = leads.leads["branch"].eq("Dammam").fillna(value=False).to_numpy(dtype=bool)
    saved = tmp_path / "saved.xlsx"
    macro = CHOOSE.format(book=path.as_uri(), branch="Dammam", saved=saved.as_uri())

    run_basic(macro, tmp_path / "profile")

    stored = openpyxl_values(saved)
    assert {label: card(stored, label)[0] for label in CARDS} == {
        label: pytest.approx(figure(leads, name, rows)) for label, name in CARDS.items()
    }
    (formula,) = (cell for row in stored["Home"] for cell in row if str(cell).startswith('=LEADS_WHY("leads"'))
    assert formula == '=LEADS_WHY("leads","2026-02-10","2026-03-31","branch=Dammam")'


# --- the lists that are offered ---------------------------------------------------------------------------------------


def offered(book, title):
    """Read a list of names to choose from."""
    rows = book["Dashboard"]
    top, left = next((r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value == title)
    names = [row[left] for row in rows[top + 2 : top + 104]]
    return [name for name in names if name]


def test_a_list_offers_every_name_in_order_once(leads, tmp_path):
    """`(all)` first, `(blank)` last where a lead has no name."""
    book = libreoffice_values(filled(tmp_path / "book.xlsx", leads, "prod", TITLE))

    for title, field in (("Brands", "brand"), ("Branches", "branch"), ("Sources", "source")):
        names = leads.leads[field]
        blank = ["(blank)"] if names.isna().any() else []
        assert offered(book, f"{title} to choose from") == ["(all)", *sorted(names.dropna().unique()), *blank]


def test_lists_follow_a_refresh_and_cells_hold_the_list(tmp_path):
    """Names that come are offered, names that go are not, and the validation ends where the list ends."""
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False, "bulkCreatedDate": REFRESHED}
    many = [{"leadExternalId": n, "branch": name, **common} for n, name in enumerate(["b", "A", "00966", "<5", "*"], 1)]
    path = filled(tmp_path / "book.xlsx", lead_tables(leads=many), "prod", "2026-03-31")
    assert sorted(offered(libreoffice_values(path), "Branches to choose from")) == sorted(
        ["(all)", "b", "A", "00966", "<5", "*"]
    )

    with FileBook(path) as book:
        one = lead_tables(leads=[{"leadExternalId": 9, **common}])
        sheets.fill(book, one, sheets.Run(REFRESHED, "prod", "2026-03-31"))
        book.save()

    assert offered(libreoffice_values(path), "Branches to choose from") == ["(all)", "(blank)"]
    sheet = openpyxl.load_workbook(path)["Dashboard"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert sorted(rules) == ["B7", "E7", "H7"]
    assert all(":INDEX(" in rule.formula1 for rule in rules.values())


@pytest.mark.parametrize("name", ["*", "<5", "00966", 'say "x"', "website"])
def test_a_name_that_looks_like_something_else_is_a_name(tmp_path, name):
    """No wildcard, no comparison, no number; case does not matter, as everywhere in Excel."""
    names = ["Website", "*", "<5", "966", "00966", 'say "x"', None]
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False, "bulkCreatedDate": REFRESHED}
    rows = [{"leadExternalId": n, "source": each, **common} for n, each in enumerate(names, 1)]
    path = filled(tmp_path / "book.xlsx", lead_tables(leads=rows), "prod", "2026-03-31", pick_source=name)

    assert total(libreoffice_values(path), "Leads received") == 1


def test_a_long_name_is_cut_for_the_chart_with_a_mark(tmp_path):
    """So that bars have room and the edge of a chart cuts nothing; the list beside it has all of it."""
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False, "bulkCreatedDate": REFRESHED}
    path = filled(tmp_path / "book.xlsx", lead_tables(leads=[{"leadExternalId": 1, "branch": "x" * 60, **common}]),
                  "prod", "2026-03-31")  # fmt: skip

    book = libreoffice_values(path)

    assert block(book["Dashboard"], "Leads by branch")["Name"][0] == "x" * 60
    assert block(book["Dashboard"], "Leads by branch: the chart")["Label"][0] == f"{'x' * 31}…   1 · 0%"


# --- targets, days that are not over ----------------------------------------------------------------------------------


def test_a_target_is_held_against_what_came_on_whole_days(leads, tmp_path):
    """As if it went on for thirty days; the day of the refresh is left out, and an empty target says nothing."""
    path = filled(tmp_path / "book.xlsx", leads, "prod", TITLE, target_leads=1000, target_rejection_rate=0.05)
    whole = (leads.leads["bulkCreatedDate"].dt.date < REFRESHED.date()).sum()
    pace = whole / 49 * 30
    rate = lx.kpis.rejection_rate(leads).value

    book = libreoffice_values(path)

    assert card(book, "Received")[3] == f"{pace / 10:.0f}%: {pace:,.0f} in 30 days at this pace"
    assert card(book, "Rejection rate")[3] == f"{100 * (rate - 0.05):.1f} points above the target"
    assert not card(book, "Accepted")[3]
    assert not card(book, "Rejected")[3]


def test_a_refresh_keeps_what_was_chosen_and_aimed_at(leads, tmp_path):
    """They are the user's cells."""
    named = {"pick_branch": "Dammam", "target_leads": 500, "target_rejected": 20}
    path = filled(tmp_path / "book.xlsx", leads, "prod", TITLE, **named)

    with FileBook(path) as book:
        sheets.fill(book, leads, sheets.Run(REFRESHED, "prod", TITLE))
        book.save()

    with FileBook(path) as book:
        assert {name: cell.value for name, cell in book.named([*named]).items()} == named


def test_no_result_of_before_is_stored_after_a_refresh(leads, tmp_path):
    """Excel stores results with a save; a preview would show them beside the new rows."""
    saved = converted(filled(tmp_path / "book.xlsx", leads, "prod", TITLE), "xlsx", tmp_path / "saved")
    assert openpyxl_values(saved)["Dashboard"][9][1] == len(leads.leads)

    with FileBook(saved) as book:
        book.write_named({"pick_branch": "Dammam"})
        sheets.fill(book, leads, sheets.Run(REFRESHED, "prod", TITLE))
        book.save()

    assert not any(isinstance(value, int | float) for row in openpyxl_values(saved)["Dashboard"][:14] for value in row)
    assert card(libreoffice_values(saved), "Received")[0] == leads.leads["branch"].eq("Dammam").sum()


def test_today_alone_is_compared_with_nothing(tmp_path):
    """It is not over: no mean, no pace, no week; the chart shows it as a part of its own."""
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False, "bulkCreatedDate": REFRESHED}
    today = lead_tables(leads=[{"leadExternalId": n, **common} for n in (1, 2)])
    book = libreoffice_values(filled(tmp_path / "book.xlsx", today, "prod", "2026-03-31", target_leads=50))

    days = block(book["Dashboard"], "Leads by day", width=13)

    assert card(book, "Received") == [2, "today so far", None, "no whole day has come yet"]
    assert "Leads today, 31 Mar until 14:20" in [value for row in book["Dashboard"] for value in row]
    assert days["Today so far"].iloc[0] == days["Received"].iloc[0] == 2
    assert days[["Accepted", "Rejected", "Provisional"]].iloc[0].to_numpy().tolist()[-1] == 0


def test_a_range_that_is_over_has_no_day_that_is_not(tmp_path):
    """All of its days count in its mean."""
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False}
    past = [{"leadExternalId": n, "bulkCreatedDate": REFRESHED - timedelta(days=n), **common} for n in (1, 2, 3)]
    book = libreoffice_values(
        filled(tmp_path / "book.xlsx", lead_tables(leads=past), "prod", "2026-03-28 to 2026-03-30")
    )

    assert card(book, "Received")[1] == "1.0 a day"
    assert typed("Leads per day, 28~30 Mar") in [value for row in book["Dashboard"] for value in row]


def test_duplicates_that_nobody_knows_are_no_zero(tmp_path):
    """Where the days before could not be looked at, the column is empty."""
    common = {"vehicleCount": 0, "errorCount": 0, "isError": False, "bulkCreatedDate": REFRESHED}
    path = filled(tmp_path / "book.xlsx", lead_tables(leads=[{"leadExternalId": 1, **common}]), "prod", "2026-03-31")
    opened = openpyxl.load_workbook(path)
    column = [cell.value for cell in opened["Leads"][1]].index("duplicate") + 1
    opened["Leads"].cell(2, column).value = None
    opened.save(tmp_path / "unknown.xlsx")

    known, unknown = (card(libreoffice_values(tmp_path / name), "Duplicates") for name in ("book.xlsx", "unknown.xlsx"))

    assert known[0] == 0
    assert unknown[:2] == [NO_VALUE, "not known: refresh, see the Log"]


# --- links and paper --------------------------------------------------------------------------------------------------


def test_each_card_leads_to_why():
    """By the name of a cell on Home, beside which the figure is explained."""
    book = openpyxl.load_workbook(template_path())
    cells = [cell for row in book["Dashboard"].iter_rows(max_row=20) for cell in row if cell.hyperlink]
    assert [cell.hyperlink.location for cell in cells] == [f"why_{name}" for name in FIGURES]
    for name in FIGURES:
        ((sheet, cell),) = book.defined_names[f"why_{name}"].destinations
        assert (sheet, book[sheet][cell].value) == ("Home", lx.kpis.KPIS[name].label)
