"""Rules for formulas, in cells and everywhere else that files hold them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from openpyxl.utils import FORMULAE

from package_rules.book import Area, Formula, as_in_formulas
from package_rules.function_names import PREFIXED
from package_rules.package import MAIN
from package_rules.syntax import structured_references, syntax_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_rules.book import Book, Sheet, Table

_IN_SHEETS = {
    f"{MAIN}formula",
    f"{MAIN}formula1",
    f"{MAIN}formula2",
    "{http://schemas.microsoft.com/office/excel/2006/main}f",
}
_IN_COLUMNS = {f"{MAIN}calculatedColumnFormula", f"{MAIN}totalsRowFormula"}
_IN_CHARTS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}f"
_CHARTS = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_PREFIXES = ("_XLFN.", "_XLL.", "_XLUDF.", "_XLPM.")


def formulas(book: Book) -> Iterator[Formula]:
    """Collect every formula of a workbook: in cells, rules of sheets, columns of tables, names and charts."""
    for sheet in book.sheets:
        yield from _in_cells(sheet)
        yield from _in_sheet(sheet)
    for table in book.tables:
        yield from _in_table(table)
    for element in book.source.elements("definedName"):
        yield Formula(book.part, f"name {element.get('name')}", element.text or "", book)
    yield from _in_charts(book)


def _in_cells(sheet: Sheet) -> Iterator[Formula]:
    areas = [(table.area, table) for table in sheet.tables if table.area]
    for ref, _, text in sheet.cell_formulas:
        if text:
            cell = Area.parse(ref)
            table = next((table for area, table in areas if cell and area.meets(cell)), None)
            yield Formula(sheet.part, f"cell {ref}", text, sheet.book, table)


def _in_sheet(sheet: Sheet) -> Iterator[Formula]:
    root = sheet.source.root
    for element in root.iter() if root is not None else ():
        if element.tag in _IN_SHEETS:
            yield Formula(sheet.part, element.tag.rpartition("}")[2], element.text or "", sheet.book)


def _in_table(table: Table) -> Iterator[Formula]:
    for column in table.source.elements("tableColumn"):
        for element in column:
            if element.tag in _IN_COLUMNS:
                place = f"column {column.get('name')}"
                yield Formula(table.part, place, element.text or "", table.sheet.book, table)


def _in_charts(book: Book) -> Iterator[Formula]:
    for part in book.package.parts.values():
        if part.type == _CHARTS and part.root is not None:
            for element in part.root.iter(_IN_CHARTS):
                yield Formula(part.part, "series", element.text or "", book)


def formula_without_equals_sign(formula: Formula) -> Iterator[str]:
    """A formula in a file has no leading `=` (§18.17.2.1; observed: Excel repairs)."""
    if formula.text.startswith("="):
        yield f"{formula.place}: {formula.text!r} begins with ="


def formula_syntax(formula: Formula) -> Iterator[str]:
    """A formula follows the grammar (§18.17.2; observed: Excel repairs, or takes the formula away)."""
    fault = syntax_fault(formula.tokens)
    if fault:
        yield f"{formula.place}: {fault} in {formula.text!r}"


def formula_without_shorthand(formula: Formula) -> Iterator[str]:
    """This row is written `tbl[[#This Row],[x]]`, not `[@x]` ([MS-XLSX] 2.2.2; observed: Excel repairs)."""
    for reference in structured_references(formula.tokens):
        if reference.is_shorthand:
            yield f"{formula.place}: shorthand @ in {formula.text!r}"


def formula_tables_exist(formula: Formula) -> Iterator[str]:
    """A structured reference names a table and columns that exist (§18.17.6.7; observed: Excel repairs)."""
    if "[" not in formula.text:
        return
    for reference in structured_references(formula.tokens):
        table = formula.book.table(reference.table) if reference.table else formula.table
        if table is None:
            yield f"{formula.place}: no table {reference.table!r} in {formula.text!r}"
            continue
        for column in reference.columns:
            if as_in_formulas(column) not in table.known_columns:
                yield f"{formula.place}: no column {column!r} in table {table.name}"


def formula_functions_prefixed(formula: Formula) -> Iterator[str]:
    """Functions younger than the format have their prefix ([MS-XLSX] 2.2.2; observed: Excel shows #NAME?)."""
    for name in _functions(formula):
        if name in PREFIXED:
            yield f"{formula.place}: {name} is written {PREFIXED[name]}"


def formula_functions_known(formula: Formula) -> Iterator[str]:
    """A function has its English name, unless the workbook has macros or names of its own (§18.17.7).

    Excel shows #NAME? for others.
    """
    if formula.book.has_macros:
        return
    for name in _functions(formula) - FORMULAE - PREFIXED.keys() - formula.book.names:
        if not name.startswith(_PREFIXES):
            yield f"{formula.place}: no function {name}"


def _functions(formula: Formula) -> set[str]:
    """The functions of a formula in upper case, those of other workbooks left out."""
    if "(" not in formula.text:
        return set()
    pairs = zip(chain([None], formula.tokens), formula.tokens, strict=False)
    return {
        token.text[:-1].upper()
        for before, token in pairs
        if token.kind == "function" and not (before and before.kind == "sheet")
    }


def shared_formulas_have_masters(sheet: Sheet) -> Iterator[str]:
    """A cell that shares a formula has a master, a cell with the text and range (§18.3.1.40; observed: repaired)."""
    shared = [formula for formula in sheet.cell_formulas if formula.attributes.get("t") == "shared"]
    masters = {formula.attributes.get("si") for formula in shared if formula.text and "ref" in formula.attributes}
    for formula in shared:
        if formula.attributes.get("si") not in masters:
            yield f"cell {formula.ref} shares formula {formula.attributes.get('si')}, which nobody has"


def array_formulas_have_ranges(sheet: Sheet) -> Iterator[str]:
    """An array formula names its range, its own cell first (§18.3.1.40; observed: Excel repairs)."""
    for formula in sheet.cell_formulas:
        if formula.attributes.get("t") == "array":
            area, cell = Area.parse(formula.attributes.get("ref") or ""), Area.parse(formula.ref)
            if not (area and cell and area[:2] == cell[:2]):
                yield f"cell {formula.ref} has an array formula for {formula.attributes.get('ref')!r}"
