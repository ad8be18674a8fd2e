"""The languages of workbooks and reports, and the one place where a text is looked up in one. Pure.

The key of a caption is its English: code reads as what it writes, and nothing has two names. Each sheet and the report
has a dictionary of its own beside this module; a sheet that is new brings one more, named in `_ARABIC`. What is no
caption stays as it is in every language: API names, functions, values of the DMS, and what went wrong.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from leads_excel.captions.dashboard import DASHBOARD
from leads_excel.captions.formulas import FORMULAS
from leads_excel.captions.home import HOME
from leads_excel.captions.lists import LISTS
from leads_excel.captions.rejections import REJECTIONS
from leads_excel.captions.report import REPORT

Language = Literal["en", "ar"]
"""English, or Arabic from right to left (ISO 639-1)."""

LANGUAGES: tuple[Language, ...] = get_args(Language)

LANGUAGE_NAME = "leads_language"
"""The defined name by which a workbook tells its language, as a constant: `="ar"`.

A name goes with the file through every program and every copy, and no typing, sorting or deleting of sheets touches it,
as it would a cell; a document property would be out of reach of xlwings on a Mac. A workbook without one is English.
"""

LTR = "\N{LEFT-TO-RIGHT MARK}"
"""Between Arabic and a number or a Latin word, so that `2026-08-01` is not read backwards (UAX 9, W2 and N1)."""

_ARABIC = {**HOME, **LISTS, **FORMULAS, **DASHBOARD, **REJECTIONS, **REPORT}
_LATIN = re.compile(r"[-+#]?[A-Za-z0-9][\w.:/%+*=-]*[\w%*]", re.ASCII)
_BETWEEN_DAYS = re.compile(r"(\d) to (\d{4}-)")
_SO_FAR = re.compile(r"([\d,]+) of ([\d,]+) days")
_FILTERS = {"lead": "طلب", "source": "مصدر", "sub-source": "مصدر فرعي", "as of": "كما كانت في", "bulk": "دفعة"}


def language_of(formula: str | None) -> Language:
    """Read what the name in a workbook stands for.

    Args:
        formula: Such as `"ar"` or `="ar"`; None where there is no such name.

    Returns:
        The language; English where it says nothing else.
    """
    text = (formula or "").lstrip("=").strip('"')
    return next((language for language in LANGUAGES if language == text), "en")


def is_from_right(language: Language) -> bool:
    """Tell whether a language is written from right to left."""
    return language == "ar"


def caption(text: str, language: Language) -> str:
    """Write a caption in a language.

    Args:
        text: The caption in English; one with values has their names in braces, as `str.format` takes them.
        language: The language.

    Returns:
        The caption; Latin words and numbers within Arabic keep their own direction.

    Raises:
        LookupError: Nobody has translated it.
    """
    if language == "en":
        return text
    if text not in _ARABIC:
        raise LookupError(f"no Arabic for {text!r}: add it to a dictionary in leads_excel/captions")
    return with_marks(_ARABIC[text])


def told(text: str, language: Language, **values: object) -> str:
    """Write a caption that holds values.

    Args:
        text: The caption in English, with the names of the values in braces.
        language: The language.
        **values: The values, as they are to be read.

    Raises:
        LookupError: Nobody has translated it.
    """
    mark = LTR if is_from_right(language) else ""
    return caption(text, language).format(**{name: f"{mark}{value}{mark}" for name, value in values.items()})


def known(text: str) -> bool:
    """Tell whether a text is a caption that can be looked up."""
    return text in _ARABIC


def with_marks(text: str) -> str:
    """Put marks around the Latin words and numbers of an Arabic text.

    Args:
        text: The text; what stands in braces stays as it is.
    """
    parts = re.split(r"(\{[^{}]*\})", text)
    return "".join(part if part.startswith("{") else _LATIN.sub(rf"{LTR}\g<0>{LTR}", part) for part in parts)


def range_in(title: str, language: Language) -> str:
    """Write the days and filters that were asked for, as `Question.title` words them, in a language.

    The part between two days is as long in each language, so that formulas find the days at the same places.

    Args:
        title: Such as `2026-08-01 to 2026-08-31, source 3`.
        language: The language.
    """
    if not is_from_right(language):
        return title
    days, *filters = title.split(", ")
    told = [_filter(text) for text in filters]
    between = _ARABIC[" to "]
    return "، ".join([_BETWEEN_DAYS.sub(rf"\1{between}\2", days), *told])


def so_far_in(text: str, language: Language) -> str:
    """Write how many days of a range have come, as `dates.so_far` words it, in a language; nothing stays nothing."""
    found = _SO_FAR.fullmatch(text)
    return told("{come} of {asked} days", language, come=found[1], asked=found[2]) if found else text


def _filter(text: str) -> str:
    for name, arabic in _FILTERS.items():
        if text.startswith(f"{name} "):
            return f"{arabic} {LTR}{text.removeprefix(name).strip()}{LTR}"
    return text
