"""One macro at a time on a workbook."""

from __future__ import annotations

from leads_excel.excel.turns import turn


def test_turns_are_taken_by_name():
    """Two workbooks do not wait for each other; a turn ends with its context."""
    with turn("one") as first, turn("two") as second, turn("one") as again:
        assert (first, second, again) == (True, True, False)
    with turn("one") as once_more:
        assert once_more


def test_a_folder_without_room_for_locks_stops_nobody(new_user):
    """Then every click works."""
    (new_user / "leads-excel").write_text("not a folder")

    with turn("one") as first, turn("one") as second:
        assert (first, second) == (True, True)
