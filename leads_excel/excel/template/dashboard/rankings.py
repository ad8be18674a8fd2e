"""Lists of the most frequent names of a column, with the rest below: the formulas, nothing else.

A list shows as many names as its block has rows but two: `(blank)`, the last, counts rows without a name, `Other` the
rest, so that every list adds up to its total. A list costs one pass over the column, however many names there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.schema import BLANK
from leads_excel.schema.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leads_excel.excel.template.dashboard.blocks import Block, Line

NONE, OTHER = BLANK, "Other"

_ROOM = 2**21  # more than the rows of a sheet, so that one number can hold a count and a row
_REASON_LENGTH = 120  # MATCH refuses texts over 255 characters; every other one a digit, 60 numbers become 180 dots


def listed(block: Block) -> int:
    """Count the names that a block lists one by one."""
    return block.rows - 2


def keys(block: Block, names: str, texts: Callable[[str], str] = str) -> str:
    """Write the array formula for the keys of the most frequent names: count x room - row of the first occurrence.

    FREQUENCY over MATCH counts every name at its first row, so frequent names are found early; LARGE takes the
    largest counts. An empty cell looks for the header, the first cell there is, for a search in vain goes through the
    whole column. The header's own count is dropped, and so is what MATCH finds nowhere, such as texts too long for it.

    Args:
        block: The list.
        names: The column, such as `leads[source]`.
        texts: Writes the formula for what is counted, from the cells of the column; by default those themselves.

    Returns:
        The formula, without `=`; where there are fewer names, its last keys are not positive.
    """
    table, column = names.removesuffix("]").split("[")
    every = f"{table}[[#All],[{column}]]"
    rows = f"(ROW({every})-ROW({table}[[#Headers],[{column}]]))"
    wanted = _literal(texts(f'({names}&REPT("{column}",{names}=""))'))
    first = f"IFERROR(MATCH({wanted},{texts(every)},0)-1,1E9)"
    ranks = ";".join(str(rank) for rank in range(1, listed(block) + 1))
    return f"IFERROR(LARGE(IFERROR(FREQUENCY({first},{rows})*{_ROOM}*({rows}>0)-{rows},-1),{{{ranks}}}),-1)"


def lead_lines(block: Block, names: str, totals: Mapping[str, str]) -> list[Line]:
    """Write the rows of a list of leads by name.

    Args:
        block: The list, with the figures Key, Name, Received, Accepted, Rejected, Provisional, Rate and Label.
        names: The column, such as `leads[source]`.
        totals: The cells of the totals.

    Returns:
        The formulas of each row.
    """
    count = listed(block)
    unnamed: Line = {
        "Name": f'"{NONE}"',
        "Received": f'SUMPRODUCT(({names}="")*(leads[vehicleCount]<>""))',
        "Rejected": _rejected(names, '""'),
        "Provisional": _provisional(names, '""'),
    }
    rest: Line = {
        "Name": f'"{OTHER}"',
        "Received": _rest(block, "Received", totals["received"]),
        "Rejected": _rest(block, "Rejected", totals["rejected"]),
        "Provisional": _rest(block, "Provisional", totals["provisional"]),
    }
    lines = [*(_lead_line(block, nth, names) for nth in range(count)), rest, unnamed]
    return [{**line, **_shares(block, nth)} for nth, line in enumerate(lines)]


def reason_lines(block: Block, totals: Mapping[str, str]) -> list[Line]:
    """Write the rows of the list of errors by reason.

    Args:
        block: The list, with the figures Key, Name, Errors, Share and Label.
        totals: The cells of the totals.

    Returns:
        The formulas of each row.
    """
    errors = totals["errors"]
    lines = count_lines(block, "errors[message]", "Errors", errors, "errors[position]", shown=reason)
    return [{**line, **_share(block, nth, errors)} for nth, line in enumerate(lines)]


def count_lines(
    block: Block, names: str, figure: str, total: str, filled: str, *, shown: Callable[[str], str] = str, only: str = ""
) -> list[Line]:
    """Write the rows of a list of names with nothing but their counts.

    Args:
        block: The list, with the figures Key, Name and the count.
        names: The column, such as `errors[message]`.
        figure: The figure of the count.
        total: The cell of how many rows there are.
        filled: A column that every row of the table fills.
        only: A condition on the rows that are counted, such as `leads[isError]=TRUE`; all of them by default. The
            names stand in the order of their frequency in all rows.
        shown: Writes the formula for a name, from its cell; by default that itself.

    Returns:
        The formulas of each row.
    """
    counted = f"*({only})" if only else ""
    unnamed: Line = {"Name": f'"{NONE}"', figure: f'SUMPRODUCT(({names}="")*({filled}<>""){counted})'}
    rest: Line = {"Name": f'"{OTHER}"', figure: _rest(block, figure, total)}
    named: list[Line] = [
        {"Name": _name(block, nth, names, shown), figure: _counted(block, nth, names, only)}
        for nth in range(listed(block))
    ]
    return [*named, rest, unnamed]


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


def _lead_line(block: Block, nth: int, names: str) -> Line:
    key, name = block.cell("Key", nth), block.cell("Name", nth)
    place = _place(key, block.cell("Received", nth))
    return {
        "Name": f'IF({key}>0,INDEX({names},{place}),"")',
        "Received": _count(key),
        "Rejected": f"IF({key}>0,{_rejected(names, name)},0)",
        "Provisional": f"IF({key}>0,{_provisional(names, name)},0)",
    }


def _name(block: Block, nth: int, names: str, shown: Callable[[str], str]) -> str:
    key = block.cell("Key", nth)
    name = shown(f"INDEX({names},{_place(key, f'(INT({key}/{_ROOM})+1)')})")
    return f'IF({key}>0,{name},"")'


def _counted(block: Block, nth: int, names: str, only: str) -> str:
    key = block.cell("Key", nth)
    if not only:
        return _count(key)
    return f"IF({key}>0,SUMPRODUCT(({names}={block.cell('Name', nth)})*({only})),0)"


def _count(key: str) -> str:
    return f"IF({key}>0,INT({key}/{_ROOM})+1,0)"


def _place(key: str, count: str) -> str:
    return f"{count}*{_ROOM}-{key}"


def _rejected(names: str, name: str) -> str:
    """Count rejected leads of a name, letter by letter: COUNTIFS would read `*` and `<` in names as commands."""
    return f"SUMPRODUCT(({names}={name})*(leads[isError]=TRUE))"


def _provisional(names: str, name: str) -> str:
    return f'SUMPRODUCT(({names}={name})*(leads[verdict]="provisional"))'


def _shares(block: Block, nth: int) -> Line:
    """Work out what is accepted and the share rejected; what is provisional is neither, and in no share."""
    heads = ("Name", "Received", "Rejected", "Provisional", "Rate")
    name, received, rejected, provisional, rate = (block.cell(head, nth) for head in heads)
    judged = f"({received}-{provisional})"
    label = f'{name}&"   "&FIXED({received},0)&IF({rate}="",""," · "&ROUND(100*N({rate}),0)&"%")'
    return {
        "Accepted": f"{judged}-{rejected}",
        "Rate": f'IF({judged}=0,"",{rejected}/{judged})',
        "Label": f'IF({received}=0,"",{label})',
    }


def _share(block: Block, nth: int, errors: str) -> Line:
    count = block.cell("Errors", nth)
    return {
        "Share": f'IF({errors}=0,"",{count}/{errors})',
        "Label": f'IF({count}=0,"",{block.cell("Name", nth)})',
    }
