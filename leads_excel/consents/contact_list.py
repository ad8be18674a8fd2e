"""The list of a purpose: who agreed, how they are reached, and in which record they said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.consents.judging import LISTED, REASONS, counted, judged, last_of, latest_leads
from leads_excel.kpis.consent import NOWHERE, count_of, last_answers
from leads_excel.kpis.facts.customers import (
    BY_EMAIL,
    CHANNELS,
    customers_of,
    emails_of,
    has_email,
    has_phone,
    keys_of,
    phones_of,
    prefers,
    written,
)
from leads_excel.kpis.facts.facts import facts_of, submitted
from leads_excel.schema.columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from leads_excel.consents.suppression import Suppression
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.schema.columns import Kind
    from leads_excel.tables.lead_tables import LeadTables


def _column(
    name: str, kind: Kind, label: str, arabic: str, width: int, about: str, *, sensitive: bool = False
) -> Column:
    return Column(name, kind, label, arabic, width, sensitive=sensitive, about=about)


COLUMNS = (
    _column("customer", "text", "Customer", "العميل", 14, "Key of the customer: equal for equal ones."),
    _column("channel", "text", "Channel", "القناة", 11, "How to reach the customer: Email, WhatsApp, SMS or Phone."),
    _column(
        "address",
        "text",
        "Reached at",
        "عنوان التواصل",
        26,
        "The phone in E.164, such as +966 and nine digits, or the e-mail address.",
        sensitive=True,
    ),
    _column("yesAt", "time", "Agreed", "وقت الموافقة", 17, "When the record of the last yes was submitted."),
    _column("yesRecord", "id", "Agreed in", "سجل الموافقة", 13, "Number of that record."),
    _column(
        "privacyAt",
        "time",
        "Privacy accepted",
        "وقت قبول الخصوصية",
        17,
        "When the record of the last yes to the privacy policy was submitted.",
    ),
    _column("privacyRecord", "id", "Privacy accepted in", "سجل قبول الخصوصية", 17, "Number of that record."),
    _column("leads", "count", "Leads", "السجلات", 8, "Leads of the customer in the range."),
    _column("lastLead", "time", "Last lead", "آخر سجل", 17, "When the latest of them was submitted."),
)
"""What the list says of each customer, beside the fields of the latest lead."""

LEFT_OUT = (
    _column("reason", "text", "Reason", "السبب", 26, "Why they are in the list, or left out."),
    _column("count", "count", "Count", "العدد", 10, "How many they are."),
    _column("of", "text", "Of", "من", 11, "Customers, or leads of which nobody can tell whose they are."),
    _column("about", "text", "Meaning", "المعنى", 60, "When the reason holds."),
)
"""What is told of those who are left out, by the reason."""

_OF_ARABIC = {"customers": "عملاء", "leads": "سجلات"}


def contact_list(
    tables: LeadTables, purpose: str, suppression: Suppression | None = None, fields: Collection[str] | None = None
) -> pd.DataFrame:
    """List the customers who agree to a purpose.

    Args:
        tables: The leads of a range; consent is judged by all of them.
        purpose: One of `kpis.consent.PURPOSES`.
        suppression: Who is not to be contacted.
        fields: Which fields of the latest lead are wanted; all by default.

    Returns:
        `COLUMNS`, then fields of the latest lead: one row per customer, the latest first.
    """
    facts = facts_of(tables)
    listed = np.flatnonzero(judged(facts, purpose, suppression) == REASONS.index(LISTED))
    latest = latest_leads(facts)
    order = np.lexsort((latest[listed], submitted(facts)[latest[listed]]))
    listed = listed[order[::-1]]
    rows = latest[listed]
    channel, address = _reached(facts, listed)
    leads = tables.leads
    shown: dict[str, Any] = {
        "customer": pd.Series(keys_of(facts, rows.tolist()), dtype="string"),
        "channel": channel,
        "address": address,
        **_evidence(leads, last_answers(facts, purpose)[listed], "yesAt", "yesRecord"),
        **_evidence(leads, last_answers(facts, "privacy")[listed], "privacyAt", "privacyRecord"),
        "leads": pd.Series(_counts(facts)[listed], dtype="Int64"),
        "lastLead": leads["bulkCreatedDate"].iloc[rows].reset_index(drop=True),
    }
    own = (
        leads[[name for name in leads if name not in shown and (fields is None or name in fields)]]
        .iloc[rows]
        .reset_index(drop=True)
    )
    return pd.concat([pd.DataFrame(shown), own], axis="columns")


def _evidence(leads: pd.DataFrame, rows: Numbers, at: str, record: str) -> dict[str, pd.Series[Any]]:
    said = leads[["bulkCreatedDate", "leadExternalId"]].iloc[rows].reset_index(drop=True)
    return {at: said["bulkCreatedDate"], record: said["leadExternalId"]}


def _counts(facts: Facts) -> Numbers:
    who = customers_of(facts)
    return np.bincount(who[who >= 0], minlength=count_of(who))


def _reached(facts: Facts, customers: Numbers) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Tell how some customers are reached: as they preferred last where that is valid, else by what is.

    A phone comes before an e-mail address where both are valid and neither is preferred.
    """
    mail = last_of(facts, has_email(facts))[customers]
    phone = last_of(facts, has_phone(facts))[customers]
    names = list(CHANNELS)
    chosen = _preferred(facts)[customers]
    otherwise = np.where(phone == NOWHERE, names.index(BY_EMAIL), names.index("Phone"))
    chosen = np.where(chosen == NOWHERE, otherwise, chosen)
    codes, texts = emails_of(facts)
    by_email = chosen == names.index(BY_EMAIL)
    emails = texts.cast(pa.large_string()).take(pa.array(codes[mail], mask=~by_email))
    address = pc.if_else(pa.array(by_email), emails, written(phones_of(facts)[phone]))
    channel = pa.array(names, pa.large_string()).take(pa.array(chosen))
    return pd.Series(channel.to_pandas(), dtype="string"), pd.Series(address.to_pandas(), dtype="string")


def _preferred(facts: Facts) -> Numbers:
    """Tell of each customer the channel preferred last of those that reach them; `NOWHERE` where there is none."""
    reaches = {name: _of_customer(facts, has_email if name == BY_EMAIL else has_phone) for name in CHANNELS}
    wanted = np.full(facts.count, NOWHERE)
    for number, name in enumerate(CHANNELS):
        wanted[prefers(facts, name) & reaches[name]] = number
    last = last_of(facts, wanted != NOWHERE)
    return np.where(last == NOWHERE, NOWHERE, wanted[last])


def _of_customer(facts: Facts, has: Callable[[Facts], Flags]) -> Flags:
    """Tell of each lead whether any lead of its customer has something."""
    who = customers_of(facts)
    return np.append(last_of(facts, has(facts)) != NOWHERE, values=False)[who]


def left_out(
    tables: LeadTables, purpose: str, suppression: Suppression | None, met: Flags, *, arabic: bool = False
) -> pd.DataFrame:
    """Count who is in the list and who is not, by the reason.

    Args:
        tables: As for `contact_list`.
        purpose: As for `contact_list`.
        suppression: As for `contact_list`.
        met: Which leads meet the filters; a customer counts whose latest lead does.
        arabic: Whether reasons are told in Arabic.

    Returns:
        `LEFT_OUT`, one row per reason; together all customers of the range, and all leads that have none.
    """
    counts = counted(facts_of(tables), purpose, suppression, met)
    told = pd.DataFrame({
        "reason": [reason.arabic if arabic else reason.name for reason in REASONS],
        "count": counts,
        "of": [_OF_ARABIC[reason.of] if arabic else reason.of for reason in REASONS],
        "about": [reason.about for reason in REASONS],
    })  # fmt: skip
    return told.astype({"reason": "string", "count": "Int64", "of": "string", "about": "string"})
