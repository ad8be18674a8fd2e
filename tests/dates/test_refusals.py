"""What people type where a date belongs, and what they are told that it means."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.dates.typed_dates import to_days
from leads_excel.exceptions import DateError
from leads_excel.schema.spelling import folded

RIYADH = ZoneInfo("Asia/Riyadh")
TODAY = date(2026, 8, 12)
TOKENS = (
    *("TODAY", "YESTERDAY", "WTD", "MTD", "QTD", "YTD", "LW", "LM", "LQ", "LY", "-7D", "-30D", "-3M", "-2W", "-1Y"),
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def told(value: object) -> str:
    """Give the message with which a value is refused."""
    with pytest.raises(DateError) as caught:
        to_days(value, zone=RIYADH, today=TODAY)
    return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("source=Website", "is a filter or an option, not a date: the dates come first, such as -30D"),
        ("leadDate>=2026-08-01", "is a filter or an option"),
        ("limit=5", "is a filter or an option"),
        ("sort=desc", "is a filter or an option"),
        ("last month", "type LM."),
        ("Last Month", "type LM."),
        ("lastmonth", "type LM."),
        ("previous month", "type LM."),
        ("last week", "type LW."),
        ("last quarter", "type LQ."),
        ("last year", "type LY."),
        ("this week", "type WTD."),
        ("this month", "type MTD."),
        ("month to date", "type MTD."),
        ("this quarter", "type QTD."),
        ("year to date", "type YTD."),
        ("now", "type TODAY."),
        ("=TODAY()", "did you mean TODAY?"),
        ("أمس", "type YESTERDAY."),
        ("امس", "type YESTERDAY."),
        ("البارحة", "type YESTERDAY."),
        ("اليوم", "type TODAY."),
        ("الشهر الماضي", "type LM."),
        ("الشهر الماضى", "type LM."),
        ("الأسبوع الماضي", "type LW."),
        ("الاسبوع الماضي", "type LW."),
        ("هذا الشهر", "type MTD."),
        ("السنة الماضية", "type LY."),
        ("آخر 30 يوم", "type -30D."),
        ("yesterdy", "did you mean YESTERDAY?"),
        ("yesterday's", "did you mean YESTERDAY?"),
        ("tody", "did you mean TODAY?"),
        ("MDT", "did you mean MTD?"),
        ("last mnth", "did you mean LM?"),
        ("30D", "type -30D."),
        ("+30D", "type -30D."),
        ("30", "type -30D."),
        ("-30", "type -30D."),
        ("-30 days", "type -30D."),
        ("30 days", "type -30D."),
        ("30 days ago", "type -30D."),
        ("last 30 days", "type -30D."),
        ("the last 2 weeks", "type -2W."),
        ("past 3 months", "type -3M."),
        ("2 quarters", "type -2Q."),
        ("1 year", "type -1Y."),
        ("3 اشهر", "type -3M."),
        ("-9999Y", "type a day like 2026-08-03"),
        ("-3OD", "did you mean -30D?"),
        ("-30X", "did you mean -30D?"),
        (30, "type -30D for the last 30 days, or the day as 1900-01-30"),
        (30.0, "30 is the day 1900-01-30 to Excel"),
        (-30, 'type "-30D", in quotes'),
        (20_000, "20000 is the day 1954-10-03 to Excel, before all leads: type a day like 2026-08-03"),
        ("13/08/2026", "'13/08/2026' can be misread: type 2026-08-13."),
        ("03/04/2026", "type 2026-04-03 or 2026-03-04."),
        ("3/4", "type the year first, such as 2026-08-03."),
        ("3/4/26", "type the year first"),
        ("2026-13", "a year has months 01 to 12"),
        ("2026-00-10", "a year has months 01 to 12"),
        ("2026-02-30", "type 2026-02-01 to 2026-02-28."),
        ("2026-08/03", "type 2026-08-03."),
        ("2026.8", "type 2026-08."),
        ("2026-Q5", "type 2026-Q1 to 2026-Q4."),
        ("2026-W54", "type 2026-W01 to 2026-W53."),
        ("Aug 2026", "type 2026-08."),
        ("August, 2026", "type 2026-08."),
        ("2026 August", "type 2026-08."),
        ("3 Aug 2026", "type 2026-08-03."),
        ("Aug 3, 2026", "type 2026-08-03."),
        ("31 Feb 2026", "type 2026-02-01 to 2026-02-28."),
        ("32 May 0000", "type 0000-05-01 to 0000-05-31."),
        ("31 Aug 2026", "type 2026-08-31."),
        ("29 February 2028", "type 2028-02-29."),
        ("2026-08/31", "type 2026-08-31."),
        ("أغسطس 2026", "type 2026-08."),
        ("٣ أغسطس ٢٠٢٦", "type 2026-08-03."),
        ("August", "type the month with its year, such as 2026-08."),
        ("08/2026", "type 2026-08."),
        ("202608", "type 2026-08."),
        ("Q3 2026", "type 2026-Q3."),
        ("2026/Q3", "type 2026-Q3."),
        ("W34 2026", "type 2026-W34."),
        ("Monday", "type the day itself"),
        ("last Monday", "type the day itself"),
        ("tomorrow", "it is still to come: type a day up to TODAY."),
        ("غدا", "it is still to come"),
        ("2026-08-01 to 2026-08-15", "type the first day as from_date and the last day as to_date."),
        ("2026-08-01..2026-08-15", "type the first day as from_date"),
        ("2026-08:2026-09", "type the first day as from_date"),
        ("Riyadh", "type a day like 2026-08-03, or -7D, MTD, 2026-08."),
    ],
)  # fmt: skip
def test_what_is_no_date_is_told_how_it_is_typed(typed: object, hint: str) -> None:
    """The message names what was meant, in the one way in which it is written."""
    assert hint in told(typed)


def is_token(text: str) -> bool:
    """Tell whether a text is a date or period itself."""
    try:
        to_days(text, zone=RIYADH, today=TODAY)
    except DateError:
        return False
    return True


@st.composite
def misspelt(draw, words=TOKENS):
    """Draw a word, and the word with one letter changed, dropped, added or swapped with the next."""
    word = draw(st.sampled_from(words))
    place = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(LETTERS))
    typed = draw(
        st.sampled_from(
            (
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            )
        )
    )
    return word, typed


@given(misspelt())
def test_a_misspelt_period_is_never_another_number(pair: tuple[str, str]) -> None:
    """One wrong letter gives another period only where that is one; else a message, which names the one meant."""
    word, typed = pair
    if is_token(typed) or not folded(typed):
        return

    message = told(typed)

    is_a_weekday = typed.upper() in {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"}  # told as what it is
    if word.isalpha() and len(word) > 2 and not is_a_weekday:
        assert word in message
    assert message.endswith((".", "?"))
