"""Days -> windows: what single requests ask for, and who answers them.

In: a question, which is days and filters. Out: an answer for each window, several at a time, or why there is none.
May import: bulks, dates, exceptions.
"""

from leads_excel.windows.week_grid import Window, split

__all__ = ["Window", "split"]
