"""What changed between two moments, told from what the store keeps."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from change_oracle import expected, told
from few_leads import bulk, lead
from pandas.testing import assert_series_equal
from store_world import World, assert_same

import leads_excel as lx
from leads_excel.bulks.decoding import decode
from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import Reply
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiUnavailableError, DateError, SettingsError
from leads_excel.fetching.fetch import received, tables_for, tables_from
from leads_excel.functions.changes import changes
from leads_excel.store import Stored
from leads_excel.store.database.connection import Database
from leads_excel.store.upkeep.erasure import erase
from leads_excel.store.upkeep.inspection import prune
from leads_excel.windows.questions import Question

FIRST = date(2026, 8, 9)
MORNING = datetime(2026, 8, 16, 6, tzinfo=UTC)
"""A Sunday, nine o'clock in Riyadh."""


@pytest.fixture
def world(tmp_path):
    """A DMS with enough leads that everything happens to some of them, and an empty store."""
    with World(tmp_path / "leads.sqlite", leads_per_day=60, settle_days=30) as world:
        world.now = MORNING
        yield world


def today(world):
    return world.now.astimezone(world.settings.zone).date()


def as_sent(world, days):
    """Read the leads of some days as the DMS sends them now: by number, each with its bulk."""
    question = world.question(days)
    content = received(question, settings=world.settings)
    end = question.windows[-1].to_stamp  # the API counts it in
    return {
        lead["leadExternalId"]: {**lead, "bulkCreatedDate": bulk["createdDate"]}
        for bulk in json.loads(content)
        if bulk["createdDate"] < end
        for lead in bulk["leads"] or ()
    }


def between(world, since, until):
    """Tell what changed between two moments."""
    return changes(since, until, settings=world.settings)


# The scripted week


@pytest.mark.slow
def test_a_week_is_told_exactly_and_given_back(world):
    """Each day's changes, those of the whole week, and each day's state, as somebody who looked every day kept it."""
    kept, kinds = [], set()
    for _ in range(8):
        days = Days(FIRST, today(world))
        kept.append((world.now, days, world.tables(days), as_sent(world, days)))
        world.pass_time(days=1)
    requests = world.requests

    for (since, *_, before), (until, *_, after) in [*pairwise(kept), (kept[0], kept[-1])]:
        rows = between(world, since, until)
        assert told(rows) == expected(before, after)
        assert rows.attrs["days"] == f"2026-08-09 to {until:%Y-%m-%d}"
        kinds |= {*rows["change"], *rows["field"].dropna()}
    assert kinds > {"new", "settled", "recovered", "changed", "gone", "bulkCreatedDate", "vehicle 1"}

    for at, days, tables, _ in kept:
        assert_same(tables_for(world.question(days, as_of=at), settings=world.settings), tables)
    assert world.requests == requests


def test_values_are_what_the_leads_hold(world):
    """Before is what the earlier table says, after and the columns beside are what the later one says."""
    days = Days(FIRST, date(2026, 8, 16))
    before, since = world.tables(days), world.now
    world.pass_time(days=3)
    after, until = world.tables(days), world.now

    rows = between(world, since, until)

    edited = rows[rows["field"].isin(before.leads.columns)]
    assert len(edited) > 5
    for _, row in edited.iterrows():
        old, new = (side.leads.set_index("leadExternalId").loc[row["leadExternalId"]] for side in (before, after))
        assert [row["before"], row["after"]] == [
            None if pd.isna(side[row["field"]]) else side[row["field"]] for side in (old, new)
        ]
        assert_series_equal(row[new.index], new, check_names=False)


# Which days are compared


def test_ranges_that_roll_on_are_compared_where_they_overlap(world):
    """The last seven days, asked for every day: all changes of the days that both states know, and every new lead."""

    def week_up_to_now():
        days = Days(today(world) - timedelta(days=6), today(world))
        return world.now, world.tables(days), as_sent(world, days)

    since, _, before = week_up_to_now()
    world.pass_time(days=1)
    until, _, after = week_up_to_now()

    rows = between(world, since, until)

    dropped = before.keys() - after.keys()  # the oldest day, which was not asked for again
    assert told(rows) == Counter(change for change in expected(before, after) if change[1] not in dropped)
    assert rows.attrs["days"] == "2026-08-11 to 2026-08-17"


@pytest.mark.slow
def test_a_sync_by_day_and_a_refresh_by_week_are_one_knowledge(world):
    """Windows that overlap: the fresher answer counts, whoever asked for it."""
    days = Days(date(2026, 8, 9), date(2026, 8, 15))
    world.tables(days)
    before, since = as_sent(world, days), world.now
    world.pass_time(days=2)
    for day in days:
        world.tables(Days(day, day))
    after, until = as_sent(world, days), world.now

    assert told(between(world, since, until)) == expected(before, after) != Counter()


@pytest.mark.slow
def test_days_fetched_for_the_first_time_hold_no_new_leads(world):
    """They had begun before anybody asked for them: what was new in them then, nobody knows."""
    world.tables(Days(FIRST, today(world)))
    since = world.now
    world.pass_time(days=1)
    world.tables(Days(date(2026, 7, 1), today(world)))

    rows = between(world, since, world.now)

    assert rows.attrs["days"] == "2026-08-09 to 2026-08-17"
    assert (rows["bulkCreatedDate"] >= pd.Timestamp("2026-08-09", tz=world.settings.zone)).all()


def test_days_that_were_not_asked_for_again_have_no_gone_leads(world):
    """What became of them is not known."""
    world.tables(Days(FIRST, today(world)))
    since = world.now
    world.pass_time(days=1)
    world.tables(Days(date(2026, 8, 16), today(world)))

    rows = between(world, since, world.now)

    assert rows.attrs["days"] == "2026-08-16 to 2026-08-17"
    assert "gone" not in set(rows["change"])


def test_final_windows_need_not_be_asked_for_again(tmp_path):
    """Nothing changes in them, and they are among the days compared."""
    with World(tmp_path / "leads.sqlite") as world:
        days = Days(date(2026, 7, 5), today(world))
        world.tables(days)
        since = world.now
        world.pass_time(days=1)
        world.tables(Days(days.first, today(world)))

        rows = between(world, since, world.now)

    assert rows.attrs["days"] == "2026-07-05 to 2026-08-21"
    assert "new" in set(rows["change"])


class Dms(Api):
    """A DMS of a few bulks that are given."""

    def __init__(self, settings):
        super().__init__(None, settings.settle_days)
        self.bulks = []

    def ask(self, window, _question):
        """Answer with the bulks of a window."""
        found = [item for item in self.bulks if window.from_stamp <= item["createdDate"] < window.to_stamp]
        body = json.dumps(found).encode()
        return Reply(decode(body), body, 1, 0.0)


def asked(dms, settings, days, at):
    """Fetch days as a process of its own would at a moment."""
    with (
        closing(Database(settings.store)) as database,
        closing(Stored(dms, database, settings, now=lambda: at)) as source,
    ):
        return tables_from(Question(days, settings.zone), source, settings)


def test_a_lead_is_gone_where_its_days_were_asked_for_again(tmp_path):
    """Of days that were not, nobody knows."""
    settings = lx.Settings(environment="test", base_url="https://dms.test/gs", store=str(tmp_path / "s.sqlite"))
    dms, until = Dms(settings), MORNING + timedelta(hours=1)
    dms.bulks = [bulk("2026-08-03", lead(1), isProcessed=2), bulk("2026-08-10", lead(2), lead(3), isProcessed=2)]
    asked(dms, settings, Days(date(2026, 8, 2), date(2026, 8, 16)), MORNING)
    dms.bulks = [bulk("2026-08-10", lead(3), isProcessed=2)]
    asked(dms, settings, Days(date(2026, 8, 9), date(2026, 8, 16)), until)

    assert told(changes(MORNING, until, settings=settings)) == Counter([("gone", 2, None)])


def test_a_lead_that_came_again_elsewhere_is_recovered(tmp_path):
    """Its first bulk stands as it stood, in a window that is final: the lead is no new one, nor gone from there."""
    settings = lx.Settings(environment="test", base_url="https://dms.test/gs", store=str(tmp_path / "s.sqlite"))
    dms, days, until = Dms(settings), Days(date(2026, 8, 2), date(2026, 8, 16)), MORNING + timedelta(hours=1)
    dms.bulks = [bulk("2026-08-03", lead(1, isError=1), lead(2, leadId=8))]
    for at in (MORNING, until):
        states = asked(dms, settings, days, at).coverage["state"]
        dms.bulks.append(bulk("2026-08-16", lead(1, leadId=7), lead(4)))

    assert states[0] == "stored final"
    assert told(changes(MORNING, until, settings=settings)) == Counter(
        [("new", 4, None), ("recovered", 1, "state"), ("changed", 1, "bulkCreatedDate")]
    )


# What cannot be told


def test_an_empty_store_says_so(world):
    """No answer is not the answer that nothing changed."""
    with pytest.raises(ApiUnavailableError, match="The store is empty"):
        between(world, MORNING, MORNING + timedelta(days=1))


def test_before_the_first_answer_nothing_is_known(world):
    """The message says since when something is."""
    world.tables(Days(FIRST, today(world)))
    world.pass_time(days=1)
    world.tables(Days(FIRST, today(world)))

    with pytest.raises(ApiUnavailableError, match=r"knew nothing on 2026-08-15 09:00.* after 2026-08-16 09:00"):
        between(world, MORNING - timedelta(days=1), world.now)


def test_without_an_answer_since_nothing_is_known(world):
    """A refresh that did not run is not a day without changes, nor is one of other days."""
    world.tables(Days(FIRST, today(world)))
    world.pass_time(days=1)
    with pytest.raises(ApiUnavailableError, match="Nobody asked for the leads again since 2026-08-16 10:00"):
        between(world, MORNING + timedelta(hours=1), world.now)

    world.tables(Days(FIRST, date(2026, 8, 12)))
    with pytest.raises(ApiUnavailableError, match="Nobody asked for the leads again since 2026-08-16 10:00"):
        between(world, MORNING + timedelta(hours=1), world.now)


def test_final_windows_alone_do_not_say_that_nothing_changed(tmp_path):
    """Nobody asked since, however little may change in what was asked for."""
    with World(tmp_path / "leads.sqlite") as world:
        world.tables(Days(date(2026, 8, 2), date(2026, 8, 8)))
        with pytest.raises(ApiUnavailableError, match="Nobody asked for the leads again"):
            between(world, world.now + timedelta(hours=1), world.now + timedelta(hours=2))


def test_a_pruned_past_is_not_compared(world):
    """What was pruned cannot be told, and nothing else is told in its place."""
    for _ in range(3):
        world.tables(Days(FIRST, today(world)))
        world.pass_time(days=1)
    with world.database() as database:
        prune(database, MORNING + timedelta(days=1, hours=1))

    with pytest.raises(ApiUnavailableError, match="does not keep it any more"):
        between(world, MORNING, world.now)


@pytest.mark.slow
def test_an_erased_lead_is_in_no_change(world):
    """Neither as gone nor with what it was."""
    world.tables(Days(FIRST, today(world)))
    world.pass_time(days=1)
    world.tables(Days(FIRST, today(world)))
    rows = between(world, MORNING, world.now)
    number, lead = rows[rows["leadId"] > 0].iloc[0][["leadExternalId", "leadId"]]
    with world.database() as database:
        erase(database, int(lead))

    left = between(world, MORNING, world.now)

    assert number not in set(left["leadExternalId"])
    assert told(rows[rows["leadExternalId"] != number]) == told(left)


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        ("soon", None, "is not a date"),
        ("2999-01-01", None, "still to come"),
        ("2026-08-20", "2026-08-16", "swap the moments"),
    ],
)
def test_moments_that_cannot_be(world, since, until, text):
    """They are refused in words."""
    with pytest.raises(DateError, match=text):
        between(world, since, until)


def test_without_a_store_nobody_knows(world):
    """An API knows only today."""
    settings = lx.Settings(environment="test", base_url=world.server.url, store="none")
    with pytest.raises(SettingsError, match="set LEADS_EXCEL_STORE"):
        changes("2026-08-16", settings=settings)


def test_a_store_that_cannot_be_used_is_named(world, tmp_path):
    """A folder in its place is no empty past."""
    (tmp_path / "folder").mkdir()
    settings = lx.Settings(environment="test", base_url=world.server.url, store=str(tmp_path / "folder"))
    with pytest.raises(SettingsError, match="The store cannot be used"):
        changes("2026-08-16", settings=settings)
