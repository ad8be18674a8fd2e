"""What changed between two answers of the API, told by other means than the package does: from plain dictionaries."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest

_TOLD_OTHERWISE = {"leadExternalId", "leadId", "isError", "errorList", "vehicles"}


def expected(before, after):
    """Count the changes, as kind, lead and field; a state is the leads as the API sends them, by number."""
    return Counter(change for number in before.keys() | after.keys() for change in _of(number, before, after))


def told(rows):
    """Count the changes that a comparison tells, in the same form."""
    fields = rows["field"].astype(object).where(rows["field"].notna(), None)
    return Counter(zip(rows["change"], map(int, rows["leadExternalId"]), fields, strict=True))


def _of(number, before, after):
    if number not in before or number not in after:
        yield ("gone" if number in before else "new"), number, None
        return
    old, new = before[number], after[number]
    moved = _standing(old), _standing(new)
    if moved[0] != moved[1]:
        kind = (
            "settled" if moved[0] == "in progress" else "recovered" if moved == ("rejected", "created") else "changed"
        )
        yield kind, number, "state"
    else:
        yield from (("changed", number, name) for name in ("leadId", "isError") if old[name] != new[name])
        yield from _lines(number, "error", old["errorList"], new["errorList"])
    names = (old.keys() | new.keys()) - _TOLD_OTHERWISE
    yield from (("changed", number, name) for name in names if old.get(name) != new.get(name))
    yield from _lines(number, "vehicle", old["vehicles"], new["vehicles"])


def _standing(lead):
    return "rejected" if lead["isError"] else "created" if lead["leadId"] else "in progress"


def _lines(number, name, old, new):
    for place, (one, other) in enumerate(zip_longest(old or (), new or ()), 1):
        if one != other:
            yield "changed", number, f"{name} {place}"
