"""Leads without a branch: the one to which accepted leads of that city nearly always go."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from leads_excel.kpis.facts.facts import is_accepted, texts
from leads_excel.rejected.suggested import MEDIUM, NOTHING, SUPPORT, Suggested

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers

_SHARE = 0.9
"""Of the accepted leads of the city with a branch, the usual one has at least this share ..."""
_Z = 1.28
"""... and not by chance: its lower bound does (Wilson's, 90 % one-sided), so a few leads never suffice."""


class UsualBranches:
    """The branches to which accepted leads of each city go, and the brands that each branch sells.

    Args:
        facts: The leads of a range.
    """

    def __init__(self, facts: Facts) -> None:
        cities, names = texts(facts, "customerCity")
        branches, self._branches = texts(facts, "branch")
        brands, brand_names = texts(facts, "brand")
        kept = is_accepted(facts) & (branches >= 0)
        self._usual: dict[str, str] = {}
        for city, counts in enumerate(_crossed(cities[kept], len(names), branches[kept], len(self._branches))):
            if lower_bound(int(counts.max(initial=0)), int(counts.sum())) >= _SHARE:
                self._usual[names[city].strip().casefold()] = self._branches[int(counts.argmax())]
        sold = _crossed(brands[kept], len(brand_names), branches[kept], len(self._branches)) >= SUPPORT
        self._sold = {
            (brand_names[brand].strip().casefold(), self._branches[branch]) for brand, branch in np.argwhere(sold)
        }

    def suggest(self, city: str, brand: str, submitted: str = "") -> Suggested:
        """Name the usual branch of a city, where it sells the brand and is not the one that was refused.

        Args:
            city: The city of the lead.
            brand: Its brand.
            submitted: The branch that was refused; empty where none was given.
        """
        branch = self._usual.get(city.strip().casefold())
        if branch is None or branch == submitted.strip() or (brand.strip().casefold(), branch) not in self._sold:
            return NOTHING
        return Suggested(branch, MEDIUM, "usual branch of the city")


def _crossed(rows: Numbers, height: int, columns: Numbers, width: int) -> Numbers:
    """Count how often each number stands beside each other; a negative one is none."""
    there = rows >= 0
    return np.bincount(rows[there] * width + columns[there], minlength=height * width).reshape(height, width)


def lower_bound(hits: int, count: int) -> float:
    """Tell how large a share is at least, where `hits` of `count` were seen.

    Args:
        hits: How many.
        count: Of how many.

    Returns:
        The lower end of Wilson's interval; 0 of nothing.
    """
    if not count:
        return 0.0
    share, spread = hits / count, _Z * _Z / count
    return (share + spread / 2 - _Z * math.sqrt((share * (1 - share) + spread / 4) / count)) / (1 + spread)
