"""How far a key figure looks beyond its range, and the tables of those days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from leads_excel.exceptions import ApiError

if TYPE_CHECKING:
    from leads_excel.kpis.facts.rules import Rules
    from leads_excel.tables.lead_tables import LeadTables

Span = Literal["", "days", "return_days"]
"""What of the `Rules` says how many days: nothing, or this."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far to look.

    Args:
        back: Days before the range.
        ahead: Days after it; those to come hold nothing yet.
    """

    back: int = 0
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Margin:
    """What lies around a range.

    Args:
        before: Tables that hold the days before it; None where nobody looks there, or nobody knows.
        after: Tables that hold the days after it; None likewise, or where they are to come.
    """

    before: LeadTables | None = None
    after: LeadTables | None = None


def reach(rules: Rules, back: Span, ahead: Span = "") -> Reach:
    """Tell how many days the rules make of spans."""
    return Reach(*(getattr(rules, span) if span else 0 for span in (back, ahead)))


def asked_days(tables: LeadTables) -> tuple[date, date] | None:
    """Tell the first and the last day that were asked for; None where that is not known."""
    first, last = tables.asked.get("from"), tables.asked.get("to")
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


def margin_of(tables: LeadTables, wanted: Reach) -> Margin:
    """Fetch what lies around a range, from memory or the store as a rule.

    Args:
        tables: The range.
        wanted: How far to look.

    Returns:
        The tables around it; none where the range does not know whom to ask, see `cut`.

    Raises:
        ApiError: Some of these days are missing.
    """
    days = asked_days(tables)
    if days is None or tables.around is None:
        return Margin()
    first, last = days
    one = timedelta(days=1)
    try:
        before = tables.around(_moved(first, -wanted.back), first - one) if wanted.back else None
        after = tables.around(last + one, _moved(last, wanted.ahead)) if wanted.ahead else None
    except ApiError as error:
        raise _explained(error) from error
    return Margin(before, after)


def cut(tables: LeadTables, wanted: Reach) -> str:
    """Tell what a figure over a range could not look at because nobody knows it.

    Args:
        tables: The range.
        wanted: How far the figure looks.

    Returns:
        A few words; nothing where the figure looks as far as it has to.
    """
    if tables.around is not None and asked_days(tables):
        return ""
    missing = [f"the {days} days {side}" for days, side in ((wanted.back, "before"), (wanted.ahead, "after")) if days]
    return f"within these leads only: {' and '.join(missing)} are not known" if missing else ""


def _moved(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def _explained(error: ApiError) -> ApiError:
    return type(error)(
        f"The figure needs the days around the range too, and they are not there. {error}",
        window=error.window,
        attempts=error.attempts,
        missing=error.missing,
        causes=error.causes,
    )
