"""The workbook template: built here, committed as `workbook_template.xlsx`, carried by the wheel.

A new workbook is a copy of that file, not a build: what a user opens is, byte for byte, the file that was looked at
and tested, whatever version of XlsxWriter stands on their machine. A test proves that it is what `build` builds.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

FILE_NAME = "workbook_template.xlsx"


def template_path() -> Path:
    """Find the template: inside the installed package, else at the top of the checkout.

    Returns:
        The file; never write to it.
    """
    installed = Path(str(files("leads_excel"))) / FILE_NAME
    return installed if installed.is_file() else Path(__file__).parents[2] / FILE_NAME


def build(target: Path) -> None:
    """Build the template. The same version of XlsxWriter always gives the same parts.

    Args:
        target: Where to write it; a file that stands there is replaced.
    """
    from leads_excel.excel.pages import write_pages  # noqa: PLC0415 - to copy the template, XlsxWriter is not loaded

    write_pages(target)


if __name__ == "__main__":
    build(template_path())
