"""Word of a check to whoever is to know: a channel of Teams or Slack by its webhook, or a person by e-mail.

A webhook's address lets anybody write to the channel: it is kept like a secret, and messages name its server alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from leads_excel.client.messages.mail import mail_server, send
from leads_excel.client.messages.webhooks import post
from leads_excel.exceptions import ArgumentError, LeadsError
from leads_excel.settings.types import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leads_excel.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is to know.

    Args:
        address: `https://...` or `mailto:...`.
        settings: The settings in force, for the mail server.
    """

    address: str = field(repr=False)
    settings: Settings = field(repr=False)

    @property
    def name(self) -> str:
        """What a message may call it: the server of a webhook, or an e-mail's."""
        parts = urlsplit(self.address)
        return parts.hostname or f"mail to •••@{parts.path.rpartition('@')[2]}"

    def tell(self, subject: str, lines: Sequence[str]) -> None:
        """Send a message.

        Args:
            subject: What it is about.
            lines: What it says.

        Raises:
            LeadsError: It could not be sent: why.
        """
        if self.address.startswith("mailto:"):
            send(unquote(urlsplit(self.address).path), subject, lines, self.settings)
        else:
            post(self.address, _message(urlsplit(self.address).hostname or "", subject, lines), self.settings)


def recipients(addresses: Iterable[str], settings: Settings) -> list[Recipient]:
    """Read whom to tell, before there is something to tell.

    Args:
        addresses: Webhooks and e-mail addresses; where there is none, those of the setting `notify`.
        settings: The settings in force.

    Raises:
        ArgumentError: One is neither.
        SettingsError: There is no mail server to send by, or its address cannot be used.
    """
    kept = settings.notify.get_secret_value().split() if settings.notify else []
    named = [address.strip() for address in addresses] or kept
    for address in named:
        parts = urlsplit(address)
        if parts.scheme == "mailto":
            _of_person(unquote(parts.path))
            mail_server(settings)
        elif not (parts.hostname and (parts.scheme == "https" or is_loopback(parts.hostname))):
            raise ArgumentError(
                "Whom to notify is unclear: write https:// and the webhook's address, or mailto:NAME@SERVER."
            )
    return [Recipient(address, settings) for address in named]


def tell_all(told: Iterable[Recipient], subject: str, lines: Sequence[str]) -> list[str]:
    """Send a message to everybody; one who cannot be reached keeps nobody else from knowing.

    Args:
        told: Who is to know.
        subject: What it is about.
        lines: What it says.

    Returns:
        What could not be sent and why, one line each.
    """
    failures = []
    for recipient in told:
        try:
            recipient.tell(f"Leads: {subject}", lines)
        except LeadsError as error:
            failures.append(f"{recipient.name} was not told: {error}")
    return failures


def _message(host: str, subject: str, lines: Sequence[str]) -> dict[str, object]:
    """Write the JSON that a webhook takes: Slack's and Teams' old ones a text, those of a Teams workflow a card."""
    text = "\n\n".join([f"*{subject}*" if host.endswith("slack.com") else f"**{subject}**", *lines])
    if not host.endswith((".logic.azure.com", ".powerplatform.com")):
        return {"text": text}
    body = [{"type": "TextBlock", "text": line, "wrap": True} for line in (f"**{subject}**", *lines)]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _of_person(address: str) -> None:
    if parseaddr(address)[1] != address or "@" not in address.strip("@") or not address.isprintable():
        raise ArgumentError("Whom to notify is unclear: an e-mail address is written mailto:NAME@SERVER.")
