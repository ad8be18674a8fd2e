"""Edits of a package, part by part: add one, relate two, insert XML. Everything else stays byte for byte."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from zip_parts import read_parts, zipped

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2007/relationships"

_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class PackageEdit:
    """A package being edited.

    Args:
        source: The file to start from, or its bytes.

    Attributes:
        parts: Every part by its name, in the order of the archive.
        again: Parts to write once more after them, as no good writer would.
    """

    def __init__(self, source: Path | bytes) -> None:
        self.parts = read_parts(source)
        self.again: list[tuple[str, bytes]] = []

    def __bytes__(self) -> bytes:
        return zipped([*self.parts.items(), *self.again])

    def text(self, part: str) -> str:
        """Read a part that is UTF-8; bytes that are not come back as they were when it is written."""
        return self.parts[part].decode("utf-8", "surrogateescape")

    def write(self, part: str, text: str) -> None:
        """Write a part in UTF-8."""
        self.parts[part] = text.encode("utf-8", "surrogateescape")

    def add(self, part: str, content: str | bytes, content_type: str) -> None:
        """Add a part and name its content type.

        Args:
            part: Its name.
            content: XML without its declaration, or any bytes.
            content_type: The type; empty where the extension already tells it.

        Raises:
            ValueError: There is such a part.
        """
        if part in self.parts:
            raise ValueError(f"there is a part {part} already")
        self.parts[part] = content if isinstance(content, bytes) else (_DECLARATION + content).encode()
        if content_type:
            entry = f'<Override PartName="/{part}" ContentType="{content_type}"/>'
            self.insert(_TYPES, "</Types>", entry)

    def relate(self, source: str, kind: str, target: str) -> str:
        """Point from one part at another.

        Args:
            source: The part that points.
            kind: The type of the relation.
            target: The part that is pointed at.

        Returns:
            The id of the relation.
        """
        folder, base = posixpath.split(source)
        relations = f"{folder}/_rels/{base}.rels"
        if relations not in self.parts:
            self.add(relations, f'<Relationships xmlns="{_RELATIONS}"></Relationships>', "")
        numbers = [int(number) for number in re.findall(r'Id="rId(\d+)"', self.text(relations))]
        identifier = f"rId{max(numbers, default=0) + 1}"
        path = posixpath.relpath(target, folder)
        entry = f'<Relationship Id="{identifier}" Type="{kind}" Target="{path}"/>'
        self.insert(relations, "</Relationships>", entry)
        return identifier

    def target(self, source: str, kind: str) -> str:
        """Find the first part that a part points at with a kind of relation, named by the end of its type."""
        folder, base = posixpath.split(source)
        relations = re.findall(
            r"<(?:\w+:)?Relationship\s[^>]*>", self.text(posixpath.join(folder, f"_rels/{base}.rels"))
        )
        relation = next(relation for relation in relations if f'/{kind}"' in relation)
        path = re.findall(r'\sTarget="([^"]*)"', relation)[0]
        return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")

    def insert(self, part: str, before: str, xml: str) -> None:
        """Insert XML before the last place where a text stands.

        Raises:
            ValueError: The text stands nowhere in the part.
        """
        head, mark, tail = self.text(part).rpartition(before)
        if not mark:
            raise ValueError(f"{part} has no {before}")
        self.write(part, f"{head}{xml}{mark}{tail}")

    def replace(self, part: str, old: str, new: str) -> None:
        """Replace the first place where a text stands.

        Raises:
            ValueError: The text stands nowhere in the part.
        """
        if old not in self.text(part):
            raise ValueError(f"{part} has no {old}")
        self.write(part, self.text(part).replace(old, new, 1))
