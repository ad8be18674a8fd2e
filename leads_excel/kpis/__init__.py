"""Key figures over `LeadTables`, each with its definition.

`kpis.rejection_rate(tables)` gives value, numerator, denominator and unit. A share is always told with what it is a
share of; a share of nothing is missing, not 0; what is unknown is not yes. What the record cannot say, such as the time
until somebody answered, sales or cost, is never computed.

Tables beside the figures: `top_reasons`, `mix`, `model_years`.
"""

from __future__ import annotations

from leads_excel.arguments import nearest, plain
from leads_excel.kpis import demand, intent, rejection, volume
from leads_excel.kpis.demand import mix, model_years
from leads_excel.kpis.registry import KPIS, Figure, Kpi
from leads_excel.kpis.rejection import top_reasons

__all__ = ["KPIS", "Figure", "Kpi", "mix", "model_years", "named_kpi", "top_reasons"]

_GROUPS = (volume, rejection, demand, intent)  # importing them registers their figures


def named_kpi(name: str) -> Kpi:
    """Find a key figure by name or label.

    Args:
        name: As a person writes it; case, blanks and underscores do not matter.

    Raises:
        ArgumentError: There is none; the message suggests the nearest one.
    """
    by_label = {plain(label): kpi for kpi in KPIS.values() for label in (kpi.arabic, kpi.label)}
    return by_label.get(plain(name)) or KPIS[nearest(name, KPIS, "key figure")]


def __getattr__(name: str) -> Kpi:
    if name in KPIS:
        return KPIS[name]
    raise AttributeError(f"module 'leads_excel.kpis' has no key figure {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *KPIS})
