"""The API that the commands ask."""

import pytest
from commands import NOW

from leads_excel.sandbox import Sandbox, SandboxServer


@pytest.fixture
def api():
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW)) as running:
        yield running
