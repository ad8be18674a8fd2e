"""Keys that are equal for equal persons and do not tell who they are. Pure but for the secret in the keychain.

A plain hash would not do: Saudi mobile numbers are few enough to try them all. A key is an HMAC-SHA256 of the phone or
the e-mail address under a secret that each computer makes for itself.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from leads_excel.settings.keychain import secret

if TYPE_CHECKING:
    from collections.abc import Iterable

_LENGTH = 12  # hexadecimal digits, 48 bits: among a million persons two share a key once in 500 such lists


def person_keys(identities: Iterable[str | None]) -> list[str | None]:
    """Make a key for each person.

    Args:
        identities: A phone in E.164 or an e-mail address in small letters; None where there is neither.

    Returns:
        Twelve hexadecimal digits each, the same on every run on this computer, other ones elsewhere; None for None.
    """
    key = secret("persons")
    return [
        None if identity is None else hmac.digest(key, identity.encode(), "sha256").hex()[:_LENGTH]
        for identity in identities
    ]
