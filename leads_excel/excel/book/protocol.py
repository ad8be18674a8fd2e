"""What a book is to the rest of the package: five verbs on tables and named cells.

`file.FileBook` (a workbook on disk) and `live.LiveBook` (a workbook open in Excel) both are one; `sheets` knows
nothing else about them. Verbs take whole tables, never single cells: each is one block of work for Excel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from leads_excel.captions.languages import Language
    from leads_excel.excel.cells.values import Cell

Key: TypeAlias = "tuple[bool | float | str | None, ...]"
"""What identifies a row: its key cells, each `cells.plain`."""


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A cell that has a name in the book.

    Args:
        address: Where it stands, for people: `Home!C5`.
        value: What it holds; of a formula its stored result.
        formula: The formula it holds, in file form; None where it was typed. An empty text is one that cannot be told.
        current: True when the result is that of this moment, Excel having the book open.
    """

    address: str
    value: Cell
    formula: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column a table is sorted by.

    Args:
        header: The column's heading in the table.
        descending: True for largest first.
    """

    header: str
    descending: bool


@dataclass(frozen=True, slots=True)
class TypedFormula:
    """A formula that a user typed beside one row.

    Args:
        text: The formula, in file form.
        row: The row of the sheet it is written for.
        movable: False where it means something else once the rows around it are others: an array, a range.
    """

    text: str
    row: int
    movable: bool = True


@dataclass(frozen=True, slots=True)
class Attached:
    """What is attached to the cells of one row and can be told in words.

    Args:
        comments: What comments say, notes as well as threads, by heading.
        links: Where links lead, by heading: an address, or a place in the workbook such as `#Home!A1`.
        hidden: Whether the user has hidden the row, a filter not being why.
    """

    comments: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    hidden: bool = False

    def __bool__(self) -> bool:
        return bool(self.comments or self.links)


@dataclass(frozen=True)
class Standing:
    """One table as it stands in a book. Its rows are counted from 0, the first one under the header.

    Args:
        keys: For each row, its key.
        hashes: For each row, `sheets.row_hashes` of the asked columns, in the asked order.
        notes: For rows that hold any: what the user typed into columns of their own (values, not formulas), by
            heading.
        sort: What the table is sorted by, the first key first; empty when it is not sorted.
        room: How many rows fit between its header and the end of the sheet.
        calculated: The headings of the user's own columns that Excel fills with a formula.
        formulas: For rows that hold any: the formulas the user typed into columns of their own, by heading, but for
            those that Excel fills.
        same: For each row, the row of the frame it was read for whose cells it holds already, written alike; -1 where
            that is not known. Its hash then tells only that it is not blank. Empty when no row is known.
        attached: What is attached to the rows, by row, for rows with anything.
        drawn: The rows that a picture or a control belongs to, which can be moved but not told in words.
    """

    keys: Sequence[Key]
    hashes: Sequence[int]
    notes: Mapping[int, Mapping[str, Cell]]
    sort: tuple[SortKey, ...]
    room: int
    calculated: tuple[str, ...] = ()
    formulas: Mapping[int, Mapping[str, TypedFormula]] = field(default_factory=dict)
    same: Sequence[int] = ()
    attached: Mapping[int, Attached] = field(default_factory=dict)
    drawn: Collection[int] = ()


@dataclass(frozen=True)
class Fill:
    """What one table is to hold, row by row.

    Args:
        table: Name of the table.
        frame: New values: the columns of ours that the table has, named by its headings, rows in order.
        rows: For each row to be: its row in `frame`, or -1 where a row that stands is kept as it is. Rows of
            `frame` appear once each and in order.
        carried: For each row to be: the standing row whose cells in the user's own columns come along, or -1.
        notes: Values to put into the user's own columns, by row to be and heading.
        sorted: False when the rows are no longer in the order of the table's sort.
        formulas: Formulas to put into the user's own columns, by row to be and heading.
        attached: What is to be attached to rows that come back, by row to be.
        alike: True when each row of `frame` stands already, as `Standing.same` tells, in the place it is to have.
    """

    table: str
    frame: pd.DataFrame
    rows: Sequence[int]
    carried: Sequence[int]
    notes: Mapping[int, Mapping[str, Cell]] = field(default_factory=dict)
    sorted: bool = True
    formulas: Mapping[int, Mapping[str, TypedFormula]] = field(default_factory=dict)
    attached: Mapping[int, Attached] = field(default_factory=dict)
    alike: bool = False


class Book(Protocol):
    """A workbook that holds our tables and names."""

    @property
    def date1904(self) -> bool:
        """True when the book counts days from 1904."""

    @property
    def language(self) -> Language:
        """The language of the book's captions."""

    def named(self, names: Sequence[str]) -> Mapping[str, NamedCell]:
        """Read cells by name or by address (`Home!C5`); one that the book lacks, or that is no cell, is left out."""

    def headers(self, table: str) -> tuple[str, ...]:
        """Read a table's headings, or raise WorkbookLayoutError when the book has no such table."""

    def standing(
        self, table: str, columns: Sequence[str], key: Sequence[str], frame: pd.DataFrame | None = None
    ) -> Standing:
        """Read how a table stands: `columns` are the headings that are ours, `key` those that identify a row.

        Where `frame` is given, which is to be compared with it, rows that hold its values already may stay unread.
        """

    def column(self, table: str, header: str) -> Sequence[Cell]:
        """Read the values of one column of a table."""

    def write(self, fill: Fill) -> Sequence[str]:
        """Fill a table: the user's own columns follow their rows, calculated columns are filled down.

        Returns what the user should know, one line each: a filter that had to be cleared.
        """

    def write_named(self, values: Mapping[str, Cell]) -> None:
        """Write named cells; a name the book lacks is left out."""
