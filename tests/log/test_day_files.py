"""The log's files: a line an event, a file a day, and nothing that stops the work."""

import json
import logging
import os
import shutil
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import programs
import pytest

from leads_excel.log import day_files
from leads_excel.log.day_files import LogFile

RIYADH = ZoneInfo("Asia/Riyadh")
AT = datetime(2026, 11, 30, 23, 30, tzinfo=ZoneInfo("UTC"))  # the next day in Riyadh


def record(event="fetched", at=AT, **facts):
    made = logging.LogRecord("leads_excel", logging.INFO, "", 0, "%s", (f"{event}!",), None)
    made.created, made.event, made.facts = at.timestamp(), event, facts
    return made


def log_file(place, *, as_json=True, keep_days=30):
    return LogFile(place, RIYADH, {"run": "abc", "command": "sync"}, as_json=as_json, keep_days=keep_days)


def test_a_line_is_an_object_in_the_file_of_its_day(tmp_path):
    """Business time, the run, the event, its facts; letters as they are."""
    log_file(tmp_path / "log").emit(record(leads=5, reason="تقرير"))

    (path,) = (tmp_path / "log").iterdir()
    assert path.name == "leads-excel-2026-12-01.log"
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == {
        "at": "2026-12-01T02:30:00.000+03:00",
        "level": "info",
        "run": "abc",
        "command": "sync",
        "event": "fetched",
        "leads": 5,
        "reason": "تقرير",
    }
    assert "تقرير" in text


def test_a_line_can_be_words(tmp_path):
    """For who reads it with Notepad."""
    log_file(tmp_path, as_json=False).emit(record())

    assert (tmp_path / "leads-excel-2026-12-01.log").read_text() == "2026-12-01 02:30:00+0300 abc sync fetched!\n"


def test_old_files_go_and_others_stay(tmp_path):
    """Only files of ours, older than they are to be kept."""
    names = ("leads-excel-2026-11-28.log", "leads-excel-2026-11-29.log", "leads-excel-2026-11-30.log", "mine.log")
    for name in names:
        (tmp_path / name).write_text("x")

    log_file(tmp_path, keep_days=2).emit(record())

    assert sorted(path.name for path in tmp_path.iterdir()) == [*names[1:3], "leads-excel-2026-12-01.log", "mine.log"]


def test_a_named_file_takes_all_days(tmp_path):
    """`--log FILE`."""
    file = log_file(tmp_path / "mine.log", keep_days=None)
    file.emit(record())
    file.emit(record(at=AT.replace(month=12, day=5)))

    assert [path.name for path in tmp_path.iterdir()] == ["mine.log"]
    assert len((tmp_path / "mine.log").read_text().splitlines()) == 2


def test_a_run_over_midnight_goes_on_in_the_next_file(tmp_path):
    """As `--watch` does."""
    file = log_file(tmp_path)
    file.emit(record(at=AT.replace(hour=20)))
    file.emit(record(at=AT.replace(hour=21)))

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"leads-excel-2026-1{day}.log" for day in ("1-30", "2-01")
    ]


@pytest.mark.parametrize("place", ["a file where the folder goes", "no such drive"])
def test_a_place_that_cannot_be_written_stops_nothing(tmp_path, place):
    """What is missing is known afterwards."""
    if place == "no such drive":
        file = log_file(tmp_path / "nul\0")
    else:
        (tmp_path / "file").write_text("x")
        file = log_file(tmp_path / "file" / "log")

    file.emit(record())

    assert file.trouble


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")  # noqa: PTH110
def test_a_full_disk_stops_nothing():
    """It is said why the log lacks events."""
    file = log_file(Path("/dev/full"), keep_days=None)

    file.emit(record())

    assert "space" in file.trouble


def test_a_day_s_file_has_a_limit(tmp_path, monkeypatch):
    """Something that fails again and again must not fill the disk."""
    monkeypatch.setattr(day_files, "LARGEST", 1000)
    file = log_file(tmp_path)

    for _ in range(50):
        file.emit(record())

    assert (tmp_path / "leads-excel-2026-12-01.log").stat().st_size < 1300
    assert "full" in file.trouble


def test_a_letter_that_is_none_is_written_as_its_number(tmp_path):
    """A name of a file may hold a lone surrogate."""
    log_file(tmp_path).emit(record(workbook="a\udcff.xlsx"))

    assert b"\\udcff" in (tmp_path / "leads-excel-2026-12-01.log").read_bytes()


@pytest.mark.slow
def test_lines_of_several_processes_do_not_mix(tmp_path):
    """Each line is whole, none is lost."""
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]\n"
        "from test_day_files import log_file, record\n"
        "file = log_file(Path(sys.argv[1]))\n"
        "for n in range(300): file.emit(record(text='x' * 500, n=n))"
    )
    paths = [str(Path(file).parent) for file in (__file__, programs.__file__)]
    command = [sys.executable, "-c", code, str(tmp_path), *paths]
    with ExitStack() as stack:
        processes = [stack.enter_context(programs.started(command)) for _ in range(4)]
        assert [process.wait(60) for process in processes] == [0, 0, 0, 0]

    (path,) = tmp_path.iterdir()
    numbers = sorted(json.loads(line)["n"] for line in path.read_text().splitlines())
    assert numbers == sorted([*range(300)] * 4)


def test_a_folder_that_is_removed_is_made_again(tmp_path):
    """In the middle of a day, by somebody who cleans up; what was told before is gone, what follows is not."""
    log = log_file(tmp_path / "log")
    log.emit(record())
    shutil.rmtree(tmp_path / "log")

    log.emit(record(leads=7))

    (path,) = (tmp_path / "log").iterdir()
    assert json.loads(path.read_text(encoding="utf-8"))["leads"] == 7
    assert log.trouble is None
