"""What XlsxWriter cannot make, written into the package of the hostile workbook."""

from __future__ import annotations

import base64
import re
import struct
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from hostile_pivot import add_pivot
from hostile_sheets import AGE, FIRST_ROW, letters_of
from package_edit import MAIN, MICROSOFT, TRANSITIONAL, PackageEdit
from zip_parts import zipped

if TYPE_CHECKING:
    from hostile_sheets import Layout

_BOOK = "xl/workbook.xml"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_EXCEL = "application/vnd.ms-excel."


def add_parts(content: bytes, layouts: dict[str, Layout]) -> bytes:
    """Add to a workbook what XlsxWriter left out.

    Args:
        content: The workbook.
        layouts: Where its tables stand.

    Returns:
        The hostile workbook.
    """
    edit = PackageEdit(content)
    sheets = _sheet_parts(edit)
    add_pivot(edit, sheets["Pivot"], layouts["leads"])
    _add_slicer(edit, sheets["Leads"], layouts["leads"])
    _add_query(edit)
    _add_printer_settings(edit, sheets["Leads"])
    _share_formulas(edit, sheets["Leads"], layouts["leads"])
    _filter_and_sort(edit, layouts)
    if "xl/vbaProject.bin" in edit.parts:
        _add_form_control(edit, sheets["Home"])
    _add_calculation_chain(edit, sheets)
    return bytes(edit)


def _sheet_parts(edit: PackageEdit) -> dict[str, str]:
    """Find the part of each sheet: XlsxWriter numbers both in the same order, relations too."""
    names = re.findall(r'<sheet name="([^"]*)" [^>]*r:id="(\w+)"', edit.text(_BOOK))
    relations = edit.text("xl/_rels/workbook.xml.rels")
    targets = dict(re.findall(r'Id="(\w+)" [^>]*Target="(worksheets/[^"]*)"', relations))
    return {name: f"xl/{targets[identifier]}" for name, identifier in names if identifier in targets}


def _table_part(edit: PackageEdit, name: str) -> str:
    return next(part for part, content in edit.parts.items() if f'displayName="{name}"'.encode() in content)


def _add_slicer(edit: PackageEdit, sheet: str, leads: Layout) -> None:
    """Add a table slicer on `source` ([MS-XLSX] 2.6.85): cache, slicer, drawing and the extensions that list them."""
    cache, slicer = "xl/slicerCaches/slicerCache1.xml", "xl/slicers/slicer1.xml"
    column = leads.at("source") + 1
    head = f'xmlns="{_X14}" xmlns:mc="{_COMPATIBILITY}" mc:Ignorable="x" xmlns:x="{MAIN}"'
    table_cache = f'<x15:tableSlicerCache tableId="1" column="{column}"/>'
    extension = f'<x:ext uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{_X15}">{table_cache}</x:ext>'
    definition = f'name="Slicer_source" sourceName="source"><extLst>{extension}</extLst>'
    xml = f"<slicerCacheDefinition {head} {definition}</slicerCacheDefinition>"
    edit.add(cache, xml, f"{_EXCEL}slicerCache+xml")
    shown = '<slicer name="source" cache="Slicer_source" caption="Source" rowHeight="230716"/>'
    edit.add(slicer, f"<slicers {head}>{shown}</slicers>", f"{_EXCEL}slicer+xml")
    listed = f'<x14:slicerCache r:id="{edit.relate(_BOOK, f"{MICROSOFT}/slicerCache", cache)}"/>'
    caches = f'<x15:slicerCaches xmlns:x14="{_X14}">{listed}</x15:slicerCaches>'
    uri = "{46BE6895-7355-4a93-B00E-2C351335B9C9}"
    edit.insert(_BOOK, "</workbook>", f'<extLst><ext uri="{uri}" xmlns:x15="{_X15}">{caches}</ext></extLst>')
    edit.insert(_BOOK, "</definedNames>", '<definedName name="Slicer_source">#N/A</definedName>')
    on_sheet = f'<x14:slicer r:id="{edit.relate(sheet, f"{MICROSOFT}/slicer", slicer)}"/>'
    lists = f'<x14:slicerList xmlns:x14="{_X14}">{on_sheet}</x14:slicerList>'
    uri = "{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}"
    edit.insert(sheet, "</extLst>", f'<ext uri="{uri}" xmlns:x15="{_X15}">{lists}</ext>')
    drawing = edit.target(sheet, "drawing")
    edit.insert(drawing, "</xdr:wsDr>", _slicer_frame(len(leads.columns) + 7))


def _slicer_frame(column: int) -> str:
    places = ((column, 3), (column + 3, 16))
    start, end = (
        f"<xdr:col>{x}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{y}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
        for x, y in places
    )
    named = '<xdr:nvGraphicFramePr><xdr:cNvPr id="9" name="source"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
    moved = '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
    uri = "http://schemas.microsoft.com/office/drawing/2010/slicer"
    data = f'<a:graphicData uri="{uri}"><sle:slicer xmlns:sle="{uri}" name="source"/></a:graphicData>'
    frame = f'<xdr:graphicFrame macro="">{named}{moved}<a:graphic>{data}</a:graphic></xdr:graphicFrame>'
    newer = 'xmlns:sle15="http://schemas.microsoft.com/office/drawing/2012/slicer" Requires="sle15"'
    choice = f"<mc:Choice {newer}>{frame}</mc:Choice><mc:Fallback>{_placeholder()}</mc:Fallback>"
    choice = f'<mc:AlternateContent xmlns:mc="{_COMPATIBILITY}">{choice}</mc:AlternateContent>'
    anchor = f"<xdr:from>{start}</xdr:from><xdr:to>{end}</xdr:to>{choice}<xdr:clientData/>"
    return f'<xdr:twoCellAnchor editAs="absolute">{anchor}</xdr:twoCellAnchor>'


def _placeholder() -> str:
    """The shape that older versions of Excel show in place of a slicer."""
    named = '<xdr:nvSpPr><xdr:cNvPr id="0" name=""/><xdr:cNvSpPr/></xdr:nvSpPr>'
    place = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="1828800" cy="2428875"/></a:xfrm>'
    shape = f'<xdr:spPr>{place}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
    return f'<xdr:sp macro="" textlink="">{named}{shape}</xdr:sp>'


def _add_query(edit: PackageEdit) -> None:
    """Add a Power Query: its connection, and its text in custom XML ([MS-QDEFF] 2.2)."""
    source = "Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=Branches"
    query = f'<dbPr connection="{source}" command="Branches"/>'
    said = 'keepAlive="1" name="Query - Branches" description="Branches" type="5" refreshedVersion="8" saveData="1"'
    connection = f'<connections xmlns="{MAIN}"><connection id="1" {said}>{query}</connection></connections>'
    edit.add("xl/connections.xml", connection, f"{_OFFICE}spreadsheetml.connections+xml")
    edit.relate(_BOOK, f"{TRANSITIONAL}/connections", "xl/connections.xml")
    mashup = base64.b64encode(_mashup()).decode()
    item = f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{mashup}</DataMashup>'
    edit.add("customXml/item1.xml", f'<?xml version="1.0" encoding="utf-16"?>{item}'.encode("utf-16"), "")
    schemas = '<ds:schemaRefs><ds:schemaRef ds:uri="http://schemas.microsoft.com/DataMashup"/></ds:schemaRefs>'
    properties = 'ds:itemID="{3626617B-834F-544A-AABA-9D97DDDF6092}"'
    namespace = f"xmlns:ds={quoteattr(TRANSITIONAL.replace('relationships', 'customXml'))}"
    xml = f"<ds:datastoreItem {properties} {namespace}>{schemas}</ds:datastoreItem>"
    edit.add("customXml/itemProps1.xml", xml, f"{_OFFICE}customXmlProperties+xml")
    edit.relate("customXml/item1.xml", f"{TRANSITIONAL}/customXmlProps", "customXml/itemProps1.xml")
    edit.relate(_BOOK, f"{TRANSITIONAL}/customXml", "customXml/item1.xml")


def _mashup() -> bytes:
    section = b'section Section1;\nshared Branches = #table({"branch"}, {{"Riyadh"}});\n'
    package = zipped([("Formulas/Section1.m", section)])
    permissions = b"<PermissionList><CanEvaluateFuturePackages>false</CanEvaluateFuturePackages></PermissionList>"
    pieces = (package, permissions, b"", b"")
    return struct.pack("<I", 0) + b"".join(struct.pack("<I", len(piece)) + piece for piece in pieces)


def _add_printer_settings(edit: PackageEdit, sheet: str) -> None:
    settings = "xl/printerSettings/printerSettings1.bin"
    edit.add(settings, bytes(range(256)), f"{_OFFICE}spreadsheetml.printerSettings")
    identifier = edit.relate(sheet, f"{TRANSITIONAL}/printerSettings", settings)
    edit.replace(sheet, "<pageSetup ", f'<pageSetup r:id="{identifier}" ')


def _share_formulas(edit: PackageEdit, sheet: str, leads: Layout) -> None:
    """Store the column calculated by cell as Excel may: one master, and cells that share its formula (§18.3.1.40)."""
    column = letters_of(leads, AGE)
    cell = re.compile(rf'(<c r="{column}(\d+)"[^>]*>)<f>([^<]*)</f>')
    whole = f"{column}{FIRST_ROW}:{column}{leads.last + 1}"

    def shared(match: re.Match[str]) -> str:
        is_master = int(match[2]) == FIRST_ROW
        formula = f' ref="{whole}" si="0">{match[3]}</f>' if is_master else ' si="0"/>'
        return f'{match[1]}<f t="shared"{formula}'

    edit.write(sheet, cell.sub(shared, edit.text(sheet)))


def _filter_and_sort(edit: PackageEdit, layouts: dict[str, Layout]) -> None:
    """Sort `leads`, filter `bulks`, and write line breaks in headers as Excel writes them."""
    leads, bulks = _table_part(edit, "leads"), _table_part(edit, "bulks")
    column = f"A{FIRST_ROW}:A{layouts['leads'].last + 1}"
    state = f'<sortState ref="{column}"><sortCondition ref="{column}"/></sortState>'
    edit.replace(leads, "<tableColumns", f"{state}<tableColumns")
    edit.write(leads, edit.text(leads).replace("&#xA;", "_x000a_"))
    status = layouts["bulks"].at("status")
    wanted = escape(str(layouts["bulks"].values("status")[0]))
    chosen = f'<filterColumn colId="{status}"><filters><filter val="{wanted}"/></filters></filterColumn>'
    edit.write(bulks, re.sub(r'(<autoFilter ref="[^"]*")/>', rf"\1>{chosen}</autoFilter>", edit.text(bulks)))


def _add_form_control(edit: PackageEdit, sheet: str) -> None:
    """Give the VML button of XlsxWriter the control that Excel 2010 and later keep beside it ([MS-XLSX] 2.4.34)."""
    properties = "xl/ctrlProps/ctrlProp1.xml"
    xml = f'<formControlPr xmlns="{_X14}" objectType="Button" lockText="1"/>'
    edit.add(properties, xml, f"{_EXCEL}controlproperties+xml")
    identifier = edit.relate(sheet, f"{TRANSITIONAL}/ctrlProp", properties)
    corner = "<xdr:col>{}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    anchor = f"<anchor><from>{corner.format(3, 11)}</from><to>{corner.format(4, 12)}</to></anchor>"
    said = f'<controlPr defaultSize="0" print="0" autoFill="0" macro="[0]!SampleCall">{anchor}</controlPr>'
    control = f'<control shapeId="1025" r:id="{identifier}" name="Button 1">{said}</control>'
    namespaces = f'xmlns:mc="{_COMPATIBILITY}" xmlns:xdr="{_DRAWING}"'
    choice = f'<mc:Choice xmlns:x14="{_X14}" Requires="x14"><controls>{control}</controls></mc:Choice>'
    edit.insert(sheet, "</worksheet>", f"<mc:AlternateContent {namespaces}>{choice}</mc:AlternateContent>")


def _add_calculation_chain(edit: PackageEdit, sheets: dict[str, str]) -> None:
    numbers = dict(re.findall(r'<sheet name="([^"]*)" sheetId="(\d+)"', edit.text(_BOOK)))
    cells = [
        f'<c r="{ref}" i="{numbers[name]}"/>'
        for name, part in sheets.items()
        for ref in re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><f', edit.text(part))
    ]
    xml = f'<calcChain xmlns="{MAIN}">{"".join(cells)}</calcChain>'
    edit.add("xl/calcChain.xml", xml, f"{_OFFICE}spreadsheetml.calcChain+xml")
    edit.relate(_BOOK, f"{TRANSITIONAL}/calcChain", "xl/calcChain.xml")
