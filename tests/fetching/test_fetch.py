"""Days and filters become complete tables, or an error that names what is missing."""

import asyncio
import json
import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from few_leads import bulk, lead
from scripted_api import ScriptedApi, reply

import leads_excel as lx
from leads_excel.dates.typed_dates import to_days, today
from leads_excel.exceptions import ApiAccessError, ApiReplyError, ApiUnavailableError
from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn
from leads_excel.windows.week_grid import split

RIYADH = ZoneInfo("Asia/Riyadh")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
YEAR = ("2025-11-02", "2026-10-31")  # 52 whole windows


def server(**more):
    sandbox = more.pop("sandbox", {})
    return SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW, **sandbox), **more)


def settings(running, **more):
    return lx.Settings(environment="test", base_url=running.url, store="none", backoff=0.01, **more)


def same(left, right):
    for name in ("leads", "vehicles", "errors", "bulks"):
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name))


@pytest.mark.slow
def test_every_window_is_asked_for_once_and_the_tables_cover_the_range():
    """A year is 52 requests, and every lead of the sandbox is there once, in the order of submission."""
    with server() as running:
        tables = lx.fetch(*YEAR, settings=settings(running))

        assert len(running.log) == 52
        assert len({exchange.window for exchange in running.log}) == 52
    assert len(tables.coverage) == 52
    assert set(tables.coverage["state"]) == {"fetched now"}
    assert tables.leads["leadExternalId"].is_unique
    assert tables.leads["bulkCreatedDate"].is_monotonic_increasing
    assert int(tables.coverage["leads"].sum()) >= len(tables.leads) > 1500


@pytest.mark.slow
def test_a_year_is_the_sum_of_its_months():
    """Fetching its months one by one gives the same leads as fetching the year, so no day is lost or doubled."""
    with server() as running:
        whole = lx.fetch("2026", settings=settings(running))
        months = [
            lx.fetch(f"2026-{month:02}", settings=settings(running)) for month in range(1, today(RIYADH).month + 1)
        ]

    ids = pd.concat([tables.leads["leadExternalId"] for tables in months])
    assert set(whole.leads["leadExternalId"]) == set(ids)


@pytest.mark.parametrize("interval", ["closed", "half-open"])
def test_a_day_means_the_same_whether_the_api_counts_the_end_in_or_out(interval):
    """The bulk created at the very end of a day belongs to the next day under both readings of the API page."""
    with server(sandbox={"interval": interval}) as running:
        day = lx.fetch("2026-11-10", settings=settings(running))
        two = lx.fetch("2026-11-10", "2026-11-11", settings=settings(running))

    midnight = pd.Timestamp("2026-11-11", tz=RIYADH)
    assert (day.leads["bulkCreatedDate"] < midnight).all()
    earlier = two.leads[two.leads["bulkCreatedDate"] < midnight]
    assert list(earlier["leadExternalId"]) == list(day.leads["leadExternalId"])
    assert two.bulks["createdDate"].is_unique


@pytest.mark.parametrize(
    "stamp", ["2026-08-03T21:00:00.000Z", "2026-08-03T21:00:00", "2026-08-04T00:00:00.000+03:00", 1785790800000]
)
def test_the_bulk_of_midnight_belongs_to_the_next_day_however_it_is_written(stamp):
    """A stamp without a zone is UTC, like every stamp on the API page."""
    body = json.dumps([bulk("", lead(1), createdDate=stamp)]).encode()
    with ScriptedApi(reply(body=body)) as api:
        day, next_day = (lx.fetch(day, settings=settings(api)) for day in ("2026-08-03", "2026-08-04"))

    assert (len(day.leads), len(next_day.leads)) == (0, 1)


def test_rows_do_not_depend_on_the_order_in_which_replies_arrive():
    """One worker and eight workers over an API of uneven speed give equal frames."""
    with server() as running:
        one = lx.fetch("-3M", settings=settings(running, concurrency=1))
        running.faults = Faults(every=3, kinds=("slow",), slow_seconds=0.05)
        eight = lx.fetch("-3M", settings=settings(running, concurrency=8))

    same(one, eight)


@pytest.mark.slow
def test_faults_of_six_kinds_leave_no_trace():
    """With every fifth request failing, 52 windows arrive equal to a faultless run and cost at most a quarter more."""
    with server() as running:
        clean = lx.fetch(*YEAR, settings=settings(running))
        before = len(running.log)
        running.faults = Faults(every=5, retry_after=0, slow_seconds=0.05)
        faulty = lx.fetch(*YEAR, settings=settings(running))
        asked = len(running.log) - before
        met = {exchange.fault for exchange in running.log if exchange.fault}

    same(clean, faulty)
    assert met == {"429", "503", "reset", "cut", "html", "slow"}
    assert 52 < asked <= 65


def test_a_window_that_fails_for_good_is_named_and_the_rest_is_kept():
    """The error names the missing window in business days and holds what did arrive."""
    broken = split(to_days("2026-10", zone=RIYADH), RIYADH)[2]
    with (
        server(faults=Faults(broken_windows=frozenset({broken.from_stamp}))) as running,
        pytest.raises(ApiUnavailableError) as caught,
    ):
        lx.fetch("2026-10", settings=settings(running, attempts=2))

    error = caught.value
    assert str(error).startswith("1 of 5 windows are missing: 2026-10-11 to 2026-10-17")
    assert error.missing == (broken,)
    assert error.window == broken
    assert error.attempts == 2
    assert list(error.tables.coverage["state"]) == ["fetched now"] * 2 + ["missing"] + ["fetched now"] * 2
    created = error.tables.leads["bulkCreatedDate"]
    assert not created.between(broken.start, broken.end, inclusive="neither").any()
    assert created.gt(broken.end).any()


def test_missing_windows_that_touch_are_named_as_one():
    """An API that is down for a year is one gap in the message, and 52 windows in the list."""
    with server(faults=Faults(every=1, kinds=("503",))) as running, pytest.raises(ApiUnavailableError) as caught:
        lx.fetch(*YEAR, settings=settings(running, attempts=1))

    assert str(caught.value).startswith("52 of 52 windows are missing: 2025-11-02 to 2026-10-31. ")
    assert len(caught.value.missing) == len(caught.value.causes) == 52


def test_a_window_the_client_does_not_understand_is_a_reply_error():
    """When one missing window has a page instead of bulks, the whole is a reply error: waiting would not help."""
    broken = split(to_days("2026-10", zone=RIYADH), RIYADH)[0]
    faults = Faults(broken_windows=frozenset({broken.from_stamp}), broken_as="html")
    with server(faults=faults) as running, pytest.raises(ApiReplyError, match="1 of 5 windows are missing"):
        lx.fetch("2026-10", settings=settings(running, attempts=2))


def test_a_refused_sign_in_ends_the_asking():
    """401 is raised as it is after at most as many requests as were under way, not after 52."""
    with (
        server(sandbox={"sign_in": SignIn.bearer("right")}) as running,
        pytest.raises(ApiAccessError),
    ):
        lx.fetch(*YEAR, settings=settings(running, token="wrong"))
    assert len(running.log) <= 8


def test_filters_reach_the_api():
    """Lead, source and sub-source are sent with every window."""
    with server() as running:
        lx.fetch("2026-10-01", lead_id=5, source=1, sub_source=2, settings=settings(running))
        sent = running.log[0].parameters

    assert (sent["leadId"], sent["source"], sent["subSource"]) == ("5", "1", "2")


def test_progress_counts_the_windows():
    """The callback sees every window once, and the total."""
    seen = []
    with server() as running:
        lx.fetch("2026-10", settings=settings(running), progress=lambda done, total: seen.append((done, total)))

    assert seen == [(done, 5) for done in range(1, 6)]


def test_progress_true_draws_a_bar(capsys):
    """A bar goes to standard error and leaves standard output alone."""
    with server() as running:
        lx.fetch("2026-10-01", settings=settings(running), progress=True)

    assert capsys.readouterr().out == ""


def test_an_interrupted_fetch_stops_at_once():
    """An exception in the caller, such as Ctrl-C, does not wait for the requests under way."""
    with server(latency=5) as running:
        chosen = settings(running, concurrency=2)

        def interrupt(_done, _total):
            raise KeyboardInterrupt

        running.latency = 0.0
        with pytest.raises(KeyboardInterrupt):
            lx.fetch(*YEAR, settings=chosen, progress=interrupt)
        asked = len(running.log)
    assert asked < 12
    assert not [thread for thread in threading.enumerate() if thread.name == "leads-window" and not thread.daemon]


def test_fetching_works_inside_a_running_event_loop():
    """In a notebook an event loop is running already; fetch does not mind."""

    async def cell():
        return lx.fetch("2026-10-01", settings=settings(running))

    with server() as running:
        assert len(asyncio.run(cell()).coverage) == 1


def test_one_bulk_is_fetched_by_its_number():
    """`fetch_bulk` sends the number alone and its tables hold that bulk."""
    with server() as running:
        lx.fetch("2026-10-01", settings=settings(running))
        sandbox = running.sandbox
        number = next(
            n for n in range(1, 10**7) if sandbox.answer("GET", f"/gs/v1/leads/bulks?id={n}", {}).status == 200
        )
        tables = lx.fetch_bulk(number, settings=settings(running))

        assert running.log[-1].parameters == {"id": str(number)}
    assert len(tables.bulks) == 1
    assert len(tables.coverage) == 0


def test_an_environment_without_an_address_is_the_demo():
    """Without any setting, leads come from the sandbox in process."""
    tables = lx.fetch("-3D")

    assert tables.environment == "demo"
    assert len(tables.leads) > 0
