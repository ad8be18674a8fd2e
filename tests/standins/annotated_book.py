"""A workbook in which much is attached to the leads: comments, links, pictures, controls, rules, heights of rows.

Each names the lead it was put on, so that a reader can say whether it still stands beside it.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from package_edit import MICROSOFT, TRANSITIONAL, PackageEdit
from small_book import SHEET, build
from zip_parts import read_parts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

COLUMNS = ("leadExternalId", "firstName", "isError", "leadDate", "note", "photo", "done")
KINDS = ("comment", "thread", "link", "place", "height", "hidden", "picture", "control", "rule")
"""What may be attached to a lead."""

BUILT = list(range(1, 11))
"""The leads that tests build it with."""

STAYING = {
    "above": [101, 102, *BUILT],
    "middle": [101, 102, 1, 2, 3, 4, 5, 201, 6, 7, 8, 9, 10],
    "re-sorted": BUILT[::-1],
    "shuffled": [201, 7, 3, 202, 9, 1, 10, 4, 2, 8, 6, 5, 203],
    "as they were": BUILT,
}
"""What fetches may bring in which all of them stay."""

THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_CONTROL_TYPE = "application/vnd.ms-excel.controlproperties+xml"
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t201" style="position:absolute"><v:textbox><div>control {lead}</div>'
    '</v:textbox><x:ClientData ObjectType="Checkbox"><x:SizeWithCells/><x:Anchor>6, 2, {top}, 1, 6, 60, {bottom}, 2'
    "</x:Anchor><x:AutoFill>False</x:AutoFill><x:FmlaLink>$G${row}</x:FmlaLink></x:ClientData></v:shape>"
)
_CONTROL = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="x14"><control shapeId="{number}" r:id="{link}" name="control {lead}"><controlPr'
    ' defaultSize="0" autoFill="0"><anchor moveWithCells="1"><from><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff>'
    "<xdr:row>{top}</xdr:row><xdr:rowOff>9525</xdr:rowOff></from><to><xdr:col>6</xdr:col><xdr:colOff>400000</xdr:colOff><xdr:row>"
    "{bottom}</xdr:row><xdr:rowOff>19050</xdr:rowOff></to></anchor></controlPr></control></mc:Choice></mc:AlternateContent>"
)


def png(shade: int) -> io.BytesIO:
    """Draw a picture of four grey dots."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes([shade]) * 2
    head = struct.pack(">2I5B", 2, 2, 8, 0, 0, 0, 0)
    packed = zlib.compress(row * 2)
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b""))


def build_annotated(path: Path, ids: Iterable[int], kinds: dict[str, set[int]] | None = None, *, totals: bool = False):
    """Build the workbook.

    Args:
        path: Where to.
        ids: The leads, in order.
        kinds: Which leads have which of `KINDS`; left out, all but that every fourth is hidden, the others
            have a picture, and every third has a thread.
        totals: Whether the leads have a totals row, which then has a comment and a link, too.

    Returns:
        The path, and which leads have which.
    """
    ids = list(ids)
    if kinds is None:
        kinds = {kind: set(ids) for kind in KINDS} | {"hidden": {n for n in ids if n % 4 == 0}}
        kinds |= {"thread": {n for n in ids if n % 3 == 1}, "picture": {n for n in ids if n % 4}}
    rows = {lead: row for row, lead in enumerate(ids, 1)}

    def around(_, sheet):
        for lead, row in rows.items():
            _attach(sheet, row, lead, {kind for kind in KINDS if lead in kinds.get(kind, ())})
        if totals:
            sheet.write_comment(len(rows) + 1, 1, "comment of the totals")
            sheet.write_url(len(rows) + 1, 4, "https://crm.example/totals", string="")
        sheet.write_comment(0, 2, "comment of a heading")
        sheet.write_comment(3, 9, "comment beside")

    data = [(lead, f"name {lead}", None, None, f"note {lead}", None, None) for lead in ids]
    build(path, data, around, columns=COLUMNS, totals=totals)
    edit = PackageEdit(path)
    _add_threads(edit, rows, kinds.get("thread", ()))
    _add_controls(edit, rows, kinds.get("control", ()))
    path.write_bytes(bytes(edit))
    return path, kinds


def _attach(sheet, row, lead, kinds):
    if kinds & {"comment", "thread"}:
        sheet.write_comment(row, 1, f"comment {lead}", {"author": "A. User"})
    if "link" in kinds:
        sheet.write_url(row, 4, f"https://crm.example/{lead}?a=1&b={lead}", string=f"note {lead}")
    if "place" in kinds:
        sheet.write_url(row, 3, f"internal:Home!A{lead}", string="")
    height = 21 + lead % 40 * 0.75 if "height" in kinds else None
    if height or "hidden" in kinds:
        sheet.set_row(row, height, None, {"hidden": "hidden" in kinds})
    if "picture" in kinds:
        about = {"description": f"picture {lead}", "image_data": png(lead % 256), "object_position": 1 + lead % 2}
        sheet.insert_image(row, 5, f"{lead}.png", about | {"x_scale": 3, "y_scale": 20})
    if "rule" in kinds:
        sheet.data_validation(row, 4, row, 4, {"validate": "list", "source": [f"rule {lead}"]})
        sheet.conditional_format(row, 0, row, 0, {"type": "cell", "criteria": "=", "value": 9000 + lead})


def _add_threads(edit, rows, leads):
    if not leads:
        return
    person = '<person displayName="Sami" id="{{P}}" userId="u" providerId="None"/>'.replace("{{P}}", "{P-1}")
    edit.add(
        "xl/persons/person.xml",
        f'<personList xmlns="{THREADS}">{person}</personList>',
        "application/vnd.ms-excel.person+xml",
    )
    edit.relate("xl/workbook.xml", f"{MICROSOFT.replace('2007', '2017/10')}/person", "xl/persons/person.xml")
    said = "".join(
        f'<threadedComment ref="B{row + 1}" dT="2025-08-01T10:00:00.00" personId="{{P-1}}" id="{{T-{lead}}}">'
        f"<text>thread {lead}</text></threadedComment>"
        f'<threadedComment ref="B{row + 1}" dT="2025-08-02T10:00:00.00" personId="{{P-1}}" id="{{R-{lead}}}"'
        f' parentId="{{T-{lead}}}"><text>reply {lead}</text></threadedComment>'
        for lead, row in rows.items()
        if lead in leads
    )
    part = "xl/threadedComments/threadedComment1.xml"
    edit.add(
        part,
        f'<ThreadedComments xmlns="{THREADS}">{said}</ThreadedComments>',
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    edit.relate(SHEET, f"{MICROSOFT.replace('2007', '2017/10')}/threadedComment", part)


def _add_controls(edit, rows, leads):
    shapes = controls = ""
    for number, (lead, row) in enumerate(((lead, row) for lead, row in rows.items() if lead in leads), 4001):
        part = f"xl/ctrlProps/ctrlProp{lead}.xml"
        namespace = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
        edit.add(
            part, f'<formControlPr xmlns="{namespace}" objectType="CheckBox" fmlaLink="$G${row + 1}"/>', _CONTROL_TYPE
        )
        link = edit.relate(SHEET, f"{TRANSITIONAL}/ctrlProp", part)
        about = {"number": number, "lead": lead, "link": link, "row": row + 1, "top": row, "bottom": row + 1}
        shapes += _SHAPE.format(**about)
        controls += _CONTROL.format(**about)
    if shapes:
        vml = edit.target(SHEET, "vmlDrawing")
        edit.insert(vml, "</xml>", shapes)
        drawing = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
        edit.insert(SHEET, "<tableParts", f"<controls {drawing}>{controls}</controls>")


def _tree(content):
    return ET.fromstring(content)  # noqa: S314 - of our own making


# --- reading -------------------------------------------------------------------------------------------------------


@dataclass
class Beside:
    """What stands beside the leads of a workbook.

    Args:
        leads: For each lead, by number, the texts of what is attached to its row.
        others: What is attached elsewhere: address, text.
        rows: The lead that stands in each row of the sheet.
    """

    leads: dict[int, set[str]]
    others: set[tuple[str, str]] = field(default_factory=set)
    rows: dict[int, int] = field(default_factory=dict)


def beside(path: Path) -> Beside:
    """Read what stands beside the leads, of the parts as they are."""
    parts = read_parts(path)
    sheet = _tree(parts[SHEET])
    texts = _shared(parts)
    found = Beside({})
    for row in sheet.iterfind("{*}sheetData/{*}row"):
        cell = next((c for c in row if re.fullmatch(r"A\d+", c.get("r", ""))), None)
        value = cell.findtext("{*}v") if cell is not None and cell.get("t") != "s" else None
        number = int(row.get("r"))
        if value and number > 1 and cell.find("{*}f") is None:
            found.rows[number] = int(float(value))
            lead = found.leads.setdefault(int(float(value)), set())
            note = next((c for c in row if c.get("r") == f"E{number}"), None)
            lead.update({_text(note, texts)} - {""} if note is not None else ())
        _see_row(found, row)
    _see_links(found, sheet, parts)
    _see_rules(found, sheet)
    for kind, see in _SEE.items():
        for target in _targets(parts, SHEET, kind):
            see(found, parts[target], target)
    return found


def _put(found, row, column, text):
    lead = found.rows.get(row)
    if lead is None or column > len(COLUMNS):
        found.others.add((f"R{row}C{column}", text))
    else:
        found.leads[lead].add(text)


def _shared(parts):
    root = _tree(parts["xl/sharedStrings.xml"])
    return ["".join(t.text or "" for t in item.iterfind(".//{*}t")) for item in root]


def _text(cell, texts):
    if cell.get("t") == "s":
        return texts[int(cell.findtext("{*}v"))]
    return "".join(t.text or "" for t in cell.iterfind(".//{*}t")) or cell.findtext("{*}v") or ""


def _see_row(found, row):
    number = int(row.get("r"))
    if row.get("hidden") in ("1", "true"):
        _put(found, number, 1, "hidden")
    if row.get("customHeight") in ("1", "true"):
        _put(found, number, 1, f"height {float(row.get('ht')):g}")


def _cell(ref):
    letters, digits = re.match(r"\$?([A-Z]+)\$?(\d+)", ref).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def _relations(parts, part):
    folder, name = posixpath.split(part)
    content = parts.get(f"{folder}/_rels/{name}.rels")
    return list(_tree(content)) if content else []


def _targets(parts, part, kind):
    for relation in _relations(parts, part):
        if relation.get("Type").endswith(f"/{kind}"):
            target = relation.get("Target")
            yield (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
            )


def _see_links(found, sheet, parts):
    outside = {r.get("Id"): r.get("Target") for r in _relations(parts, SHEET) if r.get("TargetMode") == "External"}
    used = set()
    for link in sheet.iterfind(".//{*}hyperlink"):
        identifier = next((value for name, value in link.items() if name.endswith("}id")), None)
        used.add(identifier)
        _put(found, *_cell(link.get("ref")), f"link {outside.get(identifier) or '#' + link.get('location')}")
    assert set(outside) <= used, "addresses without a link"


def _see_rules(found, sheet):
    for rule in sheet.iterfind(".//{*}dataValidation"):
        for ref in rule.get("sqref").split():
            _put(found, *_cell(ref), rule.findtext("{*}formula1"))
    for rule in sheet.iterfind(".//{*}conditionalFormatting"):
        for ref in rule.get("sqref").split():
            _put(found, *_cell(ref), f"format {rule[0].findtext('{*}formula')}")
    for control in sheet.iterfind(".//{*}control"):
        rows = [int(row.text) + 1 for row in control.iter() if row.tag.endswith("}row")]
        _put(found, rows[0], 7, f"{control.get('name')} of the sheet, {rows[1] - rows[0]} high")


def _see_comments(found, content, _):
    for comment in _tree(content).iterfind(".//{*}comment"):
        text = "".join(t.text or "" for t in comment.iterfind(".//{*}t"))
        _put(found, *_cell(comment.get("ref")), text)


def _see_threads(found, content, _):
    for comment in _tree(content):
        _put(found, *_cell(comment.get("ref")), comment.findtext(f"{{{THREADS}}}text"))


def _see_shapes(found, content, _):
    office = "{urn:schemas-microsoft-com:office:excel}"
    for shape in _tree(content).iter("{urn:schemas-microsoft-com:vml}shape"):
        data = shape.find(f"{office}ClientData")
        anchor = [int(number) for number in data.findtext(f"{office}Anchor").split(",")]
        if data.get("ObjectType") == "Note":
            row, column = int(data.findtext(f"{office}Row")) + 1, int(data.findtext(f"{office}Column")) + 1
            assert abs(anchor[2] + 1 - row) <= 3, "a note is drawn far from its cell"
            _put(found, row, column, "box")
        else:
            text = "".join(shape.itertext()).split("6,")[0].strip().split("\n")[0]
            name = re.match(r"control \d+", text)[0]
            _put(found, anchor[2] + 1, anchor[0] + 1, f"{name} of its shape")
            _put(found, *_cell(data.findtext(f"{office}FmlaLink")), f"{name} linked by its shape")


def _see_drawings(found, content, _):
    space = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
    for anchor in _tree(content):
        start, about = anchor.find(f"{space}from"), anchor.find(f".//{space}cNvPr")
        place = int(start.findtext(f"{space}row")) + 1, int(start.findtext(f"{space}col")) + 1
        _put(found, *place, about.get("descr"))


def _see_properties(found, content, part):
    root = _tree(content)
    lead = re.search(r"\d+", part)[0]
    _put(found, *_cell(root.get("fmlaLink")), f"control {lead} linked")


_SEE = {
    "comments": _see_comments,
    "threadedComment": _see_threads,
    "vmlDrawing": _see_shapes,
    "drawing": _see_drawings,
    "ctrlProp": _see_properties,
}


def expected(lead: int, kinds: dict[str, set[int]]) -> set[str]:
    """Say what should stand beside a lead, given what it was built with."""
    has = {kind: lead in kinds.get(kind, ()) for kind in KINDS}
    texts = {f"note {lead}"}
    texts |= {f"comment {lead}", "box"} if has["comment"] or has["thread"] else set()
    texts |= {f"thread {lead}", f"reply {lead}"} if has["thread"] else set()
    texts |= {f"link https://crm.example/{lead}?a=1&b={lead}"} if has["link"] else set()
    texts |= {f"link #Home!A{lead}"} if has["place"] else set()
    texts |= {f"height {21 + lead % 40 * 0.75:g}"} if has["height"] else set()
    texts |= {"hidden"} if has["hidden"] else set()
    texts |= {f"picture {lead}"} if has["picture"] else set()
    texts |= {f'"rule {lead}"', f"format {9000 + lead}"} if has["rule"] else set()
    if has["control"]:
        name = f"control {lead}"
        texts |= {
            f"{name} of the sheet, 1 high",
            f"{name} of its shape",
            f"{name} linked by its shape",
            f"{name} linked",
        }
    return texts
