"""Whether the versions of a lead are about one person: a number may have been given to somebody else. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAMED = 10
_LEAST = 2
"""So many of phone, e-mail address and name must differ: one of them alone is a correction."""
_DIGITS = 9  # of a phone, without the country code and what else comes before


def two_persons(leads: pd.DataFrame, earlier: pd.DataFrame) -> tuple[str, ...]:
    """Find numbers of leads that stand for two persons.

    A lead that is sent again may have its phone, its e-mail address or its name corrected. Where two of these differ,
    and neither the phone nor the address is the same, it is somebody else under the same `leadExternalId`.

    Args:
        leads: The leads, each in its last version.
        earlier: Earlier versions of some of them.

    Returns:
        One line that names the numbers, and nothing else of these leads; none where all is well.
    """
    if earlier.empty:
        return ()
    numbers = _numbers(earlier)
    latest = leads[_numbers(leads).isin(set(numbers.dropna()))]
    versions = pd.concat([_persons(earlier).assign(number=numbers), _persons(latest).assign(number=_numbers(latest))])
    both = versions.reset_index(drop=True).groupby("number")
    before = both.shift().set_axis(["phone_before", "email_before", "name_before"], axis="columns")
    pairs = pd.concat([versions.reset_index(drop=True), before], axis="columns")
    found = list(dict.fromkeys(pairs.loc[_are_others(pairs), "number"]))
    if not found:
        return ()
    rest = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    which = "1 number stands" if len(found) == 1 else f"{len(found):,} numbers stand"
    named = f"{', '.join(found[:_NAMED])}{rest}"
    return (f"leads.leadExternalId: {which} for two different persons, of whom only the later one counts: {named}.",)


def _numbers(leads: pd.DataFrame) -> pd.Series[Any]:
    texts = leads["leadExternalId"].astype("string")
    return texts.where(texts.str.fullmatch(r"[1-9]\d*"))


def _persons(leads: pd.DataFrame) -> pd.DataFrame:
    phone = leads["phoneNumber"].astype("string").str.replace(r"\D", "", regex=True).str[-_DIGITS:]
    names = [leads[name].astype("string").fillna("").str.strip().str.casefold() for name in ("firstName", "lastName")]
    email = leads["email"].astype("string").str.strip().str.casefold()
    return pd.DataFrame({"phone": phone, "email": email, "name": (names[0] + " " + names[1]).str.strip()})


def _are_others(pairs: pd.DataFrame) -> NDArray[Any]:
    differing = pd.Series(0, index=pairs.index)
    is_same = pd.Series(data=False, index=pairs.index)
    for name in ("phone", "email", "name"):
        now, before = pairs[name].fillna(""), pairs[f"{name}_before"].fillna("")
        are_known = now.ne("") & before.ne("")
        differing = differing + (are_known & now.ne(before)).astype("int64")
        if name != "name":
            is_same |= are_known & now.eq(before)
    return (~is_same & (differing >= _LEAST)).to_numpy(bool)
