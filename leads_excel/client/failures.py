"""What a failed request means: which error, in which words, and whether it may pass. Knows no HTTP library."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from leads_excel.exceptions import ApiAccessError, ApiError, ApiReplyError, ApiUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

LONGEST_WORDS = 200

_TELLING_KEYS = (
    "message", "detail", "error_description", "errormessage", "error_message", "msg", "faultstring", "errors", "error",
    "fault", "exception", "description", "reason", "title", "status", "code",
)  # fmt: skip
_QUERY = re.compile(r"\?[^\s?]*=\S*")

LATER = "try again later"
REPORT = "report it to the owner of the API"
SIGN_IN = "run 'leads-excel login'; 'leads-excel doctor' shows which sign-in is in force"


_REFUSED = (ApiReplyError, "The API refused the request", f"change it, or {REPORT}")
_UNEXPECTED = (ApiReplyError, "The API answered with an unexpected status", REPORT)
_REFUSALS = {
    206: (ApiReplyError, "The API sent a part of the leads only", REPORT),
    401: (ApiAccessError, "The API refused the sign-in", SIGN_IN),
    403: (ApiAccessError, "The API does not let this sign-in read leads", SIGN_IN),
    404: (ApiReplyError, "The API knows no such page or record", "check LEADS_EXCEL_BASE_URL and what you asked for"),
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One attempt that failed.

    A value instead of an exception, so that the error raised in the end has no trace of the request, which holds the
    sign-in.

    Args:
        error: The class to raise.
        what: What happened, without a full stop; or the whole message.
        advice: What to do, without a full stop; empty where `what` says it.
        passing: Whether another attempt may succeed.
        after: Seconds the server asks to wait before it, or None.
    """

    error: type[ApiError]
    what: str
    advice: str = LATER
    passing: bool = False
    after: float | None = None

    def text(self, attempts: int) -> str:
        """Write the message of the error.

        Args:
            attempts: How many requests were made.

        Returns:
            One line: what happened, then what to do.
        """
        count = f" ({attempts} attempts)" if attempts > 1 else ""
        return f"{self.what}{count}: {self.advice}." if self.advice else self.what


CANCELLED = Failure(ApiUnavailableError, "The request was stopped before it was answered", "start it again")


def refusal(
    status: int, headers: Mapping[str, str], words: str, after: float | None = None, *, zone: ZoneInfo
) -> Failure:
    """Say what a reply that brings no bulks means.

    Args:
        status: The HTTP status, other than 200 and 204.
        headers: Of the reply.
        words: The server's own, see `server_words`.
        after: Seconds the server asks to wait, or None.
        zone: Of the time to come back at.

    Returns:
        Passing for 408, 429 and 5xx.
    """
    said = f', saying "{words}"' if words else ""
    if status in {408, 429} or 500 <= status <= 599:
        what = f"The API is {'busy' if status == 429 else 'not available'} ({status}){said}"
        advice = LATER if after is None else f"it asks to come back after {_moment(after, zone)}"
        return Failure(ApiUnavailableError, what, advice, passing=True, after=after)
    if 300 <= status <= 399 and headers.get("Location"):
        return _redirect(status, headers["Location"])
    unknown = _REFUSED if 400 <= status <= 499 else _UNEXPECTED
    error, what, advice = _REFUSALS.get(status, unknown)
    return Failure(error, f"{what} ({status}){said}", advice)


def server_words(content: bytes, secrets: Iterable[str]) -> str:
    """Find the server's explanation in the body of an error.

    Args:
        content: The body, or its beginning.
        secrets: What must not be repeated even if the server does.

    Returns:
        The `message` (or `detail`, `error`, ...) of a JSON body on one line, shortened, without control characters,
        query strings and secrets; empty where there is none.
    """
    try:
        text = _telling(json.loads(content))
    except (ValueError, RecursionError):
        return ""
    for secret in secrets:
        text = text.replace(secret, "***")
    text = "".join(letter if letter.isprintable() else " " for letter in _QUERY.sub("?...", text))
    text = " ".join(text.replace('"', "'").split()).rstrip(".")
    return text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS].rstrip()}..."


def _telling(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next(filter(None, map(_telling, value)), "")
    if isinstance(value, dict):
        by_key = {key.lower(): value[key] for key in value}
        return next(filter(None, (_telling(by_key.get(key)) for key in _TELLING_KEYS)), "")
    return ""


def _redirect(status: int, location: str) -> Failure:
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    what = f"The API sends requests on to {host or 'another page'} ({status}), which is not followed"
    if status in {301, 308}:
        return Failure(ApiReplyError, what, "put the address it moved to in LEADS_EXCEL_BASE_URL")
    return Failure(ApiAccessError, f"{what}; it is usually a sign-in page", SIGN_IN)


def _moment(after: float, zone: ZoneInfo) -> str:
    moment = datetime.now(zone) + timedelta(seconds=after + 59)  # never before the announced second
    return f"{moment:%Y-%m-%d %H:%M}"
