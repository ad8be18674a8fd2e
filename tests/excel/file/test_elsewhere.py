"""What stands elsewhere than on our sheets: charts' stored values, parts that cannot be read."""

from __future__ import annotations

import pytest
from lead_frames import leads, refresh
from package_edit import PackageEdit
from small_book import build
from zip_parts import read_parts

from leads_excel.excel.cells.moves import Move
from leads_excel.excel.cells.references import Area
from leads_excel.excel.file.elsewhere import without_stored_values
from leads_excel.excel.file.package.package import Package
from leads_excel.excel.file.package.sources import Sources
from leads_excel.excel.file.package.workbook import Workbook

STORED = {
    "categories": b"<c:strRef><c:f>%s</c:f>%s</c:strRef>",
    "values": b"<c:numRef><c:f>%s</c:f>%s</c:numRef>",
    "labels": b"<c15:datalabelsRange><c15:f>%s</c15:f>%s</c15:datalabelsRange>",
    "new chart": b'<cx:strDim type="cat"><cx:f dir="row">%s</cx:f>%s</cx:strDim>',
}
CACHES = {
    "categories": b"<c:strCache><c:pt><c:v>Sara</c:v></c:pt></c:strCache>",
    "values": b"<c:numCache><c:pt><c:v>1</c:v></c:pt></c:numCache>",
    "labels": b"<c15:dlblRangeCache><c:pt><c:v>Sara</c:v></c:pt></c15:dlblRangeCache>",
    "new chart": b'<cx:lvl ptCount="1"><cx:pt>Sara</cx:pt></cx:lvl> <cx:lvl ptCount="1"><cx:pt>Ali</cx:pt></cx:lvl>',
}


@pytest.mark.parametrize("kind", STORED)
@pytest.mark.parametrize("named", [b"Leads!$B$2:$B$3", b"leads[firstName]", b"people"])
def test_every_kind_of_stored_values_is_taken_out(tmp_path, kind, named):
    """Whatever the chart calls the cells; what it has stored of others stays."""
    names = lambda book, _: book.define_name("people", "=Leads!$B$2:$B$3")  # noqa: E731 - one line
    path = build(tmp_path / "book.xlsx", [(1, "Sara", None, None, None), (2, "Ali", None, None, None)], names)
    with path.open("rb") as file:
        sources = Sources(Workbook(Package(file, "book.xlsx")))
        move = Move("Leads", Area(1, 1, 5, 3), 0, 1)
        chart = STORED[kind] % (named, CACHES[kind])
        assert without_stored_values(chart, [move], sources) == STORED[kind] % (named, b" " * 0)
        other = STORED[kind] % (b"Home!$A$1:$A$2", CACHES[kind])
        assert without_stored_values(other, [move], sources) == other


def test_a_part_that_cannot_be_read_is_named(tmp_path):
    """A chart in an unknown encoding is copied, and saving tells which."""

    def around(book, _):
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Leads!$A$2:$A$2"})
        book.add_worksheet("Report").insert_chart("A1", chart)

    path = build(tmp_path / "book.xlsx", [(1, None, None, None, None)], around)
    edit = PackageEdit(path)
    broken = edit.parts["xl/charts/chart1.xml"] = b'<?xml version="1.0" encoding="x-unknown"?><c:chartSpace/>'
    path.write_bytes(bytes(edit))
    remarks = refresh(path, leads(1, 2)).remarks
    assert "xl/charts/chart1.xml cannot be read: what it names of the tables stays" in remarks
    assert read_parts(path)["xl/charts/chart1.xml"] == broken
