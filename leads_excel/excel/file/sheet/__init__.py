"""A worksheet's part as a stream: its rows, the rows of a table, and references that follow them.

In: the part as it stands and what tables are to hold. Out: the part written anew.
May import: excel.book, excel.cells, excel.file.attached, excel.file.columns, excel.file.package, exceptions.
"""
