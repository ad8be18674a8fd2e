"""Lists of the most frequent names of a column, with the rest below: the formulas, nothing else.

A list shows as many names as its block has rows but two: `(blank)`, the last, counts rows without a name, `Other` the
rest, so that every list adds up to its total. A list costs one pass over the column, however many names there are.
What its chart shows stands beside it once more, without the gaps that a list with few names has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.template.dashboard.captions import CAPTIONS
from leads_excel.excel.template.sheets.phrases import literal
from leads_excel.schema import BLANK
from leads_excel.schema.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leads_excel.excel.template.dashboard.blocks import Block, Line

NONE = BLANK

_ROOM = 2**21  # more than the rows of a sheet, so that one number can hold a count and a row
_NAME_LENGTH, _LABEL_LENGTH = 32, 70  # longer ones leave a chart no room for its bars
_REASON_LENGTH = 120  # MATCH refuses texts over 255 characters; every other one a digit, 60 numbers become 180 dots


@dataclass(frozen=True, slots=True)
class Names:
    """A column of names.

    Args:
        cells: Its cells, such as `leads[source]`.
        whole: The same with the heading.
        heading: A formula for the text of the heading.
        rows: The rows of the table, the heading's being 0.
    """

    cells: str
    whole: str
    heading: str
    rows: str

    @classmethod
    def of(cls, column: str) -> Names:
        """Take a column of a table, such as `leads[source]`."""
        table, name = column.removesuffix("]").split("[")
        whole = f"{table}[[#All],[{name}]]"
        return cls(column, whole, literal(name), f"(ROW({whole})-ROW({table}[[#Headers],[{name}]]))")

    @classmethod
    def either(cls, condition: str, column: str, other: str) -> Names:
        """Take one of two columns of a table: the first where a cell says TRUE."""
        one, two = cls.of(column), cls.of(other)
        cells, whole, heading = (
            f"IF({condition},{first},{second})"
            for first, second in ((one.cells, two.cells), (one.whole, two.whole), (one.heading, two.heading))
        )
        return cls(cells, whole, heading, one.rows)


@dataclass(frozen=True, slots=True)
class Counted:
    """Which rows of a table are counted by their names.

    Args:
        names: The names.
        chosen: Which rows are chosen, as a factor.
        filled: A column that every row of the table fills.
        total: The cell of how many rows are counted.
        only: A further condition on the rows that are counted, as a factor; all of them by default. The names stand in
            the order of their frequency in all rows that are chosen.
    """

    names: Names
    chosen: str
    filled: str
    total: str
    only: str = ""

    @property
    def factor(self) -> str:
        """Both conditions, as one factor."""
        return f"{self.chosen}*{self.only}" if self.only else self.chosen


def listed(block: Block) -> int:
    """Count the names that a block lists one by one."""
    return block.rows - 2


def keys(block: Block, names: Names, chosen: str = "", texts: Callable[[str], str] = str) -> str:
    """Write the array formula for the keys of the most frequent names: count x room - row of the first occurrence.

    FREQUENCY over MATCH counts every name at its first row, so frequent names are found early; LARGE takes the
    largest counts. An empty cell looks for the header, the first cell there is, for a search in vain goes through the
    whole column, and so does a row that is not chosen. The header's own count is dropped, and so is what MATCH finds
    nowhere, such as texts too long for it.

    Args:
        block: The list.
        names: The column.
        chosen: Which rows are chosen, as a factor; all by default.
        texts: Writes the formula for what is counted, from the cells of the column; by default those themselves.

    Returns:
        The formula, without `=`; where there are fewer names, its last keys are not positive.
    """
    rows = names.rows
    wanted = _literal(texts(f'({names.cells}&REPT({names.heading},{names.cells}=""))'))
    wanted = f"IF({chosen},{wanted},{names.heading})" if chosen else wanted
    first = f"IFERROR(MATCH({wanted},{texts(names.whole)},0)-1,1E9)"
    ranks = ";".join(str(rank) for rank in range(1, listed(block) + 1))
    return f"IFERROR(LARGE(IFERROR(FREQUENCY({first},{rows})*{_ROOM}*({rows}>0)-{rows},-1),{{{ranks}}}),-1)"


def place_of(key: str) -> str:
    """Write the formula for the row at which a name stands first, from its key."""
    return _place(key, f"(INT({key}/{_ROOM})+1)")


def lead_lines(block: Block, counted: Counted, totals: Mapping[str, str]) -> list[Line]:
    """Write the rows of a list of leads by name.

    Args:
        block: The list, with the figures Key, Name, Received, Accepted, Rejected, Provisional, Rate and Label.
        counted: The names.
        totals: The cells of the totals.

    Returns:
        The formulas of each row.
    """
    names = counted.names.cells
    unnamed: Line = {
        "Name": literal(NONE),
        "Received": f'SUMPRODUCT(({names}="")*({counted.filled}<>"")*{counted.chosen})',
        "Rejected": _rejected(counted, '""'),
        "Provisional": _provisional(counted, '""'),
    }
    rest: Line = {
        "Name": literal(CAPTIONS["other"]),
        "Received": _rest(block, "Received", totals["received"]),
        "Rejected": _rest(block, "Rejected", totals["rejected"]),
        "Provisional": _rest(block, "Provisional", totals["provisional"]),
    }
    lines = [*(_lead_line(block, nth, counted) for nth in range(listed(block))), rest, unnamed]
    return [{**line, **_shares(block, nth)} for nth, line in enumerate(lines)]


def reason_lines(block: Block, counted: Counted) -> list[Line]:
    """Write the rows of the list of errors by reason.

    Args:
        block: The list, with the figures Key, Name, Errors, Share and Label.
        counted: The messages.

    Returns:
        The formulas of each row.
    """
    lines = count_lines(block, counted, "Errors", shown=reason)
    return [{**line, **_share(block, nth, counted.total)} for nth, line in enumerate(lines)]


def count_lines(block: Block, counted: Counted, figure: str, shown: Callable[[str], str] = str) -> list[Line]:
    """Write the rows of a list of names with nothing but their counts.

    Args:
        block: The list, with the figures Key, Name and the count.
        counted: The names.
        figure: The figure of the count.
        shown: Writes the formula for a name, from its cell; by default that itself.

    Returns:
        The formulas of each row.
    """
    names = counted.names.cells
    unnamed: Line = {
        "Name": literal(NONE),
        figure: f'SUMPRODUCT(({names}="")*({counted.filled}<>"")*{counted.factor})',
    }
    rest: Line = {"Name": literal(CAPTIONS["other"]), figure: _rest(block, figure, counted.total)}
    named: list[Line] = [
        {"Name": _name(block, nth, names, shown), figure: _counted(block, nth, counted)} for nth in range(listed(block))
    ]
    return [*named, rest, unnamed]


def bar_line(block: Block, bars: Block, nth: int, size: str, figures: Sequence[str]) -> Line:
    """Write what a chart shows in its nth row: the names that there are, then `Other`, then `(blank)`, without gaps.

    Args:
        block: The list.
        bars: What its chart shows, with the figure At, which tells the row of the list.
        nth: The row, from 0.
        size: The figure of the list that tells whether there is anything in a row.
        figures: The figures that the chart repeats.

    Returns:
        The formulas; a row with nothing to show is empty.
    """
    count = listed(block)
    at, there = bars.cell("At", nth), f'COUNTIF({block.cells("Key", 0, count - 1)},">0")'
    rest, unnamed = block.cell(size, count), block.cell(size, count + 1)
    last = f"IF(AND({nth}={there}+({rest}>0),{unnamed}>0),{count + 2},0)"
    other = f"IF(AND({nth}={there},{rest}>0),{count + 1},{last})"
    line = {"At": f"IF({nth}<{there},{nth + 1},{other})"}
    for figure in figures:
        line[figure] = f'IF({at}=0,"",INDEX({block.cells(figure)},{at}))'
    return line


def short(name: str, length: int = _NAME_LENGTH) -> str:
    """Write the formula that cuts a name for a chart, with a mark where it does."""
    return f'IF(LEN({name})>{length},LEFT({name},{length - 1})&"…",{name})'


def reason(message: str) -> str:
    """Write the formula that turns a message into a reason: its start, numbers as `•••`.

    So "Phone number 0512 ..." and "Phone number 0634 ..." are one reason, and no phone number is shown. Names and what
    stands in quotes only Python can mask: the reasons of formulas and of the report are without them.

    Args:
        message: A cell, or the whole column.
    """
    dot = MASK[0]
    masked = f"LEFT({message},{_REASON_LENGTH})"
    for digit in "0123456789":
        masked = f'SUBSTITUTE({masked},"{digit}","{dot}")'
    for _ in range(4):  # halves a run each time: up to 16 digits
        masked = f'SUBSTITUTE({masked},"{dot}{dot}","{dot}")'
    return f'SUBSTITUTE({masked},"{dot}","{MASK}")'


def _rest(block: Block, figure: str, total: str) -> str:
    count = listed(block)
    return f"{total}-SUM({block.cells(figure, 0, count - 1)})-{block.cell(figure, count + 1)}"


def _literal(text: str) -> str:
    """Keep MATCH from taking `*`, `?` and `~` for wildcards."""
    for sign in "~*?":
        text = f'SUBSTITUTE({text},"{sign}","~{sign}")'
    return text


def _lead_line(block: Block, nth: int, counted: Counted) -> Line:
    key, name = block.cell("Key", nth), block.cell("Name", nth)
    place = _place(key, block.cell("Received", nth))
    return {
        "Name": f'IF({key}>0,INDEX({counted.names.cells},{place}),"")',
        "Received": _count(key),
        "Rejected": f"IF({key}>0,{_rejected(counted, name)},0)",
        "Provisional": f"IF({key}>0,{_provisional(counted, name)},0)",
    }


def _name(block: Block, nth: int, names: str, shown: Callable[[str], str]) -> str:
    key = block.cell("Key", nth)
    return f'IF({key}>0,{shown(f"INDEX({names},{place_of(key)})")},"")'


def _counted(block: Block, nth: int, counted: Counted) -> str:
    key = block.cell("Key", nth)
    if not counted.only:
        return _count(key)
    pairs = f"SUMPRODUCT(({counted.names.cells}={block.cell('Name', nth)})*{counted.factor})"
    return f"IF({key}>0,{pairs},0)"


def _count(key: str) -> str:
    return f"IF({key}>0,INT({key}/{_ROOM})+1,0)"


def _place(key: str, count: str) -> str:
    return f"{count}*{_ROOM}-{key}"


def _rejected(counted: Counted, name: str) -> str:
    """Count rejected leads of a name, letter by letter: COUNTIFS would read `*` and `<` in names as commands."""
    return f"SUMPRODUCT(({counted.names.cells}={name})*(leads[isError]=TRUE)*{counted.chosen})"


def _provisional(counted: Counted, name: str) -> str:
    return f'SUMPRODUCT(({counted.names.cells}={name})*(leads[verdict]="provisional")*{counted.chosen})'


def _shares(block: Block, nth: int) -> Line:
    """Work out what is accepted and the share rejected; what is provisional is neither, and in no share."""
    heads = ("Name", "Received", "Rejected", "Provisional", "Rate")
    name, received, rejected, provisional, rate = (block.cell(head, nth) for head in heads)
    judged = f"({received}-{provisional})"
    label = f'{short(name, _NAME_LENGTH)}&"   "&FIXED({received},0)&IF({rate}="",""," · "&ROUND(100*N({rate}),0)&"%")'
    return {
        "Accepted": f"{judged}-{rejected}",
        "Rate": f'IF({judged}=0,"",{rejected}/{judged})',
        "Label": f'IF({received}=0,"",{label})',
    }


def _share(block: Block, nth: int, errors: str) -> Line:
    count = block.cell("Errors", nth)
    return {
        "Share": f'IF({errors}=0,"",{count}/{errors})',
        "Label": f'IF({count}=0,"",{short(block.cell("Name", nth), _LABEL_LENGTH)})',
    }
