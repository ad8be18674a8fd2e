"""What is attached to a lead in an open workbook stands beside it, wherever it comes to stand, or a remark names it."""

from __future__ import annotations

import pytest
import xlwings as xw
from annotated_book import BUILT, COLUMNS, KINDS, STAYING, beside, build_annotated, expected
from excel_attached import USER, ComBook, ComSheet, ExcelError, height_of
from excel_double import called, calls, running
from lead_frames import leads, refresh, run
from openpyxl.worksheet.cell_range import MultiCellRange

from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets
from leads_excel.excel.live.attached.native import member
from leads_excel.excel.live.live_book import LiveBook

MOVED = [kind for kind in KINDS if kind != "rule"]
TOLD = {kind: set(BUILT) for kind in ("comment", "link", "place")} | {"hidden": {2, 5}}
"""What the Log can keep while its lead is away."""
RULES = "leads: formats or validations of single cells stay where they are, not beside their rows: check them"
ON_MAC = (
    "leads: links, threads, pictures and controls stay where they are in Excel for Mac, not beside their rows: "
    "check them, or refresh the workbook while it is closed"
)


@pytest.fixture
def opened(tmp_path):
    """Open workbooks in an Excel: `opened(kinds, mac=..., ids=..., totals=...)`."""
    running_now = []

    def build(kinds=None, *, mac=False, ids=BUILT, **more):
        path, kinds = build_annotated(tmp_path / "book.xlsx", ids, kinds, **more)
        running_now.append(running(mac=mac))
        running_now[-1].__enter__()
        return xw.Book(path), kinds

    yield build
    for one in running_now:
        one.__exit__(None, None, None)


def fill(book, *ids):
    """Refresh an open workbook with leads, and give what it says."""
    return sheets.fill(LiveBook(book), leads(*ids), run()).remarks


def sheet_of(book):
    """Give the double's own sheet of the leads."""
    return book.sheets["Leads"].impl


def seen(book):
    """Read what stands beside each lead, in the words of `annotated_book.expected`."""
    sheet = sheet_of(book)
    rows = {row: int(sheet.sheet.cell(row, 1).value) for row in lead_rows(sheet)}
    found = {lead: {str(sheet.sheet.cell(row, 5).value)} - {"None"} for row, lead in rows.items()}

    def put(row, *texts):
        found.setdefault(rows.get(row, -row), set()).update(texts)

    for row in rows:
        look = sheet.sheet.row_dimensions[row]
        put(row, *(["hidden"] if look.hidden else []), *([f"height {look.height:g}"] if look.height else []))
    for (row, column), one in sheet.beside.comments.items():
        put(
            row if column <= len(COLUMNS) else 0,
            *(f"{name}: {text}" if one.thread else text for name, text in one.entries),
        )
    for (row, _), (outside, place, _) in sheet.beside.links.items():
        put(row, f"link {outside}" + (f"#{place}" if place else ""))
    for shape in sheet.beside.shapes:
        put(shape.TopLeftCell.Row, shape.named)
        if shape.control.LinkedCell:
            put(int(shape.control.LinkedCell.rpartition("$")[2]), f"{shape.named} linked")
    return {lead: texts for lead, texts in found.items() if lead > 0}


def lead_rows(sheet):
    """List the rows of the leads."""
    last = sheet.tables("leads").range.b[0]
    return [row for row in range(2, last + 1) if isinstance(sheet.sheet.cell(row, 1).value, (int, float))]


def wanted(lead, kinds):
    """Say what should stand beside a lead, as `seen` tells it."""
    texts = expected(lead, {**kinds, "rule": set()}) - {"box"}
    texts = {f"Sami: {text}" if text.startswith(("thread", "reply")) else text for text in texts}
    if lead in kinds.get("thread", ()):
        texts.discard(f"comment {lead}")  # Excel shows the thread, not the note that stands for it
    return {text for text in texts if not text.endswith((" by its shape", " of its shape", "1 high"))} | (
        {f"control {lead}"} if lead in kinds.get("control", ()) else set()
    )


# --- leads that stay -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MOVED)
@pytest.mark.parametrize("totals", [False, True], ids=["", "totals"])
def test_each_kind_follows_its_lead(opened, kind, totals):
    """Whether leads come above, in between or at the end, and however they change places, step after step."""
    some = {1, 3, 4, 8, 10}
    book, kinds = opened({kind: some}, totals=totals)
    for ids in STAYING.values():
        remarks = fill(book, *ids)
        found = seen(book)
        assert {lead: found[lead] for lead in BUILT} == {lead: wanted(lead, kinds) for lead in BUILT}
        assert not any(found[lead] for lead in ids if lead > 100)
        assert remarks == ()


@pytest.mark.parametrize("step", STAYING)
def test_everything_at_once_is_as_in_a_file(opened, tmp_path, step):
    """The same book and the same leads, open and closed: the same beside each, but for what a remark names."""
    book, kinds = opened()
    path, _ = build_annotated(tmp_path / "closed.xlsx", BUILT)
    refresh(path, leads(*STAYING[step]))
    remarks = fill(book, *STAYING[step])

    closed, live = beside(path), seen(book)
    assert list(closed.rows.values()) == list(live)
    for lead in BUILT:
        assert live[lead] == wanted(lead, kinds)
        assert closed.leads[lead] == expected(lead, kinds)
        assert live[lead] & closed.leads[lead] >= {f"note {lead}", f"link #Home!A{lead}"}
    assert remarks == ((RULES,) if step != "as they were" else ())


def test_what_is_no_lead_s_stays(opened):
    """A note on a heading or beside the table, a shape that floats, and one that is higher than two rows."""
    book, _ = opened({"picture": {1, 3}})
    floating, tall = sheet_of(book).beside.shapes
    floating.Placement, tall.Type, tall.last = 3, 1, ((9, 6), 3.0)
    fill(book, 101, *BUILT[::-1])

    assert (floating.TopLeftCell.Row, tall.TopLeftCell.Row) == (2, 4)
    assert {"comment of a heading", "comment beside"} == {
        text for one in sheet_of(book).beside.comments.values() for _, text in one.entries
    }
    assert set(sheet_of(book).beside.comments) == {(1, 3), (4, 10)}


def test_what_stands_below_a_growing_table_is_pushed_down(opened):
    """A note on an empty cell and a picture below the leads never come to stand on one."""
    book, kinds = opened({"comment": {1}, "picture": {2}}, ids=[1, 2])
    sheet = sheet_of(book)
    sheet.beside.comments[5, 2] = sheet.beside.comments[2, 2]
    sheet.beside.shapes[0].first, sheet.beside.shapes[0].last = ((6, 2), 3.0), ((9, 2), 4.0)
    fill(book, 1, 101, 102, 103, 2)

    assert seen(book)[1] == wanted(1, kinds)
    assert (8, 2) in sheet.beside.comments
    assert sheet.beside.shapes[0].TopLeftCell.Row == 9


def test_shapes_keep_size_and_distance(opened):
    """Also where the heights of the rows they leave, reach and pass are others."""
    book, _ = opened({"picture": set(BUILT) - {4}, "control": set(BUILT), "height": {2, 5, 7}, "hidden": {4, 9}})

    def measured():
        looks = sheet_of(book).sheet.row_dimensions
        hidden = [row for row, look in looks.items() if look.hidden]
        for row in hidden:
            looks[row].hidden = False
        found = {
            one.named: pytest.approx((one.first[1], one.Height, one.Width)) for one in sheet_of(book).beside.shapes
        }
        for row in hidden:
            looks[row].hidden = True
        return found

    before = measured()
    for ids in (BUILT[::-1], BUILT[3:] + BUILT[:3]):
        fill(book, *ids)
        assert {name: tuple(place.expected) for name, place in measured().items()} == before


def test_a_filter_hides_by_what_it_says(opened):
    """Rows hidden while a filter is on are the filter's: shown, moved with their heights, and filtered again."""
    book, kinds = opened({"hidden": {2, 5}, "height": set(BUILT)})
    api, applied = sheet_of(book).tables("leads").table, []

    class Filter:
        FilterMode = True

        def ApplyFilter(self):  # noqa: N802 - Excel's name
            applied.append([lead for lead, texts in seen(book).items() if "hidden" in texts])

    api.AutoFilter = Filter()
    assert LiveBook(book).standing("leads", ["leadExternalId"], ["leadExternalId"]).attached == {}
    assert fill(book, *BUILT[::-1]) == ()
    assert applied == [[]]
    assert {lead: seen(book)[lead] for lead in BUILT} == {lead: wanted(lead, kinds) - {"hidden"} for lead in BUILT}


def test_new_rows_are_as_high_as_all_others(opened):
    """Where a user has made all of them higher; where they differ, a new one is as Excel fits it."""
    book, _ = opened({})
    sheet = sheet_of(book)
    for row in range(2, 12):
        sheet.sheet.row_dimensions[row].height = 24
    fill(book, *BUILT, 101, 102)

    assert {height_of(sheet, row) for row in range(2, 14)} == {24}


# --- leads that leave ------------------------------------------------------------------------------------------------


def test_what_can_be_told_goes_to_the_log_and_comes_back(opened):
    """Notes, threads and links of leads that leave come back with them, threads as notes; so do hidden rows."""
    book, kinds = opened({**TOLD, "thread": {2}})
    for ids in ([1, 3, 5], [], BUILT[::-1]):
        remarks, found = fill(book, *ids), seen(book)
        for lead in {1, 3, 5} & set(ids):
            assert found[lead] == wanted(lead, kinds)
        if ids != BUILT[::-1]:
            assert any("notes beside" in remark and "are kept in the Log" in remark for remark in remarks)
            told = [*sheet_of(book).beside.links.values(), *sheet_of(book).beside.comments.values()]
            assert not any("crm.example/2?" in str(one) or "thread 2" in str(one) for one in told)
    kinds["thread"] = set()
    both = {"comment 2": "Sami: thread 2\nSami: reply 2"}
    assert found == {lead: {both.get(text, text) for text in wanted(lead, kinds)} for lead in BUILT[::-1]}
    log = book.sheets["Log"].used_range.value
    assert not any("Notes kept" in str(row) for row in log)


def test_it_is_told_as_a_file_tells_it(opened, tmp_path):
    """The same texts, rows and places: what left an open workbook may come back to a closed one."""
    book, _ = opened()
    path, _ = build_annotated(tmp_path / "closed.xlsx", BUILT)
    live = LiveBook(book).standing("leads", ["leadExternalId"], ["leadExternalId"])
    with FileBook(path) as closed:
        standing = closed.standing("leads", ["leadExternalId"], ["leadExternalId"])

    assert live.attached == standing.attached
    assert set(live.drawn) == set(standing.drawn)


def test_pictures_and_controls_keep_their_rows(opened):
    """A lead with one on it stays, and one is told so: neither can be told in words."""
    book, kinds = opened({"picture": {2, 3}, "control": {3, 8}, "link": {4}})
    remarks, found = fill(book, 101, 9, 1), seen(book)

    assert list(found) == [101, 9, 1, 2, 3, 8]
    assert {lead: found[lead] for lead in (2, 3, 8)} == {lead: wanted(lead, kinds) for lead in (2, 3, 8)}
    assert "leads: 3 rows outside the range kept for pictures or controls on them" in remarks


def test_of_a_control_its_cell_counts_too(opened):
    """One that stands beside the table keeps the lead whose cell it is linked to."""
    book, _ = opened({"control": {3}})
    control = sheet_of(book).beside.shapes[0]
    control.first, control.last, control.control.LinkedCell = ((4, 12), 1.0), ((4, 12), 9.0), "Leads!$G$4"
    fill(book, 1, 2)

    assert list(seen(book)) == [1, 2, 3]
    assert control.control.LinkedCell == "Leads!$G$4"


def test_a_link_over_several_rows_parts(opened):
    """Each of its rows takes it along; one over all of them belongs to none and stays."""
    book, _ = opened({})
    links = sheet_of(book).beside.links
    one, all_rows = ("https://one.example/", "", "tip"), ("https://all.example/", "", "")
    links |= {(2, 2): one, (2, 3): all_rows, (3, 6): one}
    spans = sheet_of(book).beside.spans
    spans |= {(2, 2): (2, 1), (2, 3): (10, 1), (3, 6): (1, 2)}
    fill(book, 2, 101, *BUILT[2:], 1)

    assert links == {(2, 2): one, (12, 2): one, (2, 3): all_rows, (2, 6): one}
    assert spans == {(2, 3): (10, 1), (2, 6): (1, 2)}


# --- what Excel may refuse -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("odd", ["loses_writers", "refuses_pasting"])
def test_a_thread_that_excel_does_not_move_becomes_a_note(opened, odd):
    """With all who wrote, and one is told; a note moves all the same."""
    book, _ = opened({"thread": {1, 4}, "comment": {2}})
    setattr(sheet_of(book).beside.odd, odd, True)
    remarks, found = fill(book, *BUILT[::-1]), seen(book)

    assert found[1] == {"note 1", "Sami: thread 1\nSami: reply 1"}
    assert found[2] == {"note 2", "comment 2"}
    assert remarks == ("leads: 2 threads could not be moved with all who wrote: notes tell who wrote what",)


def test_a_note_keeps_its_box_and_its_author(opened):
    """It is moved, not written anew."""
    book, _ = opened({"comment": {1, 2}})
    comments = sheet_of(book).beside.comments
    comments[2, 2].box = 99.0
    fill(book, 2, 101, 1)

    assert comments[4, 2].box == 99.0
    assert {name for one in comments.values() for name, _ in one.entries} != {USER}
    assert "cut_copy_mode" in {call.name.removeprefix("app.") for call in calls}


def test_a_link_that_writing_takes_off_is_put_on_again(opened):
    """And where Excel takes none on an empty cell, one is told."""
    book, kinds = opened({"link": {1, 2}})
    sheet_of(book).beside.odd.empties_links = True
    assert fill(book, *BUILT[::-1]) == ()
    assert {lead: seen(book)[lead] for lead in (1, 2)} == {lead: wanted(lead, kinds) for lead in (1, 2)}

    sheet_of(book).beside.links[2, 4] = ("", "Home!A1", "")
    assert fill(book, *BUILT) == ("leads: 1 link of empty cells could not be kept: Excel did not take them",)


def test_a_cell_that_a_link_left_looks_like_the_others(opened):
    """Without the blue line, which a link brings along."""
    book, _ = opened({"link": {1}})
    api = sheet_of(book).api
    api.font((2, 5)).Underline = 2
    fill(book, 101, 1)

    assert (api.font((2, 5)).Underline, api.font((3, 5)).Underline) == (-4142, 2)
    assert book.sheets["Leads"]["E3"].value == "note 1"


def test_a_link_that_stays_is_not_touched(opened):
    """It keeps what a user made of its looks."""
    book, _ = opened({"link": {1}})
    fill(book, *BUILT, 101)

    assert sheet_of(book).api.font((2, 5)).Underline == -4142


def test_shapes_that_cannot_be_moved_are_told(opened):
    """A locked one does not end the refresh."""
    book, _ = opened({"picture": {1, 2}})
    sheet_of(book).beside.odd.holds_shapes = True
    assert fill(book, 101, *BUILT) == ("leads: 2 shapes could not be moved with their rows: check the pictures",)


def test_controls_of_the_other_kind_are_told(opened):
    """They move; nobody knows what they are linked to."""
    book, _ = opened({"control": {1}})
    sheet_of(book).beside.shapes[0].Type = 12
    remarks = fill(book, 101, *BUILT)
    assert remarks == ("leads: ActiveX controls move with their rows, the cells they are linked to do not: check them",)
    assert sheet_of(book).beside.shapes[0].TopLeftCell.Row == 3


@pytest.mark.parametrize("ids", [[*BUILT, 101], BUILT])
def test_rules_are_told_only_where_rows_move(opened, ids):
    """Leads added at the end move nothing."""
    book, _ = opened({"rule": {3}})
    assert fill(book, *ids) == ()
    assert fill(book, 101, *ids) == (RULES,)


@pytest.mark.parametrize("some", [{3}, set(BUILT)])
def test_validations_are_told_without_formats(opened, some):
    """Also where each lead has its own, which Excel lists as one area; one for all leads is none of a single cell."""
    book, _ = opened({"rule": some})
    sheet_of(book).sheet.conditional_formatting = type(sheet_of(book).sheet.conditional_formatting)()
    assert fill(book, 101, *BUILT) == (RULES,)

    rules = sheet_of(book).sheet.data_validations.dataValidation
    rules[1:], rules[0].sqref = [], MultiCellRange("E2:E12")
    assert fill(book, 102, 101, *BUILT) == ()


def test_formats_are_told_without_validations(opened):
    """A conditional format of one cell alone."""
    book, _ = opened({"rule": {3}})
    sheet_of(book).sheet.data_validations.dataValidation.clear()
    assert fill(book, 101, *BUILT) == (RULES,)


def test_too_many_heights_stay_and_are_told(opened, monkeypatch):
    """Excel would be asked for minutes."""
    monkeypatch.setattr("leads_excel.excel.live.attached.row_heights._MOST_QUESTIONS", 10)
    book, _ = opened({"height": set(BUILT)})
    assert fill(book, *BUILT[::-1]) == (
        "leads: heights of rows and hidden rows stay where they are: too many differ, or a filter is on",
    )


# --- Excel for macOS -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["comment", "height", "hidden"])
def test_on_a_mac_some_follow(opened, kind):
    """What xlwings sees on both systems."""
    book, kinds = opened({kind: {1, 4, 8}}, mac=True)
    for ids in STAYING.values():
        assert fill(book, *ids) == ()
        found = seen(book)
        assert {lead: found[lead] for lead in BUILT} == {lead: wanted(lead, kinds) for lead in BUILT}
    fill(book, 1, 2)
    fill(book, *BUILT)
    kept = {"hidden", "comment"}
    assert kind not in kept or {lead: seen(book)[lead] for lead in BUILT} == {n: wanted(n, kinds) for n in BUILT}


@pytest.mark.parametrize("kind", ["thread", "link", "place", "picture", "control"])
def test_on_a_mac_the_rest_is_told(opened, kind):
    """It stays where it is, whole."""
    book, _ = opened({kind: {1}}, mac=True)
    assert fill(book, *BUILT, 101) == ()
    assert fill(book, 102, *BUILT) == (ON_MAC,)


def test_on_a_mac_a_filter_is_left_alone(opened):
    """Nobody could apply it again."""
    book, _ = opened({"hidden": {2}}, mac=True)
    api = sheet_of(book).tables("leads").table
    api.AutoFilter = type("Filter", (), {"FilterMode": True, "ApplyFilter": lambda _: None})()
    assert any("a filter is on" in remark for remark in fill(book, 101, *BUILT))
    assert height_of(sheet_of(book), 3) == 0


# --- what it costs ---------------------------------------------------------------------------------------------------


def asked(book, *ids):
    """Count what is asked of Excel's own objects in a refresh."""
    calls.clear()
    fill(book, *ids)
    return len(called("com"))


def test_nothing_attached_costs_a_handful_of_calls(opened):
    """However many leads there are."""
    few = asked(opened({}, ids=range(1, 5))[0], 101, *range(1, 5))
    many = asked(opened({}, ids=range(1, 300))[0], 101, *range(1, 300))

    assert few == many < 200


@pytest.mark.parametrize("kind", MOVED)
def test_much_attached_costs_so_much_for_each(opened, kind):
    """Some calls for each thing, however many leads stand around it; for a height or a hidden row also its halving."""
    ids = list(range(1, 201))
    nothing = asked(opened({}, ids=ids)[0], 201, *ids)
    for count in (5, 10, 20):
        some = set(ids[:: len(ids) // count])
        cost = asked(opened({kind: some}, ids=ids)[0], 201, *ids) - nothing
        assert cost <= count * (120 if kind in ("height", "hidden") else 60), f"{cost / count} for each"


def test_an_excel_without_threads_is_refreshed_too(opened, monkeypatch):
    """Excel 2019 has none: its object model has no such member, and notes follow all the same."""
    monkeypatch.delattr(ComSheet, "CommentsThreaded")
    book, kinds = opened({"comment": {1, 2}})

    assert fill(book, *BUILT[::-1]) == ()
    assert seen(book)[1] == wanted(1, kinds)


def test_an_error_of_excel_is_no_missing_member():
    """Only that a name is unknown means that there is no such member."""

    class Busy:
        @property
        def Sort(self):  # noqa: N802 - Excel's name
            raise ExcelError

    with pytest.raises(ExcelError):
        member(Busy(), "Sort")
    assert member(ComBook(), "date_1904") is None
