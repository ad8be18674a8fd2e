"""The one way to the lead API: sign-in, limits, retries, and one error for each failure. The only user of httpx."""

from __future__ import annotations

import base64
import io
import logging
import platform
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from importlib import metadata
from threading import Event
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

import httpx

from leads_excel.bulks.decoding import NotJsonError, decode
from leads_excel.bulks.not_bulks import NotBulksError
from leads_excel.client.bodies import GZIP, body_of
from leads_excel.client.failures import CANCELLED, REPORT, Failure, refusal, server_words
from leads_excel.client.network.connections import Connections, Passage
from leads_excel.client.network.reach import Reach, endpoint, reach
from leads_excel.client.no_answer import no_bulks, no_json
from leads_excel.client.pace import SLOTS, announced_wait, retrying
from leads_excel.client.promises import broken_promise
from leads_excel.client.queries import by_id, by_window
from leads_excel.client.troubles import Troubles
from leads_excel.exceptions import ApiReplyError, ApiUnavailableError
from leads_excel.log.events import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from types import TracebackType

    from pydantic import SecretStr

    from leads_excel.log.events import Fact
    from leads_excel.settings.model import Settings
    from leads_excel.windows.week_grid import Window

PATH = "/v1/leads/bulks"
LONGEST_CONNECT = 10.0  # seconds: a server that is there answers a connection long before
GRACE = 0.5  # seconds: read timeouts come first
LARGEST_REFUSAL = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer of the API.

    Args:
        bulks: The bulks, decoded, in the order received.
        content: The JSON as received.
        attempts: How many requests it took.
        seconds: How long it took, retries and waits included, the wait for a slot not.
    """

    bulks: list[Any] = field(repr=False)
    content: bytes = field(repr=False)
    attempts: int
    seconds: float


@dataclass(slots=True)
class _Call:
    """One question to the API, over all its attempts."""

    query: Mapping[str, str]
    until: float
    passage: Passage
    attempts: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def left(self) -> float:
        return max(self.until - time.monotonic(), 0.001)  # 0 would mean not to wait at all

    @property
    def late(self) -> bool:
        return time.monotonic() >= self.until


class LeadsClient:
    """The lead API, as one thread-safe funnel; use it as a context manager.

    Redirects are not followed: the API has no reason to send one, and a sign-in must not follow it elsewhere. On
    Windows a main thread that waits for the network does not notice Ctrl-C: ask in other threads, and call `cancel`.

    Args:
        settings: Where the API is, how to sign in, and the limits. A sign-in that is set nowhere comes from the
            keychain, once, here.
        transport: Answers in place of the network, for tests.
        now: The clock of the simulated DMS, where that answers.

    Raises:
        SettingsError: The sign-in is incomplete, the base URL is none, or the proxy on the way to it.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._settings = settings.signed_in
        self._slots = SLOTS[settings.url]
        self._cancelled = Event()
        self._connections = Connections()
        self._endpoint = endpoint(settings.url + PATH)
        self._host = self._endpoint.host
        transport = transport or (_sandbox(now) if settings.simulated else None)
        network = reach(settings) if transport is None else Reach()
        self._troubles = Troubles(self._host, settings.timeout, network.proxy, network.remarks)
        self._http = httpx.Client(
            auth=_auth(self._settings),
            headers={"User-Agent": _user_agent(), "Accept": "application/json", "Accept-Encoding": "gzip"},
            limits=httpx.Limits(max_connections=settings.concurrency),
            transport=transport,
            trust_env=False,  # what the computer says of proxies and certificates is in `network`
            proxy=network.proxy.opened(network.context) if network.proxy else None,
            verify=network.context,
        )

    def __enter__(self) -> Self:
        return self

    @property
    def url(self) -> str:
        """The base URL of the API that is asked."""
        return self._settings.url

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def bulks_in(
        self,
        window: Window,
        *,
        lead_id: SupportsIndex | None = None,
        source: SupportsIndex | None = None,
        sub_source: SupportsIndex | None = None,
    ) -> Reply:
        """Ask for the bulks of a window.

        Args:
            window: At most seven days (API page, Note).
            lead_id: Only this lead, by its number in the DMS.
            source: Only this source, by its number.
            sub_source: Only this sub-source, by its number.

        Returns:
            The bulks and the JSON they came in.

        Raises:
            DateError: The window is longer than seven days.
            ArgumentError: Another argument cannot be sent. Nothing was.
            ApiError: There is no usable answer; see its three kinds.
        """
        return self._ask(by_window(window, lead_id, source, sub_source), window)

    def bulk(self, id: SupportsIndex) -> Reply:  # noqa: A002 - the API's own name
        """Ask for one bulk.

        Args:
            id: Its number.

        Returns:
            The bulk (none, if the API knows no such bulk and says so with an empty answer) and its JSON.

        Raises:
            ArgumentError: The number cannot be one. Nothing was sent.
            ApiError: There is no usable answer; see its three kinds.
        """
        return self._ask(by_id(id), None)

    def cancel(self) -> None:
        """End every request of this client at once, in whatever thread: those under way, waiting and still to come."""
        self._cancelled.set()
        self._connections.cut()

    def close(self) -> None:
        """Cancel what is under way and close all connections."""
        self.cancel()
        self._http.close()

    def _ask(self, query: Mapping[str, str], window: Window | None) -> Reply:
        with self._slots.turn(self._settings.concurrency, self._cancelled):
            start = time.monotonic()
            call = _Call(query, start + self._settings.deadline, Passage(self._connections, 0))
            outcome = retrying(self._settings, self._cancelled)(self._attempt, call)
        asked = window.label(self._settings.zone) if window else "a bulk"
        facts: dict[str, Fact] = {
            "asked": asked,
            "retries": call.attempts - 1,
            "seconds": round(time.monotonic() - start, 3),
        }
        if isinstance(outcome, Failure):
            text = outcome.text(call.attempts)
            tell("not answered", {**facts, "reason": text}, level=logging.DEBUG)
            raise outcome.error(text, window=window, attempts=call.attempts)
        bulks, content = outcome
        level = logging.INFO if call.attempts > 1 else logging.DEBUG
        tell("answered", {**facts, "bulks": len(bulks), "bytes": len(content)}, level=level)
        return Reply(bulks, content, call.attempts, time.monotonic() - start)

    def _attempt(self, call: _Call) -> tuple[list[Any], bytes] | Failure:
        if self._cancelled.is_set():
            return CANCELLED
        call.attempts += 1
        content: bytes | Failure = b""
        try:
            content = self._fetch(call)
            return content if isinstance(content, Failure) else _whole(decode(content), content, call.headers)
        except NotJsonError:
            return no_json(content if isinstance(content, bytes) else b"")
        except NotBulksError as error:
            return no_bulks(error, _secrets(self._settings))
        except ApiReplyError as error:
            return Failure(ApiReplyError, str(error), advice="")
        except Exception as error:
            if isinstance(error, httpx.HTTPError) or self._cancelled.is_set() or call.passage.is_held_by_socks:
                return self._broken(error, call)
            raise

    def _fetch(self, call: _Call) -> bytes | Failure:
        response = self._sent(call)
        with closing(response):
            return self._read(response, call) if response.status_code in {200, 204} else self._refused(response, call)

    def _sent(self, call: _Call) -> httpx.Response:
        """Send the request; a connection used before that the server has closed by now is no failed attempt.

        It is closed without a word, and a request that reads may be sent again at once (RFC 9112, section 9.3.1). Each
        round takes one such connection out of the pool, which may hold as many as requests are allowed at once.
        """
        for _ in range(self._settings.concurrency):
            try:
                return self._send(call)
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                if call.passage.is_new or call.late or self._cancelled.is_set():
                    raise
        return self._send(call)

    def _send(self, call: _Call) -> httpx.Response:
        timeout = min(self._settings.timeout, call.left)
        call.passage = Passage(self._connections, timeout)
        request = self._http.build_request(
            "GET",
            self._endpoint,
            params=call.query,
            timeout=httpx.Timeout(timeout, connect=min(timeout, LONGEST_CONNECT)),
            extensions={"trace": call.passage.trace},
        )
        with self._connections.cut_after(call.left + GRACE):
            return self._http.send(request, stream=True)

    def _read(self, response: httpx.Response, call: _Call) -> bytes | Failure:
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in {*GZIP, "identity"}:
            return Failure(ApiReplyError, "The API compressed its answer in a way nobody asked for", REPORT)
        call.headers = response.headers
        largest = self._settings.max_reply_mib * 2**20
        body = io.BytesIO()
        for chunk in body_of(response):  # decompressed, so that a small reply cannot grow beyond the limit
            if body.tell() + len(chunk) > largest:
                return self._too_large()
            if call.late or self._cancelled.is_set():
                return self._broken(TimeoutError(), call)
            body.write(chunk)
        if not body.tell() and _end_unknown(response):
            return Failure(ApiUnavailableError, f"{self._host} closed the connection without an answer", passing=True)
        return body.getvalue()

    def _refused(self, response: httpx.Response, call: _Call) -> Failure:
        body = bytearray()
        with suppress(httpx.HTTPError):  # the status says enough
            for chunk in body_of(response):
                body += chunk
                if len(body) > LARGEST_REFUSAL or call.late or self._cancelled.is_set():
                    break
        words = server_words(bytes(body), _secrets(self._settings))
        after = announced_wait(response.headers)
        return refusal(response.status_code, response.headers, words, after, zone=self._settings.zone)

    def _too_large(self) -> Failure:
        what = f"The API's answer is larger than {self._settings.max_reply_mib} MiB"
        return Failure(ApiReplyError, what, "ask for fewer days, or raise LEADS_EXCEL_MAX_REPLY_MIB")

    def _broken(self, error: Exception, call: _Call) -> Failure:
        if self._cancelled.is_set():
            return CANCELLED
        if call.late:
            what = f"The API took longer than {self._settings.deadline:g} s in all"
            return Failure(ApiUnavailableError, what, "try again later, or raise LEADS_EXCEL_DEADLINE")
        return self._troubles.failure(error, call.passage)


def _auth(settings: Settings) -> httpx.Auth | Callable[[httpx.Request], httpx.Request] | None:
    if settings.token:
        return _header("Authorization", "Bearer ", settings.token)
    if settings.username and settings.password:
        return httpx.BasicAuth(settings.username, settings.password.get_secret_value())
    return _header(settings.api_key_header, "", settings.api_key) if settings.api_key else None


def _header(name: str, prefix: str, secret: SecretStr) -> Callable[[httpx.Request], httpx.Request]:
    def sign(request: httpx.Request) -> httpx.Request:
        request.headers[name] = prefix + secret.get_secret_value()
        return request

    return sign


def _secrets(settings: Settings) -> list[str]:
    secrets = [secret.get_secret_value() for secret in (settings.token, settings.password, settings.api_key) if secret]
    pair = f"{settings.username}:{secrets[0]}".encode() if settings.password else b""
    return [*secrets, base64.b64encode(pair).decode()] if pair else secrets


def _sandbox(now: Callable[[], datetime] | None) -> httpx.MockTransport:
    from leads_excel.sandbox import Sandbox  # noqa: PLC0415 - only the demo needs it

    sandbox = Sandbox(now=now)

    def answer(request: httpx.Request) -> httpx.Response:
        made = sandbox.answer(request.method, request.url.raw_path.decode("ascii"), request.headers)
        return httpx.Response(made.status, headers=made.headers, content=made.body)

    return httpx.MockTransport(answer)


def _user_agent() -> str:
    try:
        version = metadata.version("leads-excel")
    except metadata.PackageNotFoundError:  # run from a checkout
        version = "0"
    return f"leads-excel/{version} (httpx {httpx.__version__}; Python {platform.python_version()})"


def _whole(bulks: list[Any], content: bytes, headers: Mapping[str, str]) -> tuple[list[Any], bytes] | Failure:
    leads = sum(len(bulk.leads or ()) for bulk in bulks)
    return broken_promise(headers, len(bulks), leads) or (bulks, content)


def _end_unknown(response: httpx.Response) -> bool:
    # Where only the end of the connection ends a body, an empty one may be a lost one, and must not mean no leads.
    network, headers = "network_stream" in response.extensions, response.headers
    return network and response.status_code == 200 and not {"content-length", "transfer-encoding"} & headers.keys()


def _without_query(record: logging.LogRecord) -> bool:
    """Take the query, which may name a person's lead, out of the address that httpx logs with each request."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            value.copy_with(query=None) if isinstance(value, httpx.URL) and value.path.endswith(PATH) else value
            for value in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_without_query)
