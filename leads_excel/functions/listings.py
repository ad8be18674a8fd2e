"""What formulas and notebooks both call: `=LEADS(...)` in a cell is `leads(...)` here, with the same arguments.

Dates, fields, filters and options are written as `dates` and `arguments` describe. Answers come from the session of
this process, so many formulas over one range cost one set of requests. A table is a new DataFrame every time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel import arguments, schema
from leads_excel.arguments.access import may_reveal
from leads_excel.arguments.typed_arguments import Options, as_text, is_blank, nearest
from leads_excel.arguments.views import SETS, chosen, columns_of, marked, meets, shown
from leads_excel.dates.typed_dates import to_day
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.session import current
from leads_excel.functions import lookup
from leads_excel.functions.filtered_range import answered, whole
from leads_excel.kpis import KPIS
from leads_excel.kpis.facts.grouping import by_value
from leads_excel.tables.children import beside_leads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date


_OF_TABLES = ("headers", "labels", "sort", "limit", "pii", "empty", "as_of", "missing", "long")
_JOINED = ("bulkCreatedDate", "source", "branch")


def leads(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the leads submitted in a range of days.

    Args:
        from_date: First day, or a token such as `-30D`, `LM` or `2026-08`.
        to_date: Last day, included; left out, `from_date` decides.
        fields: Names or labels of fields, or `basic` (the default), `contact`, `consent`, `all`.
        filters: Conditions such as `source=Website; branch=Riyadh*|Jeddah*; leadDate>=-30D`: `|` stands between
            values of which any will do, `*` and `?` for any letters. A value that no lead of the range has is a slip
            and refused. A source given as a number is asked of the API: it alone knows these numbers.
        options: `headers=0`, `labels=en|ar`, `sort=-leadDate`, `limit=500`, `pii=mask|reveal|none`, `empty=-`,
            `as_of=YESTERDAY 09:00` for the answer as it stood then, `missing=0` where a value that no lead of the
            range has means no leads, `long=1` where more than `LEADS_EXCEL_MAX_DAYS` days have to be asked for.

    Returns:
        One row per lead; personal data is masked unless `pii=reveal`.

    Raises:
        LeadsError: An argument cannot be used, or the answer would be incomplete.
    """
    return _table("leads", (from_date, to_date), fields, filters, options, SETS["basic"])


def lead_vehicles(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the vehicles of the leads submitted in a range of days.

    Args:
        from_date: As for `leads`.
        to_date: As for `leads`.
        fields: Fields of vehicles and of their leads; by default all of the vehicle, and when, source and branch.
        filters: Conditions on those fields.
        options: As for `leads`.

    Returns:
        One row per vehicle.

    Raises:
        LeadsError: As for `leads`.
    """
    return _table("vehicles", (from_date, to_date), fields, filters, options, _names("vehicles"))


def lead_errors(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the errors of the leads submitted in a range of days.

    Args:
        from_date: As for `leads`.
        to_date: As for `leads`.
        fields: Fields of errors and of their leads; by default all of the error, and when, source and branch.
        filters: Conditions on those fields.
        options: As for `leads`.

    Returns:
        One row per error.

    Raises:
        LeadsError: As for `leads`.
    """
    return _table("errors", (from_date, to_date), fields, filters, options, _names("errors"))


def lead_bulks(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the bulks submitted in a range of days.

    Args:
        from_date: As for `leads`.
        to_date: As for `leads`.
        fields: Fields of bulks; all by default.
        filters: Conditions on those fields.
        options: As for `leads`.

    Returns:
        One row per bulk.

    Raises:
        LeadsError: As for `leads`.
    """
    return _table("bulks", (from_date, to_date), fields, filters, options, [item.name for item in schema.BULKS])


def _names(table: schema.TableName) -> list[str]:
    return [*(item.name for item in schema.TABLES[table]), *_JOINED]


def _table(
    table: schema.TableName,
    days: tuple[object, object],
    fields: object,
    filters: object,
    options: object,
    default: Sequence[str],
) -> pd.DataFrame:
    shape = arguments.options(options, _OF_TABLES)
    session = current()
    tables, conditions = answered(session, days, arguments.filters(filters), shape)
    frame: pd.DataFrame = getattr(tables, table)
    if table in ("vehicles", "errors"):
        frame = beside_leads(tables, table)
    columns = columns_of(table, frame)
    items = chosen(fields, columns, default)
    leads = tables.leads if table != "bulks" else None
    kept = meets(frame, conditions, columns, session.settings, leads=leads, missing=shape.missing)
    return shown(frame[kept], columns, items, shape)


def lead(ids: object, fields: object = None, if_missing: object = None) -> object:
    """Look up leads by number, as far back as `LEADS_EXCEL_HORIZON_DAYS` says.

    Args:
        ids: A `leadExternalId` or a `leadId`, or several of them. Of leads that share a number, the newest is meant.
        fields: As for `leads`; personal data is shown where its fields are asked for.
        if_missing: What stands in place of a lead that is not found.

    Returns:
        One value for one number and one field, else one row per number, in the order given; what is no number of
        a lead, such as a heading, a 0 or an empty cell, gives a blank row among several.

    Raises:
        LeadsError: As for `leads`.
    """
    if not is_blank(if_missing) and isinstance(if_missing, Iterable) and not isinstance(if_missing, str):
        raise ArgumentError("if_missing is one value: write a text or a number, or select one cell.")
    several = isinstance(ids, Iterable) and not isinstance(ids, str)
    wanted = [0 if is_blank(item) else _id(item, several=several) for item in _flat(ids)]
    if not any(wanted):
        raise ArgumentError("No lead is given: write its number, or select a range of numbers.")
    found = lookup.found(set(wanted) - {0}, current())
    columns = columns_of("leads", found)
    items = chosen(fields, columns, SETS["basic"])
    shape = Options(headers=False, pii="reveal" if not is_blank(fields) and may_reveal() else "mask")
    rows = shown(found.reindex(wanted), columns, items, shape)
    missing = [number != 0 and number not in found.index for number in wanted]
    if any(missing) and not is_blank(if_missing):
        rows = marked(rows.astype(object), shape)
        stand_in: Any = if_missing
        rows.loc[missing] = stand_in
    if rows.size > 1 or several:
        return rows
    value = rows.iloc[0, 0]
    return None if is_blank(value) else value


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, Iterable) and not isinstance(value, str):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _id(value: object, *, several: bool) -> int:
    """Read a number; among several a heading, a 0 or an error is no lead, and 0 here."""
    number = whole(value)
    if number and number < 2**63:
        return number
    if several:
        return 0
    raise ArgumentError("A lead is given by its number: write a whole number such as 574.")


def leads_status(item: object = None) -> object:
    """Tell what this process knows: environment, API, time zone, last answer, why a number is missing, the last runs.

    Args:
        item: One line of it; all lines by default. `failure` is why the last number that is missing is missing, and
            `failures` a table of all such reasons, the newest first. `coverage` is a table with a row for each window
            asked for. `last_sync` and `last_refresh` tell when such a run began on this computer, and how it ended.

    Returns:
        A value, or a table of `item` and `value`.

    Raises:
        ArgumentError: There is no such item.
    """
    session = current()
    lines = session.status()
    if is_blank(item):
        return pd.DataFrame({"item": list(lines), "value": pd.Series(list(lines.values()), dtype=object)})
    tables = {"coverage": session.coverage, "failures": session.failures}
    name = nearest(as_text(item), [*lines, *tables], "item")
    return tables[name]() if name in tables else lines[name]


def leads_fields(table: object = None, search: object = None) -> pd.DataFrame:
    """List the fields of the tables, or the key figures.

    Args:
        table: `leads`, `vehicles`, `errors`, `bulks` or `kpis`; the four tables by default.
        search: Only what has this text in its name, label or description.

    Returns:
        One row per field: table, name, label, arabic, kind, personal, about.

    Raises:
        ArgumentError: There is no such table.
    """
    named = nearest(as_text(table), [*schema.TABLES, "kpis"], "table") if not is_blank(table) else None
    rows: list[tuple[object, ...]] = [
        (name, item.name, item.label, item.arabic, item.kind, item.sensitive, item.about)
        for name, columns in schema.TABLES.items()
        for item in columns
        if named in (None, name)
    ]
    if named == "kpis":
        rows = [("kpis", item.name, item.label, item.arabic, item.unit, False, item.about) for item in KPIS.values()]
    if not is_blank(search):
        rows = [row for row in rows if as_text(search).casefold() in " ".join(map(str, row)).casefold()]
    return pd.DataFrame(rows, columns=["table", "name", "label", "arabic", "kind", "personal", "about"])


def leads_list(dimension: object, from_date: object = None, to_date: object = None) -> pd.DataFrame:
    """List the values a field takes, for a drop-down.

    Args:
        dimension: As for `leads_by`, periods excepted.
        from_date: As for `leads`; the last thirty days by default.
        to_date: As for `leads`.

    Returns:
        One column of distinct values in order, without blanks.

    Raises:
        LeadsError: As for `leads`.
    """
    tables, _ = answered(current(), ("-30D" if is_blank(from_date) else from_date, to_date))
    groups = by_value(as_text(dimension), tables)
    return pd.DataFrame(
        {groups.name: [value for value in groups.keys.categories if value != schema.BLANK]}, dtype=object
    )


def leads_date(text: object) -> date:
    """Show how a date or token is read.

    Args:
        text: A date or a token such as `-7D`; of a period its first day.

    Returns:
        The day.

    Raises:
        DateError: It is not a date.
    """
    settings = current().settings
    return to_day(text, zone=settings.zone, week_start=settings.week_start)
