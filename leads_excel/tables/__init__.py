"""Parts -> `LeadTables`: the five frames of a range, and what can be told of them.

In: flattened parts and what they cover. Out: leads, vehicles, errors, bulks, coverage; changes between two states.
May import: bulks, captions, dates, schema.
"""

from leads_excel.tables.lead_tables import LeadTables, build, join

__all__ = ["LeadTables", "build", "join"]
