"""A key for each customer that does not tell who it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from leads_excel.kpis.facts.persons import person_keys

if TYPE_CHECKING:
    import pyarrow as pa

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.persons.linking import Linked


def keys(facts: Facts, found: Linked, who: Numbers, phones: pa.Array, emails: pa.Array) -> list[str | None]:
    """Name customers.

    Args:
        facts: The range.
        found: Which leads are of whom.
        who: For each customer the number under which `found` has it.
        phones: The best phone of each.
        emails: The best e-mail address of each.

    Returns:
        The key of the phone, without one that of the e-mail address, as a list of duplicates has it; where several
        customers share it, that of address and name, and where they have none, of the lead's number.
    """
    addresses = pc.coalesce(phones, emails)
    numbers = addresses.dictionary_encode().indices.to_numpy()
    shared = np.flatnonzero(np.bincount(numbers)[numbers] > 1)
    identities: list[str] = addresses.to_numpy(zero_copy_only=False).tolist()
    for place, name in zip(shared.tolist(), _sounds(found, who[shared]), strict=True):
        identities[place] = f"{identities[place]}\n{name}"
    again = Counter(identities[place] for place in shared.tolist())
    records = facts.tables.leads["leadExternalId"]
    for place in shared.tolist():
        if again[identities[place]] > 1:
            identities[place] += f"\n{records.iloc[who[place]]}"
    return person_keys(identities)


def _sounds(found: Linked, who: Numbers) -> list[str]:
    """Write the names of customers who share an address."""
    places = np.searchsorted(found.rows, who)
    words = [*found.names.words, None]
    parts = [[words[number] for number in part[places].tolist()] for part in (found.names.first, found.names.last)]
    return [" ".join(word.sound for word in both if word) for both in zip(*parts, strict=True)]
