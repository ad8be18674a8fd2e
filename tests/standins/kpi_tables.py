"""Thirteen leads in seven bulks, written so that every key figure has something to count: `data/kpi_bulks.json`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from places import DATA

from leads_excel.tables.lead_tables import build

if TYPE_CHECKING:
    from leads_excel.tables.lead_tables import LeadTables

ASKED = {"from": date(2026, 7, 10), "to": date(2026, 8, 31)}
FETCHED_AT = datetime(2026, 8, 20, 12, tzinfo=UTC)
"""Long before the last day that was asked for: 42 days have passed, and a bulk of 18 August is 51 hours old."""


def thirteen_leads() -> LeadTables:
    """Make the tables of the thirteen leads."""
    bulks = json.loads((DATA / "kpi_bulks.json").read_text(encoding="utf-8"))
    return replace(build(bulks, zone=ZoneInfo("Asia/Riyadh")), asked=ASKED, fetched_at=FETCHED_AT)
