"""Key figures over `LeadTables`: each one a numerator, and for a share a denominator, per lead.

R are the leads of the range, X those the DMS rejected, A the others. A share always comes with what it is a share of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pandas as pd

from leads_excel.arguments import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.tables import LeadTables

Unit = Literal["leads", "vehicles", "errors", "share"]


class Measure(NamedTuple):
    """What a key figure adds up, lead by lead.

    Args:
        numerator: One number per row of the leads table.
        denominator: For a share: 1 for each lead that counts, else 0; None for a count.
    """

    numerator: pd.Series[Any]
    denominator: pd.Series[Any] | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure.

    Args:
        name: How formulas and notebooks call it.
        label: How people call it.
        unit: What it counts.
        about: Its definition in one sentence.
        measure: How it is computed.
    """

    name: str
    label: str
    unit: Unit
    about: str
    measure: Callable[[LeadTables], Measure]


def _ones(tables: LeadTables) -> pd.Series[Any]:
    return pd.Series(1, index=tables.leads.index, dtype="int64")


def _flag(tables: LeadTables, name: str) -> pd.Series[Any]:
    return tables.leads[name].eq(True).fillna(value=False).astype("int64")


def _accepted(tables: LeadTables) -> pd.Series[Any]:
    return 1 - _flag(tables, "isError")


def _number(tables: LeadTables, name: str) -> pd.Series[Any]:
    return pd.to_numeric(tables.leads[name], errors="coerce").fillna(0).astype("int64")


def _units(tables: LeadTables) -> pd.Series[Any]:
    vehicles = tables.vehicles
    asked = pd.to_numeric(vehicles["totalQty"], errors="coerce").groupby(vehicles["leadExternalId"]).sum()
    units = tables.leads["leadExternalId"].map(asked)
    return pd.to_numeric(units, errors="coerce").fillna(0).astype("int64")


def _test_drives(tables: LeadTables) -> Measure:
    return Measure(_flag(tables, "testDriveRequired") * _accepted(tables), _accepted(tables))


def _without_vehicle(tables: LeadTables) -> Measure:
    none = tables.leads["vehicleCount"].eq(0).fillna(value=False).astype("int64")
    return Measure(none * _accepted(tables), _accepted(tables))


_ALL = (
    Kpi("leads", "Leads", "leads", "Leads received, accepted and rejected.", lambda t: Measure(_ones(t))),
    Kpi("accepted", "Accepted", "leads", "Leads the DMS did not reject.", lambda t: Measure(_accepted(t))),
    Kpi("rejected", "Rejected", "leads", "Leads the DMS rejected.", lambda t: Measure(_flag(t, "isError"))),
    Kpi(
        "rejection_rate",
        "Rejection rate",
        "share",
        "Rejected leads / leads received.",
        lambda t: Measure(_flag(t, "isError"), _ones(t)),
    ),
    Kpi(
        "vehicles",
        "Vehicle lines",
        "vehicles",
        "Rows of the vehicles table.",
        lambda t: Measure(_number(t, "vehicleCount")),
    ),
    Kpi("units", "Units", "vehicles", "Sum of totalQty over all vehicle lines.", lambda t: Measure(_units(t))),
    Kpi("errors", "Errors", "errors", "Rows of the errors table.", lambda t: Measure(_number(t, "errorCount"))),
    Kpi(
        "test_drive_rate",
        "Test drive rate",
        "share",
        "Accepted leads that want a test drive / accepted leads; unknown is not yes.",
        _test_drives,
    ),
    Kpi(
        "no_vehicle_rate",
        "No vehicle rate",
        "share",
        "Accepted leads without a vehicle / accepted leads.",
        _without_vehicle,
    ),
)

KPIS: dict[str, Kpi] = {kpi.name: kpi for kpi in _ALL}
"""Every key figure, by name."""


def named_kpi(name: str) -> Kpi:
    """Find a key figure by name or label.

    Args:
        name: As a person writes it; case, blanks and underscores do not matter.

    Raises:
        ArgumentError: There is none; the message suggests the nearest one.
    """
    by_label = {item.label: item for item in _ALL}
    if name.strip() in by_label:
        return by_label[name.strip()]
    return KPIS[nearest(name, KPIS, "key figure")]


def total(measure: Measure) -> float | int | None:
    """Add up a key figure.

    Returns:
        A count, or a share between 0 and 1; None for a share of nothing.
    """
    counted = int(measure.numerator.sum())
    if measure.denominator is None:
        return counted
    whole = int(measure.denominator.sum())
    return counted / whole if whole else None
