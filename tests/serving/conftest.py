"""A server for each test, over one simulated DMS."""

from __future__ import annotations

import pytest
from serving_world import NOW, running

from leads_excel.sandbox import Faults, Sandbox, SandboxServer


@pytest.fixture(scope="module")
def dms():
    """Give a simulated DMS with a few leads a day."""
    with SandboxServer(Sandbox(leads_per_day=12, now=lambda: NOW)) as api:
        yield api


@pytest.fixture
def served(tmp_path, dms):
    """Give a server of its own to a test."""
    dms.faults, dms.latency = Faults(), 0
    with running(tmp_path, dms) as server:
        yield server
