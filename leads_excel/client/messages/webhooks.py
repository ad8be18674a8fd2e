"""Messages to a channel: one request to an address that somebody else's service gave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from leads_excel.client.network.addresses import read_address
from leads_excel.client.network.reach import reach_of
from leads_excel.exceptions import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leads_excel.settings.model import Settings


def post(address: str, message: Mapping[str, object], settings: Settings) -> None:
    """Send a message to a webhook.

    Args:
        address: Its address, which is a secret: whoever has it can write to the channel.
        message: What it takes, as JSON.
        settings: The settings in force.

    Raises:
        SettingsError: It did not take the message: why. The address is not told.
    """
    url = read_address(address)
    if url is None:
        raise SettingsError("The address of the webhook names no server: copy it again.")
    network, host = reach_of(url), url.host
    proxy = network.proxy.opened(network.context) if network.proxy else None
    try:
        with httpx.Client(timeout=settings.timeout, trust_env=False, proxy=proxy, verify=network.context) as client:
            answer = client.post(url, json=message)
    except httpx.HTTPError as error:
        reason = type(error).__name__
    else:
        if answer.is_success:
            return
        reason = f"status {answer.status_code}"
    raise SettingsError(f"{host} did not take the message ({reason}): check the webhook's address.")
