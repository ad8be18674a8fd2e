"""How many leads a day brings, and when they are handed over: the plan of a day's bulks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import accumulate, pairwise
from typing import NamedTuple

from leads_excel.sandbox.synthetic.dice import Dice, weighted

RIYADH = timezone(timedelta(hours=3), "Asia/Riyadh")
"""Business time of the dealership group; Saudi Arabia has no daylight saving."""

FIRST_DAY = date(2020, 1, 1)
"""The DMS knows nothing older."""

BULKS_A_DAY = 100
"""Bulk `id` = days since FIRST_DAY x BULKS_A_DAY + the bulk's place in its day, from 1."""

_MONTHS = (0.95, 0.90, 0.98, 1.04, 0.98, 0.93, 0.88, 0.97, 1.13, 1.04, 1.10, 1.10)
_WEEKDAYS = (1.14, 1.08, 1.04, 1.00, 0.62, 0.94, 1.18)  # Monday first; Friday and Saturday are the weekend
_SENDERS = (1, 4, 7, 7, 12, 12, 12, 23)
_NIGHT_JOB = 1
_HOURS = weighted(
    zip((1, 1, 0, 0, 0, 0, 1, 2, 6, 10, 12, 11, 8, 7, 6, 6, 9, 10, 9, 8, 7, 6, 4, 3), range(24), strict=True)
)
_FRIDAY_HOURS = weighted(
    zip((1, 1, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1, 1, 3, 5, 8, 9, 9, 8, 7, 6, 4, 3), range(24), strict=True)
)


class Plan(NamedTuple):
    """A bulk before its leads are drawn.

    Args:
        number: Its `id`.
        created: When it is submitted, in UTC.
        created_by: Who submits it.
        first: The `leadExternalId` of its first record.
        size: How many records it holds.
        is_night: Whether it falls outside business hours, when machines hand over what came in online.
        corrects: For a bulk of corrected records: how many days ago they were rejected; 0 for any other.
    """

    number: int
    created: datetime
    created_by: int
    first: int
    size: int
    is_night: bool
    corrects: int = 0


class Calendar:
    """The bulks of every day, each day by itself: the same whatever range is asked for.

    Args:
        seed: Another seed is another dealership.
        leads_per_day: Mean over a year.
    """

    def __init__(self, seed: int, leads_per_day: int) -> None:
        self._seed = seed
        self._leads_per_day = leads_per_day
        self._records_a_day = 10 ** len(str(leads_per_day * 4))

    def bulks(self, day: date) -> list[Plan]:
        """Plan the new bulks of a business day, in the order they are submitted."""
        place = (day - FIRST_DAY).days
        if place < 0:
            return []
        dice = Dice(f"{self._seed}/day/{day}")
        sizes = _shares(dice, self._volume(dice, day))
        moments = _moments(dice, day, len(sizes))
        firsts = accumulate(sizes, initial=place * self._records_a_day + 1)
        return [
            Plan(
                place * BULKS_A_DAY + nth, moment.astimezone(UTC), _sender(dice, moment), first, size, _is_night(moment)
            )
            for nth, (moment, size, first) in enumerate(zip(moments, sizes, firsts, strict=False), start=1)
        ]

    def correction(self, day: date) -> Plan:
        """Plan the bulk in which a day's sender tries rejected records of an earlier day again."""
        dice = Dice(f"{self._seed}/correction/{day}")
        moment = datetime.combine(day, time(10), RIYADH) + timedelta(milliseconds=int(dice.random() * 3_600_000))
        number = ((day - FIRST_DAY).days + 1) * BULKS_A_DAY
        return Plan(
            number, moment.astimezone(UTC), dice.pick(_SENDERS), 0, 0, is_night=False, corrects=dice.pick((1, 2, 3, 4))
        )

    def _volume(self, dice: Dice, day: date) -> int:
        campaign = 1.5 if day.month == 9 and 20 <= day.day <= 25 else 1.0  # National Day
        season = _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] * campaign
        return int(self._leads_per_day * season * (0.88 + 0.24 * dice.random()) + dice.random())


def day_of(number: int) -> date | None:
    """Tell the business day of a bulk id, or None when there is no such day."""
    days = (number - 1) // BULKS_A_DAY
    return FIRST_DAY + timedelta(days=days) if 0 <= days < 100_000 else None


def bulks_for(volume: int) -> int:
    """Tell into how many bulks this many leads of a day are cut: 3 to 24, of 15 leads where that fits."""
    return max(3, min(24, volume // 15))


def _shares(dice: Dice, volume: int) -> list[int]:
    """Cut a day's leads into bulks of uneven sizes; now and then one of them is empty."""
    count = min(volume, bulks_for(volume))
    weights = [0.3 + dice.random() for _ in range(count)]
    edges = [round(volume * edge / (sum(weights) or 1)) for edge in accumulate(weights, initial=0.0)]
    sizes = [after - before for before, after in pairwise(edges)]
    return [*sizes, 0] if sizes and dice.chance(0.03) else sizes


def _moments(dice: Dice, day: date, count: int) -> list[datetime]:
    """Draw when the bulks of a day are submitted: the night job on the stroke of midnight, the others when they are."""
    midnight = datetime.combine(day, time(), RIYADH)
    hours = _FRIDAY_HOURS if day.weekday() == 4 else _HOURS
    moments = sorted(
        midnight + timedelta(hours=dice.pick(hours), milliseconds=int(dice.random() * 3_600_000)) for _ in range(count)
    )
    if count > 2:
        moments[0] = midnight
    if count > 3 and dice.chance(0.05):  # two senders in the same millisecond
        moments[-1] = moments[-2]
    return moments


def _is_night(moment: datetime) -> bool:
    opens = 14 if moment.weekday() == 4 else 8
    return not opens <= moment.hour < 22


def _sender(dice: Dice, moment: datetime) -> int:
    return _NIGHT_JOB if _is_night(moment) else dice.pick(_SENDERS)
