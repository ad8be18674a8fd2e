"""One computer answers for others: formulas of browsers and Macs, tables for Power Query, over HTTP.

In: requests of people with an access of their own. Out: cells, tables, one line for each error; who saw what is kept.
May import: arguments, dates, excel, excel.cells, exceptions, exports, fetching, functions, log, serving.people.
"""
