"""What a process of its own does with a store that it shares with others."""

from __future__ import annotations

import json
from contextlib import closing

from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import LeadsClient
from leads_excel.fetching.fetch import tables_from
from leads_excel.settings.model import Settings
from leads_excel.store import Stored
from leads_excel.store.database.connection import Database
from leads_excel.windows.questions import Question


def refresh(chosen, days, now, patience, result):
    """Fetch days, and write what came of it beside the others' results, if nobody kills us first.

    Args:
        chosen: Settings by name.
        days: The days to fetch.
        now: What time it is.
        patience: Seconds after which a silent process counts as dead.
        result: The file to write.
    """
    settings = Settings(**chosen)
    with closing(Database(settings.store, patience)) as database, LeadsClient(settings) as client:
        stored = Stored(Api(client, settings.settle_days), database, settings, now=lambda: now)
        with closing(stored):
            tables = tables_from(Question(days, settings.zone), stored, settings)
            trouble = stored.trouble
    found = {
        "leads": tables.leads["leadExternalId"].tolist(),
        "fetched": [str(row["from"]) for _, row in tables.coverage.iterrows() if row["state"] == "fetched now"],
        "trouble": trouble,
    }
    unfinished = result.with_suffix(".part")
    unfinished.write_text(json.dumps(found))
    unfinished.replace(result)
