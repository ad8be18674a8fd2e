"""Start tags of XML as they are written: attributes are found, replaced and taken out, all else stays (XML 1.0, 3.1).

Either quote, blanks around the equals sign, entities, `>` within a value and any prefix are the same to every reader
of XML, so they are the same here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from leads_excel.excel.cells.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = rb"""[^\s<>/="']+"""
_VALUE = rb"""(?:"[^"]*"|'[^']*')"""
_ATTRIBUTE = re.compile(rb"(?<!\s)\s++(%s)\s*=\s*(%s)" % (_NAME, _VALUE))
_FIRST = re.compile(rb"<((?:%s:)?)%s(?:\s+%s\s*=\s*%s)*\s*(/?)>" % (_NAME, _NAME, _NAME, _VALUE))
_END = re.compile(rb"(?<!\s)\s*+/?>$")
_START = rb"<((?:[^\s<>/=\"':]+:)?)%s((?:\s+%s\s*=\s*%s)*)\s*"


@lru_cache
def start_tag(*names: str) -> re.Pattern[bytes]:
    """Make the pattern of an element's start tag.

    Args:
        names: The element's local name; of several, any.

    Returns:
        The pattern; group 1 is the prefix with its colon, group 2 the attributes, group 3 the slash of an empty one.
    """
    return re.compile(_opening(names) + rb"(/?)>")


@lru_cache
def whole_element(*names: str) -> re.Pattern[bytes]:
    """Make the pattern of an element with what is in it, which holds no element of the same name.

    Args:
        names: The element's local name; of several, any.

    Returns:
        The pattern; group 1 is the prefix with its colon, group 2 the attributes, group 3 what is in it.
    """
    return re.compile(_opening(names) + rb"(?:/>|>(.*?)</\1%s\s*>)" % _any(names), re.DOTALL)


def _opening(names: tuple[str, ...]) -> bytes:
    return _START % (_any(names), _NAME, _VALUE)


def _any(names: tuple[str, ...]) -> bytes:
    return b"(?:%s)" % "|".join(names).encode()


def attributes_of(tag: bytes) -> dict[str, str]:
    """Read the attributes of a start tag: names as they are written, values with their entities resolved."""
    return {name.decode(): xml_text(value[1:-1]) for name, value in _ATTRIBUTE.findall(tag)}


def with_attributes(tag: bytes, **values: str | None) -> bytes:
    """Give a start tag other attributes.

    Args:
        tag: The tag, from `<` to `>`.
        values: The new value of each attribute, without prefix; None takes it out, a missing one is added.

    Returns:
        The tag, with nothing else changed.
    """
    waiting = dict(values)

    def changed(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        if name not in values:
            return found[0]
        value = waiting.pop(name, None)
        return b"" if value is None else found[0][: found.start(2) - found.start()] + _quoted(value, found[2][:1])

    tag = _ATTRIBUTE.sub(changed, tag)
    added = b"".join(
        b" %s=%s" % (name.encode(), _quoted(value, b'"')) for name, value in waiting.items() if value is not None
    )
    return _END.sub(lambda end: added + end[0].lstrip(), tag)


def _quoted(value: str, quote: bytes) -> bytes:
    mark = quote.decode()
    return f"{mark}{escape(value, {mark: '&quot;' if mark == chr(34) else '&apos;'})}{mark}".encode()


def with_child(content: bytes, name: str, **attributes: str) -> bytes:
    """Put an empty element at the end of a part's root.

    Args:
        content: The part.
        name: The local name of the element, which gets the prefix of the root.
        attributes: Its attributes.

    Returns:
        The part, with nothing else changed.
    """
    root = _FIRST.search(content)
    prefix = root[1] if root else b""
    child = with_attributes(b"<%s%s/>" % (prefix, name.encode()), **attributes)
    if root and root[2]:
        return content[: root.start(2)] + b">" + child + b"</%s>" % root[0][1:].split()[0] + content[root.end() :]
    end = content.rindex(b"</")
    return content[:end] + child + content[end:]


def without_elements(content: bytes, name: str, gone: Callable[[dict[str, str]], bool]) -> bytes:
    """Take elements out of a piece of XML.

    Args:
        content: The piece.
        name: Their local name.
        gone: Says by its attributes whether one goes.

    Returns:
        The piece, with nothing else changed.
    """
    return whole_element(name).sub(lambda found: b"" if gone(attributes_of(found[2])) else found[0], content)
