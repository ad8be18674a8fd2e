"""What goes where in a book: our tables by key, the user's columns beside them, the Log, the status on Home.

Knows no library: a `Book` reads and writes. What a user may rely on:

* A column of ours that the user deleted is left out; one that they moved or put formulas beside is found by name,
  one whose heading they typed anew by its place and contents, see `headings`.
* The user's own columns follow their row by its key: `leadExternalId`, in vehicles and errors with `position`, in
  bulks `createdDate` with `createdBy`, in rejections with the reason. Calculated columns are filled down.
* A table that is sorted stays sorted; otherwise rows stand in the order of the frame.
* Vehicles and errors repeat what a pivot groups by of their lead, see `lead_fields`.
* A book without rejections does without, see `rejections`; every other table has to be there.
* A column `change` tells what the refresh brought: new or changed leads, and gone ones where they are kept. The
  user deletes the column to do without.
* A row that is no longer in the range is removed, or kept below the others (`gone="keep"`). What was typed beside
  a removed row goes to the Log and comes back with the row, see `notes`. Rows of another environment are always
  removed: test leads never stand among real ones.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd

from leads_excel.captions.languages import caption, range_in, told
from leads_excel.excel.book.matching import Match, filled_rows, match, sorted_rows
from leads_excel.excel.book.protocol import Fill
from leads_excel.excel.cells import values as cells
from leads_excel.excel.filling import rejections
from leads_excel.excel.filling.headings import PERSONAL, HeadingSearch
from leads_excel.excel.filling.lead_fields import CHILDREN, beside_rows, fields_of
from leads_excel.excel.filling.leaving import leaving
from leads_excel.excel.filling.marks import CHANGE, Marks
from leads_excel.excel.filling.notes import Shelf
from leads_excel.excel.filling.worked_out import (
    CONTACTABLE,
    DUPLICATE,
    VERDICT,
    holds_flags,
    holds_verdicts,
    look_back,
    until,
    with_columns,
)
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError
from leads_excel.log.users import user_name
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from leads_excel.captions.languages import Language
    from leads_excel.excel.book.protocol import Book, Key, Standing
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.filling.headings import Retyped
    from leads_excel.excel.filling.notes import Note
    from leads_excel.tables.lead_tables import LeadTables

Gone = Literal["remove", "keep"]
"""What happens to rows that are no longer in the range."""

KEYS: dict[str, tuple[str, ...]] = {
    "leads": ("leadExternalId",),
    "vehicles": ("leadExternalId", "position"),
    "errors": ("leadExternalId", "position"),
    "bulks": ("createdDate", "createdBy"),
    rejections.TABLE: rejections.KEY,
}
"""Our tables, and the columns that identify a row in each."""

_FETCHED = ("leads", "vehicles", "errors", "bulks")
"""The tables that a refresh counts."""

LOG = "refresh_log"
LOG_COLUMNS = (
    "when", "who", "environment", "range", "leads", "vehicles", "errors", "new", "changed", "seconds", "result"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One refresh, as the Log and Home tell of it.

    Args:
        when: When it was made, in business time, without a zone.
        environment: Where the leads come from: `demo`, `test` or `prod`.
        range: The days and filters, in words.
        who: Who made it.
        started: `time.perf_counter()` when it began.
    """

    when: datetime
    environment: str
    range: str
    who: str = field(default_factory=user_name)
    started: float = field(default_factory=time.perf_counter)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a refresh did to a book.

    Args:
        leads: Rows of the leads table.
        vehicles: Rows of the vehicles table.
        errors: Rows of the errors table.
        bulks: Rows of the bulks table.
        new: Leads that did not stand there before.
        changed: Leads that stood there with other values.
        gone: Leads that stood there and are no longer in the range.
        seconds: From the start of the refresh to the end of writing.
        remarks: What the user should know, one line each.
    """

    leads: int
    vehicles: int
    errors: int
    bulks: int
    new: int
    changed: int
    gone: int
    seconds: float
    remarks: tuple[str, ...]


def check(book: Book) -> None:
    """Make sure that a book can be refreshed, before anything is fetched for it.

    Args:
        book: The book.

    Raises:
        WorkbookLayoutError: A table of ours or its key column is missing: which.
    """
    book.headers(LOG)
    for table in _tables(book):
        present = _present(book.headers(table), KEYS[table])
        for name in KEYS[table]:
            if name not in present:
                raise WorkbookLayoutError(
                    f"The table {table} has no column {name}, by which rows are found: give the column that name again."
                )


def fill(book: Book, tables: LeadTables, run: Run, *, gone: Gone = "remove") -> Summary:
    """Put fetched tables into a book, with a row in the Log and the status on Home.

    Args:
        book: The book; nothing in it changes before everything is known to fit.
        tables: What was fetched, complete.
        run: Who refreshed what, and when.
        gone: What happens to rows that are no longer in the range.

    Returns:
        What was done.

    Raises:
        WorkbookLayoutError: A table of ours or its key column is missing, or something is in the way: which.
        WorkbookError: More rows than the sheet holds.
    """
    check(book)
    merge = _Merge(book, run, gone)
    frames = {name: getattr(tables, name) for name in _FETCHED}
    worked_out = _worked_out(book)
    if DUPLICATE in worked_out and (missing := look_back(tables)):
        merge.remarks.append(missing)
    frames["leads"] = with_columns(tables, worked_out)
    merge.lead_fields = {child: fields_of(book, child) for child in CHILDREN}
    frames |= {child: beside_rows(tables, child, merge.lead_fields[child]) for child in CHILDREN}
    if rejections.is_in(book):
        frames[rejections.TABLE], remark = rejections.listed(tables)
        merge.remarks += [remark] if remark else []
    merges = {name: merge.table(name, frame) for name, frame in frames.items()}
    for filled, _ in merges.values():
        merge.remarks += book.write(filled)
    leads = merges["leads"][1]
    counts = {name: len(merges[name][0].frame) for name in _FETCHED}
    seconds = round(time.perf_counter() - run.started, 1)
    remarks = (*tables.warnings, *merge.remarks)
    result = "; ".join([caption("complete", book.language), *remarks])
    merge.log({**counts, "new": leads.new, "changed": len(leads.changed), "seconds": seconds, "result": result})
    book.write_named({**_status(run, counts, remarks, book.language), "out_until": until(tables)})
    return Summary(
        **counts, new=leads.new, changed=len(leads.changed), gone=len(leads.gone), seconds=seconds, remarks=remarks
    )


def _tables(book: Book) -> list[str]:
    """List our tables that a book has, or has to have."""
    return [*_FETCHED, *([rejections.TABLE] if rejections.is_in(book) else [])]


def _worked_out(book: Book) -> list[str]:
    """List the columns that a book's leads have for what the Dashboard needs and Excel cannot work out."""
    present = _present(book.headers("leads"), (VERDICT, CONTACTABLE, DUPLICATE))
    checks = {VERDICT: holds_verdicts, DUPLICATE: holds_flags}
    return [name for name in present if name not in checks or checks[name](book.column("leads", present[name]))]


def fail(book: Book, reason: str, run: Run) -> None:
    """Tell in a book's Log and on its Home sheet that a refresh failed; the tables stay as they are.

    Args:
        book: The book.
        reason: What happened and what to do, in one line.
        run: Who tried to refresh what, and when.

    Raises:
        WorkbookLayoutError: The Log is missing.
    """
    seconds = round(time.perf_counter() - run.started, 1)
    _Merge(book, run, "keep").log({"seconds": seconds, "result": f"{caption('failed', book.language)}: {reason}"})
    when = f"{run.when:%Y-%m-%d %H:%M}"
    book.write_named({"out_status": told("Failed on {when}: {reason}", book.language, when=when, reason=reason)})


def _status(run: Run, counts: Mapping[str, int], remarks: Sequence[str], language: Language) -> dict[str, Cell]:
    count = counted(len(remarks), "remarks") if language == "en" else len(remarks)
    noted = told("Complete, {count} in the Log", language, count=count)
    return {
        "out_status": noted if remarks else caption("Complete", language),
        "out_refreshed_at": run.when,
        "out_range": range_in(run.range, language),
        "out_environment": run.environment,
        **{f"out_{name}": counts[name] for name in ("leads", "vehicles", "errors")},
    }


def _present(headers: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    known = {header.casefold(): header for header in headers}
    return {name: known[name.casefold()] for name in names if name.casefold() in known}


class _Merge:
    """Works out what each table of one book is to hold after one refresh."""

    def __init__(self, book: Book, run: Run, gone: Gone) -> None:
        self.book, self.run, self.gone = book, run, gone
        self.remarks: list[str] = []
        self.unsure: dict[str, set[str]] = {}
        self.personal: dict[str, set[str]] = {}
        self.lead_fields: dict[str, tuple[str, ...]] = {}
        self.headings = _present(book.headers(LOG), LOG_COLUMNS)
        blank: Sequence[Cell] = ()
        columns = [
            book.column(LOG, self.headings[name]) if name in self.headings else blank
            for name in ("environment", "result")
        ]
        self.shelf = Shelf(*columns) if all(columns) else Shelf((), ())
        before = book.named(["out_environment"]).get("out_environment")
        self.before = str(before.value or "") if before else ""
        self.moved = bool(self.before) and self.before.casefold() != run.environment.casefold()

    def table(self, name: str, frame: pd.DataFrame) -> tuple[Fill, Match]:
        """Merge one frame with the table that stands."""
        headers = self.book.headers(name)
        headings = _present(headers, frame.columns)
        standing, found = self._meet(name, frame, headings)
        again = self._look_again(name, headers, headings, frame, standing, found)
        if again.found:
            headings = {column: {**headings, **again.found}.get(column, "") for column in frame.columns}
            headings = {column: header for column, header in headings.items() if header}
            standing, found = self._meet(name, frame, headings)
        self.personal[name] = {header for column, header in headings.items() if column in PERSONAL}
        frame = _named(frame, headings)
        header = _present(headers, (CHANGE,)).get(CHANGE, "") if name == "leads" else ""
        marks = Marks(header, standing, found, another=self.moved)
        self._mark_cuts(name, frame)
        return self._fill(name, frame, standing, found, headers, marks), found

    def _meet(self, name: str, frame: pd.DataFrame, headings: Mapping[str, str]) -> tuple[Standing, Match]:
        """Read a table as it stands, and find the rows of a frame in it."""
        key, frame = [headings[column] for column in KEYS[name]], _named(frame, headings)
        standing = self.book.standing(name, list(frame.columns), key, frame)
        return standing, self._match(standing, frame, key)

    def _look_again(
        self,
        name: str,
        headers: Sequence[str],
        headings: Mapping[str, str],
        frame: pd.DataFrame,
        standing: Standing,
        found: Match,
    ) -> Retyped:
        """Look for columns of ours under headings that were typed anew."""
        fixed = {"leads": (CHANGE, CONTACTABLE, DUPLICATE, VERDICT), rejections.TABLE: rejections.OWN}
        others = fixed.get(name) or self.lead_fields.get(name, ())
        searched = [header for header in headers if header not in _present(headers, others).values()]
        ours = {column: header for column, header in headings.items() if header in searched}
        fetched = frame[[column for column in frame if column not in others]]
        date1904 = self.book.date1904
        again = HeadingSearch(searched, ours, fetched, standing, found.carried, date1904=date1904).result()
        for column, header in {**again.blank, **again.unsure}.items():
            self.remarks.append(
                f"{name}: column {header} is no longer filled: if it is {column}, give it that name again, else move it"
            )
        self.unsure[name] = set(again.unsure.values())
        return again

    def _match(self, standing: Standing, frame: pd.DataFrame, key: Sequence[str]) -> Match:
        found = match(standing, frame, key, date1904=self.book.date1904)
        if not self.moved:
            return found
        return Match(found.keys, [-1] * len(frame), [], filled_rows(standing, frame.shape[1]))

    def _kept(self, name: str, standing: Standing, gone: Sequence[int], mark: str) -> list[int]:
        if self.gone == "keep" and not self.moved:
            return list(gone)
        left = leaving(
            name,
            standing,
            gone,
            mark=mark,
            unsure=self.unsure[name],
            personal=self.personal[name],
            has_log="result" in self.headings,
        )
        self.remarks += left.remarks
        self.shelf.put(self.before or self.run.environment, name, left.notes)
        return left.kept

    def _fill(
        self,
        name: str,
        frame: pd.DataFrame,
        standing: Standing,
        found: Match,
        headers: Sequence[str],
        marks: Marks,
    ) -> Fill:
        kept = self._kept(name, standing, found.gone, marks.header)
        _check_room(name, len(frame) + len(kept), standing)
        as_fetched = range(len(frame))
        order = sorted_rows(marks.beside(frame), found.carried, standing) if standing.sort else as_fetched
        in_order = order is not None and not (standing.sort and kept)
        if not in_order:
            self.remarks.append(f"{name}: it is no longer sorted, only Excel can sort it this way: sort it again")
        order = as_fetched if order is None else order
        own = [header for header in headers if header not in frame and header != marks.header]
        keys = (found.keys[row] for row in order if found.carried[row] < 0)
        carried = [*(found.carried[row] for row in order), *kept]
        back = _returned(self.shelf.take(self.run.environment, name, keys, own, headers), order, found)
        return Fill(
            table=name,
            frame=frame if order is as_fetched else frame.take(order),
            rows=[*as_fetched, *[-1] * len(kept)] if kept else as_fetched,
            carried=carried,
            notes=marks.added({place: note.typed for place, note in back.items()}, order, len(kept)),
            sorted=in_order,
            formulas={place: note.formulas for place, note in back.items() if note.formulas},
            attached={place: note.attached for place, note in back.items() if note.attached or note.attached.hidden},
            alike=carried == list(range(len(standing.keys))) and list(standing.same) == list(order),
        )

    def _mark_cuts(self, name: str, frame: pd.DataFrame) -> None:
        for column in frame:
            if count := cells.overlong(frame[column]):
                self.remarks.append(
                    f"{name}: {counted(count, 'texts')} of {column} cut to {cells.MAX_TEXT:,} characters"
                )

    def log(self, values: Mapping[str, Cell]) -> None:
        """Add to the Log: notes of rows that left, then this refresh."""
        days = range_in(self.run.range, self.book.language)
        common: dict[str, Cell] = {"when": self.run.when, "who": self.run.who}
        rows = [{**common, "environment": place, "result": line} for place, line in self.shelf.lines()]
        rows.append({**common, "environment": self.run.environment, "range": days, **values})
        names = list(self.headings)
        frame = pd.DataFrame(rows, columns=names, dtype=object).set_axis(list(self.headings.values()), axis="columns")
        standing = self.book.standing(LOG, list(frame.columns), list(frame.columns[:1]))
        old = [row for row in filled_rows(standing, len(names)) if row not in self.shelf.emptied]
        _check_room(LOG, len(old) + len(rows), standing)
        fresh = range(len(rows))
        self.book.write(Fill(LOG, frame, [*[-1] * len(old), *fresh], [*old, *[-1] * len(rows)]))


def _named(frame: pd.DataFrame, headings: Mapping[str, str]) -> pd.DataFrame:
    """Take the columns of a frame that a table has, and name them as the table does."""
    return frame[list(headings)].set_axis(list(headings.values()), axis="columns")


def _returned(back: dict[Key, Note], order: Sequence[int], found: Match) -> dict[int, Note]:
    notes: dict[int, Note] = {}
    for place, row in enumerate(order if back else ()):
        if found.carried[row] < 0 and (note := back.pop(found.keys[row], None)):
            notes[place] = note
    return notes


def _check_room(name: str, rows: int, standing: Standing) -> None:
    if rows > standing.room:
        raise WorkbookError(
            f"The table {name} would hold {rows:,} rows, but {standing.room:,} fit below its header: "
            "choose a shorter range or a filter."
        )
