"""Any JSON for an answer: an error of ours or tables in which nothing is missing."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import DATA

from leads_excel.bulks.decoding import NotJsonError, decode
from leads_excel.bulks.flattening import flatten
from leads_excel.exceptions import LeadsError
from leads_excel.schema.columns import DTYPES, TABLES
from leads_excel.tables.lead_tables import build, join

pytestmark = pytest.mark.slow  # drawn by the hundred

SAMPLE = json.loads((DATA / "page_sample.json").read_bytes())
LEAD, VEHICLE = SAMPLE["leads"][0], SAMPLE["leads"][0]["vehicles"][0]
RIYADH = ZoneInfo("Asia/Riyadh")
TABLES_OF_THEIR_OWN = {"leads", "vehicles", "errorList"}
KINDS = {table: {column.name: column.kind for column in columns} for table, columns in TABLES.items()}

texts = st.text(max_size=8) | st.sampled_from(
    ["", "yes", "2025-02-30", "0001-01-01", "9999-12-31T23:59:59Z", "00966", "=1+1"]
)
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-2, 5)
scalars = st.none() | st.booleans() | numbers | texts
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
new_keys = texts | st.sampled_from(
    ["position", "vehicleCount", "LEADID", "status", "extra", "\ue000extra", "code", "news", "News"]
)


def mutated(sample, **parts):
    """Draw an object like a sample: some keys dropped, some of another type, some new ones."""
    values = {key: st.just(value) | anything for key, value in sample.items()}
    known = st.fixed_dictionaries({}, optional=values | parts)
    return st.builds(lambda new, drawn: new | drawn, st.dictionaries(new_keys, anything, max_size=2), known)


errors = anything | st.lists(mutated({"code": "E1", "field": "email", "message": "bad"}), max_size=3)
vehicles = mutated(VEHICLE)
leads = mutated(
    LEAD,
    leadExternalId=st.integers(1, 4) | anything,
    vehicles=st.lists(vehicles, max_size=3) | vehicles | anything,
    errorList=errors,
)
bulks = mutated(
    SAMPLE, leads=st.lists(leads, max_size=4) | st.none(), createdDate=st.just(SAMPLE["createdDate"]) | anything
)
bulks = bulks.map(
    lambda bulk: bulk if None not in (bulk.get("createdDate"), bulk.get("isProcessed")) else {"leads": None} | bulk
)
"""Whatever else an object lacks: without these it is no bulk, and refused (tests of decoding)."""
replies = st.lists(bulks, max_size=3) | bulks
patient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def encoded(reply):
    """Write a reply as bytes."""
    return json.dumps(reply, ensure_ascii=False).encode("utf-8", "backslashreplace")


def listed(reply):
    """List the bulks of a reply."""
    return reply if isinstance(reply, list) else [reply]


def words(value):
    """Yield every text and number in a value, as text, and every key of an object that holds some."""
    if isinstance(value, dict):
        for key, item in value.items():
            found = list(words(item))
            yield from ([key, *found] if found and key not in TABLES_OF_THEIR_OWN else found)
    elif isinstance(value, list):
        for item in value:
            yield from words(item)
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value)


def shown(tables):
    """Write everything the tables show as one text: headings, cells, and what stands in cells of JSON."""
    frames = (tables.leads, tables.vehicles, tables.errors, tables.bulks)
    cells = [str(cell) for frame in frames for name in frame for cell in (name, *frame[name].dropna())]
    return "\n".join([*cells, *(word for cell in cells for word in words(unpacked(cell)))]).casefold()


def unpacked(cell):
    """Read a cell of JSON text."""
    try:
        value = json.loads(cell, parse_float=str)
    except ValueError:
        return None
    return value if isinstance(value, list | dict) else None


def spellings(word):
    """Yield a word as it came and as a column of numbers or dates may show it."""
    yield word.strip().casefold()
    with suppress(ValueError, OverflowError):
        yield str(int(float(word)))
        yield str(float(word))
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(word.strip())
        yield str(moment.date())
        yield str(moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(RIYADH).date())


@given(anything | replies)
@patient
def test_any_json_is_tables_or_an_error_of_ours(reply):
    """Whatever the types, keys and nesting."""
    with suppress(LeadsError):
        assert build(decode(encoded(reply))).leads.columns.is_unique


@given(
    st.binary(max_size=60)
    | replies.map(encoded).flatmap(lambda whole: st.integers(0, len(whole)).map(lambda at: whole[:at]))
)
@patient
def test_any_bytes_are_tables_or_an_error_of_ours(content):
    """Also noise, and replies that were cut off."""
    with suppress(LeadsError, NotJsonError):
        assert build(decode(content)).leads.columns.is_unique


@given(replies)
@patient
def test_row_counts_add_up(reply):
    """Each lead, vehicle and error is in its table and counted at its owner; nothing received is missing."""
    tables = build(decode(encoded(reply)))
    received = [lead for bulk in listed(reply) for lead in bulk.get("leads") or ()]
    assert tables.leads["vehicleCount"].sum() == len(tables.vehicles)
    assert tables.leads["errorCount"].sum() == len(tables.errors)
    assert len(tables.leads) <= tables.bulks["leadCount"].sum() <= len(received)
    assert (tables.bulks["errorLeadCount"] <= tables.bulks["leadCount"]).all()
    assert len({json.dumps(lead, sort_keys=True) for lead in received if not _is_numbered(lead)}) <= len(tables.leads)
    assert {lead["leadExternalId"] for lead in received if _is_numbered(lead)} <= set(tables.leads["leadExternalId"])


def _is_numbered(lead):
    number = lead.get("leadExternalId")
    return type(number) is int and 0 < number < 2**63


@given(replies)
@patient
def test_columns_and_types_are_those_of_the_schema_unless_strays_are_among_them(reply):
    """A column has its type or holds objects: values of that type, and the text of each stray."""
    tables = build(decode(encoded(reply)))
    for table, kinds in KINDS.items():
        frame = getattr(tables, table)
        assert list(frame.columns[: len(kinds)]) == list(kinds)
        assert len({name.casefold() for name in frame.columns}) == len(frame.columns)
        for name, kind in kinds.items():
            is_typed = str(frame[name].dtype) == DTYPES[kind].format(zone="Asia/Riyadh")
            strays = [value for value in frame[name].dropna() if isinstance(value, str)]
            assert is_typed or (frame[name].dtype == object and strays and kind != "text")


@given(st.lists(bulks, max_size=3))
@patient
def test_every_text_of_the_reply_is_in_the_tables(reply):
    """Once each lead is its own and each bulk too: nothing that was said is lost."""
    for number, bulk in enumerate(reply):
        bulk["createdBy"] = number
        for place, lead in enumerate(bulk.get("leads") or ()):
            lead["leadExternalId"] = number * 10 + place + 1
    text = shown(build(decode(encoded(reply))))
    assert [word for word in words(reply) if not any(way in text for way in spellings(word))] == []


@given(st.lists(replies, min_size=1, max_size=3))
@patient
def test_windows_joined_are_what_one_reply_of_all_bulks_is(windows):
    """Row for row, however the bulks were spread over replies."""
    parts = [flatten(decode(encoded(reply)), RIYADH) for reply in windows]
    apart = join(parts, zone=RIYADH)
    together = build(decode(encoded([bulk for reply in windows for bulk in listed(reply)])))
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(apart, table), getattr(together, table))
    assert apart.warnings == together.warnings
