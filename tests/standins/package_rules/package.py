"""A workbook as a package of parts (ECMA-376 part 2): its zip entries, content types, relations and XML.

Strict namespaces (ISO/IEC 29500 strict) are read as their transitional twins, so that each rule is written once.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TYPES = "[Content_Types].xml"

_CHUNK = 1 << 16
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_TWINS = (
    (b"http://purl.oclc.org/ooxml/drawingml/chart", b"http://schemas.openxmlformats.org/drawingml/2006/chart"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", MAIN[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", RELATION[1:-1].encode()),
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: an id that points at another part, or outside the package."""

    id: str
    kind: str
    target: str
    external: bool


class Part:
    """One part of a package.

    Args:
        package: Where it belongs.
        name: Its name, without the leading slash.
        raw: Its content as stored.
    """

    def __init__(self, package: Package, name: str, raw: bytes) -> None:
        self.package = package
        self.part = name
        self.raw = raw
        self._tree: tuple[Element | None, str] | None = None

    @cached_property
    def content(self) -> bytes:
        """The content with transitional namespaces."""
        content = self.raw
        if b"http://purl.oclc.org/ooxml" in content:
            for strict, transitional in _TWINS:
                content = content.replace(strict, transitional)
        return content

    @cached_property
    def type(self) -> str:
        """The content type, or an empty text where the package names none."""
        return self.package.type_of(self.part)

    @property
    def is_xml(self) -> bool:
        """Whether it has to be well-formed XML: by its type, for VML drawings have their own rules."""
        return self.part == TYPES or self.type.endswith(("+xml", "/xml"))

    @property
    def has_doctype(self) -> bool:
        """Whether it declares a document type, which nothing here expands."""
        return b"<!DOCTYPE" in self.raw

    def stream(self, tag: str = "") -> Iterator[Element]:
        """Parse the part, hand out each element of one tag, and empty it: `root` is what is left of the part.

        Args:
            tag: The element to hand out, with its namespace.

        Yields:
            The elements, complete, in the order of the part.
        """
        self._tree = (None, "")
        if self.has_doctype:
            return
        parser, last = XMLPullParser(events=("end",)), None
        try:
            for start in range(0, len(self.content), _CHUNK):
                parser.feed(self.content[start : start + _CHUNK])
                for _, last in parser.read_events():
                    if last.tag == tag:
                        yield last
                        last.clear()
            parser.close()
        except ParseError as error:
            self._tree = (None, str(error))
        else:
            self._tree = (last, "")

    def _read(self) -> tuple[Element | None, str]:
        if self._tree is None:
            list(self.stream())
        return self._tree or (None, "")

    @property
    def root(self) -> Element | None:
        """Its root element, or None where it is not well-formed."""
        return self._read()[0] if self.is_xml else None

    @property
    def fault(self) -> str:
        """Why it is not well-formed, or an empty text."""
        return self._read()[1] if self.is_xml else ""

    def elements(self, *tags: str) -> Iterator[Element]:
        """Find elements of the main namespace, anywhere in the part."""
        if self.root is not None:
            for tag in tags:
                yield from self.root.iter(MAIN + tag)


class Package:
    """All parts of a file.

    Args:
        source: A file, or the bytes of one.
    """

    part = TYPES

    def __init__(self, source: Path | bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = [entry.filename.replace("\\", "/").lstrip("/") for entry in entries]
            self.names = names
            self._relations: dict[str, list[Relation]] = {}
            self.parts = {
                name.lower(): Part(self, name, archive.read(entry)) for name, entry in zip(names, entries, strict=True)
            }

    def find(self, name: str) -> Part | None:
        """Find a part by its name, ignoring case."""
        return self.parts.get(name.lower())

    @cached_property
    def types(self) -> list[tuple[str, str, str]]:
        """Every entry of the content types: `Default` or `Override`, what it is for in lower case, the type."""
        part = self.find(TYPES)
        if part is None or part.root is None:
            return []
        return [
            (
                entry.tag.removeprefix(_TYPE),
                (entry.get("Extension") or entry.get("PartName") or "").lstrip("/").lower(),
                entry.get("ContentType") or "",
            )
            for entry in part.root
        ]

    @cached_property
    def _type_by_key(self) -> dict[tuple[str, str], str]:
        return {(kind, key): type_ for kind, key, type_ in self.types}

    def type_of(self, name: str) -> str:
        """Look up the content type of a part: its own, else that of its extension."""
        if name == TYPES:
            return "application/xml"
        by_name = self._type_by_key.get(("Override", name.lower()))
        return by_name or self._type_by_key.get(("Default", name.lower().rpartition(".")[2]), "")

    def relations(self, name: str) -> list[Relation]:
        """Read the relations of a part, or those of the package for an empty name."""
        if name not in self._relations:
            self._relations[name] = self._read_relations(name)
        return self._relations[name]

    def _read_relations(self, name: str) -> list[Relation]:
        folder, base = posixpath.split(name)
        part = self.find(posixpath.join(folder, "_rels", f"{base}.rels"))
        if part is None or part.root is None:
            return []
        return [_relation(name, entry) for entry in part.root]

    def related(self, name: str, kind: str) -> list[Part]:
        """Find the parts that a part points at with one kind of relation."""
        targets = [relation.target for relation in self.relations(name) if relation.kind == kind]
        return [part for target in targets if (part := self.find(target))]


def _relation(source: str, entry: Element) -> Relation:
    target = unquote(entry.get("Target") or "")
    external = entry.get("TargetMode") == "External"
    if not external:
        place, _, _ = target.partition("#")
        folder = posixpath.dirname(source)
        target = posixpath.normpath(posixpath.join("/", folder, place)).lstrip("/") if place else source
    kind = (entry.get("Type") or "").rpartition("/")[2]
    return Relation(entry.get("Id") or "", kind, target, external)
