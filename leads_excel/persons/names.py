"""The names of many leads as numbers: equal ones for names that sound alike, or are spelt alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.persons.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.persons.words import Word

NONE = -1
"""The number of a word that there is not."""

NAMELESS, IN_PART, FIRST_ONLY, FULL = range(4)
"""How much of a name there is: nothing; initials or a family name alone; a first name; a first and a family name."""

_HEARD_AS = {"X": "k", "C": "s"}
"""The Latin letter that kh and sh begin with: what an initial shows of them."""


@dataclass(frozen=True, eq=False)
class Names:
    """First and last words of the names of some leads; the names between them come and go.

    Args:
        words: Every different word, sorted.
        first: For each lead the number of its first word, or `NONE`.
        last: The number of its last word, or `NONE`.
    """

    words: tuple[Word, ...]
    first: Numbers
    last: Numbers

    @cached_property
    def kinds(self) -> Numbers:
        """How much there is of each name, `NAMELESS` to `FULL`."""
        has_first, has_last = ((part != NONE) & ~self.initial[part] for part in (self.first, self.last))
        is_nameless = (self.first == NONE) & (self.last == NONE)
        wants = [is_nameless, has_first & has_last, has_first & (self.last == NONE)]
        return np.select(wants, [NAMELESS, FULL, FIRST_ONLY], IN_PART)

    @cached_property
    def sounds(self) -> Numbers:
        """The sound of each word as a number; here and below the last place is that of `NONE`."""
        heard = {sound: number for number, sound in enumerate(dict.fromkeys(word.sound for word in self.words))}
        return np.array([*(heard[word.sound] for word in self.words), NONE], "int64")

    @cached_property
    def initial(self) -> Flags:
        """Whether each word is an initial."""
        return np.array([*(word.is_initial for word in self.words), False], "bool")

    @cached_property
    def latin(self) -> Flags:
        """Whether each word is written in Latin letters."""
        return np.array([*(word.is_latin for word in self.words), False], "bool")

    @cached_property
    def heads(self) -> Numbers:
        """The letter that an initial shows of each word."""
        letters = (word.sound[0] for word in self.words)
        return np.array([*(ord(_HEARD_AS.get(letter, letter)) for letter in letters), 0], "int64")


def names_of(leads: pd.DataFrame, rows: Numbers) -> Names:
    """Read the names of some leads.

    Args:
        leads: The leads table.
        rows: Row numbers.
    """
    fields = [pd.factorize(leads[name].iloc[rows].astype("string")) for name in ("firstName", "lastName")]
    read = [[words_of(str(text)) for text in texts] for _, texts in fields]
    words = sorted({word for field in read for found in field for word in found})
    numbers = {word: number for number, word in enumerate(words)}
    (begins, ends, many), (family_begins, family_ends, family_many) = (
        _first_last_many(field, numbers)[codes].T for (codes, _), field in zip(fields, read, strict=True)
    )
    first = np.where(many > 0, begins, np.where(family_many > 1, family_begins, NONE))
    last = np.where(family_many > 0, family_ends, np.where(many > 1, ends, NONE))
    return Names(tuple(words), first, last)


def _first_last_many(field: Sequence[Sequence[Word]], numbers: Mapping[Word, int]) -> Numbers:
    """List of each text its first word, its last word and how many there are; at the end what there is of none."""
    ends = [(numbers[found[0]], numbers[found[-1]], len(found)) if found else (NONE, NONE, 0) for found in field]
    return np.array([*ends, (NONE, NONE, 0)], "int64")


def agree(names: Names, these: Numbers, those: Numbers) -> Flags:
    """Tell which names may be of one person: nothing that both of them say differs.

    Args:
        names: The names.
        these: Places of leads.
        those: Others, as many.
    """
    met = np.ones(len(these), "bool")
    for part in (names.first, names.last):
        this, that = part[these], part[those]
        sounds_same = names.sounds[this] == names.sounds[that]
        is_same = (this == that) | (sounds_same & (names.latin[this] != names.latin[that]))
        begins_same = (names.initial[this] | names.initial[that]) & (names.heads[this] == names.heads[that])
        met &= (this == NONE) | (that == NONE) | is_same | begins_same
    return met
