"""When a request may go out and go again: Retry-After, backoff, the deadline, slots."""

from __future__ import annotations

from threading import Event

import pytest

from leads_excel.client import pace
from leads_excel.client.failures import Failure
from leads_excel.client.pace import LONGEST_ANNOUNCED, Slots, announced_wait, retrying
from leads_excel.exceptions import ApiUnavailableError
from leads_excel.settings.model import Settings

NOW = "Mon, 25 Aug 2025 07:00:00 GMT"


@pytest.fixture
def waits(monkeypatch):
    """Record the waits between attempts instead of waiting."""
    seconds = []
    monkeypatch.setattr(pace, "_sleep", lambda wait, _cancelled: seconds.append(wait))
    return seconds


def failing(after=None):
    """Return an attempt that always fails with what may pass."""
    return lambda: Failure(ApiUnavailableError, "busy", passing=True, after=after)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        ("Mon, 25 Aug 2025 07:02:00 GMT", 120),
        ("Monday, 25-Aug-25 07:02:00 GMT", 120),
        ("Mon Aug 25 07:02:00 2025", 120),
        ("Mon, 25 Aug 2025 06:00:00 GMT", 0),
        ("9" * 400, LONGEST_ANNOUNCED),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_ANNOUNCED),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(text, seconds):
    """Seconds or a date, counted from the server's own clock and bounded; anything else says nothing."""
    assert announced_wait({"Retry-After": text, "Date": NOW}) == seconds


def test_retry_after_date_without_the_servers_clock():
    """Where the server does not tell its time, this computer's counts."""
    assert announced_wait({"Retry-After": NOW}) == 0


def test_missing_retry_after_says_nothing():
    """No header, no wait announced."""
    assert announced_wait({}) is None


def test_backoff_doubles_its_bound_and_is_random(waits):
    """Each wait lies between nothing and a bound twice the one before, so that clients do not come back together."""
    for _ in range(20):
        retrying(Settings(attempts=4, backoff=2, deadline=3600), Event())(failing())

    rounds = [waits[start::3] for start in range(3)]
    assert [max(seconds) <= bound for seconds, bound in zip(rounds, (2, 4, 8), strict=True)] == [True] * 3
    assert max(rounds[2]) > 2
    assert len(set(waits)) == 60


def test_backoff_has_an_end(waits):
    """However many attempts, no wait is longer than half a minute."""
    retrying(Settings(attempts=20, backoff=60, deadline=3600), Event())(failing())

    assert max(waits) <= pace.LONGEST_BACKOFF


def test_attempts_are_counted(waits):
    """`attempts` is how often a request is made, the first time included."""
    made = []
    retrying(Settings(attempts=3, backoff=0), Event())(lambda: made.append(1) or failing()())

    assert (len(made), waits) == (3, [0, 0])


def test_announced_wait_is_obeyed(waits):
    """The server's word counts more than the backoff."""
    retrying(Settings(attempts=2, backoff=0), Event())(failing(after=7))

    assert waits == [7]


def test_announced_wait_gets_some_jitter(waits):
    """Never earlier than announced, and not all in the same instant."""
    retrying(Settings(attempts=20, backoff=1, deadline=3600), Event())(failing(after=7))

    assert all(7 <= wait <= 8 for wait in waits)
    assert len(set(waits)) > 1


def test_wait_beyond_the_deadline_is_not_begun(waits):
    """Waiting for what cannot come in time only wastes the user's."""
    result = retrying(Settings(attempts=5, deadline=100), Event())(failing(after=101))

    assert (result.after, waits) == (101, [])


def test_what_cannot_pass_is_not_tried_again(waits):
    """A failure that will stay the same ends at once; so does an answer."""
    final = Failure(ApiUnavailableError, "no")

    assert retrying(Settings(), Event())(lambda: final) is final
    assert retrying(Settings(), Event())(lambda: "answer") == "answer"
    assert waits == []


def test_interrupt_is_not_tried_again():
    """Ctrl-C goes through."""
    made = []

    def interrupted():
        made.append(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retrying(Settings(), Event())(interrupted)
    assert made == [1]


def test_cancelled_wait_ends_at_once():
    """A wait of a minute ends when the event is set; else this test would take that minute."""
    cancelled = Event()
    cancelled.set()

    retrying(Settings(attempts=2), cancelled)(failing(after=60))


def test_slot_is_given_back_after_an_error():
    """Whatever happens in a turn, the next one gets its chance."""
    slots = Slots()

    with pytest.raises(ZeroDivisionError), slots.turn(1, Event()):
        _ = 1 / 0
    with slots.turn(1, Event()):
        pass


def test_cancelled_turn_does_not_wait():
    """Who is cancelled in the queue leaves it; else this test would never end."""
    slots, cancelled = Slots(), Event()
    cancelled.set()

    with slots.turn(1, Event()), slots.turn(1, cancelled):
        pass
