"""What was meant by a word that is not known."""

from __future__ import annotations

import pytest

from leads_excel.schema.spelling import either, folded, nearest

BRANCHES = ["Riyadh Khurais", "Riyadh Exit 5", "Jeddah Tahlia", "Dammam", "الرياض", "أبها"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ryadh Khurais", ["Riyadh Khurais"]),
        ("riyadhkhurais", ["Riyadh Khurais"]),
        ("Riyadh-Khurais", ["Riyadh Khurais"]),
        ("Dammam ", ["Dammam"]),
        ("Damman", ["Dammam"]),
        ("Dmamam", ["Dammam"]),
        ("Dammaam", ["Dammam"]),
        ("ابها", ["أبها"]),
        ("الـريـاض", ["الرياض"]),
        ("Tahlia Jeddah", []),
        ("xyz", []),
    ],
)
def test_the_nearest_word_is_found(typed, meant):
    """Case, blanks, signs and Arabic letter forms do not matter; one wrong letter finds its word."""
    assert nearest(typed, BRANCHES) == meant


def test_all_words_that_are_one_letter_away_are_found():
    """Which of them was meant nobody can tell; a word that is further away is not named beside them."""
    assert nearest("cas", ["cash", "case", "cashier"]) == ["cash", "case"]
    assert nearest("ch", ["cah", "coh", "cooh"]) == ["cah", "coh"]
    assert nearest("ML", ["LM", "MTD"]) == ["LM"]


@pytest.mark.timeout(30)  # letter by letter it takes hours
def test_a_word_of_any_length_is_compared_in_no_time():
    """What was pasted in the wrong place may be a page long."""
    assert nearest("x" * 10_000_000, BRANCHES) == []


def test_letters_that_stand_for_each_other_are_one():
    """As people type them."""
    assert folded("أبها") == folded("ابها")
    assert folded("مكة") == folded("مكه")
    assert folded("مستشفى") == folded("مستشفي")


def test_words_are_a_choice():
    """With commas and one or."""
    assert [either(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a or b", "a, b or c"]
