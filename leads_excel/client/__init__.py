"""The lead API over HTTP: sign-in, limits, retries, and one error for each failure. The only user of httpx.

In: a window or the number of a bulk. Out: decoded bulks, with the bytes they came in.
May import: bulks, client.network, dates, exceptions, log, sandbox, schema, settings, windows.
"""

from leads_excel.client.leads_client import LeadsClient, Reply

__all__ = ["LeadsClient", "Reply"]
