"""`leads-excel sync` on a computer that fails: it ends well only when the store holds everything asked for."""

from __future__ import annotations

import sys

import pytest
from sync_faults import RUNS, check_nights

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX and a fork server")


@pytest.mark.slow
def test_a_sync_ends_well_only_when_all_is_kept(tmp_path, forks):
    """Files that may not grow, a small disk, SIGKILL, failing system calls: each leaves a store that can be mended."""
    check_nights(tmp_path, forks, RUNS)
