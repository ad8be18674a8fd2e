"""What the user asked for on Home, read by defined name and checked; errors name the cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from leads_excel.dates.refusals import EXAMPLES
from leads_excel.dates.typed_dates import to_days
from leads_excel.excel.filling.formula_results import Formulas
from leads_excel.exceptions import ArgumentError, DateError, WorkbookLayoutError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from leads_excel.dates.days import Days
    from leads_excel.dates.typed_dates import Weekday
    from leads_excel.excel.book.protocol import Book, NamedCell
    from leads_excel.excel.cells.values import Cell

NAMES = ("in_environment", "in_from", "in_to", "in_lead_id", "in_source", "in_sub_source")
ENVIRONMENTS = ("demo", "test", "prod")
_DAYS = ("in_from", "in_to")

_LARGEST_ID = 2**63 - 1
_DAYS_TO_1904 = 1462


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a book asks for.

    Args:
        environment: `demo`, `test` or `prod`; None where the cell is empty: the settings decide.
        days: Business days, the last included.
        lead_id: Only this lead, or None.
        source: Only this source, or None.
        sub_source: Only this sub-source, or None.
    """

    environment: str | None
    days: Days
    lead_id: int | None = None
    source: int | None = None
    sub_source: int | None = None


def read_inputs(
    book: Book,
    *,
    zone: ZoneInfo,
    week_start: Weekday = "sunday",
    today: date | None = None,
    from_date: object = None,
    to_date: object = None,
) -> Inputs:
    """Read the range, the filters and the environment from a book's Home sheet.

    Args:
        book: The book.
        zone: The business zone.
        week_start: The first day of the week, for tokens such as `WTD`.
        today: The day tokens count from; by default the day it is now in the zone.
        from_date: Where given, the range to use in place of the book's.
        to_date: The end of that range.

    Returns:
        The inputs. A book without any of our names asks for no filter; then `from_date` must be given.

    Raises:
        WorkbookLayoutError: An input cell is missing: which.
        DateError: The range cannot be read, and where it stands.
        ArgumentError: Another input cannot be used, and where it stands.
    """
    now = datetime.now(zone)
    today = today or now.date()
    cells = book.named(NAMES)
    if from_date is not None:
        days = to_days(from_date, to_date, zone=zone, week_start=week_start, today=today)
        if not cells:
            return Inputs(None, days)
    for name in NAMES:
        if name not in cells:
            raise WorkbookLayoutError(f"The workbook has no cell named {name}: name its cell again in Name Manager.")
    asked = [name for name in NAMES if from_date is None or name not in _DAYS]
    formulas = Formulas(
        book.named, now.replace(year=today.year, month=today.month, day=today.day), date1904=book.date1904
    )
    cells = {name: worked_out(cells[name], formulas, is_day=name in _DAYS) for name in asked}
    if from_date is None:
        days = _days(cells, zone, week_start, today, date1904=book.date1904)
    return Inputs(
        _environment(cells["in_environment"]),
        days,
        *(_number(name, cells[name]) for name in ("in_lead_id", "in_source", "in_sub_source")),
    )


def worked_out(cell: NamedCell, formulas: Formulas, *, is_day: bool) -> NamedCell:
    """Put what a formula comes to now in the place of its stored result, which may be weeks old.

    Args:
        cell: The cell.
        formulas: Works formulas out.
        is_day: True where the cell holds a day or a period.

    Returns:
        The cell with a value that counts now.

    Raises:
        DateError: It is a day's formula that only Excel can work out, and the book is not open there.
        ArgumentError: It is another such formula.
    """
    try:
        return replace(cell, value=formulas.value(cell))
    except ArgumentError as error:
        if cell.current:
            return cell
        reason = f"{cell.address}: only Excel can work out the formula there, because of {error}: type "
        if is_day:
            raise DateError(f"{reason}{EXAMPLES} instead.") from None
        raise ArgumentError(f"{reason}the value instead.") from None


def _days(
    cells: Mapping[str, NamedCell], zone: ZoneInfo, week_start: Weekday, today: date | None, *, date1904: bool
) -> Days:
    first, last = (_date(cells[name].value, date1904=date1904) for name in ("in_from", "in_to"))
    try:
        return to_days(first, last, zone=zone, week_start=week_start, today=today)
    except DateError as error:
        where = cells["in_from"].address if last in (None, "") else _range(cells)
        raise DateError(f"{where}: {error}") from error


def _range(cells: Mapping[str, NamedCell]) -> str:
    return f"{cells['in_from'].address} to {cells['in_to'].address}"


def _date(value: Cell, *, date1904: bool) -> Cell:
    if date1904 and isinstance(value, int | float) and not isinstance(value, bool):
        return value + _DAYS_TO_1904
    return value


def _environment(cell: NamedCell) -> str | None:
    text = str(cell.value or "").strip().casefold()
    if text and text not in ENVIRONMENTS:
        raise ArgumentError(f"{cell.address}: there is no environment {text!r}: choose demo, test or prod.")
    return text or None


def _number(name: str, cell: NamedCell) -> int | None:
    value = cell.value.strip() if isinstance(cell.value, str) else cell.value
    if value in (None, ""):
        return None
    number = _whole(value)
    if number is None or not 0 < number <= _LARGEST_ID:
        label = name.removeprefix("in_").replace("_", " ")
        raise ArgumentError(f"{cell.address}: the {label} must be a positive whole number or empty.")
    return number


def _whole(value: Cell) -> int | None:
    if isinstance(value, str):
        return int(value) if value.isdecimal() else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == int(value) else None
