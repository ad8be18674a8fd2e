"""Models, branches and cities that the DMS does not know: the accepted one of the brand that is spelt nearly so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.facts.facts import is_accepted, owner, texts
from leads_excel.rejected.faults import OF_VEHICLES
from leads_excel.rejected.suggested import HIGH, MEDIUM, NOTHING, SUPPORT, Suggested
from leads_excel.schema.spelling import folded, is_one_letter_away

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts

NAMING = {"modelFamily": "brand", "branch": "brand", "customerCity": ""}
"""Fields whose values are names, and the field within which they are looked for."""

_SHORTEST = 4
"""Letters of a name of which one may be wrong: of `K5` one letter less or another is any other model."""


class Names:
    """The values that accepted leads have in a field, and how many leads have each.

    Args:
        facts: The leads of a range.
        field: One of `NAMING`.
    """

    def __init__(self, facts: Facts, field: str) -> None:
        child = "vehicles" if field in OF_VEHICLES else "leads"
        codes, values = texts(facts, field, child)
        rows = owner(facts, "vehicles") if child == "vehicles" else np.arange(facts.count)
        within, groups = texts(facts, NAMING[field]) if NAMING[field] else (np.zeros(facts.count, "int64"), [""])
        kept = is_accepted(facts)[rows] & (codes >= 0) & (within[rows] >= 0)
        pairs = pd.Series(within[rows][kept] * len(values) + codes[kept]).value_counts()
        self._known: dict[str, dict[str, int]] = {}
        for pair, count in pairs.items():
            group, value = divmod(int(str(pair)), len(values))
            self._known.setdefault(groups[group].strip().casefold(), {})[values[value].strip()] = count

    def suggest(self, value: str, within: str) -> Suggested:
        """Find the one value that was meant.

        Args:
            value: As submitted.
            within: The brand of the lead; empty where the field does not depend on it.

        Returns:
            A value that is the same but for case, blanks and signs, or the only one that is one letter away. What
            accepted leads have is no slip.
        """
        known = self._known.get(within.strip().casefold(), {})
        typed = folded(value)
        if not typed or value.strip() in known:
            return NOTHING
        same = [name for name in known if folded(name) == typed]
        if same:
            return Suggested(same[0], HIGH, "same but for case or signs") if len(same) == 1 else NOTHING
        near = [name for name in known if _is_near(typed, folded(name))]
        if len(near) != 1 or known[near[0]] < SUPPORT:
            return NOTHING
        return Suggested(near[0], MEDIUM, "one letter off")


def _is_near(typed: str, name: str) -> bool:
    return min(len(typed), len(name)) >= _SHORTEST and is_one_letter_away(typed, name)
