"""What a key figure takes for granted, in one place: days, hours, weights. Data only."""

from __future__ import annotations

from dataclasses import dataclass

WEIGHTS = (
    ("phone", 25),
    ("email", 10),
    ("name", 10),
    ("customerCity", 5),
    ("source", 5),
    ("subSource", 5),
    ("modelFamily", 15),
    ("modelYear", 5),
    ("purchasePlan", 5),
    ("paymentMode", 5),
    ("preferredContactType", 5),
    ("consent", 5),
)
"""What a complete lead holds and how much each part of it counts; 100 in all."""

_EVERY_DAY, _FRIDAY = (9, 21), (14, 21)


@dataclass(frozen=True, slots=True)
class Rules:
    """What key figures take for granted.

    Args:
        days: A lead of the same customer within so many days is a duplicate, later a returning customer.
        stuck_hours: An open bulk older than this is stuck.
        business_hours: Opening and closing hour in the business zone, Monday first.
        prompt_minutes: A lead handed over within so many minutes is prompt.
        near_days: A purchase planned within so many days is near.
        fleet_units: A lead for so many vehicles is a fleet enquiry.
        few: Below so many leads, an income would be somebody's.
        many: With so many answers, all of them yes, a source is suspected of ticking the box itself.
        weights: Parts of a complete lead, and how much each counts.
        return_times: Who comes back within so many times `days` returns; later is a new customer.
    """

    days: int = 30
    stuck_hours: int = 24
    business_hours: tuple[tuple[int, int], ...] = (*(_EVERY_DAY,) * 4, _FRIDAY, *(_EVERY_DAY,) * 2)
    prompt_minutes: int = 15
    near_days: int = 30
    fleet_units: int = 5
    few: int = 5
    many: int = 30
    weights: tuple[tuple[str, int], ...] = WEIGHTS
    return_times: int = 3

    @property
    def return_days(self) -> int:
        """Within how many days a customer returns."""
        return self.days * self.return_times


RULES = Rules()
"""The rules in force unless a caller gives others."""
