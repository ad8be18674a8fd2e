"""How a new file takes the place of the old one, and when it may not."""

from __future__ import annotations

import os
import stat

import pytest

from leads_excel.excel.file import disk
from leads_excel.excel.file.disk import refuse_if_open, replacing
from leads_excel.exceptions import WorkbookError, WorkbookLockedError


@pytest.fixture
def book(tmp_path):
    """Give a test a file."""
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    return path


def test_new_file_takes_the_place_of_the_old_one(book):
    """Permissions are kept and nothing else is left in the folder."""
    book.chmod(0o640)
    with replacing(book) as file:
        file.write(b"new")
        assert book.read_bytes() == b"old"
    assert book.read_bytes() == b"new"
    assert [path.name for path in book.parent.iterdir()] == ["report.xlsx"]
    if os.name == "posix":
        assert stat.S_IMODE(book.stat().st_mode) == 0o640


def test_failure_leaves_the_old_file(book):
    """Whatever goes wrong while writing: the old file stands and the new one is gone."""

    def interrupted():
        with replacing(book) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert book.read_bytes() == b"old"
    assert len(list(book.parent.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_link_goes_on_pointing_at_the_file(book):
    """The file is replaced, not the link to it."""
    link = book.with_name("link.xlsx")
    link.symlink_to(book.name)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert book.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_new_file_gets_the_usual_permissions(book):
    """A file that did not exist is as readable as any other."""
    with replacing(book.with_name("other.xlsx")) as file:
        file.write(b"new")
    book.with_name("usual").write_bytes(b"")
    assert book.with_name("other.xlsx").stat().st_mode == book.with_name("usual").stat().st_mode


def test_what_a_killed_run_left_is_cleared_away(book):
    """Unfinished files of runs that were killed days ago go; those of today may still be written."""
    old, new = (book.with_name(f".report.xlsx.{name}.leads-excel.tmp") for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    with replacing(book) as file:
        file.write(b"new")
    assert (old.exists(), new.exists()) == (False, True)


def test_missing_folder_is_an_error_of_ours(book):
    """The message names the folder."""
    with pytest.raises(WorkbookError, match="nowhere cannot be written"), replacing(book.parent / "nowhere" / "a.xlsx"):
        pass


@pytest.mark.parametrize("lock", ["~$report.xlsx", ".~lock.report.xlsx#"])
def test_open_workbook_is_refused(book, lock):
    """Excel and LibreOffice say with a lock file that they have it open."""
    book.with_name(lock).write_bytes(b"")
    with pytest.raises(WorkbookLockedError, match="close it there"):
        refuse_if_open(book)


def test_missing_workbook_is_named(tmp_path):
    """The message names the path."""
    with pytest.raises(WorkbookError, match=r"no file .*missing\.xlsx"):
        refuse_if_open(tmp_path / "missing.xlsx")


def test_workbook_that_may_not_be_written_is_refused(book, monkeypatch):
    """On Windows this is what an open workbook looks like."""

    def denied(*_):
        raise PermissionError

    monkeypatch.setattr(disk, "_A_LOOK", 0)
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(WorkbookLockedError, match="cannot be written"):
        refuse_if_open(book)


def test_the_longest_name_can_be_replaced(tmp_path):
    """A name may have 255 bytes, 127 Arabic letters: that of the new file beside it has to be a name, too."""
    book = tmp_path / ("ع" * 124 + ".xlsx")
    for content in (b"old", b"new"):
        with replacing(book) as file:
            file.write(content)

    assert book.read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_name_that_is_too_long_is_told_as_such(tmp_path):
    """Not as a folder that cannot be written."""
    with (
        pytest.raises(WorkbookError, match="its path is too long, choose a shorter one"),
        replacing(tmp_path / ("x" * 300)),
    ):
        pass


def test_what_a_killed_run_left_of_any_name_is_cleared_away(tmp_path):
    """Names may hold what patterns of names are made of."""
    book = tmp_path / "report[1]*.xlsx" if os.name == "posix" else tmp_path / "report[1].xlsx"
    left = tmp_path / f".{book.name}.old.leads-excel.tmp"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    with replacing(book) as file:
        file.write(b"new")

    assert [path.name for path in tmp_path.iterdir()] == [book.name]
