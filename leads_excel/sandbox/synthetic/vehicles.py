"""The vehicles of a lead: none, one, a few to choose from, or a fleet."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from leads_excel.sandbox.synthetic.dice import Dice, members, weighted
from leads_excel.sandbox.synthetic.vocabulary import MEMOS, PREFERENCES

if TYPE_CHECKING:
    from leads_excel.sandbox.synthetic.vocabulary import Brand

LINES = 4
"""A lead has fewer vehicle lines than this: line k of record n is numbered n x LINES + k."""

_HOW_MANY = weighted(((11, 0), (70, 1), (15, 2), (4, 3)))
_NONE = weighted(
    (weight, members({"vehicleType": kind, "vehicles": vehicles}))
    for weight, kind, vehicles in ((6, "New", []), (2, "New", None), (2, "", []), (1, None, []))
)
_USED = 0.16
_QUANTITIES = weighted(((93, 1), (5, 2), (2, 3)))
_FLEETS = weighted(((5, 5), (4, 8), (4, 10), (3, 12), (2, 20), (1, 40)))
_NEW_AGES = weighted(((12, -1), (60, 0), (22, 1), (4, None), (2, 2)))
_USED_AGES = weighted(((4, 2), (5, 3), (5, 4), (4, 5), (3, 7), (1, 12), (1, None)))
_MEMOS = weighted(MEMOS)
_PREFERENCES = weighted(PREFERENCES)


def vehicles(dice: Dice, number: int, year: int, brand: Brand, *, is_fleet: bool) -> str:
    """Draw `vehicleType` and `vehicles` of record `number`, as JSON."""
    count = dice.pick(_HOW_MANY)
    if not count:
        return dice.pick(_NONE)
    is_used = not is_fleet and dice.chance(_USED)
    lines = _lines(brand, year, is_used=is_used, is_fleet=is_fleet)
    written = ",".join(f'{{"leadVehiclesId":{number * LINES + line},{dice.pick(lines)}}}' for line in range(count))
    return f'"vehicleType":"{"Used" if is_used else "New"}","vehicles":[{written}]'


@cache
def _lines(brand: Brand, year: int, *, is_used: bool, is_fleet: bool) -> tuple[str, ...]:
    dice = Dice(f"{brand.name}/{year}/{is_used}/{is_fleet}")
    families = weighted(brand.families)
    ages = _USED_AGES if is_used else _NEW_AGES
    return tuple(
        members(
            {
                "modelFamily": dice.pick(families),
                "modelYear": None if (age := dice.pick(ages)) is None else year - age,
                "modelMemo": dice.pick(_MEMOS),
                "modelPreferences": dice.pick(_PREFERENCES),
                "totalQty": dice.pick(_FLEETS if is_fleet else _QUANTITIES),
            }
        )
        for _ in range(400)
    )
