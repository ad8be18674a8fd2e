"""Text as people type it -> text that can be compared: capitals, Latin digits, hyphens. Pure."""

from __future__ import annotations

import unicodedata


def plain(text: str) -> str:
    """Write text in capitals, Latin digits and hyphens, without blanks around it or direction marks in it.

    Args:
        text: As it was typed or pasted.
    """
    return "".join(map(_plain_character, text)).strip().upper()


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    return "" if category == "Cf" else character  # marks that come along when text is copied beside Arabic
