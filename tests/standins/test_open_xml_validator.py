"""The wrapper around the Open XML SDK validator hands on what the validator says."""

from __future__ import annotations

import pytest
from broken_books import correct, edited
from broken_books.edits import cell, swap
from broken_books.parts import FORMULAS, HOME
from open_xml_validator import new_schema_findings, schema_findings


@pytest.fixture
def broken(tmp_path):
    """Write a workbook with an empty range in a validation."""
    path = tmp_path / "broken.xlsx"
    path.write_bytes(edited(swap(HOME, 'sqref="B3"', 'sqref=""')))
    return path


@pytest.mark.slow
def test_fault_is_found(broken):
    """What breaks a schema is found, with its part."""
    assert {finding.part for finding in schema_findings(broken)} == {f"/{HOME}"}


@pytest.mark.slow
def test_new_fault_is_found(broken, tmp_path):
    """A fault that the file before did not have is new."""
    before = tmp_path / "before.xlsx"
    before.write_bytes(correct())
    assert new_schema_findings(before, broken) == schema_findings(broken)


@pytest.mark.slow
def test_old_fault_is_not_new(broken, tmp_path):
    """A fault that was there is none of the writer's, wherever it stands now; another of the same kind is."""
    moved, another = tmp_path / "moved.xlsx", tmp_path / "another.xlsx"
    moved.write_bytes(edited(swap(HOME, 'sqref="B3"', 'sqref=""'), cell('<c r="A9"><v>1</v></c>')))
    another.write_bytes(edited(swap(HOME, 'sqref="B3"', 'sqref=""'), cell('<c r="A9" s="999"><v>1</v></c>')))
    assert new_schema_findings(broken, moved) == []
    assert {finding.part for finding in new_schema_findings(broken, another)} == {f"/{FORMULAS}"}


def test_file_that_is_no_workbook_is_a_finding(tmp_path):
    """What cannot be opened is reported, not passed over."""
    path = tmp_path / "none.xlsx"
    path.write_bytes(b"none")
    assert schema_findings(path)
