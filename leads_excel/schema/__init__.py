"""The words of the API and of its readers: every table and column, once.

In: nothing. Out: columns with type, label, width and whether they are personal; personal data masked; numbers as words;
what was meant by a misspelt word.
May import: nothing of ours.
"""

from leads_excel.schema.columns import BLANK, BULKS, ERRORS, LEADS, NO_DATE, STATES, TABLES, VEHICLES, Column, TableName

__all__ = ["BLANK", "BULKS", "ERRORS", "LEADS", "NO_DATE", "STATES", "TABLES", "VEHICLES", "Column", "TableName"]
