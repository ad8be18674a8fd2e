"""The worksheet functions `=LEADS(...)` and so on: one line each over `functions`, for xlwings on Windows.

A formula never raises: what went wrong is one line that begins with `#LEADS`, or for a number the error `#N/A`. A text
would not do there: `+` refuses it, but SUM passes over it, and a total without its failed part looks like a total.

What has to be fetched, and does not arrive within the setting `loading_after`, is fetched in the background: the cell
says so meanwhile, Excel goes on, and is asked to calculate the cell again when the result is there. What is in memory
or in the store is given at once. A formula without a cell that waits, such as one that VBA calls, waits itself.

How a true `#N/A` gets into a cell: not from Python. xlwings hands a result on as it is (`udfs.py`, `call_udf`, and
`_xlwindows.py`, `Engine.prepare_xl_data_element`), where the code of an error, -2146826246, is just a number. pywin32
has a wrapper for errors, `VARIANT(VT_ERROR, code)`, and makes of every code the one for a missing argument
(`oleargs.cpp`, `PythonOleArgHelper::MakeObjToVariant`; xlwings issue 776). So Python gives the text `#N/A`, and the
add-in's own VBA makes the error of it, with `CVErr(xlErrNA)`, for the functions in `NUMBERS`. Why it failed is told by
`=LEADS_STATUS("failure")`.

A result is kept for as long as the answers that it comes from are good, so that a recalculation costs next to nothing.

The add-in and this module may be of different versions: an upgrade replaces the files while Excel has the old add-in
open, and while the Python that it started runs. See `__getattr__` and what stands above `NUMBERS`.
"""

# What xlwings reads an annotation for is a conversion, so there are none.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, type-arg"
# ruff: noqa: ANN001, ANN201, N802 - the same, and worksheet functions are written in capitals

from __future__ import annotations

import inspect
import sys
from contextlib import suppress
from contextvars import ContextVar
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

import xlwings as xw

from leads_excel.dates.typed_dates import today
from leads_excel.excel.cells.formula_cells import LONGEST, cells, read, size, without_errors
from leads_excel.excel.recalculation import Recalculation
from leads_excel.excel.unexpected import told
from leads_excel.exceptions import ApiError
from leads_excel.fetching.background import Background, StillLoadingError
from leads_excel.fetching.session import current
from leads_excel.functions import analysis, rejections
from leads_excel.functions import changes as differences
from leads_excel.functions import contacts as consent
from leads_excel.functions import customers as persons
from leads_excel.functions import listings as functions
from leads_excel.functions import why as explanation
from leads_excel.log import formulas

if TYPE_CHECKING:
    from collections.abc import Callable

    Result = Any

if "NUMBERS" in globals():
    # xlwings loads this file again, and no other one of ours, when it finds it changed on disk. Half of two versions
    # is none: the add-in's VBA (LeadsPython.bas) knows these words and starts a new Python.
    raise ImportError("leads_excel was upgraded while this Python ran.")

NUMBERS = ("LEADS_KPI",)
"""Functions whose failure is `#N/A`."""

NOT_AVAILABLE = "#N/A"

LOADING = "Loading: the result comes by itself; should it not, press Ctrl+Alt+F9."
"""What is said meanwhile. The keys are for when Python was ended before it came."""


_RANGES = {"ids", "fields", "filters", "options", "kpis"}
_FROM = "First day: a date, 2026-08-24, or a period such as TODAY, -30D, MTD, LM, 2026-08, 2026-W34."
_TO = "Last day, included. Empty: only the day, or the whole period, that from_date names."
_FIELDS = 'Columns by name, "leadId,source,branch", a range of headings, or a set: basic, contact, consent, all.'
_FILTERS = (
    '"source=Website; branch=Riyadh*|Jeddah*; leadDate>=-30D", or two columns of cells: names and values. A value that '
    "no lead of the range has is an error, unless the option missing=0 is set."
)
_OPTIONS = (
    '"headers=0; labels=en; sort=-leadDate; limit=500; pii=mask; empty=-; as_of=YESTERDAY; missing=0", or two columns.'
)

_cell: ContextVar[Any] = ContextVar("cell", default=None)
_background = Background()
_recalculation = Recalculation(_background)


def _worksheet_function(**helps: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Make a function one of Excel's, with a help text for each of its arguments."""

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        decorated = _with_its_cell(function)
        try:
            for name, help_ in helps.items():
                shape = {"ndim": 2} if name in _RANGES else {}
                decorated = xw.arg(name, doc=help_, err_to_str=True, **shape)(decorated)
            # In an array xlwings leaves it alone: what it does with a range takes many calls of Excel.
            decorated = xw.arg("cell", "raw", doc="The cell that waits.", vba="Array(WaitingCell)")(decorated)
            return xw.func(category="Leads", call_in_wizard=False)(decorated)
        except Exception:
            if sys.platform == "win32":
                raise
            return function  # elsewhere there are no such functions, which a later xlwings may insist on

    return decorate


def _with_its_cell(function: Callable[..., Result]) -> Callable[..., Result]:
    """Add an argument behind those of a function: the cell that waits for its result, which the add-in's VBA passes."""
    own = inspect.signature(function)
    count = len(own.parameters)

    @wraps(function)
    def called(*arguments: Result, **named: object) -> Result:
        cells = arguments[count] if len(arguments) > count else None
        token = _cell.set(cells[0] if cells else None)
        try:
            return function(*arguments[:count], **named)
        finally:
            _cell.reset(token)

    cell = inspect.Parameter("cell", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None)
    called.__signature__ = own.replace(parameters=[*own.parameters.values(), cell])  # type: ignore[attr-defined]  # PEP 362
    return called


@_worksheet_function(from_date=_FROM, to_date=_TO, fields=_FIELDS, filters=_FILTERS, options=_OPTIONS)
def LEADS(from_date, to_date=None, fields=None, filters=None, options=None):
    """List the leads submitted in a range of days, one row each. Personal data is masked unless pii=reveal is set."""
    return _answer(functions.leads, from_date, to_date, fields, filters, options)


@_worksheet_function(from_date=_FROM, to_date=_TO, fields=_FIELDS, filters=_FILTERS, options=_OPTIONS)
def LEAD_VEHICLES(from_date, to_date=None, fields=None, filters=None, options=None):
    """List the vehicles of the leads submitted in a range of days, one row each."""
    return _answer(functions.lead_vehicles, from_date, to_date, fields, filters, options)


@_worksheet_function(from_date=_FROM, to_date=_TO, fields=_FIELDS, filters=_FILTERS, options=_OPTIONS)
def LEAD_ERRORS(from_date, to_date=None, fields=None, filters=None, options=None):
    """List why the DMS rejected leads submitted in a range of days, one row for each reason."""
    return _answer(functions.lead_errors, from_date, to_date, fields, filters, options)


@_worksheet_function(from_date=_FROM, to_date=_TO, fields=_FIELDS, filters=_FILTERS, options=_OPTIONS)
def LEAD_BULKS(from_date, to_date=None, fields=None, filters=None, options=None):
    """List the bulks submitted in a range of days, one row each: when, how many leads, in which state."""
    return _answer(functions.lead_bulks, from_date, to_date, fields, filters, options)


@_worksheet_function(
    ids="The number of a lead (leadExternalId or leadId), or a range of numbers: one row each.",
    fields=_FIELDS,
    if_missing="What to show for a lead that is not found; empty by default.",
)
def LEAD(ids, fields=None, if_missing=None):
    """Look up one lead by its number, or several with a range of numbers. Fields named here are shown unmasked."""
    return _answer(functions.lead, without_errors(ids), fields, if_missing)


@_worksheet_function(
    kpi='The name of a key figure, such as leads, accepted, rejected, rejection_rate; LEADS_FIELDS("kpis") lists them.',
    from_date=_FROM,
    to_date=_TO,
    filters=_FILTERS,
    options='"empty=0": what to show for nothing, else #N/A. "min=30": or for fewer. "n=1". "as_of=YESTERDAY": then. '
    '"missing=0": 0 for a value in a filter that no lead has.',
)
def LEADS_KPI(kpi, from_date, to_date=None, filters=None, options=None):
    """Compute one key figure over a range of days. #N/A means no number: LEADS_STATUS("failure") tells why."""
    return _number(_answer(analysis.leads_kpi, kpi, from_date, to_date, filters, options))


@_worksheet_function(
    dimension="A field such as source or branch; modelFamily, modelYear, reason; day, week, month, quarter or year.",
    from_date=_FROM,
    to_date=_TO,
    kpis='Names of key figures, "leads,rejection_rate", or a range of them; leads, accepted, rejected by default.',
    filters=_FILTERS,
    options='"top=10; sort=-rejected; limit=5; min=30; n=1; date=lead; headers=0; empty=-; missing=0", or two columns.',
)
def LEADS_BY(dimension, from_date, to_date=None, kpis=None, filters=None, options=None):
    """Compute key figures for each source, branch, day, week, month, model and so on, one row for each value."""
    return _answer(analysis.leads_by, dimension, from_date, to_date, kpis, filters, options)


@_worksheet_function(
    from_date=_FROM,
    to_date=_TO,
    fields="Columns by name: cluster, customer, times, visit, match, daysSince, earlierLead, and those of leads.",
    filters='"times>=3; source=Website", or two columns of cells: names and values.',
    options='"days=14" (within so many days), "strict=1" (same brand only), and as for LEADS.',
)
def LEADS_DUPES(from_date, to_date=None, fields=None, filters=None, options=None):
    """List customers who left more than one lead within 30 days, by phone or e-mail however written, lead by lead."""
    return _answer(analysis.leads_dupes, from_date, to_date, fields, filters, options)


@_worksheet_function(
    from_date=_FROM,
    to_date=_TO,
    fields="Columns by name: urgency, age, reason, field, submitted, suggestion, confidence, why, recovered, and those "
    "of leads.",
    filters='"recovered<>yes; urgency<=2; source=Website", or two columns of cells: names and values.',
    options=_OPTIONS,
)
def LEADS_FIX(from_date, to_date=None, fields=None, filters=None, options=None):
    """List rejected leads: what is wrong and, where the data gives it, what would be right; the urgent ones first."""
    return _answer(rejections.leads_fix, from_date, to_date, fields, filters, options)


@_worksheet_function(
    purpose="What they agreed to: marketing (empty), newsletter or privacy.",
    from_date="First day, as in LEADS; the last 365 days by default: a no before the range is not seen.",
    to_date=_TO,
    fields="Columns by name: customer, channel, address, yesAt, yesRecord, leads, and those of the latest lead.",
    filters='"branch=Riyadh*; channel=WhatsApp", or two columns of cells: names and values. Consent is judged before.',
    options='"pii=reveal" shows whom; the log says who took how many. "suppress=FILE" leaves people out, "why=1" '
    "counts who is left out and why; and as for LEADS.",
)
def LEADS_CONTACTS(purpose="marketing", from_date=None, to_date=None, fields=None, filters=None, options=None):
    """List the customers who may be contacted for a purpose: they said yes last, and to the privacy policy."""
    return _answer(consent.leads_contacts, purpose, from_date, to_date, fields, filters, options)


@_worksheet_function(
    from_date=_FROM,
    to_date=_TO,
    fields="Columns by name: customer, leads, rejected, firstTouch, lastTouch, sources, branches, phone, marketing.",
    filters='"leads>=2; sources=*Website*", or two columns of cells: names and values.',
    options=_OPTIONS,
)
def LEADS_CUSTOMERS(from_date, to_date=None, fields=None, filters=None, options=None):
    """List customers over all sources and branches, one row each: their leads, first and last touch, consent."""
    return _answer(persons.leads_customers, from_date, to_date, fields, filters, options)


@_worksheet_function(
    kpi='The name of a key figure, such as rejection_rate; LEADS_FIELDS("kpis") lists them.',
    from_date=_FROM,
    to_date=_TO,
    filters=_FILTERS,
    options='"labels=ar": in Arabic. "min", "days", "as_of", "missing", "partial", "long" as for LEADS_KPI.',
)
def LEADS_WHY(kpi, from_date, to_date=None, filters=None, options=None):
    """Explain a key figure: definition, windows, what each filter took away, parts, and how to get it again."""
    return _answer(explanation.leads_why, kpi, from_date, to_date, filters, options)


@_worksheet_function(
    since="A moment such as 2026-08-03 09:00, or a day or period such as TODAY, -7D: from its beginning on.",
    fields="Columns by name: change, field, before, after, and those of leads.",
    options=_OPTIONS,
)
def LEADS_NEW(since, fields=None, options=None):
    """List what changed since a moment: new, settled, recovered, changed and gone leads, and what they were before."""
    return _answer(differences.leads_new, since, fields, options)


@_worksheet_function(
    item="One line of it, such as refreshed, age or failure; failures: why numbers are missing, newest first; "
    "coverage: a row for each window; empty: all lines."
)
def LEADS_STATUS(item=None):
    """Tell where the numbers come from, how fresh they are, and what went wrong last."""
    return _answer(functions.leads_status, item, keep=False)


@_worksheet_function(
    table="leads, vehicles, errors, bulks or kpis; empty: the four tables.",
    search="Only what has this text in its name, label or description.",
)
def LEADS_FIELDS(table=None, search=None):
    """List the columns of the tables, or the key figures, with labels and what they hold."""
    return _answer(functions.leads_fields, table, search)


@_worksheet_function(
    dimension="A field such as source or branch, or modelFamily, modelYear, reason.",
    from_date="First day, as in LEADS; the last 30 days by default.",
    to_date=_TO,
)
def LEADS_LIST(dimension, from_date=None, to_date=None):
    """List the values that a field takes, each once and in order, for a drop-down list."""
    return _answer(functions.leads_list, dimension, from_date, to_date)


@_worksheet_function(text="A date or a period such as -7D, MTD, 2026-08; of a period its first day.")
def LEADS_DATE(text):
    """Show the day that a text such as -7D stands for."""
    return _answer(functions.leads_date, text)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as for any module
    """Find a formula as the add-in calls it, by name and parameters: `LEADS_DATE(text,cell)`.

    One of another version may have others, or others in their place, and would be given the wrong values.

    Raises:
        AttributeError: There is no such formula here.
    """
    formula = globals().get(name.partition("(")[0])
    if (
        not inspect.isfunction(formula)
        or name != f"{formula.__name__}({','.join(inspect.signature(formula).parameters)})"
    ):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return formula


def _answer(function: Callable[..., object], *arguments: object, keep: bool = True) -> Result:
    """Calculate a formula: a scalar, rows of cells, or a line that says what went wrong."""
    name = function.__name__.upper()
    formulas.begin()
    try:
        values = [read(argument) for argument in arguments]
        session = current()
        if not keep:
            return cells(function(*values))
        key = (name, repr(values), today(session.settings.zone))  # -30D means other days tomorrow
        compute = partial(session.result, key, lambda: cells(function(*values)), size)
        if _cell.get() is None:
            return compute()
        return _background.result((*key, session.epoch), compute, session.settings.loading_after)
    except StillLoadingError as loading:
        loading.then(_recalculation.of(_cell.get()))
        return _shown(name, LOADING)
    except Exception as error:  # noqa: BLE001 - Excel would show its text, and whatever data is in it
        return _failed(name, _told(error))


def _told(error: Exception) -> str:
    text = told(error)
    if len(text) > LONGEST - 10 and isinstance(error, ApiError) and error.causes:
        return f"{len(error.missing)} windows are missing. {error.causes[0]}"
    return text


def _failed(name: str, text: str) -> str:
    formulas.failed(name, text)
    return _shown(name, text)


def _shown(name: str, text: str) -> str:
    with suppress(Exception):  # without settings there is no session
        current().failed(f"{name}: {text}")
    line = f"#LEADS {text}"
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _number(result: Result) -> Result:
    return NOT_AVAILABLE if result is None or str(result).startswith("#LEADS") else result
