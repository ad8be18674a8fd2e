"""The command line as a program of its own: started, waited for, its output read."""

import os
import subprocess
import sys
from datetime import UTC, datetime

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""The moment at which the API of these tests stands still."""


def run(*arguments, stdin=None, cwd=None, **variables):
    return subprocess.run(
        [sys.executable, "-m", "leads_excel", *arguments],
        env={**os.environ, **variables},
        input=stdin,
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def ask(api, *arguments, **variables):
    return run(
        *arguments,
        LEADS_EXCEL_ENVIRONMENT="test",
        LEADS_EXCEL_BASE_URL=api.url,
        LEADS_EXCEL_BACKOFF="0.01",
        **variables,
    )
