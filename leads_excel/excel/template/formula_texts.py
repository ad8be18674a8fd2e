"""Texts within formulas, and names of sheets there, in the language of a workbook. Pure.

A formula compares with values, which are the same in every language, and shows captions. What the DMS, a refresh and
the tables call things are values: one word that begins with a small letter, such as `provisional` or `modelYear`.
Everything else with letters in it is a caption, and has to be one that is known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.captions.languages import LTR, caption, known
from leads_excel.excel.cells.sheet_names import quoted

if TYPE_CHECKING:
    from leads_excel.captions.languages import Language

_VALUE = re.compile(r"[a-z][A-Za-z_]*|; \w+=|=.*")
"""What is no caption: one word that begins with a small letter, and parts of a formula that is shown as a text."""

_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_BEGINS_WITH = re.compile(r'(LEFT\([^()",]+,)\d+(\)=")([^"]+)(")')
_SHEET = re.compile(r"(?<![\w'.!])([A-Za-z]\w*)!")
_LETTER = re.compile("[A-Za-z]")
_ARABIC_LETTER = re.compile("[\u0600-\u06ff]")


def formula_in(formula: str, language: Language) -> str:
    """Write a formula in a language.

    Args:
        formula: The formula as English has it.
        language: The language.

    Returns:
        The same formula over the same cells, with other texts. What it takes the beginning of a text for is counted
        anew; what stands at the end of a caption, before a value, is kept from being read backwards.

    Raises:
        LookupError: A text in it is neither a value nor a caption that is known.
    """
    if language == "en":
        return formula
    parts = _TEXT.split(_BEGINS_WITH.sub(lambda found: _beginning(found, language), formula))
    texts = [f'"{_text(part, language)}"' if place % 2 else _sheets(part, language) for place, part in enumerate(parts)]
    return "".join(texts)


def is_caption(text: str) -> bool:
    """Tell whether a text that is written on a sheet has to be translated.

    Formulas shown as text, names in capitals and what is Arabic already are no captions.
    """
    if known(text):
        return True
    return not text.startswith(("=", "-")) and bool(re.search("[a-z]", text)) and not _ARABIC_LETTER.search(text)


def _beginning(found: re.Match[str], language: Language) -> str:
    text = _text(found[3], language)
    return f"{found[1]}{len(text)}{found[2]}\0{text}{found[4]}"


def _text(text: str, language: Language) -> str:
    if text.startswith("\0"):  # translated as a beginning
        return text[1:]
    if not known(text) and (_VALUE.fullmatch(text) or not _LETTER.search(text)):
        return text
    told = caption(text.replace('""', '"'), language).replace('"', '""')
    return f"{told}{LTR}" if told.endswith((" ", "(")) else told


def _sheets(code: str, language: Language) -> str:
    return _SHEET.sub(lambda found: f"{quoted(caption(found[1], language))}!", code)
