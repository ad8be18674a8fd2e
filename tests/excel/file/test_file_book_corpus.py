"""Our tables grafted into workbooks made by Excel."""

from __future__ import annotations

import re

import pytest
from corpus import each_file, graft
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
