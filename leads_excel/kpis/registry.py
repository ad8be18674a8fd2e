"""What a key figure is: a definition that anyone can read, and how it is worked out."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from leads_excel.kpis.facts.facts import facts_of
from leads_excel.kpis.facts.measures import everything, number
from leads_excel.kpis.facts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.measures import Measure, Numbers
    from leads_excel.kpis.facts.rules import Rules
    from leads_excel.tables.lead_tables import LeadTables

Unit = Literal[
    "leads", "vehicles", "errors", "bulks", "records", "customers", "sources", "share", "leads a day", "minutes",
    "hours", "days", "points", "SAR",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure worked out.

    Args:
        value: What it is; None where it does not exist, such as a share of nothing.
        numerator: What was counted; the value itself where nothing is divided.
        denominator: What it is divided by, or how many leads it comes from; None for a plain count.
        unit: What the value counts; a share lies between 0 and 1, a change may lie outside.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    unit: Unit


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
    """

    name: str
    label: str
    arabic: str
    unit: Unit
    group: str
    about: str
    define: Callable[[Facts], Measure]
    of: Literal["leads", "bulks", "range"] = "leads"
    compares: bool = False

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
        """
        return self.define(facts_of(tables, rules, before))

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
            Value, numerator, denominator and unit.
        """
        chosen = np.arange(len(tables.leads)) if rows is None else rows
        parts = self.measure(tables, rules, before).over(everything(chosen))
        whole = None if parts.denominator is None else number(parts.denominator.iloc[0])
        return Figure(number(parts.value.iloc[0]), number(parts.numerator.iloc[0]), whole, self.unit)


FOUND: dict[str, Kpi] = {}
"""Every key figure whose module is loaded, by name."""


def kpi(
    label: str,
    arabic: str,
    unit: Unit,
    *,
    of: Literal["leads", "bulks", "range"] = "leads",
    compares: bool = False,
) -> Callable[[Callable[[Facts], Measure]], Kpi]:
    """Make a key figure of a function; its docstring is the definition.

    Args:
        label: How people call it.
        arabic: The same in Arabic.
        unit: What it counts.
        of: What has a part in it.
        compares: Whether it compares with the equal range before.
    """

    def register(define: Callable[[Facts], Measure]) -> Kpi:
        name, group = define.__name__, define.__module__.rpartition(".")[2]
        about = " ".join((inspect.getdoc(define) or "").split())
        FOUND[name] = Kpi(name, label, arabic, unit, group, about, define, of, compares)
        return FOUND[name]

    return register
