"""A caption is looked up by its English; values, days and Latin words keep their direction within Arabic."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from leads_excel.captions import languages
from leads_excel.captions.languages import LTR, caption, language_of, range_in, so_far_in, told
from leads_excel.dates.days import Days
from leads_excel.dates.elapsed import so_far
from leads_excel.windows.questions import Question

RIYADH = ZoneInfo("Asia/Riyadh")


def test_english_is_what_is_written_in_the_code():
    """Also what nobody has translated."""
    assert caption("Anything at all", "en") == "Anything at all"
    assert told("{count} of {all}", "en", count="3", all="4") == "3 of 4"


def test_what_nobody_has_translated_is_refused():
    """A page half in one language cannot be made; the error says what and where."""
    with pytest.raises(LookupError, match=r"no Arabic for 'Anything at all': add it .* leads_excel/captions"):
        caption("Anything at all", "ar")


def test_numbers_and_latin_words_keep_their_direction():
    """Day by day `2026-08-24` would be read from its end; a mark on each side keeps it."""
    text = caption("A date, 2026-08-24, or a period: TODAY, -7D, MTD, LM, 2026-W34. The last day is included; `to` "
                   "may be empty.", "ar")  # fmt: skip

    for word in ("2026-08-24", "TODAY", "-7D", "2026-W34"):
        assert f"{LTR}{word}{LTR}" in text
    assert told("{count} of {all}", "ar", count="1,115", all="3,467") == f"{LTR}1,115{LTR} من {LTR}3,467{LTR}"


@pytest.mark.parametrize("filters", [{}, {"lead_id": 7}, {"source": 3, "sub_source": 12}, {"as_of": True}])
@pytest.mark.parametrize("last", [date(2026, 8, 1), date(2026, 8, 31)])
def test_a_range_is_told_without_english(filters, last):
    """Whatever a question may ask for; formulas find both days where they find them in English."""
    if filters.get("as_of"):
        filters = {"as_of": datetime(2026, 9, 1, 9, tzinfo=UTC)}
    title = Question(Days(date(2026, 8, 1), last), RIYADH, **filters).title
    shown = range_in(title, "ar")

    assert range_in(title, "en") == title
    assert not re.search("[A-Za-z]", shown)
    assert re.findall(r"\d+", shown) == re.findall(r"\d+", title)
    assert [shown[place : place + 10] for place in (0, 14)][: 1 + (last.day > 1)] == [
        f"{day}" for day in sorted({date(2026, 8, 1), last})
    ]


def test_days_that_have_come_are_told():
    """As `so_far` words them; nothing where all have."""
    days = Days(date(2026, 8, 1), date(2026, 8, 31))

    assert so_far_in(so_far(days, date(2026, 8, 12)), "ar") == f"{LTR}12{LTR} من {LTR}31{LTR} يوم"
    assert so_far_in(so_far(days, date(2026, 9, 12)), "ar") == ""


@pytest.mark.parametrize("formula", [None, "", '"fr"', '"en"', "Home!$A$1", '="AR"'])
def test_a_workbook_is_english_unless_it_says_otherwise(formula):
    """A name of somebody's own that is called the same says nothing."""
    assert language_of(formula) == "en"
    assert language_of('"ar"') == language_of('="ar"') == "ar"


def test_captions_are_looked_up_in_every_dictionary():
    """One of each sheet and of the report."""
    for text in ("What to load", "Model year.", "Function", "Stuck bulks", "Leads report"):
        assert re.search("[\u0600-\u06ff]", caption(text, "ar"))
    assert languages.LANGUAGES == ("en", "ar")
