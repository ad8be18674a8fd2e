"""A small world for tests of the store: a simulated DMS over real HTTP, a clock to turn, and sources over one store."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta

from pandas.testing import assert_frame_equal

from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import LeadsClient
from leads_excel.dates.days import Days
from leads_excel.fetching.fetch import tables_from
from leads_excel.sandbox import Sandbox, SandboxServer
from leads_excel.settings.model import Settings
from leads_excel.store import Stored
from leads_excel.store.database.connection import Database
from leads_excel.windows.questions import Question

NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)
"""A Thursday noon in Riyadh."""

WEEK = Days(date(2026, 8, 2), date(2026, 8, 8))
"""A whole week of the grid, long settled."""

TODAY = Days(date(2026, 8, 20), date(2026, 8, 20))


class World:
    """The DMS, the clock and the place of the store; a context manager.

    Seed 5 is a dealership whose bulks from 5 July to 15 August are all done by `NOW`.
    """

    def __init__(self, store, *, seed=5, leads_per_day=12, miscounts=0.0, reading=None, **settings):
        self.now = NOW
        chosen = {"seed": seed, "leads_per_day": leads_per_day, "miscounts": miscounts, **(reading or {})}
        sandbox = Sandbox(**chosen, now=lambda: self.now)
        self.server = SandboxServer(sandbox)
        self._chosen = {"store": str(store), "attempts": 1, "backoff": 0, "timeout": 5, **settings}

    def __enter__(self):
        self.server.__enter__()
        self.settings = Settings(environment="test", base_url=self.server.url, **self._chosen)
        return self

    def __exit__(self, *_):
        self.server.close()

    @property
    def requests(self):
        """How many requests the DMS has had."""
        return len(self.server.log)

    def pass_time(self, **spans):
        """Turn the clock forward."""
        self.now += timedelta(**spans)

    def question(self, days, **filters):
        """Make a question about days."""
        return Question(days, self.settings.zone, **filters)

    def database(self, **options):
        """Open the store."""
        return closing(Database(self.settings.store, **options))

    @contextmanager
    def source(self, *, patience=8.0, settings=None, **options):
        """Open a source over the store, as a process of its own would."""
        settings = settings or self.settings
        with ExitStack() as stack:
            database = stack.enter_context(self.database(patience=patience))
            api = Api(stack.enter_context(LeadsClient(settings)), settings.settle_days)
            yield stack.enter_context(closing(Stored(api, database, settings, now=lambda: self.now, **options)))

    def tables(self, days, *, filters=None, **options):
        """Answer a question about days through a source opened for it."""
        with self.source(**options) as source:
            return tables_from(self.question(days, **(filters or {})), source, self.settings)

    def directly(self, days, **filters):
        """Answer a question about days without the store."""
        with LeadsClient(self.settings) as client:
            return tables_from(self.question(days, **filters), Api(client, 2), self.settings)


def assert_same(one, other):
    """Compare all rows and columns of two answers."""
    for name in ("leads", "vehicles", "errors", "bulks"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
