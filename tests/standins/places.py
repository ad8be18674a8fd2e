"""Where the project's files are, for tests that look at them."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The top of the checkout."""

PACKAGE = ROOT / "leads_excel"

DATA = Path(__file__).parent / "data"
"""Replies and queries that tests read."""

SHARED = ROOT.parent / "shared"
"""Material beside a checkout; it may be absent."""
