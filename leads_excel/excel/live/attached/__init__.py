"""What stands at a cell by its address in a workbook open in Excel: notes, threads, links, pictures, hidden rows.

In: how the rows of a table move. Out: each of these beside its row again; what left with a row, as texts; remarks.
May import: excel.book, excel.cells, schema.
"""
