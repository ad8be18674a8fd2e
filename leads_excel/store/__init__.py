"""Windows already fetched, shared by everything on a machine or in a team. The only user of SQLAlchemy."""

from leads_excel.store.stored import Stored, open_source

__all__ = ["Stored", "open_source"]
