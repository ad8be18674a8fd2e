"""The simulated DMS, and in it a bulk of leads with all that is hard on the way to a cell."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Timer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from few_leads import bulk, lead

from leads_excel.sandbox import Sandbox
from leads_excel.sandbox.api import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

START = datetime.now(UTC)
"""The moment at which the DMS stands still: whoever asks it, and when, hears the same."""

DAY = f"{START - timedelta(days=4):%Y-%m-%d}"
"""The day on which the odd leads came in, at noon in Riyadh."""

BEYOND_31_BITS = 3_000_000_001
LONG = "نص طويل 😀 " * 60

ODD = (
    lead(
        BEYOND_31_BITS,
        leadId=BEYOND_31_BITS + 1,
        source="Website",
        branch="فرع الرياض",
        firstName="سارة 😀",
        leadDate=DAY,
        dateOfBirth="1899-05-20",
        leadNote="=cmd|' /C calc'!A0",
        testDriveRequired=True,
    ),
    lead(
        2**31 - 1, leadId=10**15, source="Website", branch="", firstName="00966", leadDate="31/12/2026", leadNote=LONG
    ),
    lead(7, leadId=8, source="واتساب", branch="فرع الرياض", leadDate=None, dateOfBirth="1900-03-01", leadNote="a\nb\t"),
)
"""Numbers beyond 31 bits and beyond 15 digits, Arabic, emoji, nothing, long texts, days that Excel does not have."""


class Dealership(Sandbox):
    """Answers as the simulated DMS does, with the odd leads in it."""

    def __init__(self) -> None:
        super().__init__(shape="array", now=lambda: START)
        self._open = Event()
        self._open.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep silent for as long as the context lasts."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def held_for(self, seconds: float) -> None:
        """Keep silent for some seconds from now on."""
        self._open.clear()
        Timer(seconds, self._open.set).start()

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """Answer a request."""
        self._open.wait(100)
        answer = super().answer(method, target, headers)
        asked = dict(parse_qsl(urlsplit(target).query))
        odd = bulk(DAY, *ODD)
        if answer.status != 200 or not asked.get("fromDate", "z") <= odd["createdDate"] <= asked.get("toDate", ""):
            return answer
        body = json.dumps([*json.loads(answer.body), odd], ensure_ascii=False).encode()
        return Answer(answer.status, answer.headers, body)
