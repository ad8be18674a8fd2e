"""Masking of personal data (PDPL article 1): what is left still lets a person tell two rows apart.

A person who needs the data asks for it, with the option `pii=reveal`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.schema.columns import LEADS
from leads_excel.schema.own_words import MASK, without_own, without_quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leads_excel.schema.columns import Column

__all__ = ["MASK", "is_personal", "masked", "wording"]

# What a message quotes back: e-mail addresses, anything in quotes, and numbers (Arabic-Indic digits are digits too).
# No part of it is tried from every place of a long text: an address begins where a word does, a quote ends in itself.
_SIGN = r"\s@'\"«»<>\u2018\u2019\u201c\u201d"  # and curly quotes
_QUOTED = re.compile(
    rf"(?<![^{_SIGN}])[^{_SIGN}]++(?:@[^{_SIGN}]++)++|'[^']*'|\"[^\"]*\"|«[^«»]*»|\u201c[^\u201c\u201d]*\u201d"
    r"|\u2018[^\u2018\u2019]*\u2019|[+]?\d[\d\s(),.-]*\d|\d"
)
_MASKS = re.compile(rf"{MASK}(?:[\s,]*{MASK})+")


def masked(frame: pd.DataFrame, columns: Iterable[Column], beside: pd.DataFrame | None = None) -> pd.DataFrame:
    """Mask the personal data of a frame.

    Args:
        frame: Any frame.
        columns: What its columns are; those marked sensitive are masked.
        beside: The fields of the lead of each row, where the frame shows some of them only: what a message says of its
            lead is masked as well.

    Returns:
        A frame of the same shape. A text keeps its first character, a telephone number its last three digits, an e-mail
        address its domain, an error message its wording without what it quotes. Dates are left out, a column that the
        API page does not name shows only where it holds something. What is empty stays empty.
    """
    hidden = {column.name: column for column in columns if column.sensitive and column.name in frame}
    fields = frame if beside is None else beside
    return frame.assign(**{name: _hidden(frame[name], column, fields) for name, column in hidden.items()})


def wording(messages: pd.Series[Any], beside: pd.DataFrame | None = None) -> pd.Series[Any]:
    """Reduce error messages to their wording: numbers, addresses, quoted values and own words become `•••`.

    Every place that shows a message masked takes it from here: reasons, lists of errors and of changes, the report.

    Args:
        messages: Text, one message a row.
        beside: The fields of the lead that each message is about: their words are its own.

    Returns:
        Text of the same length; messages that differ only in what they quote become equal. A word in quotes is masked
        where the message says it again without them.
    """
    texts = messages.astype("string")
    there = texts.notna().to_numpy(bool)
    known = texts[there].tolist()
    if beside is not None:
        known = without_own(known, beside[there])
    reduced = {text: _MASKS.sub(MASK, _QUOTED.sub(MASK, without_quoted(text))) for text in dict.fromkeys(known)}
    told = pd.Series(pd.NA, texts.index, dtype="string")
    told[there] = [reduced[text] for text in known]
    return told


def is_personal(column: Column, value: str) -> bool:
    """Tell whether a value that somebody typed for a column is, or may be, somebody's own.

    Args:
        column: The column.
        value: As typed. In a column of texts a long number or an address may have been meant for another one.
    """
    return column.sensitive or (column.kind == "text" and re.search(r"(?:\d[\s-]?){7}|@", value) is not None)


def _hidden(values: pd.Series[Any], column: Column, fields: pd.DataFrame) -> pd.Series[Any]:
    if column.kind != "text":
        missing = pd.NaT if column.kind in ("date", "time") else pd.NA
        return pd.Series([missing] * len(values), index=values.index, dtype=values.dtype)
    texts = values.astype("string")
    if column.name == "message":
        return wording(texts, fields)
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
    # pandas would look at each text in Python; RE2's dot is no line break either.
    found = pc.extract_regex(pa.array(texts, pa.large_string()), "(?P<domain>@.*)").field("domain")
    domains = pd.Series(pc.fill_null(found, "").to_pandas(), texts.index, dtype=texts.dtype)
    return texts.str[:1] + MASK + domains


_KEPT = {"phoneNumber": _last_digits, "phone": _last_digits, "email": _domain, "monthlyIncome": _nothing}
