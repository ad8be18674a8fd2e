"""Every key figure a second time, in SQL over the exported files, written from the definitions, not from the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from places import DATA

if TYPE_CHECKING:
    from pathlib import Path

FACTS = DATA / "kpi_facts.sql"
"""Makes the tables `f` (facts of leads), `b` (bulks), `open_bulks`, `completed`, `sources`."""

A = "count(*) FILTER (a)"
JUDGED = "count(*) FILTER (a OR r)"


def accepted(condition: str) -> tuple[str, str]:
    """Count accepted leads that meet a condition, of all accepted leads."""
    return f"count(*) FILTER (a AND coalesce({condition}, false))", A


_OUT = (
    "(isodow(make_timestamp(t)) = 5 AND hour(make_timestamp(t)) < 14) OR hour(make_timestamp(t)) NOT BETWEEN 9 AND 20"
)
_OF_MAIL, _OF_PHONE = "channel = 'email'", "channel IN ('phone', 'whatsapp', 'sms')"

OF_LEADS: dict[str, tuple[str, str | None]] = {
    "leads": ("count(*)", None),
    "accepted": (A, None),
    "rejected": ("count(*) FILTER (r)", None),
    "provisional": ("count(*) FILTER (is_open)", None),
    "provisional_share": ("count(*) FILTER (is_open)", "count(*)"),
    "unjudged": ("count(*) FILTER (isError IS NULL)", None),
    "leads_per_day": ("count(*)", "56"),
    "week_mean": ("count(*) FILTER (make_timestamp(t)::DATE BETWEEN '2026-08-18' AND '2026-08-24')", "7"),
    "month_pace": ("count(*) FILTER (make_timestamp(t)::DATE BETWEEN '2026-08-01' AND '2026-08-24') * 31", "24"),
    "rejection_rate": ("count(*) FILTER (r)", JUDGED),
    "first_time_right_rate": ("count(*) FILTER (is_right)", JUDGED),
    "errors": ("sum(errorCount)", None),
    "unexplained": ("count(*) FILTER (r AND errorCount = 0)", None),
    "customers": ("count(DISTINCT who) FILTER (a)", None),
    "anonymous": ("count(*) FILTER (a AND who IS NULL)", None),
    "duplicates": ("count(*) FILTER (dup)", None),
    "duplicate_rate": accepted("dup"),
    "strict_duplicate_rate": accepted("strict"),
    "email_duplicates": ("count(*) FILTER (dup AND NOT by_phone)", None),
    "same_source_duplicate_rate": ("count(*) FILTER (dup AND same_source)", "count(*) FILTER (dup)"),
    "cross_branch_duplicate_rate": ("count(*) FILTER (dup AND other_branch)", "count(*) FILTER (dup)"),
    "returning": ("count(*) FILTER (back)", None),
    "returning_rate": accepted("back"),
    "recovered_rate": ("count(recovery)", "count(*) FILTER (was_rejected)"),
    "recovery_days": ("median(recovery)", None),
    "contactable_rate": accepted("who IS NOT NULL"),
    "valid_phone_rate": accepted("phone IS NOT NULL"),
    "invalid_phone_rate": accepted("phone IS NULL AND NOT no_phone"),
    "no_phone_rate": accepted("no_phone"),
    "valid_email_rate": accepted("mail IS NOT NULL"),
    "invalid_email_rate": accepted("mail IS NULL AND NOT no_mail"),
    "broken_channel_rate": (
        f"count(*) FILTER (a AND (({_OF_MAIL} AND mail IS NULL) OR ({_OF_PHONE} AND phone IS NULL)))",
        f"count(*) FILTER (a AND ({_OF_MAIL} OR {_OF_PHONE}))",
    ),
    "completeness": ("sum(points) FILTER (a)", A),
    "intake_minutes": ("median((t - lead_t) / 60000000) FILTER (lead_t % 86400000000 <> 0)", None),
    "intake_minutes_p90": ("quantile_cont((t - lead_t) / 60000000, 0.9) FILTER (lead_t % 86400000000 <> 0)", None),
    "prompt_rate": ("0", "count(*) FILTER (lead_t % 86400000000 <> 0)"),
    "intake_days": ("median(lag) FILTER (lag >= 0)", None),
    "same_day_rate": ("count(*) FILTER (lag = 0)", "count(*) FILTER (lag >= 0)"),
    "clock_errors": ("count(*) FILTER (lag < 0)", None),
    "out_of_hours_rate": (f"count(*) FILTER ({_OUT})", "count(t)"),
    "accepted_share": (A, "(SELECT count(*) FROM f WHERE a)"),
    "no_branch_rate": accepted("coalesce(trim(branch), '') = ''"),
    "vehicles": ("sum(vehicleCount)", None),
    "units": ("sum(units)", None),
    "no_vehicle_rate": accepted("vehicleCount = 0"),
    "fleet_rate": accepted("units >= 5 OR (leadType = 'Company' AND says(companyName))"),
    "cross_shopping_rate": ("count(*) FILTER (a AND families > 1)", "count(*) FILTER (a AND families > 0)"),
    "current_year_rate": ("count(*) FILTER (a AND newest >= 2026)", "count(newest) FILTER (a)"),
    "test_drive_rate": accepted("testDriveRequired"),
    "test_drive_unknown_rate": accepted("testDriveRequired IS NULL"),
    "hot_rate": accepted("heat = 'hot'"),
    "warm_rate": accepted("heat = 'warm'"),
    "cold_rate": accepted("heat = 'cold'"),
    "near_term_rate": accepted("soon <= 30"),
    "cash_rate": accepted("pays = 'cash'"),
    "credit_rate": accepted("pays = 'credit'"),
    "lease_rate": accepted("pays = 'lease'"),
    "income_known_rate": accepted("income IS NOT NULL"),
    "median_income": ("median(income) FILTER (a)", None),
    "hot_uncontactable": ("count(*) FILTER (a AND heat = 'hot' AND who IS NULL)", None),
    "privacy_rate": accepted("acceptPrivatePolicy"),
    "marketing_rate": accepted("acceptMarketing"),
    "newsletter_rate": accepted("acceptNewsLetter"),
    "privacy_unknown_rate": accepted("acceptPrivatePolicy IS NULL"),
    "marketing_unknown_rate": accepted("acceptMarketing IS NULL"),
    "newsletter_unknown_rate": accepted("acceptNewsLetter IS NULL"),
    "marketable_customers": ("count(DISTINCT who) FILTER (a AND agrees)", None),
    "marketable_rate": ("count(DISTINCT who) FILTER (a AND agrees)", "count(DISTINCT who) FILTER (a)"),
    "consent_conflicts": ("count(DISTINCT who) FILTER (a AND is_torn)", None),
}
"""What is counted, and what it is divided by, over the facts `f` of leads or of some of them."""

OF_RANGES: dict[str, tuple[str, str | None]] = {
    "bulk_error_rate": ("sum(errorRecords)", "sum(totalRecords) FROM b WHERE status NOT IN ('Created', 'In progress')"),
    "reconciliation_gap": ("sum(gap)", "1 FROM completed"),
    "error_gap": ("sum(error_gap)", "1 FROM completed"),
    "unreconciled_bulks": ("count(*) FILTER (gap > 0 OR error_gap > 0)", "1 FROM completed"),
    "open_bulks": ("count(*)", "1 FROM open_bulks"),
    "stuck_bulks": ("count(*) FILTER (hours > 24)", "1 FROM open_bulks"),
    "oldest_open_hours": ("max(hours)", "1 FROM open_bulks"),
    "cancelled_bulks": ("count(*) FILTER (isProcessed = 3)", "1 FROM b"),
    "concentration": (
        "(SELECT sum(leads) FROM (SELECT leads FROM sources WHERE source <> '' ORDER BY 1 DESC LIMIT 3))",
        "count(*) FILTER (a) FROM f",
    ),
    "suspected_sources": ("count(*) FILTER (yes >= 30 AND no = 0)", "1 FROM sources"),
    "change": ("count(*) - 1000", "1 FROM f"),
    "change_rate": ("count(*) - 1000", "1000 FROM f"),
}
"""The same for figures that are told of the whole range only; 1,000 leads came before."""


class SecondOpinion:
    """The exported files as DuckDB reads them.

    Args:
        folder: Where the Parquet files are.
    """

    def __init__(self, folder: Path) -> None:
        self._sql = duckdb.connect()
        self._sql.execute("SET VARIABLE folder = ?", [folder.as_posix()])
        self._sql.execute(FACTS.read_text(encoding="utf-8"))

    def total(self, name: str) -> float | None:
        """Work a figure out over all leads."""
        part, whole = OF_RANGES.get(name) or (OF_LEADS[name][0], f"{OF_LEADS[name][1] or 1} FROM f")
        return self._divided("''", part, whole)[""]

    def by_source(self, name: str) -> dict[str, float | None]:
        """Work a figure out for each source."""
        part, whole = OF_LEADS[name]
        return self._divided("coalesce(nullif(source, ''), '(blank)')", part, f"{whole or 1} FROM f GROUP BY 1")

    def _divided(self, key: str, part: str, whole: str) -> dict[str, float | None]:
        lines = self._sql.execute(f"SELECT {key}, {part}, {whole}").fetchall()
        return {key: None if part is None or not whole else part / whole for key, part, whole in lines}
