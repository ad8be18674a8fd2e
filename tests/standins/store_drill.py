"""Processes that share a store, refresh at once and are killed: what has to hold after every round."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from datetime import timedelta

import store_worker
from sqlalchemy import select
from store_world import NOW

from leads_excel.dates.days import Days
from leads_excel.store.database.layout import leases
from leads_excel.store.upkeep import inspection as upkeep
from leads_excel.store.upkeep import soundness

PROCESSES = 8
PATIENCE = 3.0  # seconds: eight processes on few processors may be silent for a while, alive as they are
LIMIT = 60  # seconds for a round


def refresh_together(world, forks, folder, rounds):
    """Let eight processes refresh overlapping ranges of one store, some killed at random moments, round after round.

    The first of three rounds is without deaths. After each round the store is sound, nobody asked twice and every
    answer is the API's own.

    Args:
        world: The DMS, the clock and the store.
        forks: The context that makes processes.
        folder: Where they write what they found.
        rounds: How often.
    """
    dice = random.Random(5)
    world.server.latency = 0.2  # long enough to die while asking
    ever_asked = set()
    for number in range(rounds):
        already = world.requests
        kills = dice.randint(1, 4) if number % 3 else 0
        results = _round(world, forks, folder / f"round-{number}", dice, kills)
        asked = Counter(exchange.window for exchange in world.server.log[already:])
        # Only the death of whoever asked is a reason to ask again before the time to live is over.
        assert max(asked.values()) <= 1 + kills
        assert len(results) == PROCESSES - kills
        _check(world, results)
        ever_asked |= asked.keys()
        world.pass_time(seconds=world.settings.ttl + 1)
    with world.database() as database:
        assert upkeep.info(database).windows == len(ever_asked)


def _round(world, forks, folder, dice, kills):
    """Let processes refresh at once, kill some of them, and return the days and the results of the others."""
    folder.mkdir()
    chosen = {"environment": "test", "base_url": world.server.url, "store": world.settings.store, "attempts": 1}
    crew = []
    for at in range(PROCESSES):
        days = Days((NOW - timedelta(days=dice.randint(5, 25))).date(), world.now.date())
        result = folder / f"{at}.json"
        given = (chosen, days, world.now, PATIENCE, result)
        process = forks.Process(target=store_worker.refresh, args=given, daemon=True)
        process.start()
        crew.append((process, days, result))
    if kills:
        _wait_until_somebody_asks(world)
    for process, _, _ in crew[:kills]:
        time.sleep(dice.uniform(0, 0.15))
        process.kill()
    for process, _, _ in crew:
        process.join(LIMIT)
        assert not process.is_alive()
    assert [process.exitcode for process, _, _ in crew[kills:]] == [0] * (PROCESSES - kills)
    return [(days, json.loads(result.read_text())) for _, days, result in crew[kills:]]


def _wait_until_somebody_asks(world):
    """Who dies before has left nothing that could harm the others."""
    until = time.monotonic() + LIMIT
    with world.database() as database:
        while not database.read(lambda connection: connection.execute(select(leases.c.window)).all()):
            assert time.monotonic() < until
            time.sleep(0.01)


def _check(world, results):
    for days, found in results:
        assert found["trouble"] is None
        assert found["leads"] == world.directly(days).leads["leadExternalId"].tolist()
    fetched = Counter(window for _, found in results for window in found["fetched"])
    assert set(fetched.values()) <= {1}
    with world.database() as database:
        assert soundness.verify(database) == []
