"""Keychains for tests: one that works, one that fails, and one that waits for somebody.

The package keyring takes any class of a keychain that is loaded for one of this computer, and asks all of them, unless
it has no priority: these are used where a test names them, and by nobody else.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import keyring.backend
import keyring.errors
from keyring.compat import properties


class _OfATest(keyring.backend.KeyringBackend):
    """A keychain that is found where a test has named it, in the variable that names one to keyring."""

    @properties.classproperty
    def priority(cls):  # noqa: N805 - of the class
        """Give one, or raise, which tells keyring that this computer does not have it."""
        if os.environ.get("PYTHON_KEYRING_BACKEND") != f"{cls.__module__}.{cls.__qualname__}":
            raise RuntimeError("named by a test alone")
        return 1


class Memory(_OfATest):
    """A keychain that holds its entries in a dictionary and counts how often it is asked."""

    def __init__(self):
        super().__init__()
        self.entries = {}
        self.asked = 0

    def get_password(self, service, username):
        """Look an entry up."""
        self.asked += 1
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        """Keep an entry."""
        self.entries[service, username] = password

    def delete_password(self, service, username):
        """Remove an entry."""
        del self.entries[service, username]


class OnDisk(_OfATest):
    """A keychain that several programs share: the file that the variable `TESTS_KEYCHAIN` names."""

    def get_password(self, service, username):
        """Look an entry up."""
        return self._entries().get(f"{service} {username}")

    def set_password(self, service, username, password):
        """Keep an entry."""
        self._keep(self._entries() | {f"{service} {username}": password})

    def delete_password(self, service, username):
        """Remove an entry."""
        entries = self._entries()
        del entries[f"{service} {username}"]
        self._keep(entries)

    def _entries(self):
        file = Path(os.environ["TESTS_KEYCHAIN"])
        return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def _keep(self, entries):
        Path(os.environ["TESTS_KEYCHAIN"]).write_text(json.dumps(entries), encoding="utf-8")


class Broken(Memory):
    """A keychain that fails whatever it is asked, and repeats in its error what it was told."""

    def get_password(self, *_):
        """Fail as a server without a session does."""
        raise OSError("no session bus")

    def set_password(self, _service, _username, password):
        """Fail and betray the secret."""
        raise keyring.errors.PasswordSetError(password)


class Locked(Memory):
    """A keychain that answers when somebody has unlocked it."""

    def __init__(self):
        super().__init__()
        self.unlocked = threading.Event()

    def get_password(self, service, username):
        """Wait for somebody, then look an entry up."""
        self.asked += 1
        self.unlocked.wait(60)
        return self.entries.get((service, username))
