"""`sandbox`: the simulated DMS on a port. Each test runs the real program."""

import json
import signal
import subprocess
import sys
import time

import programs
import pytest
from commands import run


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.slow
def test_the_sandbox_serves_until_ctrl_c():
    """`sandbox` prints its address, serves with the given seed and volume, and ends on Ctrl-C."""
    command = [
        sys.executable,
        "-u",
        "-m",
        "leads_excel",
        "sandbox",
        "--port",
        "0",
        "--seed",
        "7",
        "--leads-per-day",
        "3",
    ]
    with programs.started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            url = process.stdout.readline().strip()
            done = run(
                "fetch", "--from", "2025-10-01", "--to", "2025-10-07", "--out", "-",
                LEADS_EXCEL_ENVIRONMENT="test", LEADS_EXCEL_BASE_URL=url,
            )  # fmt: skip
        finally:
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
        process.wait(timeout=10)

    leads = sum(len(bulk["leads"] or ()) for bulk in json.loads(done.stdout))
    assert 5 < leads < 60
    assert process.returncode in (0, 130)


def test_a_port_that_is_taken_is_exit_code_2(api):
    """The sandbox says in one line which port it cannot have."""
    port = api.url.split(":")[2].removesuffix("/gs")

    done = run("sandbox", "--port", port)

    assert done.returncode == 2
    assert done.stderr.startswith(f"leads-excel: Port {port} cannot be used: ")
