"""Many processes that refresh at once, some of them killed: the store stays sound and nobody asks twice."""

from __future__ import annotations

import sys

import postgres
import pytest
from store_drill import refresh_together
from store_world import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and a fork server")

ROUNDS = 3  # one without deaths, two with: broken locks, leases and transactions fail in these; benchmarks/ has 50


@pytest.mark.slow
def test_processes_share_a_file(tmp_path, forks):
    """Eight processes refresh overlapping ranges of one file, some killed at random moments, round after round."""
    with World(tmp_path / "leads.sqlite", leads_per_day=25) as world:
        refresh_together(world, forks, tmp_path, ROUNDS)


@pytest.mark.slow
def test_processes_share_a_server(tmp_path, forks):
    """The same on PostgreSQL."""
    with postgres.running() as url, World(url, leads_per_day=25) as world:
        refresh_together(world, forks, tmp_path, ROUNDS)
