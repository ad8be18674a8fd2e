"""What is left of personal data after masking."""

from __future__ import annotations

import pandas as pd
import pytest
from few_leads import four_leads

from leads_excel.arguments.views import columns_of
from leads_excel.schema.columns import LEADS, TABLES
from leads_excel.schema.masking import MASK, masked, wording


def hidden(name, *values, dtype="string", table="leads"):
    """Mask one column."""
    frame = pd.DataFrame({name: pd.Series(values, dtype=dtype)})
    return masked(frame, columns_of(table, frame))[name].tolist()


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("firstName", "Sara", f"S{MASK}"),
        ("firstName", "محمد", f"م{MASK}"),
        ("firstName", "X", MASK),
        ("phoneNumber", "500000001", f"{MASK}001"),
        ("phoneNumber", "+966 50 000 0001", f"{MASK}001"),
        ("phoneNumber", "1234", MASK),
        ("email", "sara@example.com", f"s{MASK}@example.com"),
        ("email", "no address", f"n{MASK}"),
        ("monthlyIncome", "5000-10000 SAR", MASK),
        ("source", "Website", "Website"),
    ],
)
def test_a_value_keeps_what_tells_it_from_others(name, value, left):
    """A first letter, the last digits, a domain; what is no personal data stays."""
    assert hidden(name, value) == [left]


def test_what_is_empty_stays_empty():
    """A mask never looks like a value that is not there."""
    empty, blank, missing = hidden("firstName", "", "  ", pd.NA)

    assert (empty, blank) == ("", "  ")
    assert missing is pd.NA


def test_a_date_of_birth_is_left_out():
    """A year would do to find somebody."""
    assert hidden("dateOfBirth", pd.Timestamp("1990-05-01"), dtype="datetime64[us]") == [pd.NaT]
    assert hidden("dateOfBirth", pd.Timestamp("1990-05-01"), "May 1990", dtype=object) == [pd.NaT, pd.NaT]


@pytest.mark.parametrize("value", [True, "Y", "0501234567", 5])
def test_a_column_nobody_knows_shows_nothing(value):
    """A key that is not on the API page may hold anything."""
    shown, missing = hidden("newKey", value, None, dtype=object)

    assert shown == MASK
    assert missing is pd.NA


def test_a_message_keeps_its_wording():
    """The reason stays readable without what it quotes."""
    text = "Phone '0501234567' of sara@example.com is taken by lead 574"

    assert hidden("message", text, table="errors") == [f"Phone {MASK} of {MASK} is taken by lead {MASK}"]


def test_wordings_of_one_reason_are_equal():
    """Messages that differ in what they quote are one reason, in Arabic-Indic digits too."""
    messages = pd.Series(["Lead 574 exists", "Lead \u0665\u0667\u0665 exists", "Lead 1,024.50 exists"])

    assert set(wording(messages)) == {f"Lead {MASK} exists"}


def test_a_table_keeps_its_shape():
    """Rows, columns and their order are those of the frame; the frame itself is not changed."""
    leads = four_leads().leads
    before = leads.copy()

    result = masked(leads, LEADS)

    assert list(result) == list(leads)
    assert result.index.equals(leads.index)
    pd.testing.assert_frame_equal(leads, before)


@pytest.mark.parametrize("table", TABLES)
def test_no_personal_text_survives_in_any_table(table):
    """Of quoted words and numbers in every personal column, none is left."""
    sensitive = [column for column in TABLES[table] if column.sensitive]
    frame = pd.DataFrame({column.name: pd.Series(["'Qwxyz' 98765"], dtype="string") for column in sensitive})

    left = masked(frame, columns_of(table, frame)).astype("string").to_numpy().ravel()

    assert not any("wxyz" in text or "9876" in text for text in left if text is not pd.NA)
