"""Rules for rows and cells. They see one row at a time, so that large sheets are read as a stream."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_rules.book import LAST_COLUMN, LAST_ROW, plain_text, unescape
from package_rules.package import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_rules.book import Cell, Row

LONGEST_TEXT = 32_767

_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\s*")
_DAY = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?(?:T?[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?")
_KINDS = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})
_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
    | {"#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!"}
)


def rows_ascend(row: Row) -> Iterator[str]:
    """Row numbers ascend, each once (§18.3.1.73; observed: Excel repairs)."""
    if row.number <= row.previous:
        yield f"row {row.number} comes after row {row.previous}"


def rows_on_sheet(row: Row) -> Iterator[str]:
    """Row numbers are 1 to 1,048,576 (Excel's limit; observed: Excel refuses)."""
    if not 1 <= row.number <= LAST_ROW:
        yield f"row {row.number} is outside a sheet"


def columns_on_sheet(row: Row) -> Iterator[str]:
    """Cells stand in the columns A to XFD (Excel's limit; observed: Excel refuses)."""
    for cell in row.cells:
        if not 1 <= cell.column <= LAST_COLUMN:
            yield f"cell {cell.ref} in row {row.number} is outside a sheet"


def cells_in_their_row(row: Row) -> Iterator[str]:
    """A cell's reference names the row it stands in (§18.3.1.4; observed: Excel repairs)."""
    number = str(row.number)
    for cell in row.cells:
        if cell.ref and cell.ref.lstrip(_LETTERS) != number:
            yield f"cell {cell.ref} stands in row {number}"


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def cells_ascend(row: Row) -> Iterator[str]:
    """The cells of a row come from left to right (§18.3.1.4; observed: Excel repairs)."""
    columns = [cell.column for cell in row.cells]
    for before, after, cell in zip(columns, columns[1:], row.cells[1:], strict=False):
        if after < before:
            yield f"cell {cell.ref} comes after one to its right"


def cells_unique(row: Row) -> Iterator[str]:
    """A cell comes once (§18.3.1.4; observed: Excel repairs)."""
    if len({cell.column for cell in row.cells}) < len(row.cells):
        columns = [cell.column for cell in row.cells]
        for cell in {cell.ref for cell in row.cells if columns.count(cell.column) > 1}:
            yield f"cell {cell} comes more than once"


def cell_kinds_known(row: Row) -> Iterator[str]:
    """The type of a cell is one of seven (§18.18.11)."""
    for kind in row.by_kind.keys() - _KINDS:
        yield f"cell {row.by_kind[kind][0].ref} has the type {kind!r}"


def styles_in_range(row: Row) -> Iterator[str]:
    """`s` of cells and rows is an index of the cell formats (§18.3.1.4, §18.8.10)."""
    count = row.sheet.book.style_count
    styles = {cell.style: cell.ref for cell in row.cells if cell.style is not None}
    if (own := row.element.get("s")) is not None:
        styles.setdefault(own, f"row {row.number}")
    for style, place in styles.items():
        if not is_index(style, count):
            yield f"{place} has style {style} of {count}"


def shared_strings_in_range(row: Row) -> Iterator[str]:
    """The value of a `t="s"` cell is an index of the shared strings (§18.18.11)."""
    count = len(row.sheet.book.texts)
    for cell in row.by_kind.get("s", ()):
        if not is_index(cell.value or "", count):
            yield f"cell {cell.ref} has text {cell.value} of {count}"


def is_index(text: str, count: int) -> bool:
    """Tell whether a text is an index into so many things."""
    return text.isascii() and text.strip().isdigit() and int(text) < count


def booleans_are_0_or_1(row: Row) -> Iterator[str]:
    """The value of a `t="b"` cell is 0 or 1 (§18.18.11; observed: Excel repairs)."""
    for cell in row.by_kind.get("b", ()):
        if cell.value not in {"0", "1", None} and not _awaits_calculation(cell):
            yield f"cell {cell.ref} has the boolean {cell.value!r}"


def numbers_are_finite(row: Row) -> Iterator[str]:
    """The value of a number cell is a finite decimal number (§18.18.11; observed: Excel repairs)."""
    for cell in row.by_kind.get("n", ()):
        if cell.value is not None and not _is_number(cell.value) and not _awaits_calculation(cell):
            yield f"cell {cell.ref} has the number {cell.value!r}"


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and abs(float(text)) != float("inf")


def _awaits_calculation(cell: Cell) -> bool:
    """Whether the value is left empty beside a formula, as openpyxl leaves it: Excel calculates it."""
    return cell.value == "" and cell.element.find(f"{MAIN}f") is not None


def errors_known(row: Row) -> Iterator[str]:
    """The value of a `t="e"` cell is an error of Excel's (§18.18.11; observed: Excel repairs)."""
    for cell in row.by_kind.get("e", ()):
        if cell.value is not None and cell.value not in _ERRORS:
            yield f"cell {cell.ref} has the error {cell.value!r}"


def days_are_iso(row: Row) -> Iterator[str]:
    """The value of a `t="d"` cell is an ISO 8601 date (§18.18.11)."""
    for cell in row.by_kind.get("d", ()):
        if cell.value is not None and not _DAY.fullmatch(cell.value):
            yield f"cell {cell.ref} has the date {cell.value!r}"


def texts_fit(row: Row) -> Iterator[str]:
    """A text has at most 32,767 UTF-16 units (Excel's limit; observed: Excel repairs); not the shared ones."""
    for cell in [*row.by_kind.get("inlineStr", ()), *row.by_kind.get("str", ())]:
        text = cell.value or "".join(plain_text(item) for item in cell.element.iter(f"{MAIN}is"))
        if is_too_long(text):
            yield f"cell {cell.ref} has a text of more than {LONGEST_TEXT} units"


def is_too_long(text: str) -> bool:
    """Tell whether a cell cannot hold a text, escapes not yet resolved."""
    if 2 * len(text) <= LONGEST_TEXT:
        return False
    return len(unescape(text).encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_TEXT
