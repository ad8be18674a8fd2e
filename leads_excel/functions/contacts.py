"""Customers who may be contacted, by consent: `=LEADS_CONTACTS(...)` in a cell is `leads_contacts(...)` here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leads_excel import arguments
from leads_excel.arguments.typed_arguments import as_text, is_blank, nearest, plain
from leads_excel.arguments.views import chosen, columns_of, meets, shown
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
    from leads_excel.fetching.session import Session
    from leads_excel.log.events import Fact
    from leads_excel.schema.columns import Column

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

    Consent is judged by what the range knows, so take one that is long enough to hold every no. A customer, a valid
    phone or else a valid e-mail address as for `leads_dupes`, has to have said yes last to the purpose and to the
    privacy policy (PDPL articles 5 and 25; Implementing Regulation articles 11 and 29: each purpose for itself, and
    withdrawn at any time). A no counts in every lead of the range, rejected ones too, and under every e-mail address
    of the customer; at the same moment, no wins; unknown is never yes. At least one lead has to be accepted. The
    record holds no text and no method of consent: `yesAt` is when the record was submitted.

    Args:
        purpose: `marketing` (the default), `newsletter` or `privacy`.
        from_date: As for `leads`.
        to_date: As for `leads`.
        fields: Fields of contacts (`customer`, `channel`, `address`, `yesAt`, `yesRecord`, `privacyAt`,
            `privacyRecord`, `leads`, `lastLead`) and of the customer's latest lead; by default these, and name,
            language, interest, branch, brand and source.
        filters: Conditions on those fields, such as `branch=Riyadh*; yesAt>=-90D`. They choose among the customers'
            latest leads, after consent has been judged over the whole range: a no given elsewhere counts. Sources are
            written by name.
        options: As for `leads`, and `suppress=FILE` (a text or CSV file of phones, e-mail addresses or keys of
            customers that are left out, one a line), `why=1` (how many are left out, by the reason, instead of the
            list; filters are then on fields of leads), `partial=1` (though windows lack leads that the DMS counts,
            in which there may be a no).

    Returns:
        One row per customer, the latest lead first. `channel` is what the customer preferred last, where there is a
        valid address for it (Email, WhatsApp, SMS, Phone), else Phone or Email, whichever is valid; `address` is
        the phone in E.164 or the e-mail address. Personal data is masked unless `pii=reveal`, of which the log keeps
        who took how many. With `why=1` one row per reason: `reason`, `count`, `of` (customers, or leads of nobody
        knows whom), `about`; together all customers and all leads without one. `attrs["note"]` says how many lines of
        the file could not be read.

    Raises:
        LeadsError: As for `leads`, or the file cannot be read.
    """
    named = "marketing" if is_blank(purpose) else nearest(as_text(purpose), PURPOSES, "purpose")
    shape = arguments.options(options, _OPTIONS)
    session = current()
    conditions = arguments.filters(filters)
    suppression = suppression_of(shape.suppress) if shape.suppress else None
    tables, _ = answered(session, (from_date, to_date), (), shape)
    if not shape.partial:
        refuse_disputed(tables)
    columns: list[Any] = columns_of("leads", tables.leads)
    if shape.why:
        met = meets(tables.leads, conditions, columns, session.settings, missing=shape.missing)
        frame = left_out(tables, named, suppression, met, arabic=shape.labels == "ar")
        columns, items = list(LEFT_OUT), chosen(fields, LEFT_OUT, [item.name for item in LEFT_OUT])
        found = shown(frame, columns, items, shape)
    else:
        columns = [*COLUMNS, *(item for item in columns if item.name not in {own.name for own in COLUMNS})]
        items = chosen(fields, columns, _USUAL)
        frame = contact_list(tables, named, suppression, _used(columns, items, conditions, shape))
        kept = meets(frame, conditions, columns, session.settings, leads=tables.leads, missing=shape.missing)
        found = shown(frame[kept], columns, items, shape)
        if shape.pii == "reveal":
            _log(session, named, tables.title, len(found))
    return _noted(found, session, suppression)


contacts = leads_contacts
"""The same, as analysts call it."""


def _used(columns: list[Column], items: list[Column], conditions: list[Filter], shape: Options) -> set[str]:
    """Name the columns that are shown, looked at or sorted by: the others of a million leads need not be copied."""
    named = {plain(name.lstrip("-")) for name in (*(each.field for each in conditions), *shape.sort)}
    looked_at = (item for item in columns if named & {plain(item.name), plain(item.label), plain(item.arabic)})
    return {item.name for item in (*items, *looked_at)}


def _log(session: Session, purpose: str, days: str, rows: int) -> None:
    session.good_for_once()
    taken: dict[str, Fact] = {"purpose": purpose, "range": days, "rows": rows, "who": user_name()}
    if trouble := record("contacts", "contacts taken", taken):
        session.failed(f"contacts: the log lacks who took them, {trouble}")


def _noted(found: pd.DataFrame, session: Session, suppression: Suppression | None) -> pd.DataFrame:
    if suppression is None:
        return found
    session.good_for_once()  # the file may change, and nobody tells
    if suppression.unread:
        lines = counted(suppression.unread, "lines")
        note = f"{lines} of the suppression list hold no phone, e-mail address or key of a customer."
        found.attrs["note"] = note
        session.failed(f"contacts: {note}")
    return found
