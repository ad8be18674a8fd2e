"""Names as people write them, and what was typed as a message may repeat it. Pure."""

from __future__ import annotations

import re

from leads_excel import schema


def plain(name: str) -> str:
    """Reduce a name to what tells it from others: no case, blanks, underscores, dots or hyphens."""
    return re.sub(r"[\s_.\-]", "", name).casefold()


def short(value: str) -> str:
    """Quote what was typed in a message, cut short.

    Args:
        value: As typed. It may be somebody's number, so digits are left out: a message shows where it stands.
    """
    text = re.sub(r"\d{5,}", "…", " ".join(value[:1000].split()))
    return repr(text if len(text) <= 24 else f"{text[:23]}…")


KNOWN = {
    plain(name): item
    for columns in schema.TABLES.values()
    for item in columns
    for name in (item.arabic, item.label, item.name)
}
"""Every column of the API page, by its name and its labels, reduced to what tells them from others."""
