"""Whose settings, files and keychain the tests meet: those of a new user, never of who runs them."""

import os

import pytest

_OF_THE_MACHINE = {"HOME": os.environ.get("HOME"), "XDG_CONFIG_HOME": os.environ.get("XDG_CONFIG_HOME")}


@pytest.fixture(scope="module")
def made_once():
    """Give the variables that a fixture of a module sees, which is made before a test's own fixtures."""
    return dict(os.environ)


@pytest.mark.parametrize("name", _OF_THE_MACHINE)
def test_a_module_starts_from_a_new_user(name, made_once):
    """A keychain of the machine that is asked once is asked by all tests after: it may take a minute each time."""
    assert made_once[name] != _OF_THE_MACHINE[name]
    assert made_once["PYTHON_KEYRING_BACKEND"] == "keyring.backends.null.Keyring"
    assert not [variable for variable in made_once if variable.startswith("LEADS_EXCEL_")]


def test_a_test_shares_no_home_with_its_module(made_once, new_user):
    """What a test leaves in its home is not there for the next."""
    assert str(new_user) != made_once["HOME"]
