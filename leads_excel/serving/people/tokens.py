"""Tokens: who may ask the server, and whether personal data is shown to them.

A token is shown once, when it is made. What is kept of it is a digest, in a file of its own, so that two programs can
make and revoke tokens at once, and a revoked one is refused from the next request on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import platformdirs

from leads_excel.exceptions import ArgumentError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

_WRITTEN = re.compile(r"leads_([0-9a-f]{12})_([\w-]{43})", re.ASCII)
_NAME = re.compile(r"\w[\w .@-]{0,59}")


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token.

    Args:
        name: Whose it is, or what for.
        digest: SHA-256 of the token, in hexadecimal digits. It has 256 random bits, which nobody guesses.
        reveals: Whether personal data is shown where it is asked for.
        made: When, in UTC.
        until: When it ends, in UTC; None where it does not.
    """

    name: str
    digest: str
    reveals: bool
    made: datetime
    until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended.

        Args:
            now: The moment, in UTC.
        """
        return self.until is not None and now >= self.until


class Tokens:
    """The tokens of a server.

    Args:
        folder: Where they are kept; a folder of the user who runs the server by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or platformdirs.user_data_path("leads-excel", appauthor=False) / "tokens"

    def add(self, name: str, *, reveals: bool = False, days: int | None = None) -> str:
        """Make a token.

        Args:
            name: Whose it is: letters, digits, blanks and `.`, `@`, `-`, `_`, at most 60.
            reveals: Whether personal data is shown where it is asked for.
            days: After how many days it ends; None for one that does not.

        Returns:
            The token, which is kept nowhere.

        Raises:
            ArgumentError: The name cannot be used, or has a token.
            SettingsError: The folder cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise ArgumentError(
                "A token has a name such as reports or sami@example.com: letters, digits, . @ - _ only."
            )
        if name in {token.name for token in self.all()}:
            raise ArgumentError(f"There is a token {name} already: revoke it first, or take another name.")
        identity, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        until = now + timedelta(days=days) if days else None
        self._keep(identity, Token(name, _digest(secret), reveals, now, until))
        return f"leads_{identity}_{secret}"

    def revoke(self, name: str) -> None:
        """End a token at once.

        Args:
            name: Its name.

        Raises:
            ArgumentError: There is none of that name.
            SettingsError: Its file cannot be removed.
        """
        paths = [path for path, token in self._kept() if token.name == name]
        if not paths:
            raise ArgumentError(f"There is no token {name!r}: 'leads-excel serve token list' shows those there are.")
        for path in paths:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise SettingsError(f"The token cannot be removed: {error.strerror}. Delete {path.name}.") from None

    def all(self) -> list[Token]:
        """List the tokens there are, ended ones too, by name."""
        return sorted((token for _, token in self._kept()), key=lambda token: token.name)

    def find(self, written: str) -> Token | None:
        """Find who has a token.

        Args:
            written: What stands behind `Bearer` in a request.

        Returns:
            The token; None where it is none of ours, or has ended.
        """
        match = _WRITTEN.fullmatch(written)
        token = _read(self._folder / f"{match[1]}.json") if match else None
        if not match or not token or token.is_over(datetime.now(UTC)):
            return None
        return token if hmac.compare_digest(token.digest, _digest(match[2])) else None

    def _kept(self) -> list[tuple[Path, Token]]:
        found = ((path, _read(path)) for path in sorted(self._folder.glob("*.json")))
        return [(path, token) for path, token in found if token]

    def _keep(self, identity: str, token: Token) -> None:
        path = self._folder / f"{identity}.json"
        kept = {
            key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(token).items()
        }
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(kept, file)
            new.replace(path)
        except OSError as error:
            with suppress(OSError):
                path.with_suffix(".new").unlink()
            raise SettingsError(
                f"The token cannot be kept: {error.strerror}. Make the folder {self._folder.name} writable."
            ) from None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _read(path: Path) -> Token | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        moments = {key: datetime.fromisoformat(kept[key]) for key in ("made", "until") if kept[key]}
        return Token(**kept | moments)
    except (OSError, ValueError, TypeError, KeyError):  # somebody's file, or one that is gone by now
        return None
