"""The page as PDF, set by Typst.

Typst rather than WeasyPrint or a browser: one wheel for each system with everything in it, where WeasyPrint needs Pango
installed beside Python, which Windows does not have. It shapes Arabic, and tags the PDF for screen readers.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING

from leads_excel.captions.languages import is_from_right, told
from leads_excel.exceptions import SettingsError
from leads_excel.schema.legible import legible_data

if TYPE_CHECKING:
    from leads_excel.reports.page import Page

_MISSING = 'A report as PDF needs the extra report: pip install "leads-excel[report]".'

_WORDS = {
    "title": "Leads, {range}", "heading": "Leads report", "as_of": "As of {moment}", "demo": "Demo data: not live",
}  # fmt: skip


def pdf(page: Page) -> bytes:
    """Write a report as PDF.

    Args:
        page: What stands on it.

    Returns:
        A PDF of one sheet of A4.

    Raises:
        SettingsError: The extra `report` is not installed.
    """
    try:
        import typst  # noqa: PLC0415 - of an extra
    except ImportError:
        raise SettingsError(_MISSING) from None
    if page.listings:
        raise SettingsError(_MISSING)
    words = {name: told(text, page.language, range=page.range, moment=page.fetched) for name, text in _WORDS.items()}
    content = {**asdict(page), "words": words, "direction": "rtl" if is_from_right(page.language) else "ltr"}
    layout = files("leads_excel.reports").joinpath("report.typ").read_bytes()
    written: bytes = typst.compile(layout, format="pdf", sys_inputs={"page": json.dumps(legible_data(content))})
    return written
