"""What stands at a cell of a sheet by its address: comments, links, pictures, controls, what its views show.

In: how the rows of the sheet's tables move. Out: each of these beside its row again; what left with a row, as texts.
May import: excel.book, excel.cells, excel.file.package, exceptions.
"""
