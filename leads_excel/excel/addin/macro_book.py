"""Builds what needs VBA: a report workbook with buttons (`.xlsm`) and the ribbon add-in (`.xlam`).

Both carry the VBA of the installed xlwings, so that VBA and Python always match, and a module of ours that does nothing
but call Python. Nothing in either runs by itself. The buttons work in Excel for Windows and macOS; the formulas in
Excel for Windows only, because xlwings' free edition has them nowhere else.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from posixpath import basename, dirname, join, normpath
from string import Template
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.packaging.relationship import RelationshipList
from openpyxl.packaging.workbook import WorkbookPackage
from openpyxl.utils.cell import range_boundaries
from openpyxl.xml.functions import fromstring
from xlsxwriter import Workbook

from leads_excel.captions.languages import caption
from leads_excel.excel.addin.vba_project import Module, vba_project
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.captions.languages import Language

PROJECT_NAME = "leads_excel"
"""Names the settings file that the VBA reads (`leads_excel.conf`), so that no other project's settings apply."""

_WORKBOOK, _TYPES = "xl/workbook.xml", "[Content_Types].xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_VBA_LINK = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_RIBBON_LINK = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_VBA_TYPE = "application/vnd.ms-office.vbaProject"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BEFORE_DRAWING = (
    r"<pageMargins(?:(?!<legacyDrawing ).)*?(?=<(?:legacyDrawingHF|picture|tableParts|extLst)\b|</worksheet>)"
)
"""The end of a sheet up to where a drawing belongs (ECMA-376 part 1, 18.3.1.99); none if there is one already."""


class _Button(NamedTuple):
    caption: str
    macro: str
    about: str


_BUTTON_RANGE = "buttons"
"""The defined name of the cells that the buttons cover, one below the other."""
_BUTTONS = (
    _Button("Refresh", "LeadsRefresh", "Fetch what is new and fill the sheets"),
    _Button("Reload", "LeadsReload", "Fetch everything again and fill the sheets"),
    _Button("Check connection", "LeadsCheckConnection", "Say whether the API answers"),
    _Button("Clear data", "LeadsClearData", "Empty the tables of this workbook"),
    _Button("About", "LeadsAbout", "Say which version this is"),
)


_OURS = ("LeadsMacros", "LeadsRibbon", "LeadsCells", "LeadsFormulas", "LeadsPython")
"""Our modules of the add-in."""

_Changes = tuple[tuple[str, str], ...]

_OURS_IN_XLWINGS: _Changes = (
    (r'(Const PROJECT_NAME As String = )"\w+"', rf'\1"{PROJECT_NAME}"'),
    (r'(GetConfig\("ADD_WORKBOOK_TO_PYTHONPATH", )"true"', r'\1"false"'),
    (r'(" -B )(-c "")', r"\1-P \2"),
    (r'& ";" & (GetConfig\("PYTHONPATH"\))', r'& IIf(\1 = "", "", ";" & \1)'),
    (
        r'(" -B -P -c "")(import xlwings\.utils;xlwings\.utils\.prepare_sys_path\(\\""" & )PYTHONPATH\b',
        r'\1" & BeforeXlwings(PythonCommand) & "\2Replace(PYTHONPATH, "%", "")',
    ),
)
"""Patterns in xlwings' VBA and what takes their place: our settings file, and no module from the workbook's folder.

A `leads_excel.py` beside a workbook must not stand in for this package, and a folder in OneDrive has no path. Excel's
current folder is one where its user opened a file: Python with `-P` leaves that out, and xlwings if it is told nothing
where it would be told an empty path. What a button's Python loads first is ours, see `starting`; and a workbook may be
named like a variable, `%TEMP%`, in whose place cmd.exe would put backslashes: its path, which is not used, goes without
those signs.
"""

_FOR_FORMULAS: _Changes = (
    (r"(Public Const PROJECT_NAME .*)", r"\1\nPublic PythonNumber As Long"),
    (
        r'AddExcelDir & ";" & ActiveWorkbook\.FullName & ";" & ThisWorkbook\.FullName & ";"',
        '"false;" & PythonNumber & ";;"',
    ),
    (r'(ConsoleSwitch & )" /K "', r'\1IIf(ConsoleSwitch = "", " /C ", " /K ")'),
)
"""Likewise in the command line by which the add-in starts Python.

xlwings keeps one Python for each command line. With the workbook's name in it there would be one for each workbook that
is active when a formula is calculated; with a number there is one, until LeadsPython asks for a new one. And where no
console is shown that somebody could read, `cmd.exe` ends with the Python that it started: while it runs, xlwings waits
two minutes for a Python that cannot start.
"""


def macro_workbook(content: bytes, language: Language = "en") -> bytes:
    """Turn one of our `.xlsx` workbooks into an `.xlsm` with buttons on Home.

    Args:
        content: The workbook: the template, or a report made from it.
        language: The language of the buttons.

    Returns:
        The same workbook, every part of it kept, with VBA and buttons.

    Raises:
        WorkbookLayoutError: It has macros already, or no range named `buttons` on a sheet without notes and controls.
        WorkbookError: The installed xlwings is not one this package knows.
    """
    book = _Parts(content)
    modules = [*_xlwings_modules("xlwings.bas", _OURS_IN_XLWINGS), _module("LeadsMacros"), _module("LeadsButtons")]
    _add_project(book, "LeadsReport", modules, _MACRO_TYPE)
    _add_buttons(book, language)
    return book.packed()


def addin_workbook() -> bytes:
    """Build the add-in: a ribbon tab Leads, and the formulas with their texts for Insert Function.

    Returns:
        The bytes of an `.xlam`.

    Raises:
        WorkbookError: The installed xlwings is not one this package knows.
    """
    book = _Parts(_hidden_workbook())
    changes = (*_OURS_IN_XLWINGS, *_FOR_FORMULAS)
    modules = [*_xlwings_modules("xlwings_custom_addin.bas", changes), *map(_module, _OURS)]
    _add_project(book, "LeadsAddin", modules, _ADDIN_TYPE)
    _add_function_texts(book)
    book.add("customUI/customUI14.xml", _ours("ribbon.xml"))
    book.relate("", _RIBBON_LINK, "customUI/customUI14.xml")
    return book.packed()


def _add_project(book: _Parts, name: str, modules: Sequence[Module], content_type: str) -> None:
    if "xl/vbaProject.bin" in book.parts:
        raise WorkbookLayoutError("This workbook has macros already: start from one without.")
    documents = [Module(_code_name(book, _WORKBOOK, "workbookPr", "ThisWorkbook"), kind="workbook")]
    for number, sheet in enumerate(book.sheets().values(), 1):
        documents.append(Module(_code_name(book, sheet, "sheetPr", f"Sheet{number}"), kind="sheet"))
    book.replace(_TYPES, _PLAIN_TYPE, content_type)
    book.add("xl/vbaProject.bin", vba_project(name, [*documents, *modules]), _VBA_TYPE)
    book.relate(_WORKBOOK, _VBA_LINK, "vbaProject.bin")


def _code_name(book: _Parts, part: str, tag: str, name: str) -> str:
    """Give the name that ties a workbook or sheet to its module, and set it where there is none."""
    properties = re.search(rf"<{tag}\b[^>]*>", book.parts[part].decode())
    if properties is None:
        book.replace(part, "<dimension", f'<{tag} codeName="{name}"/><dimension')
        return name
    known = re.search(r'\bcodeName="([^"]+)"', properties[0])
    if known is None:
        book.replace(part, f"<{tag}", f'<{tag} codeName="{name}"')
    return known[1] if known else name


def _add_buttons(book: _Parts, language: Language) -> None:
    """Draw form buttons in VML, which every Excel since 2007 reads (ECMA-376 part 4, 19.4.2)."""
    sheet, (left, top, right, bottom) = book.named_range(_BUTTON_RANGE)
    before = re.search(_BEFORE_DRAWING, book.parts[sheet].decode(), re.DOTALL)
    if before is None:
        raise WorkbookLayoutError("The sheet for the buttons has notes or controls: start from a fresh workbook.")
    height = max((bottom - top + 1) // len(_BUTTONS), 1)
    button, shapes = Template(_ours("button.vml").decode().strip()), ""
    for number, texts in enumerate(_BUTTONS):
        row = top - 1 + number * height
        anchor = f"{left - 1}, 0, {row}, 2, {right}, 0, {row + height}, 0"  # cells and pixels, from zero
        shown = {
            "macro": texts.macro,
            **{name: caption(getattr(texts, name), language) for name in ("caption", "about")},
        }
        shapes += button.substitute(shown, anchor=anchor, number=1025 + number)
    drawing = Template(_ours("buttons.vml").decode()).substitute(shapes=shapes)
    book.add("xl/drawings/buttons.vml", drawing.encode(), _DRAWING_TYPE)
    link = book.relate(sheet, f"{_LINK}/vmlDrawing", "../drawings/buttons.vml")
    book.replace(sheet, before[0], f'{before[0]}<legacyDrawing r:id="{link}"/>')


def _add_function_texts(book: _Parts) -> None:
    """Add what Excel itself stores after `Application.MacroOptions`, so that no code has to run for it.

    The category that number 20 in the formulas' module stands for (MS-XLSB 2.5.52), and the help of each argument
    (MS-XLSX, `argumentDescriptions`). The description of each function is in the module.
    """
    groups = '<functionGroups builtInGroupCount="19"><functionGroup name="Leads"/></functionGroups>'
    book.replace(_WORKBOOK, "</sheets>", f"</sheets>{groups}")
    book.replace(_WORKBOOK, "</workbook>", f"<extLst>{_ours('LeadsFormulas.xml').decode()}</extLst></workbook>")


def _hidden_workbook() -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as workbook:
        about = "Sales leads from the DMS: formulas and a ribbon tab."
        workbook.set_properties({"title": "Leads", "comments": about, "created": datetime(2000, 1, 1, tzinfo=UTC)})
        workbook.add_worksheet("Leads")
    book = _Parts(buffer.getvalue())
    book.replace(_WORKBOOK, "<workbookView ", '<workbookView visibility="hidden" ')
    return book.packed()


def _ours(name: str) -> bytes:
    return Path(__file__).with_name("macros_vba").joinpath(name).read_bytes()


def _module(name: str) -> Module:
    return Module(name, _ours(f"{name}.bas").decode())


def _xlwings_modules(runner: str, changes: _Changes) -> list[Module]:
    """Take RunPython, and what starts Python for formulas, from the installed xlwings, with what is ours in it."""
    folder = xlwings_folder()
    source = folder.joinpath(runner).read_text(encoding="cp1252")
    for pattern, ours in changes:
        source, count = re.subn(pattern, ours, source)
        if not count:
            raise WorkbookError("This version of xlwings is not supported: install leads-excel again.")
    dictionary = folder.joinpath("addin", "Dictionary.cls").read_text(encoding="cp1252")
    return [Module("xlwings", source), Module("Dictionary", dictionary, kind="class")]


def xlwings_folder() -> Path:
    """Find the installed xlwings without importing it.

    Returns:
        Its folder, where it keeps its VBA and its script for macOS.

    Raises:
        WorkbookError: It is not installed.
    """
    origin = getattr(find_spec("xlwings"), "origin", None)
    if origin is None:
        raise WorkbookError("xlwings is not installed: install leads-excel again.")
    return Path(origin).parent


class _Parts:
    """The parts of a workbook, and the few changes to them that macros need (ECMA-376 part 2).

    XML is changed as text, so that whatever else a part holds stays as it was.
    """

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def packed(self) -> bytes:
        """Give the package as the bytes of a file, the same for the same parts."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def replace(self, part: str, old: str, new: str) -> None:
        """Replace a text that has to be in a part, once."""
        text = self.parts[part].decode()
        if old not in text:
            raise WorkbookLayoutError(f"This workbook is not one of ours: {part} has no {old.strip()}.")
        self.parts[part] = text.replace(old, new, 1).encode()

    def add(self, part: str, content: bytes, content_type: str = "") -> None:
        """Add a part; one of no type of its own is plain XML."""
        self.parts[part] = content
        if content_type:
            override = f'<Override PartName="/{part}" ContentType="{content_type}"/>'
            self.replace(_TYPES, "</Types>", f"{override}</Types>")

    def relate(self, source: str, kind: str, target: str) -> str:
        """Point from a part (or the package itself) to another one and give the relation's id."""
        part = _relations_of(source)
        self.parts.setdefault(part, f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'.encode())
        link = f"leads_{basename(target).partition('.')[0]}"
        relation = f'<Relationship Id="{link}" Type="{kind}" Target="{target}"/>'
        self.replace(part, "</Relationships>", f"{relation}</Relationships>")
        return link

    def sheets(self) -> dict[str, str]:
        """Give the part of each sheet by the sheet's name, in the order of the tabs."""
        relations = RelationshipList.from_tree(fromstring(self.parts[_relations_of(_WORKBOOK)]))
        targets = {relation.Id: normpath(join("/xl", relation.Target)).lstrip("/") for relation in relations}
        return {sheet.name: targets[sheet.id] for sheet in self._workbook.sheets}

    def named_range(self, name: str) -> tuple[str, tuple[int, int, int, int]]:
        """Give a range's sheet (its part), and its first column and row and its last ones, from one."""
        names = self._workbook.definedNames
        for known in names.definedName if names else ():
            if known.name == name:
                sheet, cells = next(known.destinations)
                return self.sheets()[sheet], range_boundaries(cells)
        raise WorkbookLayoutError(f"This workbook has no range named {name}: start from a fresh one.")

    @property
    def _workbook(self) -> WorkbookPackage:
        return WorkbookPackage.from_tree(fromstring(self.parts[_WORKBOOK]))


def _relations_of(part: str) -> str:
    return join(dirname(part), "_rels", f"{basename(part)}.rels")
