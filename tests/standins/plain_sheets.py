"""Sheets and tables as XML, with nothing in them but values: texts in their cells, no formats but one for dates."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from hostile_sheets import FIRST_ROW, TODAY, TOP
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostile_sheets import Layout
    from sample_tables import Value

_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def rows_xml(rows: Sequence[Sequence[Value]], date_style: int) -> str:
    """Write rows from the first one on.

    Args:
        rows: Their values.
        date_style: The cell format of dates.
    """
    return "".join(_row(number, values, date_style) for number, values in enumerate(rows, 1))


def table_rows_xml(layout: Layout, date_style: int) -> str:
    """Write the rows of a table's sheet: today's date, the headers, the data, formulas where they are calculated."""
    head = rows_xml([["Today", TODAY], *[[]] * (TOP - 1), layout.columns], date_style)
    rows = layout.rows or [[None] * len(layout.columns)]
    return head + "".join(
        _row(number, values, date_style, [layout.calculated(column, number) for column in layout.columns])
        for number, values in enumerate(rows, FIRST_ROW)
    )


def _row(number: int, values: Sequence[Value], date_style: int, formulas: Sequence[str] = ()) -> str:
    cells = [
        _cell(f"{get_column_letter(column)}{number}", value, date_style, formulas[column - 1] if formulas else "")
        for column, value in enumerate(values, 1)
        if value is not None
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(ref: str, value: Value, date_style: int, formula: str) -> str:
    calculated = f"<f>{escape(formula)}</f>" if formula else ""
    if isinstance(value, bool):
        return f'<c r="{ref}" t="b">{calculated}<v>{value:d}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{ref}" s="{date_style}">{calculated}<v>{to_excel(value)}</v></c>'
    if isinstance(value, int):
        return f'<c r="{ref}">{calculated}<v>{value}</v></c>'
    text = escape(_LOOKS_ESCAPED.sub("_x005F_", str(value)))
    if calculated:
        return f'<c r="{ref}" t="str">{calculated}<v>{text}</v></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def table_xml(layout: Layout, number: int, namespace: str) -> str:
    """Write a table part.

    Args:
        layout: Where it stands.
        number: Its id.
        namespace: The main namespace, transitional or strict.
    """
    ref = f"A{TOP + 1}:{get_column_letter(len(layout.columns))}{layout.last + 1}"
    columns = "".join(_column(layout, position, name) for position, name in enumerate(layout.columns, 1))
    body = f'<autoFilter ref="{ref}"/><tableColumns count="{len(layout.columns)}">{columns}</tableColumns>'
    named = f'id="{number}" name="{layout.name}" displayName="{layout.name}"'
    return f'<table xmlns="{namespace}" {named} ref="{ref}" totalsRowShown="0">{body}</table>'


def _column(layout: Layout, position: int, name: str) -> str:
    column = f'tableColumn id="{position}" name={quoteattr(name, {chr(10): "_x000a_"})}'
    formula = escape(layout.calculated(name, FIRST_ROW))
    if not formula:
        return f"<{column}/>"
    return f"<{column}><calculatedColumnFormula>{formula}</calculatedColumnFormula></tableColumn>"
