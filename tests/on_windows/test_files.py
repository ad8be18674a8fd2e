"""Workbooks on a Windows disk: open elsewhere, scanned at the wrong moment, under every name and in every place."""

from __future__ import annotations

import os
import threading
import time
from itertools import product
from pathlib import Path

import pytest
from excel_side.open_files import READING, SHARED, WRITING, held
from win32file import error as win32_error

from leads_excel import refresh
from leads_excel.excel import workbooks
from leads_excel.excel.file import disk
from leads_excel.excel.file.disk import replacing
from leads_excel.exceptions import WorkbookError, WorkbookLockedError
from leads_excel.settings.model import Settings

NAMES = (
    "Sales & Service.xlsx",
    "100% %TEMP% done.xlsx",
    "تقرير المبيعات 😀.xlsx",
    "wow! ^caret' #1.xlsx",
    "report[1]{2}~$.xlsx",
    "  blanks  inside .xlsx",
    "ALL CAPS.XLSX",
)


@pytest.fixture(autouse=True)
def new_user(monkeypatch, tmp_path):
    """Give each test a home and a folder of its own, without settings."""
    for name in [name for name in os.environ if name.startswith("LEADS_EXCEL_")]:
        monkeypatch.delenv(name)
    for name in ("USERPROFILE", "APPDATA", "LOCALAPPDATA", "WIN_PD_OVERRIDE_APPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def settings():
    return Settings(environment="demo", store="none")


@pytest.fixture
def book(new_user):
    return workbooks.new(new_user / "report.xlsx")


def names_in(folder):
    return [path.name for path in folder.iterdir()]


# --- open elsewhere --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "share"),
    [(WRITING, "reading"), (WRITING, "nothing"), *product([READING], SHARED)],
    ids=["as Excel has it", "written to by another", *(f"read by another, shared: {share}" for share in SHARED)],
)
def test_a_workbook_that_is_open_stays_as_it_is(book, settings, monkeypatch, access, share):
    """It is not changed by a byte, nothing is left beside it, and the message says what to do."""
    monkeypatch.setattr(disk, "_A_LOOK", 0.1)
    monkeypatch.setattr(disk, "_A_SWAP", 0.1)
    before = book.read_bytes()

    with held(book, access, share), pytest.raises(WorkbookLockedError, match=r"close it"):
        refresh(book, "-2D", settings=settings)

    assert book.read_bytes() == before
    assert names_in(book.parent) == ["report.xlsx"]
    assert refresh(book, "-2D", settings=settings).leads > 0


@pytest.mark.parametrize("share", SHARED)
@pytest.mark.parametrize("seconds", [0.05, 0.5])
def test_who_scans_the_old_file_is_waited_for(book, share, seconds):
    """Windows' search and virus scanners open a file at any moment; the new one takes its place when they let go."""
    holding = threading.Event()

    def scan():
        with held(book, READING, share):
            holding.set()
            time.sleep(seconds)

    scanner = threading.Thread(target=scan)
    with replacing(book) as file:
        file.write(b"new")
        scanner.start()
        assert holding.wait(5)
    scanner.join()

    assert book.read_bytes() == b"new"
    assert names_in(book.parent) == ["report.xlsx"]


@pytest.mark.parametrize("seconds", [0.05, 0.5])
def test_who_scans_the_new_file_is_waited_for(book, seconds):
    """They open what was just written, above all."""
    scanners = []

    def scan(path, holding):
        with held(path, READING, "reading and writing"):
            holding.set()
            time.sleep(seconds)

    with replacing(book) as file:
        file.write(b"new")
        (new,) = set(book.parent.iterdir()) - {book}
        holding = threading.Event()
        scanners.append(threading.Thread(target=scan, args=(new, holding)))
        scanners[0].start()
        assert holding.wait(5)
    scanners[0].join()

    assert book.read_bytes() == b"new"
    assert names_in(book.parent) == ["report.xlsx"]


def test_a_refresh_beside_a_scanner_that_never_rests(book, settings):
    """It looks into everything in the folder all the time, and shares nothing while it does."""
    stop = threading.Event()

    def scan():
        while not stop.is_set():
            for path in book.parent.iterdir():
                try:
                    with held(path, READING, "nothing"):
                        time.sleep(0.02)
                except win32_error:  # in use just now, or gone
                    pass
            time.sleep(0.05)

    scanner = threading.Thread(target=scan, daemon=True)
    scanner.start()
    try:
        done = refresh(book, "-2D", settings=settings)
    finally:
        stop.set()
        scanner.join()

    assert done.leads > 0
    assert names_in(book.parent) == ["report.xlsx"]


def test_a_file_that_may_not_be_changed_stays(book, settings):
    """The attribute of Windows; nothing is left beside it."""
    before = book.read_bytes()
    book.chmod(0o444)
    try:
        with pytest.raises(WorkbookLockedError, match="is write-protected"):
            refresh(book, "-2D", settings=settings)
        with pytest.raises(WorkbookLockedError, match="is write-protected"), replacing(book) as file:
            file.write(b"new")
    finally:
        book.chmod(0o666)

    assert book.read_bytes() == before
    assert names_in(book.parent) == ["report.xlsx"]


# --- names and places ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_is_a_name(new_user, settings, name):
    """Of a file and of its folder; what a shell makes of letters is not our business."""
    folder = new_user / Path(name).stem.strip()
    folder.mkdir()
    path = workbooks.new(folder / name)

    assert refresh(path, "-2D", settings=settings).leads > 0
    assert names_in(folder) == [name]


@pytest.mark.parametrize(
    "name", ["report 10:30.xlsx", "what?.xlsx", "a*b.xlsx", 'say "x".xlsx', "a|b.xlsx", "<a>.xlsx"]
)
def test_a_name_that_is_none_is_told(new_user, name):
    """One line, and nothing is left: a colon would name a hidden stream of another file."""
    with pytest.raises(WorkbookError, match=r"is no name of a file on Windows: leave out"):
        workbooks.new(new_user / name)

    assert names_in(new_user) == []


def test_a_folder_in_place_of_a_file_is_told(new_user, settings):
    """Windows says of it that access is denied, which is no reason to wait, nor to close anything."""
    (new_user / "report.xlsx").mkdir()

    with pytest.raises(WorkbookError, match="it is a folder"):
        refresh(new_user / "report.xlsx", settings=settings)
    with pytest.raises(WorkbookError, match="a folder has this name"), replacing(new_user / "report.xlsx"):
        pass


@pytest.mark.parametrize(
    "place",
    [
        "C:\\{name}",
        "C:{name}",
        "\\{name}",
        ".\\{name}",
        "sub/../{name}",
        "\\\\?\\{folder}\\{name}",
        "{folder}\\" + "\\".join(["a folder of fifty letters and more, as people do it"] * 6) + "\\{name}",
    ],
    ids=["root of a drive", "of a drive", "root", "relative", "slashes", "verbatim", "longer than 260"],
)
def test_any_place_is_a_place(new_user, settings, place):
    """A root has no folder above it, and a path of a drive alone starts where that drive stands."""
    path = Path(place.format(name=f"leads-{os.getpid()}.xlsx", folder=new_user))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        workbooks.new(path)
        assert refresh(path, "-2D", settings=settings).leads > 0
        assert [left for left in path.parent.iterdir() if left.name.endswith(".tmp")] == []
    finally:
        path.unlink()


@pytest.mark.parametrize("place", [r"\\localhost\c$\report.xlsx", r"\\server\share\report.xlsx", r"Q:\report.xlsx"])
def test_a_place_that_is_not_there_is_told(settings, place):
    """A server that is off, a drive that is not connected."""
    with pytest.raises(WorkbookError, match=r"There is no file"):
        refresh(place, settings=settings)
    with pytest.raises(WorkbookError, match=r"The folder .* cannot be written"):
        workbooks.new(place)
