"""What changed in a year of leads, beside reading that year twice from the store."""

import time
from datetime import date, timedelta
from statistics import median

from store_world import World

from leads_excel.dates.days import Days
from leads_excel.fetching.fetch import tables_for
from leads_excel.functions.changes import changes

YEAR = Days(date(2025, 8, 24), date(2026, 8, 20))


def timed(action):
    """Return how many seconds something takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def test_what_changed_in_a_year(tmp_path):
    """Telling the changes of a day among 44,000 leads takes at most twice as long as reading both states."""
    with World(tmp_path / "leads.sqlite", leads_per_day=120) as world:
        world.tables(YEAR)
        since = world.now
        world.pass_time(days=1)
        later = Days(YEAR.first, YEAR.last + timedelta(days=1))
        world.tables(later)

        def both():
            for days, at in ((YEAR, since), (later, world.now)):
                tables_for(world.question(days, as_of=at), settings=world.settings)

        told = changes(since, world.now, settings=world.settings)
        reading, telling = [], []
        for _ in range(5):
            reading.append(timed(both))
            telling.append(timed(lambda: changes(since, world.now, settings=world.settings)))

    ratio = median(telling) / median(reading)
    print(
        f"\na year: reading two states {median(reading):.2f} s, "
        f"telling {len(told)} changes {median(telling):.2f} s: {ratio:.1f} x (limit 2)"
    )
    assert len(told) > 100
    assert ratio <= 2
