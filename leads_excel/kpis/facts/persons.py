"""Keys that are equal for equal persons and do not tell who they are. Pure but for the secret in the keychain.

A plain hash would not do: Saudi mobile numbers are few enough to try them all. A key is an HMAC-SHA256 of the phone or
the e-mail address under a secret that each computer makes for itself.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from leads_excel.settings.keychain import secret

if TYPE_CHECKING:
    from collections.abc import Iterable

_LENGTH = 12  # hexadecimal digits, 48 bits: among a million persons two share a key once in 500 such lists
_BLOCK = 64  # bytes that SHA-256 takes in at a time


def person_keys(identities: Iterable[str | None]) -> list[str | None]:
    """Make a key for each person.

    Args:
        identities: A phone in E.164 or an e-mail address in small letters; None where there is neither.

    Returns:
        Twelve hexadecimal digits each, the same on every run on this computer, other ones elsewhere; None for None.
    """
    begin_inner, begin_outer = (begun.copy for begun in _begun(secret("persons")))
    found: list[str | None] = []
    for identity in identities:  # no call of ours within: of a million persons each microsecond is a second
        if identity is None:
            found.append(None)
            continue
        inner, outer = begin_inner(), begin_outer()
        inner.update(identity.encode())
        outer.update(inner.digest())
        found.append(outer.hexdigest()[:_LENGTH])
    return found


def _begun(key: bytes) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Begin the two hashes of an HMAC (RFC 2104): what they take in of the secret is the same for each person.

    Copies of them take a third of the time of `hmac.digest`.
    """
    short = key if len(key) <= _BLOCK else hashlib.sha256(key).digest()
    filled = short.ljust(_BLOCK, b"\0")
    pads = (bytes(byte ^ pad for byte in filled) for pad in (0x36, 0x5C))
    inner, outer = (hashlib.sha256(pad) for pad in pads)
    return inner, outer
