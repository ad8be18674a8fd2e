"""Checks of the way to the API: which proxy requests go through, and which certificates are trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.client.network.reach import reach
from leads_excel.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.settings.model import Settings


def network_findings(settings: Settings) -> Iterator[Finding]:
    """Look at what this computer's variables and settings do to requests to the API, and yield what was found.

    Args:
        settings: Which API.

    Raises:
        SettingsError: The proxy cannot be used.
    """
    if settings.simulated:
        yield Finding("proxy", "not asked: the demo answers in process")
        return
    way = reach(settings)
    if way.proxy is None:
        yield Finding("proxy", f"none on the way to {way.host}: {way.because}")
    else:
        sign_in = ", with a sign-in" if way.proxy.signs_in else ""
        yield Finding("proxy", f"{way.proxy}{sign_in}, on the way to {way.host}: {way.because} names it")
    if way.trusted:
        yield Finding("certificates", f"those of {', '.join(way.trusted)}")
    for remark in way.remarks:
        yield Finding("certificates", remark, well=False)
