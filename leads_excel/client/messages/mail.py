"""Letters: one message to a mail server that the settings name, by the standard library."""

from __future__ import annotations

import smtplib
from contextlib import ExitStack
from email.message import EmailMessage
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from leads_excel.client.network.certificates import trust
from leads_excel.exceptions import SettingsError
from leads_excel.settings.types import is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.settings.model import Settings

_PORTS = {"smtp": 587, "smtps": 465}


class MailServer(NamedTuple):
    """A mail server: `smtp` (with STARTTLS) or `smtps`, its name and port, and whom to sign in as."""

    scheme: str
    host: str
    port: int
    user: str | None


def mail_server(settings: Settings) -> MailServer:
    """Read the server that sends mail.

    Args:
        settings: The settings in force.

    Raises:
        SettingsError: None is set.
    """
    if not settings.mail_server:
        raise SettingsError(
            "There is no mail server to send by: set LEADS_EXCEL_MAIL_SERVER, such as smtp://mail.example.com."
        )
    parts = urlsplit(settings.mail_server)
    user = unquote(parts.username) if parts.username else None
    return MailServer(parts.scheme, str(parts.hostname), parts.port or _PORTS[parts.scheme], user)


def send(to: str, subject: str, lines: Sequence[str], settings: Settings) -> None:
    """Send a letter: over TLS where the server offers that, and to any but one on this computer not without.

    Args:
        to: An e-mail address.
        subject: What it is about.
        lines: What it says.
        settings: The settings in force.

    Raises:
        SettingsError: There is no mail server, or it did not take the letter: why.
    """
    server = mail_server(settings)
    letter = EmailMessage()
    letter["To"], letter["Subject"] = to, subject
    letter["From"] = settings.mail_from or to
    letter.set_content("\n".join(lines) + "\n")
    try:
        _hand_over(letter, server, settings)
    except (OSError, smtplib.SMTPException) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
    else:
        return
    raise SettingsError(
        f"the mail server {server.host} did not take the message ({reason}): check LEADS_EXCEL_MAIL_SERVER."
    )


def _hand_over(letter: EmailMessage, server: MailServer, settings: Settings) -> None:
    context = trust().context
    with ExitStack() as stack:
        if server.scheme == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=settings.timeout, context=context)
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=settings.timeout)
        stack.enter_context(line)
        line.ehlo()
        if server.scheme == "smtp" and (line.has_extn("starttls") or not is_loopback(server.host)):
            line.starttls(context=context)
        if server.user and settings.mail_password:
            line.login(server.user, settings.mail_password.get_secret_value())
        line.send_message(letter)
