"""How close a fetch comes to what the network allows, and what importing costs."""

import subprocess
import sys
import time
from statistics import median

import pytest

import leads_excel as lx

SERVE = """
from leads_excel.sandbox import Sandbox, SandboxServer
sandbox = Sandbox(leads_per_day=20, now=lambda: datetime(2026, 11, 20, 9, tzinfo=UTC))
with SandboxServer(sandbox, latency={latency}) as server:
    print(server.url, flush=True)
    server.wait()
"""


@pytest.fixture
def slow_api():
    """A sandbox of its own process, so that its work does not count as ours; every request takes 200 ms."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE.format(latency=0.2)], stdout=subprocess.PIPE, text=True
    ) as process:
        yield process.stdout.readline().strip()
        process.terminate()


def test_a_year_at_200_ms_and_four_requests_at_a_time(slow_api, benchmark):
    """52 windows need at least 13 rounds of 200 ms; the fetch may take a tenth more."""
    settings = lx.Settings(environment="test", base_url=slow_api, store="none", concurrency=4)
    lx.fetch("2025-11-02", "2026-10-31", settings=settings)  # the sandbox draws its days once

    benchmark.pedantic(lx.fetch, ("2025-11-02", "2026-10-31"), {"settings": settings}, rounds=5)

    ratio = benchmark.stats.stats.median / (13 * 0.2)
    print(f"\n52 windows: {ratio:.3f} x the ideal 2.6 s (limit 1.10)")
    assert ratio <= 1.10


def test_importing_costs_little_over_pandas():
    """`import leads_excel` adds at most 150 ms to `import pandas`, with every public name loaded too."""

    def seconds(code):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begun

    pandas, bare, loaded = [], [], []
    for _ in range(7):
        pandas.append(seconds("import pandas"))
        bare.append(seconds("import pandas, leads_excel"))
        loaded.append(seconds("import pandas, leads_excel as lx; lx.fetch, lx.Settings"))
    added = median(bare) - median(pandas)
    print(f"\nimport leads_excel adds {added * 1000:.0f} ms to pandas (limit 150); its names on first use "
          f"{(median(loaded) - median(pandas)) * 1000:.0f} ms")  # fmt: skip
    assert added <= 0.15
