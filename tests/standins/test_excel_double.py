"""The stand-in Excel: what it keeps of a value, what it refuses, what it notes."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest
import xlwings as xw
from excel_attached import USER, Drawing, ExcelError, Written
from excel_double import answers, called, calls, running
from excel_typing import Stored, stored

DAMAGED = {
    "=cmd|'/c calc'!A0": ("formula", "=cmd|'/c calc'!A0"),
    "@SUM(1)": ("formula", "=SUM(1)"),
    "+966501234567": ("number", 966501234567.0),
    "+966 50 123": ("formula", "=+966 50 123"),
    "-x": ("formula", "=-x"),
    "00966": ("number", 966.0),
    "1e5": ("number", 100_000.0),
    "1,234.5": ("number", 1234.5),
    "(5)": ("number", -5.0),
    "5%": ("number", 0.05),
    "$5": ("number", 5.0),
    "1 1/2": ("number", 1.5),
    " 5 ": ("number", 5.0),
    "1234567890123456": ("number", 1234567890123460.0),
    "2025-08-12": ("date", dt.datetime(2025, 8, 12)),  # noqa: DTZ001 - Excel knows no zones
    "8/12/2025 10:30": ("date", dt.datetime(2025, 8, 12, 10, 30)),  # noqa: DTZ001
    "true": ("flag", True),
    "#N/A": ("error", "#N/A"),
    "'quoted": ("text", "quoted"),
}
"""What Excel makes of a text that a program writes into a fresh cell."""

HARMLESS = (
    "text",
    "=",
    "-",
    "+",
    "ext. 5",
    "5 apples",
    "2025-08-12T10:00:00Z",
    "1e400",
    "_x0041_",
    "a@b.c",
    "😀",
    "  ",
)
"""Texts that stay as they are."""


@pytest.fixture
def book():
    """Open an Excel with one empty workbook."""
    with running():
        yield xw.Book()


@pytest.fixture
def table(book):
    """Put a table of two columns and two rows at B2, with a note in the cell right of it."""
    sheet = book.sheets[0]
    sheet["B2"].value = [["key", "count"], ["a", 1], ["b", 2]]
    return sheet.tables.add(source=sheet["B2:C4"], name="leads")


@pytest.mark.parametrize(("text", "kept"), DAMAGED.items())
def test_a_text_in_a_fresh_cell_is_read_like_typing(text, kept):
    """Excel makes numbers, dates, flags, errors and formulas of texts."""
    assert stored(text) == kept


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_text_stays(text):
    """A text that looks like nothing else is kept."""
    assert stored(text) == ("text", text)


@pytest.mark.parametrize("text", [*(text for text in DAMAGED if text[0] != "'"), *HARMLESS])
def test_a_cell_formatted_as_text_keeps_a_text(text):
    """The format Text protects every text but one with a leading apostrophe."""
    assert stored(text, "@") == ("text", text)


def test_a_leading_apostrophe_is_eaten_even_in_a_text_cell():
    """It marks a text and is no part of it; doubled, one is kept."""
    assert [stored(text, "@").value for text in ("'a", "''a")] == ["a", "'a"]


@pytest.mark.parametrize(
    ("value", "shown"), [(5, "5"), (0.5, "0.5"), (1234567890123456, "1.23456789012346e+15"), (True, "TRUE")]
)
def test_a_cell_formatted_as_text_turns_values_into_text(value, shown):
    """A number in a Text cell is no number any more."""
    assert stored(value, "@") == ("text", shown)


@pytest.mark.parametrize("value", [{"a": 1}, [1], object()])
def test_com_passes_no_objects(value):
    """A value that is no number, text, flag or time is refused."""
    with pytest.raises(TypeError, match="COM has no"):
        stored(value)


@pytest.mark.parametrize("value", ["x" * 32_768, "😀" * 16_384, "a\0b", float("inf"), dt.datetime(1899, 12, 31)])  # noqa: DTZ001
def test_excel_refuses_what_no_cell_holds(value):
    """Too long a text, NUL, infinity and times before 1900 raise."""
    with pytest.raises(ValueError, match="Excel"):
        stored(value)


def test_the_longest_text_fits():
    """32,767 UTF-16 units are kept."""
    assert stored("x" * 32_767) == Stored("text", "x" * 32_767)


def test_values_come_back_as_excel_gives_them(book):
    """Numbers are floats, dates are datetimes, errors and blanks are None."""
    sheet = book.sheets[0]
    sheet["A1"].value = [[5, "x", True, None, dt.date(2025, 8, 12), "#N/A"]]

    assert sheet["A1:F1"].value == [5.0, "x", True, None, dt.datetime(2025, 8, 12), None]  # noqa: DTZ001
    assert sheet["F1"].options(err_to_str=True).value == "#N/A"


def test_a_text_format_set_before_the_write_protects_and_one_set_after_does_not(book):
    """The order of format and write decides."""
    sheet = book.sheets[0]
    sheet["A:A"].number_format = "@"
    sheet["A1"].value = [["00966", "00966"]]
    sheet["B:B"].number_format = "@"

    assert sheet["A1:B1"].value == ["00966", 966.0]


@pytest.mark.usefixtures("book")
def test_a_formula_remembers_its_value_until_it_is_written(tmp_path):
    """A formula of the file has the file's value; one that is written has none, and cannot pass for its text."""
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        writer.book.add_worksheet("Home").write_formula("A1", "=1+1", None, 2)
    cell = xw.Book(path).sheets["home"]["A1"]

    before = cell.value
    cell.value = "=1+1"

    assert (before, cell.value, cell.formula) == (2.0, None, "=1+1")


def test_a_frame_is_one_write(book):
    """A frame costs one call of Excel, and the call is noted with its size."""
    frame = pd.DataFrame({"id": [1, 2], "name": ["x", None]})
    book.sheets[0]["A1"].options(index=False).value = frame

    assert called("range.write") == [{"sheet": "Sheet1", "address": "$A$1:$B$3", "cells": 6}]


def test_state_of_the_application_is_kept_and_noted(book):
    """What is set on the application can be read back, and put back."""
    app = book.app
    with app.properties(screen_updating=False, calculation="manual"):
        inside = (app.screen_updating, app.calculation)
    app.status_bar = "Fetching"

    assert inside == (False, "manual")
    assert (app.screen_updating, app.calculation) == (True, "automatic")
    assert called("app.status_bar") == [{"value": "Fetching"}]


def test_message_boxes_are_answered_as_arranged(book):
    """The next answer is the user's click, `ok` when nothing was arranged."""
    answers.append("no")
    clicks = [book.app.alert("Empty the tables?", title="Leads", buttons="yes_no"), book.app.alert("Done")]

    assert clicks == ["no", "ok"]
    assert called("app.alert")[0]["prompt"] == "Empty the tables?"


def test_the_calling_book_can_be_set(book):
    """Macros find the workbook that a test opened."""
    book.set_mock_caller()

    assert xw.Book.caller().name == book.name


def test_names_find_their_cells_whatever_their_case(book):
    """A defined name leads to its range; one that does not exist raises."""
    book.names.add("in_from", "='Sheet1'!$C$5")
    book.names["IN_FROM"].refers_to_range.value = "MTD"

    assert book.sheets[0]["in_from"].value == "MTD"
    assert "in_to" not in book.names
    with pytest.raises(KeyError):
        book.names["in_to"]


def test_a_table_grows_and_shrinks(table):
    """A resize moves the end of the table; what it leaves behind stays in the sheet."""
    table.resize(table.range.resize(4, 2))
    grown = table.data_body_range.address
    table.resize(table.range.resize(2, 2))

    assert (grown, table.data_body_range.address) == ("$B$3:$C$5", "$B$3:$C$3")
    assert table.range.sheet["B4"].value == "b"
    assert [call["address"] for call in called("table.resize")] == ["$B$2:$C$5", "$B$2:$C$3"]


def test_a_table_is_updated_from_a_frame(table):
    """The update of xlwings fits the table to a frame."""
    table.update(pd.DataFrame({"key": ["c", "d", "e"], "count": [3, 4, 5]}), index=False)

    assert table.range.value == [["key", "count"], ["c", 3.0], ["d", 4.0], ["e", 5.0]]


@pytest.mark.parametrize("corner", [(1, 2), (2, 5), (6, 2)])
def test_a_table_stays_in_place(table, corner):
    """Excel refuses a resize that moves the header row, or that leaves the old table altogether."""
    with pytest.raises(ValueError, match="header has to stay"):
        table.resize(table.range.sheet.range(corner).resize(3, 2))


def test_a_table_has_a_row(table):
    """Excel refuses a table of nothing but a header."""
    with pytest.raises(ValueError, match="at least one row"):
        table.resize(table.range.resize(1, 2))


def test_tables_do_not_overlap(table):
    """Excel refuses a table that reaches into another one."""
    sheet = table.range.sheet
    other = sheet.tables.add(source=sheet["E2:F4"], name="errors")
    with pytest.raises(ValueError, match="overlap the table errors"):
        table.resize(table.range.resize(3, 4))

    assert other.range.address == "$E$2:$F$4"


def test_headings_are_texts_and_differ(table):
    """Excel names a blank heading, and numbers one that another column has."""
    sheet = table.range.sheet
    table.resize(table.range.resize(3, 4))
    sheet["D2"].value = "KEY"

    assert table.header_row_range.value == ["key", "count", "KEY2", "Column4"]


@pytest.mark.usefixtures("book")
def test_calculated_columns_are_filled_down(tmp_path):
    """New rows get the formula that their column has."""
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        columns = [{"header": "n"}, {"header": "twice", "formula": "=[n]*2"}]
        writer.book.add_worksheet("Data").add_table("A1:B2", {"name": "t", "columns": columns})
    table = xw.Book(path).sheets["Data"].tables["t"]

    table.resize(table.range.resize(4, 2))

    assert table.range[3, 1].formula == table.range[1, 1].formula


def test_what_was_written_is_in_the_saved_file(book, tmp_path):
    """Saving gives a workbook with the values that the cells hold."""
    path = tmp_path / "saved.xlsx"
    book.sheets[0]["A1"].number_format = "@"
    book.sheets[0]["A1"].value = [["=1+1", 5]]
    book.save(path)

    sheet = openpyxl.load_workbook(path).active
    assert [(cell.value, cell.data_type) for cell in sheet[1]] == [("=1+1", "s"), (5, "n")]


def test_what_the_double_does_not_know_raises(book):
    """A member that is not imitated fails loudly instead of doing nothing."""
    with pytest.raises(NotImplementedError):
        book.sheets[0]["A1"].merge()


def test_nothing_is_left_behind():
    """Afterwards xlwings has no engine, no caller and no calls of the next Excel's."""
    engines = list(xw.engines)
    with running():
        xw.Book().set_mock_caller()

    assert list(xw.engines) == engines
    assert not hasattr(xw.Book, "_mock_caller")
    with running():
        assert not calls
        assert not xw.apps


# --- what stands at cells --------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(book):
    """Give the sheet of an empty workbook."""
    return book.sheets[0]


def test_a_pasted_comment_leaves_the_rest_of_a_cell_alone(sheet):
    """Note or thread, with its writers; a cell without any brings none."""
    sheet["A1"].value = [["x"], ["y"]]
    sheet.impl.beside.comments[1, 1] = Written([("Sami", "a"), ("Noura", "b")], thread=True)
    sheet["A1"].copy()
    sheet["A2"].paste("comments")
    sheet["B1"].copy()
    sheet["A2"].paste("comments")

    thread = sheet["A2"].comment.api
    assert (thread.Author.Name, thread.Text(), thread.Replies.Count) == ("Sami", "a", 1)
    assert sheet["A1:A2"].value == ["x", "y"]
    assert sheet["A2"].note is None
    assert (sheet.api.Comments.Count, sheet.api.CommentsThreaded.Count) == (0, 2)


def test_nothing_is_pasted_that_was_not_copied(sheet):
    """Nor after the copy mode was ended."""
    sheet["A1"].add_note("a")
    sheet["A1"].copy()
    sheet.book.app.cut_copy_mode = False
    with pytest.raises(ExcelError, match="PasteSpecial"):
        sheet["A2"].paste("comments")
    with pytest.raises(ValueError, match="already has a note"):
        sheet["A1"].add_note("b")
    assert sheet.notes["A1"].author == USER


def test_a_link_shows_its_address_on_an_empty_cell(sheet):
    """It is taken off without a trace but its clothes."""
    sheet["A1"].value = "text"
    for cell in ("A1", "A2"):
        sheet.api.Hyperlinks.Add(Anchor=sheet[cell].api, Address="https://x.example/", ScreenTip="tip")
    sheet["A1"].api.ClearHyperlinks()

    assert sheet["A1:A2"].value == ["text", "https://x.example/"]
    assert [link.Range.Row for link in sheet.api.Hyperlinks] == [2]
    assert sheet["A1"].api.Font.Underline == 2
    sheet["A2"].clear_contents()
    assert sheet["A2"].api.Hyperlinks.Count == 1


def test_rows_have_heights(sheet):
    """Of rows that differ there may be that of the first one; a hidden one has none, until it is given one."""
    sheet["2:2"].row_height = 20
    sheet["4:5"].rows.hidden = True

    assert [sheet[rows].row_height for rows in ("1:2", "2:3", "4:4", "6:9")] == [None, None, 0, 15]
    assert (sheet["3:5"].row_height, sheet["1:5"].height, sheet["6:6"].top) == (None, 50, 50)
    sheet["4:4"].row_height = 18
    sheet["2:2"].rows.autofit()
    assert (sheet["1:5"].height, sheet["3:3"].row_height) == (63, 15)
    with pytest.raises(ExcelError, match="whole rows"):
        sheet["A2:B2"].rows.autofit()


@pytest.mark.parametrize(("placement", "below"), [(1, (40, 30)), (2, (40, 25))])
def test_shapes_move_with_cells_not_with_values(sheet, placement, below):
    """One that sizes with them grows with its rows, the other does not."""
    shape = Drawing(sheet.impl, "shape", 13, placement, ((3, 2), 5.0), ((5, 2), 0.0))
    sheet.impl.beside.shapes.append(shape)
    sheet["1:1"].row_height = 20
    sheet["4:4"].row_height = 20
    sheet["A3"].value = "x"

    assert (shape.Top, shape.Height) == below
    shape.Top = 1.0
    assert (shape.TopLeftCell.Row, shape.Height) == (1, below[1])


def test_excel_for_macos_shows_less():
    """No names of Windows, no threads but by the note that stands for each."""
    with running(mac=True):
        sheet = xw.Book().sheets[0]
        sheet.impl.beside.comments[1, 1] = Written([("Sami", "a")], thread=True)
        sheet.impl.beside.links[2, 1] = ("https://x.example/", "", "")

        assert not hasattr(sheet.api, "Hyperlinks")
        assert sheet["A1"].note.text.startswith("[Threaded comment]")
        assert len(sheet.api.hyperlinks.get()) == 1
        assert [shape.type for shape in sheet.shapes] == ["comment"]
        with pytest.raises(NotImplementedError):
            list(sheet.comments)


def test_what_excel_is_asked_is_noted(sheet):
    """Each question to its object model is a call."""
    calls.clear()
    assert sheet.api.Shapes.Count == 0

    assert [call["member"] for call in called("com")] == ["ComSheet.Shapes", "Items.Count"]
