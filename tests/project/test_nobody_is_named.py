"""Nobody is named: no personal value of any lead in what rejections, contacts, customers and why show by default.

Every personal value of two weeks of leads bears a mark, and the marks are searched for in frames, cells, partner lists,
messages of errors and the log of the formulas.
"""

from __future__ import annotations

import logging
import zipfile

import platformdirs
import pytest
from few_leads import Desk, session
from marked_leads import DAYS, marked_bulks, marks
from udf_host import MISSING, windows_excel

import leads_excel as lx
from leads_excel.fetching.session import use
from leads_excel.log import formulas
from leads_excel.schema.columns import LEADS

pytestmark = pytest.mark.slow

PERSONAL = [item.name for item in LEADS if item.sensitive]
SHOWN = (
    ("leads_fix", *DAYS),
    ("leads_fix", *DAYS, "all"),
    ("leads_fix", *DAYS, "all", None, "pii=none"),
    ("leads_fix", *DAYS, "reason,submitted,suggestion,why", "recovered<>yes", "labels=ar; sort=suggestion"),
    ("leads_contacts", "marketing", *DAYS),
    ("leads_contacts", "privacy", *DAYS, "all"),
    ("leads_contacts", "newsletter", *DAYS, "all", None, "pii=none; sort=address"),
    ("leads_contacts", "marketing", *DAYS, None, None, "why=1; pii=reveal"),
    ("leads_customers", *DAYS),
    ("leads_customers", *DAYS, None, "leads>=2", "sort=firstName; labels=en"),
    ("leads_customers", *DAYS, None, None, "pii=none"),
    *(("leads_why", figure, *DAYS) for figure in ("leads", "rejection_rate", "duplicate_rate", "change")),
)
"""Calls without `pii=reveal`, but for one in which there is nothing to reveal."""


@pytest.fixture(scope="module")
def bulks():
    """Draw the leads once."""
    return marked_bulks()


@pytest.fixture(autouse=True)
def somebody(bulks):
    """Answer from them, and give the first rejected one: whatever is typed is theirs."""
    use(session(Desk(*bulks)))
    yield next(lead for bulk in bulks for lead in bulk["leads"] or () if lead["isError"])
    use(None)


@pytest.fixture
def few(bulks, somebody):
    """Answer from three days of them: many calls are made."""
    use(session(Desk(*bulks[: len(bulks) // 5])))
    return somebody


@pytest.fixture
def excel():
    """Start an Excel for Windows; its formulas are logged, and what they logged is given at the end."""
    formulas.end()
    with windows_excel() as host:
        host.load("leads_excel.excel.udfs")
        yield host
    formulas.end()


def logged():
    """Read every file of the log."""
    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*")))


def text_of(frame):
    """Read everything that a frame says, its notes too."""
    return "\n".join([frame.to_csv(), repr(frame), frame.to_html(), str(frame.attrs)])


def calculated(excel, name, *arguments):
    """Calculate a formula, and read what its cells say."""
    passed = [MISSING if argument is None else argument for argument in arguments]
    left_out = [MISSING] * (len(excel.functions()[name.upper()]["args"]) - len(passed))
    return "\n".join(str(cell) for row in excel.call(name.upper(), *passed, *left_out) for cell in row)


def test_marks_are_found(bulks):
    """In every personal field of every lead, and in everything that may be revealed: else the rest proves nothing."""
    leads = [lead for bulk in bulks for lead in bulk["leads"] or ()]
    tellers = set(PERSONAL) - {"phoneCode"}

    assert len(leads) > 1_500
    assert [name for name in tellers for lead in leads if not marks(str(lead[name]))] == []
    for frame in (
        lx.rejections(*DAYS, options="pii=reveal"),
        lx.contacts("marketing", *DAYS, options="pii=reveal"),
        lx.customers(*DAYS, options="pii=reveal"),
    ):
        assert len(marks(text_of(frame))) > 50


@pytest.mark.parametrize("call", SHOWN, ids=lambda call: " ".join(map(str, call)))
def test_nobody_is_named_in_a_notebook(call):
    """As a table, as its text, in its notes."""
    name, *arguments = call
    frame = getattr(lx, name)(*arguments)

    assert len(frame) > 5
    assert marks(text_of(frame)) == set()


def test_nobody_is_named_in_cells_and_in_their_log(excel, caplog):
    """The same calls as formulas; the log tells that contacts were taken, and nothing of whom."""
    caplog.set_level(logging.DEBUG)

    shown = [calculated(excel, *call) for call in SHOWN]
    taken = calculated(excel, "leads_contacts", "marketing", *DAYS, None, None, "pii=reveal")

    assert min(map(len, shown)) > 100
    assert marks("\n".join(shown)) == set()
    assert len(marks(taken)) > 100
    assert '"event": "contacts taken"' in logged()
    assert marks(logged() + caplog.text) == set()


@pytest.mark.parametrize("by", ["source", "branch"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_nobody_is_named_in_a_list_for_a_partner(tmp_path, ending, by):
    """Nor in its name, its properties, or the table that tells of the files."""
    table = lx.fix_list(tmp_path / "lists", *DAYS, by=by, format=ending)

    texts = [text_of(table)]
    for path in sorted((tmp_path / "lists").iterdir()):
        texts.append(path.name)
        if ending == "csv":
            texts.append(path.read_text("utf-8-sig"))
        else:
            with zipfile.ZipFile(path) as parts:
                texts += [parts.read(name).decode("utf-8") for name in parts.namelist()]
    assert table["leads"].sum() == lx.leads_kpi("rejected", *DAYS) > 100
    assert marks("\n".join(texts)) == set()


def mistyped(somebody):
    """List filters on each personal field with a value of somebody's, cut short and with a slip in it."""
    for name in PERSONAL:
        value = str(somebody[name])
        yield from (f"{name}={value[:-2]}*", f"{name}={value[:-1]}x")
    first, phone, email = (somebody[name] for name in ("firstName", "phoneNumber", "email"))
    yield from (first, f"{first}=1", f"source={phone}", f"branch={email}", f"submitted={phone}", f"suggestion={email}")


def attempts(somebody):
    """List calls that point at what somebody's record holds, wherever an argument may."""
    for filters in mistyped(somebody):
        yield "leads_fix", *DAYS, "all", filters, "limit=20"
        yield "leads_contacts", "marketing", *DAYS, "all", filters, "limit=20"
        yield "leads_customers", *DAYS, None, filters, "limit=20"
        yield "leads_why", "rejection_rate", *DAYS, filters
    for value in (somebody["firstName"], somebody["phoneNumber"], somebody["email"], somebody["leadNote"]):
        yield "leads_fix", value
        yield "leads_fix", *DAYS, value
        yield "leads_contacts", value, *DAYS
        yield "leads_contacts", "marketing", *DAYS, None, None, f"suppress={value}"
        yield "leads_customers", *DAYS, None, None, f"sort={value}"
        yield "leads_customers", value, DAYS[1]
        yield "leads_why", value, *DAYS
        yield "leads_why", "leads", *DAYS, None, f"{value}=1"


def own_marks(somebody):
    """Find the marks of what was typed."""
    return marks("\n".join(str(value) for value in somebody.values()))


def test_an_error_names_nobody_but_who_was_typed(few):
    """What is near to a slip is not told where it would be somebody's; rows that are found are masked as ever."""
    typed, refused = own_marks(few), 0
    for name, *arguments in attempts(few):
        try:
            told, allowed = getattr(lx, name)(*arguments).to_csv(), set()
        except lx.LeadsError as error:
            told, refused = f"{error} {error!r} {error.args}", refused + 1
            allowed = {mark for mark in marks(told) if any(mark in each for each in typed)}
        assert marks(told) <= allowed, (name, arguments)
    assert refused > 60


def test_what_a_formula_was_asked_for_is_not_logged(excel, few, caplog):
    """Its failure is, without what the cell held that it was pointed at."""
    caplog.set_level(logging.INFO)
    typed = own_marks(few)
    for call in attempts(few):
        told = calculated(excel, *call)
        assert {mark for mark in marks(told) if not any(mark in each for each in typed)} == set(), call

    assert logged().count("not calculated") > 20
    assert marks(logged() + caplog.text) == set()
