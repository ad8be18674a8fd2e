"""How key figures add up: over all leads of a range, or over the leads of each group. Pure.

A `Tally` counts something for each value of a dimension. A `Measure` makes a value of one or two of them, and says
which: a share is never told without what it is a share of.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.exceptions import ArgumentError
from leads_excel.kpis.facts.groups import EVERYTHING, everything

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leads_excel.kpis.facts.groups import Decimals, Flags, Groups, Numbers


@dataclass(frozen=True)
class Parts:
    """A key figure for each value of a dimension, in the order of its categories.

    Args:
        value: What it is; missing where it does not exist, such as a share of nothing.
        numerator: What was counted.
        denominator: What it is divided by, or how many leads it comes from; None for a plain count.
    """

    value: pd.Series[Any]
    numerator: pd.Series[Any]
    denominator: pd.Series[Any] | None = None


class Measure(ABC):
    """A key figure over the leads of a range."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many leads the range has."""

    @abstractmethod
    def over(self, groups: Groups) -> Parts:
        """Work it out for each value of a dimension, with what it is made of."""

    def by(self, groups: Groups) -> pd.Series[Any]:
        """Work it out for each value of a dimension."""
        return self.over(groups).value

    def total(self) -> int | float | None:
        """Work it out over all leads; None where it does not exist."""
        return number(self.over(everything(np.arange(self.size))).value.iloc[0])

    @property
    def whole_leads(self) -> Flags | None:
        """Which leads the denominator counts, each as one; None where it counts something else, or there is none."""
        return None

    @property
    def part_leads(self) -> Flags | None:
        """Which leads have a part in what is counted; None where that is not told lead by lead."""
        return None


def number(value: Any) -> int | float | None:  # noqa: ANN401 - a cell of pandas
    """Take a number out of a column; None where it is missing."""
    return None if pd.isna(value) else value.item() if hasattr(value, "item") else value


# --- tallies -------------------------------------------------------------------------------------------------------


class Tally(ABC):
    """Something that is counted for each value of a dimension."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many leads the range has; 0 where it does not go by leads."""

    @abstractmethod
    def sums(self, groups: Groups) -> Numbers:
        """Count for each value of a dimension."""

    @property
    def drawn_on(self) -> Flags | None:
        """Which leads have a part in it; None where it does not go by leads."""
        return None

    @property
    def counts_leads(self) -> bool:
        """Whether each lead that has a part in it counts as one."""
        return False


@dataclass(frozen=True)
class Count(Tally, Measure):
    """A sum over leads.

    Args:
        values: A whole number, or whether it counts, for each row of the leads table.
        child: Where it is a sum over vehicles or errors, which of them: by a dimension of these, such as the model,
            each is added to its own value and not to all that its lead has.
        lines: The number of each row of that table.
    """

    values: Numbers | Flags
    child: str = ""
    lines: Numbers | None = None

    @property
    def size(self) -> int:
        """How many leads the range has."""
        return len(self.values)

    def sums(self, groups: Groups) -> Numbers:
        """Add up for each value of a dimension; 0 where it has no lead."""
        values = self.values[groups.rows]
        if groups.lines and self.lines is not None and groups.lines.child == self.child:
            places = groups.lines.places
            values = np.bincount(places[places >= 0], self.lines[places >= 0], len(groups.rows))
        sums: Numbers = np.bincount(groups.keys.codes, values, groups.count).astype("int64")
        return sums

    @property
    def drawn_on(self) -> Flags | None:
        """Which leads add something."""
        return self.values.astype("bool")

    @property
    def counts_leads(self) -> bool:
        """Whether it counts leads, and not things of theirs."""
        return self.values.dtype == bool

    part_leads = drawn_on

    def over(self, groups: Groups) -> Parts:
        """Add up for each value of a dimension."""
        return _counted(self.sums(groups), groups)


@dataclass(frozen=True)
class Distinct(Tally, Measure):
    """How many different things the leads have.

    Args:
        codes: For each lead a number from 0 that stands for its thing; -1 where it has none.
        counted: Which leads count.
    """

    codes: Numbers
    counted: Flags

    @property
    def size(self) -> int:
        """How many leads the range has."""
        return len(self.codes)

    def sums(self, groups: Groups) -> Numbers:
        """Count different things for each value of a dimension."""
        codes = self.codes[groups.rows]
        kept = self.counted[groups.rows] & (codes >= 0)
        pairs = pd.unique(codes[kept] * groups.count + groups.keys.codes[kept])
        sums: Numbers = np.bincount(pairs % max(groups.count, 1), minlength=groups.count)
        return sums

    @property
    def drawn_on(self) -> Flags | None:
        """Which leads have a thing that counts."""
        return self.counted & (self.codes >= 0)

    part_leads = drawn_on

    def over(self, groups: Groups) -> Parts:
        """Count different things for each value of a dimension."""
        return _counted(self.sums(groups), groups)


@dataclass(frozen=True)
class Everywhere(Tally):
    """The same number for every value of a dimension: days of a range, or leads of the whole range.

    Args:
        number: That number.
    """

    number: int

    @property
    def size(self) -> int:
        """It does not go by leads."""
        return 0

    def sums(self, groups: Groups) -> Numbers:
        """Repeat the number for each value of a dimension."""
        return np.full(groups.count, self.number)


# --- measures of two tallies, and others ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Ratio(Measure):
    """One tally divided by another.

    Args:
        part: What is counted.
        whole: What it is divided by.
        factor: What the result is multiplied by.
    """

    part: Tally
    whole: Tally
    factor: int = 1

    @property
    def size(self) -> int:
        """How many leads the range has."""
        return max(self.part.size, self.whole.size)

    @property
    def whole_leads(self) -> Flags | None:
        """Which leads it is a share of."""
        return self.whole.drawn_on if self.whole.counts_leads else None

    @property
    def part_leads(self) -> Flags | None:
        """Which leads are counted."""
        return self.part.drawn_on

    def over(self, groups: Groups) -> Parts:
        """Divide for each value of a dimension; missing where there is nothing to divide by."""
        part, whole = self.part.sums(groups), self.whole.sums(groups)
        known = whole != 0
        value = np.divide(part * self.factor, whole, out=np.full(len(part), np.nan), where=known)
        return Parts(_decimals(value, groups), _whole(part, groups), _whole(whole, groups))


def share(part: Flags, whole: Flags) -> Ratio:
    """Divide leads by leads.

    Args:
        part: Which leads are counted; only those among the whole are.
        whole: Which leads they are a share of.
    """
    return Ratio(Count(part & whole), Count(whole))


@dataclass(frozen=True)
class Quantile(Measure):
    """The value below which a share of the leads lies: at one half, the median.

    Args:
        values: A number for each lead; NaN where it has none.
        at: That share, 0 to 1.
        least: With fewer leads than this there is no value.
    """

    values: Decimals
    at: float = 0.5
    least: int = 1

    @property
    def size(self) -> int:
        """How many leads the range has."""
        return len(self.values)

    @property
    def whole_leads(self) -> Flags | None:
        """Which leads have a number."""
        return ~np.isnan(self.values)

    @property
    def part_leads(self) -> Flags | None:
        """Which leads have a number."""
        return self.whole_leads

    def over(self, groups: Groups) -> Parts:
        """Look it up for each value of a dimension."""
        values = self.values[groups.rows]
        known = ~np.isnan(values)
        by_group = pd.Series(values[known]).groupby(groups.keys.codes[known])
        counts = by_group.size().reindex(range(groups.count), fill_value=0).to_numpy()
        found = by_group.quantile(self.at).reindex(range(groups.count)).to_numpy()
        quantiles = _decimals(np.where(counts >= self.least, found, np.nan), groups)
        return Parts(quantiles, quantiles, _whole(counts, groups))


@dataclass(frozen=True)
class Concentration(Measure):
    """The share of leads that the few most frequent things have together.

    Args:
        codes: For each lead a number from 0 that stands for its thing; -1 where it has none.
        counted: Which leads count.
        most: How many things are "few".
    """

    codes: Numbers
    counted: Flags
    most: int = 3

    @property
    def size(self) -> int:
        """How many leads the range has."""
        return len(self.codes)

    @property
    def whole_leads(self) -> Flags | None:
        """Which leads it is a share of."""
        return self.counted

    def over(self, groups: Groups) -> Parts:
        """Divide for each value of a dimension."""
        kept = self.counted[groups.rows]
        frame = pd.DataFrame({"group": groups.keys.codes[kept], "code": self.codes[groups.rows][kept]})
        sizes = frame[frame["code"] >= 0].groupby(["group", "code"]).size().sort_values(ascending=False)
        part = sizes.groupby("group").head(self.most).groupby("group").sum()
        whole = frame.groupby("group").size()
        sums = [column.reindex(range(groups.count), fill_value=0).to_numpy(dtype="int64") for column in (part, whole)]
        return Ratio(_Given(sums[0]), _Given(sums[1])).over(groups)


@dataclass(frozen=True)
class _Given(Tally):
    counts: NDArray[Any]

    @property
    def size(self) -> int:
        return 0

    def sums(self, groups: Groups) -> Numbers:
        del groups
        return self.counts


@dataclass(frozen=True)
class Single(Measure):
    """A figure of the whole range, which no lead has a part of.

    Args:
        value: What it is; None where it does not exist.
        numerator: What was counted; the value itself where nothing is divided.
        denominator: What it is divided by.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None

    @property
    def size(self) -> int:
        """It does not go by leads."""
        return 0

    def over(self, groups: Groups) -> Parts:
        """Tell it for the whole range.

        Raises:
            ArgumentError: It is asked for a part of the range.
        """
        if groups.name != EVERYTHING:
            raise ArgumentError(f"A key figure of the whole range has no value by {groups.name}: leave it out.")
        numerator = self.value if self.numerator is None else self.numerator
        cells = [_cell(cell) for cell in (self.value, numerator, self.denominator)]
        return Parts(cells[0], cells[1], None if self.denominator is None else cells[2])


def divided(part: float, whole: float) -> Single:
    """Divide two numbers of a range; a share of nothing does not exist.

    Args:
        part: What is counted.
        whole: What it is divided by.
    """
    return Single(part / whole if whole else None, part, whole)


def _counted(sums: Numbers, groups: Groups) -> Parts:
    counts = _whole(sums, groups)
    return Parts(counts, counts)


def _whole(values: NDArray[Any], groups: Groups) -> pd.Series[Any]:
    return pd.Series(values, groups.keys.categories, dtype="Int64")


def _decimals(values: NDArray[Any], groups: Groups) -> pd.Series[Any]:
    return pd.Series(values, groups.keys.categories, dtype="Float64")


def _cell(value: float | None) -> pd.Series[Any]:
    return pd.Series([value], dtype="Int64" if isinstance(value, int) else "Float64")
