"""What is attached to a lead stands beside it, wherever the lead comes to stand; what leaves comes back."""

from __future__ import annotations

import json
import re

import pytest
from annotated_book import BUILT, KINDS, STAYING, beside, build_annotated, expected
from broken_books import prefixed, strict
from lead_frames import leads, refresh, run, tables
from open_xml_validator import new_schema_findings
from package_edit import TRANSITIONAL, PackageEdit
from package_rules import check
from readers import READERS
from small_book import SHEET, build, edited, opened, values
from zip_parts import read_parts

from leads_excel.excel.book.protocol import Attached
from leads_excel.excel.file.attached.comments import notes_of
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets

ELSEWHERE = {("R4C10", "comment beside"), ("R4C10", "box"), ("R1C3", "comment of a heading"), ("R1C3", "box")}
TOLD = {kind: set(BUILT) for kind in ("comment", "thread", "link", "place")} | {"hidden": {2, 5}}
"""What the Log can keep while its lead is away."""


def of_totals(last):
    """What is attached to the totals row below the last row of leads."""
    row = last + 1
    return {
        (f"R{row}C2", "comment of the totals"), (f"R{row}C2", "box"), (f"R{row}C5", "link https://crm.example/totals")
    }  # fmt: skip


@pytest.fixture(scope="module", params=[False, True], ids=["", "totals"])
def walked(request, tmp_path_factory):
    """Refresh a book in which all leads have everything, step by step; give what stands beside them after each."""
    path, kinds = build_annotated(tmp_path_factory.mktemp("books") / "book.xlsx", BUILT, totals=request.param)
    found = {"built": beside(path)}
    for step, ids in STAYING.items():
        before = path.with_name(f"{step}.xlsx")
        before.write_bytes(path.read_bytes())
        refresh(path, leads(*ids))
        assert check(path) == []
        found[step] = beside(path)
    return found, kinds, request.param


@pytest.mark.parametrize("step", ["built", *STAYING])
@pytest.mark.parametrize("lead", BUILT)
def test_everything_stands_beside_its_lead(walked, step, lead):
    """Comments, threads, links, heights, hidden rows, pictures, controls with their cell, formats and validations."""
    found, kinds, _ = walked
    assert found[step].leads[lead] == expected(lead, kinds)


@pytest.mark.parametrize("step", ["built", *STAYING])
def test_nothing_stands_beside_another(walked, step):
    """New leads have nothing; the heading, the totals row and the cells beside the table keep what they have."""
    found, _, totals = walked
    ids = STAYING.get(step, BUILT)
    assert [found[step].rows[row] for row in sorted(found[step].rows)] == ids
    assert not any(found[step].leads[lead] for lead in ids if lead > 100)
    assert found[step].others == ELSEWHERE | (of_totals(1 + len(ids)) if totals else set())


@pytest.mark.parametrize("clothes", [strict, prefixed])
def test_it_is_found_in_other_clothes(tmp_path, clothes):
    """Strict files, and files whose elements have prefixes, are followed as well."""
    path, kinds = build_annotated(tmp_path / "book.xlsx", BUILT)
    package = PackageEdit(path)
    clothes(package)
    path.write_bytes(bytes(package))
    refresh(path, leads(*STAYING["shuffled"]))
    found = beside(path)
    assert {lead: found.leads[lead] for lead in BUILT} == {lead: expected(lead, kinds) for lead in BUILT}


@pytest.mark.slow
@pytest.mark.parametrize("ids", [STAYING["shuffled"], [3, 101, 1], []])
def test_every_program_reads_it(tmp_path, ids):
    """The Open XML SDK finds nothing new; openpyxl, calamine, SheetJS and LibreOffice read the leads."""
    before, _ = build_annotated(tmp_path / "book.xlsx", BUILT, TOLD)
    after, back = tmp_path / "after.xlsx", tmp_path / "back.xlsx"
    refresh(before, leads(*ids), after)
    refresh(after, leads(*BUILT), back)
    for path, rows in ((after, ids), (back, BUILT)):
        assert check(path) == []
        assert new_schema_findings(before, path) == []
        for reader in ("openpyxl", "calamine", "sheetjs", "libreoffice"):
            keys = [row[0] for row in READERS[reader](path)["Leads"][1:] if row[0] not in (None, "")]
            assert keys == rows, reader


# --- leads that leave ------------------------------------------------------------------------------------------------


def test_what_can_be_told_goes_to_the_log_and_comes_back(tmp_path):
    """Comments, threads and links of leads that leave come back with them, threads as notes; so do hidden rows."""
    path, kinds = build_annotated(tmp_path / "book.xlsx", BUILT, {**TOLD, "thread": {2}})
    for ids in ([1, 3, 5], [], BUILT[::-1]):
        remarks = refresh(path, leads(*ids)).remarks
        found = beside(path)
        stayed = {lead: found.leads[lead] for lead in ids}
        for lead in set(stayed) & {1, 3, 5}:
            assert stayed[lead] == expected(lead, kinds)
        if ids != BUILT[::-1]:
            assert any("notes beside" in remark and "are kept in the Log" in remark for remark in remarks)
            assert not any(str(lead) in text for lead in (2, 10) for text in found.leads.get(lead, ()))
            text = b"".join(content for part, content in read_parts(path).items() if "omment" in part or "rels" in part)
            assert b"https://crm.example/2?" not in text
            assert b"thread 2" not in text
        assert found.others == ELSEWHERE
    for lead in BUILT:
        wanted = expected(lead, kinds) - {"thread 2", "reply 2"}
        wanted = {"Sami: thread 2\nSami: reply 2" if text == "comment 2" else text for text in wanted}
        assert found.leads[lead] == wanted
    assert not any("Notes kept" in str(row) for row in values(path, "Log"))


def test_pictures_and_controls_keep_their_rows(tmp_path):
    """A lead with a picture or a checkbox on it stays, and one is told so: neither can be told in words."""
    path, kinds = build_annotated(tmp_path / "book.xlsx", BUILT, {"picture": {2, 3}, "control": {3, 8}, "link": {4}})
    remarks = refresh(path, leads(101, 9, 1)).remarks
    found = beside(path)
    assert [found.rows[row] for row in sorted(found.rows)] == [101, 9, 1, 2, 3, 8]
    assert {lead: found.leads[lead] for lead in (2, 3, 8)} == {lead: expected(lead, kinds) for lead in (2, 3, 8)}
    assert "leads: 3 rows outside the range kept for pictures or controls on them" in remarks


def test_rules_of_a_lead_that_left_are_told(tmp_path):
    """A validation of one cell goes with its lead, one is told, and no rule is left that holds nowhere."""
    path, kinds = build_annotated(tmp_path / "book.xlsx", BUILT, {"rule": {2, 3}})
    remarks = refresh(path, leads(1, 3)).remarks
    assert beside(path).leads[3] == expected(3, kinds)
    assert any("formats or validations of single cells left with their rows" in remark for remark in remarks)
    remarks = refresh(path, leads(1)).remarks
    sheet = read_parts(path)[SHEET]
    assert b"dataValidation" not in sheet
    assert b"conditionalFormatting" not in sheet
    assert not refresh(path, leads(1, 4)).remarks


def test_rules_of_extensions_are_taken_out_whole(tmp_path):
    """Of lists on other sheets, which Excel writes into an extension, nothing empty is left."""
    listed = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/'
        'spreadsheetml/2009/9/main"><x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/'
        '2006/main"><x14:dataValidation type="list"><x14:formula1><xm:f>Home!$A$1:$A$3</xm:f></x14:formula1>'
        "<xm:sqref>E3</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    path, _ = build_annotated(tmp_path / "book.xlsx", BUILT, {})
    edit = PackageEdit(path)
    edit.insert(SHEET, "</worksheet>", listed)
    path.write_bytes(bytes(edit))
    refresh(path, leads(9, 2, 1))
    assert b"<xm:sqref>E3</xm:sqref>" in read_parts(path)[SHEET]
    refresh(path, leads(2, 1))
    assert b"<xm:sqref>E2</xm:sqref>" in read_parts(path)[SHEET]
    refresh(path, leads(7, 1))
    assert b"extLst" not in read_parts(path)[SHEET]


@pytest.mark.parametrize("target", ["mailto:sara@example.com", "tel:+966500000000", "https://wa.me/966500000000"])
def test_links_to_personal_data_never_go_to_the_log(tmp_path, target):
    """A link on a person's data is gone with the lead, from every part of the file, and one is told."""

    def around(_, sheet):
        sheet.write_url("B2", "https://link.example/", string="Sara")

    path = build(tmp_path / "book.xlsx", [(1, "Sara", None, None, "call back"), (2, "Reem", None, None, None)], around)
    edited(path, "xl/worksheets/_rels/sheet2.xml.rels", ("https://link.example/", target))
    remarks = refresh(path, leads(2)).remarks
    assert any("links to personal data on 1 row that left the range are gone" in remark for remark in remarks)
    everything = b"".join(read_parts(path).values())
    assert target.split(":")[-1].encode() not in everything
    assert b"call back" in everything


@pytest.mark.parametrize("clothes", [None, strict, prefixed])
def test_comments_come_back_to_a_sheet_without_any(tmp_path, clothes):
    """Where Excel has taken the empty parts out meanwhile, they are made anew, and openpyxl reads the comment."""
    path = build(tmp_path / "book.xlsx", [(1, "Sara", None, None, None)])
    line = json.dumps(
        [{"key": [2], "notes": {}, "comments": {"firstName": "two\nlines <&> ü"}, "links": {"note": "#Home!A1"}}]
    )
    with FileBook(path) as book:
        sheets.fail(book, "x", run())
        book.save()
    edit = PackageEdit(path)
    edit.replace(
        "xl/worksheets/sheet6.xml",
        "failed: x",
        f"Notes kept for leads: {line}".replace("&", "&amp;").replace("<", "&lt;"),
    )
    if clothes:
        clothes(edit)
    path.write_bytes(bytes(edit))
    before = tmp_path / "before.xlsx"
    before.write_bytes(path.read_bytes())
    refresh(path, leads(2, 1))
    assert check(path) == []
    assert new_schema_findings(before, path) == []
    links = read_parts(path)["xl/worksheets/_rels/sheet2.xml.rels"].decode()
    assert (TRANSITIONAL in links) is (clothes is not strict)
    if clothes is not strict:  # which openpyxl does not read
        sheet = opened(path)["Leads"]
        assert sheet["B2"].comment.text == "two\nlines <&> ü"
        assert sheet["E2"].hyperlink.location == "Home!A1"
    assert beside(path).leads[2] >= {"two\nlines <&> ü", "box", "link #Home!A1"}


def test_what_a_book_is_given_is_attached(tmp_path):
    """A link out of the workbook with a place in its target, and comments beside those that are there."""
    path, kinds = build_annotated(tmp_path / "book.xlsx", BUILT, {"comment": {1}, "link": {1}})
    with FileBook(path) as book:
        fetched = tables(leads=[{"leadExternalId": n} for n in (1, 2)])
        merge = sheets._Merge(book, run(), "remove")
        fill, _ = merge.table("leads", fetched.leads)
        fill.attached[1] = Attached({"note": "new"}, {"firstName": "https://x.example/a#b"})
        book.write(fill)
        book.save()
    found = beside(path)
    assert found.leads[1] == expected(1, kinds)
    assert found.leads[2] == {"note 2", "new", "box", "link https://x.example/a"}
    assert 'location="b"' in read_parts(path)[SHEET].decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_below_a_growing_table_is_pushed_down(tmp_path, kind):
    """What is attached to an empty cell below the table never comes to stand on a lead."""
    path, kinds = build_annotated(tmp_path / "book.xlsx", [1, 2], {kind: {1, 2}})

    edit = PackageEdit(path)
    if kind == "comment":
        for part in ("xl/comments1.xml",):
            text = edit.text(part).replace(
                "</commentList>", '<comment ref="B5" authorId="0"><text><t>below</t></text></comment></commentList>'
            )
            edit.write(part, text)
        path.write_bytes(bytes(edit))
    refresh(path, leads(1, 101, 102, 103, 2))
    found = beside(path)
    assert {n: found.leads[n] for n in (1, 2)} == {n: expected(n, kinds) for n in (1, 2)}
    if kind == "comment":
        assert [place for place, text in found.others if text == "below"] == ["R8C2"]
        assert not re.search(r"below", str(found.leads))


@pytest.mark.parametrize("broken", [b"<!DOCTYPE x><comments/>", b'<?xml version="1.0" encoding="utf-16"?><x/>'])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("xl/comments1.xml", "comments"),
        ("xl/threadedComments/threadedComment1.xml", "threadedComment"),
        ("xl/drawings/vmlDrawing1.vml", "vmlDrawing"),
        ("xl/drawings/drawing1.xml", "drawing"),
        ("xl/persons/person.xml", ""),
    ],
)
def test_a_part_that_cannot_be_read_is_copied_and_told(tmp_path, name, kind, broken):
    """It is no reason to refuse the book; what it holds no longer stands beside its leads, and one is told so."""
    path, _ = build_annotated(tmp_path / "book.xlsx", BUILT)
    edit = PackageEdit(path)
    edit.parts[name] = broken
    path.write_bytes(bytes(edit))
    assert not any("cannot be read and" in remark for remark in refresh(path, leads(*BUILT)).remarks)
    remarks = refresh(path, leads(*BUILT[::-1])).remarks
    assert read_parts(path)[name] == broken
    told = f"leads: {kind} cannot be read and no longer stand beside their rows"
    assert [remark for remark in remarks if "cannot be read and" in remark] == ([told] if kind else [])
    refresh(path, leads(*BUILT, 11))
    assert read_parts(path)[name] == broken


def test_new_leads_are_as_high_as_all_others(tmp_path):
    """A height that all rows share is the table's; where they differ, each is its lead's."""

    def around(_, sheet):
        for row in (1, 2, 3):
            sheet.set_row(row, 30)

    path = build(tmp_path / "book.xlsx", [(n, None, None, None, None) for n in (1, 2, 3)], around)
    refresh(path, leads(4, 3, 2, 1))
    heights = opened(path)["Leads"].row_dimensions
    assert [heights[row].height for row in range(2, 7)] == [30, 30, 30, 30, None]


def test_a_link_over_all_rows_goes_on_over_all_rows(tmp_path):
    """It belongs to the column; one over some rows is the leads', wherever these come to stand."""
    path = build(tmp_path / "book.xlsx", [(n, None, None, None, None) for n in (1, 2, 3, 4)])
    links = '<hyperlink ref="E2:E5" location="Home!A1"/><hyperlink ref="D2:D3" location="Home!A2"/>'
    edit = PackageEdit(path)
    edit.insert(SHEET, "<pageMargins", f"<hyperlinks>{links}</hyperlinks>")
    path.write_bytes(bytes(edit))
    refresh(path, leads(1, 9, 3, 2, 4, 5))
    found = re.findall(r'<hyperlink ref="([^"]*)"', read_parts(path)[SHEET].decode())
    assert found == ["E2:E7", "D2:D2", "D5:D5"]


def test_notes_below_a_table_do_not_meet(tmp_path):
    """Two on empty cells that the table grows over keep their order, each on a cell of its own."""

    def around(_, sheet):
        for row, text in ((3, "first"), (4, "second"), (6, "third")):
            sheet.write_comment(row, 1, text)

    path = build(tmp_path / "book.xlsx", [(1, None, None, None, None), (2, None, None, None, None)], around)
    refresh(path, leads(1, 2, 3, 4, 5))
    found = notes_of(read_parts(path)["xl/comments1.xml"])
    assert found == {(7, 2): "third", (8, 2): "first", (9, 2): "second"}


def test_a_phone_number_behind_a_word_never_goes_to_the_log(tmp_path):
    """Whatever the column, `tel:` and `mailto:` lead to a person."""

    def around(_, sheet):
        sheet.write_url("E2", "mailto:sara@example.com", string="write")

    path = build(tmp_path / "book.xlsx", [(1, None, None, None, "x"), (2, None, None, None, None)], around)
    refresh(path, leads(2))
    assert b"sara@example.com" not in b"".join(read_parts(path).values())
    assert b"write" in b"".join(read_parts(path).values())


@pytest.mark.parametrize(("ids", "row"), [([3, 2, 1], 3), ([1, 9, 8, 2, 3], 5), ([2, 1, 3], 2)])
def test_a_control_of_another_sheet_stays_linked_to_its_lead(tmp_path, ids, row):
    """Its cell goes with the lead, also where no row is added; the control itself stays."""
    named = [(n, None, None, None, f"note {n}") for n in (1, 2, 3)]
    path = build(tmp_path / "book.xlsx", named, lambda book, _: book.add_worksheet("Report"))
    edit = PackageEdit(path)
    space = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    kind = "application/vnd.ms-excel.controlproperties+xml"
    edit.add("xl/ctrlProps/ctrlProp1.xml", f'<formControlPr xmlns="{space}" fmlaLink="Leads!$E$3" val="0"/>', kind)
    edit.relate("xl/worksheets/sheet7.xml", f"{TRANSITIONAL}/ctrlProp", "xl/ctrlProps/ctrlProp1.xml")
    path.write_bytes(bytes(edit))
    refresh(path, leads(*ids))
    assert values(path)[row - 1][4] == "note 2"
    assert f'fmlaLink="Leads!$E${row}"'.encode() in read_parts(path)["xl/ctrlProps/ctrlProp1.xml"]
