"""A workbook open in Excel, through xlwings' free edition, on Windows and macOS.

In: rows by table. Out: whole columns written.
May import: captions, excel.book, excel.cells, excel.live.attached, exceptions.
"""
