"""The sign-in of each environment in the keychain of the operating system (Windows Credential Manager, macOS Keychain).

One entry for each environment holds the whole sign-in as JSON, so that storing a new one replaces the old one at once.
Beside them stand secrets that this computer made for itself.
"""

from __future__ import annotations

import json
import secrets
from functools import cache

from leads_excel.exceptions import SettingsError

SERVICE = "leads-excel"
FIELDS = frozenset({"token", "username", "password", "api_key"})


def read(environment: str) -> dict[str, str]:
    """Look up the sign-in of an environment.

    Args:
        environment: `test` or `prod`.

    Returns:
        Values by setting name (`token`, or `username` and `password`, or `api_key`). Empty where nothing is stored,
        and where this computer has no keychain that works: a server has none, and settings do without one.
    """
    try:
        import keyring  # noqa: PLC0415 - slow to load, and never needed by the demo

        entry = json.loads(keyring.get_password(SERVICE, environment) or "{}")
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
        import keyring  # noqa: PLC0415 - slow to load, and never needed by the demo

        kept = keyring.get_password(SERVICE, name)
        if kept is None:
            keyring.set_password(SERVICE, name, made)
        return bytes.fromhex(kept or made)
    except Exception:  # noqa: BLE001 - each operating system's backend raises errors of its own
        return bytes.fromhex(made)
