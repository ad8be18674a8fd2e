"""Formats of the template, added to those of another workbook (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

import re
from functools import cache

from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, whole_element, with_attributes
from leads_excel.exceptions import WorkbookLayoutError

_PARTS = (("fonts", "font", "fontId"), ("fills", "fill", "fillId"), ("borders", "border", "borderId"))
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_FIRST_OWN = 164
"""The first number of a format that is no built-in one (18.8.30)."""


class StyleSheet:
    """The formats of a workbook, to which some of the template's are added as they are needed.

    Args:
        content: The workbook's part.
        template: The template's part.
    """

    def __init__(self, content: bytes, template: bytes) -> None:
        self.content = content
        self._template = template
        self.cell = cache(self._cell)
        self.differential = cache(self._differential)

    def _cell(self, number: int) -> int:
        """Add the format of a cell, and return its number in the workbook."""
        found = _items(self._template, "cellXfs", "xf")[number]
        tag = start_tag("xf").match(found)
        if tag is None:
            raise WorkbookLayoutError("The template's formats cannot be read: install leads-excel anew.")
        told = attributes_of(tag[0])
        changes = {key: str(self._added(group, item, int(told.get(key, 0)))) for group, item, key in _PARTS}
        changes["numFmtId"] = str(self._number_format(int(told.get("numFmtId", 0))))
        return self._append("cellXfs", with_attributes(tag[0], **changes, xfId="0") + found[tag.end() :])

    def _differential(self, number: int) -> int:
        """Add the format of a condition, and return its number in the workbook."""
        return self._append("dxfs", _items(self._template, "dxfs", "dxf")[number])

    def _added(self, group: str, item: str, number: int) -> int:
        found = _items(self._template, group, item)[number]
        known = _items(self.content, group, item)
        return known.index(found) if found in known else self._append(group, found)

    def _number_format(self, number: int) -> int:
        if number < _FIRST_OWN:
            return number
        ours = {told["numFmtId"]: told["formatCode"] for told in _formats(self._template)}
        known = {told["formatCode"]: int(told["numFmtId"]) for told in _formats(self.content)}
        code = ours[str(number)]
        if code not in known:
            known[code] = max([*known.values(), _FIRST_OWN - 1]) + 1
            self._append("numFmts", with_attributes(b"<numFmt/>", numFmtId=str(known[code]), formatCode=code))
        return known[code]

    def _append(self, group: str, item: bytes) -> int:
        """Put an item at the end of a group, and return its place there."""
        found = whole_element(group).search(self.content)
        if found is None:
            self._insert(group)
            return self._append(group, item)
        count = len(_items(self.content, group, item[1:].split(b" ")[0].split(b">")[0].strip(b"/").decode()))
        inside = found[3] or b""
        opening = start_tag(group).match(found[0])
        tag = with_attributes(opening[0] if opening else b"", count=str(count + 1)).rstrip(b"/>").rstrip() + b">"
        new = tag + inside + item + b"</%s>" % group.encode()
        self.content = self.content[: found.start()] + new + self.content[found.end() :]
        return count

    def _insert(self, group: str) -> None:
        """Put an empty group where it belongs."""
        before = [name for name in _ORDER[: _ORDER.index(group)] if whole_element(name).search(self.content)]
        place = start_tag("styleSheet").search(self.content)
        last = whole_element(before[-1]).search(self.content) if before else place
        if last is None:
            raise WorkbookLayoutError("The formats of the workbook cannot be read: save it in Excel first.")
        empty = b'<%s count="0"/>' % group.encode()
        self.content = self.content[: last.end()] + empty + self.content[last.end() :]


def _items(content: bytes, group: str, item: str) -> list[bytes]:
    found = whole_element(group).search(content)
    return [match[0] for match in re.finditer(whole_element(item), found[3] or b"")] if found else []


def _formats(content: bytes) -> list[dict[str, str]]:
    return [attributes_of(item) for item in _items(content, "numFmts", "numFmt")]
