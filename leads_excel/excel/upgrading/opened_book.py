"""A workbook that is being upgraded, beside the template that it gets its additions from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from leads_excel.excel.cells.xml import rich_text
from leads_excel.excel.file.package.package import Package
from leads_excel.excel.file.package.start_tags import start_tag, whole_element
from leads_excel.excel.file.package.workbook import Workbook, local_name
from leads_excel.excel.upgrading.style_sheet import StyleSheet
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO
    from xml.etree import ElementTree as ET

    from leads_excel.excel.file.package.workbook import Sheet

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Book:
    """A workbook as parts, its directory read anew after each change.

    Args:
        file: The file, open for reading.
        name: Its name, for messages.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.package = Package(file, name)
        self.name = name
        self.workbook = Workbook(self.package)

    def read_anew(self) -> None:
        """Read the directory after a part of it changed."""
        self.workbook = Workbook(self.package)
        self.__dict__.pop("texts", None)

    @property
    def titles(self) -> list[str]:
        """The names of all tabs, in their order."""
        root = self.package.tree(self.workbook.part)
        return [element.get("name", "") for element in root.iter() if local_name(element) == "sheet"]

    def styles_part(self) -> str:
        """Name the part that holds the formats."""
        return self.workbook.related("styles")[0]

    @cached_property
    def shared(self) -> list[bytes]:
        """What each shared text is made of."""
        part = next(iter(self.workbook.related("sharedStrings")), None)
        found = whole_element("si").finditer(self.package.read(part)) if part else ()
        return [match[3] or b"" for match in found]

    def texts(self, sheet: Sheet) -> set[str]:
        """Collect the texts that stand in the cells of a sheet, results of formulas left out."""
        return set(self._texts(self.package.tree(sheet.part)))

    def _texts(self, root: ET.Element) -> Iterator[str]:
        for cell in root.iter():
            if local_name(cell) != "c" or any(local_name(child) == "f" for child in cell):
                continue
            kind, inside = cell.get("t"), "".join(cell.itertext())
            if kind == "s" and inside.strip().isdecimal():
                yield _plain(self.shared[int(inside)])
            elif kind == "inlineStr":
                yield inside.strip()


class Upgrade:
    """What an upgrade works on, and what it did.

    Args:
        book: The workbook.
        template: The template.
    """

    def __init__(self, book: Book, template: Book) -> None:
        self.book = book
        self.template = template
        self._refuse_unusual()
        self.styles = StyleSheet(book.package.read(book.styles_part()), template.package.read(template.styles_part()))
        self.done: list[str] = []
        self.left: list[str] = []

    def _refuse_unusual(self) -> None:
        parts = [self.book.workbook.part, self.book.styles_part(), *(sheet.part for sheet in self.book.workbook.sheets)]
        for part in parts:
            head = next(self.book.package.chunks(part))[:4000]
            found = start_tag("workbook", "styleSheet", "worksheet").search(head)
            if not found or found[1] or _MAIN not in found[0]:
                raise WorkbookLayoutError(
                    f"{self.book.name} is written in an unusual way: save it in Excel as an ordinary .xlsx first."
                )

    def add_name(self, name: str, formula: str, sheet: int | None = None) -> None:
        """Define a name.

        Args:
            name: The name.
            formula: What it stands for.
            sheet: The place of the sheet that it holds for, from 0; None for the whole workbook.
        """
        part = self.book.workbook.part
        content = self.book.package.read(part)
        local = b"" if sheet is None else b' localSheetId="%d"' % sheet
        element = b'<definedName name="%b"%b>%b</definedName>' % (name.encode(), local, escape(formula).encode())
        end = content.find(b"</definedNames>")
        if end >= 0:
            content = content[:end] + element + content[end:]
        else:
            *_, last = whole_element("sheets", "functionGroups", "externalReferences").finditer(content)
            content = content[: last.end()] + b"<definedNames>%b</definedNames>" % element + content[last.end() :]
        self.book.package.replace(part, content)
        self.book.read_anew()


def _plain(item: bytes) -> str:
    return rich_text(item).strip()
