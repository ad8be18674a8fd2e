"""The columns of a table: how their cells are read, look and are written, so that rows as expected stay unread.

In: cells as they stand, and a frame. Out: their values, or which row of the frame each row is, byte for byte.
May import: excel.book, excel.cells, excel.file.package.
"""
