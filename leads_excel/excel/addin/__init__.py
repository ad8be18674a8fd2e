"""What needs VBA: the ribbon add-in, report workbooks with buttons, and putting them in place.

In: VBA sources beside the modules. Out: `.xlam`, `.xlsm`, the settings file that Excel's side reads.
May import: captions, excel.file, exceptions.
"""
