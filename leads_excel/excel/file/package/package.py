"""A workbook as a package of parts (ECMA-376 part 2): parts, content types and relations.

A part that is not replaced is copied byte for byte, compressed as it is.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from leads_excel.excel.file.package.archive import Reader, Writer
from leads_excel.excel.file.package.prolog import as_utf8
from leads_excel.excel.file.package.start_tags import with_child, without_elements
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import BinaryIO

CONTENT_TYPES = "[Content_Types].xml"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST_WHOLE = 1 << 28
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_LINKS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from one part to another.

    Args:
        id: Its id within the part.
        kind: The last word of its type: `worksheet`, `table`. The same in transitional and strict files.
        target: The part it leads to; empty for something outside the package.
        address: Where it leads outside the package, as it is written; empty for a part.
    """

    id: str
    kind: str
    target: str
    address: str = ""


class Package:
    """The parts of one workbook file. Part names are compared as OPC does, ignoring case.

    Args:
        file: The file, open for reading; it stays open as long as parts are read.
        name: Its name, for messages.

    Raises:
        WorkbookError: The file is not such a package, or must not be changed: encrypted, signed, made to harm.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        _refuse_ole(file, name)
        self._reader = Reader(file)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._reader.members:
            if not member.is_dir() and self._members.setdefault(_key(member.filename), member) is not member:
                raise WorkbookError(f"{name} holds {member.filename} twice: open it in Excel and save it again.")
        self._replaced: dict[str, Callable[[], Iterable[bytes]]] = {}
        self._dropped: set[str] = set()
        self._added: list[zipfile.ZipInfo] = []
        self._check(name)

    def _check(self, name: str) -> None:
        if any(part.startswith("_xmlsignatures/") for part in self._members):
            raise WorkbookError(f"{name} is digitally signed: a change would break the signature. Remove it first.")
        if CONTENT_TYPES.casefold() not in self._members:
            raise WorkbookError(f"{name} is not an Excel workbook: choose an .xlsx or .xlsm file.")

    @property
    def parts(self) -> Iterator[str]:
        """The names of all parts, in the order of the file."""
        return (part for part in self._members if part not in self._dropped)

    def __contains__(self, part: str) -> bool:
        key = _key(part)
        return key in self._members and key not in self._dropped

    def size(self, part: str) -> int:
        """Look up how many bytes a part holds, as it was opened."""
        return self._members[_key(part)].file_size

    def chunks(self, part: str) -> Iterator[bytes]:
        """Read a part bit by bit, as UTF-8 whatever it is stored in.

        Args:
            part: Its name; it must exist.

        Yields:
            Its content; the first chunk reaches into the root element.

        Raises:
            WorkbookError: It has a DTD, is damaged, or is not written in the encoding it declares. A part that is never
                read is copied, whatever it holds.
        """
        key = _key(part)
        return iter(self._replaced[key]()) if key in self._replaced else self.original(part)

    def original(self, part: str) -> Iterator[bytes]:
        """Read a part bit by bit as it was opened, whatever replaces it."""
        if _key(part) not in self._members:
            raise WorkbookError(f"The workbook lacks its part {part}: open it in Excel and save it again.")
        return as_utf8(self._reader.chunks(self._members[_key(part)]), part)

    def is_replaced(self, part: str) -> bool:
        """Say whether a part has new content."""
        return _key(part) in self._replaced

    def read(self, part: str) -> bytes:
        """Read a whole part, as UTF-8."""
        if self.size(part) > _LARGEST_WHOLE:
            raise WorkbookError(f"The part {part} is too large: open the workbook in Excel and save it again.")
        return b"".join(self.chunks(part))

    def tree(self, part: str) -> ET.Element:
        """Read a part as a tree."""
        try:
            return ET.fromstring(self.read(part))  # noqa: S314 - `chunks` refuses the DTDs that make XML dangerous
        except ET.ParseError as error:
            raise WorkbookError(f"The part {part} is damaged: open the workbook in Excel and save it again.") from error

    def relations(self, part: str = "") -> list[Relation]:
        """List the links of a part, or of the package as a whole."""
        source = relations_part(part)
        if source not in self:
            return []
        return [_relation(part, element) for element in self.tree(source)]

    def link(self, part: str, kind: str, target: str, *, outside: bool = False) -> str:
        """Link a part to something (part 2, 6.5).

        Args:
            part: The part.
            kind: The last word of the link's type: `comments`.
            target: The part it leads to, or the address of something outside the package.
            outside: True for the latter.

        Returns:
            The id of the link.
        """
        links = relations_part(part)
        if links not in self:
            self.add(links, _NO_LINKS)
        known = {relation.id for relation in self.relations(part)}
        name = next(name for number in count(1) if (name := f"rId{number}") not in known)
        there = {"Target": target, "TargetMode": "External"} if outside else {"Target": f"/{target}"}
        entry = {"Id": name, "Type": f"{self.namespace}/{kind}", **there}
        self.replace(links, with_child(self.read(links), "Relationship", **entry))
        return name

    def unlink(self, part: str, gone: Collection[str]) -> None:
        """Take links of a part away, by their ids."""
        links = relations_part(part)
        content = self.read(links)
        self.replace(links, without_elements(content, "Relationship", lambda found: found.get("Id") in gone))

    @property
    def namespace(self) -> str:
        """What the types of links begin with, and the namespace of their ids: strict files have another one."""
        types = [element.get("Type", "") for element in self.tree(relations_part(""))]
        return next((posixpath.dirname(name) for name in types if name.endswith("/officeDocument")), _TRANSITIONAL)

    def content_types(self) -> dict[str, str]:
        """Look up what each part is: its content type, by part name in lower case."""
        overrides, defaults = {}, {}
        for element in self.tree(CONTENT_TYPES):
            if (name := element.get("PartName")) is not None:
                overrides[_key(name)] = element.get("ContentType", "")
            else:
                defaults[element.get("Extension", "").casefold()] = element.get("ContentType", "")
        return {part: overrides.get(part) or defaults.get(part.rpartition(".")[2], "") for part in self.parts}

    def replace(self, part: str, content: bytes | Callable[[], Iterable[bytes]]) -> None:
        """Give a part new content, at once or as chunks when the package is written."""
        self._replaced[_key(part)] = content if callable(content) else (content,).__iter__

    def add(self, part: str, content: bytes, content_type: str = "") -> None:
        """Add a part, which is written behind all others.

        Args:
            part: Its name, which no part has yet.
            content: What it holds.
            content_type: What it is; by default what the package says of its extension.
        """
        member = zipfile.ZipInfo(part, date_time=self._reader.members[0].date_time)
        member.file_size = len(content)
        self._members[_key(part)] = member
        self._added.append(member)
        self.replace(part, content)
        if content_type:
            types = self.read(CONTENT_TYPES)
            self.replace(CONTENT_TYPES, with_child(types, "Override", PartName=f"/{part}", ContentType=content_type))

    def free_name(self, pattern: str) -> str:
        """Find a name that no part has yet, given a pattern with a place for its number."""
        return next(name for number in count(1) if (name := pattern.format(number)) not in self)

    def drop(self, part: str) -> None:
        """Leave a part out, and its content type with it. Relations to it are the caller's."""
        self._dropped.add(_key(part))
        types = self.read(CONTENT_TYPES)
        gone = _key(part)
        self.replace(
            CONTENT_TYPES, without_elements(types, "Override", lambda found: _key(found.get("PartName", "")) == gone)
        )

    def write(self, file: BinaryIO, but: str | None = None) -> Writer:
        """Write the package: what was replaced anew, everything else as it is.

        Args:
            file: Where to.
            but: A part to leave out, which `finish` writes: what it holds is known when all others are written.

        Returns:
            The archive, for `finish`; closed already unless a part was left out.
        """
        writer = Writer(file)
        for member in (*self._reader.members, *self._added):
            key = _key(member.filename)
            if but is None or key != _key(but):
                self._write(writer, member, self._replaced.get(key))
        if but is None:
            writer.close()
        return writer

    def finish(self, writer: Writer, part: str, content: Callable[[], Iterable[bytes]] | None) -> None:
        """Write the part that was left out, and close the archive.

        Args:
            writer: The archive.
            part: The part.
            content: What it holds, or None where it stays as it is.
        """
        self._write(writer, self._members[_key(part)], content)
        writer.close()

    def _write(self, writer: Writer, member: zipfile.ZipInfo, content: Callable[[], Iterable[bytes]] | None) -> None:
        if content is not None:
            writer.write(member, content)
        elif _key(member.filename) not in self._dropped:
            writer.copy(self._reader, member)


def relations_part(part: str) -> str:
    """Name the part that holds a part's links."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relation(part: str, element: ET.Element) -> Relation:
    target, outside = element.get("Target", ""), element.get("TargetMode") == "External"
    kind = element.get("Type", "").rsplit("/", 1)[-1]
    return Relation(element.get("Id", ""), kind, "" if outside else _resolve(part, target), target if outside else "")


def _key(name: str) -> str:
    return unquote(name).replace("\\", "/").lstrip("/").casefold()


def _resolve(part: str, target: str) -> str:
    target = target.replace("\\", "/")
    return _key(
        target if target.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
    )


def _refuse_ole(file: BinaryIO, name: str) -> None:
    start = file.read(1 << 20)
    file.seek(0)
    if start.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in start:
        raise WorkbookError(f"{name} is protected with a password: remove the password in Excel (File, Info).")
    if start.startswith(_OLE):
        raise WorkbookError(f"{name} is an old .xls workbook: save it as .xlsx or .xlsm in Excel.")
