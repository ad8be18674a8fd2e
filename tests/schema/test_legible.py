"""Text that everything can show: every character there is, against what XML, UTF-8 and a terminal can hold."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.exceptions import ApiReplyError, SettingsError
from leads_excel.schema.legible import MARK, legible, legible_data, one_line

XML = re.compile("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
CONTROL = {*"\t\n\r\x85"}


@pytest.mark.slow
def test_every_character_there_is():
    """What XML cannot hold, controls and what is no character are replaced; all else is kept, emoji and Arabic too."""
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        is_control = unicodedata.category(letter) in ("Cc", "Cs") and letter not in CONTROL
        is_none = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
        assert legible(letter) == (MARK if is_control or is_none else letter), hex(code)
        assert XML.fullmatch(legible(letter)), hex(code)


@given(st.text(st.characters()))
def test_a_text_is_legible_as_its_characters_are(text):
    """Nothing depends on what stands beside; what is legible stays as it is."""
    told = legible(text)

    assert told == "".join(map(legible, text))
    assert legible(told) == told
    told.encode()


@given(st.text(st.characters()))
def test_one_line_has_no_break(text):
    """In no way that Python or a browser knows."""
    assert len(one_line(text).splitlines()) <= 1
    assert not set(one_line(text)) & set("\t\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def test_data_is_legible_to_its_ends():
    """In lists, keys and values; what is no text stays."""
    assert legible_data({"a\0": ("b\x1b", 1, None, [True, 1.5])}) == {f"a{MARK}": [f"b{MARK}", 1, None, [True, 1.5]]}


def test_a_message_is_one_line_that_everything_shows():
    """Whatever a file name, a server or a person puts into it."""
    error = ApiReplyError("a\x1b[2Jb\nc\ud800\u2028d\0", attempts=3)

    assert str(error) == f"a{MARK}[2Jb c{MARK} d{MARK}"
    assert error.attempts == 3
    assert str(SettingsError()) == ""
    str(error).encode()
