"""Where one condition ends and the next begins."""

from __future__ import annotations

from contextlib import suppress

import pytest

from leads_excel.arguments.conditions import OPERATORS
from leads_excel.arguments.typed_arguments import Filter, filters
from leads_excel.exceptions import ArgumentError

BOTH = [Filter("source", "=", ("Website",)), Filter("branch", "=", ("Dammam",))]


@pytest.mark.parametrize("sign", [",", ", ", " ,", "،", "، ", "؛", "؛ ", ";", " ; ", "\n", ",\n"])
@pytest.mark.parametrize("second", ["branch=Dammam", "Branch = Dammam", "الفرع=Dammam"])
def test_a_comma_before_a_field_and_its_operator_is_a_semicolon(sign, second):
    """No value goes on with a known field and an operator, in either script."""
    found = filters(f"source=Website{sign}{second}")

    assert [(item.operator, item.wanted) for item in found] == [("=", ("Website",)), ("=", ("Dammam",))]
    assert len(found) == 2


def test_three_conditions_between_commas():
    """Labels of several words, other operators and values in a choice too."""
    found = filters("source=Website|Event, Lead date>=2026-08-01، branch<>Dammam")

    assert found == [
        Filter("source", "=", ("Website", "Event")),
        Filter("Lead date", ">=", ("2026-08-01",)),
        Filter("branch", "<>", ("Dammam",)),
    ]


@pytest.mark.parametrize(
    "value",
    ["Al Jabr, Riyadh", "Riyadh، Jeddah", "a؛ b", "Riyadh and Jeddah", "A & B, C", "x,y", "Al Jabr, Riyadh|Dammam"],
)
def test_a_comma_in_a_value_stays_in_it(value):
    """Without a field and an operator behind it, it is part of what was typed."""
    assert filters(f"branch={value}") == [Filter("branch", "=", tuple(value.split("|")))]


def test_a_cell_is_one_value():
    """In two columns of cells, nothing has to be told apart."""
    assert filters([["source", "Website, branch=Dammam"]]) == [Filter("source", "=", ("Website, branch=Dammam",))]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("source=Website branch=Dammam", "source=Website; branch=Dammam"),
        ("source=Website and branch=Dammam", "source=Website; branch=Dammam"),
        ("source=Website AND branch = Dammam", "source=Website; branch = Dammam"),
        ("source=Website & branch=Dammam", "source=Website; branch=Dammam"),
        ("source=Website&branch=Dammam", "source=Website; branch=Dammam"),
        ("source=Website + branch<>Dammam", "source=Website; branch<>Dammam"),
        ("source=Website و branch=Dammam", "source=Website; branch=Dammam"),
        ("source=Website, barnch=Dammam", "source=Website; barnch=Dammam"),
        ("source=Website، campaign=Spring", "source=Website; campaign=Spring"),
        ("leadNote=call me, branch=Dammam", "leadNote=…; branch=…"),
        ("source=Website, leadNote=call me, branch=Dammam", "leadNote=…; branch=…"),
        ("firstName=Sara branch=Dammam", "firstName=…; branch=…"),
    ],
)
def test_what_can_be_misread_is_refused_with_the_right_spelling(text, right):
    """Blanks, words and signs are no semicolons; a field that is not known, or a free text, could go on like that."""
    with pytest.raises(ArgumentError) as caught:
        filters(text)

    assert str(caught.value).startswith("A semicolon stands between two filters: write ")
    assert right in str(caught.value)


def test_a_message_does_not_repeat_somebodys_name():
    """Of personal fields only the names are shown."""
    with pytest.raises(ArgumentError) as caught:
        filters("firstName=Zaphod, branch=Dammam email=z@x.example")

    assert "Zaphod" not in str(caught.value)
    assert "z@x" not in str(caught.value)


def test_a_free_text_holds_anything():
    """A note that quotes an address is one condition."""
    assert filters("leadNote=*utm source=google*") == [Filter("leadNote", "=", ("*utm source=google*",))]


@pytest.mark.parametrize("sign", OPERATORS)
def test_every_operator_is_read(sign):
    """With and without blanks around it."""
    for text in (f"leadId{sign}5", f" leadId {sign} 5 "):
        assert filters(text) == [Filter("leadId", OPERATORS[sign], ("5",))]


@pytest.mark.timeout(30)  # what tries every way to split a text takes hours
@pytest.mark.parametrize(
    "text", ["a" + " " * 100_000 + "b", "=" * 100_000, "," * 100_000, ", a" * 30_000, "x" * 100_000]
)
def test_conditions_of_any_length_are_read_in_no_time(text):
    """What was pasted in the wrong place is refused, or read, at once."""
    for typed in (text, f"source={text}"):
        with suppress(ArgumentError):
            assert isinstance(filters(typed), list)
