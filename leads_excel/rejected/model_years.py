"""Model years that are not for sale: the year that was meant, or the years that accepted leads have for such a car."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from leads_excel.kpis.facts.facts import is_accepted, owner, texts
from leads_excel.rejected.suggested import MEDIUM, NOTHING, SUPPORT, Suggested
from leads_excel.schema.spelling import is_one_letter_away
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts

Car = tuple[str, str, str]
"""Brand, model and type of vehicle (new or used)."""

_SHARE = 0.01
"""Of the accepted cars of its kind a year must have this share: rarer ones are typing errors that the DMS let pass."""
_YEAR = re.compile(r"(?:19|20)\d\d")


class Years:
    """The years that accepted leads have for each brand, model and type of vehicle.

    Args:
        facts: The leads of a range.
    """

    def __init__(self, facts: Facts) -> None:
        rows = owner(facts, "vehicles")
        years = whole_numbers(facts.tables.vehicles["modelYear"]).to_numpy("int64", na_value=0)
        models, model_names = texts(facts, "modelFamily", "vehicles")
        brands, brand_names = texts(facts, "brand")
        types, type_names = texts(facts, "vehicleType")
        frame = pd.DataFrame({"brand": brands[rows], "model": models, "type": types[rows], "year": years})
        kept = is_accepted(facts)[rows] & (frame["brand"] >= 0) & (frame["model"] >= 0) & (frame["year"] > 0)
        counts = frame[kept].groupby(["brand", "model", "type", "year"]).size()
        known = counts[(counts >= SUPPORT) & (counts >= _SHARE * counts.groupby(level=[0, 1, 2]).transform("sum"))]
        self._known: dict[Car, list[int]] = {}
        for brand, model, kind, year in known.index:
            car = _car(brand_names[brand], model_names[model], type_names[kind] if kind >= 0 else "")
            self._known.setdefault(car, []).append(int(year))

    def suggest(self, year: str, brand: str, model: str, kind: str) -> Suggested:
        """Correct a year that is none, or tell which years there are.

        Args:
            year: As submitted.
            brand: The brand of the lead.
            model: The model.
            kind: New or used.

        Returns:
            The one known year that a slip such as `20226`, `206` or `26` can mean; for a year that accepted leads do
            not have, their first and last one, such as `2024 to 2026`.
        """
        known = self._known.get(_car(brand, model, kind), [])
        typed = year.strip().removesuffix(".0")
        if not known or typed in map(str, known) or not typed:
            return NOTHING
        if not _YEAR.fullmatch(typed):
            near = [item for item in map(str, known) if is_one_letter_away(typed, item) or typed == item[2:]]
            return Suggested(near[0], MEDIUM, "one digit off") if len(near) == 1 else NOTHING
        span = f"{min(known)} to {max(known)}" if len(known) > 1 else str(known[0])
        return Suggested(span, MEDIUM, "years of accepted leads for this model")


def _car(brand: str, model: str, kind: str) -> Car:
    return brand.strip().casefold(), model.strip().casefold(), kind.strip().casefold()
