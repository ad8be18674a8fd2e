"""One object for several days: which API sends it is found out by asking, and a day then holds its own leads."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from few_leads import bulk, lead
from scripted_api import ScriptedApi, reply

from leads_excel.client.api_source import Api
from leads_excel.client.habits import Habit
from leads_excel.client.leads_client import LeadsClient
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiReplyError
from leads_excel.settings.model import Settings
from leads_excel.windows.questions import Question

RIYADH = ZoneInfo("Asia/Riyadh")
WEEK = Days(date(2026, 8, 2), date(2026, 8, 8))
DAY = Days(date(2026, 8, 4), date(2026, 8, 4))
BULKS = [
    bulk("2026-08-03", lead(1), lead(2)),
    bulk("2026-08-04", lead(3)),
    bulk("2026-08-05", lead(4), createdDate="2026-08-04T21:00:00.000Z"),  # midnight in Riyadh: the 5th begins
]
BY_DAY = [[], [1, 2], [3], [4], [], [], []]


def merged(bulks):
    """Put bulks into one object."""
    if not bulks:
        return None
    leads = [lead for each in bulks for lead in each["leads"]]
    return bulks[0] | {"leads": leads, "totalRecords": len(leads)}


def listed(bulks):
    """Send an array."""
    return bulks


def alone(bulks):
    """Send one bulk as an object, several as an array."""
    return bulks[0] if len(bulks) == 1 else bulks


class Dms(ScriptedApi):
    """A DMS on loopback that sends bulks in one of three shapes, the end of a range included or not."""

    def __init__(self, shape, bulks=BULKS, *, closed=True):
        super().__init__(self._answer)
        self.shape, self.bulks, self.closed = shape, bulks, closed

    def _answer(self, connection, api):
        query = parse_qs(urlsplit(api.requests[-1].target).query)
        start, end = (datetime.fromisoformat(query[name][0]) for name in ("fromDate", "toDate"))
        inside = [
            each
            for each in self.bulks
            if start <= (at := datetime.fromisoformat(each["createdDate"]))
            and (at < end or (self.closed and at == end))
        ]
        return reply(body=json.dumps(self.shape(inside)).encode())(connection, api)


@contextmanager
def source(dms):
    """Ask a DMS as one process does."""
    with dms, LeadsClient(Settings(base_url=dms.url, attempts=1, backoff=0)) as client:
        yield Api(client, 2)


def numbers(api, days, **filters):
    """List the leads of each bulk that a range is answered with."""
    question = Question(days, RIYADH, **filters)
    (window,) = question.windows
    part = api.answer(window, question).part
    counts = part.bulks.columns["leadCount"].values.to_pylist()
    found = iter(part.leads.columns["leadExternalId"].values.to_pylist())
    return [[next(found) for _ in range(count)] for count in counts]


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("shape", [merged, alone, listed])
@pytest.mark.parametrize("first", [[], [WEEK], [DAY], [Days(date(2026, 8, 6), date(2026, 8, 6)), DAY]])
def test_a_day_holds_its_own_leads_whatever_was_asked_before(shape, closed, first):
    """Also the bulk of midnight, which a closed range would put into the object of the day before."""
    with source(Dms(shape, closed=closed)) as api:
        for days in first:
            numbers(api, days)
        assert numbers(api, WEEK) == [leads for leads in BY_DAY if leads]
        for day, leads in zip(WEEK, BY_DAY, strict=True):
            assert numbers(api, Days(day, day)) == ([leads] if leads else [])


def test_an_api_that_lists_bulks_is_asked_once():
    """One bulk as an object is then the only one of its week, and neighbouring windows share their midnight."""
    with source(dms := Dms(alone)) as api:
        numbers(api, WEEK)
        numbers(api, Days(date(2026, 8, 3), date(2026, 8, 3)))

        assert len(dms.requests) == 2
        assert parse_qs(urlsplit(dms.requests[1].target).query)["toDate"] == ["2026-08-03T21:00:00.000Z"]


def test_one_object_is_asked_by_its_days_and_the_habit_remembered():
    """Each day ends before midnight; another client of this process asks by day at once."""
    dms = Dms(merged)
    with source(dms) as api:
        numbers(api, WEEK)
        assert len(dms.requests) == 1 + 7
        ends = [parse_qs(urlsplit(seen.target).query)["toDate"][0] for seen in dms.requests[1:]]
        assert {end[10:] for end in ends} == {"T20:59:59.999Z"}
        with LeadsClient(Settings(base_url=dms.url, attempts=1, backoff=0)) as client:
            numbers(Api(client, 2), WEEK)
        assert len(dms.requests) == 8 + 7


def test_a_single_bulk_of_a_week_proves_nothing():
    """The next week is asked whole again, and a day without its midnight at once."""
    dms = Dms(merged, BULKS[1:2])
    with source(dms) as api:
        assert numbers(api, WEEK) == [[3]]
        assert len(dms.requests) == 8
        numbers(api, Days(date(2026, 8, 9), date(2026, 8, 15)))
        assert len(dms.requests) == 9
        assert numbers(api, DAY) == [[3]]
        assert len(dms.requests) == 10


def test_an_api_that_begins_to_list_is_believed():
    """What was remembered of it is forgotten."""
    dms = Dms(merged)
    with source(dms) as api:
        numbers(api, WEEK)
        dms.shape = listed
        assert numbers(api, WEEK) == [[1, 2], [3], [4]]
        before = len(dms.requests)
        numbers(api, WEEK)
        assert len(dms.requests) == before + 1
        assert not Habit(dms.url).is_merging


def test_every_request_counts_and_a_failing_day_is_the_windows():
    """An answer without one of its days would look complete."""
    dms = Dms(merged)
    with source(dms) as api:
        question = Question(WEEK, RIYADH)
        (window,) = question.windows
        assert api.answer(window, question).attempts == 8
        assert api.answer(window, question).attempts == 7
        dms.bulks = [*BULKS, {"createdDate": "2026-08-07T09:00:00.000Z", "leads": "none"}]
        dms.shape = lambda bulks: merged(bulks[:1]) if len(bulks) != 1 or bulks[0] in BULKS else {"status": "error"}
        with pytest.raises(ApiReplyError):
            api.answer(window, question)


@pytest.mark.parametrize(
    ("zone", "days", "pieces"),
    [
        ("Asia/Riyadh", WEEK, 7),
        ("Europe/Berlin", Days(date(2026, 10, 24), date(2026, 10, 25)), 3),
        ("America/New_York", Days(date(2026, 3, 7), date(2026, 3, 9)), 4),
        ("UTC", Days(date(9999, 12, 29), date(9999, 12, 30)), 2),
    ],
)
def test_the_days_are_those_of_the_zone(zone, days, pieces):
    """Where clocks change or a line of the grid lies within a day, none is left out but the last instant of each."""
    question = Question(days, ZoneInfo(zone))
    with source(dms := Dms(merged)) as api:
        numbers(api, WEEK)
        dms.requests.clear()
        for window in question.windows:
            api.answer(window, question)
        spans = [
            tuple(
                datetime.fromisoformat(parse_qs(urlsplit(seen.target).query)[name][0])
                for name in ("fromDate", "toDate")
            )
            for seen in dms.requests
        ]
    assert len(spans) >= pieces - 1
    covered = sum((end - start + timedelta(milliseconds=1) for start, end in spans), timedelta())
    whole = sum((window.end - window.start for window in question.windows), timedelta())
    assert covered - whole in {timedelta(), timedelta(milliseconds=1), timedelta(milliseconds=2)}
    for start, end in spans:
        local = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
        assert local[0].date() == local[1].date() or start == end
    assert min(start for start, _ in spans) == question.windows[0].start.astimezone(UTC)


@pytest.mark.parametrize("test", ["one test", "the next one"])
def test_what_one_test_learns_of_an_api_no_other_knows(test):
    """Two simulated APIs may have one address, the one after the other."""
    habit = Habit("http://127.0.0.1:1/gs")
    assert not habit.is_merging, test

    habit.compare(SimpleNamespace(bulks=[1]), [SimpleNamespace(bulks=[1, 2])])
    assert habit.is_merging
