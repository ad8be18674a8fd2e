"""What a refresh does to a book, whichever kind of book it is."""

from __future__ import annotations

import time
from datetime import datetime

import pandas as pd
import pytest
from lead_frames import RUN_AT, leads, run, tables
from memory_book import ROOM, MemoryBook

from leads_excel.excel.book.protocol import SortKey
from leads_excel.excel.filling.sheets import LOG, LOG_COLUMNS, Run, check, fail, fill
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError

DAY = datetime(2025, 8, 12)  # noqa: DTZ001 - cells hold wall clocks


@pytest.fixture
def book():
    """Give a test an empty book whose leads have two columns of the user's."""
    return MemoryBook(own=["note", "owner"])


def note(book, row, text, header="note"):
    """Type a note beside a lead."""
    book.type("leads", row, header, text)


def noted(book):
    """Read the leads with their notes."""
    return book.cells("leads", "leadExternalId", "note")


def log(book):
    """Read the Log as dictionaries."""
    return [dict(zip(LOG_COLUMNS, row, strict=True)) for row in book.tables[LOG].rows]


def test_tables_fill_their_columns(book):
    """Each frame stands in its table, column by column."""
    fetched = tables(
        leads=[{"leadExternalId": 7, "phoneCode": "00966", "leadDate": DAY, "isError": True}],
        vehicles=[{"leadExternalId": 7, "position": 1, "modelFamily": "Camry"}],
        errors=[{"leadExternalId": 7, "position": 1, "message": "=no"}],
        bulks=[{"createdDate": DAY, "createdBy": 3, "totalRecords": 1}],
    )
    summary = fill(book, fetched, run())
    assert book.cells("leads", "leadExternalId", "phoneCode", "leadDate", "isError") == [(7, "00966", DAY, True)]
    assert book.cells("vehicles", "position", "modelFamily") == [(1, "Camry")]
    assert book.cells("errors", "message") == [("=no",)]
    assert book.cells("bulks", "createdDate", "createdBy") == [(DAY, 3)]
    assert (summary.leads, summary.vehicles, summary.errors, summary.bulks) == (1, 1, 1, 1)


def test_notes_follow_their_lead(book):
    """New leads come in between, the order changes, and every note is beside its lead."""
    fill(book, leads(1, 2, 3), run())
    note(book, 0, "first")
    note(book, 2, "third")
    fill(book, leads(9, 3, 8, 2, 1), run())
    assert noted(book) == [(9, None), (3, "third"), (8, None), (2, None), (1, "first")]


def test_new_changed_and_gone_leads_are_counted(book):
    """The summary tells what is new, what has other values and what is gone."""
    fill(book, leads(1, 2, 3), run())
    fetched = tables(leads=[{"leadExternalId": 2, "source": "Fair"}, {"leadExternalId": 3, "source": "Website"}])
    summary = fill(book, fetched, run())
    assert (summary.new, summary.changed, summary.gone) == (0, 1, 1)
    assert fill(book, leads(3, 4, 5), run()).new == 2


def test_same_data_changes_nothing(book):
    """A second refresh finds nothing new and nothing changed, whatever the types of the cells."""
    fetched = tables(leads=[{"leadExternalId": 1, "leadDate": DAY, "isError": None, "firstName": ""}])
    fill(book, fetched, run())
    before = list(book.tables["leads"].rows)
    summary = fill(book, fetched, run())
    assert (summary.new, summary.changed, summary.gone) == (0, 0, 0)
    assert book.tables["leads"].rows == before


def test_ids_that_excel_made_floats_are_the_same_ids(book):
    """Excel gives every number as a float."""
    fill(book, leads(1, 2), run())
    for row in (0, 1):
        book.type("leads", row, "leadExternalId", float(row + 1))
    note(book, 1, "second")
    assert fill(book, leads(2, 1), run()).new == 0
    assert noted(book) == [(2, "second"), (1, None)]


def test_vehicles_are_known_by_lead_and_position(book):
    """The second vehicle of a lead keeps its note."""
    book.tables["vehicles"].headers.append("note")
    rows = [{"leadExternalId": 1, "position": place} for place in (1, 2)]
    fill(book, tables(leads=[{"leadExternalId": 1}], vehicles=rows), run())
    book.type("vehicles", 1, "note", "the red one")
    fill(book, tables(leads=[{"leadExternalId": 1}], vehicles=rows[::-1]), run())
    assert book.cells("vehicles", "position", "note") == [(2, "the red one"), (1, None)]


def test_bulks_are_known_by_time_and_sender(book):
    """A bulk keeps its note while its state changes."""
    book.tables["bulks"].headers.append("note")
    bulk = {"createdDate": DAY, "createdBy": 3}
    fill(book, tables(bulks=[{**bulk, "isProcessed": 2}]), run())
    book.type("bulks", 0, "note", "big one")
    fill(book, tables(bulks=[{"createdDate": DAY, "createdBy": 1}, {**bulk, "isProcessed": 4}]), run())
    assert book.cells("bulks", "isProcessed", "note") == [(None, None), (4, "big one")]


def test_leads_without_a_number_are_known_as_a_whole(book):
    """Rejected records without a usable id are not mixed up: only an equal row takes the note over."""
    rows = [{"leadExternalId": 0, "firstName": name} for name in ("Sara", "Noura")]
    fill(book, tables(leads=rows), run())
    note(book, 1, "Noura's")
    fill(book, tables(leads=[{"leadExternalId": 0, "firstName": "Reem"}, rows[1], rows[0]]), run())
    assert book.cells("leads", "firstName", "note") == [("Reem", None), ("Noura", "Noura's"), ("Sara", None)]


def test_rows_the_user_copied_do_not_multiply(book):
    """Of two rows with the same id the first is the lead; the note of the other goes to the Log."""
    fill(book, leads(1, 2), run())
    book.tables["leads"].rows.append(list(book.tables["leads"].rows[0]))
    note(book, 0, "mine")
    note(book, 2, "copy")
    fill(book, leads(1, 2), run())
    assert noted(book) == [(1, "mine"), (2, None)]
    assert '"note": "copy"' in log(book)[1]["result"]


def test_leads_that_share_an_id_keep_their_order(book):
    """The API sent the same id twice: each keeps its own note."""
    rows = [{"leadExternalId": 1, "firstName": name} for name in ("a", "b")]
    fill(book, tables(leads=rows), run())
    note(book, 1, "second")
    fill(book, tables(leads=rows), run())
    assert noted(book) == [(1, None), (1, "second")]


def test_notes_of_gone_leads_go_to_the_log(book):
    """A lead that left the range is removed; what was typed beside it is in the Log, and the user is told."""
    fill(book, leads(1, 2), run())
    note(book, 0, "call back")
    note(book, 0, "Sami", "owner")
    summary = fill(book, leads(2), run())
    assert noted(book) == [(2, None)]
    assert log(book)[1]["result"] == (
        'Notes kept for leads: [{"key": [1], "notes": {"note": "call back", "owner": "Sami"}}]'
    )
    assert "notes beside 1 row that" in summary.remarks[0]
    assert "notes beside 1 row that" in log(book)[2]["result"]
    assert book.names["out_status"] == "Complete, 1 remark in the Log"


def test_notes_come_back_with_their_lead(book):
    """When the lead is in the range again, its notes are beside it again and no longer in the Log."""
    fill(book, leads(1, 2, 3), run())
    note(book, 0, "one")
    note(book, 1, "two")
    fill(book, leads(3), run())
    fill(book, leads(3, 2), run())
    assert noted(book) == [(3, None), (2, "two")]
    assert [row["result"] for row in log(book) if "kept" in row["result"]][-1] == (
        'Notes kept for leads: [{"key": [1], "notes": {"note": "one"}}]'
    )
    fill(book, leads(1, 2, 3), run())
    assert noted(book) == [(1, "one"), (2, "two"), (3, None)]
    assert not [row for row in log(book) if row["result"].startswith("Notes")]


def test_notes_wait_for_a_column_that_was_deleted(book):
    """A note whose column is gone stays in the Log when its lead comes back."""
    fill(book, leads(1), run())
    note(book, 0, "keep me")
    note(book, 0, "Sami", "owner")
    fill(book, leads(2), run())
    table = book.tables["leads"]
    table.headers.remove("note")
    table.rows = [row[:-1] for row in table.rows]
    fill(book, leads(1), run())
    assert book.cells("leads", "owner") == [("Sami",)]
    assert [row["result"] for row in log(book) if row["result"].startswith("Notes")] == [
        'Notes kept for leads: [{"key": [1], "notes": {"note": "keep me"}}]'
    ]


def test_gone_leads_can_be_kept(book):
    """With `gone="keep"` rows that left the range stay below the others, as they were."""
    fill(book, leads(1, 2), run())
    note(book, 0, "old")
    summary = fill(book, leads(3), run(), gone="keep")
    assert noted(book) == [(3, None), (1, "old"), (2, None)]
    assert (summary.leads, summary.gone, summary.remarks) == (1, 2, ())


@pytest.mark.parametrize("gone", ["remove", "keep"])
def test_environments_never_mix(book, gone):
    """After a change of environment no row and no note of the other one stands in the tables."""
    fill(book, leads(1, 2), run("prod"))
    note(book, 0, "real")
    summary = fill(book, leads(1), run("test"), gone=gone)
    assert noted(book) == [(1, None)]
    assert (summary.new, summary.changed, summary.gone) == (1, 0, 2)
    note(book, 0, "trial")
    fill(book, leads(1), run("prod"), gone=gone)
    assert noted(book) == [(1, "real")]
    assert [row["environment"] for row in log(book) if row["result"].startswith("Notes")] == ["test"]


def test_note_too_long_for_the_log_keeps_its_row(book):
    """A note that does not fit a cell of the Log is not cut: its row stays."""
    fill(book, leads(1, 2), run())
    note(book, 0, '"' * 20_000)
    summary = fill(book, leads(2), run())
    assert noted(book) == [(2, None), (1, '"' * 20_000)]
    assert "1 row outside the range kept" in summary.remarks[0]


def test_sorted_table_stays_sorted(book):
    """Rows stand in the order the user chose, equal ones in the frame's order, blanks last."""
    rows = [{"leadExternalId": n, "source": s} for n, s in [(1, "b"), (2, None), (3, "A"), (4, "c"), (5, "B")]]
    book.tables["leads"].sort = (SortKey("source", descending=True),)
    fill(book, tables(leads=rows), run())
    assert book.cells("leads", "leadExternalId") == [(4,), (1,), (5,), (3,), (2,)]
    assert book.tables["leads"].sorted


def test_table_is_sorted_by_several_columns(book):
    """The first column counts most, numbers come before texts."""
    rows = [{"leadExternalId": n, "source": s, "errorCount": e} for n, s, e in [(1, "b", 2), (2, "a", 2), (3, "a", 1)]]
    book.tables["leads"].sort = (SortKey("errorCount", descending=False), SortKey("source", descending=False))
    fill(book, tables(leads=rows), run())
    assert book.cells("leads", "leadExternalId") == [(3,), (2,), (1,)]


def test_table_is_sorted_by_notes(book):
    """The user may sort by a column of their own: notes still stand beside their leads."""
    fill(book, leads(1, 2, 3), run())
    note(book, 0, "z")
    note(book, 2, "a")
    book.tables["leads"].sort = (SortKey("note", descending=False),)
    fill(book, leads(1, 2, 3, 4), run())
    assert noted(book) == [(3, "a"), (1, "z"), (2, None), (4, None)]


def test_sort_that_only_excel_knows_is_dropped_and_told(book):
    """A sort by colour, or by a calculated column, cannot be repeated."""
    book.tables["leads"].sort = (SortKey("", descending=False),)
    summary = fill(book, leads(2, 1), run())
    assert book.cells("leads", "leadExternalId") == [(2,), (1,)]
    assert not book.tables["leads"].sorted
    assert "no longer sorted" in summary.remarks[0]


def test_deleted_columns_stay_deleted(book):
    """A column of ours that the user does not want is not forced on them."""
    book.tables["leads"].headers = ["source", "note", "leadExternalId"]
    fill(book, leads(1), run())
    assert book.tables["leads"].rows == [["Website", None, 1]]


def test_headings_are_found_in_any_case(book):
    """Excel's headings do not tell upper from lower case."""
    book.tables["leads"].headers = ["LEADEXTERNALID", "Source"]
    fill(book, leads(1), run())
    assert book.tables["leads"].rows == [[1, "Website"]]


def test_unknown_keys_are_written_where_they_have_a_column(book):
    """A new key of the API fills a column that the user made for it, and makes none by itself."""
    fetched = leads(1)
    extended = fetched.leads.assign(campaign=pd.array(["spring"], dtype="string"), other=1)
    object.__setattr__(fetched, "leads", extended)
    book.tables["leads"].headers.append("campaign")
    fill(book, fetched, run())
    assert book.cells("leads", "leadExternalId", "campaign") == [(1, "spring")]
    assert "other" not in book.tables["leads"].headers


@pytest.mark.parametrize("table", ["leads", "vehicles", "errors", "bulks", LOG])
def test_missing_table_is_named(book, table):
    """Without one of our tables nothing is written."""
    del book.tables[table]
    with pytest.raises(WorkbookLayoutError, match=table):
        fill(book, leads(1), run())
    assert book.written == []


@pytest.mark.parametrize(
    ("table", "column"), [("leads", "leadExternalId"), ("errors", "position"), ("bulks", "createdBy")]
)
def test_missing_key_column_is_named(book, table, column):
    """Without the column that identifies rows, notes could not follow them."""
    book.tables[table].headers.remove(column)
    with pytest.raises(WorkbookLayoutError, match=f"{table} has no column {column}"):
        check(book)


def test_too_many_rows_are_refused_before_anything_is_written(book):
    """More rows than fit on the sheet: a clear error, and the book as it was."""
    with pytest.raises(WorkbookError, match=r"leads would hold 1,001 rows, but 1,000 fit"):
        fill(book, leads(*range(1, ROOM + 2)), run())
    assert book.written == []
    assert book.names["out_status"] is None


def test_cut_texts_are_told(book):
    """A text longer than a cell is cut, and the Log says how many were."""
    summary = fill(book, leads(1, leadNote="x" * 40_000), run())
    assert book.column("leads", "leadNote")[0].endswith("…")
    assert summary.remarks == ("leads: 1 text of leadNote cut to 32,767 characters",)


def test_log_tells_each_refresh(book):
    """One row a refresh, the latest last: when, who, where from, what for, how many, how it went."""
    fill(book, leads(1, 2), run())
    fill(book, leads(1, 3), run(title="September 2025"))
    first, second = log(book)
    assert first | {"seconds": 0} == {
        "when": RUN_AT,
        "who": "a.user",
        "environment": "demo",
        "range": "August 2025",
        "leads": 2,
        "vehicles": 0,
        "errors": 0,
        "new": 2,
        "changed": 0,
        "seconds": 0,
        "result": "complete",
    }
    assert (second["range"], second["new"]) == ("September 2025", 1)


def test_log_keeps_what_users_add_to_it(book):
    """A column of the user's in the Log stays beside its rows; columns they deleted stay away."""
    book.tables[LOG].headers = ["when", "result", "remark"]
    fill(book, leads(1), run())
    book.type(LOG, 0, "remark", "first try")
    fill(book, leads(1), run())
    assert book.tables[LOG].rows == [[RUN_AT, "complete", "first try"], [RUN_AT, "complete", None]]


def test_seconds_count_from_the_start_of_the_run(book):
    """The time of the fetch is in it."""
    started = Run(RUN_AT, "demo", "x", started=time.perf_counter() - 5)
    assert 5 <= fill(book, leads(1), started).seconds < 60


def test_home_tells_the_state(book):
    """Home shows what stands in the tables and where it comes from."""
    fill(book, leads(1, 2), run("PROD"))
    assert {name: value for name, value in book.names.items() if name.startswith("out_")} == {
        "out_status": "Complete",
        "out_refreshed_at": RUN_AT,
        "out_range": "August 2025",
        "out_until": None,
        "out_leads": 2,
        "out_vehicles": 0,
        "out_errors": 0,
        "out_environment": "PROD",
    }


def test_warnings_of_the_fetch_are_told(book):
    """What was odd in the API's answer is in the Log, and Home says that there is something to read."""
    fill(book, tables(warnings=("unknown key x",)), run())
    assert log(book)[0]["result"] == "complete; unknown key x"
    assert "1 remark in" in book.names["out_status"]


def test_missing_status_cells_are_left_out(book):
    """A book without status cells is filled all the same."""
    book.names = {}
    assert fill(book, leads(1), run()).leads == 1


def test_failure_leaves_the_tables(book):
    """A refresh that failed changes the status and the Log, and nothing else."""
    fill(book, leads(1), run())
    before = {name: list(table.rows) for name, table in book.tables.items() if name != LOG}
    fail(book, "The API is out of reach: try again later.", run(title="today"))
    assert {name: table.rows for name, table in book.tables.items() if name != LOG} == before
    assert log(book)[1]["result"] == "failed: The API is out of reach: try again later."
    assert book.names["out_status"] == "Failed on 2025-09-01 10:30: The API is out of reach: try again later."
    assert (book.names["out_range"], book.names["out_leads"]) == ("August 2025", 1)


def test_a_book_that_asks_for_it_is_told_who_can_be_reached():
    """The column tells a valid phone or address from a wrong or missing one."""
    book = MemoryBook(own=["contactable"])
    records = [
        {"leadExternalId": 1, "phoneCode": "966", "phoneNumber": "0512345678"},
        {"leadExternalId": 2, "phoneCode": "966", "phoneNumber": "12"},
        {"leadExternalId": 3, "email": "sara@example.com"},
    ]
    fill(book, tables(leads=records), run())
    assert book.cells("leads", "contactable") == [(True,), (False,), (True,)]


# --- what changed -----------------------------------------------------------------------------------------------------


def website(number, source="Website"):
    """Make the record of a lead."""
    return {"leadExternalId": number, "source": source}


@pytest.fixture
def marked():
    """Give a test a book with the column `change` between two of the user's, and three leads that it knows."""
    book = MemoryBook(own=["note", "Change", "owner"])
    fill(book, leads(1, 2, 3), run())
    return book


def marks(book):
    """Read the leads with their marks."""
    return book.cells("leads", "leadExternalId", "Change")


def test_what_comes_first_is_not_new(marked):
    """Where nothing stood before, a mark on every row would say nothing."""
    assert marks(marked) == [(1, None), (2, None), (3, None)]


def test_new_and_changed_leads_are_marked(marked):
    """A mark stands beside its lead until the next refresh, which takes it away."""
    fetched = tables(leads=[website(4), website(3, "Fair"), website(2)])
    fill(marked, fetched, run())
    assert marks(marked) == [(4, "new"), (3, "changed"), (2, None)]
    fill(marked, fetched, run())
    assert marks(marked) == [(4, None), (3, None), (2, None)]


def test_marks_and_notes_stand_side_by_side(marked):
    """What the user typed into columns of their own stays, and a note that comes back comes with its mark."""
    note(marked, 0, "mine")
    note(marked, 2, "third")
    fill(marked, tables(leads=[website(1, "Fair"), website(9)]), run())
    assert marked.cells("leads", "note", "Change") == [("mine", "changed"), (None, "new")]
    fill(marked, leads(3), run())
    assert marked.cells("leads", "note", "Change") == [("third", "new")]


def test_a_mark_is_no_note(marked):
    """A lead that leaves with nothing but a mark leaves nothing in the Log."""
    fill(marked, leads(1, 2, 3, 4), run())
    summary = fill(marked, leads(1, 2, 3), run())
    assert summary.remarks == ()
    assert len(log(marked)) == 3


def test_rows_kept_out_of_range_are_marked_gone(marked):
    """Who keeps rows that left the range sees which ones they are; back again, they are as they were."""
    fill(marked, leads(1, 3), run(), gone="keep")
    assert marks(marked) == [(1, None), (3, None), (2, "gone")]
    fill(marked, leads(1, 2, 3), run(), gone="keep")
    assert marks(marked) == [(1, None), (2, None), (3, None)]


def test_another_environment_marks_nothing(marked):
    """No lead of the test system was ever new or changed in the real one."""
    fill(marked, leads(3, 4), Run(RUN_AT, "prod", "yesterday"))
    assert marks(marked) == [(3, None), (4, None)]


def test_a_table_sorted_by_its_marks_stays_sorted(marked):
    """New leads come after changed ones, and others last, as Excel sorts blanks."""
    marked.tables["leads"].sort = (SortKey("Change", descending=False),)
    fill(marked, tables(leads=[website(1), website(4), website(2, "Fair"), website(3)]), run())
    assert marks(marked) == [(2, "changed"), (4, "new"), (1, None), (3, None)]
    assert marked.tables["leads"].sorted


def test_a_column_of_that_name_elsewhere_is_the_users(marked):
    """Only the leads table has marks."""
    marked.tables["vehicles"].headers.append("change")
    vehicles = [{"leadExternalId": 1, "position": place, "modelFamily": "Camry"} for place in (1, 2)]
    fill(marked, tables(leads=[website(1)], vehicles=vehicles[:1]), run())
    fill(marked, tables(leads=[website(1)], vehicles=vehicles), run())
    assert marked.cells("vehicles", "position", "change") == [(1, None), (2, None)]
