"""Headers that promise more leads than came: the reply is a part, and must not pass for the whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.client.failures import REPORT, Failure
from leads_excel.exceptions import ApiReplyError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOTALS = ("X-Total-Count", "X-Total", "Total-Count", "X-Count", "X-Total-Records", "X-Pagination-Total-Count")
_PAGES = ("X-Total-Pages", "X-Page-Count", "X-Pagination-Page-Count")
_NEXT = ("X-Next-Page", "X-Next-Cursor", "X-Has-More", "X-Has-Next")
_NOTHING = {"", "0", "false", "null", "none", "no"}
_NEXT_LINK = re.compile(r";\s*rel\s*=\s*\"?[^\";,]*\bnext\b", re.IGNORECASE)  # RFC 8288, section 3
_RANGE = re.compile(r"\s*[\w-]+\s+(?:(\d+)\s*-\s*(\d+)|\*)\s*/\s*(\d+|\*)\s*", re.ASCII)  # RFC 9110, section 14.4


def broken_promise(headers: Mapping[str, str], bulks: int, leads: int) -> Failure | None:
    """Compare what the headers of a reply promise with what came.

    Args:
        headers: Of the reply; names in any case.
        bulks: How many bulks came.
        leads: How many leads they hold. What a header counts, bulks or leads, it does not say: the larger number is
            held against it.

    Returns:
        A failure that another attempt does not mend, or None where nothing more is promised.
    """
    came = max(bulks, leads)
    for name in _TOTALS:
        total = _number(headers.get(name, ""))
        if total is not None and total > came:
            return _partial(f"its header {name} counts {total:,}, and {came:,} came")
    for name in _PAGES:
        if (_number(headers.get(name, "")) or 0) > 1:
            return _partial(f"its header {name} tells of more pages")
    for name in _NEXT:
        if headers.get(name, "").strip().casefold() not in _NOTHING:
            return _partial(f"its header {name} tells of another page")
    if _NEXT_LINK.search(headers.get("Link", "")):
        return _partial("its header Link leads to a next page")
    return _range(headers.get("Content-Range", ""), came)


def _range(header: str, came: int) -> Failure | None:
    found = _RANGE.fullmatch(header)
    if not found or header.strip().lower().startswith("bytes"):
        return None
    first, last, total = (_number(each or "") for each in found.groups())
    beyond = total is not None and total > (came if last is None else last + 1)
    if first or beyond:
        return _partial("its header Content-Range names a part of more")
    return None


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _partial(why: str) -> Failure:
    return Failure(ApiReplyError, f"The API answers in pages, and sent a part of the leads: {why}", REPORT)
