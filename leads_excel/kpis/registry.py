"""What a key figure is: a definition that anyone can read, and how it is worked out."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from leads_excel.exceptions import ApiError, ArgumentError
from leads_excel.kpis.around.history import history_of
from leads_excel.kpis.around.margin import Reach, Span, cut, reach
from leads_excel.kpis.facts.facts import facts_of
from leads_excel.kpis.facts.groups import everything
from leads_excel.kpis.facts.measures import Measure, Parts, number
from leads_excel.kpis.facts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.kpis.facts.groups import Groups, Numbers
    from leads_excel.kpis.facts.rules import Rules
    from leads_excel.tables.lead_tables import LeadTables

Unit = Literal[
    "leads", "vehicles", "errors", "bulks", "records", "customers", "sources", "share", "leads a day", "minutes",
    "hours", "days", "points", "SAR",
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A key figure worked out; it compares and formats as the number that it is.

    `float(figure)` of one without a value is NaN, which no sum passes over. To compare one with `<` is an error: no
    answer would be right. Two figures are equal when what they count and what they divide by is, too.

    Args:
        value: What it is; None where it does not exist, such as a share of nothing.
        numerator: What was counted; the value itself where nothing is divided.
        denominator: What it is divided by, or how many leads it comes from; None for a plain count.
        unit: What the value counts; a share lies between 0 and 1, a change may lie outside.
        note: Why there is no value, or what the figure should look at and cannot: as if there had been no leads
            before the range, a share of duplicates is too low. Empty where all is well.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    unit: Unit
    note: str = ""

    def __float__(self) -> float:
        return float("nan") if self.value is None else float(self.value)

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Figure):
            return self._told() == other._told()
        return self.value is not None and bool(self.value == other)

    def __hash__(self) -> int:
        return hash(self.value)  # as the number that it may be equal to

    def __lt__(self, other: object) -> Any:  # noqa: ANN401 - or NotImplemented
        return self._compared(other, lt)

    def __le__(self, other: object) -> Any:  # noqa: ANN401 - or NotImplemented
        return self._compared(other, le)

    def __gt__(self, other: object) -> Any:  # noqa: ANN401 - or NotImplemented
        return self._compared(other, gt)

    def __ge__(self, other: object) -> Any:  # noqa: ANN401 - or NotImplemented
        return self._compared(other, ge)

    def _told(self) -> tuple[object, ...]:
        return self.value, self.numerator, self.denominator, self.unit

    def _compared(self, other: object, is_so: Callable[[float, float], bool]) -> Any:  # noqa: ANN401 - or NotImplemented
        """Compare values; what has none is neither more nor less, and to say no would look like an answer."""
        if not isinstance(other, Figure | int | float):
            return NotImplemented
        values = [each.value if isinstance(each, Figure) else each for each in (self, other)]
        if values[0] is None or values[1] is None:
            note = self.note or (other.note if isinstance(other, Figure) else "")
            raise ArgumentError(f"The figure has no value to compare. {note or 'It is a share of nothing.'}")
        return is_so(values[0], values[1])

    @property
    def complete(self) -> bool:
        """Whether the figure looks at all that it has to."""
        return not self.note

    def __repr__(self) -> str:
        names = ("value", "numerator", "denominator", "unit", *(["note"] if self.note else []))
        return f"Figure({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


@dataclass(frozen=True, repr=False)
class Kpi:
    """A key figure.

    Args:
        name: How formulas and notebooks call it.
        label: How people call it.
        arabic: The same in Arabic.
        unit: What it counts.
        group: What it is about: volume, rejection, repeats, quality, intake, demand, intent or consent.
        about: Its definition, and what its words mean where the code decides that.
        define: How it is worked out.
        of: What has a part in it: leads, so that there is a value for each source, day and so on; only bulks; or only
            the range as a whole.
        compares: Whether it compares with the equal range before.
        looks_back: Which of the `Rules` says how many days before the range it looks at, if any.
        looks_ahead: The same for the days after it. Only leads of the range are counted.
    """

    name: str
    label: str
    arabic: str
    unit: Unit
    group: str
    about: str
    define: Callable[..., Measure]
    of: Literal["leads", "bulks", "range"] = "leads"
    compares: bool = False
    looks_back: Span = ""
    looks_ahead: Span = ""

    def __post_init__(self) -> None:
        # `help(kpis.duplicate_rate)` shows the definition of that figure, not what figures are.
        object.__setattr__(self, "__doc__", f"{self.label} ({self.unit}). {self.about}")

    def __repr__(self) -> str:
        return f"<key figure {self.name}: {self.label}, {self.unit}>"

    def measure(self, tables: LeadTables, rules: Rules = RULES, before: LeadTables | None = None) -> Measure:
        """Work it out, to be told over all leads or by the values of a dimension.

        Args:
            tables: The leads of a range.
            rules: What it takes for granted.
            before: The leads of the equal range before; figures of change need them.

        Returns:
            Numerator, denominator and value, once it is said over which leads.

        Raises:
            ApiError: It looks at days around the range, and these are missing.
        """
        facts = facts_of(tables, rules, before)
        wanted = self.reach(rules)
        return self.define(facts) if wanted == Reach() else self.define(facts, history_of(facts, wanted))

    def reach(self, rules: Rules = RULES) -> Reach:
        """Tell how many days before and after the range it looks at.

        Args:
            rules: What it takes for granted.

        Returns:
            The days before and the days after.
        """
        return reach(rules, self.looks_back, self.looks_ahead)

    def unknown(self) -> Unknown:
        """Stand in for it where the days around the range are missing.

        Returns:
            A figure of the same name without a value.
        """
        return Unknown(self.name, is_rate=self.unit in ("share", "days"))

    def __call__(
        self,
        tables: LeadTables,
        rules: Rules = RULES,
        before: LeadTables | None = None,
        rows: Numbers | None = None,
    ) -> Figure:
        """Work it out over all leads, or over some.

        Args:
            tables: The leads of a range.
            rules: What it takes for granted.
            before: The leads of the equal range before; figures of change need them.
            rows: Row numbers of the leads that count; all by default. The others still tell what is a duplicate.

        Returns:
            Value, numerator, denominator and unit. A figure that looks beyond its range fetches these days; where they
            are missing it has no value, and its note says why. Over leads of which nobody knows what came before them,
            as those of one bulk, it is told within these leads, and its note says so.
        """
        try:
            return self.worked_out(tables, rules, before, rows)
        except ApiError as error:
            return Figure(None, None, None, self.unit, str(error))

    def worked_out(
        self, tables: LeadTables, rules: Rules = RULES, before: LeadTables | None = None, rows: Numbers | None = None
    ) -> Figure:
        """Do as the call, but raise where days around the range are missing.

        Args:
            tables: The leads of a range.
            rules: What it takes for granted.
            before: As for the call.
            rows: As for the call.

        Returns:
            As the call.

        Raises:
            ApiError: They are; the message names them.
        """
        return self.told(self.measure(tables, rules, before), tables, rules, rows)

    def told(self, measure: Measure, tables: LeadTables, rules: Rules = RULES, rows: Numbers | None = None) -> Figure:
        """Tell over all leads, or over some, what was measured.

        Args:
            measure: What `measure` gave for the same tables and rules.
            tables: As for the call.
            rules: As for the call.
            rows: As for the call.

        Returns:
            As the call.
        """
        chosen = np.arange(len(tables.leads)) if rows is None else rows
        parts = measure.over(everything(chosen))
        whole = None if parts.denominator is None else number(parts.denominator.iloc[0])
        note = cut(tables, self.reach(rules))
        return Figure(number(parts.value.iloc[0]), number(parts.numerator.iloc[0]), whole, self.unit, note)


@dataclass(frozen=True)
class Unknown(Measure):
    """A key figure that cannot be told: it has no value anywhere.

    Args:
        name: The key figure.
        is_rate: Whether it is a figure of some leads, and not a count.
    """

    name: str
    is_rate: bool

    @property
    def size(self) -> int:
        """It does not go by leads."""
        return 0

    def measure(self, tables: LeadTables, rules: Rules = RULES) -> Measure:
        """Be itself whatever the range."""
        del tables, rules
        return self

    def over(self, groups: Groups) -> Parts:
        """Leave every value empty."""
        nothing = pd.Series(pd.NA, groups.keys.categories, dtype="Float64")
        return Parts(nothing, nothing, nothing if self.is_rate else None)


FOUND: dict[str, Kpi] = {}
"""Every key figure whose module is loaded, by name."""


def kpi(
    label: str,
    arabic: str,
    unit: Unit,
    *,
    of: Literal["leads", "bulks", "range"] = "leads",
    compares: bool = False,
    looks_back: Span = "",
    looks_ahead: Span = "",
) -> Callable[[Callable[..., Measure]], Kpi]:
    """Make a key figure of a function; its docstring is the definition.

    Args:
        label: How people call it.
        arabic: The same in Arabic.
        unit: What it counts.
        of: What has a part in it.
        compares: Whether it compares with the equal range before.
        looks_back: Which of the `Rules` says how many days before the range it looks at; the function then takes a
            `History` beside the facts.
        looks_ahead: The same for the days after it.
    """

    def register(define: Callable[..., Measure]) -> Kpi:
        name, group = define.__name__, define.__module__.rpartition(".")[2]
        about = " ".join((inspect.getdoc(define) or "").split())
        spans = {"looks_back": looks_back, "looks_ahead": looks_ahead}
        FOUND[name] = Kpi(name, label, arabic, unit, group, about, define, of, compares, **spans)
        return FOUND[name]

    return register
