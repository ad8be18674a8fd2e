"""One process asks for each window once, forgets in time, and leaves an API alone that is out of reach."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import keychains
import keyring
import pytest
from few_leads import FOUR, NOW, RIYADH, Desk, session

import leads_excel as lx
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiAccessError, ApiReplyError, ApiUnavailableError, SettingsError
from leads_excel.fetching.lru_cache import Recent
from leads_excel.fetching.memory import PAUSE, Memory
from leads_excel.fetching.session import Session, current, use
from leads_excel.functions import listings as functions
from leads_excel.sandbox import Sandbox, SandboxServer, SignIn
from leads_excel.settings import login, logout
from leads_excel.windows.questions import Question

AUGUST = Question(Days(date(2026, 8, 1), date(2026, 8, 31)), RIYADH)
HALF = Question(Days(date(2026, 8, 2), date(2026, 8, 15)), RIYADH)


@pytest.fixture(autouse=True)
def _no_session_left():
    yield
    use(None)


def test_a_question_is_asked_once():
    """A second formula over the same range costs no request, nor does one over weeks that are known."""
    desk = Desk(*FOUR)
    known = session(desk)

    tables = known.tables(AUGUST)
    again, half = known.tables(AUGUST), known.tables(HALF)

    assert again is tables
    assert len(half.leads) == len(tables.leads) == 4
    assert len(desk.asked) == len(set(desk.asked)) == len(AUGUST.windows)


def test_filters_of_the_api_are_questions_of_their_own():
    """What one source number brings says nothing about all leads."""
    desk = Desk(*FOUR)
    known = session(desk)

    known.tables(HALF)
    known.tables(replace(HALF, source=3))
    known.tables(replace(HALF, source=3))

    assert len(desk.asked) == 2 * len(HALF.windows)


def test_an_open_window_is_asked_for_again_after_its_time():
    """Within the time to live nothing is asked, after it the open windows are."""
    desk = Desk(*FOUR, final=False)
    known = session(desk, ttl=300)
    known.tables(HALF)

    desk.now = NOW + timedelta(seconds=299)
    known.tables(HALF)
    assert len(desk.asked) == 2

    desk.now = NOW + timedelta(seconds=300)
    known.tables(HALF)
    assert len(desk.asked) == 4


def test_a_final_window_is_never_asked_for_again():
    """However old its answer is."""
    desk = Desk(*FOUR)
    known = session(desk, ttl=1)
    known.tables(HALF)

    desk.now = NOW + timedelta(days=400)
    known.tables(HALF)

    assert len(desk.asked) == 2


def test_forgetting_asks_for_everything_anew():
    """A refresh empties the memory, finished results too."""
    desk = Desk(*FOUR)
    known = session(desk)
    results = []
    for _ in range(2):
        known.result("leads", lambda: results.append(len(known.tables(HALF).leads)), lambda _: 1)
    known.forget()

    known.result("leads", lambda: results.append(len(known.tables(HALF).leads)), lambda _: 1)

    assert results == [4, 4]
    assert len(desk.asked) == 4


class Slow(Desk):
    """A desk that answers when it is told to."""

    def __init__(self, *bulks, **more):
        super().__init__(*bulks, **more)
        self.begun, self.go = threading.Event(), threading.Event()

    def answer(self, window, question):
        """Wait, then answer."""
        self.begun.set()
        assert self.go.wait(10)
        return super().answer(window, question)


def in_threads(count, work):
    """Run work in threads and give what each returned or raised."""
    outcomes = []

    def run():
        try:
            outcomes.append(work())
        except Exception as error:  # noqa: BLE001 - given to the test
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, outcomes


def test_formulas_at_the_same_time_share_one_request():
    """While a window is being asked for, whoever else wants it waits for the same answer."""
    desk = Slow(*FOUR)
    known = session(desk)
    threads, outcomes = in_threads(8, lambda: len(known.tables(HALF).leads))
    assert desk.begun.wait(10)

    desk.go.set()
    for thread in threads:
        thread.join(10)

    assert outcomes == [4] * 8
    assert len(desk.asked) == 2


def test_whoever_waits_for_a_window_that_fails_hears_why():
    """An error reaches all that wanted the window, and is not kept as an answer."""
    desk = Slow(*FOUR)
    desk.error = ApiReplyError("The API answered with a page.")
    memory = Memory(lambda: plain(desk), timedelta(0))
    threads, outcomes = in_threads(4, lambda: memory.answer(HALF.windows[0], HALF))
    assert desk.begun.wait(10)

    desk.go.set()
    for thread in threads:
        thread.join(10)

    assert {str(outcome) for outcome in outcomes} == {"The API answered with a page."}
    desk.error = None
    assert memory.answer(HALF.windows[0], HALF).part.leads.count == 2


@contextmanager
def plain(desk):
    """Open a desk."""
    yield desk


@pytest.mark.parametrize("kind", [ApiUnavailableError, ApiAccessError])
def test_an_api_that_fails_is_left_alone_for_a_moment(kind):
    """Of a sheet full of formulas only the first waits for retries, and a wrong password is sent once."""
    desk = Desk(*FOUR)
    desk.error = kind("No answer.")
    memory = Memory(lambda: plain(desk), timedelta(0), lambda: desk.now)
    for window in HALF.windows:
        with pytest.raises(kind, match="No answer"):
            memory.answer(window, HALF)
    assert len(desk.asked) == 1

    desk.now += PAUSE
    desk.error = None

    assert memory.answer(HALF.windows[0], HALF).part.leads.count == 2


def test_a_refusal_of_one_question_stops_no_other():
    """A reply that is not understood is about that window only."""
    desk = Desk(*FOUR)
    memory = Memory(lambda: plain(desk), timedelta(0), lambda: desk.now)
    desk.error = ApiReplyError("Source 99 is unknown.")
    with pytest.raises(ApiReplyError):
        memory.answer(HALF.windows[0], HALF)

    desk.error = None

    assert memory.answer(HALF.windows[1], HALF).part.leads.count == 2


def test_after_a_refused_sign_in_the_source_is_opened_anew():
    """The next question looks up the sign-in again, once the pause is over."""
    desk = Desk(*FOUR)
    opened, closed = [], []

    @contextmanager
    def connect(settings):
        opened.append(settings)
        yield desk
        closed.append(settings)

    known = Session(lx.Settings(store="none"), connect, lambda: desk.now)
    desk.error = ApiAccessError("The API refused the sign-in (401).")
    with pytest.raises(ApiAccessError):
        known.tables(HALF)
    assert (len(opened), len(closed), desk.cancelled) == (1, 1, 1)

    desk.error, desk.now = None, desk.now + PAUSE
    assert len(known.tables(HALF).leads) == 4
    assert len(opened) == 2


def test_what_was_given_up_is_no_outage():
    """A request that was cancelled says nothing about the API; the next question is asked at once."""
    desk = Slow(*FOUR)
    memory = Memory(lambda: plain(desk), timedelta(0), lambda: desk.now)
    desk.error = ApiUnavailableError("The request was stopped before it was answered: start it again.")
    threads, outcomes = in_threads(1, lambda: memory.answer(HALF.windows[0], HALF))
    assert desk.begun.wait(10)
    memory.cancel()
    desk.go.set()
    threads[0].join(10)
    assert str(outcomes[0]).startswith("The request was stopped")

    desk.error = None

    assert memory.answer(HALF.windows[0], HALF).part.leads.count == 2


def test_an_error_told_twice_does_not_grow():
    """The trace of an exception that is raised again and again would become longer each time."""
    desk = Desk()
    desk.error = ApiUnavailableError("No answer.", attempts=5)
    memory = Memory(lambda: plain(desk), timedelta(0), lambda: desk.now)

    def trace_length():
        with pytest.raises(ApiUnavailableError) as caught:
            memory.answer(HALF.windows[0], HALF)
        assert caught.value.attempts == 5
        return len(caught.traceback)

    trace_length()
    assert trace_length() == trace_length() == trace_length()


def test_an_old_answer_of_the_store_is_kept_for_a_moment():
    """While the API is out of reach the store answers; its answer is older than the time to live from the start."""
    desk = Desk(*FOUR, final=False)
    known = session(desk, ttl=300)
    old = desk.answer

    def from_store(window, question):
        return replace(old(window, question), state="stored open", at=NOW - timedelta(days=3))

    desk.answer = from_store
    known.tables(HALF)
    known.tables(HALF)
    assert len(desk.asked) == 2
    assert known.status()["age"] == 3 * 24 * 60

    desk.now = NOW + PAUSE
    known.tables(HALF)
    assert len(desk.asked) == 4


def test_a_result_is_computed_once_while_its_tables_are_good():
    """It is as old as the oldest answer it draws on."""
    desk = Desk(*FOUR, final=False)
    known = session(desk, ttl=300)
    computed = []

    def compute():
        computed.append(1)
        return len(known.tables(HALF).leads)

    assert [known.result("key", compute, lambda _: 1) for _ in range(3)] == [4, 4, 4]
    assert len(computed) == 1

    desk.now = NOW + timedelta(seconds=300)
    assert known.result("key", compute, lambda _: 1) == 4
    assert len(computed) == 2


def test_a_result_that_is_good_for_once_is_computed_each_time():
    """What is logged or checked while it is worked out is logged and checked again."""
    known = session(Desk(*FOUR))
    computed = []

    def compute():
        computed.append(len(known.tables(HALF).leads))
        known.good_for_once()

    for _ in range(3):
        known.result("key", compute, lambda _: 1)

    assert computed == [4, 4, 4]


def test_a_result_that_fails_is_computed_again():
    """An error is no result."""
    known = session(Desk(*FOUR))
    with pytest.raises(ZeroDivisionError):
        known.result("key", lambda: 1 // 0, lambda _: 1)

    assert known.result("key", lambda: 5, lambda _: 1) == 5


def test_the_memory_has_bounds():
    """What was used longest ago goes first; the newest stays whatever its size."""
    recent = Recent(10)
    for key in "abc":
        recent.put(key, key.upper(), 4)
    assert recent.values() == ["B", "C"]

    assert recent.get("b") == "B"
    recent.put("d", "D", 4)
    assert recent.values() == ["B", "D"]

    recent.put("b", "new", 1)
    recent.put("e", "E", 5)
    assert recent.values() == ["D", "new", "E"]

    recent.put("huge", "H", 99)
    assert recent.values() == ["H"]
    assert recent.get("a") is None


def test_a_memory_keeps_no_more_rows_than_it_has_room_for():
    """A window that had to go is asked for again."""
    desk = Desk(*FOUR)
    memory = Memory(lambda: plain(desk), timedelta(0), lambda: desk.now, room=8)
    first, second = HALF.windows
    for window in (first, second, first):
        memory.answer(window, HALF)

    assert desk.asked == [first, second, first]
    assert len(memory.known()) == 1


def test_tables_survive_being_joined_twice():
    """The columns in memory are shared, never used up."""
    known = session(Desk(*FOUR))

    known.tables(AUGUST)
    half = known.tables(HALF)

    assert len(half.leads) == 4
    assert len(half.vehicles) == 3


def test_another_process_can_be_told_to_forget(new_user):
    """The button runs in a process of its own; the formulas' process looks whether it was pressed."""
    desk = Desk(*FOUR)
    formulas, button = session(desk), session(Desk())
    use(formulas)
    current().tables(HALF)

    button.forget_everywhere()
    sign = next(new_user.rglob("forget"))
    os.utime(sign, (1, 1))  # whatever the clock of the disk can tell apart
    current().tables(HALF)
    current().tables(HALF)

    assert len(desk.asked) == 4


def test_forgetting_reads_the_settings_again(monkeypatch):
    """Who changed the settings presses Refresh; what cannot be used is told, and nothing is lost."""
    known = Session()
    monkeypatch.setenv("LEADS_EXCEL_WEEK_START", "monday")
    assert known.settings.week_start == "sunday"

    known.forget()
    assert known.settings.week_start == "monday"

    monkeypatch.setenv("LEADS_EXCEL_WEEK_START", "someday")
    with pytest.raises(SettingsError):
        known.forget()
    assert known.settings.week_start == "monday"


@pytest.mark.parametrize("change", ["sign-out", "sign-in", "settings"])
def test_what_another_process_changes_counts_from_the_next_question_on(new_user, monkeypatch, change):
    """Whoever signs out, signs in or edits the settings file need not close Excel, whose formulas run as long as it."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", keychains.Memory())
    monkeypatch.setenv("LEADS_EXCEL_CONFIG", str(new_user / "settings.toml"))
    (new_user / "settings.toml").write_text("environment = 'test'\nstore = 'none'\n")
    if change == "sign-out":
        login("test", token="sesame")
    use(None)
    with SandboxServer(Sandbox(sign_in=SignIn.bearer("sesame"))) as api:
        monkeypatch.setenv("LEADS_EXCEL_BASE_URL", api.url)
        before = _answered("2026-08-01")
        match change:
            case "sign-out":
                logout("test")
            case "sign-in":
                login("test", token="sesame")
            case "settings":
                (new_user / "settings.toml").write_text("environment = 'test'\nstore = 'none'\ntoken = 'sesame'\n")
        after = _answered("2026-08-01")

    assert (before, after) == (change == "sign-out", change != "sign-out")


def _answered(day):
    try:
        functions.leads(day)
    except ApiAccessError:
        return False
    return True


def test_a_folder_that_cannot_be_written_stops_nothing(new_user):
    """Then only this process forgets."""
    desk = Desk(*FOUR)
    known = session(desk)
    known.tables(HALF)
    (new_user / "leads-excel").write_text("not a folder")

    known.forget_everywhere()
    known.tables(HALF)

    assert len(desk.asked) == 4


def test_the_status_tells_what_is_known():
    """Where from, how many windows, how fresh, what went wrong; in business time."""
    desk = Desk(*FOUR, final=False)
    known = session(desk)
    assert known.status()["refreshed"] is None

    known.tables(HALF)
    desk.now = NOW + timedelta(minutes=7)
    known.failed("LEADS: no such field")
    status = known.status()

    assert (status["environment"], status["windows"], status["final"], status["age"]) == ("test", 2, 0, 7)
    assert status["refreshed"].isoformat() == "2026-09-01T12:00:00"
    assert status["failure"] == "2026-09-01 12:07 LEADS: no such field"


def test_the_newest_failure_is_told_first():
    """Older ones stand below it, each once; to forget is to forget them too."""
    desk = Desk(*FOUR)
    known = session(desk)
    assert known.failures().empty
    for minute, what in enumerate(("one", "two", "one"), 1):
        desk.now = NOW + timedelta(minutes=minute)
        known.failed(what)

    assert known.status()["failure"] == "2026-09-01 12:03 one"
    assert known.failures()["failure"].tolist() == ["one", "two"]
    assert known.failures()["at"].dt.strftime("%H:%M").tolist() == ["12:03", "12:02"]

    known.forget()
    assert known.status()["failure"] is None


def test_a_kept_result_tells_again_why_there_is_none():
    """A result from memory is the newest event as well, with its own reason and no other."""
    desk = Desk(*FOUR)
    known = session(desk)

    def nothing(why):
        return known.result(why, lambda: known.failed(why), lambda _result: 1)

    nothing("empty")
    known.failed("API out of reach")
    desk.now = NOW + timedelta(minutes=5)
    nothing("empty")

    assert known.status()["failure"] == "2026-09-01 12:05 empty"
    assert known.failures()["failure"].tolist() == ["empty", "API out of reach"]


def test_there_is_one_session_to_a_process():
    """The first use opens it; another one can take its place."""
    first = current()
    other = session(Desk())

    use(other)

    assert first is not other is current()
    assert functions.leads_status("environment") == "test"
