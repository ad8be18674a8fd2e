"""What the store spares: a year asked for twice, and a month among a million leads beside the same month in Parquet.

`BENCHMARK_LEADS` sets how many leads the large store holds (1,000,000).
"""

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import date, timedelta
from statistics import median

import pandas as pd
import pytest
import synthetic
from programs import started

import leads_excel as lx
from leads_excel.bulks.decoding import decode
from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import Reply
from leads_excel.dates.days import Days
from leads_excel.fetching.fetch import tables_from
from leads_excel.settings.model import Settings
from leads_excel.store import Stored, open_source
from leads_excel.store.database.connection import Database
from leads_excel.store.upkeep.inspection import info
from leads_excel.windows.questions import Question

LEADS = int(os.environ.get("BENCHMARK_LEADS", "1000000"))
WEEKS = 52
PER_WEEK = LEADS // WEEKS
FIRST = (synthetic.START + timedelta(hours=3)).date()
MONTH = Days(FIRST + timedelta(weeks=40), FIRST + timedelta(weeks=44, days=2))
SERVE = """
from datetime import UTC, datetime

from leads_excel.sandbox import Sandbox, SandboxServer
sandbox = Sandbox(leads_per_day=20, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
with SandboxServer(sandbox, latency=0.2) as server:
    print(server.url, flush=True)
    server.wait()
"""


def timed(action, *arguments):
    """Return how many seconds something takes."""
    start = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - start


@pytest.fixture
def slow_api():
    """A sandbox of its own process, so that its work does not count as ours; every request takes 200 ms."""
    with started([sys.executable, "-c", SERVE], limit=600, stdout=subprocess.PIPE) as process:
        yield process.stdout.readline().strip()


def fetch(settings, days):
    """Fetch days through the store, as `fetcher.tables_for` does."""
    with open_source(settings) as source:
        return tables_from(Question(days, settings.zone), source, settings)


def test_a_year_asked_for_again(slow_api, tmp_path):
    """The second fetch of a year takes a twentieth of the first one at 200 ms a request."""
    year = Days(date(2025, 11, 2), date(2026, 10, 31))
    common = {"environment": "test", "base_url": slow_api}
    lx.fetch(year.first, year.last, settings=Settings(store="none", **common))  # the sandbox draws its days once
    first, second = [], []
    for number in range(3):
        settings = Settings(store=str(tmp_path / f"{number}.sqlite"), **common)
        first.append(timed(fetch, settings, year))
        second += [timed(fetch, settings, year) for _ in range(3)]
    ratio = median(first) / median(second)
    print(f"\na year, 52 windows: first {median(first):.2f} s, second {median(second):.3f} s: {ratio:.1f} x (limit 20)")
    assert ratio >= 20


class Synthetic(Api):
    """An API that makes its replies up."""

    def __init__(self, weeks):
        super().__init__(None, 2)
        self.weeks = weeks
        self.received = 0

    def ask(self, window, _question):
        """Give the leads of a week, or of the part of it that is asked for."""
        week = (window.start - synthetic.START) // timedelta(weeks=1)
        body = synthetic.reply(week, self.weeks)
        self.received += len(body)
        return Reply(decode(body), body, 1, 0.0)

    def cancel(self):
        """Nothing is ever under way."""


@pytest.fixture(scope="module")
def million(tmp_path_factory):
    """A store of a million leads, each week a window."""
    folder = tmp_path_factory.mktemp("million")
    settings = Settings(environment="test", base_url="https://made.test/gs", store=str(folder / "leads.sqlite"))
    api = Synthetic(PER_WEEK)
    with closing(Database(settings.store)) as database, closing(Stored(api, database, settings)) as stored:
        question = Question(Days(FIRST, FIRST + timedelta(days=7 * WEEKS - 1)), settings.zone)
        for window in question.windows:
            stored.answer(window, question)
        month = Question(MONTH, settings.zone)
        stored.answer(month.windows[-1], month)  # the one that the month cuts
        found = info(database)
    print(
        f"\n{LEADS:,} leads: {api.received / 1e6:,.0f} MB of JSON, {found.size / 1e6:,.0f} MB on disk"
        f" ({found.compressed / 1e6:,.0f} MB bulks, {found.flattened / 1e6:,.0f} MB rows)"
    )
    assert found.size < api.received / 4
    return settings


def test_a_month_of_a_million_leads(million, tmp_path):
    """Fetching a month from the store takes at most 1.5 times as long as reading it from Parquet with pandas."""
    tables = fetch(million, MONTH)
    files = tables.to_parquet(tmp_path)
    ours, parquet, leads_only = [], [], []
    for _ in range(15):
        ours.append(timed(fetch, million, MONTH))
        parquet.append(timed(lambda: [pd.read_parquet(file) for file in files]))
        leads_only.append(timed(pd.read_parquet, tmp_path / "leads.parquet"))
    # Each pair ran at the same time, whatever else the machine was doing then.
    ratio = median(one / other for one, other in zip(ours, parquet, strict=True))
    print(
        f"\na month, {len(tables.leads):,} leads: {median(ours):.3f} s, Parquet {median(parquet):.3f} s"
        f" (leads alone {median(leads_only):.3f} s): {ratio:.2f} x (limit 1.5)"
    )
    assert ratio <= 1.5
