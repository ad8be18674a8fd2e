"""Rows told by their bytes are those that reading their values tells, whatever their cells look like."""

from __future__ import annotations

import random
from datetime import datetime
from xml.sax.saxutils import escape

import pandas as pd
import pytest

from leads_excel.excel.book.matching import match
from leads_excel.excel.book.protocol import Standing
from leads_excel.excel.cells import values as cells
from leads_excel.excel.cells.references import Area
from leads_excel.excel.file.columns.column_formats import CellFormats
from leads_excel.excel.file.columns.expected_rows import FrameRows
from leads_excel.excel.file.package.shared_strings import SharedStrings
from leads_excel.excel.file.package.table_part import TableColumn, TablePart
from leads_excel.excel.file.sheet import table_rows
from leads_excel.excel.file.sheet.sheet_data import SheetStream
from leads_excel.excel.file.sheet.table_rows import TableRows

TEXTS = ["Sara", "محمد", "5", "0.1", "TRUE", "#N/A", "a & b", "<v>5</v>", "  padded ", "line\nbreak", "car\rriage"]
TEXTS += ["_x000D_", "_x0041_", "=1+1", "", "é" * 40, 'say "130"', "shared", "!", "a\0b", "\x01"]
NUMBERS = [0.1, 0.30000000000000004, -0.0, 1.5, 45661.697916666664, 1e-9, 123456789.123, 1e15, 2.0]
MOMENTS = [datetime(2025, 8, 12), datetime(2025, 8, 12, 16, 45), datetime(2025, 8, 12, 9, 7, 3, 250_000)]  # noqa: DTZ001
HEADERS = ("id", "name", "note", "score", "flag", "due", "seen", "count", "late")
OURS = ("id", "name", "score", "flag", "seen", "count")
FORMULA = "F2-$A$1"
FIRST = 2


class Sheet:
    """Writes rows of one sheet, most as its book does, some in any way that XML allows."""

    def __init__(self, dice: random.Random, *, by_excel: bool, date1904: bool) -> None:
        self.dice, self.by_excel, self.date1904 = dice, by_excel, date1904
        self.texts: list[str] = ["<si><t>first</t></si>"]

    def shared(self, item: str) -> int:
        """Give a shared text a number; now and then one of its own."""
        if item not in self.texts or self.dice.random() < 0.02:
            self.texts.append(item)
            return len(self.texts) - 1
        return self.texts.index(item)

    def usual(self, value: object) -> str:
        """Write a cell, from behind its address, as the book does; absent where that is usual."""
        if value is None or value == "":
            return "" if self.by_excel else "/>"
        if isinstance(value, bool):
            return f' t="b"><v>{int(value)}</v></c>'
        if isinstance(value, str):
            space = ' xml:space="preserve"' if value[0].isspace() or value[-1].isspace() or "\n" in value else ""
            text = f"<t{space}>{cells.escape(value)}</t>"
            if self.by_excel:
                return f' t="s"><v>{self.shared(f"<si>{text}</si>")}</v></c>'
            return f' t="inlineStr"><is>{text}</is></c>'
        number = cells.serial(value, date1904=self.date1904) if isinstance(value, datetime) else value
        return f"><v>{number:.17g}</v></c>" if self.by_excel else f"><v>{number!r}</v></c>"

    def odd(self, value: object) -> str:
        """Write a cell in another way, which may or may not hold the same."""
        text = escape(cells.escape(str(value or "")).replace("&", "&amp;") if value else "")
        number = cells.serial(value, date1904=self.date1904) if isinstance(value, datetime) else value
        plain = cells.escape(str(value)) if value is not None else ""
        forms = [
            self.usual(self.dice.choice(TEXTS)),
            self.usual(self.dice.choice(NUMBERS)),
            self.usual(value).replace(">", ' s="1">', 1) if self.usual(value) else ' s="1"/>',
            f' t="inlineStr"><is><t>{text}</t></is></c>',
            f' t="inlineStr"><is><r><t>{plain[:2]}</t></r><r><rPr><b/></rPr><t>{plain[2:]}</t></r></is></c>',
            f' t="inlineStr"><is><t>{plain}</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c>',
            f' t="s"><v>{self.shared(f"<si><r><t>{plain[:1]}</t></r><r><t>{plain[1:]}</t></r></si>")}</v></c>',
            f' t="s"><v>{self.shared(f"<si><t>{plain}</t><phoneticPr fontId={chr(34)}1{chr(34)}/></si>")}</v></c>',
            f' t="str"><f>A1&amp;""</f><v>{plain}</v></c>',
            f"><f>1+1</f><v>{number if not isinstance(number, str) else 2}</v></c>",
            f"><v>{number}</v></c>" if isinstance(number, int | float) else "><v>1E0</v></c>",
            f"><v>{number:.17g}</v></c>" if isinstance(number, int | float) else "><v>-0</v></c>",
            f"><v>{number:.6g}</v></c>" if isinstance(number, int | float) else "><v/></c>",
            ' t="e"><v>#N/A</v></c>',
            ' t="b"><v>true</v></c>',
            f' t="d"><v>{value.isoformat()}</v></c>' if isinstance(value, datetime) else ' t="inlineStr"><is/></c>',
            f' t="inlineStr"><is><t>&#{ord(str(value)[0]) if value else 65};{plain[1:]}</t></is></c>',
            "",
            "/>",
            ' s="1"/>',
            "></c>",
        ]
        return self.dice.choice(forms)

    def row(self, number: int, values: tuple[object, ...], oddness: float) -> str:
        """Write a row of the table, the user's columns among ours."""
        ours = dict(zip(OURS, values, strict=True))
        rests = {header: self.odd(v) if self.dice.random() < oddness else self.usual(v) for header, v in ours.items()}
        filled = f"><f>{FORMULA.replace('2', str(number), 1)}</f></c>"
        own = {"note": self.usual(None), "due": self.usual(None), "late": filled}
        if self.dice.random() < 0.3:
            note = self.dice.choice(TEXTS)
            own["note"] = self.dice.choice([self.usual(note), self.odd(note), "><f>B2*2</f><v>4</v></c>"])
            own["due"] = self.dice.choice(["", ' s="1"/>', self.usual(self.dice.choice(MOMENTS))])
            own["late"] = self.dice.choice([filled, filled.replace("</f>", "</f><v>3</v>"), "", "/>", "><v>7</v></c>"])
        rests |= own
        found = "".join(f'<c r="{"ABCDEFGHI"[k]}{number}"{rests[h]}' for k, h in enumerate(HEADERS) if rests[h])
        beside = self.dice.choice([f'<c r="L{number}" t="s"><v>0</v></c>', f'<c r="J{number}"><v>1</v></c>'])
        look = self.dice.choice([' ht="30"', ' spans="1:9"', ' s="1" customFormat="1"'])
        behind = beside if self.dice.random() < 0.05 else ""
        return f'<row r="{number}"{look if self.dice.random() < 0.05 else ""}>{found}{behind}</row>'


def rows_of(dice: random.Random, count: int) -> list[tuple[object, ...]]:
    """Make the values of a frame's rows."""
    names = [dice.choice(TEXTS) if dice.random() < 0.5 else f"name {k}" for k in range(count)]
    return [
        (
            k if dice.random() > 0.03 else dice.choice([0, -3, None, 2]),
            names[k] if dice.random() > 0.1 else None,
            dice.choice([*NUMBERS, None]),
            dice.choice([True, False, None]),
            dice.choice([*MOMENTS, None]),
            dice.choice([0, 1, -1, 7, None]),
        )
        for k in range(1, count)
    ]


def frame_of(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Make a frame out of them."""
    kinds = ("Int64", "string", "Float64", "boolean", "datetime64[us]", "Int64")
    columns = zip(OURS, kinds, zip(*rows, strict=True), strict=True)
    return pd.DataFrame({header: pd.Series(list(column), dtype=kind) for header, kind, column in columns})


def book_of(seed: int) -> tuple[bytes, bytes, int, pd.DataFrame, bool]:
    """Make a sheet, its shared texts, how many rows its table has, a frame to compare it with, and its calendar."""
    dice = random.Random(seed)
    sheet = Sheet(dice, by_excel=seed % 2 == 1, date1904=seed % 5 == 0)
    rows = rows_of(dice, 60)
    standing = [row for row in rows if dice.random() > 0.05]
    if seed % 4 == 3:
        dice.shuffle(standing)
    standing += rows[:2] if seed % 3 == 0 else []
    frame = frame_of([row for row in rows if dice.random() > 0.05] + ([rows[5]] if seed % 7 == 0 else []))
    oddness = dice.choice([0, 0.005, 0.05, 0.5])
    numbers = range(FIRST, FIRST + len(standing))
    lines = [sheet.row(number, row, oddness) for number, row in zip(numbers, standing, strict=True)]
    if oddness == 0.5:
        del lines[len(lines) // 2]
    styled = '<cols><col min="5" max="5" style="1"/></cols>' if seed % 6 < 2 else ""
    xml = f'<worksheet>{styled}<sheetData><row r="1"/>{"".join(lines)}</sheetData>'
    return (
        f"{xml}</worksheet>".encode(),
        f"<sst>{''.join(sheet.texts)}</sst>".encode(),
        len(standing),
        frame,
        sheet.date1904,
    )


def read(book: tuple[bytes, bytes, int, pd.DataFrame, bool], *, compared: bool) -> tuple[TableRows, Standing]:
    """Read the table, all of it or only what is not as expected."""
    xml, texts, count, frame, date1904 = book
    columns = tuple(TableColumn(header, FORMULA if header == "late" else None, array=False) for header in HEADERS)
    area = Area(1, 1, len(HEADERS), FIRST - 1 + count)
    table = TablePart("table", "Leads", "leads", area, 0, columns, (), (), "")
    rows = TableRows(
        SheetStream(iter([xml[:700], xml[700:]]), "Leads"),
        table,
        [HEADERS.index(header) for header in OURS],
        [0],
        SharedStrings(lambda: iter([texts])),
        CellFormats(None),
        date1904=date1904,
        frame=FrameRows(frame, ["id"], date1904=date1904) if compared else None,
    )
    return rows, Standing(rows.keys(), rows.hashes, rows.notes(), (), 100, (), rows.typed_formulas(), rows.same)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    """Let a table of some rows be many batches."""
    monkeypatch.setattr(table_rows, "_BATCH", 7)
    monkeypatch.setattr(table_rows, "_CELLS", 11 * len(HEADERS))


@pytest.mark.parametrize("seed", range(300))
def test_rows_told_by_their_bytes_are_those_their_values_tell(seed):
    """The same match, keys, notes, formulas and looks as reading every cell gives."""
    book = book_of(seed)
    (rows, standing), (read_rows, read_standing) = read(book, compared=True), read(book, compared=False)
    frame, date1904 = book[3], book[4]

    assert match(standing, frame, ["id"], date1904=date1904) == match(read_standing, frame, ["id"], date1904=date1904)
    assert standing.keys == read_standing.keys
    assert dict(standing.notes) == dict(read_standing.notes)
    assert dict(standing.formulas) == dict(read_standing.formulas)
    assert rows.tails == read_rows.tails
    assert rows.styles == read_rows.styles
    assert rows.beside == read_rows.beside
    assert rows.filled == read_rows.filled
    places = range(len(standing.keys))
    assert [rows.own_styles(place) for place in places] == [read_rows.own_styles(place) for place in places]


@pytest.mark.parametrize("by_excel", [False, True], ids=["ours", "Excel's"])
def test_most_rows_are_told_by_their_bytes(by_excel):
    """In books that nobody wrote by hand: nothing would be gained otherwise."""
    told = [place >= 0 for seed in range(by_excel, 60, 2) for place in read(book_of(seed), compared=True)[0].same]

    assert sum(told) > len(told) / 2
