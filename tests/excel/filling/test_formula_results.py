"""What formulas over today come to, against LibreOffice and against the calendar."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from readers import READERS, plain

from leads_excel.excel.book.protocol import NamedCell
from leads_excel.excel.cells.values import from_serial
from leads_excel.excel.filling.formula_results import Formulas
from leads_excel.exceptions import ArgumentError

NOW = datetime(2026, 3, 31, 9, 30)  # noqa: DTZ001 - the clock on the wall
FORMULAS = (
    "TODAY()", "TODAY()-7", "TODAY() - 2 * 7", "+TODAY()+1", "today()-B1", "NOW()", "INT(NOW())-1", "TRUNC(NOW())",
    "EOMONTH(TODAY(),-1)+1", "EOMONTH(TODAY(),-13)", "EDATE(TODAY(),-1)", "EDATE(TODAY(),11)", "EDATE(NOW(),-1.9)",
    "DATE(YEAR(TODAY()),MONTH(TODAY()),1)", "DATE(YEAR(TODAY()),MONTH(TODAY())-4,31)", "DATE(2026,13,0)",
    "TODAY()-DAY(TODAY())+1", "TODAY()-WEEKDAY(TODAY())+1", "TODAY()-WEEKDAY(TODAY(),2)+1",
    "TODAY()-WEEKDAY(TODAY(),3)",
    "TODAY()-WEEKDAY(TODAY(),16)", "TODAY()-MOD(TODAY()-1,7)", "DATE(YEAR(TODAY()),ROUNDUP(MONTH(TODAY())/3,0)*3-2,1)",
    "DATE(YEAR(TODAY()),ROUNDDOWN(-MONTH(TODAY())/3,0),1)", "ROUND(NOW()-0.5,0)", "ABS(-TODAY())", "-(-TODAY())",
    "MAX(B2,TODAY()-30)", "MIN(B3,TODAY())", "MIN(B2,$B$1,Home!B1)", "B2-B1", "B4+6", "B3", "B1^2%", "-2^2", "2^-1*3",
    "IF(WEEKDAY(TODAY(),2)=1,TODAY()-3,TODAY()-1)", 'IF(B3="",TODAY(),B3)', 'IF(B4="2026-03-01",1,1/0)',
    "IF(ISBLANK(B3),TODAY()-1)", "IF(AND(B1>=7,NOT(B1<>7)),B2,TODAY())", "CHOOSE(MONTH(TODAY()),1,2,TODAY()-5)",
    'IF(OR(B1<2,"a"<"B",2>TRUE),TODAY(),1)', '"-"&B1&"D"', 'CONCATENATE("-",B1,"W")', 'TEXT(TODAY(),"yyyy-mm")',
    'TEXT(EDATE(TODAY(),-1),"yyyy-mm-dd")', "YEAR(TODAY())", 'YEAR(TODAY())&"-Q"&ROUNDUP(MONTH(TODAY())/3,0)',
    '"a ""b"""',
)  # fmt: skip
CELLS = {"B1": 7, "B2": 46082, "B3": None, "B4": "2026-03-01"}


def results(date1904=False, now=NOW, **cells):
    """Make what works out the formulas of a sheet Home with some cells."""
    held = {f"'Home'!{place}": NamedCell(f"Home!{place}", value) for place, value in (CELLS | cells).items()}

    def reading(places):
        found = {place: held.get("'Home'!" + place.rpartition("!")[2].replace("$", "")) for place in places}
        return {place: cell for place, cell in found.items() if cell}

    def value(formula):
        return Formulas(reading, now, date1904=date1904).value(NamedCell("Home!C8", "stale", formula))

    return value


@pytest.mark.slow
@pytest.mark.parametrize("date1904", [False, True])
def test_formulas_come_to_what_libreoffice_calculates(tmp_path, date1904):
    """LibreOffice is given the moment as a constant, everything else as it stands."""
    path = tmp_path / "formulas.xlsx"
    day, moment = f"DATE({NOW.year},{NOW.month},{NOW.day})", f"(DATE({NOW.year},{NOW.month},{NOW.day})+9.5/24)"
    with xlsxwriter.Workbook(path, {"date_1904": date1904}) as book:
        sheet, number = book.add_worksheet("Home"), book.add_format({"num_format": "0.0000000000"})
        for row, value in enumerate(CELLS.values()):
            sheet.write(row, 1, value)
        for row, formula in enumerate(FORMULAS):
            fixed = formula.replace("TODAY()", day).replace("today()", day).replace("NOW()", moment)
            sheet.write_formula(row, 2, f"={fixed}", number)

    calculated = [row[2] for row in plain(READERS["libreoffice"](path))["Home"]]
    worked_out = plain({"Home": [[results(date1904)(formula)] for formula in FORMULAS]})["Home"]

    assert dict(zip(FORMULAS, [row[0] for row in worked_out], strict=True)) == dict(
        zip(FORMULAS, calculated, strict=True)
    )


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(-600, 600), st.booleans())
def test_days_are_those_of_the_calendar(today, by, date1904):
    """Whatever the day and the book's calendar: days count on, months end where the next one begins."""
    value = results(date1904, datetime.combine(today, NOW.time()))

    def day(formula):
        return from_serial(value(formula), date1904=date1904).date()

    end = day(f"EOMONTH(TODAY(),{by // 2})")
    assert day(f"TODAY()+{by}".replace("+-", "-")) == today + timedelta(days=by)
    assert (end + timedelta(days=1)).day == 1
    assert (end.year - today.year) * 12 + end.month - today.month == by // 2
    assert day("DATE(YEAR(TODAY()),MONTH(TODAY()),DAY(TODAY()))") == today


@pytest.mark.parametrize(
    ("cells", "met"), [(60, nullcontext()), (5000, pytest.raises(ArgumentError, match="too many"))]
)
def test_a_chain_of_cells_has_an_end(cells, met):
    """Cells that name each other are followed so far; a chain of thousands is refused in words."""

    def reading(places):
        number = int(places[0].rpartition("B")[2])
        return {places[0]: NamedCell(f"Home!B{number}", 7, None if number == cells else f"B{number + 1}")}

    with met:
        assert Formulas(reading, NOW, date1904=False).value(NamedCell("Home!C8", "stale", "B1")) == 7


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        ("RAND()*9", "RAND"),
        ("OFFSET(B1,0,0)", "OFFSET"),
        ('INDIRECT("B1")', "INDIRECT"),
        ("WORKDAY(TODAY(),-5)", "WORKDAY"),
        ("_xlfn.XLOOKUP(1,B1,B2)", "XLOOKUP"),
        ("MAX(B1:B2)", "B1:B2"),
        ("MAX(leads[leadDate])", "leads[leadDate]"),
        ("Other!B1:B2", "Other!B1:B2"),
        ("[1]Home!B1", "[1]Home!B1"),
        ("{1,2}", "{1"),
        ("unknown+1", "unknown"),
        ("Z99", "Z99"),
        ("#REF!+1", "#REF!+1"),
        ('TEXT(TODAY(),"dd/mm/yyyy")', "TEXT"),
        ("TODAY()-", "its end"),
        ("", "its end"),
        ("(" * 90 + "1", "too many brackets"),
        ("1+" * 5000 + "1", "too many cells"),
        ("1/0", "an error"),
        ("9^9^999", "an error"),
        ('"x"-1', "an error"),
        ("YEAR(1,2,3)", "an error"),
        ("DATE(99999,1,1)", "an error"),
        ("YEAR(3)", "a day before all leads"),
    ],
)
def test_what_only_excel_can_work_out_is_named(formula, part):
    """The part that is not understood, in few words."""
    with pytest.raises(ArgumentError) as caught:
        results()(formula)

    assert str(caught.value) == part
