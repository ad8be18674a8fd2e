"""The drill of `tests/fetching/test_sync_faults.py` at length: before a release, and after any change of the store.

`SYNC_FAULTS` sets how many syncs meet a fault (1,000).
"""

from __future__ import annotations

import os
import sys

import pytest
from sync_faults import check_nights


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of POSIX and a fork server")
@pytest.mark.timeout(7200)
def test_a_thousand_syncs_that_meet_a_fault(tmp_path, forks):
    """Exit code 0 only when the store holds everything asked for; whatever is left, the next sync makes it whole."""
    print()
    for line in check_nights(tmp_path, forks, int(os.environ.get("SYNC_FAULTS", "1000"))):
        print(line)
