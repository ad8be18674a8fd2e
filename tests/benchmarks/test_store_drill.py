"""The drill of `tests/store/test_store_processes.py` at length: before a release, and after any change of the locks."""

from __future__ import annotations

import sys

import postgres
import pytest
from store_drill import refresh_together
from store_world import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and a fork server")

ROUNDS = 50


@pytest.mark.timeout(1200)
def test_processes_share_a_file_for_long(tmp_path, forks):
    """Fifty rounds, a hundred deaths."""
    with World(tmp_path / "leads.sqlite", leads_per_day=25) as world:
        refresh_together(world, forks, tmp_path, ROUNDS)


@pytest.mark.timeout(1200)
def test_processes_share_a_server_for_long(tmp_path, forks):
    """The same on PostgreSQL."""
    with postgres.running() as url, World(url, leads_per_day=25) as world:
        refresh_together(world, forks, tmp_path, ROUNDS)
