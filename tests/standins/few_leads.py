"""A handful of bulks written out, as the API sends them, and a session that answers with them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import leads_excel as lx
from leads_excel.bulks.decoding import as_bulks
from leads_excel.fetching.session import Session
from leads_excel.tables.lead_tables import LeadTables, build
from leads_excel.windows.answers import answer_of

if TYPE_CHECKING:
    from leads_excel.windows.answers import Answer
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window

RIYADH = ZoneInfo("Asia/Riyadh")
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


def lead(number: object, **keys: Any) -> dict[str, Any]:
    """Write a lead with what is told of it."""
    return {"leadExternalId": number, "leadId": 0, "isError": 0, "errorList": None, "vehicles": None, **keys}


def bulk(day: str, *leads: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Write a bulk that was created at noon in Riyadh on a day."""
    known = {"createdDate": f"{day}T09:00:00.000Z", "createdBy": 1, "totalRecords": len(leads), "errorRecords": 0}
    return {"leads": list(leads), **known, "isProcessed": 4, **keys}


FOUR = (
    bulk(
        "2026-08-03",
        lead(
            1,
            leadId=501,
            source="Website",
            branch="Riyadh",
            firstName="Sara",
            phoneCode="00966",
            phoneNumber="500000001",
            email="sara@example.com",
            leadDate="2026-08-01",
            testDriveRequired=True,
            vehicles=[
                {"leadVehiclesId": 11, "modelFamily": "RIO", "modelYear": 2026, "totalQty": 2},
                {"leadVehiclesId": 12, "modelFamily": "K5", "modelYear": 2026, "totalQty": 1},
            ],
        ),
        lead(
            2,
            isError=1,
            source="Website",
            branch="Jeddah",
            firstName="Omar",
            phoneNumber="500000002",
            leadDate="2026-08-02",
            errorList=[{"code": "E1", "field": "phoneNumber", "message": "Phone 500000002 is not valid"}],
        ),
    ),
    bulk(
        "2026-08-10",
        lead(3, leadId=503, source="Walk in", branch=None, leadDate="2026-08-10", leadNote="=cmd|' /C calc'!A0"),
        lead(
            "none",
            source="walk IN",
            branch="",
            firstName="X",
            leadDate="10/08/2026",
            vehicles=[{"leadVehiclesId": 13, "modelFamily": "RIO", "modelYear": 2025, "totalQty": 5}],
        ),
    ),
)
"""Four leads in two bulks: one rejected, one whose number and date cannot be read."""


def four_leads() -> LeadTables:
    """Make the tables of the four leads."""
    return build(list(FOUR), zone=RIYADH)


class Desk:
    """A source that answers with bulks it was given, and notes which windows it was asked for."""

    def __init__(self, *bulks: dict[str, Any], final: bool = True, now: datetime = NOW) -> None:
        self.bulks = bulks
        self.asked: list[Window] = []
        self.cancelled = 0
        self.final = final
        self.now = now
        self.error: Exception | None = None

    def answer(self, window: Window, question: Question) -> Answer:
        """Answer with the bulks of a window, or fail as told."""
        self.asked.append(window)
        if self.error:
            raise self.error
        inside = [item for item in self.bulks if window.start <= _created(item) < window.end]
        settle = timedelta(0) if self.final else timedelta(days=3650)
        answer = answer_of(window, as_bulks(inside), question, settle=settle, at=self.now)
        return replace(answer, final=self.final)

    def cancel(self) -> None:
        """Note that what is under way is given up."""
        self.cancelled += 1


def _created(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["createdDate"])


def session(desk: Desk, **settings: Any) -> Session:
    """Open a session over a desk, at the desk's time."""
    known = lx.Settings(environment="test", store="none", **settings)
    return Session(known, lambda _settings: nullcontext(desk), lambda: desk.now)
