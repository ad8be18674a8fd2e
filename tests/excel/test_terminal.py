"""A window in which one can type what nobody may see."""

from __future__ import annotations

import subprocess
import sys

import pytest

from leads_excel.excel import terminal


@pytest.mark.parametrize(
    ("system", "program", "part"),
    [("win32", "cmd.exe", 'it is "x'), ("darwin", "/usr/bin/osascript", 'do script "\'it is \\"x\' login"')],
)
def test_a_window_is_opened_as_the_system_wants_it(monkeypatch, system, program, part):
    """A console on Windows, Terminal on macOS; quotes cannot break out."""
    started = []
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.delenv("COMSPEC", raising=False)
    monkeypatch.setattr(subprocess, "CREATE_NEW_CONSOLE", 16, raising=False)
    for name in ("Popen", "run"):
        monkeypatch.setattr(subprocess, name, lambda command, **_: started.append(command))

    assert terminal.open_terminal(['it is "x', "login"])
    assert started[0][0] == program
    assert part in " ".join(started[0])


def test_no_window_is_opened_on_linux(monkeypatch):
    """There is no Excel either."""
    monkeypatch.setattr(sys, "platform", "linux")

    assert not terminal.open_terminal(["x"])


def test_excels_python_without_a_console_is_not_used_for_typing(monkeypatch):
    """On Windows Excel runs pythonw."""
    monkeypatch.setattr(sys, "executable", "/venv/Scripts/pythonw.exe")

    assert terminal.own_command("login", "test")[0].endswith("python.exe")
