"""What was given out, as it is kept."""

import json
from zoneinfo import ZoneInfo

import pytest

from leads_excel.exceptions import SettingsError
from leads_excel.serving.people.audit import Audit

RIYADH = ZoneInfo("Asia/Riyadh")


def test_a_line_tells_when_who_and_what(tmp_path):
    """In business time, as JSON."""
    Audit(RIYADH, tmp_path).note("revealed", {"who": "noura", "what": "LEADS", "range": "-1D", "rows": 7})

    (file,) = tmp_path.iterdir()
    line = json.loads(file.read_text(encoding="utf-8"))
    assert line["at"].endswith("+03:00")
    assert {name: line[name] for name in ("event", "who", "what", "range", "rows")} == {
        "event": "revealed", "who": "noura", "what": "LEADS", "range": "-1D", "rows": 7,
    }  # fmt: skip


def test_nobody_writes_lines_of_their_own(tmp_path):
    """Whatever stands in a range; and numbers of people in it are masked."""
    Audit(RIYADH, tmp_path).note("revealed", {"who": "sami", "range": '-1D\n{"event": "revealed"}\u2028 0501234567'})

    (file,) = tmp_path.iterdir()
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert "0501234567" not in line
    assert json.loads(line)["who"] == "sami"


def test_it_begins_again_when_it_can(tmp_path):
    """A disk that was full for a while stops nothing for good."""
    folder = tmp_path / "audit"
    folder.write_text("")
    audit = Audit(RIYADH, folder)
    with pytest.raises(SettingsError, match="nothing is given out"):
        audit.note("revealed", {"who": "noura"})

    folder.unlink()

    audit.note("revealed", {"who": "noura"})
    assert len(list(folder.iterdir())) == 1
