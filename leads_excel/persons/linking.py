"""Which leads are of one person: the rule.

Two leads are of one customer where they have the same phone or the same e-mail address and the same name, in whichever
script; a name that is cut short, or missing, joins the one name at its address that it may stand for. An address with
more than `MOST_NAMES` different names is an office's or a filler and links nobody.

What follows from it:

- The first and the last word of a name count, by their sound (`words`); where several spellings of one sound meet at an
  address, as Hassan and Hussain do, spelling counts.
- Leads without any name are of one customer where they have the same phone, or the same e-mail address and at it no two
  phones.
- A name in part joins a customer where that is the only one it may be: by its phones, and where these leave it open,
  by its e-mail addresses. It is of one customer only, so that it never makes one of two, and neither does a chain of
  addresses: everybody in a cluster bears the same name.

Its limits: a person who gives two different names, such as the father's name once and the family's the next time, or a
nickname, is two customers. Two persons of one name at one office phone are one, and in Latin letters so are brothers
such as Saad and Saeed. Who is known only by an office's address is one customer a lead. Whether an address is an
office's is told by the leads of the range alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.clusters import joined
from leads_excel.kpis.facts.facts import remembered
from leads_excel.persons.addresses import email_codes, phone_codes
from leads_excel.persons.names import FULL, IN_PART, NAMELESS, NONE, agree, names_of

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.persons.names import Names

MOST_NAMES = 5
"""So many different names may share an address: a couple with three grown children does, a sixth name is an office."""

_MOST_NUMBERS = 2**62


@dataclass(frozen=True, eq=False)
class Linked:
    """Which leads of a range are of one customer.

    Args:
        customer: For each lead a number that is equal for leads of one customer; `NONE` where nobody can be told.
        rows: The leads that share an address with others.
        names: Their names.
    """

    customer: Numbers
    rows: Numbers
    names: Names


@remembered
def linked(facts: Facts) -> Linked:
    """Find the leads of each customer.

    Args:
        facts: The range.
    """
    phones, emails = phone_codes(facts)[0], email_codes(facts)
    shared = [_shared(phones), _shared(emails)]
    rows = np.flatnonzero((shared[0] != NONE) | (shared[1] != NONE))
    names = names_of(facts.tables.leads, rows)
    customer = np.where((phones != NONE) | (emails != NONE), np.arange(facts.count), NONE)
    customer[rows] = rows[_clustered(names, [each[rows] for each in shared], phones[rows])]
    return Linked(customer, rows, names)


def _shared(codes: Numbers) -> Numbers:
    """Keep what several leads have; `NONE` for the others."""
    often = np.append(np.bincount(codes[codes != NONE]) > 1, values=False)
    return np.where(often[codes], codes, NONE)


def _clustered(names: Names, shared: list[Numbers], phones: Numbers) -> Numbers:
    """Give leads of one customer the number of one of them: first equal names, then those in part, fullest first."""
    kinds = names.kinds
    links = [_same_names(names, address, phones) for address in shared]
    label = _spokesmen(names, joined(len(kinds), *(edges for edges, _ in links)))
    shared = [np.where(is_open, address, NONE) for address, (_, is_open) in zip(shared, links, strict=True)]
    for kind in range(FULL - 1, NAMELESS - 1, -1):
        label = _attached(names, kinds, label, shared, kind)[label]
    return label


def _same_names(names: Names, address: Numbers, phones: Numbers) -> tuple[Numbers, Flags]:
    """Link each lead to the first with its name at its address, one without a name where nothing tells two persons.

    Returns:
        The place of that lead, or `NONE`; and which leads' addresses have few enough names to link anybody.
    """
    kinds, first, last = names.kinds, names.sounds[names.first], names.sounds[names.last]
    there = address != NONE
    known = there & (kinds > NAMELESS)
    sound = _numbered(known, address, first, last)
    is_open = there & (_how_many_names(kinds, address, first, sound) <= MOST_NAMES)
    has_first, is_full = there & (kinds > IN_PART), there & (kinds == FULL)
    is_two = _varies(has_first, address, first) | _varies(is_full, address, sound)
    is_two |= _varies(there & (phones != NONE), address, phones)
    alone = np.where(there & (kinds == NAMELESS) & ~is_two, address, NONE)
    exact = _spelt_apart(names, known, sound)
    offset = int(exact.max(initial=NONE)) + 1
    group = np.where(exact != NONE, exact, np.where(alone != NONE, alone + offset, NONE))
    return _first_of(np.where(is_open, group, NONE)), is_open


def _numbered(valid: Flags, *keys: Numbers) -> Numbers:
    """Number the different combinations of keys; `NONE` where they are not valid."""
    codes = np.full(len(valid), NONE)
    found, size = np.zeros(int(valid.sum()), "int64"), 1
    for key in keys:
        values = key[valid] + 1
        different = int(values.max(initial=0)) + 1
        if size * different > _MOST_NUMBERS:
            found, size = pd.factorize(found)[0].astype("int64"), len(found)
        found, size = found * different + values, size * different
    codes[valid] = pd.factorize(found)[0]
    return codes


def _how_many_names(kinds: Numbers, address: Numbers, first: Numbers, sound: Numbers) -> Numbers:
    """Count the different names at the address of each lead, exactly where they may be more than `MOST_NAMES`.

    An address with no more leads than that, as nearly all have, has no more names either: it counts as having none.
    """
    leads = np.append(np.bincount(address[address != NONE]), 0)[address]
    crowd = np.flatnonzero(leads > MOST_NAMES)
    there, kind = address[crowd], kinds[crowd]
    first_names = _how_many(there, _numbered(kind > IN_PART, there, first[crowd]))
    names = np.zeros(len(address), "int64")
    names[crowd] = np.maximum(first_names, _how_many(there, np.where(kind == FULL, sound[crowd], NONE)))
    return names


def _how_many(address: Numbers, name: Numbers) -> Numbers:
    """Count the different names at the address of each lead; a name is of one address."""
    counted = name != NONE
    of_name = np.full(int(name.max(initial=NONE)) + 1, NONE)
    of_name[name[counted]] = address[counted]
    return np.bincount(of_name[of_name != NONE], minlength=int(address.max(initial=0)) + 1)[address]


def _varies(counted: Flags, group: Numbers, value: Numbers) -> Flags:
    """Tell where the leads of a group that count have several values."""
    one = np.full(int(group.max(initial=NONE)) + 2, NONE)
    one[group[counted]] = value[counted]
    other = counted & (value != one[group])
    several = np.zeros(len(one), "bool")
    several[group[other]] = True
    return several[group]


def _spelt_apart(names: Names, known: Flags, sound: Numbers) -> Numbers:
    """Number the names that sound alike, by their spelling where they are spelt in several ways in one script."""
    spelt = np.zeros(len(sound), "bool")
    for part in (names.first, names.last):
        for script in (False, True):
            spelt |= _varies(known & (part != NONE) & (names.latin[part] == script), sound, part)
    spelt &= known
    exact = _numbered(spelt, sound, names.first, names.last)
    return np.where(spelt, exact + int(sound.max(initial=NONE)) + 1, sound)


def _first_of(group: Numbers) -> Numbers:
    """Find the first lead of each group; `NONE` for itself and for leads without a group."""
    grouped = np.flatnonzero(group != NONE)
    first = np.full(len(group), NONE)
    begins = np.full(int(group.max(initial=NONE)) + 1, NONE)
    begins[group[grouped[::-1]]] = grouped[::-1]
    first[grouped] = begins[group[grouped]]
    return np.where(first == np.arange(len(group)), NONE, first)


def _spokesmen(names: Names, label: Numbers) -> Numbers:
    """Have the lead whose name comes first in the alphabet stand for its cluster, whatever the order of rows."""
    name = (names.first + 1) * (len(names.words) + 1) + names.last + 1
    least = np.full(len(label), _MOST_NUMBERS)
    np.minimum.at(least, label, name)
    speakers = np.flatnonzero(name == least[label])[::-1]
    speaks = np.zeros(len(label), "int64")
    speaks[label[speakers]] = speakers  # of several, the first one stays
    return speaks[label]


def _attached(names: Names, kinds: Numbers, label: Numbers, shared: list[Numbers], kind: int) -> Numbers:
    """Find for each cluster of names in part the one cluster with more of a name that it may belong to.

    Returns:
        For each place the label of that cluster, or its own number.
    """
    target = np.arange(len(label))
    undecided = kinds[label] == kind
    for address in shared:
        there = address != NONE
        wanted = np.zeros(int(address.max(initial=NONE)) + 2, "bool")
        wanted[address[there & undecided]] = True
        part, whole = (
            pd.DataFrame({"address": address[rows], name: label[rows]}).drop_duplicates()
            for name, rows in (("part", there & undecided), ("whole", wanted[address] & (kinds[label] > kind)))
        )
        pairs = part.merge(whole, on="address")[["part", "whole"]].drop_duplicates()
        these, those = pairs["part"].to_numpy("int64"), pairs["whole"].to_numpy("int64")
        fits = agree(names, these, those)
        these, those = these[fits], those[fits]
        choices = np.bincount(these, minlength=len(label))
        is_only = choices[these] == 1
        target[these[is_only]] = those[is_only]
        undecided &= choices[label] != 1
    return target
