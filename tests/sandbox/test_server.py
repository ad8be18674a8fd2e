"""The simulated DMS over real HTTP: whole answers, broken ones, sign-in, counting, and a clean end."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
DAY = "/gs/v1/leads/bulks?fromDate=2026-06-01T21:00:00.000Z&toDate=2026-06-02T21:00:00.000Z"
OTHER_DAY = DAY.replace("2026-06-01", "2026-06-02").replace("toDate=2026-06-02", "toDate=2026-06-03")
BAD = "/gs/v1/leads/bulks"


def dms(**options):
    """A sandbox at a fixed moment."""
    return Sandbox(now=lambda: NOW, **options)


@pytest.fixture
def server():
    """A running server without faults."""
    with SandboxServer(dms()) as running:
        yield running


@contextmanager
def connected(server):
    """A connection that is closed in the end."""
    connection = http.client.HTTPConnection("127.0.0.1", int(server.url.split(":")[2].split("/")[0]), timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def ask(server, target=DAY, method="GET", headers=None):
    """The status, headers and body of one request on a connection of its own."""
    with connected(server) as connection:
        connection.request(method, target, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()


def test_http_carries_what_the_sandbox_answers(server):
    """Status, type and bytes over HTTP are those of the sandbox in process."""
    for target in (DAY, BAD, "/elsewhere"):
        answer = server.sandbox.answer("GET", target, {})
        status, headers, body = ask(server, target)
        assert (status, headers["Content-Type"], body) == (answer.status, answer.headers["Content-Type"], answer.body)


def test_it_listens_on_this_machine_only(server):
    """The socket is bound to loopback and the URL says so, with the API's prefix."""
    host, port = server._listener.socket.getsockname()
    assert (host, server.url) == ("127.0.0.1", f"http://127.0.0.1:{port}/gs")


def test_a_port_can_be_chosen():
    """A given port is the one it listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with SandboxServer(dms(), port=port) as running:
        assert running.url == f"http://127.0.0.1:{port}/gs"


def test_it_has_no_address_before_it_runs():
    """Asking a server that does not run for its address is a mistake and is said so."""
    with pytest.raises(RuntimeError, match="with block"):
        _ = SandboxServer(dms()).url


def test_connections_stay_open(server):
    """Several requests share one connection."""
    with connected(server) as connection:
        for _ in range(5):
            connection.request("GET", DAY)
            assert connection.getresponse().read()
    assert (server.connections, len(server.log)) == (1, 5)


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5"])
def test_bodies_are_gzipped_for_clients_that_accept_it(server, accepted):
    """A gzipped body unpacks to the plain one and is much shorter."""
    _, headers, packed = ask(server, headers={"Accept-Encoding": accepted})
    plain = ask(server)[2]
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 3


@pytest.mark.parametrize("accepted", ["identity", "deflate", "gzip;q=0", ""])
def test_bodies_are_plain_for_other_clients(server, accepted):
    """Without gzip in Accept-Encoding the body is plain."""
    assert ask(server, headers={"Accept-Encoding": accepted})[1]["Content-Encoding"] is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_other_methods_are_refused(server, method):
    """Anything but GET is 405 over HTTP as well."""
    status, headers, body = ask(server, method=method)
    assert (status, headers["Allow"], body == b"") == (405, "GET", method == "HEAD")


def test_a_body_in_a_refused_request_does_no_harm(server):
    """A POST with a body is refused, and the next request is answered."""
    with connected(server) as connection:
        connection.request("POST", DAY, body=b"x" * 8_000_000)
        assert connection.getresponse().status == 405
    assert ask(server)[0] == 200


def test_the_log_tells_each_request(server):
    """Method, path, window, status, time and fault of each request are kept."""
    before = datetime.now(UTC)
    ask(server)
    ask(server, "/gs/v1/leads/bulks?id=0")
    day, number = server.log
    assert (day.method, day.path, day.status, day.fault) == ("GET", "/gs/v1/leads/bulks", 200, None)
    assert day.window == ("2026-06-01T21:00:00.000Z", "2026-06-02T21:00:00.000Z")
    assert before <= day.received <= number.received <= datetime.now(UTC)
    assert 0 < day.seconds < 10
    assert (number.window, number.parameters, number.status) == (None, {"id": "0"}, 404)


def test_the_log_keeps_no_secret():
    """Headers are not logged."""
    with SandboxServer(dms(sign_in=SignIn.bearer("s3cret"))) as running:
        ask(running, headers={"Authorization": "Bearer s3cret"})
        assert "s3cret" not in repr(running.log)


def test_sign_in_holds_over_http():
    """Without the expected header 401 as JSON, with it 200."""
    with SandboxServer(dms(sign_in=SignIn("X-Api-Key", "k3y"))) as running:
        status, _, body = ask(running)
        assert (status, json.loads(body)["status"]) == (401, 401)
        assert ask(running, headers={"x-api-key": "k3y"})[0] == 200


def test_many_requests_at_once(server):
    """Parallel requests are all answered, rightly and counted once each."""
    expected = server.sandbox.answer("GET", DAY, {}).body
    server.latency = 0.05
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: ask(server), range(64)))
    assert all(reply[2] == expected for reply in replies)
    assert len(server.log) == 64
    assert 1 < server.peak <= 16


def test_one_request_after_the_other_never_overlap(server):
    """A client that waits for each answer is never seen with two requests at once."""
    for _ in range(10):
        ask(server)
    assert server.peak == 1


def test_latency_is_the_least_a_request_takes(server):
    """With a latency set, no request is answered sooner."""
    server.latency = 0.1
    ask(server)
    assert server.log[0].seconds >= 0.1


def outcome(server, target=DAY):
    """What a client makes of a request: its status and type, or the error that http.client raises."""
    try:
        status, headers, body = ask(server, target)
    except (http.client.IncompleteRead, ConnectionResetError) as error:
        return type(error)
    return status, headers["Content-Type"].partition(";")[0], len(body) > 0


OUTCOMES = {
    "429": (429, "application/json", True),
    "503": (503, "text/html", True),
    "reset": ConnectionResetError,
    "cut": http.client.IncompleteRead,
    "html": (200, "text/html", True),
    "slow": (200, "application/json", True),
}


@pytest.mark.parametrize("kind", OUTCOMES)
def test_each_fault_is_what_its_name_says(server, kind):
    """A client meets the fault that was ordered, the log names it, and the next request is answered."""
    server.faults = Faults(every=1, kinds=(kind,), slow_seconds=0.1)
    assert outcome(server) == OUTCOMES[kind]
    server.faults = Faults()
    assert outcome(server) == (200, "application/json", True)
    assert [exchange.fault for exchange in server.log] == [kind, None]
    assert server.log[0].status == {"reset": 0, "429": 429, "503": 503}.get(kind, 200)


def test_a_cut_body_ends_half_way(server):
    """What arrives of a cut body is the first half of the right one."""
    expected = ask(server)[2]
    server.faults = Faults(every=1, kinds=("cut",))
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(server)
    assert caught.value.partial == expected[: len(expected) // 2]


def test_a_slow_body_is_whole_in_the_end(server):
    """A body in drips takes its time and is the right one."""
    expected = ask(server)[2]
    server.faults = Faults(every=1, kinds=("slow",), slow_seconds=0.3)
    started = time.perf_counter()
    assert ask(server)[2] == expected
    assert time.perf_counter() - started >= 0.3


def test_every_nth_request_fails_in_turn(server):
    """Every third request fails, each time in the next of the chosen ways; the others succeed."""
    server.faults = Faults(every=3, kinds=("503", "html"))
    for _ in range(12):
        ask(server)
    none = [None, None]
    assert [x.fault for x in server.log] == [*none, "503", *none, "html", *none, "503", *none, "html"]


def test_a_broken_window_fails_each_time(server):
    """A window that is broken never gets through, the others always do."""
    server.faults = Faults(broken_windows=frozenset({"2026-06-01T21:00:00.000Z"}))
    assert [outcome(server, target)[0] for target in (DAY, OTHER_DAY, DAY, DAY)] == [503, 200, 503, 503]


def test_a_broken_window_fails_in_the_chosen_way(server):
    """The way in which a window is broken can be chosen."""
    server.faults = Faults(broken_windows=frozenset({"2026-06-01T21:00:00.000Z"}), broken_as="reset")
    assert outcome(server) is ConnectionResetError


def test_retry_after_comes_in_both_forms(server):
    """A 429 asks to wait in seconds or until a date (RFC 9110)."""
    server.faults = Faults(every=1, kinds=("429",), retry_after=7)
    assert ask(server)[1]["Retry-After"] == "7"
    server.faults = Faults(every=1, kinds=("429",), retry_after=3600, as_date=True)
    until = parsedate_to_datetime(ask(server)[1]["Retry-After"])
    assert timedelta(minutes=59) < until - datetime.now(UTC) < timedelta(minutes=61)


def test_a_client_that_hangs_up_leaves_no_trace(server, capfd):
    """A client that goes away during a slow answer disturbs nobody and prints nothing."""
    server.faults = Faults(every=1, kinds=("slow",), slow_seconds=0.2)
    with connected(server) as connection:
        connection.request("GET", DAY)
    server.faults = Faults()
    assert ask(server)[0] == 200
    server.close()
    assert capfd.readouterr() == ("", "")


def test_a_defect_of_the_sandbox_is_shown(server, capfd):
    """An error inside the sandbox is no silent hang-up: it is printed with its trace."""
    server.sandbox = None
    with pytest.raises(http.client.RemoteDisconnected):
        ask(server)
    server.close()
    assert "AttributeError" in capfd.readouterr().err


def test_closing_ends_every_thread_and_connection():
    """Idle connections and answers in the making end with the server; without that this test takes minutes."""
    before = set(threading.enumerate())
    with SandboxServer(dms()) as running, connected(running) as idle, connected(running) as waiting:
        idle.request("GET", DAY)
        idle.getresponse().read()
        running.latency = 300
        waiting.request("GET", DAY)
        running.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", idle.port), timeout=5)
    assert set(threading.enumerate()) <= before


def test_closing_twice_is_harmless(server):
    """A second close does nothing."""
    server.close()
    server.close()


def test_a_server_can_be_started_again():
    """The same server object listens again in a second with block."""
    server = SandboxServer(dms())
    for _ in range(2):
        with server:
            assert ask(server)[0] == 200


def test_waiting_ends_when_the_server_is_closed(server):
    """Who waits for the server goes on when another thread closes it."""
    waiter = threading.Thread(target=server.wait)
    waiter.start()
    assert waiter.is_alive()
    server.close()
    waiter.join(timeout=10)
    assert not waiter.is_alive()
