"""Calls of formulas by name: read, calculated for a caller, answered with cells or with one line."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any

import msgspec

from leads_excel.arguments.access import Access, limited_to
from leads_excel.dates.typed_dates import today
from leads_excel.excel.cells.formula_cells import read, without_errors
from leads_excel.excel.unexpected import told
from leads_excel.exceptions import ArgumentError, SettingsError
from leads_excel.fetching.background import NotAtHandError, nothing_fetched
from leads_excel.fetching.session import current
from leads_excel.functions import analysis, changes, contacts, customers, listings, rejections, why
from leads_excel.log.users import acting_for
from leads_excel.serving.cell_values import Json, count, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from leads_excel.serving.people.callers import Caller

FUNCTIONS: dict[str, Callable[..., object]] = {
    function.__name__.upper(): function
    for function in (
        listings.leads,
        listings.lead_vehicles,
        listings.lead_errors,
        listings.lead_bulks,
        listings.lead,
        analysis.leads_kpi,
        analysis.leads_by,
        analysis.leads_dupes,
        rejections.leads_fix,
        contacts.leads_contacts,
        customers.leads_customers,
        why.leads_why,
        changes.leads_new,
        listings.leads_status,
        listings.leads_fields,
        listings.leads_list,
        listings.leads_date,
    )
}
"""The formulas, by name: the same functions that notebooks and Excel for Windows call."""

_PARAMETERS = {name: signature(function).parameters for name, function in FUNCTIONS.items()}
_DAYS = ("from_date", "to_date", "since", "text")

NOT_AVAILABLE = "#N/A"
WRONG = "#VALUE!"

_OF_THIS_MOMENT = {"LEADS_STATUS"}
_MOST = 2_000
_LONGEST_NAME = 100


class Call(msgspec.Struct, frozen=True):
    """A formula to calculate.

    Args:
        id: What the answer is known by.
        name: The formula, such as `LEADS_KPI`.
        args: Its arguments, in order: texts, numbers, flags, null where one is left out, or rows of these.
    """

    id: int | str
    name: str
    args: list[Any] = []


class Batch(msgspec.Struct, frozen=True):
    """The formulas of one recalculation.

    Args:
        calls: The formulas.
    """

    calls: list[Call]


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a cell shows.

    Args:
        id: Of the call.
        value: A value, or rows of values.
        error: The error of Excel that stands in the cell; `#N/A` where a number is missing.
        message: Why, in a line.
    """

    id: int | str
    value: Json | msgspec.UnsetType = msgspec.UNSET
    error: str = ""
    message: str = ""


class Calculated(msgspec.Struct, frozen=True):
    """A formula calculated.

    Args:
        answer: What the cell shows.
        revealed: Whether personal data is in it.
    """

    answer: Answer
    revealed: bool = False


def batch_of(body: bytes) -> Batch:
    """Read a batch of calls.

    Args:
        body: JSON: `{"calls": [{"id": 1, "name": "LEADS_KPI", "args": ["leads", "-30D"]}]}`.

    Raises:
        ArgumentError: It is none, or too many.
    """
    try:
        batch = msgspec.json.decode(body, type=Batch)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ArgumentError(
            'That is no batch of calls: send {"calls": [{"id": 1, "name": ..., "args": [...]}]}.'
        ) from None
    if len(batch.calls) > _MOST:
        raise ArgumentError(f"A batch has at most {_MOST:,} calls: send several.")
    if any(len(str(call.id)) > _LONGEST_NAME for call in batch.calls):
        raise ArgumentError(f"The id of a call has at most {_LONGEST_NAME} characters.")
    return batch


def key_of(call: Call, caller: Caller) -> Hashable:
    """Tell which calls have the same answer, whoever asks.

    Args:
        call: The call.
        caller: Who asks: what is revealed to one is not to another.
    """
    return call.name, repr(call.args), caller.reveals, current().epoch


def calculate(call: Call, caller: Caller, *, fetching: bool = True) -> Calculated:
    """Calculate a formula for somebody.

    Args:
        call: The formula.
        caller: Who asks; failures are remembered for them.
        fetching: Whether the API may be asked, and waited for.

    Raises:
        NotAtHandError: It would have to be asked.
    """
    with acting_for(caller.name):
        if fetching:
            return _calculated(call, caller)
        with nothing_fetched():
            return _calculated(call, caller)


def _calculated(call: Call, caller: Caller) -> Calculated:
    try:
        value, revealed = _result(call, caller)
    except NotAtHandError:
        raise
    except Exception as error:  # noqa: BLE001 - its text may hold whatever the error is about
        return Calculated(failed(call, told(error)))
    if call.name == "LEADS_KPI" and value is None:
        return Calculated(Answer(call.id, error=NOT_AVAILABLE, message='=LEADS_STATUS("failure") tells why.'))
    return Calculated(Answer(call.id, value), revealed)


def failed(call: Call, line: str) -> Answer:
    """Answer with why there is nothing else; `LEADS_STATUS` of who asked tells it too.

    Args:
        call: The call.
        line: Why.
    """
    if call.name in FUNCTIONS:
        with suppress(SettingsError):  # without settings there is no session to remember it
            current().failed(f"{call.name}: {line}")
    return Answer(call.id, error=NOT_AVAILABLE if call.name == "LEADS_KPI" else WRONG, message=line)


def days_of(call: Call) -> str:
    """Tell which days a call is about, as written, for the audit: whatever else it names may be somebody's.

    Args:
        call: The call.
    """
    named = zip(_PARAMETERS.get(call.name, ()), call.args, strict=False)
    return " ".join(str(value) for name, value in named if name in _DAYS and value is not None)


def _result(call: Call, caller: Caller) -> tuple[Json, bool]:
    function = FUNCTIONS.get(call.name)
    if function is None:
        raise ArgumentError("There is no such formula: the page formulas lists those there are.")
    parameters = _PARAMETERS[call.name]
    if len(call.args) > len(parameters):
        raise ArgumentError(f"{call.name} takes at most {len(parameters)} arguments.")
    values = [read(without_errors(value) if call.name == "LEAD" else value) for value in call.args]
    missing = [name for name in list(parameters)[len(values) :] if parameters[name].default is parameters[name].empty]
    if missing:
        raise ArgumentError(f"{call.name} lacks an argument: give {missing[0]}.")
    compute = partial(_computed, function, values, caller)
    if call.name in _OF_THIS_MOMENT:
        return compute()
    session = current()
    key = ("served", call.name, repr(values), today(session.settings.zone), caller.reveals)
    return session.result(key, compute, lambda result: count(result[0]))


def _computed(function: Callable[..., object], values: list[object], caller: Caller) -> tuple[Json, bool]:
    with limited_to(Access(reveals=caller.reveals, reads_files=False)) as access:
        return shown(function(*values)), access.revealed
