"""Events: what they say, and what they must not."""

import logging
import sys
from pathlib import Path

import programs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.log.events import safe, tell


@pytest.mark.parametrize(
    "text",
    [
        "ahmed.ali@example.com",
        "'ahmed.ali@example.com' is not a date",
        "call +966 50 123 4567 today",
        "0501234567",
        "966-50-123-4567",
        "(050) 123 4567 89",
    ],
)
def test_addresses_and_telephone_numbers_are_masked(text):
    """Whatever is typed where a date was asked for."""
    line = safe(text)

    assert "•••" in line
    assert "ahmed" not in line
    assert "4567" not in line


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30 to 2026-12-01",
        "2026-11-30 06:30: 12,144 leads",
        "Home!$C$5",
        "https://dms.example.com:8443/gs",
        "14 of 123456 windows",
    ],
)
def test_what_is_nobody_s_stays(text):
    """Days, counts, cells, servers."""
    assert safe(text) == text


def test_the_owner_of_a_home_is_not_named(new_user):
    """Paths of files are told from there."""
    assert safe(f"There is no file {new_user / 'a.xlsx'}: check") == f"There is no file {Path('~', 'a.xlsx')}: check"


@given(st.text(max_size=3000))
def test_a_text_becomes_one_short_line(text):
    """Line breaks of any kind would make a line of the log two."""
    line = safe(text)

    assert len(line) <= 1000
    assert len(f"x{line}x".splitlines()) == 1


def test_a_program_sees_events_with_its_own_logging(caplog):
    """The logger of the package is an ordinary one."""
    with caplog.at_level(logging.INFO, logger="leads_excel"):
        tell(
            "fetched",
            {"windows": 1200, "complete": True, "filters": ["source", "lead_id"], "nothing": None, "none": []},
        )

    assert caplog.messages == ["fetched: windows 1,200, complete yes, filters source | lead_id"]
    assert caplog.records[0].facts == {"windows": 1200, "complete": True, "filters": ["source", "lead_id"]}


def test_texts_of_facts_are_safe(caplog):
    """Also those in lists."""
    with caplog.at_level(logging.INFO, logger="leads_excel"):
        tell("began", {"from": "a@b.com", "workbooks": ["c@d.com"]})

    assert "@" not in caplog.text
    assert "@" not in str(caplog.records[0].facts)


def test_nobody_who_wants_no_log_is_told_of_events():
    """What is no event, such as a store that is left out, is told all the same, as Python does with warnings."""
    code = (
        "import logging; from leads_excel.log.events import tell\n"
        "tell('missing', {'reason': 'x'}, level=logging.WARNING)\n"
        "logging.getLogger('leads_excel.store').info('nothing')\n"
        "logging.getLogger('leads_excel.store').warning('The store is left out.')"
    )
    done = programs.run([sys.executable, "-c", code])

    assert (done.stdout, done.stderr) == ("", "The store is left out.\n")


def test_a_program_with_a_log_of_its_own_decides():
    """Warnings go there, once."""
    code = (
        "import logging; import leads_excel.log.events; logging.basicConfig(format='mine: %(message)s')\n"
        "logging.getLogger('leads_excel.store').warning('The store is left out.')"
    )
    done = programs.run([sys.executable, "-c", code])

    assert done.stderr == "mine: The store is left out.\n"
