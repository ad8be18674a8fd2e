"""A batch of formulas for somebody: what is at hand at once, the rest as it arrives, each thing once for all."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread

from leads_excel.excel.unexpected import told
from leads_excel.fetching.background import NotAtHandError
from leads_excel.log.users import acting_for
from leads_excel.serving.calls import Answer, Calculated, calculate, failed, key_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable, Sequence

    from leads_excel.serving.calls import Call
    from leads_excel.serving.people.callers import Caller

_THREADS = 8
"""Formulas that wait for the API at the same time; those that want the same windows wait for the same answers."""


class Recalculation:
    """Calculates formulas of all callers."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Calculated]] = {}
        self._fetching = CapacityLimiter(_THREADS)
        self._at_hand = CapacityLimiter(_THREADS)

    async def answers(self, calls: Sequence[Call], caller: Caller) -> AsyncIterator[tuple[Call, Calculated]]:
        """Calculate formulas.

        Whoever goes away does not take the answer from others who wait for it.

        Args:
            calls: The formulas.
            caller: Who asks.

        Yields:
            Each formula with its answer, as soon as there is one.
        """
        arrived: asyncio.Queue[tuple[Call, Calculated | None]] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def first_pass() -> None:  # one thread for all of them: most are at hand
            for call in calls:
                found = _at_hand(call, caller)
                loop.call_soon_threadsafe(arrived.put_nowait, (call, found))

        async def awaited(call: Call) -> None:
            try:
                found = await self._fetched(call, caller)
            except Exception as error:  # noqa: BLE001 - a call without an answer would be waited for without end
                found = Calculated(failed(call, told(error)))
            arrived.put_nowait((call, found))

        tasks = [asyncio.ensure_future(to_thread.run_sync(first_pass, limiter=self._at_hand, abandon_on_cancel=True))]
        try:
            left = len(calls)
            while left:
                call, found = await arrived.get()
                if found is None:
                    tasks.append(asyncio.ensure_future(awaited(call)))
                    continue
                yield call, found
                left -= 1
        finally:
            for task in tasks:
                task.cancel()

    async def _fetched(self, call: Call, caller: Caller) -> Calculated:
        key = key_of(call, caller)
        task = self._under_way.get(key)
        mine = task is None
        if task is None:
            work = partial(calculate, call, caller)
            task = asyncio.ensure_future(to_thread.run_sync(work, limiter=self._fetching, abandon_on_cancel=True))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        found = await asyncio.shield(task)
        return found if mine else await to_thread.run_sync(_for_another, call, caller, found)


def _at_hand(call: Call, caller: Caller) -> Calculated | None:
    try:
        return calculate(call, caller, fetching=False)
    except NotAtHandError:
        return None


def _for_another(call: Call, caller: Caller, found: Calculated) -> Calculated:
    """Give somebody what another one waited for: their own failures are theirs too."""
    again = _at_hand(call, caller) if not found.answer.message else None
    if again:
        return again
    answer = found.answer
    if answer.message:
        with acting_for(caller.name):
            answer = failed(call, answer.message)
    return Calculated(Answer(call.id, answer.value, answer.error, answer.message), found.revealed)
