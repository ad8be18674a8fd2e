"""A workbook in which everything names our leads: cells, names, charts, formats, validations, controls, tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_edit import TRANSITIONAL, PackageEdit
from small_book import LEADS, SHEET, TABLE, build

if TYPE_CHECKING:
    from pathlib import Path

REPORT = "xl/worksheets/sheet7.xml"
COLUMNS = [*LEADS, {"header": "share", "formula": "=A2/SUM($A$2:$A$11)"}]
AS_BUILT = {"last": 11, "total": 12, "rows": 11, "end": 11}
BODY, CELL = "Leads!$A$2:$A${last}", "Leads!$A${total}"

A14 = "http://schemas.microsoft.com/office/drawing/2010/main"
CAMERA = "{84589F7E-364E-4C9E-8A38-B11213B215E9}"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t201">'
    '<x:ClientData ObjectType="List"><x:Anchor>7, 0, 30, 0, 9, 0, 35, 0</x:Anchor><x:FmlaRange>{}</x:FmlaRange>'
    "</x:ClientData></v:shape></xml>"
)

EVERYWHERE: dict[str, tuple[str, str]] = {
    # The part, and its text: {last} is the last data row, {total} the totals row, {end} the table's last row, {rows}
    # the last row of a range that also names what stays: it does not shrink where no total would come into it.
    "cell": (REPORT, "<f>SUM(Leads!$A$2:$A${last})</f>"),
    "cell of two prefixes": (REPORT, "<f>SUM(Leads!$A$2:Leads!$A${last})</f>"),
    "relative": (REPORT, "<f>MAX(Leads!A2:A{last})</f>"),
    "in quotes": (REPORT, "<f>SUM('Leads'!$A$1:$E${last})</f>"),
    "whole rows": (REPORT, "<f>COUNTA(Leads!$2:${rows})</f>"),
    "half ours": (REPORT, "<f>COUNTA(Leads!$A$2:$H${rows})</f>"),
    "several sheets": (REPORT, "<f>SUM(Home:Leads!$A$2:$A${rows})</f>"),
    "several sheets in quotes": (REPORT, "<f>MAX('Home:Leads'!$B$2:$B${rows})</f>"),
    "another workbook": (REPORT, "<f>SUM([1]Leads!$A$2:$A$11)</f>"),
    "another sheet": (REPORT, "<f>SUM(Home!$A$2:$A$11)</f>"),
    "part of the rows": (REPORT, "<f>SUM(Leads!$A$3:$A$11)</f>"),
    "text": (REPORT, '<f>"Leads!$A$2:$A$11"&amp;Leads!$A$2</f>'),
    "beside": (SHEET, "<f>SUM($A$2:$A${last})</f>"),
    "beside, relative": (SHEET, "<f>MIN(A2:A{last})</f>"),
    "name": ("xl/workbook.xml", ">Leads!$B$2:$B${last}</definedName>"),
    "print area": ("xl/workbook.xml", 'name="_xlnm.Print_Area" localSheetId="1">Leads!$A$1:$F${end}</definedName>'),
    "chart": ("xl/charts/chart1.xml", "<c:f>Leads!$A$2:$A${last}</c:f>"),
    "sparkline": (REPORT, "<xm:f>Leads!A2:A{last}</xm:f>"),
    "validation": (REPORT, "<formula1>Leads!$B$2:$B${last}</formula1>"),
    "validated cells": (SHEET, 'showErrorMessage="1" sqref="E2:E{last}">'),
    "format": (SHEET, '<conditionalFormatting sqref="A2:A{last}">'),
    "threshold": (SHEET, '<cfvo type="formula" val="MIN($A$2:$A${last})"/>'),
    "threshold of another sheet": (REPORT, 'val="IF(&quot;a&quot;&lt;&quot;b&quot;,MAX(Leads!$A$2:$A${last}))"/>'),
    "threshold that is a number": (SHEET, '<cfvo type="num" val="11"/>'),
    "link": (REPORT, 'location="Leads!A2:B{last}"'),
    "list of a control": ("xl/drawings/vmlDrawing1.vml", "<x:FmlaRange>Leads!$B$2:$B${last}</x:FmlaRange>"),
    "list of a control on our sheet": ("xl/drawings/vmlDrawing9.vml", "<x:FmlaRange>$B$2:$B${last}</x:FmlaRange>"),
    "properties of a control": ("xl/ctrlProps/ctrlProp1.xml", 'fmlaRange="Leads!$B$2:$B${last}"'),
    "camera": ("xl/drawings/drawing1.xml", 'cellRange="Leads!$A$1:$E${last}"'),
    "calculated column": (TABLE, "<calculatedColumnFormula>A2/SUM($A$2:$A${last})</calculatedColumnFormula>"),
    "calculated cells": (SHEET, "<f>A2/SUM($A$2:$A${last})</f>"),
    "table beside ours": ("xl/tables/table2.xml", "Formula>SUM($A$2:$A${last})*mine[[#This Row],[weight]]<"),
    "cells of the table beside ours": (SHEET, "<f>SUM($A$2:$A${last})*mine[[#This Row],[weight]]</f>"),
    "table on another sheet": ("xl/tables/table7.xml", "<calculatedColumnFormula>SUM(Leads!$A$2:$A${last})<"),
}  # fmt: skip

TOTALS: dict[str, tuple[str, str]] = {
    "total": (REPORT, "<f>Leads!A{total}</f>"),
    "total, absolute": (REPORT, "<f>Leads!$A${total}*2</f>"),
    "row of totals": (REPORT, "<f>SUM(Leads!$A${total}:$E${total})</f>"),
    "total beside": (SHEET, "<f>$A${total}+A1</f>"),
    "total in a name": ("xl/workbook.xml", ">Leads!$A${total}</definedName>"),
    "total in a chart": ("xl/charts/chart1.xml", "<c:f>Leads!$A${total}</c:f>"),
    "total in a validation": (REPORT, "<formula2>Leads!$A${total}</formula2>"),
    "total in a link": (REPORT, 'location="Leads!A{total}"'),
    "total in a shape": ("xl/drawings/drawing1.xml", 'textlink="Leads!$A${total}"'),
    "total in a calculated column": (SHEET, '<c r="F2"><f>A2/SUM($A$2:$A${last})</f>'),
    "formula of a total": (TABLE, "<totalsRowFormula>SUM($A$2:$A${last})/COUNT(A2:A{last})</totalsRowFormula>"),
    "cell of a total": (SHEET, '<c r="A{total}"><f>SUM($A$2:$A${last})/COUNT(A2:A{last})</f>'),
    "column with one absolute end": (SHEET, '<c r="C{total}"><f>SUM(A$2:A{last})</f>'),
    "total of a total": (SHEET, '<c r="B{total}"><f>A{total}*2</f>'),
    "selection": (SHEET, 'activeCell="A{total}" sqref="A{total}"'),
    "watched cell": (SHEET, '<cellWatch r="A{total}"/>'),
}


def _write_report(book, totals):
    report = book.add_worksheet("Report")
    cells = [
        text for part, text in (EVERYWHERE | (TOTALS if totals else {})).values() if part == REPORT and "<f>" in text
    ]
    for row, text in enumerate(cells):
        formula = re.sub(r"</?f>", "", text).replace("&amp;", "&")
        report.write_formula(row, 0, f"={formula.format(**AS_BUILT)}")
    body = BODY.format(last=11)
    report.data_validation("C1", {"validate": "list", "source": "=Leads!$B$2:$B$11"})
    if totals:
        report.data_validation(
            "C2", {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": f"={CELL.format(total=12)}"}
        )
        report.write_url("D2", "internal:Leads!A12")
        report.insert_textbox("H20", "", {"textlink": f"={CELL.format(total=12)}"})
    report.write_url("D1", "internal:Leads!A2:B11")
    scale = {"type": "2_color_scale", "min_type": "num", "min_value": 1, "max_type": "formula"}
    report.conditional_format("E1:E9", scale | {"max_value": f'=IF("a"<"b",MAX({body}))'})
    report.add_sparkline("F1", {"range": "Leads!A2:A11"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={body}", "name": f"={CELL.format(total=12)}" if totals else "=Leads!$A$1"})
    report.insert_chart("H1", chart)
    columns = [{"header": "n"}, {"header": "sum", "formula": f"=SUM({body})"}]
    report.add_table("P1:Q3", {"name": "theirs", "columns": columns})
    return report


def build_referring(path: Path, *, totals: bool) -> Path:
    """Build the workbook.

    Args:
        path: Where to.
        totals: Whether the leads have a totals row, and what names it is there.

    Returns:
        The path.
    """

    def around(book, sheet):
        _write_report(book, totals)
        for row, formula in enumerate(["SUM($A$2:$A$11)", "MIN(A2:A11)", *(["$A$12+A1"] if totals else [])], 1):
            sheet.write_formula(row, 7, f"={formula}")
        columns = [{"header": "weight"}, {"header": "sum", "formula": "=SUM($A$2:$A$11)*mine[[#This Row],[weight]]"}]
        sheet.add_table("J1:K4", {"name": "mine", "columns": columns})
        scale = {"type": "3_color_scale", "min_type": "formula", "min_value": "=MIN($A$2:$A$11)", "mid_type": "num"}
        sheet.conditional_format("A2:A11", scale | {"mid_value": 11, "max_type": "num", "max_value": 99})
        sheet.data_validation("E2:E11", {"validate": "list", "source": ["a", "b"]})
        sheet.print_area("A1:F12" if totals else "A1:F11")
        sheet.set_selection("A12" if totals else "A1")
        book.define_name("people", "=Leads!$B$2:$B$11")
        if totals:
            book.define_name("the_total", "=Leads!$A$12")
            sheet.write_formula("A12", "=SUM($A$2:$A$11)/COUNT(A2:A11)")
            sheet.write_formula("B12", "=A12*2")
            sheet.write_formula("C12", "=SUM(A$2:A11)")

    rows = [(n, f"name {n}", None, None, f"note {n}", None) for n in range(1, 11)]
    build(path, rows, around, columns=COLUMNS, totals=totals)
    return _with_parts(path, totals=totals)


def _with_parts(path, *, totals):
    """Add what XlsxWriter cannot write: controls, a camera, a watched cell, the formula of a total."""
    edit = PackageEdit(path)
    control = '<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" objectType="List"'
    kind = "application/vnd.ms-excel.controlproperties+xml"
    edit.add("xl/ctrlProps/ctrlProp1.xml", f'{control} fmlaLink="$C$1" fmlaRange="Leads!$B$2:$B$11" val="0"/>', kind)
    edit.relate(REPORT, f"{TRANSITIONAL}/ctrlProp", "xl/ctrlProps/ctrlProp1.xml")
    edit.insert("[Content_Types].xml", "<Override", f'<Default Extension="vml" ContentType="{VML_TYPE}"/>')
    for part, sheet, formula in (("1", REPORT, "Leads!$B$2:$B$11"), ("9", SHEET, "$B$2:$B$11")):
        edit.add(f"xl/drawings/vmlDrawing{part}.vml", VML.format(formula), "")
        link = edit.relate(sheet, f"{TRANSITIONAL}/vmlDrawing", f"xl/drawings/vmlDrawing{part}.vml")
        edit.insert(sheet, "<tableParts", f'<legacyDrawing r:id="{link}"/>')
    camera = f'<a:ext uri="{CAMERA}"><a14:cameraTool xmlns:a14="{A14}" cellRange="Leads!$A$1:$E$11"/></a:ext>'
    text = edit.text("xl/drawings/drawing1.xml")
    edit.write(
        "xl/drawings/drawing1.xml",
        text.replace(
            "<xdr:cNvGraphicFramePr/>",
            f"<xdr:cNvGraphicFramePr><a:extLst>{camera}</a:extLst></xdr:cNvGraphicFramePr>",
            1,
        ),
    )
    if totals:
        edit.insert(SHEET, "<legacyDrawing", '<cellWatches><cellWatch r="A12"/></cellWatches>')
        column = '<tableColumn id="1" name="leadExternalId"'
        total = f'{column} totalsRowFunction="custom"><totalsRowFormula>{{}}</totalsRowFormula></tableColumn>'
        edit.replace(
            TABLE, '<tableColumn id="1" name="leadExternalId"/>', total.format("SUM($A$2:$A$11)/COUNT(A2:A11)")
        )
    path.write_bytes(bytes(edit))
    return path
