"""What key figures look back and ahead for: every verdict on the leads of a range and of the days around it.

In: the facts of a range, and how far to look. Out: who was there before a lead, and what became of it.
May import: exceptions, kpis.facts, tables.
"""
