"""Where leads come from, and how each source behaves: volume, care, rejections, consent.

The API page filters by integers and answers with names. The sandbox numbers them like this; a sub-source's number is
its source's number times ten, plus its place:

| source | sub-sources |
| --- | --- |
| 1 Direct Contact | 11 Walk In, 12 Phone, 13 Email |
| 2 Website | 21 Web Form, 22 Live Chat, 23 Build And Price |
| 3 Social Media | 31 Instagram, 32 Snapchat, 33 TikTok, 34 X |
| 4 Call Center | 41 Inbound, 42 Outbound |
| 5 WhatsApp | 51 Chat, 52 Campaign |
| 6 Partner Portal | 61 Marketplace, 62 Bank, 63 Insurance |
| 7 Event | 71 Motor Show, 72 Mall Stand |
| 8 Referral | 81 Employee, 82 Customer |
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from leads_excel.sandbox.synthetic.dice import Dice, members, weighted


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity, which hashes fast
class Source:
    """A source of leads.

    Args:
        number: What the API's `source` parameter calls it.
        name: What a lead's `source` key calls it.
        channels: Its sub-sources, the most used first.
        day: Its weight among the leads of business hours.
        night: Its weight among the leads that machines hand over at night.
        peak: The months in which its weight doubles.
        rejected: Share of its leads that the DMS rejects.
        careless: Share of its leads with a phone or an e-mail address that reaches nobody.
        agrees: Share of its customers who say yes when asked for consent.
        lags: Days between the customer's request and the bulk, one of these.
    """

    number: int
    name: str
    channels: tuple[str, ...]
    day: int
    night: int
    peak: frozenset[int]
    rejected: float
    careless: float
    agrees: float
    lags: tuple[int, ...] = (0, 0, 0, 0, 0, 0, 0, 1)


SOURCES = (
    Source(1, "Direct Contact", ("Walk In", "Phone", "Email"), day=20, night=1, peak=frozenset({9}),
           rejected=0.06, careless=0.01, agrees=0.55),
    Source(2, "Website", ("Web Form", "Live Chat", "Build And Price"), day=24, night=40, peak=frozenset({3, 11}),
           rejected=0.11, careless=0.05, agrees=0.48),
    Source(3, "Social Media", ("Instagram", "Snapchat", "TikTok", "X"), day=20, night=34, peak=frozenset({2, 6, 10}),
           rejected=0.16, careless=0.11, agrees=0.62),
    Source(4, "Call Center", ("Inbound", "Outbound"), day=14, night=1, peak=frozenset({4}),
           rejected=0.07, careless=0.02, agrees=0.40),
    Source(5, "WhatsApp", ("Chat", "Campaign"), day=11, night=14, peak=frozenset({8, 9}),
           rejected=0.08, careless=0.03, agrees=0.58),
    Source(6, "Partner Portal", ("Marketplace", "Bank", "Insurance"), day=7, night=12, peak=frozenset({1, 12}),
           rejected=0.17, careless=0.07, agrees=1.0, lags=(0, 1, 1, 2)),
    Source(7, "Event", ("Motor Show", "Mall Stand"), day=5, night=1, peak=frozenset({2, 10}),
           rejected=0.13, careless=0.06, agrees=0.70, lags=(1, 2, 3, 4, 5)),
    Source(8, "Referral", ("Employee", "Customer"), day=4, night=1, peak=frozenset({5}),
           rejected=0.05, careless=0.01, agrees=0.35),
)  # fmt: skip
"""All sources. The Partner Portal is the one with a pre-ticked box: everybody agrees."""


@cache
def mix(month: int, *, night: bool) -> tuple[Source, ...]:
    """Build the table a bulk's sources are drawn from."""
    return weighted(
        ((source.night if night else source.day) * (2 if month in source.peak else 1), source) for source in SOURCES
    )


@cache
def channels(source: Source) -> tuple[tuple[int, str], ...]:
    """Build the table of sub-sources: number (0 for none) and JSON of `source` and `subSource`."""
    known = [
        (2 ** (len(source.channels) - place), (source.number * 10 + place, channel))
        for place, channel in enumerate(source.channels, start=1)
    ]
    return tuple(
        (number, members({"source": source.name, "subSource": channel}))
        for number, channel in weighted([*((weight * 4, entry) for weight, entry in known), (1, (0, None))])
    )


@cache
def answers(source: Source) -> tuple[str, ...]:
    """Build the table of the four yes-or-no answers as JSON; a question nobody asked is null."""
    dice = Dice(f"answers/{source.number}")

    def asked(share: float, yes: float) -> bool | None:
        if yes >= 1.0:
            return True
        return dice.chance(yes) if dice.chance(share) else None

    return tuple(
        members(
            {
                "testDriveRequired": asked(0.94, 0.34),
                "acceptNewsLetter": asked(0.86, source.agrees * 0.8),
                "acceptMarketing": asked(0.90, source.agrees),
                "acceptPrivatePolicy": asked(0.95, max(source.agrees, 0.88)),
            }
        )
        for _ in range(500)
    )
