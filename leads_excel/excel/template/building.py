"""The workbook template: built here, committed as `workbook_template.xlsx`, carried by the wheel.

A new workbook is a copy of that file, not a build: what a user opens is, byte for byte, the file that was looked at
and tested, whatever version of XlsxWriter stands on their machine. A test proves that it is what `build` builds. The
same holds for the Arabic one, whose captions are translated as it is built.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

if TYPE_CHECKING:
    from leads_excel.captions.languages import Language

FILE_NAME = "workbook_template.xlsx"
_ARABIC = "workbook_template_ar.xlsx"

_RESULT = re.compile(rb"(</f>)<v>[^<]*</v>")


def template_path(language: Language = "en") -> Path:
    """Find the template: inside the installed package, else at the top of the checkout.

    Args:
        language: Its language; the template in another language than English stands beside this module.

    Returns:
        The file; never write to it.
    """
    if language != "en":
        return Path(__file__).with_name(_ARABIC)
    installed = Path(str(files("leads_excel"))) / FILE_NAME
    return installed if installed.is_file() else Path(str(files("leads_excel"))).parent / FILE_NAME


def build(target: Path, language: Language = "en") -> None:
    """Build the template. The same version of XlsxWriter always gives the same parts.

    Args:
        target: Where to write it; a file that stands there is replaced.
        language: Its language.
    """
    from leads_excel.excel.template.pages import write_pages  # noqa: PLC0415 - to copy the template, XlsxWriter is not loaded

    write_pages(target, language)
    _drop_results(target)


def _drop_results(path: Path) -> None:
    """Take out what XlsxWriter stores as the results of formulas.

    A refresh without Excel cannot compute them, and a program that shows what is stored, such as a preview of an
    e-mail, would show the figures of the empty template beside full tables. Without a result every program computes the
    formula or shows nothing.
    """
    with ZipFile(path) as book:
        members = [(member, book.read(member)) for member in book.infolist()]
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for member, content in members:
            book.writestr(member, _RESULT.sub(rb"\1", content) if "/worksheets/" in member.filename else content)
