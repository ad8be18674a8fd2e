"""Rejections, contacts, customers and why: a notebook, a formula in a workbook and SQL over the export tell the same.

Some four thousand leads of a simulated DMS over HTTP that stands still, in two months, the second of which goes on. SQL
is written from the manual (`tests/standins/data/lake_people.sql`), but for `why`, which brings a statement of its own.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import product

import duckdb
import openpyxl
import pytest
from formula_twins import cells, joined
from openpyxl.formula import Tokenizer
from places import DATA
from readers import libreoffice_values
from udf_host import MISSING, ComRange, windows_excel

import leads_excel as lx
from leads_excel.fetching.session import Session, use
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.sandbox import Sandbox, SandboxServer

pytestmark = pytest.mark.slow

NOW = datetime(2026, 8, 25, 12, tzinfo=UTC)
MONTHS = "2026-07", "2026-08"
SHOWN = ("labels=ar", "sort=-leads; limit=40", "headers=0; empty=-", "pii=reveal", "pii=none")

REJECTIONS = {
    None: "true",
    "source=Website": "source = 'Website'",
    "urgency<=2; recovered<>yes": "urgency <= 2",
    "recovered=yes": "is_recovered",
    "branch=Riyadh*|(blank)": "branch LIKE 'Riyadh%' OR coalesce(trim(branch), '') = ''",
}
"""Filters of the workbench, and what they are in SQL."""

CONTACTS = {
    None: "true",
    "branch=Riyadh*": "branch LIKE 'Riyadh%'",
    "leads>=2": "leads >= 2",
    "leads>=2; branch<>(blank)": "leads >= 2 AND trim(branch) <> ''",
}
CUSTOMERS = {
    None: "true",
    "leads>=2": "leads >= 2",
    "competingBranches>=2": "competing >= 2",
    "sources=*Website*; leads>=2": "from_website AND leads >= 2",
    "rejected>=1; accepted=0": "rejected >= 1 AND accepted = 0",
}
PURPOSES = ("marketing", "newsletter", "privacy")
FIGURES = (
    "leads",
    "rejected",
    "rejection_rate",
    "fleet_rate",
    "marketing_rate",
    "units",
    "provisional_share",
    "customers",
)
WHY = (None, "source=Website", "branch=Riyadh*|(blank); acceptMarketing<>TRUE", "priority=Hot; vehicleCount>=1")

CALLS = (
    *((lx.leads_fix, *MONTHS, None, *rest) for rest in product(REJECTIONS, (None, *SHOWN[:1], *SHOWN[2:]))),
    (lx.leads_fix, *MONTHS, "leadExternalId,field,suggestion,branch", "confidence=high", "sort=-age; limit=15"),
    *((lx.leads_contacts, *call) for call in (
        *((purpose, *MONTHS, None, *rest) for purpose, *rest in product(PURPOSES, CONTACTS, (None, *SHOWN))),
        *((purpose, *MONTHS, None, None, shape) for purpose, shape in product(PURPOSES, ("why=1", "why=1; labels=ar"))),
        ("marketing", *MONTHS, "customer,channel,yesAt", "channel=Email", "sort=channel,-yesAt"),
        ("marketing", *MONTHS, None, None, "why=1; limit=2; sort=-count"),
    )),
    *((lx.leads_customers, *MONTHS, None, *rest) for rest in product(CUSTOMERS, (None, *SHOWN))),
    *((lx.leads_why, figure, *MONTHS, filters, options)
      for figure, filters, options in product(FIGURES, WHY, (None, "labels=ar", "headers=0; min=2000"))),
    (lx.leads_fix, *MONTHS, None, "source=Websit"),
    (lx.leads_contacts, "marketting", *MONTHS),
    (lx.leads_customers, *MONTHS, "custommer"),
    (lx.leads_why, "leads", *MONTHS, "source=Websit"),
)  # fmt: skip
"""Each function by each filter and option, and what is refused."""


@pytest.fixture(scope="module")
def real():
    """A session over the simulated DMS; what it is asked for stays in memory."""
    with SandboxServer(Sandbox(leads_per_day=80, now=lambda: NOW)) as api:
        yield Session(lx.Settings(environment="test", base_url=api.url, store="none", attempts=1, ttl=3600))


@pytest.fixture(autouse=True)
def months(real):
    """Answer from these leads."""
    use(real)
    yield
    use(None)


@pytest.fixture(scope="module")
def lake(real, tmp_path_factory):
    """The folder of the export."""
    folder = tmp_path_factory.mktemp("lake")
    lx.export(folder, *MONTHS, settings=real.settings)
    return folder


@pytest.fixture(scope="module")
def sql(lake):
    """Give columns of the tables that SQL makes of the export."""
    door = duckdb.connect()
    for name, value in (("lake", lake.as_posix()), ("first", MONTHS[0]), ("last", MONTHS[1])):
        door.execute(f"SET VARIABLE {name} = ?", [value])
    door.execute((DATA / "lake_people.sql").read_text(encoding="utf-8"))

    def rows(table, columns, condition="true"):
        return door.table(table).filter(condition).project(columns).fetchall()

    return rows


@pytest.fixture(scope="module")
def excel():
    """Start an Excel for Windows with the formulas in it."""
    with windows_excel() as host:
        host.load("leads_excel.excel.udfs")
        yield host


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The formulas of all calls as a workbook has them that was saved and opened again."""
    path = tmp_path_factory.mktemp("book") / "formulas.xlsx"
    book = openpyxl.Workbook()
    for row, call in enumerate(CALLS, start=1):
        book.active.cell(row, 1, lx.as_formula(*call))
    book.save(path)
    return [cell.value for (cell,) in openpyxl.load_workbook(path).active.iter_rows()]


def calculated(excel, formula):
    """Calculate a formula as a cell does, from its text."""
    opened, *items, _ = Tokenizer(formula).items
    passed = [MISSING]
    for token in items:
        if token.type == "SEP":
            passed.append(MISSING)
        else:
            passed[-1] = token.value[1:-1].replace('""', '"')
    name = opened.value.rstrip("(")
    return excel.call(name, *passed, *[MISSING] * (len(excel.functions()[name]["args"]) - len(passed)))


def twin(call):
    """Call the function of a notebook, and write what it gives as cells; an error is a line."""
    function, *arguments = call
    try:
        return cells(function(*arguments))
    except lx.LeadsError as error:
        return [[f"#LEADS {error}"]]


def settled(rows):
    """Leave out what is told of the moment at which each door asked."""
    of_now = {"As it stood at", "Age of the oldest answer in minutes", "كما كان في", "عمر أقدم إجابة بالدقائق"}
    return [row for row in rows if row[0] not in of_now]


# --- the notebook and the workbook ---------------------------------------------------------------------------------


def test_enough_is_compared(sql):
    """Thousands of leads, those of each verdict as the key figures count them."""
    verdicts = sql("leads", "rejected, provisional, accepted")

    assert len(verdicts) == lx.leads_kpi("leads", *MONTHS) > 3_500
    assert [*map(sum, zip(*verdicts, strict=True))] == [
        lx.leads_kpi(name, *MONTHS) for name in ("rejected", "provisional", "accepted")
    ]
    assert min(map(sum, zip(*verdicts, strict=True))) > 20


@pytest.mark.parametrize("number", range(len(CALLS)), ids=lambda number: f"{CALLS[number][0].__name__}-{number}")
def test_a_cell_shows_what_a_notebook_gives(excel, written, number):
    """Every function by every filter and option, from the text of the formula in a workbook."""
    is_why = CALLS[number][0] is lx.leads_why

    shown = calculated(excel, written[number])

    assert settled(joined(shown) if is_why and len(shown) > 1 else shown) == settled(twin(CALLS[number]))
    assert (len(shown) == 1) == (number >= len(CALLS) - 4 and not is_why)


@pytest.mark.parametrize(
    ("call", "filters", "options"),
    [
        (("LEADS_FIX", *MONTHS, "leadExternalId,reason"), [["urgency<=", 2], ["recovered<>", "yes"]], "sort=-age"),
        (("LEADS_CONTACTS", "marketing", *MONTHS, "customer,yesRecord"), [["leads>=", 2], ["branch", "R*"]], "limit=7"),
        (("LEADS_CUSTOMERS", *MONTHS, "customer,leads"), [["leads>=", 2], ["marketing", "yes"]], "limit=7"),
        (("LEADS_WHY", "rejection_rate", *MONTHS), [["source", "Website"], ["branch", "*a*"]], "min=5"),
    ],
)
def test_filters_and_options_may_stand_in_cells(excel, call, filters, options):
    """In two columns, names and values, as in one text; every other argument in a cell of its own."""
    name, *before = call
    in_cells = [ComRange([[each]]) for each in before]
    text = "; ".join(f"{field}{'' if field[-1] in '>=' else '='}{value}" for field, value in filters)

    shown = excel.call(name, *in_cells, ComRange(filters), ComRange([options.split("=")]), MISSING)

    wanted = cells(getattr(lx, name.lower())(*before, text, options))
    assert len(wanted) > 5
    assert settled(joined(shown) if name == "LEADS_WHY" else shown) == settled(wanted)


def test_what_spills_is_counted_by_native_formulas(excel, tmp_path):
    """A sheet holds the spilled cells; formulas of Excel's own over them say what pandas says."""
    book, counts = openpyxl.Workbook(), {}
    for formula, column, counted in (
        (lx.as_formula(lx.leads_fix, *MONTHS), "recovered", "yes"),
        (lx.as_formula(lx.leads_contacts, "marketing", *MONTHS), "channel", "WhatsApp"),
        (lx.as_formula(lx.leads_customers, *MONTHS), "leads", 2),
        (lx.as_formula(lx.leads_why, "rejection_rate", *MONTHS), "item", "SQL"),
    ):
        rows = calculated(excel, formula)
        sheet = book.create_sheet(formula[1:].partition("(")[0])
        sheet.append(["=COUNTIF(" + _column_of(rows, column) + f",{_quoted(counted)})"])
        for row in rows:
            sheet.append([value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in row])
        counts[sheet.title] = sum(row[rows[0].index(column)] == counted for row in rows)
    book.save(tmp_path / "spilled.xlsx")

    shown = libreoffice_values(tmp_path / "spilled.xlsx")

    assert {name: shown[name][0][0] for name in counts} == counts
    assert min(counts.values()) > 2


def _column_of(rows, name):
    letter = openpyxl.utils.get_column_letter(rows[0].index(name) + 1)
    return f"{letter}2:{letter}{len(rows) + 1}"


def _quoted(value):
    return f'"{value}"' if isinstance(value, str) else value


# --- SQL -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("filters", REJECTIONS)
def test_sql_rejects_the_same_leads(sql, filters):
    """Each with its urgency and whether it was recovered, and each code for the same leads."""
    frame = lx.rejections(*MONTHS, "leadExternalId,urgency,recovered,code", filters)

    leads = frame.drop_duplicates("leadExternalId")
    ours = {*zip(leads["leadExternalId"], leads["urgency"], leads["recovered"].eq("yes"), strict=True)}
    assert ours == {*sql("rejections", "leadExternalId, urgency, is_recovered", REJECTIONS[filters])}
    coded = frame.dropna(subset="code")[["leadExternalId", "code"]].itertuples(index=False, name=None)
    assert {*coded} == {*sql("coded", "leadExternalId, code", REJECTIONS[filters])}
    assert len(ours) > 20


@pytest.mark.parametrize("filters", CONTACTS)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_sql_lists_the_same_contacts(sql, purpose, filters):
    """Customer by customer, with and without a filter."""
    frame = lx.contacts(purpose, *MONTHS, "customer,leads", filters)

    theirs = sql("listed", "who, leads", f"purpose = '{purpose}' AND ({CONTACTS[filters]})")
    assert {*frame.itertuples(index=False, name=None)} == {*zip(keys(theirs), (row[1] for row in theirs), strict=True)}
    assert len(frame) == len(theirs) > 20


@pytest.mark.parametrize("purpose", PURPOSES)
def test_sql_counts_as_many_left_out(sql, purpose):
    """Who is listed and who is not are all customers; other leads are nobody's."""
    table = lx.contacts(purpose, *MONTHS, options="why=1").set_index("reason")

    by_kind = table.groupby("of")["count"].sum()
    assert table["count"]["listed"] == len(sql("listed", "who", f"purpose = '{purpose}'"))
    assert by_kind["customers"] == len({*sql("leads", "who", "who IS NOT NULL")})
    assert by_kind["leads"] == len(sql("leads", "who", "who IS NULL"))


def test_sql_leaves_out_whom_a_file_names(sql, tmp_path):
    """By phone, whatever way it is written."""
    stopped = {*sql("leads", "phone", "phone < '500500000'")}
    (tmp_path / "stop.csv").write_text("\n".join(f"00966 {phone}" for (phone,) in stopped), encoding="utf-8")

    frame = lx.contacts("marketing", *MONTHS, "customer", options={"suppress": tmp_path / "stop.csv"})

    listed = {*sql("listed", "who", "purpose = 'marketing'")}
    assert {*frame["customer"]} == {*keys(listed - stopped)}
    assert 0 < len(frame) < len(listed)


def keys(rows):
    """Tell the keys of customers by their phone or address, the first cell of each row."""
    return person_keys([who if "@" in who else f"+966{who}" for who, *_ in rows])


def test_sql_finds_the_same_customers_by_their_addresses(sql):
    """No customer has leads of two groups, each lead of a group has a customer, and nearly all groups are one."""
    frame = lx.customers(*MONTHS)

    sizes = dict(sql("customers", "number, leads"))
    group = frame["lastLead"].map(dict(sql("groups", "leadExternalId, number")))
    assert frame.groupby(group)["leads"].sum().to_dict() == sizes
    assert frame.attrs["anonymous"]["leads"] == len(sql("leads", "who", "who IS NULL"))
    assert len(sizes) <= len(frame) <= 1.002 * len(sizes), "names keep apart whom an address would join, and few"


@pytest.mark.parametrize("filters", CUSTOMERS)
def test_sql_knows_as_much_of_customers_of_one_name(sql, filters):
    """Leads, verdicts and competing branches of each group that bears one name, as written: that is one customer."""
    frame = lx.customers(*MONTHS, None, filters)

    group = frame["lastLead"].map(dict(sql("groups", "leadExternalId, number")))
    told = frame.assign(group=group)[["group", "leads", "accepted", "rejected", "competingBranches"]]
    named = {number for (number,) in sql("customers", "number", "one_name")}
    ours = {row for row in told.itertuples(index=False, name=None) if row[0] in named}
    wanted = f"one_name AND ({CUSTOMERS[filters]})"
    assert ours == {*sql("customers", "number, leads, accepted, rejected, competing", wanted)}
    assert len(ours) > 5


@pytest.mark.parametrize("filters", WHY)
@pytest.mark.parametrize("figure", FIGURES)
def test_the_statement_that_cells_show_gives_the_number(excel, lake, figure, filters):
    """Put together from the cells of LEADS_WHY and run over the export; so do its line of Python and its formula."""
    rows = joined(calculated(excel, lx.as_formula(lx.leads_why, figure, *MONTHS, filters)))
    told = {item: value for item, value, _ in rows}

    number = lx.leads_kpi(figure, *MONTHS, filters)
    assert told["Value"] == number == eval(told["Python"], {"lx": lx})  # noqa: S307 - the line that is to be run
    assert calculated(excel, told["Formula"]) == [[number]]
    if figure == "customers":
        assert not told["SQL"]
        return
    ((value,),) = duckdb.connect().execute(told["SQL"].replace("'lake/", f"'{lake.as_posix()}/")).fetchall()
    assert math.isclose(value, number, rel_tol=1e-12)
