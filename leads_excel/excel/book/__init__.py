"""What a book is to everybody who fills one, and which row of a frame is which row of a table.

In: rows of a frame and rows that stand in a table. Out: what is to stand where.
May import: captions, excel.cells.
"""
