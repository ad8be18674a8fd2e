"""Key figures over `LeadTables`, each with its definition.

`kpis.rejection_rate(tables)` gives value, numerator, denominator and unit. A share is always told with what it is a
share of; a share of nothing is missing, not 0; what is unknown is not yes. What the record cannot say, such as the time
until somebody answered, sales or cost, is never computed. Figures that look back or ahead, as for duplicates, fetch the
days around the range when they are asked for; where these cannot be had, the figure has no value, and a note says why.

Beside the figures stand tables: `top_reasons`, `overlap`, `source_quality`, `mix`, `model_years`, `cross`, `funnel`,
`completeness_parts`, `consent_by_source`. `Rules` are what the figures take for granted.

In: `LeadTables`. Out: figures, and tables of figures. Knows neither sources nor cells.
May import: arguments, exceptions, kpis.around, kpis.facts, schema, tables.
"""

from __future__ import annotations

from leads_excel.arguments.typed_arguments import nearest, plain
from leads_excel.kpis import consent, demand, intake, intent, quality, rejection, repeats, sources, volume
from leads_excel.kpis.consent import consent_by_source
from leads_excel.kpis.demand import model_years
from leads_excel.kpis.facts.rules import RULES, Rules
from leads_excel.kpis.intent import cross, funnel
from leads_excel.kpis.quality import completeness_parts
from leads_excel.kpis.registry import FOUND, Figure, Kpi
from leads_excel.kpis.rejection import top_reasons
from leads_excel.kpis.repeats import overlap
from leads_excel.kpis.sources import mix, source_quality

__all__ = [
    "KPIS", "RULES", "Figure", "Kpi", "Rules", "completeness_parts", "consent_by_source", "cross", "funnel", "mix",
    "model_years", "named_kpi", "overlap", "source_quality", "top_reasons",
]  # fmt: skip

_GROUPS = (volume, rejection, repeats, quality, intake, sources, demand, intent, consent)

KPIS: dict[str, Kpi] = {
    name: kpi
    for group in _GROUPS
    for name, kpi in FOUND.items()
    if group.__name__.endswith(f".{kpi.group}")
}  # fmt: skip
"""Every key figure, by name, in the order in which people ask."""

# `help(lx.kpis)` and the API reference list every figure with its definition.
__doc__ = "\n".join((f"{__doc__}\n\nThe key figures:\n", *(f"- `{name}`: {kpi.__doc__}" for name, kpi in KPIS.items())))


def named_kpi(name: str) -> Kpi:
    """Find a key figure by name or label.

    Args:
        name: As a person writes it; case, blanks and underscores do not matter.

    Returns:
        The figure; call it with tables.

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
    return sorted({*__all__, *KPIS})
