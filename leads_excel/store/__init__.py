"""Windows already fetched, shared by everything on a machine or in a team. The only user of SQLAlchemy.

In: a question. Out: its answers: kept ones where they are good, else those of the API, kept from then on.
May import: bulks, client, dates, exceptions, settings, store.database, store.entries, tables, windows.
"""

from leads_excel.store.history import History, open_history
from leads_excel.store.past import Past, open_past
from leads_excel.store.stored import Stored, open_source

__all__ = ["History", "Past", "Stored", "open_history", "open_past", "open_source"]
