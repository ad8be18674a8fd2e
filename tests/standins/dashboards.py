"""Workbooks filled up to a moment of 31 March 2026, and what their Dashboards show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pandas as pd

from leads_excel import tables
from leads_excel.bulks import decoding as bulks
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets
from leads_excel.excel.template import building as template
from leads_excel.sandbox import Sandbox

RIYADH = ZoneInfo("Asia/Riyadh")
REFRESHED = datetime(2026, 3, 31, 14, 20)  # noqa: DTZ001 - cells hold wall clocks
STAMP = "%Y-%m-%dT%H:%M:%S.000Z"


def fetched(days, leads_per_day, miscounts=0.0):
    """Get leads from the simulated DMS, the same ones every time, up to 31 March 2026."""
    now = REFRESHED.replace(tzinfo=RIYADH).astimezone(UTC)
    box = Sandbox(leads_per_day=leads_per_day, miscounts=miscounts, now=lambda: now)
    last = datetime(2026, 4, 1, tzinfo=RIYADH).astimezone(UTC)
    edges = [*(last - timedelta(days=back) for back in range(days, 0, -7)), last]
    replies = [
        box.answer("GET", f"/gs/v1/leads/bulks?fromDate={start:{STAMP}}&toDate={end:{STAMP}}", {})
        for start, end in pairwise(edges)
    ]
    return tables.build([bulk for reply in replies for bulk in bulks.decode(reply.body)], zone=RIYADH)


def filled(path, tables, environment, title, **named):
    """Fill a copy of the template."""
    with FileBook(template.template_path(), in_place=False) as book:
        sheets.fill(book, tables, sheets.Run(REFRESHED, environment, title, who="a.user"))
        book.write_named(named)
        book.save(path)
    return path


def total(book, label):
    """Read a total of the Dashboard."""
    return block(book["Dashboard"], "Totals").set_index("Total").loc[label, "Value"]


def card(book, label):
    """Read a card of the Dashboard: its number, what stands below it, and what is held against its target."""
    rows = book["Dashboard"]
    row, column = next((r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value == label and r < 20)
    return [rows[row + line][column] for line in (1, 2, 3, 5)]


def typed(text):
    """Write minus signs as the Dashboard does, and `~` between two days."""
    return text.replace("-", "\N{MINUS SIGN}").replace("~", "\N{EN DASH}")


def block(rows, title, width=7):
    """Read one block of figures of the Dashboard: its last title, heads, and rows down to the first empty one.

    Args:
        rows: The rows of the sheet.
        title: What stands above the block.
        width: How many columns it has at most.
    """
    top, left = [(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value == title][-1]
    heads = rows[top + 1][left : left + width]
    width = heads.index(None) if None in heads else len(heads)
    body = []
    for row in rows[top + 2 :]:
        if row[left : left + 2] in ([], [None, None]):
            break
        body.append(row[left : left + width])
    return pd.DataFrame(body, columns=heads[:width])
