"""Which leads are of one person, told lead by lead from plain records: the rule of `persons.linking` once more."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from leads_excel.persons.words import words_of

if TYPE_CHECKING:
    from leads_excel.persons.words import Word

MOST_NAMES = 5
NAMELESS, IN_PART, FIRST_ONLY, FULL = range(4)


class Record(NamedTuple):
    """A lead: its name as typed, a phone and an e-mail address as they are compared, None where it has none."""

    first_name: str | None
    last_name: str | None
    phone: object
    email: object


class _Name(NamedTuple):
    first: Word | None
    last: Word | None

    @property
    def kind(self) -> int:
        has_first, has_last = (word is not None and not word.is_initial for word in self)
        if self == (None, None):
            return NAMELESS
        if has_first and has_last:
            return FULL
        return FIRST_ONLY if has_first and self.last is None else IN_PART

    @property
    def sounds(self) -> tuple[str | None, ...]:
        return tuple(word and word.sound for word in self)

    @property
    def alphabetic(self) -> list[tuple[object, ...]]:
        return [() if word is None else (1, *word) for word in self]


def _name(record: Record) -> _Name:
    given, family = (words_of(text or "") for text in (record.first_name, record.last_name))
    first = given[0] if given else family[0] if len(family) > 1 else None
    last = family[-1] if family else given[-1] if len(given) > 1 else None
    return _Name(first, last)


def people(records: list[Record]) -> list[int | None]:
    """Give leads of one person the same number; None where nobody can be told."""
    names = [_name(record) for record in records]
    cluster = list(range(len(records)))
    places = [_open_places(records, names, field) for field in ("phone", "email")]
    for found in places:
        for members in found:
            for same in _same(records, names, members):
                _join(cluster, same)
    speaker = {number: _speaker(names, cluster, number) for number in set(cluster)}  # for those who join it, too
    for kind in (FIRST_ONLY, IN_PART, NAMELESS):
        _attach(speaker, cluster, places, kind)
    return [None if not (row.phone or row.email) else cluster[at] for at, row in enumerate(records)]


def _open_places(records: list[Record], names: list[_Name], field: str) -> list[list[int]]:
    """List the leads at each phone or address that is no office's."""
    there: dict[object, list[int]] = defaultdict(list)
    for at, record in enumerate(records):
        if getattr(record, field):
            there[getattr(record, field)].append(at)
    return [members for members in there.values() if len(members) > 1 and _how_many(names, members) <= MOST_NAMES]


def _how_many(names: list[_Name], members: list[int]) -> int:
    firsts = {names[at].sounds[0] for at in members if names[at].kind > IN_PART}
    return max(len(firsts), len({names[at].sounds for at in members if names[at].kind == FULL}))


def _same(records: list[Record], names: list[_Name], members: list[int]) -> list[list[int]]:
    """Put leads at one place together that bear one name, and those without any where nothing tells two persons."""
    by_sound = defaultdict(list)
    for at in members:
        by_sound[names[at].sounds].append(at)
    nameless = by_sound.pop((None, None), [])
    phones = {records[at].phone for at in members if records[at].phone}
    groups = [nameless] if _how_many(names, members) <= 1 and len(phones) <= 1 else []
    for alike in by_sound.values():
        spellings = defaultdict(set)
        for at in alike:
            for part, word in enumerate(names[at]):
                if word:
                    spellings[part, word.is_latin].add(word)
        by_spelling = defaultdict(list)
        for at in alike:
            by_spelling[names[at] if any(len(each) > 1 for each in spellings.values()) else None].append(at)
        groups += by_spelling.values()
    return groups


def _join(cluster: list[int], members: list[int]) -> None:
    numbers = {cluster[at] for at in members}
    cluster[:] = [min(numbers) if number in numbers else number for number in cluster]


def _attach(speaker: dict[int, _Name], cluster: list[int], places: list[list[list[int]]], kind: int) -> None:
    """Have each person of a name in part be the only one with more of a name that it may be, if there is only one."""
    target = {}
    for number in (each for each in set(cluster) if speaker[each].kind == kind):
        for found in places:  # by phone, and where that leaves it open, by e-mail address
            near = {cluster[at] for members in found for at in members if number in {cluster[one] for one in members}}
            fits = [one for one in near if speaker[one].kind > kind and _agree(speaker[number], speaker[one])]
            if len(fits) == 1:
                target[number] = fits[0]
                break
    cluster[:] = [target.get(number, number) for number in cluster]


def _speaker(names: list[_Name], cluster: list[int], number: int) -> _Name:
    return min((names[at] for at in range(len(names)) if cluster[at] == number), key=lambda name: name.alphabetic)


def _agree(this: _Name, that: _Name) -> bool:
    return all(one is None or other is None or _may_be(one, other) for one, other in zip(this, that, strict=True))


def _may_be(one: Word, other: Word) -> bool:
    if one == other or (one.sound == other.sound and one.is_latin != other.is_latin):
        return True
    heads = [{"X": "k", "C": "s"}.get(word.sound[0], word.sound[0]) for word in (one, other)]
    return (one.is_initial or other.is_initial) and heads[0] == heads[1]
