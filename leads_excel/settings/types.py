"""What a single setting may hold: the types of the fields of `Settings`, with refusals that say what to put."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError

from leads_excel.settings.secrecy import Secret, discreet
from leads_excel.settings.sources import nearest

REFUSED = "setting_refused"
"""The error type of the refusals below: their text is meant for people and holds no value."""


def is_loopback(host: str) -> bool:
    """Tell whether a host is this computer itself, so that nothing sent to it crosses a network.

    Args:
        host: A name or an IP address, without port and brackets.

    Returns:
        Whether it is `localhost` or a loopback address.
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _blank_is_unset(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return None if isinstance(text, str) and not text.strip() else value


def _none_is_off(value: str) -> str | None:
    if not value.strip():
        raise PydanticCustomError(REFUSED, "it is blank: put the path of a file, the address of a database, or none")
    return None if value.strip().lower() == "none" else discreet(value)


def _none_is_no_log(value: str) -> str | None:
    if not value.strip():
        raise PydanticCustomError(REFUSED, "it is blank: put the path of a folder, or none")
    return None if value.strip().lower() == "none" else value


def _known_zone(name: str) -> str:
    name = name.strip()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, an absolute path, a folder of the time zone database
        return _zone_of_windows(name)
    return name


def _zone_of_windows(name: str) -> str:
    """Find the zone that Windows calls by a name of its own, such as Arab Standard Time (CLDR, windowsZones)."""
    from tzlocal.windows_tz import win_tz  # noqa: PLC0415 - a name that Python knows does without

    zones: dict[str, str] = win_tz
    found = {known.casefold(): zone for known, zone in zones.items()}.get(name.casefold())
    if found is None:
        near = nearest(name, {*available_timezones(), *zones}) or "none: install the package tzdata"
        raise PydanticCustomError(REFUSED, "there is no time zone of that name; the nearest is {near}", {"near": near})
    return found


def _safe_url(text: str) -> str:
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in {"http", "https"} and parts.port != 0 else None
    except ValueError:
        host = None
    if not host or not url.isprintable() or " " in url:
        raise PydanticCustomError(REFUSED, "it is not a web address: put https://, the server's name and /gs")
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise PydanticCustomError(REFUSED, "it may hold no user name, no password, no '?' and no '#'")
    if parts.scheme == "http" and not is_loopback(host):
        raise PydanticCustomError(REFUSED, "http:// would send the sign-in over the network in clear: put https://")
    return url


def _mail_url(text: str) -> str:
    url = text.strip()
    try:
        parts = urlsplit(url)
        is_server = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_server = False
    if not is_server or not url.isprintable() or " " in url or parts.path.strip("/"):
        raise PydanticCustomError(REFUSED, "it is no mail server: put smtp:// or smtps:// and its name")
    if parts.password is not None:
        raise PydanticCustomError(REFUSED, "it holds a password: put that in mail_password")
    return url


def _one_word(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise PydanticCustomError(REFUSED, "it holds a blank or a line break: copy it again, without any other word")
    return Secret(text)


def _hidden(secret: SecretStr) -> SecretStr:
    return Secret(secret.get_secret_value())


def _no_colon(name: str) -> str:
    if ":" in name or not name.isprintable():
        raise PydanticCustomError(REFUSED, "no user name can hold a colon or a line break (RFC 7617)")
    return name


Lower = BeforeValidator(_lower)
"""In front of a choice: capitals and blanks around it do not count."""

Blank = BeforeValidator(_blank_is_unset)
"""In front of an optional text: a blank one counts as unset."""

Word = Annotated[SecretStr, AfterValidator(_one_word)]
"""A secret that travels in a header."""

Password = Annotated[SecretStr, AfterValidator(_hidden)]
"""A secret of any letters."""

Url = Annotated[str, AfterValidator(_safe_url)]
"""An address that a sign-in may be sent to: `https`, or `http` to this computer; without a slash at its end."""

UserName = Annotated[str, AfterValidator(_no_colon)]
"""A user name of basic authentication."""

Zone = Annotated[str, AfterValidator(_known_zone)]
"""The name of a time zone."""

Store = Annotated[str, AfterValidator(_none_is_off)]
"""A place to keep windows, or `none`."""

LogFolder = Annotated[str, AfterValidator(_none_is_no_log)]
"""A folder to log to, or `none`."""

MailServer = Annotated[str, AfterValidator(_mail_url)]
"""The address of a mail server, perhaps with a user name."""
