"""The same workbook in other clothes: what other programs than Excel write, and what Excel writes when asked to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_edit import MAIN, TRANSITIONAL

if TYPE_CHECKING:
    from package_edit import PackageEdit

_STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    TRANSITIONAL: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "http://purl.oclc.org/ooxml/drawingml/chart",
}
_TAG = re.compile(r"<(/?)([A-Za-z]\w*)(?=[\s/>])")
_TEXT_CELL = re.compile(r'(<c [^>]*)t="s"([^>]*)><v>(\d+)</v></c>')


def strict(package: PackageEdit) -> None:
    """Use the namespaces of ISO/IEC 29500 strict, as Excel does in a Strict Open XML Workbook."""
    for part in _xml(package):
        text = package.text(part)
        for transitional, other in _STRICT.items():
            text = text.replace(transitional, other)
        package.write(part, text)


def prefixed(package: PackageEdit) -> None:
    """Bind the main namespace to a prefix, as the Open XML SDK does."""
    for part in _xml(package):
        text = package.text(part)
        if re.search(rf'<\w+ xmlns="{MAIN}"', text):
            text = text.replace(f'xmlns="{MAIN}"', f'xmlns:main="{MAIN}"', 1)
            package.write(part, _TAG.sub(r"<\1main:\2", text))


def inlined(package: PackageEdit) -> None:
    """Write every text into its cell, as streaming writers do."""
    texts = re.findall(r"<si>(.*?)</si>", package.text("xl/sharedStrings.xml"), flags=re.DOTALL)

    def inline(found: re.Match[str]) -> str:
        return f'{found[1]}t="inlineStr"{found[2]}><is>{texts[int(found[3])]}</is></c>'

    for part in _xml(package):
        if part.startswith("xl/worksheets/sheet"):
            package.write(part, _TEXT_CELL.sub(inline, package.text(part)))


def _xml(package: PackageEdit) -> list[str]:
    """List the parts that are XML in UTF-8."""
    return [part for part, content in package.parts.items() if content.startswith(b"<?xml")]
