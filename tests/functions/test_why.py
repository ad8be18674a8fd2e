"""What a number rests on: every key figure, with filters and without, adds up to what `leads_kpi` says."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pandas as pd
import pytest
from few_leads import FOUR, Desk, bulk, lead, session
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

import leads_excel as lx
from leads_excel.exceptions import ApiUnavailableError, ArgumentError, DateError
from leads_excel.fetching.session import Session, current, use
from leads_excel.functions.explaining.rows import LABELS
from leads_excel.functions.listings import leads_status
from leads_excel.kpis import KPIS
from leads_excel.kpis.sql.statements import NO_STATEMENT, STATEMENTS
from leads_excel.sandbox import Sandbox, SandboxServer
from leads_excel.tables.lead_tables import build

NOW = datetime(2026, 8, 25, 12, tzinfo=UTC)
MONTHS = "2026-07", "2026-08"
FILTERS = (None, "source=Website", "branch=*a*|(blank); acceptMarketing<>TRUE")
ENGLISH = {english: name for name, (english, _) in LABELS.items()}


@pytest.fixture(scope="module")
def real():
    """A session over two months of the simulated DMS, with bulks under way, and the folder of their export."""
    sandbox = Sandbox(leads_per_day=40, miscounts=0.015, now=lambda: NOW)
    with SandboxServer(sandbox) as api:
        # Kept for long: a figure of now is the same in each call of a test.
        yield Session(lx.Settings(environment="test", base_url=api.url, store="none", attempts=1, ttl=3600))


@pytest.fixture(scope="module")
def lake(real, tmp_path_factory):
    """The folder of the export of these months."""
    folder = tmp_path_factory.mktemp("export")
    lx.export(folder, *MONTHS, settings=real.settings)
    return folder


@pytest.fixture
def months(real):
    """Answer from these months."""
    use(real)
    yield
    use(None)


@pytest.fixture
def desk():
    """Answer from the four leads."""
    desk = Desk(*FOUR)
    use(session(desk))
    yield desk
    use(None)


def told(*call, **named):
    """Read the table by the names of its rows; rows of a kind that may be several are lists."""
    rows = {}
    for item, value in lx.leads_why(*call, **named)[["item", "value"]].itertuples(index=False):
        name = ENGLISH[re.sub(r" \d+$", "", item)]
        if name in ("filter", "warning"):
            rows.setdefault(name, []).append(value)
        else:
            rows[name] = value
    return rows


def notes(*call, **named):
    """Read the notes by the labels of the rows."""
    table = lx.leads_why(*call, **named)
    return dict(zip(table["item"], table["note"].fillna(""), strict=True))


def same(one, other):
    """Tell whether two numbers are equal, rates to a millionth of a millionth."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=0)


def by_sql(statement, folder):
    """Run a statement over an export."""
    return duckdb.connect().execute(statement.replace("'lake/", f"'{folder.as_posix()}/")).fetchall()


def arguments_of(formula):
    """Read the arguments of a formula that are texts, None where one is left out."""
    parts = [None]
    for token in Tokenizer(formula).items[1:-1]:
        if token.type == Token.SEP:
            parts.append(None)
        else:
            parts[-1] = token.value[1:-1].replace('""', '"')
    return parts


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("name", KPIS)
def test_the_rows_add_up_to_the_number(name, filters, lake):
    """Value, parts, leads and every way to get the number again, of each figure."""
    rows = told(name, *MONTHS, filters, "partial=1")
    if filters and KPIS[name].of == "bulks":
        assert rows["value"] is None
        assert "a filter on leads does not choose" in rows["why_none"]
        return
    cells = lx.leads_kpi(name, *MONTHS, filters, "n=1; partial=1").iloc[0]
    parts = {part: None if pd.isna(cells[part]) else cells[part] for part in ("value", "numerator", "denominator")}

    assert same(rows["value"], parts["value"])
    assert [rows["numerator"], rows["denominator"], rows["unit"]] == [
        parts["numerator"],
        parts["denominator"],
        cells["unit"],
    ]
    assert (rows["why_none"] is None) == (rows["value"] is not None)
    assert rows["received"] == lx.leads_kpi("leads", *MONTHS, None, "partial=1")
    assert (
        rows["received"] - sum(rows.get("filter", []))
        == rows["left"]
        == lx.leads_kpi("leads", *MONTHS, filters, "partial=1")
    )
    assert rows["provisional"] == lx.leads_kpi("provisional", *MONTHS, filters, "partial=1")
    left_out = [rows[f"out_{verdict}"] for verdict in ("provisional", "rejected", "accepted")]
    if left_out[0] is not None:
        assert rows["left"] - sum(left_out) == rows["denominator"]
    assert same(eval(rows["python"], {"lx": lx}), rows["value"])  # noqa: S307 - the line that is to be run
    assert same(lx.leads_kpi(*arguments_of(rows["formula"])), rows["value"])
    assert (rows["sql"] is None) == (name in NO_STATEMENT)
    if rows["sql"]:
        ((value,),) = by_sql(rows["sql"], lake)
        assert same(value, rows["value"])


def test_every_figure_has_a_statement_or_a_reason():
    """One or the other, never both."""
    assert set(STATEMENTS) | set(NO_STATEMENT) == set(KPIS), "write it in leads_excel/kpis/sql/statements.py"
    assert not set(STATEMENTS) & set(NO_STATEMENT)


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize("name", KPIS)
def test_shares_of_leads_say_what_is_left_out(name):
    """Where the definition divides by leads, what has no part in them is told; elsewhere a note says why not."""
    whole = KPIS[name].about.partition(" / ")[2]
    by_leads = whole.startswith(("accepted leads", "leads judged", "leads received")) and KPIS[name].of == "leads"

    rows = told(name, *MONTHS, None, "partial=1")

    if by_leads and name != "accepted_share":
        assert rows["out_provisional"] is not None
        assert rows["denominator"] < rows["received"] or name == "provisional_share"
    if rows["out_provisional"] is None:
        assert notes(name, *MONTHS, None, "partial=1")["Left out: provisional leads"]


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize(
    "filters",
    [
        "source=website", "source<>Website", "source=We*|Walk?in", "source=Web~*", "source>=M", "source=(blank)",
        "subSource<>(blank)", "leadDate=2026-07", "leadDate<>2026-07-05|2026-08", "leadDate>2026-07-20",
        "leadDate<=2026-07-20; leadDate>=2026-07-03", "leadDate=(blank)", "bulkCreatedDate>=2026-08-03",
        "bulkCreatedDate=2026-08-03|2026-08-04", "testDriveRequired=TRUE", "testDriveRequired<>FALSE",
        "testDriveRequired=(blank)", "vehicleCount>=1; vehicleCount<3", "leadId>0", "isError=TRUE",
        "customerCity=*ض*|*جد*", "leadDate=-60D", "priority=Hot|Warm; purchasePlan<>Within 7 Days",
    ],
)  # fmt: skip
def test_a_filter_in_sql_chooses_the_same_leads(filters, lake):
    """By every operator, kind of field, wildcard, blank and period."""
    for name in ("leads", "rejection_rate"):
        rows = told(name, *MONTHS, filters, "missing=0; partial=1")
        ((value,),) = by_sql(rows["sql"], lake)

        assert same(value, lx.leads_kpi(name, *MONTHS, filters, "missing=0; partial=1"))
        assert same(eval(rows["python"], {"lx": lx}), value)  # noqa: S307 - the line that is to be run
        assert same(lx.leads_kpi(*arguments_of(rows["formula"])), value)


@pytest.mark.usefixtures("months")
def test_part_of_a_month_says_what_its_statement_leaves_out(lake):
    """The statement goes by the clock of the business zone, whatever that of the session is."""
    rows, note = (
        told("leads", "2026-08-03", "2026-08-09", None, "partial=1"),
        notes("leads", "2026-08-03", "2026-08-09", None, "partial=1")["SQL"],
    )
    again = duckdb.connect()
    again.execute("SET TimeZone = 'America/New_York'")
    ((value,),) = again.execute(rows["sql"].replace("'lake/", f"'{lake.as_posix()}/")).fetchall()

    assert "came again later in the month are missing" in note
    august, week = (
        lx.fetch(*days, settings=current().settings) for days in (("2026-08",), ("2026-08-03", "2026-08-09"))
    )
    moved = set(august.earlier.leads["leadExternalId"]) & set(week.leads["leadExternalId"])
    last = august.leads.set_index("leadExternalId")["bulkCreatedDate"].dt.date
    assert value == rows["value"] - sum(last[number] > date(2026, 8, 9) for number in moved)


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize("language", ["api", "en", "ar"])
def test_items_are_in_the_language_that_is_asked_for(language):
    """Their order is the same, whatever they are called."""
    table = lx.why("rejection_rate", *MONTHS, "source=Website", f"labels={language}")
    number = language == "ar"

    items = [re.sub(r" \d+$", "", item) for item in table.iloc[:, 0]]
    assert items == [LABELS[name][number] for name in LABELS if LABELS[name][number] in items]
    assert list(table) == (["البند", "القيمة", "ملاحظة"] if number else ["item", "value", "note"])
    assert table.iloc[0, 1] == (KPIS["rejection_rate"].arabic if number else "Rejection rate")
    assert table.iloc[1, 1] == KPIS["rejection_rate"].about


@pytest.mark.usefixtures("months")
def test_windows_are_told_with_their_state_and_age(real):
    """As the coverage has them."""
    covered = lx.fetch(*MONTHS, settings=real.settings).coverage

    rows = told("leads", *MONTHS)

    assert rows["windows"] == len(covered) == rows["final"] + rows["open"] + rows["absent"]
    assert rows["final"] == covered["final"].sum() > 0 < rows["open"]
    assert [rows["first"], rows["last"], rows["days"]] == [date(2026, 7, 1), date(2026, 8, 31), 62]


def test_the_age_is_that_of_the_oldest_answer_now(monkeypatch):
    """Tables that are kept grow older; that of an answer of the past counts from then."""
    kept = lx.fetch("2026-08", settings=lx.Settings(environment="demo", store="none"))
    times = kept.coverage["fetchedAt"].mask(kept.coverage.index == 1, datetime.now(UTC) - timedelta(minutes=90))
    kept = replace(kept, coverage=kept.coverage.assign(fetchedAt=times, age=0))
    use(session(Desk(*FOUR)))
    monkeypatch.setattr(current(), "tables", lambda _question: kept)
    try:
        assert told("leads", "2026-08")["age"] in (90, 91)
    finally:
        use(None)


def test_what_comes_from_the_store_is_told(real, tmp_path):
    """The second process that asks finds it there."""
    settings = lx.Settings(environment="test", base_url=real.settings.base_url, store=str(tmp_path / "store.db"))
    stored = []
    for _ in range(2):
        use(Session(settings))
        try:
            stored.append(told("leads", "2026-07", None, None, "partial=1")["stored"])
        finally:
            use(None)

    assert stored[0] == 0 < stored[1]


def test_provisional_leads_are_told_with_what_they_do(desk):
    """Left out of a share of verdicts, counted among leads received."""
    desk.bulks = (
        *FOUR,
        bulk("2026-08-12", lead(7), lead(8, leadId=9), lead(9, isError=1), isProcessed=2),
    )

    assert notes("rejection_rate", "2026-08")["Provisional leads"] == (
        "left out of the denominator; left out of the numerator"
    )
    assert notes("provisional_share", "2026-08")["Provisional leads"] == (
        "1 of them counted in the denominator; 1 of them counted in the numerator"
    )
    assert (
        notes("rejection_rate", "2026-08", None, "source=Website")["Provisional leads"] == "each lead has its verdict"
    )
    rows = told("rejection_rate", "2026-08")
    assert [rows["out_provisional"], rows["out_rejected"], rows["out_accepted"], rows["denominator"]] == [1, 0, 0, 6]


def test_leads_without_a_date_are_counted(monkeypatch):
    """A bulk whose moment cannot be read has leads, and no day; a statement by days leaves them out and says so."""
    undated = replace(build([*FOUR, bulk("none", lead(5), lead(6), createdDate="soon")]), asked=_days())
    use(session(Desk(*FOUR)))
    monkeypatch.setattr(current(), "tables", lambda _question: undated)
    try:
        rows, note = told("leads", "2026-08-01", "2026-08-20"), notes("leads", "2026-08-01", "2026-08-20")
        assert [rows["value"], rows["undated"]] == [6, 2]
        assert "and 2 lead(s) without a date" in note["SQL"]
    finally:
        use(None)


def _days():
    return {"from": date(2026, 8, 1), "to": date(2026, 8, 20)}


def test_a_figure_that_looks_back_tells_how_far_and_at_how_many(desk):
    """The leads of the days before are drawn on and not counted; a day further they are not."""
    desk.bulks = (
        bulk("2026-07-01", lead(90, leadId=4)),
        bulk("2026-07-09", lead(91, leadId=5)),
        bulk("2026-07-31", lead(92, leadId=6)),
        *FOUR,
    )
    rows = told("duplicate_rate", "2026-08-03", "2026-08-12")

    assert [rows["back"], rows["back_leads"], rows["ahead"], rows["received"]] == [30, 2, 0, 4]
    assert told("duplicate_rate", "2026-08-03", "2026-08-12", None, "days=3")["back_leads"] == 1
    assert told("recovered_rate", "2026-07-31")["ahead_leads"] == 4
    assert told("rejection_rate", "2026-08")["back"] == 0


def test_a_figure_that_looks_back_where_nothing_can_be_had(desk):
    """The days before are missing: no value, the reason, and what the range itself holds."""
    use(session(desk))
    lx.leads_kpi("leads", "2026-08-03", "2026-08-12")
    desk.error = ApiUnavailableError("The API does not answer.")

    rows = told("duplicate_rate", "2026-08-03", "2026-08-12")

    assert rows["value"] is None
    assert "needs the days around the range" in rows["why_none"]
    assert [rows["received"], rows["back"], rows["back_leads"]] == [4, 30, None]


def test_a_comparison_names_what_it_compares_with(desk):
    """As many days before."""
    desk.bulks = (bulk("2026-08-02", lead(90), lead(91)), *FOUR)

    rows = told("change", "2026-08-03", "2026-08-04")

    assert [rows["value"], rows["compared"]] == [0, 2]
    assert notes("change", "2026-08-03", "2026-08-04")["Leads of the range compared with"] == "2026-08-01 to 2026-08-02"


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("name", "days", "filters", "options", "why"),
    [
        ("rejection_rate", "2026-07", None, None, "no leads judged"),
        ("rejection_rate", "2026-08", None, "min=30", "4 leads judged, fewer than min=30"),
        ("leads", "2027-01", None, None, "still to come"),
        ("leads", "2026-08", "source=Websit", None, "Website"),
    ],
)
def test_without_a_value_a_row_says_why(name, days, filters, options, why):
    """An empty range, a rate of few, days to come, a slip in a filter."""
    rows = told(name, days, None, filters, options)

    assert rows["value"] is None
    assert why in rows["why_none"]
    assert rows["definition"] == KPIS[name].about
    assert leads_status("failure") is None, "to explain a number is no failure of one"


@pytest.mark.usefixtures("desk")
def test_the_options_of_a_number_count_here_too():
    """What stands in the place of nothing, and how a slip is read."""
    assert told("rejection_rate", "2026-07", None, None, "empty=0")["value"] == 0
    assert told("leads", "2026-08", None, "source=Websit", "missing=0")["value"] == 0
    assert told("leads", "2026-08", None, "source=Websit", "missing=0")["python"].endswith('options="missing=0")')
    shown = lx.leads_why("leads", "2026-08", options="headers=0; empty=-").attrs
    assert [shown["headers"], shown["empty"]] == [False, None]
    with pytest.raises(ArgumentError, match="no option 'n'"):
        lx.leads_why("leads", "2026-08", options="n=1")


@pytest.mark.usefixtures("desk")
def test_a_range_that_goes_on_says_how_much_of_it_has_come():
    """A mean over days counts those."""
    today = datetime.now(lx.Settings(environment="demo").zone).date()
    rows, note = (ask("leads_per_day", today, today.replace(year=today.year + 1)) for ask in (told, notes))

    assert rows["days"] > rows["denominator"] == 1
    assert note["Days"] == f"1 of {rows['days']} days have come"


def test_a_window_that_is_disputed_is_told_and_partial_gives_the_number():
    """Both counts, with the number and without."""
    short = bulk("2026-08-03", lead(1), lead(2)), bulk("2026-08-04", lead(3), totalRecords=10)
    use(session(Desk(*short, final=False)))
    try:
        rows, note = told("leads", "2026-08-03", "2026-08-10"), notes("leads", "2026-08-03", "2026-08-10")
        assert [rows["value"], rows["received"], rows["disputed"]] == [None, 3, 1]
        assert "partial=1" in rows["why_none"]
        assert "12 leads counted, 3 received" in note["Windows whose counts differ"]
        assert rows["sql"] is None

        rows = told("leads", "2026-08-03", "2026-08-10", None, "partial=1")
        assert [rows["value"], rows["disputed"], rows["why_none"]] == [3, 1, None]
        assert rows["warnings"] == len(rows["warning"]) > 0
        assert 'options="partial=1"' in rows["python"]
    finally:
        use(None)


def test_an_api_that_fails_leaves_a_table_that_says_so(desk):
    """No number of what came looks like a number of all."""
    desk.error = ApiUnavailableError("The API does not answer.")

    rows = told("leads", "2026-08", None, "source=Website")

    assert [rows["value"], rows["received"], rows["left"], rows["filter"]] == [None, None, None, [None]]
    assert "does not answer" in rows["why_none"]
    assert rows["absent"] == rows["windows"] > 0
    assert rows["python"] == 'lx.leads_kpi("leads", "2026-08-01", "2026-08-31", filters="source=Website")'


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("leeds", "2026-08"), ArgumentError),
        (("leads", "some day"), DateError),
        (("leads", "2026-08", None, "sauce=Website"), ArgumentError),
        (("leads", "2026-08", None, "vehicleCount=many"), ArgumentError),
        (("leads", "2026-08", None, "source"), ArgumentError),
        (("leads", "2026-08", None, "min=3"), ArgumentError),
        (("leads", "2026-08", None, "source=3|4"), ArgumentError),
    ],
)
def test_arguments_that_cannot_be_read_are_refused(call, error):
    """As by the number itself."""
    with pytest.raises(error):
        lx.leads_why(*call)
    if call[0] == "leads":
        with pytest.raises(error):
            lx.leads_kpi(*call)


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(
    "filters",
    [
        "firstName=Sara", "phoneNumber=5000*; email=sara@example.com", "phoneNumber<>500000001",
        {"email": "sara@example.com", "firstName": ["Omar", "Sara"]}, "leadNote=*calc*", "firstName=Zainab",
        "phone=0555123987", "customerCity=050 000 0001 Sara@example.com", "branch=055-512-3987",
        "dateOfBirth=1990-05-17", "dateOfBirth>=1990-05-17", "firstName=(blank)|Sara;lastName=A;",
    ],
)  # fmt: skip
def test_no_personal_data_is_shown(desk, filters, fails):
    """Neither what somebody typed nor what the leads hold, with a number and without one."""
    if fails:
        desk.error = ApiUnavailableError("The API does not answer.")
    for name in ("leads", "rejection_rate", "duplicate_rate", "change"):
        table = lx.leads_why(name, "2026-08", None, filters)
        shown = " ".join(table.astype("string").fillna("").to_numpy().ravel()).casefold()

        assert not re.search(r"sara|omar|zainab|50000000|5000\*|055.?512.?3987|050 000|example\.com|calc|1990", shown)
        assert "•••" in shown
        assert "write them in" in table["note"].astype("string").fillna("").iloc[-3]


def test_a_value_of_a_personal_field_that_has_none_is_not_told(desk):
    """An unknown key counts as personal, and its values as well."""
    desk.bulks = (bulk("2026-08-03", lead(1, nickname="Susu"), lead(2)),)

    rows, note = told("leads", "2026-08", None, "nickname=Susu"), notes("leads", "2026-08", None, "nickname=Susu")

    assert [rows["value"], rows["filter"]] == [1, [1]]
    assert note["Filter 1"] == "nickname=•••"
    assert "Susu" not in str(rows)
    assert note["SQL"] == "no single statement: a filter cannot be said: nickname is no column of the export"


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("filters", "written"),
    [
        ("leadDate=2026-08-01", 'filters="leadDate=2026-08-01"'),
        ("leadDate=2026-08", 'filters="leadDate>=2026-08-01; leadDate<=2026-08-31"'),
        ("leadDate>=2026-08", 'filters="leadDate>=2026-08-01"'),
        ("leadDate<2026-08", 'filters="leadDate<2026-08-01"'),
        ("leadDate<>2026-08|2026-07-30", 'filters="leadDate<>2026-08|2026-07-30"'),
        ("leadDate>2026-08|2026-07", 'filters="leadDate>2026-08-31|2026-07-31"'),
        ({"source": "A;B", "branch": ["x|y", "z"]}, "filters=[['source=', ['A;B']], ['branch=', ['x|y', 'z']]]"),
        ({"source": 'the "shop"'}, "filters='source=the \"shop\"'"),
    ],
)
def test_the_line_of_python_says_the_same_tomorrow(filters, written):
    """Tokens and periods become days; what no text says is a list."""
    line = told("leads", "2026-08", None, filters, "missing=0")["python"]

    assert line == f'lx.leads_kpi("leads", "2026-08-01", "2026-08-31", {written}, options="missing=0")'
    assert eval(line, {"lx": lx}) == lx.leads_kpi("leads", "2026-08", None, filters, "missing=0")  # noqa: S307


@pytest.mark.usefixtures("desk")
def test_a_formula_that_would_not_fit_is_not_written():
    """Excel takes 255 characters of a text, and the note says so."""
    sources = "|".join(f"Source {number}" for number in range(40))

    assert told("leads", "2026-08", None, f"source={sources}", "missing=0")["formula"] is None
    assert "do not fit" in notes("leads", "2026-08", None, f"source={sources}", "missing=0")["Formula"]
    assert told("leads", "2026-08", None, {"source": "A;B"}, "missing=0")["formula"] is None


def test_a_number_of_a_source_is_asked_of_the_api(desk):
    """What it takes away nobody sees, and an export has no such number."""
    rows, note = told("leads", "2026-08", None, "source=3"), notes("leads", "2026-08", None, "source=3")

    assert desk.asked
    assert rows["filter"] == [None]
    assert note["Filter 1"] == "source=3 (asked of the API, which sends no others)"
    assert "the API was asked for a number of source" in note["SQL"]


def test_the_past_is_told_with_its_moment():
    """The demo knows how it stood; the line names the moment, and no export holds it."""
    use(Session(lx.Settings(environment="demo", store="none")))
    try:
        rows = told("provisional", "2026-08", None, None, "as_of=2026-08-20 09:00")
        note = notes("provisional", "2026-08", None, None, "as_of=2026-08-20 09:00")
        assert rows["moment"] == datetime(2026, 8, 20, 9)  # noqa: DTZ001 - as a cell holds it
        assert 'options="as_of=2026-08-20 09:00:00+03:00"' in rows["python"]
        assert eval(rows["python"], {"lx": lx}) == rows["value"] > 0  # noqa: S307 - the line that is to be run
        assert "how it stands now" in note["SQL"]
    finally:
        use(None)


@pytest.mark.parametrize(
    ("bulks", "name", "why"),
    [
        (
            (bulk("2026-08-03", lead(1)), bulk("2026-08-03", lead(2), isProcessed=2)),
            "rejection_rate",
            "created at the same moment",
        ),
        (
            (bulk("2026-08-03", lead("none", vehicles=[{"modelFamily": "RIO", "totalQty": 2}])),),
            "units",
            "no number",
        ),
        ((bulk("2026-08-03", lead(1, leadId=2, priority="Straße")),), "hot_rate", "priority holds letters"),
        ((bulk("2026-08-03", lead(1, leadId=2, priority="hot\u00a0")),), "hot_rate", "priority holds letters"),
    ],
)  # fmt: skip
def test_what_sql_would_tell_otherwise_is_not_told_in_sql(desk, bulks, name, why):
    """These very leads stand in the way, and the note says which way."""
    desk.bulks = bulks

    assert told(name, "2026-08")["sql"] is None
    assert why in notes(name, "2026-08")["SQL"]
    desk.bulks = (bulk("2026-08-03", lead(1, leadId=2, priority="Hot")),)
    use(session(desk))
    assert told(name, "2026-08")["sql"]


def test_a_filter_that_sql_compares_otherwise_is_told_and_not_left_out(desk):
    """Letters that have two small forms, and values that are not of their kind."""
    desk.bulks = (bulk("2026-08-03", lead(1, source="Straße", leadDate="10/08/2026"), lead(2, source="B")),)

    for filters in ("source=STRASSE", "leadDate>=2026-08", "leadDate=(blank)"):
        rows, note = told("leads", "2026-08", None, filters), notes("leads", "2026-08", None, filters)
        assert rows["value"] == lx.leads_kpi("leads", "2026-08", None, filters)
        assert rows["sql"] is None
        assert note["SQL"].startswith("no single statement: a filter cannot be said: ")


def test_a_statement_over_what_an_export_holds_of_quotes_and_wildcards(desk):
    """A quote in a value ends no text, a percent sign is one."""
    desk.bulks = (
        bulk("2026-08-03", lead(1, source="O'Neil 5%_x"), lead(2, source="O'Neil 5 and x"), lead(3, source="a\\b")),
    )
    for filters, count in (
        ("source=O'Neil 5%_*", 1),
        ("source=O'Neil*", 2),
        ("source=a\\*", 1),
        ("source=O'Neil 5%_x", 1),
    ):
        rows = told("leads", "2026-08", None, filters)
        leads = current().tables(replace(_question(), source=None)).leads
        again = duckdb.connect()
        again.register("held", leads.assign(month="2026-08").astype({"bulkCreatedDate": "datetime64[us, UTC]"}))
        ((value,),) = again.execute(rows["sql"].replace("'lake/leads/*/*.parquet'", "held")).fetchall()
        assert [rows["value"], value] == [count, count]


def _question():
    from leads_excel.fetching.fetch import asked  # noqa: PLC0415 - of this helper only

    return asked("2026-08", settings=current().settings)
