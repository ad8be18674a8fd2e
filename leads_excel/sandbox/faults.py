"""What can go wrong between a client and the DMS, on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal, get_args

from leads_excel.sandbox.api import Answer

Fault = Literal["429", "503", "reset", "cut", "html", "slow"]
"""Too many requests; out of service; a TCP reset; a body that ends half-way; a page for people with status 200; a body
that comes in drips."""

_PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Faults:
    """Which requests fail, and how.

    Args:
        every: Every n-th request fails; 0 for none.
        kinds: The ways to fail, taken in turn.
        broken_windows: Values of `fromDate`; such a request fails each time.
        broken_as: The way in which they fail.
        retry_after: Seconds that a 429 asks to wait.
        as_date: Whether `Retry-After` is an HTTP date instead of seconds (RFC 9110, section 10.2.3).
        slow_seconds: How long a slow body takes.
    """

    every: int = 0
    kinds: tuple[Fault, ...] = get_args(Fault)
    broken_windows: frozenset[str] = frozenset()
    broken_as: Fault = "503"
    retry_after: int = 1
    as_date: bool = False
    slow_seconds: float = 1.0

    def strike(self, nth: int, from_date: str | None) -> Fault | None:
        """Tell how the n-th request (from 1), about this window, fails; None when it does not."""
        if from_date in self.broken_windows:
            return self.broken_as
        if not self.every or nth % self.every:
            return None
        return self.kinds[(nth // self.every - 1) % len(self.kinds)]

    def replacement(self, fault: Fault | None) -> Answer | None:
        """Return what is answered instead, or None when the answer itself is right."""
        if fault == "html":
            return Answer(200, {"Content-Type": "text/html;charset=UTF-8"}, _PAGE)
        if fault == "503":
            return Answer(
                503, {"Content-Type": "text/html"}, b"<html><h1>503 Service Temporarily Unavailable</h1></html>"
            )
        if fault == "429":
            headers = {"Content-Type": "application/json", "Retry-After": self._pause()}
            return Answer(429, headers, b'{"status":429,"error":"Too Many Requests","message":"Rate limit exceeded"}')
        return None

    def _pause(self) -> str:
        if self.as_date:
            return format_datetime(datetime.now(UTC) + timedelta(seconds=self.retry_after), usegmt=True)
        return str(self.retry_after)
