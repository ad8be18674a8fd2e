"""What people read on sheets and reports, in English and in another language: Arabic.

In: a text as English has it. Out: the same in the language of a workbook or a report.
May import: nothing of ours.
"""
