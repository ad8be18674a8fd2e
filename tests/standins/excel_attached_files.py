"""What stands at cells of a file by their address, for the stand-in Excel: openpyxl reads notes and links only."""

from __future__ import annotations

import posixpath
import re
from xml.etree import ElementTree as ET

from excel_attached import Beside, Drawing, Written
from zip_parts import read_parts

_POINT = 12_700  # English Metric Units


def load(path, book):
    """Read what stands on the sheets of a file.

    Args:
        path: The file.
        book: The workbook of the stand-in.

    Returns:
        What stands on each sheet, by its title.
    """
    parts = read_parts(path)
    names = {}
    for part in parts:
        if part.startswith("xl/persons/"):
            names |= {person.get("id"): person.get("displayName") for person in _tree(parts[part])}
    rels = _relations(parts, "xl/workbook.xml")
    found = {}
    for tag in _tree(parts["xl/workbook.xml"]).iterfind("{*}sheets/{*}sheet"):
        part = rels[next(value for name, value in tag.items() if name.endswith("}id"))][1]
        sheet = next(sheet for sheet in book.sheets if sheet.name == tag.get("name"))
        found[sheet.name] = _on_sheet(parts, part, sheet, names)
    return found


def _on_sheet(parts, part, sheet, names):
    beside, relations = Beside(), _relations(parts, part).values()
    for row in sheet.sheet.iter_rows():
        for cell in row:
            if cell.comment:
                written = Written([(cell.comment.author, cell.comment.text)])
                beside.comments[cell.row, cell.column] = written
            if cell.hyperlink:
                link = cell.hyperlink
                beside.links[cell.row, cell.column] = (link.target or "", link.location or "", link.tooltip or "")
    for kind, target in relations:
        if kind == "threadedComment":
            beside.comments |= _threads(parts[target], names)
        if kind == "drawing":
            beside.shapes += [shape for anchor in _tree(parts[target]) if (shape := _picture(sheet, anchor))]
    links = {key: target for key, (_, target) in _relations(parts, part).items()}
    beside.shapes += [
        _control(sheet, control, parts, links) for control in _tree(parts[part]).iterfind(".//{*}control")
    ]
    return beside


def _threads(content, names):
    found = {}
    for entry in _tree(content):
        said = (names.get(entry.get("personId"), ""), entry.findtext("{*}text"))
        found.setdefault(_cell(entry.get("ref")), Written([], thread=True)).entries.append(said)
    return found


def _picture(sheet, anchor):
    about = anchor.find(".//{*}pic/{*}nvPicPr/{*}cNvPr")
    placement = {"absolute": 3, "oneCell": 2}.get(anchor.get("editAs"), 1)
    return Drawing(sheet, about.get("descr"), 13, placement, *_ends(anchor)) if about is not None else None


def _control(sheet, control, parts, links):
    target = links[next(value for name, value in control.items() if name.endswith("}id"))]
    link = _tree(parts[target]).get("fmlaLink")
    return Drawing(sheet, control.get("name"), 8, 2, *_ends(control.find(".//{*}anchor")), link)


def _ends(anchor):
    for end in ("from", "to"):
        row, column, below = (int(anchor.findtext(f"{{*}}{end}/{{*}}{name}")) for name in ("row", "col", "rowOff"))
        yield (row + 1, column + 1), below / _POINT


def _relations(parts, part):
    folder, name = posixpath.split(part)
    content = parts.get(f"{folder}/_rels/{name}.rels")
    found = {}
    for relation in _tree(content) if content else ():
        target = relation.get("Target")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id")] = (relation.get("Type").rpartition("/")[2], whole)
    return found


def _cell(ref):
    letters, digits = re.match(r"([A-Z]+)(\d+)", ref).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def _tree(content):
    return ET.fromstring(content)  # noqa: S314 - of our own making
