"""A workbook of an older template gets what the template has by now; everything in it stays.

In: a workbook's path. Out: the file with sheets, columns, names and rows of Home added, and a line for each.
May import: captions, excel.cells, excel.file, excel.file.package, excel.file.sheet, excel.filling, excel.template,
exceptions, schema.
"""
