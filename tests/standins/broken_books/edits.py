"""Ways to break a package, or to write it differently: each returns an edit, to be done later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from broken_books.parts import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_edit import PackageEdit

    Edit = Callable[[PackageEdit], None]


class Fault:
    """One way to break the correct workbook.

    Args:
        name: The way, in a few words.
        rule: The rule that has to say so.
        edits: What is done to the package, in this order.
    """

    def __init__(self, name: str, rule: str, *edits: Edit) -> None:
        self.name, self.rule, self.edits = name, rule, edits


def swap(part: str, old: str, new: str) -> Edit:
    """Replace the first place of a text."""
    return lambda package: package.replace(part, old, new)


def match(part: str, pattern: str, new: str, count: int = 1) -> Edit:
    """Replace the first matches of a pattern, all of them for a count of 0; dots match line breaks too."""

    def edit(package: PackageEdit) -> None:
        text, found = re.subn(pattern, new, package.text(part), count=count, flags=re.DOTALL)
        if not found:
            raise ValueError(f"{part} has no {pattern}")
        package.write(part, text)

    return edit


def add(part: str, before: str, xml: str) -> Edit:
    """Insert XML before the last place of a text."""
    return lambda package: package.insert(part, before, xml)


def cell(xml: str) -> Edit:
    """Append a row with one cell, number 9, to the sheet of formula examples."""
    return add(FORMULAS, "</sheetData>", f'<row r="9">{xml}</row>')


def put(part: str, raw: bytes, before: bytes) -> Edit:
    """Insert bytes, legal or not, before the first place of others."""

    def edit(package: PackageEdit) -> None:
        head, mark, tail = package.parts[part].partition(before)
        package.parts[part] = head + raw + mark + tail

    return edit


def drop(part: str) -> Edit:
    """Take a part out of the archive and leave everything that points at it."""

    def edit(package: PackageEdit) -> None:
        del package.parts[part]

    return edit


def twice(part: str, name: str) -> Edit:
    """Write a part once more, under the same name or another."""
    return lambda package: package.again.append((name, package.parts[part]))


def rename(part: str, name: str) -> Edit:
    """Give a part of the archive another name and leave everything that points at it."""

    def edit(package: PackageEdit) -> None:
        package.parts = {name if old == part else old: content for old, content in package.parts.items()}

    return edit
