"""Our tables grafted into workbooks made by Excel."""

from __future__ import annotations

import re

import pytest
from corpus import each_file, graft
from lead_frames import records, refresh, sample
from open_xml_validator import new_schema_findings
from package_rules import check
from readers import calamine_values, plain
from sample_tables import SHEETS
from zip_parts import parts_that_differ, read_parts


@each_file
def test_graft_leaves_every_part_as_it_was(corpus_file, tmp_path):
    """Only the workbook, its relations and the content types are added to."""
    grafted = graft(corpus_file, tmp_path / "grafted.xlsx")
    changed = {part for part, what in parts_that_differ(corpus_file, grafted).items() if what != "added"}
    assert changed == {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}


@pytest.mark.slow
@each_file
def test_graft_breaks_no_rule(corpus_file, tmp_path):
    """The workbook is as good as before, with all tables of the contract in it."""
    grafted = graft(corpus_file, tmp_path / "grafted.xlsx")
    assert check(grafted) == []
    tables = {found for part in read_parts(grafted).values() for found in re.findall(rb'displayName="(\w+)"', part)}
    assert {table.encode() for table in SHEETS} <= tables


@pytest.mark.slow
@each_file
def test_graft_follows_the_schemas(corpus_file, tmp_path):
    """The Open XML SDK finds nothing that it had not found before."""
    assert new_schema_findings(corpus_file, graft(corpus_file, tmp_path / "grafted.xlsx")) == []


@each_file
def test_graft_is_read(corpus_file, tmp_path):
    """A reader sees the leads beside the sheets that were there."""
    before = plain(calamine_values(corpus_file))
    after = plain(calamine_values(graft(corpus_file, tmp_path / "grafted.xlsx", rows=7)))
    leads = after["Leads"]
    assert [len(leads), leads[3][0], leads[4][0], leads[4][22:24]] == [11, "leadExternalId", 700001, [None, "step 0"]]
    assert {name: after[name] for name in before} == before


# --- refreshed -------------------------------------------------------------------------------------------------------

STEPS = [23, 7, 7, 0, 31, 20]
"""How many leads each of six refreshes brings: more, fewer, the same, none, many, as many as at first."""

EVERY_REFRESH = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/calcChain.xml"}
"""What each changes: Excel is to calculate anew, without its old order of calculation."""


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """Refresh a grafted file six times; give the file before, after, and what was told, each once for all tests."""
    known = {}

    def of(corpus_file):
        if corpus_file not in known:
            before = graft(corpus_file, tmp_path_factory.mktemp("books") / "before.xlsx")
            after = before.with_name("after.xlsx")
            after.write_bytes(before.read_bytes())
            told = [refresh(after, sample(count)).remarks for count in STEPS]
            known[corpus_file] = before, after, told
        return known[corpus_file]

    return of


@each_file
def test_foreign_parts_stay_to_the_byte(corpus_file, refreshed):
    """Of what Excel made, six refreshes change nothing: no cell of ours is named there."""
    before, after, _ = refreshed(corpus_file)
    theirs = set(parts_that_differ(before, after)) & set(read_parts(corpus_file))
    assert theirs <= EVERY_REFRESH


@each_file
def test_the_leads_of_the_last_refresh_stand_there(corpus_file, refreshed):
    """A reader finds them, and every other sheet as it was; nothing that people attached is told as lost."""
    _, after, told = refreshed(corpus_file)
    found, before = plain(calamine_values(after)), plain(calamine_values(corpus_file))
    assert [row[0] for row in found["Leads"][4:24]] == [row["leadExternalId"] for row in records("leads", 20)]
    assert {name: found[name] for name in before} == before
    assert not any("no longer filled" in remark for remarks in told for remark in remarks)


@pytest.mark.slow
@each_file
def test_six_refreshes_break_no_rule(corpus_file, refreshed):
    """The rules of packages hold, and the Open XML SDK finds nothing new."""
    before, after, _ = refreshed(corpus_file)
    assert check(after) == []
    assert new_schema_findings(before, after) == []
