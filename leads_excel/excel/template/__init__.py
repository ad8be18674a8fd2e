"""The workbook template: built here, committed as `workbook_template.xlsx`, carried by the wheel.

In: the schema. Out: the sheets that a refresh fills.
May import: captions, excel.cells, excel.template.dashboard, excel.template.sheets.
"""
