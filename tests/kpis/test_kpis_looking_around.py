"""Figures that look beyond their range: the same leads are the same duplicates whatever days somebody asks for."""

from __future__ import annotations

import json
import pickle
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from few_leads import Desk, bulk, lead, session
from verdict_oracle import Oracle

import leads_excel as lx
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiUnavailableError
from leads_excel.fetching.session import current, use
from leads_excel.kpis import KPIS, Rules
from leads_excel.kpis.around.margin import Reach
from leads_excel.kpis.clusters import clusters
from leads_excel.kpis.facts.facts import facts_of
from leads_excel.kpis.facts.grouping import by_value
from leads_excel.sandbox import Sandbox
from leads_excel.tables.lead_tables import build
from leads_excel.windows.questions import Question

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LOOKING = [name for name, kpi in KPIS.items() if kpi.reach() != Reach()]


def tables_of(first, last, desk_session=None):
    """Ask the session of the process, or another one, for a range."""
    asking = desk_session or current()
    return asking.tables(Question(Days(first, last), asking.settings.zone))


@pytest.fixture(scope="module")
def half_year():
    """Draw half a year of a simulated DMS with few leads, of whom many come again."""
    sandbox = Sandbox(leads_per_day=15, now=lambda: NOW)
    bulks = []
    for week in range(30):
        start = datetime(2026, 9, 6, 21, tzinfo=UTC) - timedelta(days=7 * (30 - week))
        days = "&".join(
            f"{name}Date={day:%Y-%m-%dT%H:%M:%S.000Z}" for name, day in (("from", start), ("to", start + 7 * DAY))
        )
        bulks += json.loads(sandbox.answer("GET", f"/gs/v1/leads/bulks?{days}", {}).body)
    return bulks


@pytest.fixture(scope="module")
def oracle(half_year):
    """Know all that was ever submitted."""
    return Oracle(build(half_year))


@pytest.fixture
def desk(half_year):
    """Answer with half a year."""
    desk = Desk(*half_year, now=NOW)
    use(session(desk))
    yield desk
    use(None)


def ranges(count, seed):
    """Draw ranges from a day to seven weeks, many of them near the day on which somebody asks."""
    dice = random.Random(seed)
    for _ in range(count):
        last = NOW.date() - dice.choice([0, 1, 2, 5, 9, 14, 20, 29, 30, 31, 45]) * DAY
        yield last - dice.choice([0, 1, 6, 6, 13, 29, 48]) * DAY, last


# --- the same leads, whatever the range ------------------------------------------------------------------------------


def test_figures_that_look_around_are_known():
    """Others are told by the range alone."""
    assert LOOKING == [
        "first_time_right_rate", "duplicates", "duplicate_rate", "strict_duplicate_rate", "email_duplicates",
        "same_source_duplicate_rate", "cross_branch_duplicate_rate", "returning", "returning_rate", "recovered_rate",
        "recovery_days",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(("first", "last"), [*ranges(25, seed=11)])
def test_a_range_is_told_as_within_all_that_was_ever_submitted(oracle, first, last):
    """Formula and notebook: each lead of the range is a duplicate, a return, recovered or not, as half a year says."""
    expected = {name: None if v is None else pytest.approx(v) for name, v in oracle.figures(first, last).items()}
    tables = tables_of(first, last)

    assert set(expected) == set(LOOKING)
    assert {name: KPIS[name](tables).value for name in LOOKING} == expected
    assert {name: lx.leads_kpi(name, first, last) for name in LOOKING} == expected


def test_the_oracle_has_something_to_say(oracle):
    """Figures that are all 0 would agree with anything."""
    assert all(oracle.figures(date(2026, 7, 20), date(2026, 8, 20)).values())


@pytest.mark.slow
@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("seed", range(5))
def test_the_parts_of_a_range_add_up_to_it(seed):
    """However a range is cut into others, no duplicate is lost at the cuts; a lead that came again counts in each."""
    dice = random.Random(seed)
    first, last = date(2026, 7, 1), date(2026, 8, 29)
    cuts = sorted({first, last + DAY, *(first + dice.randrange(60) * DAY for _ in range(6))})
    whole = tables_of(first, last)
    again = {*whole.earlier.leads["leadExternalId"]}
    found = set()
    for begin, end in pairwise(cuts):
        listed = clusters(tables_of(begin, end - DAY))
        found |= {*listed.loc[listed["match"].notna(), "leadExternalId"]}
    listed = clusters(whole)

    assert found - again == {*listed.loc[listed["match"].notna(), "leadExternalId"]} - again


@pytest.mark.slow
@pytest.mark.usefixtures("desk")
def test_seven_days_hold_the_duplicates_that_sixty_days_find_in_them():
    """And so do their sources: by lead, not by chance."""
    last = NOW.date()
    week, long = (clusters(tables_of(last - days * DAY, last)) for days in (6, 59))
    long = long[long["bulkCreatedDate"].dt.date >= last - 6 * DAY]
    facts = ["match", "daysSince", "earlierLead"]
    told = [each[each["match"].notna()].set_index("leadExternalId")[facts].sort_index() for each in (week, long)]

    assert len(told[0]) == lx.leads_kpi("duplicates", last - 6 * DAY, last) > 3
    assert told[0].equals(told[1])


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("name", LOOKING)
def test_a_figure_asks_for_the_days_it_says(name):
    """Thirty before or after, ninety for who returns, as many as the rules say; and no figure asks for more."""
    spans = []

    def around(first, last):
        spans.append((first, last))

    first, last = date(2026, 6, 10), date(2026, 6, 12)
    tables = replace(tables_of(first, last), around=around)
    for days in (30, 5):
        KPIS[name](tables, Rules(days=days))
    back, ahead = KPIS[name].reach().back, KPIS[name].reach().ahead
    one = [(first - back * DAY, first - DAY)] if back else [(last + DAY, last + ahead * DAY)]
    five = [(first - back * DAY / 6, first - DAY)] if back else [(last + DAY, last + ahead * DAY / 6)]

    assert spans == one + five


@pytest.mark.usefixtures("desk")
def test_figures_of_the_range_alone_ask_for_nothing_more():
    """Counts cost what they cost before."""

    def around(*_):
        raise AssertionError

    tables = replace(tables_of(date(2026, 6, 10), date(2026, 6, 12)), around=around)

    assert all(KPIS[name](tables).complete for name in set(KPIS) - set(LOOKING))


# --- both verdicts ---------------------------------------------------------------------------------------------------

WHO = {"phoneNumber": "500000017", "firstName": "Sara"}


def rejected(number=1, **keys):
    return lead(number, isError=1, **{"phoneNumber": "5", "firstName": "Sara"} | keys)


def accepted(number=1, **keys):
    return lead(number, **WHO | keys)


def figures(*bulks, first="2026-08-03", last="2026-08-09"):
    """Ask for a week out of some bulks."""
    use(session(Desk(*bulks, now=NOW)))
    names = "leads", "accepted", "rejected", "first_time_right_rate", "recovered_rate", "recovery_days", "duplicates"
    try:
        return tuple(lx.leads_kpi(name, first, last) for name in names)
    finally:
        use(None)


WITHIN = {
    "accepted at once": (["accepted"], (1, 1, 0, 1, None, None, 0)),
    "rejected, then accepted": (["rejected", "accepted"], (1, 1, 0, 0, 1, 1, 0)),
    "accepted, then rejected": (["accepted", "rejected"], (1, 0, 1, 0, 0, None, 0)),
    "rejected twice, then accepted": (["rejected", "rejected", "accepted"], (1, 1, 0, 0, 1, 1, 0)),
    "accepted in between": (["rejected", "accepted", "rejected"], (1, 0, 1, 0, 0, None, 0)),
    "accepted before and after": (["accepted", "rejected", "accepted"], (1, 1, 0, 0, 1, 1, 0)),
    "accepted twice": (["accepted", "accepted"], (1, 1, 0, 1, None, None, 0)),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", WITHIN)
def test_every_verdict_of_a_number_counts(case):
    """It stands once, as it was judged last; that it was rejected before is not forgotten, and it repeats nobody."""
    verdicts, expected = WITHIN[case]
    made = {"accepted": accepted, "rejected": rejected}
    bulks = [bulk(f"2026-08-{day:02}", made[verdict]()) for day, verdict in enumerate(verdicts, 3)]

    assert figures(*bulks) == expected


ACROSS = {
    "rejected in the range, accepted after it": ("2026-08-05", "2026-08-20", (1, 0, 1, 0, 1, 15, 0)),
    "rejected before the range, accepted in it": ("2026-07-20", "2026-08-05", (1, 1, 0, 0, None, None, 0)),
    "accepted on the thirtieth day after": ("2026-08-03", "2026-09-01", (1, 0, 1, 0, 1, 29, 0)),
    "rejected long before": ("2026-07-01", "2026-08-05", (1, 1, 0, 1, None, None, 0)),
}


@pytest.mark.parametrize("case", ACROSS)
def test_verdicts_count_across_the_ends_of_a_range(case):
    """A week is told the same whether the other verdict stands in it or around it."""
    no, yes, expected = ACROSS[case]

    assert figures(bulk(no, rejected()), bulk(yes, accepted())) == expected


@pytest.mark.parametrize(("day", "recovered"), [("2026-08-05", 1), ("2026-08-06", 0)])
def test_what_is_accepted_too_late_is_not_recovered(day, recovered):
    """Thirty days after it was rejected, and a day later: both stand in the weeks that are looked at."""
    found = figures(bulk("2026-07-06", rejected()), bulk(day, accepted()), first="2026-07-05", last="2026-07-11")

    assert found[4] == recovered


def test_leads_without_a_number_are_not_one_record():
    """They repeat each other like any two leads of a customer."""
    first, second = (bulk(day, accepted(0, leadNote=day)) for day in ("2026-08-03", "2026-08-05"))

    assert figures(first, second)[-1] == 1


def test_the_reverse_order_across_ranges_recovers_nothing():
    """Accepted last month, rejected in the range: it is rejected, and not recovered by its own past."""
    assert figures(bulk("2026-07-20", accepted()), bulk("2026-08-05", rejected())) == (1, 0, 1, 0, 0, None, 0)


def test_a_number_that_comes_again_is_no_duplicate_of_itself():
    """Sent in both ranges and accepted in both; somebody else in between, with the same phone, is a duplicate of it."""
    first, second = bulk("2026-07-28", accepted()), bulk("2026-08-08", accepted())
    other = bulk("2026-08-05", accepted(2))

    assert figures(first, second)[-1] == 0
    assert figures(first, other)[-1] == 1
    assert figures(first, other, second)[-1] == 2


def test_days_to_come_are_not_asked_for():
    """A look ahead ends today."""
    desk = Desk(bulk("2026-08-20", rejected()), bulk("2026-08-30", accepted()), now=NOW)
    use(session(desk))
    value = lx.leads_kpi("recovered_rate", "2026-08-20", "2026-08-25")
    today = lx.leads_kpi("recovered_rate", "2026-09-01")
    use(None)

    assert value == 1
    assert today is None
    assert max(window.end for window in desk.asked) == datetime(2026, 9, 1, 21, tzinfo=UTC)


def test_a_look_ahead_is_renewed_while_its_days_may_change():
    """The range is final and in memory, the days after it are not: a lead recovered meanwhile counts."""
    answers = [build([]), build([bulk("2026-08-20", accepted())])]
    week = {"from": date(2026, 8, 3), "to": date(2026, 8, 9)}
    tables = replace(build([bulk("2026-08-05", rejected())]), asked=week, around=lambda *_: answers.pop(0))

    assert [lx.kpis.recovered_rate(tables).value for _ in range(2)] == [0, 1]


# --- what nobody knows -----------------------------------------------------------------------------------------------


def test_leads_of_which_nobody_knows_the_past_say_so():
    """A figure over the leads of one bulk is told within them, and marked; others are not."""
    tables = build([bulk("2026-08-03", accepted(1), accepted(2))])
    figure = lx.kpis.duplicates(tables)

    assert (figure.value, figure.complete) == (1, False)
    assert figure.note == "within these leads only: the 30 days before are not known"
    assert figure.note in repr(figure)
    assert "after" in lx.kpis.recovered_rate(tables).note
    assert "note" not in repr(lx.kpis.accepted(tables))
    assert clusters(tables).attrs["note"] == lx.kpis.overlap(tables).attrs["note"] == figure.note


@pytest.mark.usefixtures("desk")
def test_a_copy_in_a_file_does_not_know_whom_to_ask():
    """Nor whose sign-in: a pickled range is told within itself, and marked."""
    tables = tables_of(date(2026, 8, 3), date(2026, 8, 9))
    copy = pickle.loads(pickle.dumps(tables))  # noqa: S301 - our own

    assert lx.kpis.duplicates(tables).complete
    assert not lx.kpis.duplicates(copy).complete
    assert copy.leads.equals(tables.leads)


def test_a_figure_whose_days_around_are_missing_has_no_value_and_says_why(desk):
    """Never a number that is too low; plain counts are not touched."""
    tables = tables_of(date(2026, 8, 3), date(2026, 8, 9))
    desk.error = ApiUnavailableError("HTTP 503", attempts=4)
    figure = lx.kpis.duplicate_rate(tables)

    assert (figure.value, figure.numerator, figure.complete) == (None, None, False)
    assert "needs the days around" in figure.note
    assert "HTTP 503" in figure.note
    assert lx.kpis.accepted(tables).value > 0
    with pytest.raises(ApiUnavailableError, match="needs the days around"):
        clusters(tables)


@pytest.mark.usefixtures("desk")
def test_by_source_the_days_before_count_too(oracle):
    """The figures of the sources add up to that of the range."""
    first, last = date(2026, 8, 3), date(2026, 8, 9)
    tables = tables_of(first, last)
    by_source = KPIS["duplicates"].measure(tables).by(by_value("source", tables))

    assert by_source.sum() == oracle.figures(first, last)["duplicates"] > 0


@pytest.mark.usefixtures("desk")
def test_columns_are_worked_out_once_while_nothing_changes():
    """The days around stay in the facts of the range as long as they are the same."""
    tables = tables_of(date(2026, 8, 3), date(2026, 8, 9))
    lx.kpis.duplicates(tables)
    known = dict(facts_of(tables).known)
    lx.kpis.duplicate_rate(tables)

    assert all(facts_of(tables).known[key] is value for key, value in known.items())
