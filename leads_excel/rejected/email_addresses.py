"""E-mail addresses that the DMS refused: signs that do not belong there, and domains one letter off a known one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from leads_excel.kpis.facts.customers import emails_of
from leads_excel.kpis.facts.facts import is_accepted
from leads_excel.rejected.suggested import HIGH, MEDIUM, NOTHING, SUPPORT, Suggested
from leads_excel.schema.spelling import is_one_letter_away

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts

_SHARE = 0.001
"""Of all accepted addresses a domain must have this share to be suggested: large ones, which slips are slips of."""
_RARER = 100
"""A domain that accepted leads have is a slip only where the known one is so many times as frequent."""
_STRAY = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


class Domains:
    """The domains of the e-mail addresses of accepted leads, and how many leads have each.

    Args:
        facts: The leads of a range.
    """

    def __init__(self, facts: Facts) -> None:
        codes, addresses = emails_of(facts)
        codes = codes[is_accepted(facts) & (codes >= 0)]
        domains = pc.extract_regex(addresses, "@(?P<domain>[^@]+)$").field("domain").dictionary_encode()
        per_domain = np.bincount(domains.indices.to_numpy()[codes], minlength=len(domains.dictionary))
        self._counts = dict(zip(domains.dictionary.to_pylist(), per_domain.tolist(), strict=True))
        least = max(SUPPORT, _SHARE * len(codes))
        self._known = [domain for domain, count in self._counts.items() if count >= least]

    def suggest(self, address: str) -> Suggested:
        """Correct an address, where one known domain was meant.

        Args:
            address: As typed.
        """
        user, at, domain = _tidied(address).partition("@")
        if not address.strip():
            return Suggested(why="nothing submitted")
        if not (user and at and domain) or "@" in domain:
            return Suggested(why="no address")
        domain = domain.casefold()
        if domain in self._known:
            meant = f"{user}@{domain}"
            same = meant.casefold() == address.strip().casefold()
            return NOTHING if same else Suggested(meant, HIGH, "stray signs left out")
        near = [known for known in self._known if is_one_letter_away(domain, known)]
        if len(near) != 1 or self._counts.get(domain, 0) * _RARER > self._counts[near[0]]:
            return NOTHING
        return Suggested(f"{user}@{near[0]}", MEDIUM, "domain one letter off")


def _tidied(address: str) -> str:
    text = re.sub("@+", "@", _STRAY.sub("", address))
    text = re.sub(r"[,،;]", ".", text)
    return re.sub(r"\.+$|^\.+", "", re.sub(r"\.{2,}", ".", text)).replace(".@", "@").replace("@.", "@")
