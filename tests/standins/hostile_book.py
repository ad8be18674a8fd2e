"""A workbook with everything that users put around our tables, and that a careless writer loses.

`hostile_sheets` makes with XlsxWriter what XlsxWriter can make, `hostile_parts` adds the rest to the package.
"""

from __future__ import annotations

import io
import zipfile
from importlib.util import find_spec
from pathlib import Path

import xlsxwriter
from hostile_parts import add_parts
from hostile_sheets import add_sheets, layouts_of


def build(path: Path, rows: int = 50) -> Path:
    """Build the workbook.

    Args:
        path: Where to. An `.xlsm` also gets a VBA project and a button that runs a macro.
        rows: How many leads.

    Returns:
        The path.
    """
    layouts = layouts_of(rows)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        add_sheets(book, layouts)
        if path.suffix == ".xlsm":
            book.add_vba_project(io.BytesIO(_vba_project()), is_stream=True)
            book.get_worksheet_by_name("Home").insert_button("D12", {"macro": "SampleCall", "caption": "Refresh"})
    path.write_bytes(add_parts(buffer.getvalue(), layouts))
    return path


def _vba_project() -> bytes:
    """Take a real VBA project out of the installed xlwings."""
    spec = find_spec("xlwings")
    folders = spec.submodule_search_locations if spec else None
    with zipfile.ZipFile(Path((folders or ["."])[0]) / "quickstart_standalone.xlsm") as archive:
        return archive.read("xl/vbaProject.bin")
