"""A file of people who are not to be contacted -> phones, e-mail addresses and keys of customers to compare.

What is in it is never repeated: no message, log or `repr` holds a line of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.exceptions import ArgumentError
from leads_excel.kpis.facts import emails, phones
from leads_excel.kpis.facts.customers import emails_of, phones_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePath

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers

_BETWEEN = re.compile(r"[,;\t|]")
_KEY = re.compile(r"[0-9a-f]{12}")
_CODE = re.compile(r"(?:\+|00)?[1-9]\d{0,2}")
_FEWEST = 7
"""Digits of a phone number: what has fewer is a number of something else."""


@dataclass(frozen=True, eq=False)
class Suppression:
    """Who is not to be contacted.

    Args:
        phones: Phones, as `phones.e164`.
        emails: E-mail addresses in small letters.
        keys: Keys of customers, as this computer makes them.
        unread: How many lines are none of these; a heading is not counted.
    """

    phones: Numbers = field(repr=False)
    emails: tuple[str, ...] = field(repr=False)
    keys: frozenset[str] = field(repr=False)
    unread: int

    def has_address_of(self, facts: Facts) -> Flags:
        """Tell which leads have a phone or an e-mail address that is in the file."""
        codes, texts = emails_of(facts)
        known = pc.is_in(texts, pa.array(self.emails, texts.type)).to_numpy(zero_copy_only=False)
        by_email = np.append(known.astype("bool"), values=False)[np.where(codes >= 0, codes, -1)]
        either: Flags = np.isin(phones_of(facts), self.phones) | by_email
        return either


def suppression_of(file: str | PurePath) -> Suppression:
    """Read who is not to be contacted.

    Args:
        file: A text or CSV file: one phone, e-mail address or key of a customer a line, or several between commas,
            semicolons or tabs; phones and addresses are compared as those of leads are. A code such as `00971` in the
            column before a phone is its country.

    Raises:
        ArgumentError: It cannot be read.
    """
    cells, lines = [], 0
    for number, line in enumerate(_lines(file)):
        parts = [part.strip(" \"'=\u200e\u200f\xa0") for part in _BETWEEN.split(line)]
        lines += bool("".join(parts))
        cells += [(number, before, cell) for before, cell in zip(["", *parts], parts, strict=False) if cell]
    frame = pd.DataFrame(cells, columns=["line", "before", "cell"])
    frame["before"] = frame["before"].where(frame["before"].map(lambda code: bool(_CODE.fullmatch(code))), "")
    numbers, addresses, keys = _phones(frame), _emails(frame), _keys(frame)
    read = set(frame.loc[numbers.notna() | addresses.notna() | keys.notna(), "line"])
    others = frame[~frame["line"].isin(read)]
    return Suppression(
        np.array(numbers.dropna(), "int64"),
        tuple(addresses.dropna().unique()),
        frozenset(keys.dropna()),
        lines - len(read) - _has_heading(frame, others),
    )


def _lines(file: str | PurePath) -> list[str]:
    try:
        raw = Path(str(file).strip(' "')).expanduser().read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        why = (getattr(error, "strerror", None) or "there is no such file").lower()
        raise ArgumentError(f"The file of the option suppress cannot be read, {why}: write the path of one.") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").splitlines()
    if b"\0" in raw:
        raise ArgumentError("The file of the option suppress is no text: save it as CSV, and write the path of that.")
    try:
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:  # of an older program: phones and addresses are the same in all of its alphabets
        return raw.decode("latin-1").splitlines()


def _phones(frame: pd.DataFrame) -> pd.Series[int]:
    likely = frame["cell"].map(lambda cell: "@" not in cell and _digits(cell) >= _FEWEST and not _has_letters(cell))
    rows = frame[likely.astype("bool")]
    found = phones.e164(rows["before"], rows["cell"])
    return pd.Series(found, rows.index, dtype="Int64").where(found > 0).reindex(frame.index)


def _emails(frame: pd.DataFrame) -> pd.Series[str]:
    # A program of mail writes a name before it: Somebody <x@y.org>.
    typed = frame["cell"].map(lambda cell: cell.rpartition("<")[2].rstrip("> ").lower())
    texts = typed.astype("string")
    return texts.where(emails.states(texts) == emails.VALID)


def _keys(frame: pd.DataFrame) -> pd.Series[str]:
    return frame["cell"].astype("string").str.lower().where(lambda cells: cells.str.fullmatch(_KEY.pattern))


def _digits(text: str) -> int:
    return sum(char.isdecimal() for char in text)


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _has_heading(frame: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Tell whether the first line names columns, and no person: there is neither a digit nor an @ in it."""
    if frame.empty or others.empty or frame["line"].iloc[0] != others["line"].iloc[0]:
        return False
    first: Iterable[str] = others.loc[others["line"] == others["line"].iloc[0], "cell"]
    return not any(_digits(cell) or "@" in cell for cell in first)
