"""`addin`: into Excel, where there is one. Each test runs the real program."""

import sys

import pytest
from commands import run


def test_the_add_in_belongs_to_windows_and_macos():
    """Elsewhere `addin install` says so."""
    if sys.platform in ("win32", "darwin"):
        pytest.skip("here it would be installed")

    done = run("addin", "install")

    assert done.returncode == 6
    assert "Windows and macOS" in done.stderr
