"""A workbook on disk, refreshed without Excel: everything in it that is not ours is kept.

In: rows by table. Out: the file swapped whole, or left as it was.
May import: captions, excel.book, excel.cells, excel.file.attached, excel.file.columns, excel.file.package,
excel.file.sheet, exceptions.
"""
