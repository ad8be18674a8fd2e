"""The Dashboard: native formulas over the tables, and native charts over those.

In: names of tables. Out: one sheet that recalculates without Python.
May import: excel.template.sheets, schema.
"""
