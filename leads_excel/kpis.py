"""Key figures over `LeadTables`, each with its definition.

A share is always told with what it is a share of. What the record cannot say is never computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from leads_excel.arguments import nearest, plain
from leads_excel.families import owners
from leads_excel.measures import Count, Measure, Share

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.tables import LeadTables

Unit = Literal["leads", "vehicles", "errors", "share"]


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


def _all(tables: LeadTables) -> pd.Series[Any]:
    return pd.Series(1, index=tables.leads.index, dtype="int64")


def _flag(tables: LeadTables, name: str) -> pd.Series[Any]:
    # Unknown is not yes, and so is what is no flag at all.
    return tables.leads[name].eq(True).fillna(value=False).astype("int64")


def _rejected(tables: LeadTables) -> pd.Series[Any]:
    return _flag(tables, "isError")


def _accepted(tables: LeadTables) -> pd.Series[Any]:
    return 1 - _rejected(tables)


def _number(tables: LeadTables, name: str) -> pd.Series[Any]:
    return tables.leads[name].fillna(0).astype("int64")


def _units(tables: LeadTables) -> pd.Series[Any]:
    asked = pd.to_numeric(tables.vehicles["totalQty"], errors="coerce").groupby(owners(tables, "vehicles")).sum()
    return asked.reindex(range(len(tables.leads)), fill_value=0).fillna(0).astype("int64")


def _test_drives(tables: LeadTables) -> Measure:
    return Share(_flag(tables, "testDriveRequired") * _accepted(tables), _accepted(tables))


def _without_vehicle(tables: LeadTables) -> Measure:
    none = tables.leads["vehicleCount"].eq(0).astype("int64")
    return Share(none * _accepted(tables), _accepted(tables))


_ALL = (
    Kpi("leads", "Leads", "leads", "Leads received, accepted and rejected.", lambda t: Count(_all(t))),
    Kpi("accepted", "Accepted", "leads", "Leads that the DMS did not reject.", lambda t: Count(_accepted(t))),
    Kpi("rejected", "Rejected", "leads", "Leads that the DMS rejected.", lambda t: Count(_rejected(t))),
    Kpi(
        "rejection_rate",
        "Rejection rate",
        "share",
        "Rejected leads / leads received.",
        lambda t: Share(_rejected(t), _all(t)),
    ),
    Kpi(
        "vehicles",
        "Vehicle lines",
        "vehicles",
        "Rows of the vehicles table.",
        lambda t: Count(_number(t, "vehicleCount")),
    ),
    Kpi("units", "Units", "vehicles", "Sum of totalQty over all vehicle lines.", lambda t: Count(_units(t))),
    Kpi("errors", "Errors", "errors", "Rows of the errors table.", lambda t: Count(_number(t, "errorCount"))),
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
    by_label = {plain(kpi.label): kpi for kpi in _ALL}
    return by_label.get(plain(name)) or KPIS[nearest(name, KPIS, "key figure")]
