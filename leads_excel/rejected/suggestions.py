"""Which rule looks at which fault. What several rules could say, the surer one does."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.rejected import phone_numbers
from leads_excel.rejected.email_addresses import Domains
from leads_excel.rejected.model_years import Years
from leads_excel.rejected.named_values import Names
from leads_excel.rejected.suggested import HIGH, NOTHING, Suggested
from leads_excel.rejected.usual_branches import UsualBranches
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.kpis.facts.facts import Facts

_BESIDE = ("phoneCode", "brand", "vehicleType", "customerCity")
"""Fields of the lead that a rule looks at, beside the value at fault; and the model of a year."""

# A number that the words before it call one of a lead; the id of a customer or of a nation is none.
_NUMBER = re.compile(
    r"(?<![^\W_])(?:(?:lead|record|العميل|السجل)[ _-]?(?:id|no\.?|number)?|(?<!customer )(?<!national )(?<!user )id)"
    r"[ :=#'\"]{1,4}(\d{1,18})(?!\w)",
    re.IGNORECASE,
)


def suggestions(facts: Facts, faults: pd.DataFrame) -> pd.DataFrame:
    """Suggest what should have been sent.

    Args:
        facts: The leads of a range: rules learn from those that are accepted.
        faults: What is wrong with the others, see `faults.faults`.

    Returns:
        `suggestion`, `confidence` (high, medium), `why`, row by row; missing where no rule is sure enough.
    """
    rules = _Rules(facts)
    columns = [faults["submitted"], faults["message"], *_beside(facts, faults)]
    cells = [column.astype("string").fillna("").tolist() for column in columns]
    found: list[Suggested] = [NOTHING] * len(faults)
    fields = faults["field"].astype("string").fillna("").tolist()
    known: dict[tuple[str, ...], Suggested] = {}
    for row, (field, exists, *values) in enumerate(zip(fields, faults["exists"].tolist(), *cells, strict=True)):
        rule = rules.existing_lead if exists else rules.by_field.get(field)
        if rule is not None:
            typed, message, *beside = values
            key = (field, message) if exists else (field, typed, *beside)
            if key not in known:
                known[key] = rule(message if exists else typed, *beside)
            found[row] = known[key]
    texts = pd.DataFrame(found, columns=["suggestion", "confidence", "why"], index=faults.index).astype("string")
    return texts.replace("", pd.NA)


def _beside(facts: Facts, faults: pd.DataFrame) -> list[pd.Series[Any]]:
    own = [facts.tables.leads[name].take(faults["lead"].to_numpy()).set_axis(faults.index) for name in _BESIDE]
    model = pd.Series(pd.NA, faults.index, dtype="string")
    places = faults["vehicle"].to_numpy("int64")
    models = facts.tables.vehicles["modelFamily"].astype("string")
    model.iloc[np.flatnonzero(places >= 0)] = models.take(places[places >= 0]).to_numpy()
    return [*own, model]


class _Rules:
    """The rules over a range; each learns when it is asked first."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.by_field: dict[str, Callable[..., Suggested]] = {
            "phoneNumber": lambda typed, code, *_: phone_numbers.suggest(code, typed),
            "email": lambda typed, *_: self._domains.suggest(typed),
            "branch": self._branch,
            "modelFamily": lambda typed, _, brand, *__: self._names("modelFamily", typed, brand),
            "customerCity": lambda typed, *_: self._names("customerCity", typed, ""),
            "modelYear": lambda typed, _, brand, kind, __, model: self._years.suggest(typed, brand, model, kind),
        }
        self._by_name: dict[str, Names] = {}

    def existing_lead(self, message: str, *_: str) -> Suggested:
        return self._existing.suggest(message)

    def _branch(self, typed: str, _: str, brand: str, __: str, city: str, *___: str) -> Suggested:
        near = self._names("branch", typed, brand)
        return near if near.value else self._usual.suggest(city, brand, typed)

    def _names(self, field: str, typed: str, within: str) -> Suggested:
        if field not in self._by_name:
            self._by_name[field] = Names(self._facts, field)
        return self._by_name[field].suggest(typed, within)

    @cached_property
    def _domains(self) -> Domains:
        return Domains(self._facts)

    @cached_property
    def _usual(self) -> UsualBranches:
        return UsualBranches(self._facts)

    @cached_property
    def _years(self) -> Years:
        return Years(self._facts)

    @cached_property
    def _existing(self) -> Existing:
        return Existing(self._facts)


class Existing:
    """The numbers that leads can have in the DMS.

    Args:
        facts: The leads of a range.
    """

    def __init__(self, facts: Facts) -> None:
        numbers = whole_numbers(facts.tables.leads["leadId"]).dropna()
        self._largest = int(numbers.max()) if len(numbers) else 0

    def suggest(self, message: str) -> Suggested:
        """Read the number of the lead that is there already.

        Args:
            message: As received.

        Returns:
            The number, where the message gives exactly one that a lead of the range, or an earlier one, can have: the
            DMS counts upwards. A larger one is a phone or somebody's id.
        """
        found = {int(number) for number in _NUMBER.findall(message) if not number.startswith("0")}
        if len(found) != 1 or not 0 < (number := found.pop()) <= self._largest:
            return NOTHING
        return Suggested(str(number), HIGH, f"exists already as lead {number}")
