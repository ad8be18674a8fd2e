"""Who asks: by a token of their own, or by the name that a reverse proxy which signed them in has put into a header."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from leads_excel.serving.people.limits import Rate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leads_excel.serving.people.tokens import Tokens

_WRONG_PER_MINUTE = 30
_USER = re.compile(r"[\w.@ -]{1,80}")


class Caller(NamedTuple):
    """Who asks.

    Args:
        name: Their name, for the log.
        reveals: Whether personal data is shown to them where they ask for it.
    """

    name: str
    reveals: bool


class RefusedError(Exception):
    """A request that is not answered.

    Args:
        status: Status of HTTP.
        line: Why, and what to do.
        after: After how many seconds it may be answered; 0 where that is no matter of time.
    """

    def __init__(self, status: int, line: str, after: int = 0) -> None:
        super().__init__(line)
        self.status, self.line, self.after = status, line, after


@dataclass(frozen=True)
class Proxy:
    """A reverse proxy that signs people in.

    Args:
        header: The header in which it names them, in small letters.
        addresses: From where it asks: nobody else's header counts.
        revealing: Names of those to whom personal data is shown.
    """

    header: str
    addresses: frozenset[str]
    revealing: frozenset[str] = frozenset()


@dataclass
class Door:
    """Tells who asks.

    Args:
        tokens: The tokens there are.
        proxy: A proxy that signs people in; None where there is none.
    """

    tokens: Tokens
    proxy: Proxy | None = None
    _wrong: Rate = field(default_factory=lambda: Rate(_WRONG_PER_MINUTE))

    def caller(self, headers: Mapping[str, str], address: str) -> Caller:
        """Tell who asks.

        Args:
            headers: Of the request; names in small letters.
            address: Where it comes from.

        Raises:
            RefusedError: Nobody that is known. Whoever has a token is let in, however many wrong ones come from the
                same address.
        """
        kind, _, written = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            token = self.tokens.find(written.strip())
            if token:
                return Caller(token.name, token.reveals)
        elif self.proxy and address in self.proxy.addresses:
            name = headers.get(self.proxy.header, "")
            if _USER.fullmatch(name):
                return Caller(name, name in self.proxy.revealing)
        if after := self._wrong.wait(address):
            raise RefusedError(429, "Too many requests without a token that is known: wait a minute.", after)
        raise RefusedError(401, "Sign in: send a token, 'Authorization: Bearer leads_...', that whoever runs it made.")
