"""Rows of Home that an older template lacks: a label, and a named cell beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import column_letters
from leads_excel.excel.cells.sheet_names import quoted
from leads_excel.excel.cells.xml import SharedIndex, rich_text
from leads_excel.excel.file.sheet.formulas import read_cells
from leads_excel.excel.file.sheet.sheet_data import SheetStream
from leads_excel.excel.upgrading.sheet_cells import empty_cell, is_empty, style_at, text_cell, with_cell

if TYPE_CHECKING:
    from leads_excel.excel.file.package.workbook import Place
    from leads_excel.excel.upgrading.opened_book import Upgrade

_PREFIXES = ("in_", "out_")
_FURTHER = 8
"""How many rows below a block are looked at for room."""


def add_rows(upgrade: Upgrade) -> None:
    """Add what Home asks and tells by now, below the cells of the same kind."""
    ours, theirs = upgrade.template.workbook, upgrade.book.workbook
    for name, formula in ours.defined_names().items():
        place = ours.cell_named(formula)
        if place and name.startswith(_PREFIXES) and name not in theirs.defined_names():
            _add(upgrade, name, place)


def _add(upgrade: Upgrade, name: str, model: Place) -> None:
    block = _block(upgrade, name, model)
    label = _label(upgrade, model)
    if not block:
        upgrade.left.append(f"no place for {label!r} ({name}): its sheet has no cells of that kind")
        return
    sheet, column, last = block[0].sheet, block[0].column, max(place.row for place in block)
    content = upgrade.book.package.read(sheet.part)
    rows = range(last + 1, last + 1 + _FURTHER)
    row = next((row for row in rows if is_empty(content, row, row, column - 1, column)), None)
    if row is None:
        upgrade.left.append(
            f"no place for {label!r} ({name}): the cells below {sheet.name}!{block[0].address} are in use"
        )
        return
    template = upgrade.template.package.read(model.sheet.part)
    styles = [upgrade.styles.cell(style_at(template, model.row, model.column - at)) for at in (1, 0)]
    content = with_cell(content, row, column - 1, text_cell(label, styles[0]))
    upgrade.book.package.replace(sheet.part, with_cell(content, row, column, empty_cell(styles[1])))
    upgrade.add_name(name, f"{quoted(sheet.name)}!${column_letters(column)}${row}")
    upgrade.done.append(f"{label!r} on {sheet.name}")


def _block(upgrade: Upgrade, name: str, model: Place) -> list[Place]:
    """List the cells of the workbook that stand in the same column of the template as the one that is missing."""
    ours, theirs = upgrade.template.workbook, upgrade.book.workbook
    alike = [
        other
        for other, formula in ours.defined_names().items()
        if other.startswith(name.partition("_")[0] + "_")
        and (place := ours.cell_named(formula))
        and (place.sheet, place.column) == (model.sheet, model.column)
    ]
    names = theirs.defined_names()
    places = [theirs.cell_named(names[other]) for other in alike if other in names]
    found = [place for place in places if place and place.column > 1]
    return [place for place in found if (place.sheet, place.column) == (found[0].sheet, found[0].column)]


def _label(upgrade: Upgrade, model: Place) -> str:
    stream = SheetStream(upgrade.template.package.chunks(model.sheet.part), model.sheet.name)
    place = (model.row, model.column - 1)
    value = read_cells(stream, {place}).get(place, ("", None))[0]
    return rich_text(upgrade.template.shared[value]) if isinstance(value, SharedIndex) else str(value)
