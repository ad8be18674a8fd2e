"""Keychains for tests: one that works, one that fails, and one that waits for somebody."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import keyring.backend
import keyring.errors


class Memory(keyring.backend.KeyringBackend):
    """A keychain that holds its entries in a dictionary and counts how often it is asked."""

    priority = 1

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


class OnDisk(keyring.backend.KeyringBackend):
    """A keychain that several programs share: the file that the variable `TESTS_KEYCHAIN` names."""

    priority = 1

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
