"""Bulks -> tables: every lead once, columns and types as the schema says, whatever the API sends."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from places import DATA, SHARED

from leads_excel.bulks.decoding import decode
from leads_excel.bulks.flattening import flatten
from leads_excel.exceptions import ApiReplyError
from leads_excel.schema.columns import DTYPES, TABLES
from leads_excel.tables.coverage import COVERAGE, coverage
from leads_excel.tables.lead_tables import build, join

RIYADH = ZoneInfo("Asia/Riyadh")
SAMPLE = DATA / "page_sample.json"
PAGE = SHARED / "api" / "leads-bulks-page.md"
MORNING, NOON, EVENING = (f"2025-08-25T{hour:02d}:00:00.000Z" for hour in (6, 12, 18))


def bulk(created, *leads, **head):
    """Make a bulk."""
    return {"leads": list(leads), "createdDate": created, "createdBy": 1, "totalRecords": len(leads), **head}


def lead(number, **keys):
    """Make a lead that lacks most keys."""
    return {"leadExternalId": number, **keys}


def part(*bulks):
    """Flatten the reply of one window."""
    return flatten(decode(json.dumps(list(bulks)).encode()), RIYADH)


def tables_of(*bulks):
    """Build the tables of one reply."""
    return build(decode(json.dumps(list(bulks)).encode()))


def types(frame):
    """Name the type of each column."""
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def schema_types(table):
    """Name the types the schema gives a table."""
    return {column.name: DTYPES[column.kind].format(zone="Asia/Riyadh") for column in TABLES[table]}


@pytest.fixture
def sample():
    """The tables of the API page's own sample."""
    return build(decode(SAMPLE.read_bytes()))


@pytest.mark.skipif(not PAGE.exists(), reason="the API page is not beside this checkout")
def test_the_sample_is_that_of_the_page():
    """Byte for byte."""
    assert b"```json\n" + SAMPLE.read_bytes() + b"```" in PAGE.read_bytes()


def test_the_sample_is_one_lead_with_one_vehicle_and_no_error(sample):
    """One row in leads, vehicles and bulks, none in errors."""
    assert [len(frame) for frame in (sample.leads, sample.vehicles, sample.errors, sample.bulks)] == [1, 1, 0, 1]
    assert sample.warnings == ()


def test_every_value_of_the_sample_arrives(sample):
    """Under the API's own names, typed: numbers as numbers, texts as texts, dates as dates, flags as flags."""
    (said,) = json.loads(SAMPLE.read_bytes())["leads"]
    (vehicle,) = said.pop("vehicles")
    del said["errorList"]
    expected = {
        **said,
        "isError": False,
        "dateOfBirth": pd.Timestamp("2022-08-12"),
        "leadDate": pd.Timestamp("2025-08-12"),
        "branch": pd.NA,
        "vehicleCount": 1,
        "errorCount": 0,
        "bulkCreatedDate": pd.Timestamp("2025-08-25", tz="Asia/Riyadh"),
    }
    hint = "put the key of a new column into tests/standins/data/page_sample.json, run: pytest tests/tables"
    assert list(sample.leads) == [column.name for column in TABLES["leads"] if column.name in expected], hint
    assert dict(sample.leads.iloc[0].items()) == expected
    assert sample.leads["phoneCode"].tolist() == ["00966"]
    assert sample.vehicles.iloc[0].to_dict() == {"leadExternalId": 574, "leadId": 0, "position": 1, **vehicle}
    assert sample.bulks.iloc[0].to_dict() == {
        "createdDate": pd.Timestamp("2025-08-25", tz="Asia/Riyadh"),
        "createdBy": 1,
        "totalRecords": 1,
        "errorRecords": 0,
        "isProcessed": 2,
        "status": "In progress",
        "leadCount": 1,
        "errorLeadCount": 0,
    }


@pytest.mark.parametrize("table", TABLES)
def test_no_row_one_row_and_many_have_the_same_columns_and_types(table):
    """Exactly those of the schema, in its order."""
    everything = json.loads(SAMPLE.read_bytes())
    everything["leads"][0]["errorList"] = ["bad"]
    for count in (0, 1, 7):
        bulks = [everything | {"createdBy": number} for number in range(count)]
        frame = getattr(build(bulks), table)
        assert (list(types(frame).items()), len(frame) > 0) == (list(schema_types(table).items()), count > 0)


def test_columns_are_typed_when_all_is_missing():
    """A lead and a bulk that say nothing still have typed columns."""
    tables = tables_of({"leads": [{"vehicles": [{}]}]})
    for table in TABLES:
        assert types(getattr(tables, table)) == schema_types(table)


@pytest.mark.parametrize("reply", [None, [], {}, {"leads": None}, [{"leads": []}]])
def test_a_reply_without_leads_is_empty_tables(reply):
    """Nothing, no bulks, and bulks without leads."""
    assert len(build(reply).leads) == 0


def test_plain_objects_and_bytes_give_the_same_tables():
    """A notebook may pass what `json.loads` gave it."""
    plain = build(json.loads(SAMPLE.read_bytes()))
    assert plain.leads.equals(build(decode(SAMPLE.read_bytes())).leads)


def test_children_stand_below_their_lead():
    """Vehicles and errors carry the numbers of their lead and their place in it."""
    tables = tables_of(
        bulk(
            MORNING,
            lead(1, leadId=11, vehicles=[{"modelFamily": "RIO"}, {"modelFamily": "K5"}], errorList=["a", "b"]),
            lead(2),
            lead(3, leadId=13, vehicles=[{"modelFamily": "CERATO"}], errorList={"email": "c"}),
        )
    )
    names = ["leadExternalId", "leadId", "position"]
    assert tables.vehicles[[*names, "modelFamily"]].to_numpy().tolist() == [
        [1, 11, 1, "RIO"],
        [1, 11, 2, "K5"],
        [3, 13, 1, "CERATO"],
    ]
    assert tables.errors[[*names, "message"]].to_numpy().tolist() == [[1, 11, 1, "a"], [1, 11, 2, "b"], [3, 13, 1, "c"]]
    assert tables.leads[["vehicleCount", "errorCount"]].to_numpy().tolist() == [[2, 2], [0, 0], [1, 1]]


def test_bulks_count_the_leads_they_brought():
    """Received leads, and those among them that are marked rejected."""
    tables = tables_of(
        bulk(MORNING, lead(1, isError=1), lead(2, isError=0), lead(3, isError=True)), bulk(NOON, lead(4))
    )
    assert tables.bulks[["leadCount", "errorLeadCount"]].to_numpy().tolist() == [[3, 2], [1, 0]]


@pytest.mark.parametrize(
    ("state", "words"), [(1, "Created"), (3, "Cancelled"), (9, "Unknown (9)"), ("x", "Unknown (x)"), (None, None)]
)
def test_the_state_of_a_bulk_is_said_in_words(state, words):
    """Also when the page does not know it."""
    (status,) = tables_of(bulk(MORNING, isProcessed=state)).bulks["status"]
    assert status is pd.NA if words is None else status == words


def test_a_bulk_on_the_boundary_of_two_windows_counts_once_in_its_newer_state():
    """Windows touch; the second reply is the newer one."""
    old, new = bulk(NOON, lead(1, leadId=0), isProcessed=2), bulk(NOON, lead(1, leadId=5), isProcessed=4)
    tables = join([part(bulk(MORNING, lead(7)), old), part(new, bulk(EVENING, lead(8)))], zone=RIYADH)
    assert tables.bulks["status"].tolist()[1:2] == ["Completed"]
    assert tables.bulks["leadCount"].tolist() == [1, 1, 1]
    assert tables.leads[["leadExternalId", "leadId"]].to_numpy().tolist() == [[7, pd.NA], [1, 5], [8, pd.NA]]


def test_an_empty_bulk_on_the_boundary_counts_once():
    """A bulk without leads is known by its date, its sender and its records."""
    empty = {"createdDate": NOON, "createdBy": 1, "totalRecords": 3, "isProcessed": 1}
    tables = join([part(empty), part(empty | {"isProcessed": 2}), part(empty | {"totalRecords": 4})], zone=RIYADH)
    assert tables.bulks[["totalRecords", "isProcessed"]].to_numpy().tolist() == [[3, 2], [4, 1]]


def test_a_bulk_on_the_boundary_is_the_same_in_another_order_of_its_leads():
    """Nothing says that the DMS keeps the order."""
    tables = join([part(bulk(NOON, lead(1), lead(2))), part(bulk(NOON, lead(2), lead(1)))], zone=RIYADH)
    assert tables.bulks["leadCount"].tolist() == [2]


@pytest.mark.parametrize(("said", "count"), [(None, 0), ([], 0), ("", 0), (0, 1), (False, 1), (["a", "b"], 2)])
def test_errors_are_counted(said, count):
    """Whatever says something is an error."""
    tables = tables_of(bulk(MORNING, lead(1, errorList=said)))
    assert (tables.leads["errorCount"].tolist(), len(tables.errors)) == ([count], count)


@pytest.mark.parametrize("in_order", [True, False])
def test_a_lead_of_two_bulks_keeps_the_version_of_the_bulk_created_later(in_order):
    """With the vehicles and errors of that version, whatever the order in which windows arrive."""
    early = part(bulk(MORNING, lead(1, leadNote="old", vehicles=[{}, {}], errorList=["old"]), lead(2)))
    late = part(bulk(EVENING, lead(3), lead(1, leadNote="new", vehicles=[{"modelFamily": "K5"}])))
    tables = join([early, late] if in_order else [late, early], zone=RIYADH)
    assert tables.leads["leadExternalId"].tolist() == [2, 3, 1]
    assert tables.leads["leadNote"].tolist()[2] == "new"
    assert tables.leads["bulkCreatedDate"].dt.hour.tolist() == [9, 21, 21]
    assert tables.vehicles["modelFamily"].tolist() == ["K5"]
    assert len(tables.errors) == 0
    assert tables.bulks["leadCount"].tolist() == [2, 2]


def test_rows_stand_in_the_order_of_creation():
    """Bulks by their date, leads in the order of their bulks and as sent within one."""
    tables = tables_of(bulk(EVENING, lead(9), lead(8)), bulk(MORNING, lead(7)), bulk(NOON, lead(1)))
    assert tables.leads["leadExternalId"].tolist() == [7, 1, 9, 8]
    assert tables.bulks["createdDate"].is_monotonic_increasing


@pytest.mark.parametrize("created", [None, "yesterday", "2025-02-30T00:00:00Z", ["x"], 5])
def test_a_bulk_with_an_odd_date_is_kept_at_the_end(created):
    """Its date keeps its text, in both tables that show it, and is reported once."""
    tables = tables_of(bulk(created, lead(1)), bulk(MORNING, lead(2)))
    assert tables.leads["leadExternalId"].tolist() == [2, 1]
    shown = pd.NaT if created is None else created if isinstance(created, str) else json.dumps(created)
    assert tables.bulks["createdDate"].tolist()[1] is shown or tables.bulks["createdDate"].tolist()[1] == shown
    assert tables.leads["bulkCreatedDate"].tolist()[1] is shown or tables.leads["bulkCreatedDate"].tolist()[1] == shown
    assert len(tables.warnings) == (created is not None)


@pytest.mark.parametrize("number", [None, 0, -1, "", "A-1", 1.5, [7]])
def test_leads_without_a_number_are_told_apart_by_all_they_say(number):
    """The same record is the same lead, a record that differs anywhere is another one."""
    one, other = lead(number, leadNote="one"), lead(number, leadNote="other")
    tables = join([part(bulk(MORNING, one, other)), part(bulk(NOON, one), bulk(EVENING, other | {"vehicles": [{}]}))])
    assert tables.leads["leadNote"].tolist() == ["other", "one", "other"]


@pytest.mark.parametrize("number", [2**63, 2**64, 10**30])
def test_a_number_beyond_64_bits_is_a_number_all_the_same(number):
    """It is kept as text everywhere, tells leads apart, and joins the children to their lead."""
    tables = join(
        [
            part(bulk(MORNING, lead(number, leadNote="old"))),
            part(bulk(NOON, lead(str(number), vehicles=[{}], errorList="x"))),
        ]
    )
    for frame in (tables.leads, tables.vehicles, tables.errors):
        assert frame["leadExternalId"].tolist() == [str(number)]


def test_the_same_number_quoted_is_the_same_lead():
    """JSON writers disagree about quotes."""
    tables = tables_of(bulk(MORNING, lead(5)), bulk(NOON, lead("5")))
    assert tables.leads["leadExternalId"].tolist() == [5]


def test_a_record_is_recognised_on_both_roads():
    """A lead without a number is the same one beside a lead that needs the slower road."""
    nameless = lead(None, leadNote="x", vehicles=None)
    tables = join([part(bulk(MORNING, nameless)), part(bulk(NOON, nameless, lead(1, leadNote="\ud800")))], zone=RIYADH)
    assert len(tables.leads) == 2


def test_unknown_keys_become_columns_at_the_right():
    """In every table, filled where they came."""
    vehicle, error = {"modelFamily": "RIO", "colour": "red"}, {"message": "bad", "hint": {"max": 9}}
    tables = tables_of(bulk(MORNING, lead(1, score=7, vehicles=[vehicle], errorList=[error]), lead(2), channel="web"))
    assert tables.leads["score"].tolist() == [7, pd.NA]
    assert [frame.columns[-1] for frame in (tables.leads, tables.vehicles, tables.errors, tables.bulks)] == [
        "score",
        "colour",
        "hint",
        "channel",
    ]
    assert (tables.vehicles["colour"][0], tables.errors["hint"][0], tables.bulks["channel"][0]) == (
        "red",
        '{"max":9}',
        "web",
    )


def test_unknown_keys_of_several_windows_meet_in_one_column():
    """Even when their values are of different types; leads without the key are empty there."""
    tables = join(
        [part(bulk(MORNING, lead(1, score=7))), part(bulk(NOON, lead(2))), part(bulk(EVENING, lead(3, score="A")))]
    )
    assert tables.leads["score"].tolist() == ["7", pd.NA, "A"]
    assert len(tables.warnings) == 1


def test_an_unknown_key_never_replaces_a_column_of_ours():
    """Nor one whose name differs only in case, as Excel compares headings."""
    keys = {"vehicleCount": 9, "LEADID": 8, "colour": "a", "Colour": "b", "COLOUR": "c", "vehicleCount (API)": 1, "": 0}
    tables = tables_of(bulk(MORNING, lead(1, leadId=5, vehicles=[{"position": 4}], **keys), status="x"))
    added = tables.leads.columns[len(TABLES["leads"]) :]
    assert added.tolist() == [
        "vehicleCount (API)",
        "LEADID (API)",
        "colour",
        "Colour (API)",
        "COLOUR (API) (API)",
        "vehicleCount (API) (API)",
        "(no name)",
    ]
    assert tables.leads[added].iloc[0].tolist() == [9, 8, "a", "b", "c", 1, 0]
    assert tables.leads["leadId"].tolist() == [5]
    assert tables.vehicles["position (API)"].tolist() == [4]
    assert tables.bulks["status (API)"].tolist() == ["x"]


def test_what_is_no_vehicle_is_kept_beside_the_lead():
    """As JSON in a column of its own, and the warning does not call a key of the page unknown."""
    tables = tables_of(bulk(MORNING, lead(1, vehicles=["RIO", {"modelFamily": "K5"}]), lead(2, vehicles=[{}])))
    assert tables.leads["vehicles"].tolist() == ['["RIO",{"modelFamily":"K5"}]', pd.NA]
    assert len(tables.vehicles) == 2
    assert tables.warnings == ("leads.vehicles: 1 lead(s) hold something else there; kept in a column at the right.",)


def test_each_drift_is_reported_once_and_without_personal_data():
    """Over all windows; a key that is no name may itself be personal, so it is not shown."""
    odd = {"isError": "yes", "email": 7, "news": 1, "Sara Al-Harbi": "sara@example.com"}
    tables = join([part(bulk(MORNING, lead(1, **odd), lead(2, **odd))), part(bulk(NOON, lead(3, **odd)))], zone=RIYADH)
    assert tables.warnings == (
        "leads.isError: 3 value(s) are not true or false; kept as text.",
        "leads.news: not on the API page (3 row(s)); kept in a column at the right.",
        "leads.(a key of 13 characters): not on the API page (3 row(s)); kept in a column at the right.",
    )


def test_a_stray_of_a_lead_that_is_replaced_leaves_no_trace_in_the_types():
    """Columns are typed by the rows that stay."""
    tables = tables_of(bulk(MORNING, lead(1, leadDate="12/08/2025")), bulk(NOON, lead(1, leadDate="2025-08-12")))
    assert types(tables.leads) == schema_types("leads")


def test_a_bulk_without_a_proper_time_leaves_tables_their_zone(tmp_path):
    """Where createdDate holds a stray, tables still know the zone and can be written."""
    tables = build([bulk("yesterday", lead(1)), bulk(NOON, lead(2))])

    assert tables.zone == RIYADH
    assert tables.to_excel(tmp_path / "leads.xlsx").exists()


def test_another_zone_moves_instants_and_keeps_days():
    """`zone` decides how times are shown and what day a stamp is."""
    tables = build(json.loads(SAMPLE.read_bytes()), zone=ZoneInfo("UTC"))
    assert str(tables.bulks["createdDate"][0]) == "2025-08-24 21:00:00+00:00"
    assert str(tables.leads["leadDate"][0]) == "2025-08-12 00:00:00"


def test_parts_are_taken_apart_as_they_are_joined():
    """So that memory holds each column once."""
    parts = [part(bulk(MORNING, lead(1)))]
    join(parts, zone=RIYADH)
    assert [len(getattr(parts[0], table).columns) for table in TABLES] == [0, 0, 0, 0]


def test_a_copy_of_a_part_survives_joining():
    """Whoever keeps parts for later joins copies of them."""
    kept = part(bulk(MORNING, lead(1)))
    once, again = (join([kept.copy()], zone=RIYADH).leads for _ in range(2))
    assert once.equals(again)


def test_a_lead_that_is_no_object_is_named_by_its_place():
    """Which lead of which bulk, over the borders of bulks."""
    with pytest.raises(ApiReplyError, match="lead 2 of bulk 3 is text, not an object"):
        build([bulk(MORNING, lead(1)), bulk(NOON), bulk(EVENING, lead(2), "x")])
    with pytest.raises(ApiReplyError, match="lead 600 of bulk 1 is a number"):
        build(bulk(MORNING, *(lead(number) for number in range(1, 600)), 7))


@pytest.mark.parametrize("key", ["firstName", "errorList", "vehicles", "leadExternalId", "news"])
def test_plain_objects_that_nest_too_deeply_are_refused(key):
    """They meet no JSON reader that would have refused them before."""
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ApiReplyError, match="too deeply"):
        build({"leads": [{key: value}]})


def test_many_small_bulks_are_one_table():
    """Leads are read some hundred at a time, across bulks."""
    bulks = [
        bulk(f"2025-08-{1 + number // 60:02d}T00:{number % 60:02d}:00Z", lead(number + 1)) for number in range(900)
    ]
    bulks[700]["leads"][0]["news"] = 7
    leads = tables_of(*bulks).leads
    assert leads["leadExternalId"].tolist() == list(range(1, 901))
    assert leads["news"].dropna().to_dict() == {700: 7}


def test_coverage_has_its_types_with_and_without_rows():
    """One row per window, instants in the business zone."""
    row = {
        "from": datetime(2025, 8, 23, 21, tzinfo=UTC),
        "to": datetime(2025, 8, 30, 21, tzinfo=UTC),
        "state": "missing",
    }
    expected = {name: kind.format(zone="Asia/Riyadh") for name, kind in COVERAGE.items()}
    assert types(join([], zone=RIYADH).coverage) == types(join([], zone=RIYADH, coverage=[row]).coverage) == expected
    assert str(join([], coverage=[row]).coverage["from"][0]) == "2025-08-24 00:00:00+03:00"


def test_repr_counts_and_shows_nobody(sample):
    """A table of people is not printed by accident, in text and in a notebook."""
    for text in (repr(sample), sample._repr_html_()):
        assert "1" in text
        assert "leads" in text
        assert "john@example.com" not in text


def test_the_notebook_view_escapes_what_the_api_said():
    """Warnings and titles are text, not HTML."""
    tables = replace(build([]), title="<script>", warnings=("<script>",))
    assert "<script>" not in tables._repr_html_()
    assert tables._repr_html_().count("&lt;script&gt;") == 2


@pytest.mark.parametrize(
    ("minutes", "says"), [(0, "just now"), (5, "5 min ago"), (150, "2 hours ago"), (10_000, "6 days ago")]
)
def test_the_notebook_view_tells_the_age_of_what_may_still_change(minutes, says):
    """Windows that are final do not age."""
    now = datetime.now(UTC)
    windows = [{"final": True, "fetchedAt": now - timedelta(days=90)}]
    windows += [{"final": False, "fetchedAt": now - timedelta(minutes=age, seconds=5)} for age in (0, minutes)]
    tables = replace(build([]), coverage=coverage(windows, build([]).zone))
    assert f"fetched {says}" in tables._repr_html_()
