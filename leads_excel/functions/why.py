"""What a number rests on: `=LEADS_WHY(...)` in a cell is `leads_why(...)` here, with the arguments of `leads_kpi`.

It goes the way of `leads_kpi` and tells each step. Where that way ends in an error, the table ends there too, and says
so; only arguments that cannot be read are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from leads_excel import arguments
from leads_excel.arguments.typed_arguments import as_text, column
from leads_excel.arguments.views import columns_of, meets
from leads_excel.dates.elapsed import so_far
from leads_excel.exceptions import ApiError, ArgumentError, LeadsError
from leads_excel.fetching.fetch import asked
from leads_excel.fetching.session import current
from leads_excel.functions.analysis import Worked, value_of, worked
from leads_excel.functions.disputed import counts_that_differ, disputed, refuse_disputed
from leads_excel.functions.explaining import calls
from leads_excel.functions.explaining.rows import Rows
from leads_excel.functions.filtered_range import answered
from leads_excel.functions.missing_numbers import why_none
from leads_excel.kpis import named_kpi
from leads_excel.kpis.around.history import history_of, moments
from leads_excel.kpis.around.margin import Reach, asked_days
from leads_excel.kpis.facts.facts import DAY, facts_of, is_provisional, is_rejected, known, submitted
from leads_excel.kpis.facts.rules import Rules
from leads_excel.kpis.sql.writing import statement
from leads_excel.schema.columns import LEADS
from leads_excel.tables.coverage import aged

if TYPE_CHECKING:
    import pandas as pd

    from leads_excel.arguments.typed_arguments import Filter, Options
    from leads_excel.fetching.session import Session
    from leads_excel.kpis import Kpi
    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.schema.columns import Column
    from leads_excel.tables.lead_tables import LeadTables
    from leads_excel.windows.questions import Question

_OPTIONS = ("headers", "labels", "empty", "as_of", "min", "days", "missing", "partial", "long")
_MASKED = "Personal values are masked: write them in."


@dataclass
class _Asked:
    """A number that somebody asks about, and what is known of it so far.

    Args:
        kpi: The key figure.
        days: The range as typed.
        filters: The filters as typed.
        conditions: They, read.
        shape: The options.
        session: Who fetches.
        question: The range, read.
        error: Why there is no number; None where there may be one.
        tables: The leads of the range, if they could be had.
        rows: Which of them meet the filters; None are all.
        taken: How many leads each filter took away; None of one that the API answered.
        worked: The figure, if it could be worked out.
    """

    kpi: Kpi
    days: tuple[object, object]
    filters: object
    conditions: list[Filter]
    shape: Options
    session: Session
    question: Question
    error: LeadsError | None = None
    tables: LeadTables | None = None
    rows: Numbers | None = None
    taken: dict[int, int | None] = field(default_factory=dict)
    worked: Worked | None = None

    def column(self, condition: Filter) -> Column | None:
        """Find the field of a filter; None where there is none."""
        known = LEADS if self.tables is None else columns_of("leads", self.tables.leads)
        try:
            return column(condition.field, known)
        except ArgumentError:
            return None

    @property
    def chosen(self) -> Numbers:
        """The rows of the leads that count."""
        return np.arange(len(self.tables.leads) if self.tables else 0) if self.rows is None else self.rows


def leads_why(
    kpi: object, from_date: object, to_date: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """Explain a key figure over a range of days: what it rests on, step by step, and how to get it again.

    Args:
        kpi: As for `leads_kpi`.
        from_date: As for `leads_kpi`.
        to_date: As for `leads_kpi`.
        filters: As for `leads_kpi`; the values of personal fields are masked in the table.
        options: As for `leads_kpi`, without `n`; and `labels=ar`: the items in Arabic.

    Returns:
        `item`, `value` and `note`, one row for each thing to know: the figure, its definition, value and unit; days,
        windows and the age of their answers in minutes; leads received, taken away by each filter and left out;
        denominator, numerator, provisional leads; days looked at beside the range; windows whose counts differ;
        warnings; the line of Python, the formula, and the statement of SQL for DuckDB over an export in the folder
        `lake`. Where there is no value, a row says why.

    Raises:
        ArgumentError: An argument cannot be read.
        DateError: A date cannot be read.
    """
    shape = arguments.options(options, _OPTIONS)
    session = current()
    question = asked(from_date, to_date, as_of=shape.as_of, settings=session.settings)
    about = _Asked(
        named_kpi(as_text(kpi)), (from_date, to_date), filters, arguments.filters(filters), shape, session, question
    )
    _work_out(about)
    rows = Rows()
    for tell in (_tell_figure, _tell_range, _tell_windows, _tell_leads, _tell_parts, _tell_around, _tell_doubts):
        tell(about, rows)
    _tell_calls(about, rows)
    return rows.frame(shape)


why = leads_why
"""The same, as `lx.why`."""


def _work_out(about: _Asked) -> None:
    """Go the way of `leads_kpi` as far as it leads."""
    try:
        tables, left = answered(about.session, about.days, about.conditions, about.shape)
    except ArgumentError:
        raise
    except LeadsError as error:
        about.error = error
        return
    about.tables = tables
    columns = columns_of("leads", tables.leads)
    # No lead, so that no value is missed: what is refused now is no field, or no value of its kind.
    meets(tables.leads.head(0), left, columns, about.session.settings)
    try:
        _choose(about, tables, left)
        if not about.shape.partial:
            refuse_disputed(tables)
        leads = tables, about.rows
        about.worked = worked(about.kpi, about.session, about.filters, about.shape, leads)
    except LeadsError as error:
        about.error = error


def _choose(about: _Asked, tables: LeadTables, left: list[Filter]) -> None:
    """Apply the filters one after the other, and count what each takes away."""
    columns = columns_of("leads", tables.leads)
    met = np.ones(len(tables.leads), "bool")
    for place, condition in enumerate(about.conditions):
        if condition not in left:
            about.taken[place] = None
            continue
        now = met & meets(tables.leads, [condition], columns, about.session.settings, missing=about.shape.missing)
        about.taken[place] = int(met.sum() - now.sum())
        met = now
        about.rows = np.flatnonzero(met)


# --- rows ----------------------------------------------------------------------------------------------------------


def _tell_figure(about: _Asked, rows: Rows) -> None:
    kpi, shape = about.kpi, about.shape
    rows.tell("figure", kpi.arabic if shape.labels == "ar" else kpi.label, kpi.name)
    rows.tell("definition", kpi.about)
    rows.tell("unit", kpi.unit)
    value = value_of(about.worked.figure, shape) if about.worked else None
    reason = ""
    if about.error is not None:
        reason = str(about.error)
    elif value is None and about.worked:
        reason = why_none(kpi, about.worked.figure, shape.min)
    if value is None and shape.empty is not None and about.error is None:
        rows.tell("value", shape.empty, "what the option empty puts in its place")
    else:
        rows.tell("value", value, "an error" if about.error else "")
    rows.tell("why_none", reason or None)


def _tell_range(about: _Asked, rows: Rows) -> None:
    days, zone = about.question.days, about.question.zone
    rows.tell("first", days.first)
    rows.tell("last", days.last)
    tables = about.tables
    come = so_far(days, tables.today) if tables is not None and days.first <= tables.today else ""
    rows.tell("days", len(days), f"{come} have come" if come else "")
    at = tables.looked_at if tables is not None else about.question.as_of
    told = at.astimezone(zone).replace(tzinfo=None) if at else None
    rows.tell("moment", told, "as the option as_of asks" if about.question.as_of else "the newest answer")


def _tell_windows(about: _Asked, rows: Rows) -> None:
    covered = about.tables.coverage if about.tables is not None else _arrived(about.error)
    if covered is None:
        for name in ("windows", "final", "open", "stored", "absent", "age"):
            rows.tell(name, None)
        return
    # The tables may have been kept for long.
    covered = aged(covered, about.question.as_of or datetime.now(UTC))
    absent = covered["state"].eq("missing")
    final = covered["final"].fillna(value=False) & ~absent
    ages = covered["age"].dropna()
    rows.tell("windows", len(covered))
    rows.tell("final", int(final.sum()))
    rows.tell("open", int((~final & ~absent).sum()))
    rows.tell("stored", int(covered["state"].str.startswith("stored").sum()))
    rows.tell("absent", int(absent.sum()))
    rows.tell("age", int(ages.max()) if len(ages) else None)


def _arrived(error: LeadsError | None) -> pd.DataFrame | None:
    tables = error.tables if isinstance(error, ApiError) else None
    return tables.coverage if tables is not None else None


def _tell_leads(about: _Asked, rows: Rows) -> None:
    tables = about.tables
    rows.tell("received", None if tables is None else len(tables.leads), "" if tables else "not all of them came")
    for place, condition in enumerate(about.conditions):
        item = about.column(condition)
        note = calls.written(calls.hidden(condition, item))
        if place in about.taken and about.taken[place] is None:
            note += " (asked of the API, which sends no others)"
        rows.tell("filter", about.taken.get(place), note, place + 1)
    complete = tables is not None and len(about.taken) == len(about.conditions)
    rows.tell("left", len(about.chosen) if complete else None, "" if about.conditions else "there is no filter")


def _tell_parts(about: _Asked, rows: Rows) -> None:
    """Tell what is divided by what, and which leads have no part in it."""
    if about.tables is None or about.worked is None:
        for name in ("out_provisional", "out_rejected", "out_accepted", "denominator", "numerator", "provisional"):
            rows.tell(name, None)
        rows.tell("undated", None)
        return
    figure, chosen = about.worked.figure, about.chosen
    part, _, whole = about.kpi.about.partition(" / ")
    facts = facts_of(about.tables, Rules(days=about.shape.days))
    provisional, rejected = is_provisional(facts)[chosen], is_rejected(facts)[chosen]
    counted = _flags(about, whole=True)
    if counted is None:
        why = "nothing is divided" if figure.denominator is None else "the denominator does not count leads one by one"
        for name in ("out_provisional", "out_rejected", "out_accepted"):
            rows.tell(name, None, why)
    else:
        rows.tell("out_provisional", int((provisional & ~counted).sum()), "not judged yet")
        rows.tell("out_rejected", int((rejected & ~counted).sum()), "not among those of the definition")
        accepted = ~provisional & ~rejected & ~counted
        rows.tell("out_accepted", int(accepted.sum()), "not among those of the definition")
    of = whole or "leads that it comes from"
    rows.tell("denominator", figure.denominator, _first(of) if figure.denominator is not None else "nothing is divided")
    rows.tell("numerator", figure.numerator, _first(part))
    rows.tell("provisional", int(provisional.sum()), _effect(about, provisional))
    rows.tell("undated", int((~known(submitted(facts)))[chosen].sum()), "of their submission")


def _first(text: str) -> str:
    return re.split(r"[.;:]", text)[0].strip()


def _flags(about: _Asked, *, whole: bool) -> Flags | None:
    """Tell which of the leads that count have a part in the denominator or the numerator; None where nobody says."""
    if about.worked is None or about.kpi.of != "leads":
        return None
    measure = about.worked.measure
    flags = measure.whole_leads if whole else measure.part_leads
    return None if flags is None else flags[about.chosen]


def _effect(about: _Asked, provisional: Flags) -> str:
    """Say what leads without a verdict do to the figure."""
    if not provisional.any():
        return "each lead has its verdict"
    told = []
    for name, flags in (("denominator", _flags(about, whole=True)), ("numerator", _flags(about, whole=False))):
        if flags is not None:
            count = int((provisional & flags).sum())
            told.append(f"{count:,} of them counted in the {name}" if count else f"left out of the {name}")
    return "; ".join(told) or "the figure does not go by single leads"


def _tell_around(about: _Asked, rows: Rows) -> None:
    rules = Rules(days=about.shape.days)
    wanted = about.kpi.reach(rules)
    counts = _around(about, rules, wanted)
    for name, days, count, side in (
        ("back", wanted.back, counts[0], "before"),
        ("ahead", wanted.ahead, counts[1], "after"),
    ):
        rows.tell(name, days)
        if days:
            note = f"leads of the {days:,} days {side} the range are looked at, and not counted"
            rows.tell(f"{name}_leads", count, note if count is not None else "they could not be had")
    if about.kpi.compares:
        before = about.worked.before if about.worked else None
        rows.tell("compared", None if before is None else len(before.leads), before.title if before is not None else "")


def _around(about: _Asked, rules: Rules, wanted: Reach) -> tuple[int | None, int | None]:
    if about.worked is None or about.tables is None or wanted == Reach():
        return None, None
    history = history_of(facts_of(about.tables, rules), wanted)
    moment, days = moments(history), asked_days(about.tables)
    if days is None:
        return None, None
    start, end = ((np.datetime64(day, "us").astype("int64") + more) for day, more in zip(days, (0, DAY), strict=True))
    back = (moment >= start - wanted.back * DAY)[: history.range.start]
    ahead = (moment < end + wanted.ahead * DAY)[history.range.stop :]
    return int(back.sum()), int(ahead.sum())


def _tell_doubts(about: _Asked, rows: Rows) -> None:
    if about.tables is None:
        rows.tell("disputed", None)
        rows.tell("warnings", None)
        return
    rows.tell("disputed", len(disputed(about.tables)), counts_that_differ(about.tables))
    rows.tell("warnings", len(about.tables.warnings))
    for number, line in enumerate(about.tables.warnings, start=1):
        rows.tell("warning", line, number=number)


def _tell_calls(about: _Asked, rows: Rows) -> None:
    settings = about.session.settings
    typed = [(condition, about.column(condition)) for condition in about.conditions]
    settled: list[tuple[Filter, Any]] = [
        (each, item) for condition, item in typed for each in calls.settled(condition, item, settings)
    ]
    shown = [calls.hidden(condition, item) for condition, item in settled]
    options = calls.settled_options(about.shape, about.question.as_of, settings)
    note = _MASKED if shown != [condition for condition, _ in settled] else ""
    days = about.question.days
    rows.tell("python", calls.python_line(about.kpi.name, days, shown, options), note)
    formula = calls.formula(about.kpi.name, days, shown, options)
    rows.tell("formula", formula or None, note if formula else "the filters or options do not fit into a formula")
    if about.tables is None or about.worked is None:
        rows.tell("sql", None, "no single statement: there is no number to compare with")
        return
    facts = facts_of(about.tables, Rules(days=about.shape.days))
    sql = statement(about.kpi.name, facts, [(condition, item) for condition, item in settled], settings)
    said = sql.note if sql.sql else f"no single statement: {sql.note}"
    rows.tell("sql", sql.sql or None, " ".join(filter(None, (said, note if sql.sql else ""))))
