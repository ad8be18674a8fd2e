"""Masking of personal data (PDPL article 1): what is left still lets a person tell two rows apart.

A person who needs the data asks for it, with the option `pii=reveal`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel.schema.columns import LEADS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leads_excel.schema.columns import Column

MASK = "•••"

# What a message quotes back: e-mail addresses, anything in quotes, and numbers (Arabic-Indic digits are digits too).
_QUOTED = r"[^\s@'\"«»<>]+@[^\s@'\"«»<>]+|'[^']*'|\"[^\"]*\"|«[^»]*»|[+]?\d[\d\s(),.-]*\d|\d"


def masked(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Mask the personal data of a frame.

    Args:
        frame: Any frame.
        columns: What its columns are; those marked sensitive are masked.

    Returns:
        A frame of the same shape. A text keeps its first character, a telephone number its last three digits, an e-mail
        address its domain, an error message its wording without what it quotes. Dates are left out, a column that the
        API page does not name shows only where it holds something. What is empty stays empty.
    """
    hidden = {column.name: column for column in columns if column.sensitive and column.name in frame}
    return frame.assign(**{name: _hidden(frame[name], column) for name, column in hidden.items()})


def wording(messages: pd.Series[Any]) -> pd.Series[Any]:
    """Reduce error messages to their wording: numbers, addresses and quoted values become `•••`.

    Args:
        messages: Text, one message a row.

    Returns:
        Text of the same length; messages that differ only in what they quote become equal.
    """
    return messages.astype("string").str.replace(_QUOTED, MASK, regex=True)


def _hidden(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if column.kind != "text":
        missing = pd.NaT if column.kind in ("date", "time") else pd.NA
        return pd.Series([missing] * len(values), index=values.index, dtype=values.dtype)
    texts = values.astype("string")
    hidden = _KEPT.get(column.name, _first if column in LEADS else _nothing)(texts)
    return hidden.where(texts.str.strip().ne("").fillna(value=False), texts)


def _first(texts: pd.Series[Any]) -> pd.Series[Any]:
    return texts.str[:1].where(texts.str.len() > 1, "") + MASK


def _nothing(texts: pd.Series[Any]) -> pd.Series[Any]:
    # Nobody has said what it holds: one letter of a flag says all.
    return pd.Series(MASK, index=texts.index, dtype=texts.dtype)


def _last_digits(texts: pd.Series[Any]) -> pd.Series[Any]:
    return MASK + texts.str[-3:].where(texts.str.len() > 6, "")


def _domain(texts: pd.Series[Any]) -> pd.Series[Any]:
    return texts.str[:1] + MASK + texts.str.extract("(@.*)", expand=False).fillna("")


_KEPT = {"message": wording, "phoneNumber": _last_digits, "email": _domain, "monthlyIncome": _nothing}
