"""Sheets of which all is known once their table is read: they need not be read again, or not even be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.file.attached.attachments import nothing_attached
from leads_excel.excel.file.sheet.sheet_writer import SheetWriter
from leads_excel.excel.file.sheet.texts_in_use import TextsInUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.excel.cells.moves import Moves
    from leads_excel.excel.file.sheet.sheet_data import Surroundings
    from leads_excel.excel.file.sheet.table_block import TableBlock


def remembered(blocks: Sequence[TableBlock]) -> Surroundings | None:
    """Give what was kept of a sheet while its table was read.

    Args:
        blocks: What the tables of the sheet are to hold.

    Returns:
        The sheet but for the cells of its table; None where the rows have to be read again.
    """
    rows = blocks[0].rows if len(blocks) == 1 else None
    return rows.around if rows and rows.around.complete and not rows.formulas.torn else None


def stays(blocks: Sequence[TableBlock], moves: Moves) -> bool:
    """Say whether a sheet would be written as it stands: its part is then copied, which takes no time.

    Args:
        blocks: What its tables are to hold.
        moves: All tables of the workbook whose rows move.

    Returns:
        True where no cell would look or read differently, and no formula name other cells.
    """
    if len(blocks) != 1 or not blocks[0].stays:
        return False
    around = blocks[0].rows.around
    writer = SheetWriter(around, around.outside(), blocks, moves, set(), attached=nothing_attached, shown=TextsInUse())
    return writer.stays
