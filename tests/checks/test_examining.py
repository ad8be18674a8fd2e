"""Verdicts: each figure is the one that the formula of its name shows."""

import statistics
from datetime import UTC, datetime, timedelta

import pytest

import leads_excel as lx
from leads_excel.checks.examining import examine
from leads_excel.checks.rules import parse
from leads_excel.exceptions import ApiUnavailableError, ArgumentError
from leads_excel.fetching.session import Session, use
from leads_excel.log.runs import logged
from leads_excel.sandbox import Faults, Sandbox, SandboxServer

TODAY = datetime.now(UTC).astimezone(lx.Settings().zone).date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def api():
    with SandboxServer(Sandbox(leads_per_day=12)) as running:
        yield running


@pytest.fixture(autouse=True)
def _session(api):
    api.faults = Faults()
    session = Session(lx.Settings(environment="test", base_url=api.url, store="none", backoff=0.01, attempts=1))
    use(session)
    yield
    session._memory.cancel()  # it hangs up
    use(None)


def verdict(text, *days):
    (found,) = examine([parse(text)], *(days or (YESTERDAY,)))
    return found


@pytest.mark.parametrize("name", ["leads", "rejection_rate", "stuck_bulks", "duplicate_rate", "change_rate"])
def test_a_figure_is_that_of_the_formula(name):
    """The same function, so the same number."""
    value = lx.leads_kpi(name, "-10D")

    found = verdict(f"{name} >= 0", "-10D")

    assert found.value == value
    assert found.state == ("unknown" if value is None else "broken")


def test_filters_choose_leads():
    """As those of the formulas do; a value that no lead has is none of them."""
    some = lx.leads_kpi("leads", "-10D", None, "priority=Hot")

    assert verdict("leads[priority=Hot] > 0", "-10D").value == some
    assert verdict("leads[source=987654] = 0", "-10D").state == "broken"


def test_a_rule_is_broken_when_what_it_says_is_so():
    """And the line shows figure, rule and days."""
    high, low = verdict("leads > 0"), verdict("leads > 100000")

    assert (high.state, low.state) == ("broken", "ok")
    assert high.line == f"NOT leads > 0: {high.value} ({YESTERDAY})"
    assert low.line.startswith("ok  leads > 100000: ")


@pytest.mark.parametrize(
    ("reference", "weeks"),
    [("same weekday", (1, 2, 3, 4)), ("last year", (52,))],
)
def test_days_are_compared_with_the_same_weekdays(reference, weeks):
    """The mean of the weeks before, or the year before."""
    counts = [lx.leads_kpi("leads", f"{YESTERDAY - timedelta(weeks=week)}") for week in weeks]

    found = verdict(f"leads < 0.5 * {reference}")

    assert found.limit == pytest.approx(statistics.mean(counts) / 2)


def test_days_are_compared_with_those_before():
    """As many of them."""
    first = YESTERDAY - timedelta(days=6)
    before = lx.leads_kpi("leads", f"{first - timedelta(days=7)}", f"{first - timedelta(days=1)}")

    assert verdict("leads < previous", f"{first}", f"{YESTERDAY}").limit == before


@pytest.mark.parametrize("days", [("TODAY",), ("-3D",), ("MTD",)])
def test_a_day_that_is_not_over_is_not_compared_with_whole_days(days):
    """At 06:30 there would be an alarm each day."""
    with pytest.raises(ArgumentError, match="today is not over"):
        verdict("leads < same weekday", *days)


def test_a_share_of_nothing_is_unknown():
    """Neither well nor broken, and told."""
    found = verdict("rejection_rate[source=987654] > 0.1")

    assert (found.state, found.value) == ("unknown", None)
    assert found.line.startswith("--  rejection_rate[source=987654] > 0.1: no number")


def test_what_cannot_be_fetched_is_an_error(api):
    """Never a number of what came."""
    api.faults = Faults(every=1, kinds=("503",))

    with pytest.raises(ApiUnavailableError):
        verdict("leads < 5", "-40D", "-30D")


def test_the_age_is_that_of_the_answers():
    """Fresh ones are new."""
    assert verdict("age > 2h").value == 0


@pytest.mark.parametrize(("code", "state"), [(None, "broken"), (4, "broken"), (0, "ok")])
def test_a_sync_that_did_not_do_all_it_should_does_not_count(code, state):
    """No sync at all is too old as well."""
    if code is not None:
        with logged("sync") as run:
            run.begin({})
            run.end(code)

    found = verdict("sync_age > 26h")

    assert found.state == state
    assert ("never" in found.line) == (state == "broken")
