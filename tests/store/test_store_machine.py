"""The store against a model: whatever happens in whatever order, it answers as a plain dictionary of answers would."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import closing, suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from leads_excel.bulks.decoding import decode
from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import Reply
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiUnavailableError
from leads_excel.settings.model import Settings
from leads_excel.store import Past, Stored
from leads_excel.store.database.connection import Database
from leads_excel.store.database.layout import versions
from leads_excel.store.database.leases import Leases, Watch
from leads_excel.store.entries.entry import Asked
from leads_excel.store.upkeep.soundness import verify
from leads_excel.windows.questions import Question
from leads_excel.windows.week_grid import Window

FIRST = date(2026, 8, 5)  # in the middle of a week
SPAN = 9  # days: to the middle of the next one
SETTINGS = Settings(environment="test", base_url="https://model.test/gs", store="none", ttl=300, settle_days=2)

ranges = st.tuples(st.integers(0, SPAN - 1), st.integers(0, SPAN - 1)).map(
    lambda ends: Days(FIRST + timedelta(days=min(ends)), FIRST + timedelta(days=max(ends)))
)


class Killed(BaseException):
    """The process dies while it waits for the API."""


class Dms(Api):
    """A DMS of a few bulks, one lead each."""

    def __init__(self):
        super().__init__(None, SETTINGS.settle_days)
        self.bulks = {}
        self.asked = []
        self.trouble = None

    def content(self, window):
        """Return what it would answer."""
        found = [bulk for at, bulk in sorted(self.bulks.items()) if window.start <= at <= window.end]
        return [
            {
                "leads": [{"leadExternalId": bulk["number"], "leadReference": str(bulk["revision"])}],
                "createdDate": "2026-01-01T00:00:00.000Z",  # nothing may depend on it
                "createdBy": bulk["number"],
                "isProcessed": bulk["state"],
            }
            for bulk in found
        ]

    def ask(self, window, _question):
        """Answer, or be in trouble."""
        self.asked.append(window)
        if self.trouble:
            raise self.trouble
        body = json.dumps(self.content(window)).encode()
        return Reply(decode(body), body, 1, 0.0)

    def cancel(self):
        """Nothing is ever under way."""


class Machine(RuleBasedStateMachine):
    """What can happen to a store, with a dictionary of answers beside it."""

    @initialize()
    def empty(self):
        """Start with no answers."""
        self.folder = Path(tempfile.mkdtemp(prefix="leads-machine-"))
        self.now = datetime.combine(FIRST + timedelta(days=4), time(9), UTC)
        self.dms = Dms()
        self.model = {}
        self.history = {}
        self.contents = {}
        self.database = self._opened()

    def teardown(self):
        """Leave nothing behind."""
        self.database.close()
        shutil.rmtree(self.folder)

    @rule(day=st.integers(0, SPAN - 1), hour=st.integers(0, 23))
    def submit(self, day, hour):
        """A bulk is created."""
        at = datetime.combine(FIRST + timedelta(days=day), time(hour, 30), UTC)
        self.dms.bulks.setdefault(at, {"number": len(self.dms.bulks) + 1, "revision": 0, "state": 2})

    @rule(data=st.data(), state=st.sampled_from([1, 2, 3, 4, 4, 4]))
    def work(self, data, state):
        """The DMS works on a bulk: edits its lead, completes it, or takes it up again."""
        if self.dms.bulks:
            bulk = self.dms.bulks[data.draw(st.sampled_from(sorted(self.dms.bulks)))]
            bulk.update(state=state, revision=bulk["revision"] + 1)

    @rule(data=st.data())
    def vanish(self, data):
        """A bulk is gone."""
        if self.dms.bulks:
            del self.dms.bulks[data.draw(st.sampled_from(sorted(self.dms.bulks)))]

    @rule(minutes=st.sampled_from([1, 4, 6, 60, 60 * 24, 60 * 24 * 5]))
    def pass_time(self, minutes):
        """Time passes."""
        self.now += timedelta(minutes=minutes)

    @rule(days=ranges, reload=st.booleans())
    def fetch(self, days, reload):
        """Somebody fetches days, or reloads them."""
        for window, answer, asked in self._answers(days, reload=reload):
            fresh = [] if reload else self._chains(window, self._is_fresh)
            assert asked == ([] if fresh else [window])
            if not fresh:
                self._learn(window)
                fresh = [[window]]
            self._check(answer, fresh)

    @rule(days=ranges)
    def fetch_offline(self, days):
        """Somebody fetches days offline: fresh answers first, else any."""
        for window, answer, asked in self._answers(days, offline=True):
            known = self._chains(window, self._is_fresh) or self._chains(window, lambda _: True)
            assert asked == []
            assert (answer is None) == (not known)
            if answer:
                self._check(answer, known)

    @rule(days=ranges, minutes=st.sampled_from([0, 1, 5, 60, 60 * 24, 60 * 24 * 6]))
    def look_back(self, days, minutes):
        """Somebody asks how it stood, and hears what was known then."""
        present = self.model, self.now
        at = self.now - timedelta(minutes=minutes)
        self.model, self.now = self._known(at), at
        question = Question(days, SETTINGS.zone, as_of=at)
        for window in question.windows:
            known, answer = self._began(window), None
            with suppress(ApiUnavailableError):
                answer = Past(self.database, SETTINGS, at).answer(window, question)
            if window.start >= at:
                assert answer.part.leads.count == 0
                continue
            assert (answer is None) == (not known)
            if answer:
                self._check(answer, known)
        self.model, self.now = present

    def _began(self, window):
        """List the ways to fill a window, or as much of it as had begun."""
        ends = {known.end for known in self.model if window.start < known.end < window.end and known.end >= self.now}
        for begun in (Window(window.start, end) for end in (window.end, *sorted(ends, reverse=True))):
            if ways := self._chains(begun, self._is_fresh) or self._chains(begun, lambda _: True):
                return ways
        return []

    @rule(days=ranges, trouble=st.sampled_from([ApiUnavailableError("asleep"), Killed()]))
    def fail(self, days, trouble):
        """Somebody tries to fetch while the API is out of reach, or is killed meanwhile: nothing changes."""
        self.dms.trouble = trouble
        for window, answer, _ in self._answers(days):
            fresh = self._chains(window, self._is_fresh)
            assert (answer is None) == (not fresh)
        self.dms.trouble = None

    @rule(days=ranges)
    def die(self, days):
        """A process is killed and leaves its leases behind."""
        for window in Question(days, SETTINGS.zone).windows:
            held = Leases(self.database)
            held.claim(Asked(SETTINGS.url, window).key, Watch(0.01))
            held._held.clear()

    @rule()
    def start_again(self):
        """The store is closed and opened again."""
        self.database.close()
        self.database = self._opened()

    @invariant()
    def is_sound(self):
        """Everything is in order, and every version the model saw is there."""
        assert verify(self.database) == []
        found = select(versions.c.window, versions.c.first_seen, versions.c.last_seen).order_by(versions.c.id)
        kept = {}
        for key, *times in self.database.read(lambda connection: connection.execute(found).all()):
            kept.setdefault(key, []).append(times)
        expected = {Asked(SETTINGS.url, window).key: times for window, times in self.history.items()}
        assert kept == expected

    def _opened(self):
        return Database(str(self.folder / "leads.sqlite"), patience=0.01)

    def _answers(self, days, **options):
        """Answer each window by a process of its own; None is an error."""
        question = Question(days, SETTINGS.zone)
        for window in question.windows:
            before, answer = len(self.dms.asked), None
            source = Stored(self.dms, self.database, SETTINGS, now=lambda: self.now, **options)
            with closing(source), suppress(ApiUnavailableError, Killed):
                answer = source.answer(window, question)
            assert source.trouble is None
            yield window, answer, self.dms.asked[before:]

    def _learn(self, window):
        content = self.dms.content(window)
        times = self.history.setdefault(window, [])
        contents = self.contents.setdefault(window, [])
        if window in self.model and self.model[window]["content"] == content:
            times[-1][1] = self.now
        else:
            times.append([self.now, self.now])
            contents.append(content)
        self.model[window] = _answer(window, content, self.now)

    def _known(self, at):
        """Return what the model was at a moment."""
        found = {}
        for window, times in self.history.items():
            for (first, last), content in zip(times, self.contents[window], strict=True):
                if first <= at:
                    found[window] = _answer(window, content, min(last, at))
        return found

    def _is_fresh(self, window):
        known = self.model[window]
        return known["final"] or self.now - known["at"] < timedelta(seconds=300)

    def _chains(self, window, is_good):
        """List the shortest ways to fill a window with known ones."""

        def fill(start):
            if start == window.end:
                return [[]]
            steps = [
                known for known in self.model if known.start == start and known.end <= window.end and is_good(known)
            ]
            return [[step, *rest] for step in steps for rest in fill(step.end)]

        ways = fill(window.start)
        return [way for way in ways if len(way) == min(map(len, ways))]

    def _check(self, answer, chains):
        found = answer.part.leads.columns
        numbers, revisions = (found[name].values.to_pylist() for name in ("leadExternalId", "leadReference"))
        possible = [
            (
                [(lead["leadExternalId"], lead["leadReference"]) for lead in _leads(self.model, chain)],
                min(self.model[window]["at"] for window in chain),
                all(self.model[window]["final"] for window in chain),
            )
            for chain in chains
        ]
        assert (list(zip(numbers, revisions, strict=True)), answer.at, answer.final) in possible


def _answer(window, content, at):
    done = all(bulk["isProcessed"] in {3, 4} for bulk in content)
    return {"content": content, "at": at, "final": done and window.end + timedelta(days=2) <= at}


def _leads(model, chain):
    return [lead for window in chain for bulk in model[window]["content"] for lead in bulk["leads"]]


TestMachine = pytest.mark.slow(Machine.TestCase)
# Each run draws other examples, so that fewer a run find the same in the end.
TestMachine.settings = hypothesis_settings(max_examples=25, stateful_step_count=20, deadline=None)
