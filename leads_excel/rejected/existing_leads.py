"""Leads that the DMS has already: which one it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.rejected.suggested import HIGH, NOTHING, Suggested
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts

# A number that the words before it call one of a lead; the id of a customer or of a nation is none.
_NUMBER = re.compile(
    r"(?<![^\W_])(?:(?:lead|record|العميل|السجل)[ _-]?(?:id|no\.?|number)?|(?<!customer )(?<!national )(?<!user )id)"
    r"[ :=#'\"]{1,4}(\d{1,18})(?!\w)",
    re.IGNORECASE,
)


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
