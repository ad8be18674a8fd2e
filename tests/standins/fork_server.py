"""A server that forks processes which have loaded everything: there is one for all tests."""

from __future__ import annotations

import multiprocessing
import os
import sys
from functools import cache
from multiprocessing import forkserver
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

LOADED = (
    *("lead_frames", "store_worker", "commands", "leads_excel.cli.app", "leads_excel.cli.store"),
    *("leads_excel.fetching.session", "leads_excel.fetching.sync", "leads_excel.excel.workbooks", "leads_excel.doctor"),
)


@cache
def context() -> ForkServerContext:
    """Start the server, if it does not run, and return what makes processes."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(list(LOADED))
    with pytest.MonkeyPatch.context() as monkeypatch:
        # Python 3.11 does not tell the server of our path (python/cpython issue 117378).
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()
    return found
