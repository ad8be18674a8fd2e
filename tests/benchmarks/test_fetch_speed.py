"""How close a fetch comes to what the network allows, and what importing costs."""

import subprocess
import sys
from statistics import median

import pytest
from programs import printed_by, started

import leads_excel as lx

SERVE = """
from datetime import UTC, datetime

from leads_excel.sandbox import Sandbox, SandboxServer
sandbox = Sandbox(leads_per_day=20, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
with SandboxServer(sandbox, latency={latency}) as server:
    print(server.url, flush=True)
    server.wait()
"""


@pytest.fixture
def slow_api():
    """A sandbox of its own process, so that its work does not count as ours; every request takes 200 ms."""
    command = [sys.executable, "-c", SERVE.format(latency=0.2)]
    with started(command, limit=600, stdout=subprocess.PIPE) as process:
        yield process.stdout.readline().strip()


def test_a_year_at_200_ms_and_four_requests_at_a_time(slow_api, benchmark):
    """52 windows need at least 13 rounds of 200 ms; the fetch may take a tenth more."""
    settings = lx.Settings(environment="test", base_url=slow_api, store="none", concurrency=4)
    lx.fetch("2025-11-02", "2026-10-31", settings=settings)  # the sandbox draws its days once

    benchmark.pedantic(lx.fetch, ("2025-11-02", "2026-10-31"), {"settings": settings}, rounds=5)

    ratio = benchmark.stats.stats.median / (13 * 0.2)
    print(f"\n52 windows: {ratio:.3f} x the ideal 2.6 s (limit 1.10)")
    assert ratio <= 1.10


def test_importing_costs_little_over_pandas():
    """`import leads_excel` adds at most 150 ms to `import pandas`; what its names cost on first use is shown too."""
    code = (
        "import pandas, time; a = time.perf_counter(); import leads_excel as lx; b = time.perf_counter(); "
        "lx.fetch, lx.Settings; print(b - a, time.perf_counter() - b)"
    )
    runs = [printed_by(code).split() for _ in range(9)]
    added, names = (median(float(run[k]) for run in runs) for k in (0, 1))
    print(f"\nimport leads_excel: {added * 1000:.1f} ms over pandas (limit 150); its names: {names * 1000:.0f} ms more")
    assert added <= 0.15
