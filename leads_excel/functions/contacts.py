"""Customers who may be contacted, by consent: `=LEADS_CONTACTS(...)` in a cell is `leads_contacts(...)` here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leads_excel import arguments
from leads_excel.arguments.typed_arguments import as_text, is_blank, nearest
from leads_excel.arguments.views import chosen, columns_of, meets, shown, used
from leads_excel.consents.contact_list import COLUMNS, LEFT_OUT, contact_list, left_out
from leads_excel.consents.suppression import suppression_of
from leads_excel.fetching.session import current
from leads_excel.functions.disputed import refuse_disputed
from leads_excel.functions.filtered_range import answered
from leads_excel.kpis.consent import PURPOSES
from leads_excel.log.runs import record
from leads_excel.log.users import user_name
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    import pandas as pd

    from leads_excel.arguments.typed_arguments import Filter, Options
    from leads_excel.consents.suppression import Suppression
    from leads_excel.log.events import Fact
    from leads_excel.tables.lead_tables import LeadTables

_OPTIONS = (
    "headers", "labels", "sort", "limit", "pii", "empty", "as_of", "missing", "long", "partial", "suppress", "why",
)  # fmt: skip
_USUAL = (
    "customer", "channel", "address", "firstName", "lastName", "preferredLanguage", "interest", "branch", "brand",
    "source", "yesAt", "yesRecord", "privacyAt", "privacyRecord", "leads", "lastLead",
)  # fmt: skip


def leads_contacts(
    purpose: object = "marketing",
    from_date: object = None,
    to_date: object = None,
    fields: object = None,
    filters: object = None,
    options: object = None,
) -> pd.DataFrame:
    """List the customers who may be contacted for a purpose: those who agreed to it, and did not take that back.

    Consent is judged by what the range knows: take one long enough to hold every no. A customer, as in `leads_dupes`,
    has to have said yes last to the purpose and to the privacy policy (PDPL articles 5 and 25, Implementing Regulation
    articles 11 and 29). A no counts in every lead, rejected ones too, and under every e-mail address of the customer;
    at the same moment no wins; unknown is never yes. One lead or more has to be accepted.

    Args:
        purpose: `marketing` (the default), `newsletter` or `privacy`.
        from_date: As for `leads`; the last 365 days by default.
        to_date: As for `leads`.
        fields: Fields of contacts (`customer`, `channel`, `address`, `yesAt`, `yesRecord`, `privacyAt`,
            `privacyRecord`, `leads`, `lastLead`) and of the customer's latest lead; by default these and some of those.
        filters: Conditions on those fields, such as `branch=Riyadh*`. They choose among the customers' latest leads
            after consent has been judged over the whole range: a no given elsewhere counts. Sources go by name.
        options: As for `leads`, and `suppress=FILE` (a text or CSV file of phones, e-mail addresses or keys of
            customers that are left out), `why=1` (how many are left out for which reason, instead of the list; filters
            are on fields of leads), `partial=1` (though windows lack leads, in which there may be a no).

    Returns:
        One row per customer, the latest lead first, personal data masked unless `pii=reveal`; the log keeps who took
        how many. `channel` is what the customer preferred last if there is a valid address for it, else Phone or Email;
        `yesAt` is when that record was submitted, in business time. With `why=1` one row per reason: `reason`, `count`,
        `of`, `about`; all customers, and all leads of nobody knows whom. `attrs["note"]` tells of unreadable lines.

    Raises:
        LeadsError: As for `leads`, or the file cannot be read.
    """
    named = "marketing" if is_blank(purpose) else nearest(as_text(purpose), PURPOSES, "purpose")
    shape = arguments.options(options, _OPTIONS)
    asked = _Asked(named, arguments.filters(filters), fields, shape)
    days = ("-365D" if is_blank(from_date) else from_date, to_date)
    tables, _ = answered(current(), days, (), shape)
    if not shape.partial:
        refuse_disputed(tables)
    suppression = suppression_of(shape.suppress) if shape.suppress else None
    found = (_left_out if shape.why else _listed)(tables, suppression, asked)
    return _noted(found, suppression)


contacts = leads_contacts
"""The same, as analysts call it."""


class _Asked(NamedTuple):
    purpose: str
    conditions: list[Filter]
    fields: object
    shape: Options


def _listed(tables: LeadTables, suppression: Suppression | None, asked: _Asked) -> pd.DataFrame:
    purpose, conditions, fields, shape = asked
    ours = {item.name for item in COLUMNS}
    columns = [*COLUMNS, *(item for item in columns_of("leads", tables.leads) if item.name not in ours)]
    items = chosen(fields, columns, _USUAL)
    frame = contact_list(tables, purpose, suppression, used(columns, items, conditions, shape))
    kept = meets(frame, conditions, columns, current().settings, leads=tables.leads, missing=shape.missing)
    found = shown(frame[kept], columns, items, shape)
    if shape.pii == "reveal":
        _log(purpose, tables.title, len(found))
    return found


def _left_out(tables: LeadTables, suppression: Suppression | None, asked: _Asked) -> pd.DataFrame:
    purpose, conditions, fields, shape = asked
    columns = columns_of("leads", tables.leads)
    met = meets(tables.leads, conditions, columns, current().settings, missing=shape.missing)
    frame = left_out(tables, purpose, suppression, met, arabic=shape.labels == "ar")
    return shown(frame, LEFT_OUT, chosen(fields, LEFT_OUT, [item.name for item in LEFT_OUT]), shape)


def _log(purpose: str, days: str, rows: int) -> None:
    current().good_for_once()
    taken: dict[str, Fact] = {"purpose": purpose, "range": days, "rows": rows, "who": user_name()}
    if trouble := record("contacts", "contacts taken", taken):
        current().failed(f"contacts: the log lacks who took them, {trouble}")


def _noted(found: pd.DataFrame, suppression: Suppression | None) -> pd.DataFrame:
    if suppression is None:
        return found
    current().good_for_once()  # the file may change, and nobody tells
    if suppression.unread:
        lines = counted(suppression.unread, "lines")
        note = f"{lines} of the suppression list hold no phone, e-mail address or key of a customer."
        found.attrs["note"] = note
        current().failed(f"contacts: {note}")
    return found
