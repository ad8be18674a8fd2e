"""E-mail addresses as people type them."""

from __future__ import annotations

import pandas as pd
import pytest

from leads_excel.kpis.facts.emails import INVALID, MISSING, PLACEHOLDER, VALID, numbered, states


def column(*cells):
    """Make a column of addresses."""
    return pd.Series(cells, dtype="string")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("sara@example.com", VALID),
        (" Sara.Ali+kia@Mail.Example.co ", VALID),
        ("سارة@example.com", VALID),
        ("", MISSING),
        (None, MISSING),
        (" - ", MISSING),
        ("...", MISSING),
        ("none@", INVALID),
        ("a@b", INVALID),
        ("sara.example.com", INVALID),
        ("sara@@example.com", INVALID),
        ("sara ali@example.com", INVALID),
        ("sara@example..com", INVALID),
        ("sara@example.com.", INVALID),
        ("لا يوجد", INVALID),
        ("TEST@example.com", PLACEHOLDER),
        ("no-reply@example.org", PLACEHOLDER),
        ("xxx@x.com", PLACEHOLDER),
        ("123@abc.com", PLACEHOLDER),
        ("testa@example.com", VALID),
        ("x@example.com", VALID),
    ],
)
def test_what_was_typed_is_told_apart(text, state):
    """An address, none, something else, or something that only fills the field."""
    assert states(column(text)).tolist() == [state]


def test_equal_addresses_have_equal_numbers():
    """Capitals and blanks around them do not matter; what is no address keeps saying why."""
    cells = column("b@x.sa", " B@X.SA", None, "a@x.sa", "test@x.sa", "b@")

    numbers, addresses = numbered(cells, states(cells))

    assert numbers.tolist() == [0, 0, MISSING, 1, PLACEHOLDER, INVALID]
    assert addresses.to_pylist() == ["b@x.sa", "a@x.sa"]


def test_stray_values_are_read_as_text():
    """And an empty column has nothing."""
    assert states(pd.Series([5, "a@b.sa", pd.NA], dtype=object)).tolist() == [INVALID, VALID, MISSING]
    assert states(column()).tolist() == []
