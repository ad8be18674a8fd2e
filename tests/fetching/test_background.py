"""Results that have to be fetched are worked out beside, once, and reach whoever waits; all else comes at once."""

from __future__ import annotations

from threading import Event, current_thread, main_thread

import pytest
from few_leads import FOUR, RIYADH, Desk, session

import leads_excel as lx
from leads_excel.dates.typed_dates import to_days
from leads_excel.exceptions import ApiReplyError
from leads_excel.fetching import background as module
from leads_excel.fetching.background import Background, NotAtHandError, StillLoadingError, may_fetch
from leads_excel.fetching.fetch import opened
from leads_excel.fetching.session import Session
from leads_excel.sandbox import SandboxServer
from leads_excel.windows.questions import Question

AUGUST = Question(to_days("2026-08", zone=RIYADH), RIYADH)


class HeldDesk(Desk):
    """A source that answers when it is let."""

    def __init__(self):
        super().__init__(*FOUR)
        self.open, self.asked_at_all = Event(), Event()

    def answer(self, window, question):
        """Wait, and answer."""
        self.asked_at_all.set()
        assert self.open.wait(20)
        return super().answer(window, question)


@pytest.fixture
def desk():
    """Give a source that does not answer yet."""
    desk = HeldDesk()
    yield desk
    desk.open.set()


def loading(background, key, compute, patience=0.0):
    """Ask for a result that is not there yet, and give what is set when it is."""
    begun, there = Event(), Event()

    def held():
        if may_fetch():
            assert begun.wait(20)
        return compute()

    with pytest.raises(StillLoadingError) as raised:
        background.result(key, held, patience)
    raised.value.then(there.set)
    begun.set()
    return there


def fetching(value):
    """Compute a value that cannot be had at once."""

    def compute():
        if not may_fetch():
            raise NotAtHandError
        return value() if callable(value) else value

    return compute


def test_what_is_at_hand_comes_from_the_thread_that_asks():
    """As if there were no background."""
    assert Background().result("key", lambda: current_thread() is main_thread(), 0) is True


def test_a_question_in_memory_is_at_hand_and_another_is_not(desk):
    """A session refuses to ask where nobody wants to wait, and answers once it knows."""
    desk.open.set()
    known, background = session(desk), Background()
    Background().result("august", lambda: known.tables(AUGUST), 20)  # another one: its patience is not used up
    asked = len(desk.asked)
    desk.open.clear()

    assert len(background.result("again", lambda: known.tables(AUGUST).leads, 0)) == 4
    assert len(desk.asked) == asked
    known.forget()
    there = loading(background, "anew", lambda: known.tables(AUGUST))
    desk.open.set()
    assert there.wait(20)
    assert len(desk.asked) == 2 * asked


def test_what_the_store_has_is_at_hand(tmp_path):
    """Another process has fetched it."""
    with SandboxServer() as dms:
        settings = lx.Settings(environment="test", base_url=dms.url, store=str(tmp_path / "leads.sqlite"))
        day = Question(to_days("2026-02-03", zone=RIYADH), RIYADH)
        later = Question(to_days("2026-02-04", zone=RIYADH), RIYADH)
        fetched = lx.fetch("2026-02-03", settings=settings)
        other, background = Session(settings, lambda known: opened(known, fallback=True)), Background()

        assert len(background.result("day", lambda: other.tables(day).leads, 0)) == len(fetched.leads)
        assert loading(background, "later", lambda: other.tables(later)).wait(60)


def test_a_result_that_arrives_in_time_is_waited_for():
    """And is the one that was computed."""
    assert Background().result("key", fetching(7), 20) == 7


def test_many_who_want_one_result_have_it_computed_once():
    """Whoever asks while it is under way, and whoever asks afterwards."""
    go, background, computed = Event(), Background(), []
    compute = fetching(lambda: go.wait(20) and computed.append(1))
    waiting = [loading(background, "key", compute) for _ in range(200)]
    go.set()

    assert all(there.wait(20) for there in waiting)
    assert [background.result("key", compute, 0) for _ in range(200)] == [None] * 200
    assert computed == [1]


def test_an_error_reaches_all_who_wait_and_is_not_asked_for_anew():
    """Otherwise a cell that is calculated when it arrives would fetch again, and again."""
    background, tries = Background(), []

    def refused():
        tries.append(1)
        raise ApiReplyError("The reply cannot be read.")

    assert loading(background, "key", fetching(refused)).wait(20)
    for _ in range(3):
        with pytest.raises(ApiReplyError, match="cannot be read"):
            background.result("key", fetching(refused), 0)
    assert tries == [1]


def test_an_outcome_is_given_for_a_while_only(monkeypatch):
    """From when it was first given: Excel may have been busy for long before it came for it."""
    clock = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    background, values = Background(), iter(range(9))
    compute = fetching(lambda: next(values))
    assert loading(background, "key", compute).wait(20)

    clock[0] = 600
    assert background.result("key", compute, 0) == 0
    clock[0] += module.KEPT - 1
    assert background.result("key", compute, 0) == 0
    clock[0] += 2
    assert loading(background, "key", compute).wait(20)
    clock[0] += module.FORGOTTEN + 1
    assert loading(background, "key", compute).wait(20)


def test_a_sheet_waits_once_and_not_for_each_of_its_formulas(monkeypatch):
    """Patience is for all that follows without a pause; after one it is there again."""
    clock, waited, known = [0.0], [], module.wait
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])

    def wait(futures, seconds):
        waited.append(seconds)
        clock[0] += min(seconds, 0.8)
        return known(futures, 0)

    monkeypatch.setattr(module, "wait", wait)
    background, go = Background(), Event()
    for number in range(4):
        loading(background, number, fetching(lambda: go.wait(20)), 2)
    background.result("known", lambda: clock.__setitem__(0, clock[0] + 5), 2)  # at hand, but takes long
    loading(background, 4, fetching(lambda: go.wait(20)), 2)
    assert waited == pytest.approx([2, 1.2, 0.4, 0, 0])

    clock[0] += module.AT_ONCE + 0.1
    loading(background, 5, fetching(lambda: go.wait(20)), 2)
    assert waited[-1] == 2
    assert not background.idle
    go.set()


def test_what_was_begun_before_everything_is_asked_anew_counts_no_longer(desk):
    """A reload while a fetch is under way: its answer is of before, for whoever waits and for whoever asks later."""
    known, background = session(desk), Background()

    def compute():
        return known.result("august", lambda: known.tables(AUGUST), lambda tables: len(tables.leads))

    there = loading(background, ("august", known.epoch), compute)
    assert desk.asked_at_all.wait(20)
    known.forget()
    desk.open.set()
    assert there.wait(20)
    asked = len(desk.asked)

    assert loading(background, ("august", known.epoch), compute).wait(20)
    assert len(desk.asked) == 2 * asked
