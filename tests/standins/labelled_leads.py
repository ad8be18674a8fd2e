"""Leads of the simulated DMS of which it is known who left them, with strangers who share phones and addresses."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel.sandbox.synthetic.bulks import EVERYTHING, Bulks
from leads_excel.sandbox.synthetic.vocabulary import FAMILIES
from leads_excel.tables.lead_tables import build

if TYPE_CHECKING:
    from leads_excel.tables.lead_tables import LeadTables

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)
"""When the leads are looked at: all of them are judged."""

_SPELT = {
    "Ahmad": "Ahmed", "Yousef": "Yusuf", "Omar": "Umar", "Khalid": "Khaled", "Hassan": "Hasan", "Noura": "Nora",
    "Sara": "Sarah", "Waleed": "Walid", "Ibrahim": "Ebrahim", "Nasser": "Naser", "Majed": "Majid", "Tariq": "Tareq",
    "Fahad": "Fahd", "Salma": "Selma", "Huda": "Hoda", "Reem": "Rim", "Saad": "Sa'ad", "Ziyad": "Zeyad",
}  # fmt: skip
_FATHERS = ("Abdullah", "Saleh", "Mansour", "عبدالله", "صالح")


class Labelled:
    """Leads as the API sends them, and the number of the person behind each.

    Args:
        count: How many leads.
        seed: Another seed is another dealership with other offices and families.
    """

    def __init__(self, count: int, seed: int = 5) -> None:
        self.bulks: list[dict[str, Any]] = []
        self.person: dict[int, int] = {}
        self._fill(count, seed)
        self._dice = Random(f"{seed}/shared")
        self._leads = [lead for bulk in self.bulks for lead in bulk["leads"] or ()]
        self._by_person: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for lead in self._leads:
            self._by_person[self.person[lead["leadExternalId"]]].append(lead)

    def _fill(self, count: int, seed: int) -> None:
        for bulk in Bulks(seed, 250).between(FIRST, FIRST + timedelta(days=200)):
            sent = json.loads(bulk.reply(LATER, EVERYTHING) or b"{}")
            self.bulks.append(sent)
            self.person |= {lead.number: lead.person for lead in bulk.leads}
            count -= len(sent["leads"] or ())
            if count <= 0:
                return

    def tables(self) -> LeadTables:
        """Make their tables."""
        return build(self.bulks)

    def truth(self, tables: LeadTables) -> pd.Series:
        """Tell who left each lead of the tables."""
        return tables.leads["leadExternalId"].map(self.person)

    def spoil(self) -> None:
        """Have people share phones and addresses, and write their names as people do."""
        for number in range(200):
            self._share(self._family(self._dice.randint(2, 4)), email=f"family.{number}@example.com")
        for number in range(100):
            self._share(self._family(2), phoneCode="00966", phoneNumber=f"55500{number:04d}")
        for number, how_many in enumerate([60, *(self._dice.randint(6, 25) for _ in range(40))]):
            self._share(self._strangers(how_many), phoneCode="00966", phoneNumber=f"11400{number:04d}")
        for number in range(80):
            office = self._strangers(self._dice.randint(2, 5))
            self._share(office, phoneCode="00966", phoneNumber=f"11500{number:04d}")
        self._second_phones()
        for lead in self._leads:
            self._write(lead)

    def _strangers(self, how_many: int) -> list[int]:
        return list({self.person[lead["leadExternalId"]] for lead in self._dice.sample(self._leads, how_many)})

    def _family(self, how_many: int) -> list[int]:
        """Give strangers one family name, in whichever script they write."""
        strangers, (latin, arabic) = self._strangers(how_many), self._dice.choice(FAMILIES)
        for lead in self._of(strangers):
            lead["lastName"] = latin if lead["lastName"].isascii() else arabic
        return strangers

    def _of(self, persons: list[int]) -> list[dict[str, Any]]:
        return [lead for person in persons for lead in self._by_person[person]]

    def _share(self, persons: list[int], **address: str) -> None:
        """Have each of some persons leave an address that is not theirs alone in one of their leads."""
        for person in persons:
            self._dice.choice(self._by_person[person]).update(address)

    def _second_phones(self) -> None:
        for lead in self._dice.sample(self._leads, len(self._leads) // 50):
            if "@example" in (lead["email"] or ""):
                lead |= {"phoneCode": "00966", "phoneNumber": f"57{self.person[lead['leadExternalId']]:07d}"}

    def _write(self, lead: dict[str, Any]) -> None:
        throw = self._dice.random()
        first, last = lead["firstName"] or "", lead["lastName"] or ""
        if throw < 0.2:
            first = _SPELT.get(first, first).replace("\u0623", "\u0627").replace("\u0629", "\u0647")
            last = self._dice.choice(
                (last.replace("Al ", "Al"), last.removeprefix("Al "), last.removeprefix("ال"), last)
            )
        elif throw < 0.24:
            last = self._dice.choice(("", "-"))
        elif throw < 0.26:
            first = f"{first[:1]}."
        elif throw < 0.28:
            first, last = "", ""
        elif throw < 0.29:
            last = self._dice.choice(_FATHERS)
        lead |= {"firstName": first, "lastName": last}


def precision_and_recall(found: pd.Series, truth: pd.Series) -> tuple[float, float]:
    """Hold clusters against the truth, pair by pair.

    Args:
        found: For each lead its cluster; missing for one that is in none.
        truth: For each lead its person.

    Returns:
        Pairs found that are of one person / pairs found; and these / pairs of one person.
    """
    both = _pairs(pd.DataFrame({"found": found, "truth": truth}).dropna().groupby(["found", "truth"]).size())
    return both / _pairs(found.dropna().value_counts()), both / _pairs(truth.value_counts())


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
