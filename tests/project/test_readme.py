"""README is short, and begins with what can be done."""

import re

from manual import TEXTS

README = TEXTS["README"].splitlines()


def test_readme_is_short_and_begins_with_a_command():
    """At most 150 lines, the first command by line 12."""
    assert len(README) <= 150
    assert next(at for at, line in enumerate(README, start=1) if re.match(r"python3 |leads-excel ", line)) <= 12


def test_the_command_of_the_tests_can_be_found():
    """The check before a landing takes it from README: the one line after "runs the tests" that starts with python3."""
    after = TEXTS["README"].split("runs the tests")[1].split("\n```\n")[0]

    (command,) = [line for line in after.splitlines() if line.startswith("python3")]
    assert command.endswith("/pytest -n auto")
    assert '.venv/bin/pytest -n auto -m "not slow"' in README
