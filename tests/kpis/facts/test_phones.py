"""Phone numbers as people type them, against Google's library and against what a person reads."""

from __future__ import annotations

import re
from contextlib import suppress

import pandas as pd
import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leads_excel.kpis.facts import phones
from leads_excel.kpis.facts.phones import INVALID, MISSING, PLACEHOLDER, e164, read

SARA = 966500000005
CODES = st.sampled_from(
    [
        "00966",
        "+966",
        "966",
        "",
        "\u0669\u0666\u0666",
        "+20",
        "0020",
        "971",
        "1",
        "999",
        "x",
        "\u0660\u0660\u0669\u0666\u0666",
    ]
)
DIGITS = st.text("0123456789", max_size=14)
SAUDI = st.tuples(
    st.sampled_from(["", "0", "966", "+966", "00966", "+9660", "009660", "9660"]),
    st.from_regex(r"[1-9]\d{8}", fullmatch=True),
).map("".join)
MESSY = st.text("0123456789 -+().\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u200fxN/A", max_size=18)


def both(code, number):
    """Read a number the quick way, among others, and with the library alone."""
    cells = pd.Series([number, "500000001", number], dtype="string")
    first, _, last = e164(pd.Series([code, "00966", code], dtype="string"), cells).tolist()
    assert first == last
    return first, read(code, number)


@pytest.mark.parametrize(
    ("code", "number", "read_as"),
    [
        ("00966", "500000005", SARA),
        ("00966", "0500000005", SARA),
        ("+966", "50 000 0005", SARA),
        ("966", "(050) 000-0005", SARA),
        ("", "+966500000005", SARA),
        (None, "00966500000005", SARA),
        ("00966", "+966 500000005", SARA),
        ("00966", "+966 0500000005", SARA),
        ("00966", "966500000005", SARA),
        ("00966", "\u0660\u0665\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0665", SARA),
        ("\u0660\u0660\u0669\u0666\u0666", "\u0665\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0665", SARA),
        ("00966", "\u200e0500000005\u200f", SARA),
        (None, "0500000005", SARA),
        ("00966", "0112345678", 966112345678),
        ("+20", "01001234567", 201001234567),
        ("00966", "+201001234567", 201001234567),
        ("971", "0501234567", 971501234567),
        ("1", "2025550123", 12025550123),
        ("00966", "50000", INVALID),
        ("00966", "520000005", INVALID),
        ("00966", "5000000000000", INVALID),
        ("00966", "N/A", INVALID),
        ("00966", "لا يوجد", INVALID),
        ("00966", "+", MISSING),
        ("00966", "-", MISSING),
        ("00966", "", MISSING),
        ("00966", None, MISSING),
        (None, None, MISSING),
        ("00966", "0000000000", PLACEHOLDER),
        ("00966", "555555555", PLACEHOLDER),
        ("", "+966111111111", PLACEHOLDER),
        ("00966", "123456789", PLACEHOLDER),
        ("00966", "0123456789", PLACEHOLDER),
        ("00966", "1234", PLACEHOLDER),
    ],
)
def test_a_number_is_read_as_a_person_reads_it(code, number, read_as):
    """In whatever way it is written; what is none is told apart from what only fills the field."""
    quick, slow = (
        both(code, number) if code is not None and number is not None else (None, read(code or "", number or ""))
    )

    assert slow == read_as
    assert quick in (read_as, None)
    assert e164(pd.Series([code], dtype="string"), pd.Series([number], dtype="string")).tolist() == [read_as]


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(CODES, SAUDI | DIGITS | MESSY)
@example("00966", "0966123456")
@example("00966", "966666666")
@example("+20", "500000005")
@example("", "009660500000005")
@example("00966", "0\n500000005")
def test_the_quick_way_reads_what_the_library_reads(code, number):
    """A million at a time or one by one: the same."""
    quick, slow = both(code, number)

    assert quick == slow


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.from_regex(r"0?[1-9]\d{8}", fullmatch=True) | st.from_regex(r"0?[1-9]\d{0,13}", fullmatch=True))
def test_digits_are_what_the_library_says_without_us(digits):
    """Our own preparation of the text changes nothing, and short numbers need no asking."""
    expected = INVALID
    with suppress(phonenumbers.NumberParseException):
        parsed = phonenumbers.parse(digits, "SA")
        if phonenumbers.is_valid_number(parsed):
            expected = int(f"{parsed.country_code}{parsed.national_number}")

    assert read("00966", digits) in (expected, PLACEHOLDER)


def test_the_quick_way_is_really_taken(monkeypatch):
    """The library is not asked about the shapes that most numbers have."""
    monkeypatch.setattr(phones, "read", lambda *_: pytest.fail("asked the library"))
    numbers = [
        "500000005",
        "0500000005",
        "50 000 0005",
        "\u0660\u0665\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0665",
        "+966500000005",
        "",
        "520000005",
        "555555555",
    ]

    assert (e164(pd.Series(["00966"] * 8, dtype="string"), pd.Series(numbers, dtype="string"))[:5] == SARA).all()


def test_stray_values_are_read_as_text():
    """A column with numbers and texts in it, as the API may send it."""
    numbers = pd.Series([500000005, "0500000005", pd.NA, 5.25], dtype=object)

    assert e164(pd.Series([966, "966", None, "966"], dtype=object), numbers).tolist() == [SARA, SARA, MISSING, INVALID]


def test_no_numbers_are_none():
    """An empty column has no numbers."""
    assert e164(pd.Series([], dtype="string"), pd.Series([], dtype="string")).tolist() == []


def test_every_result_is_a_number_with_country_code_or_a_reason():
    """Nothing else comes out, however odd the text."""
    odd = [
        "+",
        "00",
        "++966500000005",
        "500000005 ext 3",
        "1800FLOWERS",
        "\uff15\uff10\uff10\uff10\uff10\uff10\uff1005",
        "x" * 300,
    ]
    found = e164(pd.Series([""] * len(odd), dtype="string"), pd.Series(odd, dtype="string"))

    assert all(
        number in (MISSING, INVALID, PLACEHOLDER) or re.fullmatch(r"[1-9]\d{6,14}", str(number)) for number in found
    )
