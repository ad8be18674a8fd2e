"""What changed since a moment: `=LEADS_NEW(...)` in a cell is `leads_new(...)` here, with the same arguments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from leads_excel import arguments
from leads_excel.arguments.typed_arguments import is_blank
from leads_excel.arguments.views import chosen, columns_of, shown
from leads_excel.dates.days import Days
from leads_excel.dates.moments import to_moment
from leads_excel.exceptions import DateError, SettingsError
from leads_excel.fetching.fetch import tables_for
from leads_excel.fetching.session import current
from leads_excel.schema.columns import Column
from leads_excel.schema.masking import MASK, masked, wording
from leads_excel.settings.model import Settings
from leads_excel.tables.comparison import COLUMNS, STATE, UNKNOWN, compare
from leads_excel.windows.questions import Question

if TYPE_CHECKING:
    import pandas as pd

_LOOK_BACK = timedelta(days=30)
_OPTIONS = ("headers", "labels", "sort", "limit", "pii", "empty", "as_of")
_USUAL = ("change", "leadExternalId", "leadId", "field", "before", "after", "bulkCreatedDate", "source", "branch")
_TOLD = tuple(
    Column(name, "text", label, arabic, width, sensitive=False, about=about)
    for name, label, arabic, width, about in (
        ("change", "Change", "التغيير", 11, "New, settled, recovered, changed or gone."),
        ("field", "Field", "الحقل", 16, "What changed about the lead."),
        ("before", "Before", "قبل", 18, "What it was."),
        ("after", "After", "بعد", 18, "What it is."),
    )
)


def changes(since: object, until: object = None, *, settings: Settings | None = None) -> pd.DataFrame:
    """Tell what changed about the leads that the store knows.

    The state that was known at one moment is compared with the one known at another. Nothing is asked of the API:
    `fetch`, a refresh or `leads-excel sync` does that. The days that were in the store at both moments are compared,
    and those that came since. Leads of days that were fetched for the first time, though they had begun before, are not
    called new.

    Args:
        since: A moment such as `2026-08-03 09:00`; of a day or a period, such as `-7D`, the beginning.
        until: A moment likewise; of a day the end. Now by default.
        settings: Settings to use instead of those in force.

    Returns:
        One row for each change: `change` (new, settled: from in progress to created or rejected, recovered: from
        rejected to created, changed, gone), `field`, `before`, `after`, then the columns of the lead as it stands.
        `attrs["days"]` names the days that were compared.

    Raises:
        DateError: A moment cannot be read, or they are in the wrong order.
        SettingsError: There is no store, or it cannot be used.
        ApiUnavailableError: The store knew nothing then, or nobody asked since.
    """
    settings = settings or Settings()
    zone, week_start = settings.zone, settings.week_start
    start = to_moment(since, "first", zone=zone, week_start=week_start)
    end = datetime.now(UTC) if is_blank(until) else to_moment(until, "last", zone=zone, week_start=week_start)
    if end <= start:
        last = f"{end.astimezone(zone):%Y-%m-%d %H:%M}"
        raise DateError(f"The time to compare ends at {last}, before it begins: swap the moments.")
    if settings.simulated:
        return _simulated(start, end, settings)
    if settings.store is None:
        raise SettingsError("Without a store nobody knows what changed: set LEADS_EXCEL_STORE.")
    from leads_excel.store import open_history  # noqa: PLC0415 - SQLAlchemy is loaded only for a store

    with open_history(settings) as history:
        return history.changes(start, end)


def _simulated(start: datetime, end: datetime, settings: Settings) -> pd.DataFrame:
    # The demo needs no store: it knows how it stood at any moment.
    first = start.astimezone(settings.zone).date() - _LOOK_BACK
    before, after = (
        tables_for(
            Question(Days(first, at.astimezone(settings.zone).date()), settings.zone, as_of=at), settings=settings
        )
        for at in (start, end)
    )
    told = compare(before, after)
    told.attrs = {"days": str(Days(first, end.astimezone(settings.zone).date()))}
    return told


def leads_new(since: object, fields: object = None, options: object = None) -> pd.DataFrame:
    """List what changed about the leads that the store knows.

    Args:
        since: As for `changes`.
        fields: `change`, `field`, `before`, `after` and fields of leads; by default those, the numbers of the lead,
            when, source and branch.
        options: As for `leads`; `as_of` is the moment up to which changes count.

    Returns:
        One row for each change, new leads first; personal data is masked unless `pii=reveal`.

    Raises:
        LeadsError: As for `changes`, or an argument cannot be used.
    """
    shape = arguments.options(options, _OPTIONS)
    session = current()
    session.good_for_now()
    found = changes(since, shape.as_of, settings=session.settings)
    columns = [*_TOLD, *columns_of("leads", found.iloc[:, len(COLUMNS) :])]
    if shape.pii != "reveal":
        found = _masked(found)
    return shown(found, columns, chosen(fields, columns, _USUAL), shape)


def _masked(found: pd.DataFrame) -> pd.DataFrame:
    """Mask what fields were and are, each as its own column would be; vehicles and errors as far as they are known."""
    found = found.copy()
    for field in found["field"].dropna().unique():
        rows = found["field"].eq(field).fillna(value=False)
        for side in ("before", "after"):
            found.loc[rows, side] = _masked_values(
                found.loc[rows, side], field, found.loc[rows].iloc[:, len(COLUMNS) :]
            )
    return found


def _masked_values(values: pd.Series[Any], field: str, leads: pd.DataFrame) -> pd.Series[Any]:
    if field.startswith(("vehicle ", "error ")):
        return _masked_lines(values.astype("string"), field, leads).astype(object)
    cells = values.to_frame(field)
    (column,) = columns_of("leads", cells)
    if field == STATE or not column.sensitive:
        return values
    return masked(cells.astype("string"), [column])[field].astype(object)


def _masked_lines(values: pd.Series[Any], field: str, leads: pd.DataFrame) -> pd.Series[Any]:
    values = values.str.replace(f"{re.escape(UNKNOWN)}.*", f"{UNKNOWN}{MASK}", regex=True, flags=re.DOTALL)
    return wording(values, leads) if field.startswith("error ") else values
