"""Bulks as time passes: created, in progress, then dealt with; their leads later edited, recovered or gone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from leads_excel.sandbox.synthetic.calendar import RIYADH, Calendar, Plan, bulks_for, day_of
from leads_excel.sandbox.synthetic.dice import Dice
from leads_excel.sandbox.synthetic.leads import LEAD_ID_OFFSET, Lead, submit
from leads_excel.sandbox.synthetic.people import somebody
from leads_excel.sandbox.synthetic.sources import mix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

CREATED, IN_PROGRESS, CANCELLED, COMPLETED = 1, 2, 3, 4
"""What `isProcessed` means (API page, Notes)."""

_PICKED_UP = timedelta(minutes=10)
_LEADS_KEPT = 30_000
"""How many drawn leads are kept for the next request; they take some 1.5 kB each."""


class Filters(NamedTuple):
    """What a request wants of a bulk; None means any."""

    lead_id: int | None = None
    source: int | None = None
    sub_source: int | None = None


EVERYTHING = Filters()


class Bulk(NamedTuple):
    """A bulk and everything that will ever happen to it.

    Args:
        number: Its `id`.
        created: When it was submitted, in UTC.
        created_by: Who submitted it.
        settles: When the DMS is done with it.
        is_cancelled: Whether the DMS then cancels it instead of completing it.
        miscount: By how much its `totalRecords` and `errorRecords` are wrong: a defect the sandbox can have on purpose.
        leads: Its records, in the order submitted.
    """

    number: int
    created: datetime
    created_by: int
    settles: datetime
    is_cancelled: bool
    miscount: tuple[int, int]
    leads: tuple[Lead, ...]

    def state(self, now: datetime) -> int:
        """Tell `isProcessed` at an instant."""
        if now < self.settles:
            return CREATED if now < self.created + _PICKED_UP else IN_PROGRESS
        return CANCELLED if self.is_cancelled else COMPLETED

    def reply(self, now: datetime, filters: Filters) -> bytes | None:
        """Write the bulk as JSON, as it stands at an instant.

        Args:
            now: The instant, aware.
            filters: Which of its leads to show. The counts stay those of the whole bulk.

        Returns:
            The JSON, or None when leads were asked for that it does not hold.
        """
        state = self.state(now)
        age = now - self.settles if state == COMPLETED else None
        is_everything = filters == EVERYTHING
        shown: list[bytes] = []
        total = errors = 0
        for lead in self.leads:
            lead_id, error_list, body = _reading(lead, age)
            if not body:
                continue
            total += 1
            errors += error_list is not None
            if is_everything or _is_wanted(lead, lead_id, filters):
                shown.append(_record(lead.number, lead_id, error_list, body))
        if not shown and not is_everything:
            return None
        missing, misjudged = self.miscount if state == COMPLETED else (0, 0)
        return (
            b'{"leads":%b,"createdDate":"%b","createdBy":%d,"totalRecords":%d,"errorRecords":%d,"isProcessed":%d}'
            % (
                b"[%b]" % b",".join(shown) if self.leads else b"null",
                stamp(self.created).encode(),
                self.created_by,
                max(0, total + missing),
                max(0, errors + misjudged),
                state,
            )
        )


def stamp(moment: datetime) -> str:
    """Write an instant in UTC as the API does: 2025-08-24T21:00:00.000Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def merged(replies: Sequence[bytes]) -> bytes:
    """Put several bulks into one: created when the first was, and done when all are.

    Args:
        replies: The JSON of each.

    Returns:
        The JSON of one object, or `null` of none.
    """
    if not replies:
        return b"null"
    bulks = [json.loads(reply) for reply in replies]
    leads = [lead for bulk in bulks for lead in bulk["leads"] or ()]
    sums = {name: sum(bulk[name] for bulk in bulks) for name in ("totalRecords", "errorRecords")}
    done = [bulk["isProcessed"] for bulk in bulks if bulk["isProcessed"] not in {CANCELLED, COMPLETED}]
    whole = bulks[0] | sums | {"leads": leads or None, "isProcessed": min(done, default=COMPLETED)}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _reading(lead: Lead, age: timedelta | None) -> tuple[int, bytes | None, bytes]:
    """Tell `leadId`, `errorList` (None unless rejected) and the other keys, so long after the bulk was completed."""
    if age is None:
        return 0, None, lead.body
    change = lead.change
    if change is not None and change.kind != "resent" and change.after <= age:
        return lead.number + LEAD_ID_OFFSET, None, change.body
    if lead.errors is None:
        return lead.number + LEAD_ID_OFFSET, None, lead.body
    return 0, lead.errors, lead.body


def _is_wanted(lead: Lead, lead_id: int, filters: Filters) -> bool:
    return (
        filters.lead_id in {None, lead_id}
        and filters.source in {None, lead.source}
        and filters.sub_source in {None, lead.sub_source}
    )


def _record(number: int, lead_id: int, error_list: bytes | None, body: bytes) -> bytes:
    if error_list is None:
        return b'{"leadExternalId":%d,"leadId":%d,"isError":0,"errorList":null,%b}' % (number, lead_id, body)
    return b'{"leadExternalId":%d,"leadId":%d,"isError":1,"errorList":%b,%b}' % (number, lead_id, error_list, body)


class Bulks:
    """Every bulk the simulated DMS will ever hold, drawn when asked for and the same each time.

    Args:
        seed: Another seed is another dealership.
        leads_per_day: Mean over a year.
        miscounts: The share of completed bulks whose counts are wrong.
    """

    def __init__(self, seed: int, leads_per_day: int, miscounts: float = 0.0) -> None:
        self._miscounts = miscounts
        self._seed = seed
        self._leads_per_day = leads_per_day
        self._calendar = Calendar(seed, leads_per_day)
        kept = _LEADS_KEPT * bulks_for(leads_per_day) // max(leads_per_day, 1)
        self._bulk = lru_cache(maxsize=max(32, kept))(self._draw)

    def _plans(self, day: date) -> list[Plan]:
        """List the bulks of a business day, in the order they are submitted."""
        plans = self._calendar.bulks(day)
        return sorted([*plans, self._calendar.correction(day)], key=lambda plan: plan.created) if plans else []

    def between(self, first: datetime, last: datetime) -> Iterator[Bulk]:
        """Draw the bulks created from one instant to another, both included, in the order of creation."""
        day, final = first.astimezone(RIYADH).date(), last.astimezone(RIYADH).date()
        while day <= final:
            for plan in self._plans(day):
                if first <= plan.created <= last and (bulk := self._bulk(plan)) is not None:
                    yield bulk
            day += timedelta(days=1)

    def find(self, number: int) -> Bulk | None:
        """Find the bulk with this `id`."""
        day = day_of(number)
        plans = self._plans(day) if day else []
        return next((self._bulk(plan) for plan in plans if plan.number == number), None)

    def _draw(self, plan: Plan) -> Bulk | None:
        dice = Dice(f"{self._seed}/bulk/{plan.number}")
        leads = self._corrected(plan) if plan.corrects else self._submitted(plan, dice)
        if plan.corrects and not leads:
            return None
        return Bulk(
            plan.number,
            plan.created,
            plan.created_by,
            plan.created + _effort(dice),
            is_cancelled=dice.chance(0.01),
            miscount=dice.pick(((1, 0), (2, 0), (0, 1), (-1, 0))) if dice.chance(self._miscounts) else (0, 0),
            leads=leads,
        )

    def _submitted(self, plan: Plan, dice: Dice) -> tuple[Lead, ...]:
        day = plan.created.astimezone(RIYADH).date()
        sources = mix(day.month, night=plan.is_night)
        return tuple(
            submit(
                dice,
                number,
                day,
                dice.pick(sources),
                somebody(dice, self._seed, day.toordinal(), self._leads_per_day),
            )
            for number in range(plan.first, plan.first + plan.size)
        )

    def _corrected(self, plan: Plan) -> tuple[Lead, ...]:
        """Take the records worth another try from one bulk of an earlier day; a record keeps its number."""
        day = plan.created.astimezone(RIYADH).date() - timedelta(days=plan.corrects)
        earlier = self._calendar.bulks(day)[plan.corrects : plan.corrects + 1]
        bulk = self._bulk(earlier[0]) if earlier else None
        if bulk is None or bulk.is_cancelled or bulk.settles > plan.created:
            return ()
        return tuple(
            lead._replace(errors=None, body=lead.change.body, change=None, meant=None)
            for lead in bulk.leads
            if lead.change and lead.change.kind == "resent"
        )


def _effort(dice: Dice) -> timedelta:
    """Draw how long the DMS needs for a bulk: hours, a day or two, and now and then it is stuck for weeks."""
    throw = dice.random()
    low, high = (0.2, 5) if throw < 0.55 else (5, 30) if throw < 0.91 else (30, 60) if throw < 0.985 else (240, 960)
    return timedelta(minutes=int(60 * (low + (high - low) * dice.random())))
