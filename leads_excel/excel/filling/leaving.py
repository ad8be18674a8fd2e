"""What becomes of rows that leave a table: their notes go to the Log, or the rows stay. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leads_excel.excel.book.protocol import Attached
from leads_excel.excel.filling.notes import Note
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leads_excel.excel.book.protocol import Standing

_PERSONAL_LINK = re.compile(r"(?i)(?:mailto|tel|sms|callto|sip|whatsapp):")


@dataclass(frozen=True)
class Leaving:
    """What becomes of the rows of one table that leave.

    Args:
        kept: Those that stay, in order.
        notes: What stood beside the others, for the Log.
        remarks: What the user should know, one line each.
    """

    kept: list[int]
    notes: list[Note]
    remarks: list[str]


def leaving(
    name: str,
    standing: Standing,
    gone: Sequence[int],
    *,
    mark: str,
    unsure: set[str],
    personal: Collection[str],
    has_log: bool,
) -> Leaving:
    """Decide for each row that leaves whether it may, and what of it the Log is to keep.

    Args:
        name: The table.
        standing: The table as it stands.
        gone: The rows that leave, in order.
        mark: The heading of the column `change`, which is nobody's note.
        unsure: Headings of columns that may be ours or the user's.
        personal: Headings of columns with personal data, whose links the Log must not keep.
        has_log: Whether the Log has the column for notes.

    Returns:
        The decision.
    """
    beside = {row: _note(standing, row).without({mark}) for row in gone}
    noted = {row: _without_links(note, personal) for row, note in beside.items()}
    cut = sum(noted[row] is not note for row, note in beside.items())
    noted = {row: note for row, note in noted.items() if note}
    stays: dict[str, set[int]] = {
        "until it is clear whose column that is": {r for r, note in noted.items() if unsure & note.headings},
        "for formulas that name several cells": {row for row, note in noted.items() if not note.movable},
        "for pictures or controls on them": {row for row in gone if row in standing.drawn},
        "for notes too long for the Log": {row for row, note in noted.items() if not has_log or not note.keepable},
    }
    kept: set[int] = set()
    remarks = []
    for reason, rows in stays.items():
        if rows := rows - kept:
            remarks.append(f"{name}: {counted(len(rows), 'rows')} outside the range kept {reason}")
            kept |= rows
    parted = [note for row, note in noted.items() if row not in kept]
    if parted:
        remarks.append(f"{name}: notes beside {counted(len(parted), 'rows')} that left the range are kept in the Log")
    if cut:
        remarks.append(f"{name}: links to personal data on {counted(cut, 'rows')} that left the range are gone")
    return Leaving(sorted(kept), parted, remarks)


def _note(standing: Standing, row: int) -> Note:
    typed, formulas = standing.notes.get(row, {}), standing.formulas.get(row, {})
    return Note(standing.keys[row], typed, formulas, standing.attached.get(row, Attached()))


def _without_links(note: Note, personal: Collection[str]) -> Note:
    links = {
        header: target
        for header, target in note.attached.links.items()
        if header not in personal and not _PERSONAL_LINK.match(target)
    }
    return note if links == note.attached.links else replace(note, attached=replace(note.attached, links=links))
