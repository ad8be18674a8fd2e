"""The functions that formulas and notebooks share, over a source that notes what it is asked for."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd
import pytest
from few_leads import FOUR, NOW, Desk, bulk, four_leads, lead, session
from manual import TEXTS

from leads_excel import schema
from leads_excel.arguments.views import SETS
from leads_excel.exceptions import ApiUnavailableError, ArgumentError, DateError
from leads_excel.fetching.session import use
from leads_excel.functions import listings as functions
from leads_excel.functions.analysis import leads_by, leads_dupes, leads_kpi
from leads_excel.functions.listings import (
    lead_bulks,
    lead_errors,
    lead_vehicles,
    leads,
    leads_date,
    leads_fields,
    leads_list,
    leads_status,
)


@pytest.fixture(autouse=True)
def desk():
    """Answer all functions from the four leads."""
    desk = Desk(*FOUR)
    use(session(desk))
    yield desk
    use(None)


def test_leads_come_one_a_row():
    """By default the basic fields; unreadable values stand there as text."""
    frame = leads("2026-08")

    assert list(frame) == list(SETS["basic"])
    assert frame["leadExternalId"].tolist() == [1, 2, 3, "none"]
    assert frame["leadDate"].tolist()[-1] == "10/08/2026"


def test_fields_filters_and_options_work_together():
    """The fields asked for, of the rows that meet the filters, shown as the options say."""
    frame = leads("2026-08", None, "firstName,phoneNumber", "source=Website", "pii=reveal; sort=-firstName; labels=en")

    assert frame.to_dict("list") == {"First name": ["Sara", "Omar"], "Phone": ["500000001", "500000002"]}


def test_a_range_without_leads_is_a_table_without_rows():
    """The columns are the same as ever."""
    frame = leads("2026-07")

    assert list(frame) == list(SETS["basic"])
    assert len(frame) == 0


def test_the_last_day_is_included():
    """From and to are days, both of them meant."""
    assert len(leads("2026-08-01", "2026-08-03")) == 2
    assert len(leads(date(2026, 8, 3), pd.Timestamp("2026-08-10"))) == 4
    assert len(leads("2026-08-03")) == 2


def test_vehicles_know_their_lead():
    """By default the vehicle, when its lead came, its source and branch; any other field of the lead can be had."""
    default = lead_vehicles("2026-08")
    chosen = lead_vehicles("2026-08", None, "modelFamily,leadReference,leadDate,firstName", "branch=Riyadh")

    assert list(default) == [*(item.name for item in schema.VEHICLES), "bulkCreatedDate", "source", "branch"]
    assert default["source"].tolist() == ["Website", "Website", "walk IN"]
    assert chosen["modelFamily"].tolist() == ["RIO", "K5"]
    assert chosen["firstName"].tolist() == ["S•••"] * 2


def test_errors_know_their_lead():
    """A message is masked down to its wording, unless it is asked for."""
    masked, shown = lead_errors("2026-08"), lead_errors("2026-08", None, "message,branch", None, "pii=reveal")

    assert masked["message"].tolist() == ["Phone ••• is not valid"]
    assert shown.to_dict("list") == {"message": ["Phone 500000002 is not valid"], "branch": ["Jeddah"]}


def test_bulks_come_one_a_row():
    """With their own fields and filters."""
    assert list(lead_bulks("2026-08")) == [item.name for item in schema.BULKS]
    assert lead_bulks("2026-08", filters="errorLeadCount>0")["leadCount"].tolist() == [2]


def test_a_source_given_as_a_number_is_left_to_the_api(desk):
    """Only the API knows these numbers; names are looked at here."""
    questions = []
    answer = desk.answer
    desk.answer = lambda window, question: questions.append(question.filters) or answer(window, question)

    leads("2026-08-03", None, None, [["Source", 3.0], ["sub source", "12"]])
    leads("2026-08-03", None, None, "source=Website")

    assert questions == [
        {"lead_id": None, "source": 3, "sub_source": 12},
        {"lead_id": None, "source": None, "sub_source": None},
    ]


@pytest.mark.parametrize("text", ["source=3|4", "source<>3", "source=3|Website", "subSource>2"])
def test_a_number_of_a_source_stands_alone(text):
    """The API takes one number; anything else would silently find nothing."""
    with pytest.raises(ArgumentError, match="takes one number"):
        leads("2026-08", filters=text)


@pytest.mark.parametrize("function", [leads, lead_vehicles, lead_errors, lead_bulks])
@pytest.mark.parametrize("option", ["top=5", "date=lead", "limits=5"])
def test_a_table_has_the_options_of_tables(function, option):
    """Others are refused, for they would change nothing."""
    with pytest.raises(ArgumentError, match="There is no option"):
        function("2026-08", options=option)


@pytest.mark.slow
@pytest.mark.parametrize("function", [leads, lead_vehicles, lead_errors, lead_bulks])
@pytest.mark.parametrize(
    ("option", "changes"),
    [
        ("limit=1", lambda frame: len(frame) == 1),
        ("labels=en", lambda frame: "Lead no." in frame or "Created by" in frame),
        ("labels=ar", lambda frame: "رقم الطلب" in frame or "رقم المرسل" in frame),
        ("headers=0", lambda frame: frame.attrs["headers"] is False),
        ("empty=-", lambda frame: frame.attrs["empty"] == "-"),
    ],
)
def test_every_option_changes_every_table(function, option, changes, desk):
    """No option is decoration."""
    desk.bulks = (*FOUR, bulk("2026-08-11", lead(9, isError=1, errorList=["Last name is missing"])))

    assert not changes(function("2026-08", fields="all"))
    assert changes(function("2026-08", fields="all", options=option))


def test_a_table_is_a_new_one_every_time():
    """Whoever changes a result changes nobody else's."""
    first = leads("2026-08")
    first["source"] = "changed"

    assert leads("2026-08")["source"].tolist()[0] == "Website"


def test_a_missing_window_is_an_error_and_no_smaller_number(desk):
    """Nothing incomplete looks complete, in any function."""
    desk.error = ApiUnavailableError("The API is not available (503): try again later.")

    for call in (
        lambda: leads("2026-08"),
        lambda: leads_kpi("leads", "2026-08"),
        lambda: leads_by("source", "2026-08"),
        lambda: leads_dupes("2026-08"),
        lambda: leads_list("source", "2026-08"),
        lambda: functions.lead(1),
    ):
        with pytest.raises(ApiUnavailableError, match="windows are missing"):
            call()


# --- one lead ------------------------------------------------------------------------------------------------------


@pytest.fixture
def recent(desk, monkeypatch):
    """Let the four leads have come in the last days, and one more long ago."""
    monkeypatch.setattr("leads_excel.functions.lookup.today", lambda _zone: date(2026, 8, 12))
    desk.bulks = (*FOUR, bulk("2026-05-20", lead(70, source="Old"), lead(1, source="First time")))
    return desk


@pytest.mark.usefixtures("recent")
def test_one_field_of_one_lead_is_a_value():
    """Found by the number of the record or of the DMS, given as number or text."""
    assert [functions.lead(number, "source") for number in (1, "1", 1.0, 501, 70)] == ["Website"] * 4 + ["Old"]


@pytest.mark.usefixtures("recent")
def test_several_fields_are_a_row():
    """The basic ones where none are named."""
    row = functions.lead(1, "source,branch")

    assert row.to_dict("list") == {"source": ["Website"], "branch": ["Riyadh"]}
    assert list(functions.lead(1)) == list(SETS["basic"])


def test_a_personal_field_of_one_lead_is_shown_where_it_is_named(recent):
    """`LEAD` has no options: naming the field asks for it, and every page that tells of masking says so."""
    recent.bulks = (bulk("2026-08-12", lead(1, phoneNumber="0501234567", email="sara@example.com")),)

    assert functions.lead(1, "phoneNumber") == "0501234567"
    assert "0501234567" not in leads("2026-08-12", None, "phoneNumber").to_csv()
    telling = [text for text in TEXTS.values() if "pii=reveal` asks for it" in text]
    assert len(telling) >= 3
    assert all(re.search(r"asks for it, or\s`LEAD` for\sthe\sfield\sby\sits\sname", text) for text in telling)


@pytest.mark.usefixtures("recent")
def test_a_range_of_numbers_gives_a_row_each():
    """In the order given, twice where given twice; a blank number gives a blank row, so that rows stay side by side."""
    rows = functions.lead([[3.0], [None], [1.0], [999.0], [3.0]], "source", "?")

    assert rows["source"].tolist() == ["Walk in", pd.NA, "Website", "?", "Walk in"]
    assert rows.attrs["headers"] is False


@pytest.mark.usefixtures("recent")
def test_a_range_of_one_number_is_a_row_too():
    """Who selects numbers gets a table, however many they are."""
    assert functions.lead([1], "source")["source"].tolist() == ["Website"]


@pytest.mark.usefixtures("recent")
@pytest.mark.parametrize("if_missing", [[["gone", "away"]], ["gone"], {"source": "gone"}])
def test_what_stands_for_a_missing_lead_is_one_value(if_missing):
    """Several cells are refused in words, whether or not a lead is missing."""
    with pytest.raises(ArgumentError, match="if_missing is one value"):
        functions.lead(999, "source", if_missing)


@pytest.mark.parametrize(("if_missing", "value"), [(None, None), ("", None), ("gone", "gone"), (0, 0)])
def test_a_lead_that_is_not_found_shows_what_one_says(if_missing, value):
    """Nothing by default."""
    assert functions.lead(999, "source", if_missing) == value


@pytest.mark.usefixtures("recent")
def test_a_lookup_of_named_fields_shows_them():
    """Who asks for a field of one lead sees it; what nobody asked for by name stays masked."""
    assert functions.lead(1, "firstName") == "Sara"
    assert functions.lead([1, 2], "firstName")["firstName"].tolist() == ["Sara", "Omar"]


def test_a_recent_lead_costs_a_request_or_two(recent):
    """The newest week is looked at first, the rest only if need be."""
    functions.lead(3, "source")
    assert len(recent.asked) <= 2

    functions.lead(70, "source")
    weeks = len(recent.asked)
    functions.lead(999, "source")
    assert 13 <= weeks == len(recent.asked)


def test_the_horizon_is_a_setting(recent):
    """A lead from before it is not found."""
    use(session(recent, horizon_days=30))

    assert functions.lead(70, "source", "not found") == "not found"
    oldest = min(window.start for window in recent.asked)
    assert oldest.date() == date(2026, 8, 12) - timedelta(days=30)


@pytest.mark.usefixtures("recent")
def test_of_leads_with_one_number_the_newest_is_meant(recent):
    """A `leadId` of today comes before a `leadExternalId` of long ago, and the other way round."""
    recent.bulks = (
        bulk("2026-08-04", lead(5, source="older")),
        bulk("2026-08-10", lead(6, leadId=5, source="newer"), lead(7, leadId=8, source="one")),
        bulk("2026-08-11", lead(8, source="two")),
    )

    assert functions.lead(5, "source") == "newer"
    assert functions.lead(8, "source") == "two"


@pytest.mark.parametrize("ids", ["many", -5, 1.5, 0, True, 2**63])
def test_a_number_of_a_lead_is_a_whole_one(ids):
    """Anything else is refused."""
    with pytest.raises(ArgumentError, match="given by its number"):
        functions.lead(ids)


@pytest.mark.usefixtures("recent")
@pytest.mark.parametrize("odd", ["Lead", 0, -5, 1.5, True, 2**63, None, "#N/A", float("nan"), float("inf")])
def test_what_is_no_number_among_several_is_a_blank_row(odd):
    """A heading, a 0 or an error in a range of numbers does not take the others' rows away."""
    rows = functions.lead([[2], [odd], [1]], "leadExternalId,branch")

    assert rows["leadExternalId"].tolist()[::2] == [2, 1]
    assert rows["branch"].tolist()[::2] == ["Jeddah", "Riyadh"]
    assert rows.iloc[1].isna().all()


@pytest.mark.parametrize("ids", [["x"], [[0], [None]], ["Lead", 0]])
def test_a_range_without_any_number_is_asked_back(ids):
    """It is no lead at all, and not one that was not found."""
    with pytest.raises(ArgumentError, match="write its number"):
        functions.lead(ids)


@pytest.mark.parametrize("ids", [None, "", [], [[None], [None]]])
def test_a_lookup_needs_a_number(ids):
    """Nothing to look up is an error, not an empty answer."""
    with pytest.raises(ArgumentError, match="No lead is given"):
        functions.lead(ids)


# --- what there is -------------------------------------------------------------------------------------------------


def test_the_status_is_a_table_or_one_line():
    """Lines are found by name; an unknown one is refused."""
    leads("2026-08-03")

    table = leads_status()
    assert table.set_index("item")["value"]["windows"] == 1
    assert leads_status("Refreshed") == NOW.replace(tzinfo=None) + timedelta(hours=3)
    with pytest.raises(ArgumentError, match="did you mean age"):
        leads_status("ages")


def test_the_fields_are_listed():
    """All tables, one table, or what has a text in it."""
    assert set(leads_fields()["table"]) == set(schema.TABLES)
    assert len(leads_fields("Leads")) == len(schema.LEADS)
    assert leads_fields("vehicles", "YEAR")["name"].tolist() == ["modelYear"]
    assert leads_fields(search="الطراز")["name"].tolist() == ["modelFamily"]
    assert "rejection_rate" in leads_fields("kpis")["name"].tolist()
    with pytest.raises(ArgumentError, match="did you mean errors"):
        leads_fields("error")


def test_values_are_listed_for_a_drop_down():
    """Each once, in order, without blanks."""
    assert leads_list("branch", "2026-08").to_dict("list") == {"branch": ["Jeddah", "Riyadh"]}
    assert leads_list("modelFamily", "2026-08")["modelFamily"].tolist() == ["K5", "RIO"]
    with pytest.raises(ArgumentError, match="personal data"):
        leads_list("email", "2026-08")


def test_without_days_the_last_thirty_are_listed(monkeypatch):
    """A drop-down needs no dates; a blank cell counts as none."""
    asked = []

    def answer(_session, days):
        asked.append(days)
        return four_leads(), []

    monkeypatch.setattr("leads_excel.functions.listings.answered", answer)
    for days in ((), (None, None), ("", None)):
        leads_list("source", *days)

    assert asked == [("-30D", None)] * 3


def test_a_date_is_shown_as_it_is_read():
    """Of a period its first day."""
    assert leads_date("2026-08") == date(2026, 8, 1)
    with pytest.raises(DateError, match="can be misread"):
        leads_date("03/04/2026")
