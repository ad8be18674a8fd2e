"""The rules of the API page, and what a request that breaks one gets to hear."""

from __future__ import annotations

import base64
import hmac
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from leads_excel.sandbox.synthetic.bulks import Bulks, Filters, merged, stamp
from leads_excel.sandbox.synthetic.calendar import FIRST_DAY, RIYADH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from leads_excel.sandbox.synthetic.bulks import Bulk

PATHS = ("/gs/v1/leads/bulks", "/v1/leads/bulks")
"""Where the one resource lives: under the base URLs of the API page, or without their prefix."""

LONGEST = timedelta(days=7)
"""At most this between `fromDate` and `toDate` (API page, Note)."""

_NUMBERS = {"id": 64, "leadId": 64, "source": 32, "subSource": 32}
"""Parameters that are whole numbers, and how many bits Java gives them."""

_STAMPS = ("fromDate", "toDate")
_OPENING = datetime.combine(FIRST_DAY, time(), RIYADH)
_TICK = timedelta(milliseconds=1)
_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_NUMBER = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the simulated DMS answers."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class SignIn:
    """The header a request must carry.

    Args:
        header: Its name.
        value: Its value.
    """

    header: str
    value: str = field(repr=False)

    @classmethod
    def bearer(cls, token: str) -> Self:
        """Expect a bearer token."""
        return cls("Authorization", f"Bearer {token}")

    @classmethod
    def basic(cls, username: str, password: str) -> Self:
        """Expect a user name and a password."""
        secret = base64.b64encode(f"{username}:{password}".encode()).decode()
        return cls("Authorization", f"Basic {secret}")

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request with these headers may come in."""
        return hmac.compare_digest(header(headers, self.header).encode(), self.value.encode())


def header(headers: Mapping[str, str], name: str) -> str:
    """Look up a header, its name in any case; empty when there is none."""
    return next((text for given, text in headers.items() if given.lower() == name.lower()), "")


class _RefusedError(Exception):
    """A request breaks a rule; it becomes the reply and never leaves this module."""

    def __init__(self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


class Sandbox:
    """A simulated DMS: the API page's one resource over synthetic leads, without a network.

    The same seed, volume and `now` always give the same bytes. Each day is drawn by itself, from 2020-01-01 on, so it
    is the same whatever range is asked for. As `now` moves on, bulks that were in progress are completed, and a few
    leads are edited, recovered after a rejection, sent again in a later bulk under their old number, or gone.

    Where the API page leaves a choice, this DMS behaves so: a range filters on `createdDate`; a filter by `leadId`,
    `source` or `subSource` leaves out bulks without such leads and keeps the counts of the whole bulk; `id` comes alone
    and an unknown one is 404; a range without bulks is an empty array. Source numbers: see `sandbox.sources`.

    Args:
        seed: Another seed is another dealership.
        leads_per_day: Mean over a year; seasons, weekdays and chance move it.
        now: Tells the time, aware; the clock by default. Nothing younger exists yet.
        interval: Whether a bulk created exactly at `toDate` belongs to the range.
        shape: What bulks are sent as. `object`: one as the object of the API page's sample, several as an array;
            `array`: always as an array; `merged`: all of a range as one such object, which is how the sample can be
            read too.
        sign_in: The header that every request must carry; None lets everybody in.
        miscounts: The share of completed bulks that do not hold the leads they count, such as 0.015.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        leads_per_day: int = 120,
        now: Callable[[], datetime] | None = None,
        interval: Literal["closed", "half-open"] = "closed",
        shape: Literal["object", "array", "merged"] = "object",
        sign_in: SignIn | None = None,
        miscounts: float = 0.0,
    ) -> None:
        self.sign_in = sign_in
        self._now = now or (lambda: datetime.now(UTC))
        self._is_closed = interval == "closed"
        self._shape = shape
        self._bulks = Bulks(seed, leads_per_day, miscounts)

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer a request.

        Args:
            method: The HTTP method.
            target: Path and query, such as `/gs/v1/leads/bulks?id=7`.
            headers: The headers of the request.
        """
        now = self._now()
        _, _, path, query, _ = urlsplit(target)
        try:
            self._admit(method, path, headers)
            body = self._reply(_question(query), now)
        except _RefusedError as refused:
            return _refusal(refused, path, now)
        return Answer(200, {"Content-Type": "application/json"}, body)

    def bulk_ids(self, day: date) -> tuple[int, ...]:
        """List the ids of the bulks created on a business day so far; replies do not show them."""
        midnight = datetime.combine(day, time(), RIYADH)
        last = min(self._now(), midnight + timedelta(days=1) - _TICK)
        return tuple(bulk.number for bulk in self._bulks.between(midnight, last))

    def _admit(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        if self.sign_in is not None and not self.sign_in.admits(headers):
            raise _RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "Full authentication is required to access this resource",
                {"WWW-Authenticate": 'Bearer realm="dms", Basic realm="dms"'},
            )
        if path not in PATHS:
            raise _RefusedError(HTTPStatus.NOT_FOUND, f"No static resource {path.lstrip('/')}.")
        if method != "GET":
            raise _RefusedError(
                HTTPStatus.METHOD_NOT_ALLOWED, f"Request method '{method}' is not supported", {"Allow": "GET"}
            )

    def _reply(self, asked: _Question, now: datetime) -> bytes:
        bulks = self._by_id(asked.number, now) if asked.range is None else self._in_range(*asked.range, now)
        replies = [reply for bulk in bulks if (reply := bulk.reply(now, asked.filters)) is not None]
        if self._shape == "merged" and asked.range is not None:
            return merged(replies)
        if len(replies) == 1 and self._shape != "array":
            return replies[0]
        return b"[%b]" % b",".join(replies)

    def _by_id(self, number: int, now: datetime) -> Iterable[Bulk]:
        bulk = self._bulks.find(number)
        if bulk is None or bulk.created > now:
            raise _RefusedError(HTTPStatus.NOT_FOUND, f"Bulk not found with id : {number}")
        return (bulk,)

    def _in_range(self, first: datetime, last: datetime, now: datetime) -> Iterable[Bulk]:
        last = last if self._is_closed else last - _TICK
        return self._bulks.between(max(first, _OPENING), min(last, now))


class _Question(NamedTuple):
    """What a request asks for, once its parameters are found to be in order."""

    number: int
    range: tuple[datetime, datetime] | None
    filters: Filters


def _question(query: str) -> _Question:
    given = _given(query)
    numbers = {name: _number(name, given[name], bits) for name, bits in _NUMBERS.items() if name in given}
    stamps = {name: _moment(name, given[name]) for name in _STAMPS if name in given}
    if "id" in given:
        if len(given) > 1:
            raise _bad("id cannot be combined with other parameters")
        return _Question(numbers["id"], None, Filters())
    if len(stamps) < 2:
        raise _bad("Either id or leadId and fromDate and toDate is mandatory")
    first, last = stamps["fromDate"], stamps["toDate"]
    if first > last:
        raise _bad("fromDate should not be greater than toDate")
    if last - first > LONGEST:
        raise _bad("Date range should be 7 days")
    filters = Filters(numbers.get("leadId"), numbers.get("source"), numbers.get("subSource"))
    return _Question(0, (first, last), filters)


def _given(query: str) -> dict[str, str]:
    """Read the parameters; a blank one counts as left out, as Spring has it."""
    given: dict[str, str] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in _NUMBERS and name not in _STAMPS:
            raise _bad(f"Unknown parameter '{name}'")
        if name in given:
            raise _bad(f"Parameter '{name}' is given more than once")
        given[name] = text
    return {name: text for name, text in given.items() if text}


def _number(name: str, text: str, bits: int) -> int:
    if _NUMBER.fullmatch(text) and -(2 ** (bits - 1)) <= int(text) < 2 ** (bits - 1):
        return int(text)
    kind = "java.lang.Long" if bits == 64 else "java.lang.Integer"
    raise _bad(
        f"Failed to convert value of type 'java.lang.String' to required type '{kind}' for '{name}'; "
        f'For input string: "{text}"'
    )


def _moment(name: str, text: str) -> datetime:
    if _STAMP.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    raise _bad(f"{name} should be in the format yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")


def _bad(message: str) -> _RefusedError:
    return _RefusedError(HTTPStatus.BAD_REQUEST, message)


def _refusal(refused: _RefusedError, path: str, now: datetime) -> Answer:
    """Word a refusal as Spring Boot does."""
    body = {
        "timestamp": stamp(now.astimezone(UTC)).replace("Z", "+00:00"),
        "status": int(refused.status),
        "error": refused.status.phrase,
        "message": refused.message,
        "path": path,
    }
    headers = {"Content-Type": "application/json", **refused.headers}
    return Answer(int(refused.status), headers, json.dumps(body, ensure_ascii=False).encode())
