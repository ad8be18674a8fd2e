"""What each key figure counts, as SQL, and which of them SQL cannot tell from the columns of an export. Data only.

`accepted`, `rejected` and `provisional` are flags of a lead, `submitted` its submission on the clock of the business
zone; `chosen` are the leads that meet the filters, `leads` all of the range. A word that begins with an at sign stands
for what the range and the rules make of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Statement:
    """A key figure as SQL.

    Args:
        part: What is counted; the value itself where nothing is divided.
        whole: What it is divided by; nothing for a plain count.
        over: What it goes by: the chosen leads, the bulks of the range, or nothing where it is a query of its own.
    """

    part: str
    whole: str = ""
    over: Literal["chosen", "bulks", ""] = "chosen"


_ACCEPTED = "count(*) FILTER (accepted)"
_JUDGED = "count(*) FILTER (accepted OR rejected)"
_COMPLETED = "FILTER (isProcessed = 4)"
_GAP = "coalesce(totalRecords, 0) <> coalesce(leadCount, 0)"
_ERROR_GAP = "coalesce(errorRecords, 0) <> coalesce(errorLeadCount, 0)"
_SAYS = r"regexp_matches(coalesce({}, ''), '[\p{{L}}\p{{N}}]')"
_MINUTES = "(epoch_us(submitted) - epoch_us(leadDate)) / 60000000"
_TIMED = "leadDate <> date_trunc('day', leadDate) AND submitted >= leadDate"
_LAG = "submitted::DATE - leadDate::DATE"
_PLAN = "translate(lower(trim(purchasePlan)), '٠١٢٣٤٥٦٧٨٩', '0123456789')"
_SOON = rf"try_cast(regexp_extract({_PLAN}, '^within (\d+) days?$', 1) AS BIGINT) <= @near"
_COMPANY = f"(starts_with(lower(trim(leadType)), 'compan') AND {_SAYS.format('companyName')})"
_THREE = (
    "(SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM chosen WHERE accepted AND trim(source) <> ''"
    " GROUP BY trim(source) ORDER BY n DESC LIMIT 3))"
)
_SUSPECTED = (
    "(SELECT count(*) FROM (SELECT 1 FROM chosen WHERE accepted GROUP BY coalesce(trim(source), '')"
    " HAVING count(*) FILTER (acceptMarketing) >= @many AND count(*) FILTER (NOT acceptMarketing) = 0))"
)


def _accepted(condition: str) -> Statement:
    return Statement(f"count(*) FILTER (accepted AND {condition})", _ACCEPTED)


def _bulks(part: str, whole: str = "") -> Statement:
    return Statement(part, whole, "bulks")


STATEMENTS: dict[str, Statement] = {
    "leads": Statement("count(*)"),
    "accepted": Statement(_ACCEPTED),
    "rejected": Statement("count(*) FILTER (rejected)"),
    "provisional": Statement("count(*) FILTER (provisional)"),
    "provisional_share": Statement("count(*) FILTER (provisional)", "count(*)"),
    "unjudged": Statement("count(*) FILTER (isError IS NULL)"),
    "leads_per_day": Statement("count(*)", "@days"),
    "week_mean": Statement("count(*) FILTER (@last_week)", "@week_days"),
    "month_pace": Statement("count(*) FILTER (@last_month) * @month_days", "@month_so_far"),
    "rejection_rate": Statement("count(*) FILTER (rejected)", _JUDGED),
    "errors": Statement("coalesce(sum(errorCount), 0)"),
    "unexplained": Statement("count(*) FILTER (rejected AND coalesce(errorCount, 0) = 0)"),
    "bulk_error_rate": _bulks(
        "coalesce(sum(errorRecords) FILTER (coalesce(isProcessed, 0) NOT IN (1, 2)), 0)",
        "sum(totalRecords) FILTER (coalesce(isProcessed, 0) NOT IN (1, 2))",
    ),
    "reconciliation_gap": _bulks(
        f"coalesce(sum(abs(coalesce(totalRecords, 0) - coalesce(leadCount, 0))) {_COMPLETED}, 0)"
    ),
    "error_gap": _bulks(f"coalesce(sum(abs(coalesce(errorRecords, 0) - coalesce(errorLeadCount, 0))) {_COMPLETED}, 0)"),
    "unreconciled_bulks": _bulks(f"count(*) FILTER (isProcessed = 4 AND ({_GAP} OR {_ERROR_GAP}))"),
    "open_bulks": _bulks("count(*) FILTER (isProcessed IN (1, 2))"),
    "stuck_bulks": _bulks("count(*) FILTER (isProcessed IN (1, 2) AND createdDate < @stuck)"),
    "oldest_open_hours": _bulks(
        "(epoch_us(@now) - min(epoch_us(createdDate)) FILTER (isProcessed IN (1, 2))) / 3600000000"
    ),
    "cancelled_bulks": _bulks("count(*) FILTER (isProcessed = 3)"),
    "intake_minutes": Statement(f"quantile_cont({_MINUTES}, 0.5) FILTER ({_TIMED})"),
    "intake_minutes_p90": Statement(f"quantile_cont({_MINUTES}, 0.9) FILTER ({_TIMED})"),
    "prompt_rate": Statement(f"count(*) FILTER ({_TIMED} AND {_MINUTES} <= @prompt)", f"count(*) FILTER ({_TIMED})"),
    "intake_days": Statement(f"quantile_cont({_LAG}, 0.5) FILTER ({_LAG} >= 0)"),
    "same_day_rate": Statement(f"count(*) FILTER ({_LAG} = 0)", f"count(*) FILTER ({_LAG} >= 0)"),
    "clock_errors": Statement(
        "count(*) FILTER (CASE WHEN leadDate <> date_trunc('day', leadDate) THEN submitted < leadDate"
        f" ELSE {_LAG} < 0 END)"
    ),
    "out_of_hours_rate": Statement(
        "count(*) FILTER (hour(submitted) < @opens OR hour(submitted) >= @closes)", "count(submitted)"
    ),
    "accepted_share": Statement(_ACCEPTED, "(SELECT count(*) FROM leads WHERE accepted)"),
    "concentration": Statement(_THREE, _ACCEPTED),
    "no_branch_rate": _accepted(f"NOT {_SAYS.format('branch')}"),
    "vehicles": Statement("coalesce(sum(vehicleCount), 0)"),
    "units": Statement("coalesce(sum(units), 0)"),
    "no_vehicle_rate": _accepted("coalesce(vehicleCount, 0) = 0"),
    "fleet_rate": _accepted(f"(units >= @fleet OR {_COMPANY})"),
    "cross_shopping_rate": Statement(
        "count(*) FILTER (accepted AND families > 1)", "count(*) FILTER (accepted AND families > 0)"
    ),
    "current_year_rate": Statement(
        "count(*) FILTER (accepted AND newest >= @year)", "count(*) FILTER (accepted AND newest IS NOT NULL)"
    ),
    "test_drive_rate": _accepted("testDriveRequired"),
    "test_drive_unknown_rate": _accepted("testDriveRequired IS NULL"),
    "hot_rate": _accepted("lower(trim(priority)) = 'hot'"),
    "warm_rate": _accepted("lower(trim(priority)) = 'warm'"),
    "cold_rate": _accepted("lower(trim(priority)) = 'cold'"),
    "near_term_rate": _accepted(_SOON),
    "cash_rate": _accepted("starts_with(lower(trim(paymentMode)), 'cash')"),
    "credit_rate": _accepted("regexp_matches(lower(trim(paymentMode)), '^(credit|finance|instal)')"),
    "lease_rate": _accepted("starts_with(lower(trim(paymentMode)), 'leas')"),
    "privacy_rate": _accepted("acceptPrivatePolicy"),
    "marketing_rate": _accepted("acceptMarketing"),
    "newsletter_rate": _accepted("acceptNewsLetter"),
    "privacy_unknown_rate": _accepted("acceptPrivatePolicy IS NULL"),
    "marketing_unknown_rate": _accepted("acceptMarketing IS NULL"),
    "newsletter_unknown_rate": _accepted("acceptNewsLetter IS NULL"),
    "suspected_sources": Statement(_SUSPECTED, over=""),
}
"""The key figures that the columns of an export tell."""

_PHONES = "whether a phone is valid is told by Google's rules for telephone numbers, which SQL does not have"
_EMAILS = "whether an e-mail address is valid is told by rules that SQL does not have"
_CUSTOMERS = "customers are told apart by valid phones and e-mail addresses, by rules that SQL does not have"
_AROUND = "it looks at the days around the range too, and at leads of the same customer, whom SQL cannot tell"
_INCOMES = "income bands are read by rules that SQL does not have"
_TWO = "it compares two ranges, in each of which a lead that came twice counts once: ask for the leads of both"

NO_STATEMENT: dict[str, str] = {
    **dict.fromkeys(("customers", "anonymous", "contactable_rate", "hot_uncontactable", "completeness"), _CUSTOMERS),
    **dict.fromkeys(("marketable_customers", "marketable_rate", "consent_conflicts"), _CUSTOMERS),
    **dict.fromkeys(("valid_phone_rate", "invalid_phone_rate", "no_phone_rate", "broken_channel_rate"), _PHONES),
    **dict.fromkeys(("valid_email_rate", "invalid_email_rate"), _EMAILS),
    **dict.fromkeys(
        (
            "first_time_right_rate", "duplicates", "duplicate_rate", "strict_duplicate_rate", "email_duplicates",
            "same_source_duplicate_rate", "cross_branch_duplicate_rate", "returning", "returning_rate",
            "recovered_rate", "recovery_days",
        ),
        _AROUND,
    ),
    **dict.fromkeys(("income_known_rate", "median_income"), _INCOMES),
    **dict.fromkeys(("change", "change_rate"), _TWO),
}  # fmt: skip
"""The key figures that they do not tell, and why."""
