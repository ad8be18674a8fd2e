"""Cells as a worksheet's XML writes them (ECMA-376 part 1, 18.3.1.4), read and written without their address.

What follows a cell's row number is called its tail: `" s="3"><v>5</v></c>`. A tail does not change when the cell moves,
so a cell that travels with its row is a tail that is put behind another number.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from leads_excel.excel.cells.values import Cell, escape, needs_escape, serial, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</")
_PHONETIC = re.compile(rb"<((?:\w+:)?)rPh\b.*?</\1rPh\s*>", re.DOTALL)
_CONTENT = re.compile(rb"<(?:\w+:)?(?:v|f|t|is)\b")
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#(\d+)|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_PADDED = ("\0 ", " \0", "\n", "\t")
"""Texts with blanks at their ends, or with line breaks, between NULs."""
_REMEMBERED = 5_000


class SharedIndex(int):
    """Stands for a shared text that is yet to be looked up."""

    __slots__ = ()


# --- reading -------------------------------------------------------------------------------------------------------


def xml_text(raw: bytes) -> str:
    """Read the text of an element."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def rich_text(content: bytes) -> str:
    """Read an `is` or `si` element: all runs, without hints on pronunciation."""
    if b"rPh" in content:
        content = _PHONETIC.sub(b"", content)
    return unescape("".join(map(xml_text, _TEXT.findall(content)))) if content else ""


def read_cell(attributes: bytes, content: bytes) -> Cell | SharedIndex:
    """Read a cell's value; a formula counts with its stored result, an error with its text."""
    found = _TYPE.search(attributes)
    kind = found[1] if found else b"n"
    if kind == b"inlineStr":
        return rich_text(content)
    value = _VALUE.search(content)
    if value is None:
        return None
    if kind == b"s":
        return SharedIndex(value[1])
    if kind == b"n":
        return _number(value[1])
    return _other(kind, xml_text(value[1]))


def _number(raw: bytes) -> Cell:
    try:
        number = float(raw)
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < 10**15 else number


def _other(kind: bytes, text: str) -> Cell:
    if kind == b"b":
        return text.strip() in ("1", "true")
    if kind == b"d":
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            return text
    return unescape(text)


def read_style(attributes: bytes) -> int:
    """Read the number of a cell's style."""
    found = _STYLE.search(attributes)
    return int(found[1]) if found else 0


def has_content(content: bytes) -> bool:
    """Say whether a cell holds anything: a value, a text or a formula."""
    return bool(content) and _CONTENT.search(content) is not None


# --- tails ---------------------------------------------------------------------------------------------------------


def tail_of(attributes: bytes, content: bytes, prefix: bytes) -> bytes:
    """Make the tail of a cell that was read."""
    attributes = attributes.rstrip()
    return b'"' + attributes + (b">" + content + b"</" + prefix + b"c>" if content else b"/>")


def restyle(tail: bytes, style: int) -> bytes:
    """Give a tail another style."""
    attributes, close, content = tail.partition(b">")
    slash = b"/" if attributes.endswith(b"/") and not content else b""
    attributes = _STYLE.sub(b"", attributes.removesuffix(slash))
    return b'"' + _style(style) + attributes.removeprefix(b'"') + slash + close + content


def _style(style: int) -> bytes:
    return b' s="%d"' % style if style else b""


class TailWriter:
    """Writes the tails of one column's cells.

    Args:
        prefix: The prefix of the sheet's main namespace, with its colon.
        style: The style of the column's cells.
        date1904: True when the workbook counts days from 1904.
        address: What stands before each tail, to write whole cells.
    """

    _digits: Callable[[float], str] = staticmethod(repr)

    def __init__(self, prefix: bytes, style: int, *, date1904: bool, address: bytes = b"") -> None:
        name, look = prefix.decode(), f'{address.decode()}"{_style(style).decode()}'
        self._date1904 = date1904
        self.blank = f"{look}/>".encode()
        self._number = (f"{look}><{name}v>", f"</{name}v></{name}c>")
        self._flag = (f'{look} t="b"><{name}v>', f"</{name}v></{name}c>")
        text = f"</{name}t></{name}is></{name}c>"
        self._text = (f'{look} t="inlineStr"><{name}is><{name}t>', text)
        self._padded = (f'{look} t="inlineStr"><{name}is><{name}t xml:space="preserve">', text)
        self._known: dict[type, dict[Cell, bytes]] = {}

    def tails(self, cells: Sequence[Cell]) -> list[bytes]:
        """Write cells of one column, as they come from `cells.to_column`."""
        kinds = set(map(type, cells)) - {type(None)}
        if len(kinds) > 1:
            return [self.blank if cell in (None, "") else self._written(type(cell), [cell])[0] for cell in cells]
        kind = kinds.pop() if kinds else str
        known = self._known.get(kind, {})
        if len(known) > _REMEMBERED or not known:
            known = self._known[kind] = {None: self.blank, "": self.blank}
        fresh = list(set(cells).difference(known))
        known.update(zip(fresh, self._written(kind, fresh) if fresh else (), strict=True))
        return list(map(known.__getitem__, cells))

    def different(self, texts: Sequence[Cell]) -> list[bytes]:
        """Write texts that do not repeat themselves."""
        filled = [text for text in texts if isinstance(text, str) and text]
        written = self._texts(filled) if filled else []
        if len(filled) == len(texts):
            return written
        following = iter(written)
        return [next(following) if text else self.blank for text in texts]

    def repeated(self, cells: Sequence[Cell], places: NDArray[np.intp]) -> list[bytes]:
        """Write a column whose cells repeat themselves, as it comes from `cells.distinct`."""
        tails = np.empty(len(cells), dtype=object)
        tails[:] = self.tails(cells)
        written: list[bytes] = tails[places].tolist()
        return written

    def _written(self, kind: type, cells: list[Any]) -> list[bytes]:
        if issubclass(kind, str):
            return self._texts(cells)
        if issubclass(kind, bool):
            return _wrapped(("1" if cell else "0" for cell in cells), *self._flag)
        if issubclass(kind, date):
            cells = [serial(cell, date1904=self._date1904) for cell in cells]
        return _wrapped(map(self._digits, cells), *self._number)

    def _texts(self, texts: list[str]) -> list[bytes]:
        joined = "\0".join(["", *texts, ""])
        plain = not needs_escape(joined.replace("\0", "")) and joined.count("\0") == len(texts) + 1
        if plain and not any(blank in joined for blank in _PADDED):
            opening, closing = self._text
            return joined[1:-1].replace("\0", f"{closing}\0{opening}").join(self._text).encode().split(b"\0")
        return [self._escaped(text).encode() for text in texts]

    def _escaped(self, text: str) -> str:
        padded = text[0].isspace() or text[-1].isspace() or "\n" in text
        return escape(text).join(self._padded if padded else self._text)


def _wrapped(values: Iterable[str], opening: str, closing: str) -> list[bytes]:
    return f"{closing}\0{opening}".join(values).join((opening, closing)).encode().split(b"\0")
