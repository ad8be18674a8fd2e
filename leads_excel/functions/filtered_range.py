"""A range of days and conditions, as people write them -> tables, and what is left of the conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leads_excel import schema
from leads_excel.arguments.typed_arguments import as_text, plain
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.brakes import agreed, braked, nobody
from leads_excel.fetching.fetch import asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leads_excel.arguments.typed_arguments import Filter, Options
    from leads_excel.fetching.session import Session
    from leads_excel.tables.lead_tables import LeadTables

_NUMBERED = {
    plain(name): parameter
    for item, parameter in (("source", "source"), ("subSource", "sub_source"))
    for column in schema.LEADS
    if column.name == item
    for name in (column.name, column.label, column.arabic)
}
"""Fields of which the API takes numbers where the answer has names, and its parameters."""


_ALLOW = "allow it with the option long=1"
_ALLOW_EVERYWHERE = "have the setting max_days allow it"


def answered(
    session: Session, days: tuple[object, object], conditions: Iterable[Filter] = (), shape: Options | None = None
) -> tuple[LeadTables, list[Filter]]:
    """Fetch a range.

    Args:
        session: Who fetches.
        days: First day, or a token, and last day, included, or nothing.
        conditions: Filters; a source or sub-source given as a number is asked of the API.
        shape: The options: the moment at which the answer stood so, and whether the range may be as long as it is.
            None are those of a function that has none.

    Returns:
        The tables, and the conditions that are still to be looked at.

    Raises:
        LeadsError: A date or a number cannot be used, the range takes more requests than anybody means, or the answer
            would be incomplete.
    """
    question = asked(*days, as_of=shape and shape.as_of, settings=session.settings)
    left = []
    for condition in conditions:
        parameter = _NUMBERED.get(plain(condition.field))
        if parameter and any(whole(value) is not None for value in condition.wanted):
            number: dict[str, Any] = {parameter: _number_of(condition)}
            question = replace(question, **number)
        else:
            left.append(condition)
    with braked(_ALLOW if shape else _ALLOW_EVERYWHERE, agreed if shape and shape.long else nobody):
        return session.tables(question), left


def _number_of(condition: Filter) -> int | None:
    if condition.operator != "=" or len(condition.wanted) > 1:
        name = condition.field
        raise ArgumentError(
            f"The filter on {name} takes one number, such as {name}=3, or names: {name}=Website|Walk in."
        )
    return whole(condition.wanted[0])


def whole(value: object) -> int | None:
    """Read a whole number; None where a value is none."""
    text = as_text(value)
    return int(text) if text.isdecimal() else None
