"""Duplicates, returning customers and recovered leads a second time: one verdict after another, in plain loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from leads_excel.kpis.facts.customers import emails_of, phones_of
from leads_excel.kpis.facts.facts import facts_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from leads_excel.tables.lead_tables import LeadTables

MONTH = timedelta(days=30)


class Verdict(NamedTuple):
    """One time that a lead was submitted."""

    at: datetime
    place: int
    number: int
    accepted: bool
    rejected: bool
    keys: tuple[tuple[str, object], ...]
    brand: str
    source: str
    branch: str


class Oracle:
    """All that was ever submitted, and what it makes of any range in it.

    Args:
        tables: Leads of a long range, with their earlier versions.
    """

    def __init__(self, tables: LeadTables) -> None:
        both = [each for each in (tables.earlier, tables) if each is not None]
        found = sorted((verdict for each in both for verdict in _verdicts(each)), key=lambda verdict: verdict.at)
        self.verdicts = [verdict._replace(place=place) for place, verdict in enumerate(found)]
        self.by_key: dict[object, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            for key in (("number", verdict.number), *verdict.keys):
                self.by_key[key].append(verdict)

    def figures(self, first: date, last: date) -> dict[str, float | None]:
        """Work the figures out for a range."""
        within = [verdict for verdict in self.verdicts if first <= verdict.at.date() <= last]
        leads = list({verdict.number: verdict for verdict in within}.values())
        rejected = list({verdict.number: verdict for verdict in within if verdict.rejected}.values())
        accepted = [lead for lead in leads if lead.accepted]
        repeated = {lead.number: self.repeated(lead) for lead in accepted}
        pairs = [(lead, repeated[lead.number]) for lead in accepted if repeated[lead.number]]
        back = [lead for lead in accepted if not repeated[lead.number] and self.repeated(lead, 3 * MONTH)]
        strict = [lead for lead in accepted if self.repeated(lead, brand=lead.brand)]
        waits = [days for lead in rejected if (days := self.recovery(lead)) is not None]
        return {
            "duplicates": len(pairs),
            "duplicate_rate": _share(len(pairs), len(accepted)),
            "email_duplicates": sum(not self.last(lead, "phone") for lead, _ in pairs),
            "strict_duplicate_rate": _share(len(strict), len(accepted)),
            "same_source_duplicate_rate": _share(sum(a.source == b.source != "" for a, b in pairs), len(pairs)),
            "cross_branch_duplicate_rate": _share(sum("" != a.branch != b.branch != "" for a, b in pairs), len(pairs)),
            "returning": len(back),
            "returning_rate": _share(len(back), len(accepted)),
            "recovered_rate": _share(len(waits), len(rejected)),
            "recovery_days": None if not waits else float(pd.Series(waits).median()),
            "first_time_right_rate": _share(
                sum(map(self.is_right, accepted)), len(accepted) + sum(lead.rejected for lead in leads)
            ),
        }

    def last(self, lead: Verdict, kind: str, within: timedelta = MONTH, brand: str | None = None) -> Verdict | None:
        """Find the accepted lead of another number that a lead repeats by one kind of key."""
        found = None
        for key in lead.keys:
            for other in self.by_key[key] if key[0] == kind else ():
                if other.place >= lead.place:
                    break
                fits = other.accepted and other.number != lead.number and (brand is None or brand == other.brand != "")
                found = other if fits else found
        return found if found and lead.at - found.at <= within else None

    def repeated(self, lead: Verdict, within: timedelta = MONTH, brand: str | None = None) -> Verdict | None:
        """Find the lead that a lead repeats, by phone before by address."""
        return self.last(lead, "phone", within, brand) or self.last(lead, "email", within, brand)

    def recovery(self, lead: Verdict) -> float | None:
        """Tell how many days after a rejection its number, phone or address was accepted."""
        later = [
            (other.at - lead.at) / timedelta(days=1)
            for key in (("number", lead.number), *lead.keys)
            for other in self.by_key[key]
            if other.accepted and lead.at <= other.at <= lead.at + MONTH
        ]
        return min(later, default=None)

    def is_right(self, lead: Verdict) -> bool:
        """Tell whether a lead was not rejected before under its number."""
        return not any(
            other.rejected and timedelta(0) <= lead.at - other.at <= MONTH
            for other in self.by_key["number", lead.number]
        )


def _verdicts(tables: LeadTables) -> list[Verdict]:
    facts = facts_of(tables)
    phones, (codes, addresses) = phones_of(facts), emails_of(facts)
    rejected = tables.leads["isError"].eq(other=True).fillna(value=False)
    under_way = set(tables.bulks.loc[tables.bulks["isProcessed"].isin([1, 2]), "createdDate"])  # no two at one moment
    texts = tables.leads[["brand", "source", "branch"]].fillna("").astype(str)
    verdicts = []
    for row, lead in enumerate(tables.leads.itertuples()):
        keys = [("phone", int(phones[row]))] if phones[row] > 0 else []
        keys += [("email", addresses[codes[row]].as_py())] if codes[row] >= 0 else []
        at = lead.bulkCreatedDate.to_pydatetime(warn=False).replace(tzinfo=None)
        is_open = lead.bulkCreatedDate in under_way and not lead.leadId > 0
        is_accepted = not rejected.iloc[row] and not is_open
        words = [text.strip() for text in texts.iloc[row]]
        verdicts.append(
            Verdict(at, 0, int(lead.leadExternalId), is_accepted, bool(rejected.iloc[row]), tuple(keys), *words)
        )
    return verdicts


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
