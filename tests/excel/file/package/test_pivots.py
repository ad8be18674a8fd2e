"""Pivot caches over our tables are marked however they are written; others stay as they are."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from leads_excel.excel.cells.references import Area, Move
from leads_excel.excel.file.package.pivots import refreshed

MOVE = Move("Bob's <leads>", Area(1, 1, 5, 11), 0, 20)
SOURCES = {
    "name": """<worksheetSource name="LEADS"/>""",
    "blanks": """<worksheetSource  name = 'leads' ></worksheetSource>""",
    "area": """<worksheetSource ref="A1:E11" sheet="Bob's &lt;leads&gt;"/>""",
    "entities": """<worksheetSource sheet='Bob&apos;s &#60;leads>' ref='A1:E11'/>""",
    "range set": """<rangeSets><rangeSet ref="A1:E11" sheet="Bob's &lt;leads>"/></rangeSets>""",
    "prefix": """<worksheetSource r:dirty="x" name="leads"/>""",
}
OTHERS = {
    "another table": """<worksheetSource name="mine"/>""",
    "another sheet": """<worksheetSource ref="A1:E11" sheet="Bob"/>""",
    "another book": """<worksheetSource ref="A1:E11" sheet="Bob's &lt;leads&gt;" r:id="rId1"/>""",
    "a text like it": """<worksheetSource caption=' name="leads"' name="mine"/>""",
}


def cache(source, mark=""):
    """Write a cache's definition."""
    names = 'xmlns="m" xmlns:r="r"'
    return f"<pivotCacheDefinition {names}{mark}><cacheSource>{source}</cacheSource></pivotCacheDefinition>".encode()


@pytest.mark.parametrize("mark", ["", " refreshOnLoad='0'", ' refreshOnLoad = "1" a="b"'])
@pytest.mark.parametrize("source", SOURCES)
def test_caches_over_a_table_are_marked_once(source, mark):
    """By its name or its area, in any spelling; an area follows the rows."""
    root = ET.fromstring(refreshed(cache(SOURCES[source], mark), [MOVE], {"leads"}))  # noqa: S314 - written above
    assert root.get("refreshOnLoad") == "1"
    assert {element.get("ref") for element in root.iter()} - {None} <= {"A1:E21"}


@pytest.mark.parametrize("source", OTHERS)
def test_other_caches_stay_as_they_are(source):
    """What is made of something else is none of our business."""
    assert refreshed(cache(OTHERS[source]), [MOVE], {"leads"}) == cache(OTHERS[source])
