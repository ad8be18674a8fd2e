"""Every key figure against a second, independent computation: SQL over the export of 20,000 leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from kpi_sql import OF_LEADS, OF_RANGES, SecondOpinion

from leads_excel.bulks.decoding import decode
from leads_excel.kpis import KPIS
from leads_excel.kpis.facts.grouping import by_value
from leads_excel.sandbox import Sandbox
from leads_excel.tables.lead_tables import build

FIRST, LAST = date(2026, 6, 30), date(2026, 8, 24)
FETCHED_AT = datetime(2026, 8, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def tables():
    """Draw eight weeks of the simulated DMS."""
    sandbox = Sandbox(leads_per_day=400, miscounts=0.015, now=lambda: datetime(2026, 9, 1, tzinfo=UTC))
    bulks = []
    for week in range(8):
        start = datetime(2026, 6, 29, 21, tzinfo=UTC) + timedelta(days=7 * week)
        days = "&".join(
            f"{name}Date={day:%Y-%m-%dT%H:%M:%S.000Z}"
            for name, day in (("from", start), ("to", start + timedelta(days=7)))
        )
        bulks += decode(sandbox.answer("GET", f"/gs/v1/leads/bulks?{days}", {}).body)
    return replace(build(bulks), asked={"from": FIRST, "to": LAST}, fetched_at=FETCHED_AT)


@pytest.fixture(scope="module")
def before(tables):
    """Keep a thousand of the leads, as if they had come before."""
    return replace(tables, leads=tables.leads.head(1000))


@pytest.fixture(scope="module")
def opinion(tables, tmp_path_factory):
    """Export the tables and open them in DuckDB."""
    folder = tmp_path_factory.mktemp("parquet")
    tables.to_parquet(folder)
    tables.earlier.leads.to_parquet(folder / "earlier.parquet")
    return SecondOpinion(folder)


@pytest.mark.slow
def test_every_figure_has_a_second_opinion(tables):
    """A new one needs its SQL too, and there are enough leads for all of them."""
    hint = "write it in SQL in tests/standins/kpi_sql.py, run: pytest tests/kpis"
    assert set(KPIS) == set(OF_LEADS) | set(OF_RANGES), hint
    assert len(tables.leads) > 20_000


@pytest.mark.slow
@pytest.mark.parametrize("name", KPIS)
def test_a_figure_is_what_sql_says(tables, before, opinion, name):
    """Over all leads."""
    second = opinion.total(name)

    assert KPIS[name](tables, before=before).value == (None if second is None else pytest.approx(second))


@pytest.mark.parametrize("name", OF_LEADS)
def test_a_figure_by_source_is_what_sql_says(tables, opinion, name):
    """For each source, with all that other sources know of its customers."""
    first = KPIS[name].measure(tables).by(by_value("source", tables))
    second = opinion.by_source(name)

    assert {source: None if pd.isna(value) else value for source, value in first.items()} == {
        source: None if value is None else pytest.approx(value) for source, value in second.items()
    }


def test_most_figures_have_something_to_count(tables):
    """A figure that is 0 or missing would agree with anything: only those without times of day and strays are."""
    empty = {name for name, kpi in KPIS.items() if not kpi(tables).value}

    assert empty == {
        "change", "change_rate", "intake_days", "intake_minutes", "intake_minutes_p90", "prompt_rate", "unjudged",
    }  # fmt: skip
