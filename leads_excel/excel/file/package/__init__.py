"""A workbook file as the parts it is made of (ECMA-376 part 2), and the parts that describe tables.

In: a zip file. Out: parts, relations, tables, shared texts; the few parts that change, written anew.
May import: excel.book, excel.cells, exceptions.
"""
