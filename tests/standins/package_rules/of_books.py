"""Rules for the workbook part: sheets, names, texts, the calculation chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_rules.of_packages import repeated
from package_rules.of_rows import LONGEST_TEXT, is_too_long
from package_rules.of_tables import is_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from package_rules.book import Book

_FORBIDDEN_IN_SHEETS = frozenset("[]:*?/\\")
_LONGEST_SHEET = 31


def sheet_names_valid(book: Book) -> Iterator[str]:
    r"""Sheet names have 1 to 31 characters, none of `[]:*?/\` (§18.2.19; observed: Excel repairs)."""
    for element in book.source.elements("sheet"):
        name = element.get("name") or ""
        if not 1 <= len(name) <= _LONGEST_SHEET or _FORBIDDEN_IN_SHEETS & set(name):
            yield f"{name!r} cannot be the name of a sheet"


def sheets_unique(book: Book) -> Iterator[str]:
    """Sheets differ in name, ignoring case, and in id (§18.2.19; observed: Excel refuses)."""
    entries = list(book.source.elements("sheet"))
    for name in repeated((entry.get("name") or "").lower() for entry in entries):
        yield f"more than one sheet is called {name!r}"
    for number in repeated(entry.get("sheetId") or "" for entry in entries):
        yield f"more than one sheet has the id {number}"


def defined_names_valid(book: Book) -> Iterator[str]:
    """A defined name is a name: no blanks, not a cell (§18.2.5; observed: Excel repairs)."""
    for element in book.source.elements("definedName"):
        if not is_name(element.get("name") or ""):
            yield f"{element.get('name')!r} cannot be a name"


def defined_names_unique(book: Book) -> Iterator[str]:
    """A defined name comes once for the workbook and once for a sheet, ignoring case (§18.2.5; observed: repaired)."""
    for key in repeated(_scoped(element) for element in book.source.elements("definedName")):
        yield f"{key} is defined more than once"


def _scoped(element: Element) -> str:
    return f"{(element.get('name') or '').lower()} of sheet {element.get('localSheetId') or 'any'}"


def defined_names_have_sheets(book: Book) -> Iterator[str]:
    """The sheet of a local name exists (§18.2.5, localSheetId; observed: Excel repairs)."""
    count = sum(1 for _ in book.source.elements("sheet"))
    for element in book.source.elements("definedName"):
        index = element.get("localSheetId")
        if index is not None and int(index) >= count:
            yield f"{element.get('name')} belongs to sheet {index} of {count}"


def shared_texts_fit(book: Book) -> Iterator[str]:
    """A shared text has at most 32,767 UTF-16 units (Excel's limit; observed: Excel repairs)."""
    for index, text in enumerate(book.texts):
        if is_too_long(text):
            yield f"shared text {index} has more than {LONGEST_TEXT} units"


def calculation_chain_current(book: Book) -> Iterator[str]:
    """Every cell of the calculation chain has a formula (§18.6.1; observed: Excel repairs)."""
    sheet_ids = {entry.get("name"): entry.get("sheetId") for entry in book.source.elements("sheet")}
    having = {(sheet_ids.get(sheet.name), formula.ref) for sheet in book.sheets for formula in sheet.cell_formulas}
    sheet_id: str | None = "0"
    for part in book.package.related(book.part, "calcChain"):
        for element in part.elements("c"):
            sheet_id = element.get("i") or sheet_id
            if (sheet_id, element.get("r")) not in having:
                yield f"cell {element.get('r')} of sheet {sheet_id} has no formula"


def cell_metadata_in_range(book: Book) -> Iterator[str]:
    """`cm` of a cell is an index, from 1, of the cell metadata (§18.3.1.4, §18.9.3)."""
    count = 0
    for part in book.package.related(book.part, "sheetMetadata"):
        count = sum(len(list(element)) for element in part.elements("cellMetadata"))
    for sheet in book.sheets:
        for ref, index in sheet.metadata.items():
            if index > count:
                yield f"cell {ref} of {sheet.name} has metadata {index} of {count}"
