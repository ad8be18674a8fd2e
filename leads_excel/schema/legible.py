"""Text that every page, picture, message and terminal can hold: characters that are none become U+FFFD. Pure.

A control character in a branch ends the process in a renderer (XML 1.0, section 2.2, has no way to write it) and moves
the cursor of a terminal; a lone surrogate has no bytes in UTF-8. Cells of workbooks, CSV and Parquet can hold most of
them and keep them to the letter: what is lost is lost in what people look at, not in the data.
"""

from __future__ import annotations

import re
from typing import Any

MARK = "\ufffd"

# Controls but tab and line breaks; surrogates; what Unicode says is no character (Unicode standard, section 23.7).
_PLANES = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NONE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef{_PLANES}]")
_BREAKS = re.compile("[\t\n\r\x85\u2028\u2029]+")


def legible(text: str) -> str:
    """Write text so that everything can show it; tabs and line breaks stay.

    Args:
        text: Any text.
    """
    return text if text.isprintable() else _NONE.sub(MARK, text)


def one_line(text: str) -> str:
    """Write text so that everything can show it on one line: tabs and line breaks become a blank.

    Args:
        text: Any text.
    """
    return text if text.isprintable() else _BREAKS.sub(" ", _NONE.sub(MARK, text))


def legible_data(value: Any) -> Any:  # noqa: ANN401 - as deep and as mixed as JSON
    """Make every text in lists and dictionaries legible.

    Args:
        value: What JSON can hold; a tuple is a list.
    """
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, dict):
        return {legible_data(key): legible_data(item) for key, item in value.items()}
    return [legible_data(item) for item in value] if isinstance(value, list | tuple) else value
