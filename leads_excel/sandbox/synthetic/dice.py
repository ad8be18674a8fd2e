"""Dice, and the tables they are thrown on: everything random in the sandbox is drawn here."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

T = TypeVar("T")


class Dice(Random):
    """Seeded throws. Only `random()` is used, whose sequence Python promises never to change."""

    def pick(self, table: Sequence[T]) -> T:
        """Pick one entry of a table, each as likely as the other."""
        return table[int(self.random() * len(table))]

    def chance(self, share: float) -> bool:
        """Say yes in this share (0 to 1) of all throws."""
        return self.random() < share


def weighted(entries: Iterable[tuple[int, T]]) -> tuple[T, ...]:
    """Build a table in which each entry stands as often as its weight says."""
    return tuple(entry for weight, entry in entries for _ in range(weight))


def members(values: Mapping[str, Any]) -> str:
    """Write keys and values as JSON, without the braces: a fragment that a lead is joined from."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))[1:-1]
