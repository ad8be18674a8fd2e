"""Pictures of `LeadTables` for notebooks and the report. The only user of Altair.

In: tables. Out: charts; their numbers are those of `kpis`.
May import: arguments, captions, dates, exceptions, kpis, kpis.facts, schema, tables.
"""

from leads_excel.charts.pictures import (
    cross,
    funnel,
    leads_by,
    model_years,
    overlap,
    per_day,
    reasons,
    svg,
)

__all__ = [
    "cross",
    "funnel",
    "leads_by",
    "model_years",
    "overlap",
    "per_day",
    "reasons",
    "svg",
]


def __dir__() -> list[str]:
    return __all__
