"""Nobody asks the API thousands of times by a slip: functions refuse; an option, a setting or the store allows it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from few_leads import FOUR, Desk, session

import leads_excel as lx
from leads_excel.excel import udfs
from leads_excel.exceptions import ArgumentError, LeadsError
from leads_excel.fetching import brakes
from leads_excel.fetching.fetch import asked, tables_for
from leads_excel.fetching.session import Session, use
from leads_excel.fetching.sync import sync
from leads_excel.functions import analysis, listings
from leads_excel.sandbox import Sandbox, SandboxServer

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SLIP = "1926-08-01", "2026-08-31"
FUNCTIONS = {
    "leads": lambda days, options: listings.leads(*days, options=options),
    "lead_vehicles": lambda days, options: listings.lead_vehicles(*days, options=options),
    "lead_errors": lambda days, options: listings.lead_errors(*days, options=options),
    "lead_bulks": lambda days, options: listings.lead_bulks(*days, options=options),
    "leads_kpi": lambda days, options: analysis.leads_kpi("leads", *days, options=options),
    "leads_kpi of duplicates": lambda days, options: analysis.leads_kpi("duplicates", *days, options=options),
    "leads_by": lambda days, options: analysis.leads_by("source", *days, options=options),
    "leads_by periods": lambda days, options: analysis.leads_by("year", *days, options=options),
    "leads_dupes": lambda days, options: analysis.leads_dupes(*days, options=options),
}


@pytest.fixture(autouse=True)
def _no_session_left():
    yield
    use(None)


def asks(desk, **settings):
    """Have the functions ask a desk."""
    opened = session(desk, **settings)
    use(opened)
    return opened


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_slip_of_a_century_asks_for_nothing(name):
    """What it would take is said, and the option that allows it."""
    desk = Desk(*FOUR)
    asks(desk)

    with pytest.raises(ArgumentError) as refused:
        FUNCTIONS[name](SLIP, None)

    assert desk.asked == []
    assert str(refused.value) == (
        "1926-08-01 to 2026-08-31 takes 5,224 requests to the API: name fewer days, or allow it with the option long=1."
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_option_allows_it(name):
    """And changes no number."""
    desk = Desk(*FOUR)
    asks(desk)
    right = FUNCTIONS[name](("2026-08-01", "2026-08-31"), None)
    asks(desk, max_days=5)

    with pytest.raises(ArgumentError, match="takes 6 requests"):
        FUNCTIONS[name](("2026-08-01", "2026-08-31"), None)
    found = FUNCTIONS[name](("2026-08-01", "2026-08-31"), "long=1")

    assert found.equals(right) if hasattr(right, "equals") else found == right


def test_a_list_of_values_has_no_options():
    """Its message names the setting."""
    asks(Desk(*FOUR))

    with pytest.raises(ArgumentError, match=r"or have the setting max_days allow it\.$"):
        listings.leads_list("source", *SLIP)


def test_a_formula_says_so_in_its_cell():
    """A number is #N/A, and the status says why."""
    asks(Desk(*FOUR))

    assert re.fullmatch(r"#LEADS .* takes 5,224 requests .* the option long=1\.", udfs.LEADS(*SLIP))
    assert udfs.LEADS_KPI("leads", *SLIP) == "#N/A"
    assert "takes 5,224 requests" in str(udfs.LEADS_STATUS("failure"))


def test_two_years_are_asked_for_at_once():
    """The setting is what nobody means to exceed, not what some do."""
    desk = Desk(*FOUR)
    asks(desk)
    with suppress(LeadsError):
        listings.leads("2024-08-31", "2026-08-31")

    assert len(desk.asked) == 106


def test_what_is_known_already_costs_nothing():
    """Memory or store: a range is as long as what has to be asked for."""
    desk = Desk(*FOUR)
    opened = asks(desk, max_days=50)
    for month in ("2026-06", "2026-07"):
        listings.leads(month)

    assert len(listings.leads("2026-06-01", "2026-08-31")) == 4
    opened.forget()
    with pytest.raises(ArgumentError, match="requests to the API"):
        listings.leads("2026-06-01", "2026-08-31")


def test_what_the_store_has_costs_nothing(tmp_path):
    """It fills up from one year to the next; then ten years are no slip. Nor are the past, and what is offline."""
    with SandboxServer(Sandbox(leads_per_day=2, now=lambda: NOW)) as api:
        settings = lx.Settings(
            environment="test", base_url=api.url, store=str(tmp_path / "leads.sqlite"), max_days=10, ttl=3600
        )
        days = asked("2026-08-01", "2026-08-31", settings=settings).days
        with brakes.braked("add --yes"), pytest.raises(ArgumentError, match=r"takes 31 requests .*, or add --yes\."):
            sync(days, settings=settings)
        assert api.log == []
        sync(days, settings=settings)
        before = len(api.log)
        use(Session(settings, now=lambda: NOW))

        assert len(listings.leads("2026-08")) > 0
        assert analysis.leads_kpi("leads", "2026-08", options=f"as_of={datetime.now(UTC):%Y-%m-%d}") > 0
        with brakes.braked("add --yes"):
            tables_for(asked("2026-08", settings=settings), settings=settings, offline=True)
        assert len(api.log) == before
        with brakes.braked("add --yes"), pytest.raises(ArgumentError, match="requests to the API"):
            tables_for(asked("2026-08", settings=settings), settings=settings, reload=True)


def test_who_began_is_asked():
    """A command that calls a function asks at its terminal, and once only."""
    said = []
    asks(Desk(*FOUR), max_days=5)

    def ask(takes):
        said.append(takes)
        return len(said) > 1

    with brakes.braked("add --yes", ask):
        with pytest.raises(ArgumentError, match=r"or add --yes\.$"):
            listings.leads("2026-08")
        assert len(listings.leads("2026-08")) == 4
    assert said == ["2026-08-01 to 2026-08-31 takes 6 requests to the API."] * 2


def test_a_notebook_goes_as_far_as_it_is_told_to():
    """`fetch` shows how far it is, and can be interrupted."""
    settings = lx.Settings(max_days=5)

    assert len(lx.fetch("2026-08-01", "2026-08-20", settings=settings).leads) > 0
