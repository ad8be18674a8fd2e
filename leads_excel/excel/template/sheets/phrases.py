"""Words that become formulas: texts with names in braces, joined from what stands in cells. Pure."""

from __future__ import annotations

from string import Formatter


def literal(text: str) -> str:
    """Write a text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def written(text: str, **parts: str) -> str:
    """Write the formula that says something.

    Args:
        text: What it says, such as `{count} of {all} leads`.
        parts: For each name in its braces a formula, without `=`, that binds more strongly than `&`.

    Returns:
        The formula, without `=`: texts joined by `&`.
    """
    pieces: list[str] = []
    for words, field, _, _ in Formatter().parse(text):
        pieces += [literal(words)] if words else []
        pieces += [parts[field]] if field else []
    return "&".join(pieces) or '""'
