"""Key figures and duplicates over a range, as formulas and notebooks ask for them."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from few_leads import FOUR, Desk, bulk, lead, session
from places import DATA

from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.session import current, use
from leads_excel.functions.analysis import leads_by, leads_dupes, leads_kpi
from leads_excel.functions.listings import leads_status
from leads_excel.kpis import KPIS
from leads_excel.kpis.facts.persons import person_keys

THIRTEEN = json.loads((DATA / "kpi_bulks.json").read_text(encoding="utf-8"))
RANGE = ("2026-07-10", "2026-08-31")


@pytest.fixture(autouse=True)
def desk():
    """Answer all functions from the four leads."""
    desk = Desk(*FOUR)
    use(session(desk))
    yield desk
    use(None)


@pytest.fixture
def thirteen(desk):
    """Answer from the thirteen leads that `test_kpis` counts."""
    desk.bulks = tuple(THIRTEEN)
    return desk


@pytest.mark.parametrize(
    ("kpi", "filters", "value"),
    [
        ("leads", None, 4),
        ("Rejected", None, 1),
        ("units", None, 8),
        ("units", "source=Website", 3),
        ("errors", "isError=TRUE", 1),
        ("rejection_rate", "source=Website", 0.5),
        ("vehicles", [["branch", "Riyadh"], ["source", None]], 2),
    ],
)
def test_a_key_figure_is_one_number(kpi, filters, value):
    """Filters leave leads out together with their vehicles and errors."""
    assert leads_kpi(kpi, "2026-08", None, filters) == value


def test_a_share_of_nothing_is_none_or_what_one_says():
    """A rate over no leads is no 0."""
    assert leads_kpi("rejection_rate", "2026-07") is None
    assert leads_kpi("rejection_rate", "2026-07", options="empty=0") == 0
    assert leads_kpi("leads", "2026-07", options="empty=-") == 0


@pytest.mark.parametrize(
    ("kpi", "days", "filters", "options", "why"),
    [
        ("rejection_rate", "2026-07", None, None, "rejection_rate of 2026-07-01 to 2026-07-31: no leads judged"),
        ("hot_rate", "2026-08", "isError=TRUE", None, "hot_rate of 2026-08-01 to 2026-08-31: no accepted leads"),
        ("rejection_rate", "2026-08", None, "min=30", "4 leads judged, fewer than min=30"),
        ("change_rate", "2026-08", None, None, "no leads received in the range before"),
        (
            "oldest_open_hours",
            "2026-08-03",
            None,
            None,
            "2026-08-03: there is nothing to work it out from (Hours since",
        ),
    ],
)
def test_a_share_of_nothing_says_why(kpi, days, filters, options, why):
    """The status names the figure, the range and what there is nothing of, and no older failure."""
    current().failed("LEADS: something older")

    assert leads_kpi(kpi, days, None, filters, options) is None
    assert why in leads_status("failure")
    assert leads_status("failures")["failure"].iloc[1] == "LEADS: something older"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (None, "3 leads, which is too few"),
        ("min=3", "3 leads, which is too few"),
        ("min=4", "3 leads, fewer than min="),
    ],
)
def test_what_is_too_few_is_told_from_what_an_option_calls_few(desk, options, why):
    """An income of three people is nobody's business, whatever the option says."""
    desk.bulks = (bulk("2026-08-03", *(lead(number, monthlyIncome="5000-10000 SAR") for number in (1, 2, 3))),)

    assert leads_kpi("median_income", "2026-08", None, None, options) is None
    assert why in leads_status("failure")


def test_a_number_that_is_there_is_no_failure():
    """Nor is a 0, nor what a formula wants to see in place of nothing."""
    leads_kpi("leads", "2026-07")
    leads_kpi("rejection_rate", "2026-08")
    leads_kpi("rejection_rate", "2026-07", options="empty=0")

    assert leads_status("failure") is None


def test_a_key_figure_has_its_own_options():
    """Others are refused."""
    with pytest.raises(ArgumentError, match="There is no option 'limit'"):
        leads_kpi("leads", "2026-08", options="limit=5")


@pytest.mark.parametrize("week_start", ["sunday", "monday"])
def test_weeks_begin_as_the_settings_say(desk, week_start):
    """Each week is named by its first day."""
    use(session(desk, week_start=week_start))

    weeks = leads_by("week", "2026-08")["week"]

    assert {f"{day:%A}".lower() for day in weeks} == {week_start}


def test_key_figures_by_a_dimension():
    """The usual figures by default; filters and options as everywhere."""
    usual = ["source", "leads", "accepted", "rejected", "rejection_rate", "provisional"]
    assert list(leads_by("source", "2026-08")) == usual
    frame = leads_by("branch", "2026-08", None, ["units", "leads"], "isError=FALSE", "top=1; headers=0; empty=0")
    assert frame.to_dict("list") == {"branch": ["(blank)", "Other"], "units": [5, 3], "leads": [2, 1]}
    assert frame.attrs == {"headers": False, "empty": 0}


def test_key_figures_by_day():
    """Each day of the range, by the bulk's date or the lead's."""
    created = leads_by("day", "2026-08-01", "2026-08-03", "leads")
    submitted = leads_by("Day", "2026-08-01", "2026-08-10", "leads", None, "date=lead; sort=-leads; limit=1")

    assert created["leads"].tolist() == [0, 0, 2]
    assert submitted["day"].tolist() == [pd.Timestamp("2026-08-01")]


@pytest.mark.parametrize(
    ("dimension", "option", "message"),
    [
        ("week", "top=3", "The option top is not for periods"),
        ("source", "date=lead", "The option date=lead is for day"),
        ("source", "pii=reveal", "There is no option 'pii'"),
    ],
)
def test_an_option_that_would_change_nothing_is_refused(dimension, option, message):
    """Periods have no top, other dimensions no date."""
    with pytest.raises(ArgumentError, match=message):
        leads_by(dimension, "2026-08", options=option)


def test_days_that_are_not_judged_yet_are_marked(desk):
    """The usual figures end with how many leads are provisional, so that every line adds up."""
    desk.bulks = (
        bulk("2026-08-03", lead(1, leadId=9), lead(2, isError=1)),
        bulk("2026-08-04", lead(3, leadId=9), lead(4, isError=1), lead(5), lead(6), isProcessed=2),
        bulk("2026-08-05", lead(7), isProcessed=1),
    )

    days = leads_by("day", "2026-08-03", "2026-08-05", options="empty=-").drop(columns="day")

    assert days.astype(object).fillna("-").to_numpy().tolist() == [
        [2, 1, 1, 0.5, 0], [4, 1, 1, 0.5, 2], [1, 0, 0, "-", 1],
    ]  # fmt: skip
    assert leads_kpi("provisional", "2026-08-03", "2026-08-05") == 3
    assert leads_kpi("provisional", "2026-08-03", "2026-08-05", "leadExternalId>=6") == 2
    assert leads_kpi("Provisional share", "2026-08-04") == 0.5


# --- which leads count, and how many are too few -------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("thirteen")
@pytest.mark.parametrize("kpi", [name for name, kpi in KPIS.items() if kpi.of == "leads"])
def test_a_figure_of_one_source_is_the_same_by_filter_and_by_source(kpi):
    """A filter chooses leads; what the others tell of them stays true: 6 repeats a lead of another source."""
    by_source = leads_by("source", *RANGE, kpi, options="empty=-").set_index("source")[kpi]["Website"]

    filtered = leads_kpi(kpi, *RANGE, "source=Website")

    assert filtered == (None if by_source is pd.NA else pytest.approx(by_source))


@pytest.mark.usefixtures("thirteen")
@pytest.mark.parametrize("period", ["day", "year"])
@pytest.mark.parametrize("kpi", ["rejected", "duplicates", "units", "errors", "hot_uncontactable"])
def test_a_period_holds_the_leads_of_its_filter(kpi, period):
    """These and no others that stand where they would stand alone."""
    for source in ("Website", "Walk in", "Facebook", "(blank)"):
        rows = leads_by(period, *RANGE, kpi, f"source={source}")

        assert rows[kpi].sum() == leads_kpi(kpi, *RANGE, f"source={source}")


@pytest.mark.usefixtures("thirteen")
def test_a_filter_does_not_hide_what_a_lead_repeats():
    """Two leads repeat one of another source, one repeats one of its own."""
    sources = ("Website", "Walk in", "Facebook")
    assert [leads_kpi("duplicates", *RANGE, f"source={source}") for source in sources] == [1, 1, 1]


@pytest.mark.usefixtures("thirteen")
def test_a_rate_of_few_can_be_left_out():
    """A count has nothing to be few of."""
    assert leads_kpi("duplicate_rate", *RANGE, options="min=10") == pytest.approx(3 / 10)
    assert leads_kpi("duplicate_rate", *RANGE, options="min=11") is None
    assert leads_kpi("duplicate_rate", *RANGE, options="min=11; empty=few") == "few"
    assert leads_kpi("duplicates", *RANGE, options="min=30") == 3
    rows = leads_by("source", *RANGE, "leads,rejection_rate", options="min=5").set_index("source")
    assert rows["rejection_rate"].notna().to_dict() == {
        "Website": True, "Facebook": True, "Event": False, "Walk in": False, "(blank)": False,
    }  # fmt: skip


@pytest.mark.usefixtures("thirteen")
def test_a_rate_can_be_told_with_what_it_is_a_rate_of():
    """A table of four values, and beside each rate the number of leads behind it."""
    table = leads_kpi("rejection_rate", *RANGE, options="n=1")
    count = leads_kpi("leads", *RANGE, options="n=1; headers=0")
    rows = leads_by("source", *RANGE, "leads,rejection_rate", options="n=1; limit=1")

    assert table.to_dict("list") == {"value": [2 / 12], "numerator": [2], "denominator": [12], "unit": ["share"]}
    assert count["value"].tolist() == [13]
    assert count["denominator"].isna().all()
    assert count.attrs["headers"] is False
    assert rows.to_dict("list") == {
        "source": ["Facebook"], "leads": [5], "rejection_rate": [0.2], "rejection_rate_n": [5],
    }  # fmt: skip


@pytest.mark.usefixtures("thirteen")
def test_the_days_that_make_a_duplicate_are_an_option():
    """6 came four days after 3."""
    assert leads_kpi("duplicates", *RANGE, options="days=4") == 2
    assert leads_kpi("duplicates", *RANGE, options="days=5") == 3
    assert leads_by("source", *RANGE, "duplicates", options="days=4")["duplicates"].sum() == 2


def test_a_change_is_counted_against_the_equal_range_before(thirteen):
    """Sixteen days, and the sixteen before; a filter holds for both, and one more range is asked for."""
    days = ("2026-08-16", "2026-08-31")

    assert leads_kpi("change", *days) == 3 - 9
    assert leads_kpi("change_rate", *days) == pytest.approx(-6 / 9)
    assert leads_kpi("change", *days, "source=Facebook") == 2 - 3
    assert leads_kpi("change_rate", "2026-07-01", "2026-07-31") is None
    assert min(window.start for window in thirteen.asked).date().isoformat() < "2026-06-01"


@pytest.mark.usefixtures("thirteen")
def test_figures_of_bulks_know_no_leads():
    """A filter on leads chooses no bulks, and a source has none: refused, not ignored."""
    assert leads_kpi("reconciliation_gap", *RANGE) == 1
    with pytest.raises(ArgumentError, match="The key figure reconciliation_gap is about bulks"):
        leads_kpi("reconciliation_gap", *RANGE, "source=Website")
    with pytest.raises(ArgumentError, match="A key figure of the whole range has no value by source"):
        leads_by("source", *RANGE, "leads,stuck_bulks")


# --- duplicates ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("thirteen")
def test_duplicates_stand_below_the_lead_they_repeat():
    """The largest cluster first; the first lead of each repeats nothing."""
    frame = leads_dupes(*RANGE)
    told = frame[["cluster", "times", "visit", "match", "daysSince", "earlierLead", "leadExternalId", "source"]]

    assert list(told.astype(object).fillna("").itertuples(index=False, name=None)) == [
        (1, 3, 1, "", "", "", 1, "Website"),
        (1, 3, 2, "phone", 0, 1, 3, "Walk in"),
        (1, 3, 3, "phone and e-mail", 4, 3, 6, "Website"),
        (2, 2, 1, "", "", "", 8, "Facebook"),
        (2, 2, 2, "e-mail", 2, 8, 10, "Facebook"),
    ]
    assert frame["customer"].tolist() == [*person_keys(["+966500000001"]) * 3, *person_keys(["+966112345678"]) * 2]


@pytest.mark.usefixtures("thirteen")
@pytest.mark.parametrize(
    ("filters", "options", "leads"),
    [
        (None, "strict=1", [1, 6]),
        (None, "days=3", [1, 3, 8, 10]),
        (None, "limit=2", [1, 3]),
        (None, "sort=-leadExternalId", [10, 8, 6, 3, 1]),
        ("times>=3", None, [1, 3, 6]),
        ("source=Facebook; visit>1", None, [10]),
        ("match=phone", None, [3]),
        ("leadExternalId=12", None, []),
    ],
)
def test_duplicates_can_be_chosen(filters, options, leads):
    """By what makes one, by cluster and by lead; a filter does not take clusters apart."""
    frame = leads_dupes(*RANGE, "leadExternalId,times", filters, options)

    assert frame["leadExternalId"].tolist() == leads
    assert set(frame["times"]) <= {2, 3}


@pytest.mark.usefixtures("thirteen")
def test_duplicates_are_masked_like_all_tables():
    """Who they are shows only where it is asked for; labels work too."""
    masked = leads_dupes(*RANGE, "Customer,phoneNumber,firstName", options="limit=1")
    revealed = leads_dupes(*RANGE, "phoneNumber", options="limit=1; pii=reveal; labels=ar")

    assert list(masked) == ["customer", "phoneNumber", "firstName"]
    assert masked["phoneNumber"].tolist() == ["•••001"]
    assert revealed.to_dict("list") == {"رقم الهاتف": ["500000001"]}
    assert list(leads_dupes(*RANGE, "customer,email", options="pii=none")) == ["customer"]


def test_no_duplicates_are_a_table_without_rows(desk):
    """With the same columns and types."""
    desk.bulks = tuple(THIRTEEN)
    none, some = leads_dupes("2026-06"), leads_dupes(*RANGE)

    assert len(none) == 0 < len(some)
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


def test_leads_are_joined_through_others(desk):
    """One shares its phone with the second, which shares its address with the third, the fourth nothing."""
    desk.bulks = (
        bulk("2026-08-03", lead(1, phoneNumber="500000001"), lead(4, phoneNumber="500000004")),
        bulk("2026-08-04", lead(2, phoneNumber="0500000001", email="a.b@example.com")),
        bulk("2026-08-05", lead(3, phoneNumber="500000003", email="A.B@example.com")),
        bulk("2026-08-06", lead(5, phoneNumber="500000001", isError=1)),
    )

    assert leads_dupes("2026-08", None, "leadExternalId,cluster").to_dict("list") == {
        "leadExternalId": [1, 2, 3],
        "cluster": [1, 1, 1],
    }
