"""Days of a business zone -> windows: the spans of UTC that single requests ask for."""

from leads_excel.windows.week_grid import DAY, FIRST_DAY, GRID, LAST_DAY, WEEK, Days, Window, bounds, split

__all__ = ["DAY", "FIRST_DAY", "GRID", "LAST_DAY", "WEEK", "Days", "Window", "bounds", "split"]
