"""Notes of rows that left a table, kept in the Log until the row comes back. Pure.

What a user typed beside a lead must not vanish because the range moved on. It is written to the Log, in the column
`result`, as a line a person can read and `read` can take apart again: `Notes kept for leads: [{"key": [1022508],
"notes": {"owner": "Sami"}}]`. When that lead is back in the table, so are its notes, and the line goes.
A formula is kept with the row it was written for, and comes back for the row it comes to. Comments and links on the
row's cells, and whether the user had hidden it, are kept in the same line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from leads_excel.excel.book.protocol import Attached, TypedFormula
from leads_excel.excel.cells import values as cells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from leads_excel.excel.book.protocol import Key
    from leads_excel.excel.cells.values import Cell

_T = TypeVar("_T")
_LINE = re.compile(r"Notes kept for (\w+): (\[.*\])", re.DOTALL)
_LONGEST = cells.MAX_TEXT - 100


@dataclass(frozen=True, slots=True)
class Note:
    """What a user typed beside one row.

    Args:
        key: The row's key.
        typed: The values that stood in the user's own columns, by heading.
        formulas: The formulas that stood there, by heading.
        attached: The comments and links on its cells, and whether the user had hidden it.
    """

    key: Key
    typed: Mapping[str, Cell]
    formulas: Mapping[str, TypedFormula] = field(default_factory=dict)
    attached: Attached = field(default_factory=Attached)

    def __str__(self) -> str:
        entry: dict[str, object] = {"key": self.key}
        entry["notes"] = {header: cells.plain(value) for header, value in self.typed.items()}
        if self.formulas:
            entry["formulas"] = {header: [formula.text, formula.row] for header, formula in self.formulas.items()}
        told = {"comments": self.attached.comments, "links": self.attached.links, "hidden": self.attached.hidden}
        entry.update({name: value for name, value in told.items() if value})
        return json.dumps(entry, ensure_ascii=False)

    def __bool__(self) -> bool:
        return bool(self.typed or self.formulas or self.attached or self.attached.hidden)

    @property
    def headings(self) -> set[str]:
        """The headings that something was typed below."""
        return {*self.typed, *self.formulas}

    @property
    def movable(self) -> bool:
        """Whether its formulas mean the same in another row."""
        return all(formula.movable for formula in self.formulas.values())

    @property
    def keepable(self) -> bool:
        """Whether it fits a cell of the Log."""
        return cells.fits(" " * (cells.MAX_TEXT - _LONGEST) + str(self))

    def without(self, headers: Collection[str]) -> Note:
        """Leave out what was typed below some headings."""
        typed = {header: value for header, value in self.typed.items() if header not in headers}
        formulas = {header: formula for header, formula in self.formulas.items() if header not in headers}
        return replace(self, typed=typed, formulas=formulas)

    def parted(self, own: Collection[str], headers: Collection[str]) -> tuple[Note, Note]:
        """Part it in two: what a table has a place for, and the rest.

        Args:
            own: The headings of the user's own columns, in which they type.
            headers: All headings: any cell may have a comment or a link.
        """
        sides = ((True, self.attached.hidden and bool(headers)), (False, self.attached.hidden and not headers))
        inside, outside = (
            Note(
                self.key,
                _below(self.typed, own, within),
                _below(self.formulas, own, within),
                Attached(
                    _below(self.attached.comments, headers, within),
                    _below(self.attached.links, headers, within),
                    hidden,
                ),
            )
            for within, hidden in sides
        )
        return inside, outside


@dataclass
class Shelf:
    """The notes that a Log keeps while their rows are away.

    Args:
        environments: The Log's column `environment`, row by row.
        results: The Log's column `result`, row by row.
    """

    environments: Sequence[Cell]
    results: Sequence[Cell]
    emptied: set[int] = field(default_factory=set, init=False)
    """Rows of the Log that notes were taken from; what is left of them is on the shelf again."""
    _kept: dict[int, tuple[str, Sequence[Note]]] = field(default_factory=dict, init=False)
    _added: dict[tuple[str, str], list[Note]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._kept = {row: found for row, line in enumerate(self.results) if (found := read(line))}

    def put(self, environment: str, table: str, notes: Iterable[Note]) -> None:
        """Keep notes of rows that leave a table."""
        self._added.setdefault((environment, table), []).extend(notes)

    def take(
        self, environment: str, table: str, keys: Iterable[Key], own: Sequence[str], headers: Sequence[str] = ()
    ) -> dict[Key, Note]:
        """Give back the notes of rows that are new in a table.

        Args:
            environment: Where the rows come from.
            table: The table they enter.
            keys: Their keys.
            own: The headings of the user's own columns; notes for columns that are no longer there stay on the shelf.
            headers: All headings; the same holds for comments and links.

        Returns:
            The notes by key.
        """
        kept = {
            row: notes
            for row, (name, notes) in self._kept.items()
            if name == table and str(self.environments[row] or "").casefold() == environment.casefold()
        }
        wanted, given = set(keys) if kept else set(), {}
        places, none = (set(own), {*own, *headers}), (set[str](), set[str]())
        for row, notes in kept.items():
            parted = [note.parted(*(places if note.key in wanted else none)) for note in notes]
            if not any(back for back, _ in parted):
                continue
            self.emptied.add(row)
            for back, rest in parted:
                given.update({back.key: back} if back else {})
                self.put(environment, table, [rest] if rest else [])
        return given

    def lines(self) -> list[tuple[str, str]]:
        """Write what is new on the shelf: (environment, line for the Log)."""
        return [(place[0], line) for place, notes in self._added.items() for line in lines(place[1], notes)]


def lines(table: str, notes: Iterable[Note]) -> list[str]:
    """Write notes as lines for the Log, as many to a line as a cell holds.

    Args:
        table: The table the rows left.
        notes: What stood beside them, each of them keepable.

    Returns:
        The lines, none for no notes.
    """
    groups: list[list[str]] = []
    for text in map(str, notes):
        if not groups or not cells.fits(" " * (cells.MAX_TEXT - _LONGEST) + ", ".join([*groups[-1], text])):
            groups.append([])
        groups[-1].append(text)
    return [f"Notes kept for {table}: [{', '.join(group)}]" for group in groups]


def read(line: object) -> tuple[str, Sequence[Note]] | None:
    """Read a line of the Log.

    Args:
        line: What stands in its `result` column.

    Returns:
        The table and its notes, or None where the line is about something else.
    """
    found = _LINE.fullmatch(line) if isinstance(line, str) else None
    if not found:
        return None
    try:
        entries: list[dict[str, Any]] = json.loads(found[2])
        return found[1], [_note(entry) for entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError):  # edited by hand: leave it as it is
        return None


def _note(entry: dict[str, Any]) -> Note:
    formulas = {
        str(header): TypedFormula(str(text), int(row)) for header, (text, row) in entry.get("formulas", {}).items()
    }
    comments, links = (dict[str, str](entry.get(name, {})) for name in ("comments", "links"))
    attached = Attached(comments, links, entry.get("hidden") is True)
    return Note(tuple(entry["key"]), dict(entry["notes"]), formulas, attached)


def _below(found: Mapping[str, _T], headers: Collection[str], within: bool) -> dict[str, _T]:
    return {header: value for header, value in found.items() if (header in headers) is within}
