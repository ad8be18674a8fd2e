"""A client of the scripted API, what it is asked for, and answers that are whole or broken."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from scripted_api import cut, head, reply, reset

from leads_excel.client.leads_client import LeadsClient
from leads_excel.exceptions import ApiError
from leads_excel.settings.model import Settings
from leads_excel.windows.week_grid import Window

START = datetime(2025, 8, 24, 21, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))
BULK = json.dumps([{"leads": [], "createdDate": "2025-08-24T21:00:00.000Z", "totalRecords": 0}]).encode()
GOOD = reply(body=BULK)
PAGE = reply(body=b"<!DOCTYPE html><title>Maintenance</title>", Content_Type="text/html")
BROKEN = {
    "reset": reset,
    "closed": cut(b""),
    "cut-off": cut(head(Content_Length=len(BULK)) + BULK[:20]),
    "cut-off chunk": cut(head(Transfer_Encoding="chunked") + b"50\r\n" + BULK[:20]),
    "no last chunk": cut(head(Transfer_Encoding="chunked") + b"2\r\n[]\r\n"),
    "cut-off without a length": cut(head() + BULK[:20]),
    "nothing without a length": cut(head()),
    "not HTTP": cut(b"hello\r\n\r\n"),
    "bad gzip": reply(body=b"not gzip", Content_Encoding="gzip"),
    "cut-off gzip": reply(body=gzip.compress(BULK)[:20], Content_Encoding="gzip"),
    "page": PAGE,
    "text": reply(body=b"OK"),
}


def settings_for(api, **changes):
    """Return settings that ask the scripted server, three times at most and without a pause."""
    return Settings(**{"base_url": api.url, "attempts": 3, "backoff": 0, "timeout": 5, **changes})


def ask(api, **changes):
    """Ask the scripted server for a week."""
    with LeadsClient(settings_for(api, **changes)) as client:
        return client.bulks_in(WEEK)


def failure(api, error=ApiError, **changes):
    """Return the error of asking the scripted server for a week."""
    with pytest.raises(error) as caught:
        ask(api, **changes)
    return caught.value
