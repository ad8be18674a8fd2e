"""The client against real HTTP: how many requests at once, and how they are stopped."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from client_calls import GOOD, WEEK, settings_for
from scripted_api import ScriptedApi, cut, drip, head, reply, silence, together

from leads_excel.client.leads_client import LeadsClient
from leads_excel.exceptions import (
    ApiError,
    ApiUnavailableError,
)


def test_concurrency_holds_over_all_clients_of_the_process():
    """Two clients and many threads together keep to the limit, and make use of it."""
    with ScriptedApi(together(3, GOOD)) as api:
        settings = settings_for(api, concurrency=3)
        with LeadsClient(settings) as one, LeadsClient(settings) as two, ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda number: (one, two)[number % 2].bulk(number), range(1, 34)))

    assert (len(replies), api.most_at_once) == (33, 3)


def in_thread(client, errors):
    """Ask in another thread, and keep the error."""

    def run():
        try:
            client.bulks_in(WEEK)
        except ApiError as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "step",
    [reply(503, Retry_After="20"), silence, cut(head(Content_Length=9)), drip(head(Content_Length=2**20))],
    ids=["waiting for a retry", "waiting for headers", "cut off meanwhile", "reading the body"],
)
def test_cancel_ends_what_is_under_way(step):
    """Whatever a request is doing, it ends when the client is cancelled, and no further one is made."""
    errors = []
    with ScriptedApi(step) as api, LeadsClient(settings_for(api, timeout=20, backoff=20, deadline=60)) as client:
        thread = in_thread(client, errors)
        api.wait_for_requests(1)
        client.cancel()
        thread.join(10)

        assert not thread.is_alive()
    assert len(api.requests) == 1
    assert isinstance(errors[0], ApiUnavailableError)
    assert "stopped" in str(errors[0])


def test_cancelled_last_attempt_is_told_as_such():
    """A connection that we cut ourselves is no failure of the network."""
    errors = []
    with ScriptedApi(silence) as api, LeadsClient(settings_for(api, timeout=20, attempts=1)) as client:
        thread = in_thread(client, errors)
        api.wait_for_requests(1)
        client.cancel()
        thread.join(10)

    assert "stopped" in str(errors[0])


def test_cancel_ends_what_is_queued():
    """Requests that wait for a slot end too, without being sent."""
    errors = []
    with ScriptedApi(silence) as api, LeadsClient(settings_for(api, concurrency=1)) as client:
        threads = [in_thread(client, errors) for _ in range(3)]
        api.wait_for_requests(1)
        client.cancel()
        for thread in threads:
            thread.join(10)

        assert not any(thread.is_alive() for thread in threads)
    assert (len(api.requests), len(errors)) == (1, 3)
    assert sorted(error.attempts for error in errors) == [0, 0, 1]


def test_cancel_leaves_other_clients_alone():
    """Only the client that was cancelled stops."""
    with ScriptedApi(GOOD) as api, LeadsClient(settings_for(api)) as other:
        with LeadsClient(settings_for(api)) as client:
            client.cancel()

        assert other.bulk(5).attempts == 1


def test_closed_client_asks_no_more():
    """After its context a client refuses, with an error of ours."""
    with ScriptedApi(GOOD) as api:
        with LeadsClient(settings_for(api)) as client:
            pass
        with pytest.raises(ApiUnavailableError, match="stopped"):
            client.bulk(5)

    assert api.requests == []


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C interrupt, even where the tests run in the background and a shell made it to be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.parametrize("step", [reply(503, Retry_After="20"), silence], ids=["waiting for a retry", "reading"])
@pytest.mark.usefixtures("ctrl_c")
def test_interrupt_goes_through(step):
    """Ctrl-C ends a wait and a read in the main thread, and the slot is free again."""

    def interrupt():
        api.wait_for_requests(1)
        time.sleep(0.1)  # so that the client has begun to wait
        os.kill(os.getpid(), signal.SIGINT)

    with ScriptedApi(step, GOOD) as api, LeadsClient(settings_for(api, concurrency=1, timeout=20)) as client:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            client.bulk(5)

        assert client.bulk(5).attempts == 1
