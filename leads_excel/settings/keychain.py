"""The sign-in of each environment in the keychain of the operating system (Windows Credential Manager, macOS Keychain).

One entry for each environment holds the whole sign-in as JSON, so that storing a new one replaces the old one at once.
Beside them stand secrets that this computer made for itself.

A keychain may show a window and wait until somebody types its password. A job at night has nobody: it waits a minute.
"""

from __future__ import annotations

import json
import secrets
import time
from functools import cache
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from leads_excel.exceptions import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = "leads-excel"
FIELDS = frozenset({"token", "username", "password", "api_key"})

PATIENCE = 60.0
"""Seconds that a keychain may take: a person who is there has typed a password by then."""

SLOW = 2.0
"""Seconds that a keychain takes when it is not well: a server without a session waits for a service to start."""

KEPT = 300.0
"""Seconds for which a slow answer holds, so that an export of a year waits for it once."""

_waiting: list[Thread] = []
_slow: dict[str, tuple[float, dict[str, str]]] = {}
_lock = Lock()


class _UnansweredError(Exception):
    """The keychain waits for somebody."""


def _asked(question: Callable[[Any], str | None]) -> str | None:
    """Ask the keychain a question in a thread of its own, for there is no way to end a question.

    Args:
        question: What to ask the package `keyring`.

    Raises:
        _UnansweredError: It did not answer in time, or an earlier question still waits: then it is not asked again.
        Exception: Whatever the backend of the operating system raises.
    """
    answers: list[str | None] = []
    errors: list[Exception] = []

    def ask() -> None:
        try:
            import keyring  # noqa: PLC0415 - slow to load, and never needed by the demo

            answers.append(question(keyring))
        except Exception as error:  # noqa: BLE001 - each operating system's backend raises errors of its own
            errors.append(error)

    thread = Thread(target=ask, daemon=True)  # which does not keep the process from ending
    with _lock:
        _waiting[:] = [each for each in _waiting if each.is_alive()]
        if _waiting:
            raise _UnansweredError
        thread.start()
        thread.join(PATIENCE)
        if thread.is_alive():
            _waiting.append(thread)
            raise _UnansweredError
    if errors:
        raise errors[0]
    return answers[0]


def read(environment: str) -> dict[str, str]:
    """Look up the sign-in of an environment.

    Args:
        environment: `test` or `prod`.

    Returns:
        Values by setting name (`token`, or `username` and `password`, or `api_key`). Empty where nothing is stored,
        and where this computer has no keychain that works: a server has none, and settings do without one.
        An answer that took over `SLOW` seconds holds for `KEPT` seconds, or until this process stores another.

    Raises:
        SettingsError: The keychain waits for somebody to unlock it.
    """
    until, kept = _slow.get(environment, (0.0, {}))
    if time.monotonic() < until:
        return dict(kept)
    began = time.monotonic()
    sign_in = _read(environment)
    if (ended := time.monotonic()) > began + SLOW:
        _slow[environment] = ended + KEPT, dict(sign_in)
    return sign_in


def _read(environment: str) -> dict[str, str]:
    try:
        entry = json.loads(_asked(lambda keyring: keyring.get_password(SERVICE, environment)) or "{}")
    except _UnansweredError:
        raise SettingsError(
            "The keychain of this computer waits for somebody to unlock it: unlock it, or for a job at night set "
            "LEADS_EXCEL_TOKEN, LEADS_EXCEL_USERNAME and LEADS_EXCEL_PASSWORD, or LEADS_EXCEL_API_KEY."
        ) from None
    except Exception:  # noqa: BLE001 - each operating system's backend raises errors of its own
        return {}
    pairs = entry.items() if isinstance(entry, dict) else ()
    return {name: value for name, value in pairs if name in FIELDS and isinstance(value, str)}


def store(environment: str, sign_in: dict[str, str]) -> None:
    """Keep the sign-in of an environment, in place of an earlier one.

    Args:
        environment: `test` or `prod`.
        sign_in: Values by setting name, as `read` returns them.

    Raises:
        SettingsError: This computer has no keychain, or it refused the entry (Windows keeps 1,280 characters).
    """
    _slow.pop(environment, None)
    try:
        import keyring  # noqa: PLC0415 - slow to load, and never needed by the demo

        keyring.set_password(SERVICE, environment, json.dumps(sign_in))
    except Exception as error:  # noqa: BLE001 - each operating system's backend raises errors of its own
        reason = type(error).__name__
    else:
        return
    # Raised outside the handler: the backend's error may hold the entry it refused.
    raise SettingsError(
        f"The keychain of this computer did not keep the sign-in ({reason}): "
        f"set {' and '.join(f'LEADS_EXCEL_{name.upper()}' for name in sign_in)} as environment variables instead."
    )


def forget(environment: str) -> bool:
    """Remove the sign-in of an environment.

    Args:
        environment: `test` or `prod`.

    Returns:
        Whether there was one.

    Raises:
        SettingsError: The keychain still holds it and did not let go.
    """
    if not read(environment):
        return False
    _slow.pop(environment, None)
    try:
        import keyring  # noqa: PLC0415 - slow to load, and never needed by the demo

        keyring.delete_password(SERVICE, environment)
    except Exception as error:  # noqa: BLE001 - each operating system's backend raises errors of its own
        raise SettingsError(
            f"The keychain of this computer did not remove the sign-in ({type(error).__name__}): "
            f"remove the entry {SERVICE!r} with the keychain's own program."
        ) from None
    return True


@cache
def secret(name: str) -> bytes:
    """Look up a secret of this computer, made on its first use.

    Args:
        name: What it is for.

    Returns:
        32 bytes: the same ones every time; where this computer has no keychain that works, others in each process.
    """
    made = secrets.token_hex(32)
    try:
        kept = _asked(lambda keyring: keyring.get_password(SERVICE, name))
        if kept is None:
            _asked(lambda keyring: keyring.set_password(SERVICE, name, made))
        return bytes.fromhex(kept or made)
    except Exception:  # noqa: BLE001 - each operating system's backend raises errors of its own
        return bytes.fromhex(made)
