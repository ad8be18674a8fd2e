"""What a person types as a date -> business days and moments.

In: `-30D`, `LM`, `2026-08`, days, cells. Out: `Days` of the business zone, moments in UTC.
May import: exceptions, schema.
"""

from leads_excel.dates.days import Days
from leads_excel.dates.elapsed import elapsed, so_far
from leads_excel.dates.moments import to_moment
from leads_excel.dates.typed_dates import to_day, to_days, today

__all__ = ["Days", "elapsed", "so_far", "to_day", "to_days", "to_moment", "today"]
