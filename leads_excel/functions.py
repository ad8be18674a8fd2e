"""What formulas and notebooks both call: `=LEADS(...)` in a cell is `leads(...)` here, with the same arguments.

Dates, fields, filters and options are written as `dates` and `arguments` describe. Answers come from the session of
this process, so many formulas over one range cost one set of requests. A table is a new DataFrame every time.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel import arguments, schema
from leads_excel.answers import Question
from leads_excel.arguments import Options, column, is_blank, nearest, words
from leads_excel.dates import Days, to_day, to_days, today
from leads_excel.exceptions import ArgumentError
from leads_excel.grouping import by_group, grouped
from leads_excel.kpis import KPIS, named_kpi, total
from leads_excel.views import SETS, chosen, columns_of, kept, marked, shown
from leads_excel.session import current

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leads_excel.arguments import Filter
    from leads_excel.tables import LeadTables

_JOINED = ("bulkCreatedDate", "source", "branch")
_USUAL = ("leads", "accepted", "rejected", "rejection_rate")
_NOBODY = pd.DataFrame([{item.name: None for item in schema.LEADS}], dtype=object)


def leads(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the leads submitted in a range of days.

    Args:
        from_date: First day, or a token such as `-30D`, `LM` or `2026-08`.
        to_date: Last day, included; left out, `from_date` decides.
        fields: Names or labels of fields, or `basic` (the default), `contact`, `consent`, `all`.
        filters: Conditions such as `source=Website; branch=Riyadh|Jeddah; leadDate>=2026-08-01`.
        options: `headers=0`, `labels=en|ar`, `sort=-leadDate`, `limit=500`, `pii=mask|reveal|none`, `empty=`.

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
    shape = arguments.options(options)
    tables, conditions = _answer(*days, arguments.filters(filters))
    frame = getattr(tables, table)
    if table in ("vehicles", "errors"):
        frame = _with_lead(frame, tables.leads)
    columns = columns_of(table, frame)
    items = chosen(fields, columns, default)
    return shown(kept(frame, conditions, columns, current().settings), items, shape)


def _with_lead(rows: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Put the fields of its lead beside each vehicle or error."""
    named = leads[leads["leadExternalId"].notna() & ~leads["leadExternalId"].duplicated()]
    own = [name for name in leads.columns if name not in rows.columns]
    place = pd.Series(range(len(named)), index=named["leadExternalId"].to_numpy(object))
    at = pd.Index(rows["leadExternalId"].to_numpy(object)).map(place).to_numpy(float)
    taken = named[own].reset_index(drop=True).reindex(pd.Series(at).fillna(-1).astype(int))
    return pd.concat([rows.reset_index(drop=True), taken.reset_index(drop=True)], axis="columns")


def _answer(from_date: object, to_date: object, conditions: list[Filter]) -> tuple[LeadTables, list[Filter]]:
    """Fetch a range; a source given as a number is left to the API, which alone knows these numbers."""
    session = current()
    settings = session.settings
    days = to_days(from_date, to_date, zone=settings.zone, week_start=settings.week_start)
    question = Question(days, settings.zone)
    local = []
    for condition in conditions:
        name = arguments.plain(condition.field)
        number = _whole(condition.wanted[0]) if condition.operator == "=" and len(condition.wanted) == 1 else None
        if number is not None and name == "source":
            question = replace(question, source=number)
        elif number is not None and name == "subsource":
            question = replace(question, sub_source=number)
        else:
            local.append(condition)
    return session.tables(question), local


def _whole(value: object) -> int | None:
    text = str(value).strip().removesuffix(".0")
    return int(text) if text.isdecimal() else None


def lead(ids: object, fields: object = None, if_missing: object = "") -> object:
    """Look up leads by number, newest first, as far back as `LEADS_EXCEL_HORIZON_DAYS` says.

    Args:
        ids: A `leadExternalId` or a `leadId`, or several of them.
        fields: As for `leads`; personal data is shown where its fields are asked for.
        if_missing: What stands in place of a lead that is not found.

    Returns:
        One value for one number and one field, else one row per number, in the order given.

    Raises:
        LeadsError: As for `leads`.
    """
    wanted = [_id(item) for item in _flat(ids) if not is_blank(item)]
    if not wanted:
        raise ArgumentError("No lead is given: write its number, or select a range of numbers.")
    found = _found(wanted)
    frame = pd.concat([found.get(number, _NOBODY) for number in wanted], ignore_index=True)
    items = chosen(fields, columns_of("leads", frame), SETS["basic"])
    rows = shown(frame, items, Options(headers=False, pii="mask" if is_blank(fields) else "reveal"))
    rows = rows.astype(object).where(rows.notna(), None)
    blank: Any = if_missing
    rows.loc[[number not in found for number in wanted]] = blank
    return rows.iloc[0, 0] if rows.size == 1 else rows


def _found(wanted: Sequence[int]) -> dict[int, pd.DataFrame]:
    session = current()
    settings = session.settings
    found: dict[int, pd.DataFrame] = {}
    for days in _newest_first(today(settings.zone), settings.horizon_days):
        table = session.tables(Question(days, settings.zone)).leads
        for number in set(wanted) - found.keys():
            for name in ("leadExternalId", "leadId"):
                rows = table[pd.to_numeric(table[name], errors="coerce").eq(number).fillna(value=False)]
                if number not in found and len(rows):
                    found[number] = rows.tail(1)
        if found.keys() >= set(wanted):
            break
    return found


def _newest_first(last: date, horizon: int) -> Iterator[Days]:
    # A week, then a month, then the rest: most look-ups are about new leads, and the last step runs in parallel.
    ends = [0, 7, 35, horizon]
    for newer, older in itertools.pairwise(sorted({min(end, horizon) for end in ends})):
        yield Days(last - timedelta(days=older - 1), last - timedelta(days=newer))


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, list | tuple | pd.Series | pd.Index | range):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _id(value: object) -> int:
    number = _whole(value)
    if not number:
        raise ArgumentError("A lead is given by its number: write a whole number such as 574.")
    return number


def leads_kpi(
    kpi: object, from_date: object, to_date: object = None, filters: object = None, options: object = None
) -> object:
    """Compute one key figure over the leads submitted in a range of days.

    Args:
        kpi: Its name; `leads_fields("kpis")` lists them.
        from_date: As for `leads`.
        to_date: As for `leads`.
        filters: Conditions on leads.
        options: `empty=` what a share of nothing is; None by default, in a cell #N/A.

    Returns:
        A count, or a share between 0 and 1.

    Raises:
        LeadsError: As for `leads`.
    """
    figure = named_kpi(str(kpi))
    shape = arguments.options(options)
    value = total(figure.measure(_filtered(from_date, to_date, filters)))
    return shape.empty if value is None else value


def _filtered(from_date: object, to_date: object, filters: object) -> LeadTables:
    """Fetch a range and keep the leads that meet the filters, with their vehicles and errors."""
    tables, conditions = _answer(from_date, to_date, arguments.filters(filters))
    if not conditions:
        return tables
    found = kept(tables.leads, conditions, columns_of("leads", tables.leads), current().settings)
    vehicles, errors = (
        rows[rows["leadExternalId"].isin(found["leadExternalId"])] for rows in (tables.vehicles, tables.errors)
    )
    return replace(tables, leads=found, vehicles=vehicles, errors=errors)


def leads_by(
    dimension: object,
    from_date: object,
    to_date: object = None,
    kpis: object = None,
    filters: object = None,
    options: object = None,
) -> pd.DataFrame:
    """Compute key figures for each value of a dimension.

    Args:
        dimension: A field of leads, `modelFamily` or `modelYear`, `reason` (the wording of an error), or `day`, `week`,
            `month`, `quarter`, `year`.
        from_date: As for `leads`.
        to_date: As for `leads`.
        kpis: Names of key figures; `leads, accepted, rejected, rejection_rate` by default.
        filters: Conditions on leads.
        options: As for `leads`, and `top=10` (the rest becomes `Other`), `date=created|lead` for periods.

    Returns:
        One row per value, the largest first, periods in their order. A lead with several models or reasons counts in
        each of them.

    Raises:
        LeadsError: As for `leads`.
    """
    shape = arguments.options(options)
    figures = [named_kpi(name) for name in words(kpis) or _USUAL]
    tables = _filtered(from_date, to_date, filters)
    settings = current().settings
    days = to_days(from_date, to_date, zone=settings.zone, week_start=settings.week_start)
    groups = grouped(str(dimension), tables, days=days, lead_date=shape.date == "lead", week_start=settings.week_start)
    return marked(by_group(groups, tables, figures, shape), shape)


def leads_status(item: object = None) -> object:
    """Tell what this process knows: environment, API, time zone, last answer.

    Args:
        item: One line of it; all lines by default.

    Returns:
        A value, or a table of `item` and `value`.

    Raises:
        ArgumentError: There is no such item.
    """
    lines = current().status()
    if is_blank(item):
        return pd.DataFrame({"item": list(lines), "value": pd.Series(list(lines.values()), dtype=object)})
    return lines[nearest(str(item), lines, "item")]


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
    named = nearest(str(table), [*schema.TABLES, "kpis"], "table") if not is_blank(table) else None
    rows: list[tuple[object, ...]] = [
        (name, item.name, item.label, item.arabic, item.kind, item.sensitive, item.about)
        for name, columns in schema.TABLES.items()
        for item in columns
        if named in (None, name)
    ]
    if named == "kpis":
        rows = [("kpis", item.name, item.label, "", item.unit, False, item.about) for item in KPIS.values()]
    if not is_blank(search):
        rows = [row for row in rows if str(search).strip().casefold() in " ".join(map(str, row)).casefold()]
    return pd.DataFrame(rows, columns=["table", "name", "label", "arabic", "kind", "personal", "about"])


def leads_list(dimension: object, from_date: object = "-30D", to_date: object = None) -> pd.DataFrame:
    """List the values a field takes, for a drop-down.

    Args:
        dimension: A field of leads that is not personal data.
        from_date: As for `leads`.
        to_date: As for `leads`.

    Returns:
        One column of distinct values in order, without blanks.

    Raises:
        LeadsError: As for `leads`.
    """
    tables, _ = _answer(from_date, to_date, [])
    item = column(str(dimension), columns_of("leads", tables.leads))
    if item.sensitive:
        raise ArgumentError(f"The field {item.name} is personal data and makes no list: choose one such as source.")
    return tables.leads[[item.name]].dropna().drop_duplicates().sort_values(item.name).reset_index(drop=True)


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
