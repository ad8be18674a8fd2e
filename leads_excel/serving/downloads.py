"""Tables as files for Power Query, Power BI and curl: the functions of the formulas, by the words of an address."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, NamedTuple

from leads_excel.arguments.access import Access, limited_to
from leads_excel.exceptions import ArgumentError
from leads_excel.exports.files import as_bytes
from leads_excel.functions import contacts, customers, listings, rejections
from leads_excel.log.users import acting_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from leads_excel.serving.people.callers import Caller

TABLES: dict[str, Callable[..., pd.DataFrame]] = {
    "leads": listings.leads,
    "vehicles": listings.lead_vehicles,
    "errors": listings.lead_errors,
    "bulks": listings.lead_bulks,
    "rejections": rejections.leads_fix,
    "contacts": contacts.leads_contacts,
    "customers": customers.leads_customers,
}
"""The tables there are, each by the function that lists it."""

_WORDS = {"from": "from_date", "to": "to_date", "fields": "fields", "filters": "filters", "options": "options"}


class Download(NamedTuple):
    """A table as a file.

    Args:
        body: The file.
        kind: Its media type.
        etag: Equal for equal files.
        rows: How many rows it has.
        revealed: Whether personal data is in it.
    """

    body: bytes
    kind: str
    etag: str
    rows: int
    revealed: bool


def download(table: str, ending: str, words: Mapping[str, str], caller: Caller) -> Download:
    """Make a file of a table.

    Args:
        table: One of `TABLES`.
        ending: `csv`, `parquet` or `json`.
        words: What stands in the address behind the question mark: `from`, `to`, `fields`, `filters`, `options`, and
            `purpose` for contacts, as in a formula.
        caller: Who asks.

    Raises:
        LeadsError: As for the function, or a word is unknown.
    """
    known = _WORDS | ({"purpose": "purpose"} if table == "contacts" else {})
    unknown = sorted(words.keys() - known.keys())
    if unknown:
        raise ArgumentError(f"The address has a word that is none of {', '.join(known)}: correct it.")
    if "from" not in words and table != "contacts":
        raise ArgumentError("The address lacks its first day: add ?from=-30D.")
    arguments = {known[word]: value for word, value in words.items()}
    with acting_for(caller.name), limited_to(Access(reveals=caller.reveals, reads_files=False)) as access:
        frame = TABLES[table](**arguments)
        frame.attrs = {}
        body, kind = _FORMATS[ending](frame)
    return Download(body, kind, f'"{hashlib.sha256(body).hexdigest()[:32]}"', len(frame), access.revealed)


def _csv(frame: pd.DataFrame) -> tuple[bytes, str]:
    return as_bytes(frame, "csv"), "text/csv; charset=utf-8"


def _parquet(frame: pd.DataFrame) -> tuple[bytes, str]:
    return as_bytes(frame, "parquet"), "application/vnd.apache.parquet"


def _json(frame: pd.DataFrame) -> tuple[bytes, str]:
    text = io.StringIO()
    frame.to_json(text, orient="records", date_format="iso", force_ascii=False)
    return text.getvalue().encode("utf-8", "replace"), "application/json"


_FORMATS = {"csv": _csv, "parquet": _parquet, "json": _json}
FORMATS = tuple(_FORMATS)
