"""A user and a refresh in any order, against a model: everything the user put beside a lead is beside that lead.

The user works through openpyxl, which knows nothing of us: it writes comments, links and formats its own way.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import hypothesis.strategies as st
import openpyxl
import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lead_frames import refresh, tables
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.filters import AutoFilter, FilterColumn, Filters, SortCondition, SortState
from package_rules import check
from small_book import build

IDS = range(1, 13)
NAMES = ("Leads", "Übersicht 2", "Joe's", "Лиды", "1st quarter")
HEADINGS = ("leadExternalId", "owner", "leadId", "isError", "firstName", "source")
OWN, COMMENTED, LINKED = 2, 5, 6
YELLOW = "00FFFF00"

leads_in = st.lists(st.sampled_from(IDS), unique=True, max_size=9)
one = st.integers(0, 8)
words = st.text("abz <&>\"'ü\n", min_size=1, max_size=6).map(str.strip).filter(bool)


@dataclass(frozen=True)
class Lead:
    """What a user put beside a lead."""

    typed: str | None = None
    formula: int | None = None
    comment: str | None = None
    link: str | None = None
    hidden: bool = False
    height: float | None = None
    colour: bool = False


@dataclass
class Shown:
    """What the sheet shows of a lead."""

    row: int
    lead: Lead


class User(RuleBasedStateMachine):
    """A user at a workbook with a table of leads, and the refresh between two of their sessions."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "book.xlsx"
        self.model: dict[int, Lead] = {}
        self.here: list[int] = []
        self.sheet = "Leads"
        self.own = ["owner"]
        self.totals = False
        self.filtered: set[int] | None = None
        self.sorted: bool | None = None
        self.top = 1

    def teardown(self):
        """Clear up."""
        self.folder.cleanup()

    @initialize(ids=leads_in)
    def make(self, ids):
        """The workbook begins with leads and nothing beside them."""
        build(self.path, [(n, None, None, None, f"name {n}", "Website") for n in ids], columns=HEADINGS)
        self.here, self.model = ids, {n: Lead() for n in ids}

    # --- the user ------------------------------------------------------------------------------------------------

    def open(self):
        """Open the workbook as the user does."""
        book = openpyxl.load_workbook(self.path)
        return book, book[self.sheet]

    def row_of(self, lead):
        """Find the row a lead stands in."""
        return self.top + 1 + self.here.index(lead)

    def change(self, place, work, **fields):
        """Do something to a lead and save; of an empty table there is nothing to do it to."""
        if not self.here:
            return
        lead = self.here[place % len(self.here)]
        book, sheet = self.open()
        work(sheet, self.row_of(lead), lead)
        book.save(self.path)
        self.model[lead] = replace(self.model[lead], **fields)

    @rule(place=one, text=words | st.none())
    def type(self, place, text):
        """Type into a column of one's own, or empty it."""

        def work(sheet, row, _):
            sheet.cell(row, OWN).value = text

        self.change(place, work, typed=text, formula=None)

    @rule(place=one, times=st.integers(2, 9))
    def calculate(self, place, times):
        """Type a formula over the lead's own row."""

        def work(sheet, row, _):
            sheet.cell(row, OWN).value = f"=A{row}*{times}"

        self.change(place, work, typed=None, formula=times)

    @rule(place=one, text=words | st.none())
    def annotate(self, place, text):
        """Write a comment on a cell, or delete it."""

        def work(sheet, row, _):
            sheet.cell(row, COMMENTED).comment = Comment(text, "A. User") if text else None

        self.change(place, work, comment=text)

    @rule(place=one, address=st.sampled_from(["https://crm.example/1?a=1&b=2", "https://x.example/", "#Home!A1"]))
    def link(self, place, address):
        """Put a link on a cell."""

        def work(sheet, row, _):
            cell, value = sheet.cell(row, LINKED), sheet.cell(row, LINKED).value
            cell.hyperlink = address
            cell.value = value
            if address.startswith("#"):
                cell.hyperlink.location, cell.hyperlink.target = address[1:], None

        self.change(place, work, link=address)

    @precondition(lambda self: self.filtered is None)
    @rule(place=one, hide=st.booleans())
    def hide(self, place, hide):
        """Hide a row, or show it."""

        def work(sheet, row, _):
            sheet.row_dimensions[row].hidden = hide

        self.change(place, work, hidden=hide)

    @rule(place=one, height=st.sampled_from([24.0, 30.75, 45.0]))
    def heighten(self, place, height):
        """Make a row higher."""

        def work(sheet, row, _):
            sheet.row_dimensions[row].height = height

        self.change(place, work, height=height)

    @rule(place=one)
    def paint(self, place):
        """Paint a cell."""

        def work(sheet, row, _):
            sheet.cell(row, COMMENTED).fill = PatternFill("solid", fgColor=YELLOW)

        self.change(place, work, colour=True)

    @rule(down=st.booleans())
    def sort(self, down):
        """Sort by the lead's number: comments and links go with cells, heights and hidden rows stay, as in Excel."""
        if len(self.here) < 2:
            return
        book, sheet = self.open()
        order = sorted(self.here, reverse=down)
        old = {lead: [_lifted(sheet.cell(self.row_of(lead), k)) for k in range(1, 7)] for lead in self.here}
        rows = {lead: self.row_of(lead) for lead in self.here}
        shapes = {rows[lead]: self.model[lead] for lead in self.here}
        for lead, row in zip(order, sorted(rows.values()), strict=True):
            for k, lifted in enumerate(old[lead], 1):
                _put(sheet.cell(row, k), lifted, row)
        for lead, row in zip(order, sorted(rows.values()), strict=True):
            at = shapes[row]
            hidden = at.hidden if self.filtered is None else False
            self.model[lead] = replace(self.model[lead], hidden=hidden, height=at.height)
        self.here, self.sorted = order, down
        table = sheet.tables["leads"]
        last = self.top + len(order)
        condition = SortCondition(descending=down, ref=f"A{self.top + 1}:A{last}")
        state = SortState(ref=f"A{self.top + 1}:F{last}", sortCondition=[condition])
        table.sortState = state
        self.apply_filter(sheet)
        book.save(self.path)

    def apply_filter(self, sheet):
        """Hide what the filter hides, as Excel does when it applies one."""
        if self.filtered is not None:
            for lead in self.here:
                sheet.row_dimensions[self.row_of(lead)].hidden = lead not in self.filtered

    @rule(shown=st.sets(st.sampled_from(IDS), min_size=1))
    def filter(self, shown):
        """Filter by the lead's number; which rows were hidden by hand nobody can tell after that."""
        if not self.here:
            return
        book, sheet = self.open()
        table = sheet.tables["leads"]
        values = Filters(filter=[str(n) for n in sorted(shown)])
        ref = table.ref if not self.totals else _without_last(table.ref)
        table.autoFilter = AutoFilter(ref=ref, filterColumn=[FilterColumn(colId=0, filters=values)])
        self.filtered = shown
        self.model |= {lead: replace(self.model[lead], hidden=False) for lead in self.here}
        self.apply_filter(sheet)
        book.save(self.path)

    @precondition(lambda self: self.filtered is not None)
    @rule()
    def clear_filter(self):
        """Clear the filter: Excel shows every row."""
        book, sheet = self.open()
        table = sheet.tables["leads"]
        table.autoFilter.filterColumn = []
        self.filtered = None
        for lead in self.here:
            sheet.row_dimensions[self.row_of(lead)].hidden = False
        book.save(self.path)

    @precondition(lambda self: not self.totals)
    @rule()
    def add_totals(self):
        """Switch the totals row on."""
        book, sheet = self.open()
        table = sheet.tables["leads"]
        left, last = table.ref.split(":")[0], self.top + max(len(self.here), 1) + 1
        table.ref, table.totalsRowCount = f"{left}:F{last}", 1
        table.tableColumns[0].totalsRowFunction = "count"
        sheet.cell(last, 1).value = "=SUBTOTAL(103,leads[leadExternalId])"
        sheet.cell(last, COMMENTED).comment = Comment("of the totals", "A. User")
        book.save(self.path)
        self.totals = True

    @rule(name=st.sampled_from(NAMES))
    def rename(self, name):
        """Rename the sheet."""
        book, sheet = self.open()
        sheet.title = name
        book.save(self.path)
        self.sheet = name

    @rule()
    def insert_rows_above(self):
        """Insert a row above the table."""
        if self.top > 3 or self.here == []:
            return
        book, sheet = self.open()
        last = self.top + len(self.here) + self.totals
        cells = {row: [_lifted(sheet.cell(row, k)) for k in range(1, 7)] for row in range(self.top, last + 1)}
        sizes = {row: (sheet.row_dimensions[row].hidden, sheet.row_dimensions[row].height) for row in cells}
        for row in range(last, self.top - 1, -1):
            for k, lifted in enumerate(cells[row], 1):
                _put(sheet.cell(row + 1, k), lifted, row + 1)
            sheet.row_dimensions[row + 1].hidden, sheet.row_dimensions[row + 1].height = sizes[row]
        for k in range(1, 7):
            _put(sheet.cell(self.top, k), (None, None, None, None), self.top)
        sheet.row_dimensions[self.top].hidden, sheet.row_dimensions[self.top].height = False, None
        table = sheet.tables["leads"]
        for part in filter(None, (table, table.autoFilter, table.sortState)):
            part.ref = _lower(part.ref)
        for condition in table.sortState.sortCondition if table.sortState else ():
            condition.ref = _lower(condition.ref)
        book.save(self.path)
        self.top += 1

    # --- the refresh -----------------------------------------------------------------------------------------------

    @rule(ids=leads_in, keep=st.booleans())
    def refresh(self, ids, keep):
        """Refresh: leads come, change places, and go or are kept below the others."""
        fetched = tables(leads=[{"leadExternalId": n, "firstName": f"name {n}", "source": "Website"} for n in ids])
        refresh(self.path, fetched, gone="keep" if keep else "remove")
        known = self.model
        kept = [lead for lead in self.here if lead not in ids] if keep else []
        gone = set(self.here) - {*ids, *kept}
        heights = {known[lead].height for lead in self.here} if len(self.here) > 1 else {None}
        usual = heights.pop() if len(heights) == 1 else None  # what all rows share, new ones have
        for lead in gone:  # what no words can tell
            known[lead] = replace(known[lead], colour=False)
        for lead in ids:
            known.setdefault(lead, Lead())
            if lead not in self.here:
                known[lead] = replace(known[lead], height=usual)
            if self.filtered is not None:
                known[lead] = replace(known[lead], hidden=False)
        order = ids
        if self.sorted is not None and (self.here or ids):
            order = sorted(ids, reverse=self.sorted)
        self.here = order + kept
        self.sorted = None if kept else self.sorted
        assert check(self.path) == []

    # --- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def everything_is_beside_its_lead(self):
        """The sheet shows each lead with all that is its own, in order, and nothing of another."""
        if not self.path.exists():
            return
        _, sheet = self.open()
        shown = {}
        for lead in self.here:
            row = self.row_of(lead)
            assert sheet.cell(row, 1).value == lead
            shown[lead] = _shown(sheet, row)
            hidden = sheet.row_dimensions[row].hidden
            if self.filtered is not None:
                assert hidden == (lead not in self.filtered)
                shown[lead] = replace(shown[lead], hidden=False)
            if not self.model[lead].colour:  # a column that is all painted paints new leads, too
                shown[lead] = replace(shown[lead], colour=False)
        assert shown == {lead: self.model[lead] for lead in self.here}
        last = self.top + max(len(self.here), 1) + 1
        if self.totals:
            assert sheet.cell(last, COMMENTED).comment.text == "of the totals"
        comments = sum(cell.comment is not None for row in sheet.iter_rows() for cell in row)
        assert comments == self.totals + sum(self.model[lead].comment is not None for lead in self.here)


def _lifted(cell):
    comment = cell.comment.text if cell.comment else None
    link = (cell.hyperlink.target, cell.hyperlink.location) if cell.hyperlink else None
    return cell.value, comment, link, cell._style


def _put(cell, lifted, row):
    value, comment, link, style = lifted
    if cell.hyperlink:
        cell._hyperlink = None
    cell.comment = Comment(comment, "A. User") if comment else None
    if link:
        cell.hyperlink = "x"
        cell.hyperlink.target, cell.hyperlink.location = link
        cell.hyperlink.ref = cell.coordinate
    moved = isinstance(value, str) and value.startswith("=A")
    cell.value = f"=A{row}*{value.rpartition('*')[2]}" if moved else value
    if style is not None:
        cell._style = style


def _shown(sheet, row):
    typed, name, link = sheet.cell(row, OWN).value, sheet.cell(row, COMMENTED), sheet.cell(row, LINKED).hyperlink
    formula = isinstance(typed, str) and typed.startswith("=")
    if formula:
        assert typed.startswith(f"=A{row}*")
    dimension = sheet.row_dimensions[row]
    return Lead(
        None if formula else typed,
        int(typed.rpartition("*")[2]) if formula else None,
        name.comment.text if name.comment else None,
        (link.target or f"#{link.location}") if link else None,
        bool(dimension.hidden),
        dimension.height,
        name.fill.fgColor.rgb == YELLOW,
    )


def _without_last(ref):
    first, last = ref.split(":")
    letters = last.rstrip("0123456789")
    return f"{first}:{letters}{int(last[len(letters) :]) - 1}"


def _lower(ref):
    ends = [(end.rstrip("0123456789"), int(end.lstrip("ABCDEFGH"))) for end in ref.split(":")]
    return ":".join(f"{letters}{number + 1}" for letters, number in ends)


TestUser = pytest.mark.slow(User.TestCase)
TestUser.settings = hypothesis_settings(
    max_examples=40, stateful_step_count=14, deadline=None, phases=[Phase.generate], report_multiple_bugs=False
)
