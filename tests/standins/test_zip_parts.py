"""Comparing two archives part by part."""

from __future__ import annotations

from zip_parts import parts_that_differ, zipped


def test_parts_that_differ_names_each_difference(tmp_path):
    """A part is added, gone or changed; one that only stands elsewhere is the same."""
    before = zipped([("same.xml", b"1"), ("gone.xml", b"2"), ("changed.xml", b"3")])
    after = tmp_path / "after.zip"
    after.write_bytes(zipped([("changed.xml", b"4"), ("added.xml", b"5"), ("same.xml", b"1")]))
    assert parts_that_differ(before, after) == {"added.xml": "added", "changed.xml": "changed", "gone.xml": "gone"}
