"""Contacts by consent, as formulas and notebooks ask for them."""

from __future__ import annotations

import getpass
import json
from datetime import timedelta

import pandas as pd
import platformdirs
import pytest
from few_leads import Desk, bulk, lead, session

import leads_excel as lx
from leads_excel.exceptions import ApiReplyError, ArgumentError
from leads_excel.fetching.session import current, use
from leads_excel.functions.contacts import leads_contacts
from leads_excel.functions.listings import leads_status
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.log.runs import logged

YES = {"acceptMarketing": True, "acceptNewsLetter": None, "acceptPrivatePolicy": True}
SARA = {"firstName": "Zarafina", "lastName": "Quillon", "phoneNumber": "0501234567", "email": "zara@quillon.example"}
OMAR = {
    "firstName": "Umarolf",
    "lastName": "Brandtner",
    "phoneNumber": "0507654321",
    "preferredContactType": "WhatsApp",
}
LENA = {"firstName": "Lenuschka", "email": "lenu@schka.example", "preferredContactType": "Phone"}
PERSONAL = ("Zarafina", "Quillon", "1234567", "zara@", "Umarolf", "Brandtner", "7654321", "Lenuschka", "lenu@")
BULKS = (
    bulk(
        "2026-08-03",
        lead(1, branch="Riyadh", interest="Test Drive", preferredContactType="Email", **YES, **SARA),
        lead(2, branch="Jeddah", source="Website", **YES, **OMAR),
        lead(3, branch="Riyadh", acceptNewsLetter=True, **LENA),
    ),
    bulk(
        "2026-08-10",
        lead(4, branch="Jeddah", interest="Brochure", preferredLanguage="Arabic", **SARA),
        lead(5, branch="Riyadh", **LENA, **(YES | {"acceptNewsLetter": True})),
        lead(6, branch="Riyadh"),
    ),
)
AUGUST = ("2026-08-01", "2026-08-31")
KEYS = dict(zip("SOL", person_keys(["+966501234567", "+966507654321", "lenu@schka.example"]), strict=True))


@pytest.fixture(autouse=True)
def desk():
    """Answer all functions from six leads of three people and somebody unknown."""
    desk = Desk(*BULKS)
    use(session(desk))
    yield desk
    use(None)


@pytest.fixture
def stop(tmp_path):
    """Write a file of people who are not to be contacted."""
    path = tmp_path / "stop.csv"
    path.write_text("phone\n0507654321\nSomebody\n", encoding="utf-8")
    return path


def listed(*arguments, **named):
    """List who is in it by a letter each."""
    letters = {key: letter for letter, key in KEYS.items()}
    return "".join(letters[key] for key in leads_contacts(*arguments, **named)["customer"])


def test_a_row_tells_whom_how_and_since_when():
    """The latest lead first; the record of the last yes is not the latest lead."""
    frame = leads_contacts("marketing", *AUGUST, options="pii=reveal")

    wanted = {
        "customer": [KEYS["L"], KEYS["S"], KEYS["O"]],
        "channel": ["Email", "Email", "WhatsApp"],
        "address": ["lenu@schka.example", "zara@quillon.example", "+966507654321"],
        "firstName": ["Lenuschka", "Zarafina", "Umarolf"],
        "interest": [None, "Brochure", None],
        "branch": ["Riyadh", "Jeddah", "Jeddah"],
        "preferredLanguage": [None, "Arabic", None],
        "yesRecord": [5, 1, 2],
        "privacyRecord": [5, 1, 2],
        "leads": [2, 2, 1],
    }
    shown = frame[list(wanted)].astype(object)
    assert shown.where(shown.notna(), None).to_dict("list") == wanted
    assert [day.day for day in frame["yesAt"]] == [10, 3, 3]
    assert [day.day for day in frame["privacyAt"]] == [10, 3, 3]
    assert [day.day for day in frame["lastLead"]] == [10, 10, 3]


def test_it_has_its_two_names_and_both_are_public():
    """The formula's, and the analyst's."""
    assert lx.contacts is lx.leads_contacts is leads_contacts


@pytest.mark.parametrize(
    ("purpose", "who"),
    [("marketing", "LSO"), ("Newsletter", "L"), ("PRIVACY", "LSO"), (None, "LSO"), ("", "LSO")],
)
def test_each_purpose_is_for_itself(purpose, who):
    """Case does not matter, and marketing is meant where none is named."""
    assert listed(purpose, *AUGUST) == who


def test_an_unknown_purpose_suggests_the_nearest():
    """One line, as for a field."""
    with pytest.raises(ArgumentError, match="no purpose 'marketting': did you mean marketing"):
        leads_contacts("marketting", *AUGUST)


def test_without_days_consent_is_judged_by_a_year(desk):
    """Which holds every no that matters to most; a longer range is named."""
    leads_contacts()

    assert (desk.asked[0].end - desk.asked[0].start).days <= 7
    assert round((max(window.end for window in desk.asked) - min(window.start for window in desk.asked)).days) == 365


def test_a_filter_hides_no_refusal(desk):
    """A no in Jeddah takes back the yes in Riyadh, though the filter shows Riyadh's leads only."""
    refusal = lead(7, branch="Jeddah", email="LENU@schka.example", acceptMarketing=False, isError=1)
    desk.bulks = (*BULKS, bulk("2026-08-11", refusal), bulk("2026-08-12", lead(8, branch="Riyadh", **LENA)))

    assert listed("marketing", *AUGUST, filters="branch=Riyadh") == ""
    assert listed("marketing", *AUGUST, filters="branch=Jeddah") == "SO"


@pytest.mark.parametrize(
    ("filters", "who"),
    [
        ("branch=Jeddah", "SO"),
        ("branch=Riyadh", "L"),
        ("source=Website", "O"),
        ("channel=Email", "LS"),
        ("leads>=2; yesAt>=2026-08-05", "L"),
        ([["yesRecord", 1]], "S"),
    ],
)
def test_filters_choose_among_latest_leads(filters, who):
    """By fields of the list and of the customer's latest lead: Sara's was in Jeddah."""
    assert listed("marketing", *AUGUST, filters=filters) == who


def test_a_source_of_the_api_does_not_narrow_what_is_known():
    """A number would be asked of the API, which would leave out the refusals of other sources."""
    with pytest.raises(ArgumentError, match="source"):
        leads_contacts("marketing", *AUGUST, filters="source=3")


# --- personal data -------------------------------------------------------------------------------------------------


def text_of(frame):
    """Everything that a frame says."""
    return frame.to_csv() + repr(frame) + str(frame.attrs)


def test_nobody_can_be_told_unless_it_is_asked_for():
    """By default and with `pii=none`; with `pii=reveal` everybody."""
    for options in (None, "pii=none", "why=1; pii=reveal", "pii=mask; sort=address"):
        shown = text_of(leads_contacts("marketing", *AUGUST, options=options))
        assert [word for word in PERSONAL if word in shown] == []
    everything = text_of(leads_contacts("marketing", *AUGUST, "all", options="pii=reveal"))
    assert [word for word in PERSONAL if word not in everything] == []
    assert "address" not in leads_contacts("marketing", *AUGUST, options="pii=none")


def test_all_fields_are_masked_too():
    """Those of the latest lead as in `leads`."""
    shown = text_of(leads_contacts("marketing", *AUGUST, "all"))

    assert [word for word in PERSONAL if word in shown] == []


def log_lines():
    """Read what was logged."""
    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    return [json.loads(line) for path in sorted(folder.glob("*.log")) for line in path.read_text("utf-8").splitlines()]


def test_the_log_says_who_took_how_many(monkeypatch):
    """In a notebook too, where no log is open; who only looked at masked rows is not in it."""
    monkeypatch.setattr(getpass, "getuser", lambda: "sami")
    leads_contacts("marketing", *AUGUST)
    leads_contacts("marketing", *AUGUST, options="pii=reveal; why=1")
    assert log_lines() == []

    leads_contacts("newsletter", *AUGUST, filters="firstName=Lenuschka", options="pii=reveal")

    (line,) = log_lines()
    told = {name: line[name] for name in ("command", "event", "purpose", "range", "rows", "who")}
    assert told == {
        "command": "contacts", "event": "contacts taken", "purpose": "newsletter",
        "range": "2026-08-01 to 2026-08-31", "rows": 1, "who": "sami",
    }  # fmt: skip
    assert [word for word in PERSONAL if word in json.dumps(line)] == []


def test_a_log_that_is_open_has_it_once():
    """Among what else a run does."""
    with logged("formulas"):
        leads_contacts("marketing", *AUGUST, options="pii=reveal; limit=2")

    taken = [line for line in log_lines() if line["event"] == "contacts taken"]
    assert [(line["command"], line["rows"]) for line in taken] == [("formulas", 2)]


def test_whatever_is_shown_again_is_logged_again():
    """A result with personal data, or after a file that may change, is not kept; a masked one is."""
    known = current()

    def shown(options):
        return known.result(options, lambda: leads_contacts("marketing", *AUGUST, options=options), len)

    assert shown("pii=reveal") is not shown("pii=reveal")
    assert len(log_lines()) == 2
    assert shown("pii=mask") is shown("pii=mask")


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, monkeypatch):
    """The list comes, and the status says what the log lacks."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LEADS_EXCEL_LOG", str(tmp_path / "file"))

    assert len(leads_contacts("marketing", *AUGUST, options="pii=reveal")) == 3
    assert "the log lacks who took them" in leads_status("failure")


# --- options -------------------------------------------------------------------------------------------------------


def test_a_file_leaves_people_out(stop):
    """And what could not be read in it is told, where formulas can see it too."""
    options = {"suppress": stop}
    frame = leads_contacts("marketing", *AUGUST, options=options)

    assert listed("marketing", *AUGUST, options=f'suppress="{stop}"') == "LS"
    assert frame.attrs["note"].startswith("1 line of the suppression list")
    assert "1 line of the suppression list" in leads_status("failure")
    assert leads_contacts("marketing", *AUGUST, options=options | {"why": 1}).attrs["note"]


def test_a_file_is_read_each_time(stop):
    """Whoever is added to it is left out from then on."""
    known = current()

    def shown():
        return known.result("list", lambda: listed("marketing", *AUGUST, options={"suppress": stop}), len)

    before = shown()
    stop.write_text("zara@quillon.example", encoding="utf-8")

    assert (before, shown()) == ("LS", "LO")


@pytest.mark.parametrize("value", [5, True])
def test_what_is_no_path_is_refused(value):
    """With what to write."""
    with pytest.raises(ArgumentError, match=r"suppress=do-not-contact\.csv"):
        leads_contacts("marketing", *AUGUST, options={"suppress": value})


def test_the_others_are_counted_by_why(stop):
    """All customers and all leads of nobody knows whom; a filter counts whose latest lead meets it."""
    table = leads_contacts("newsletter", *AUGUST, options="why=1")
    counts = table.set_index("reason")["count"]
    suppressed = leads_contacts("marketing", *AUGUST, options={"why": 1, "suppress": stop}).set_index("reason")
    jeddah = leads_contacts("newsletter", *AUGUST, filters="branch=Jeddah", options="why=1").set_index("reason")

    assert list(table) == ["reason", "count", "of", "about"]
    assert counts[counts > 0].to_dict() == {"listed": 1, "never answered": 2, "anonymous": 1}
    assert counts.sum() == 3 + 1
    assert suppressed["count"][["listed", "suppressed"]].tolist() == [2, 1]
    assert jeddah["count"].sum() == jeddah["count"]["never answered"] == 2


@pytest.mark.parametrize("filters", [None, "branch=Riyadh", "branch=Jeddah|Riyadh", "source=(blank)"])
def test_the_list_is_as_long_as_its_reason_says(filters):
    """Under the same filter."""
    table = leads_contacts("marketing", *AUGUST, filters=filters, options="why=1").set_index("reason")

    assert table["count"]["listed"] == len(leads_contacts("marketing", *AUGUST, filters=filters))


def test_the_table_of_reasons_can_be_shaped():
    """Its fields, labels, order and rows."""
    table = leads_contacts("newsletter", *AUGUST, "count,reason", options="why=1; sort=-count; limit=1; labels=ar")

    assert table.to_dict("list") == {"العدد": [2], "السبب": ["لم يجب"]}


@pytest.mark.parametrize(
    ("options", "who"),
    [("limit=1", "L"), ("sort=lastLead", "OLS"), ("sort=-leads,channel,yesRecord", "SLO"), ("as_of=2026-08-04", None)],
)
def test_a_list_is_sorted_and_cut(options, who):
    """As other tables; how it stood then needs a store."""
    if who is None:
        with pytest.raises(lx.LeadsError):
            leads_contacts("marketing", *AUGUST, options=options)
    else:
        assert listed("marketing", *AUGUST, options=options) == who


def test_labels_and_marks_are_as_for_other_tables():
    """English, Arabic, no headings, what stands in an empty cell."""
    english = leads_contacts("marketing", *AUGUST, "customer,address,yesAt", options="labels=en; headers=0; empty=-")

    assert list(english) == ["Customer", "Reached at", "Agreed"]
    assert english.attrs == {"headers": False, "empty": "-"}
    assert list(leads_contacts("marketing", *AUGUST, "Reached at", options="labels=ar")) == ["عنوان التواصل"]


def test_a_value_that_no_lead_has_is_refused_or_nobody():
    """As for other tables; one that only others have is no slip."""
    with pytest.raises(ArgumentError, match="branch"):
        leads_contacts("marketing", *AUGUST, filters="branch=Riad")
    assert listed("marketing", *AUGUST, filters="branch=Riad", options="missing=0") == ""
    assert listed("newsletter", *AUGUST, filters="source=Website") == ""


def test_windows_that_lack_leads_are_refused(desk):
    """There may be a no in what did not come."""
    desk.bulks, desk.final = (bulk("2026-08-03", lead(1, **YES, **SARA), totalRecords=2),), False

    with pytest.raises(ApiReplyError, match="partial=1"):
        leads_contacts("marketing", *AUGUST)
    assert listed("marketing", *AUGUST, options="partial=1") == "S"


def test_a_long_range_has_to_be_meant(desk):
    """As for other tables."""
    days = (str((desk.now - timedelta(days=4000)).date()), "2026-08-31")

    with pytest.raises(ArgumentError, match="long=1"):
        leads_contacts("marketing", *days)
    assert listed("marketing", *days, options="long=1") == "LSO"


def test_nobody_is_a_table_without_rows():
    """With the same columns and types."""
    none, some = leads_contacts("marketing", "2026-07"), leads_contacts("marketing", *AUGUST)

    assert len(none) == 0 < len(some)
    assert none.dtypes.to_dict() == some.dtypes.to_dict()
    assert leads_contacts("marketing", "2026-07", options="why=1")["count"].sum() == 0


def test_a_key_of_the_api_that_is_called_like_ours_breaks_nothing(desk):
    """The list's own column stays; a new key beside it is personal until somebody says that it is not."""
    desk.bulks = (bulk("2026-08-03", lead(1, channel="Quillon", extra="Quillon", **YES, **OMAR)),)
    frame = leads_contacts("marketing", *AUGUST, "all")

    assert frame["channel"].tolist() == ["WhatsApp"]
    assert "Quillon" not in text_of(frame)
    assert isinstance(frame["extra"], pd.Series)
