"""Settings that can be written down anywhere: in whatever way that is done, no secret is among what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import PrivateAttr, SecretStr, field_serializer
from pydantic_settings import BaseSettings

if TYPE_CHECKING:
    from collections.abc import Generator

_SIGN_IN = {"token", "username", "password", "api_key"}
"""What belongs together: a user name is not secret, and yet of no use without its password."""


class Secret(SecretStr):
    """A secret that shows stars, as pydantic's do, and is never pickled by itself either."""

    def __copy__(self) -> Self:
        """Give the same secret: it cannot be changed."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the same secret: it cannot be changed."""
        return self

    def __reduce_ex__(self, _protocol: object) -> Any:  # noqa: ANN401 - as of `object`
        """Refuse to be written as bytes.

        Raises:
            TypeError: Always.
        """
        raise TypeError("A secret is not pickled: hand on the settings, which look their sign-in up where they arrive.")


class Address(str):
    """The address of a database that holds a password; it shows stars in its place."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(masked(self))

    def __reduce_ex__(self, _protocol: object) -> Any:  # noqa: ANN401 - as of `object`
        """Refuse to be written as bytes.

        Raises:
            TypeError: Always.
        """
        raise TypeError("An address with a password is not pickled: hand on the settings instead.")

    def __copy__(self) -> Self:
        """Give the same address."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the same address."""
        return self


class Discreet(BaseSettings):
    """Settings without secrets in whatever is written of them.

    Copies made in memory keep their secrets, so that they can be used. What is pickled, for another process or for
    later, leaves the sign-in and an address with a password out: they are looked up where it is read, in variables,
    the settings file and the keychain.
    """

    _arguments: frozenset[str] = PrivateAttr(frozenset())

    def __iter__(self) -> Generator[tuple[str, Any], None, None]:
        """Yield each setting and its value, as `dict` wants them."""
        for name, value in super().__iter__():
            yield name, masked(value) if isinstance(value, Address) else value

    def __reduce_ex__(self, _protocol: object) -> Any:  # noqa: ANN401 - as of `object`
        """Tell pickle how settings are made again: from everything that is not secret."""
        told = {name: getattr(self, name) for name in type(self).model_fields if name not in _SIGN_IN}
        kept = {name: value for name, value in told.items() if not isinstance(value, SecretStr | Address)}
        return _made_again, (type(self), kept, self._arguments & kept.keys())

    @field_serializer("store", check_fields=False)
    def _shown(self, value: str | None) -> str | None:
        return masked(value) if value is not None else None


def masked(address: str) -> str:
    """Write an address with stars in place of its password.

    Args:
        address: An address, or a path.
    """
    try:
        parts = urlsplit(address)
        password = parts.password
    except ValueError:
        return "***" if "@" in address else address
    query = "&".join(
        "***" if item.lower().startswith(("password=", "pass")) else item for item in parts.query.split("&")
    )
    if password is None and query == parts.query:
        return address
    user, _, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}:***@{host}" if password is not None else parts.netloc
    return urlunsplit(parts._replace(netloc=netloc, query=query))


def discreet(address: str) -> str:
    """Make an address one that shows no password, if it holds any.

    Args:
        address: An address, or a path.
    """
    return address if masked(address) == address else Address(address)


def _made_again(kind: type[Discreet], values: dict[str, Any], given: frozenset[str]) -> Discreet:
    made = kind(**values)
    made._arguments = given  # noqa: SLF001 - of its own class
    return made
