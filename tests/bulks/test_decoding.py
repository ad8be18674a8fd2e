"""Replies as bytes -> bulks: what is JSON, what is made of bulks, and that both roads end in the same records."""

import json
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest

from leads_excel.bulks.decoding import NOT_VEHICLES, NotJsonError, as_bulk, decode, leads_of
from leads_excel.bulks.flattening import flatten
from leads_excel.exceptions import ApiReplyError

LEAD = {"leadExternalId": 574, "leadId": 0, "firstName": "نورة", "vehicles": [{"modelFamily": "RIO", "totalQty": 1}]}
BULK = {"leads": [LEAD], "createdDate": "2025-08-24T21:00:00.000Z", "createdBy": 1, "isProcessed": 2}


def encoded(value):
    """Write JSON as the API does."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def leads_in(content):
    """Decode a reply and read its leads."""
    return leads_of([lead for bulk in decode(content) for lead in bulk.leads or ()], lambda at: f"lead {at}")


@pytest.mark.parametrize("content", [b"", b"  \r\n", b"null", b" null ", b"[]", b"\xef\xbb\xbf", b"\xef\xbb\xbfnull"])
def test_a_reply_of_nothing_has_no_bulks(content):
    """An empty body, `null` and an empty array are all no bulks."""
    assert decode(content) == []


def test_one_bulk_and_an_array_of_it_are_the_same():
    """A reply is one bulk or an array of bulks."""
    assert decode(encoded(BULK)) == decode(encoded([BULK]))


def test_a_byte_order_mark_is_skipped():
    """Some servers send a mark that JSON does not allow."""
    assert decode(b"\xef\xbb\xbf" + encoded(BULK)) == decode(encoded(BULK))


def test_the_head_of_a_bulk_is_read_at_once():
    """State and date of a bulk are there before any lead is read; a key that is missing is None."""
    (bulk,) = decode(encoded(BULK))
    assert (bulk.createdDate, bulk.createdBy, bulk.isProcessed, bulk.totalRecords) == (BULK["createdDate"], 1, 2, None)


@pytest.mark.parametrize("leads", [{}, {"leads": None}, {"leads": []}])
def test_leads_may_be_missing_null_or_empty(leads):
    """A bulk without leads is a bulk."""
    (bulk,) = decode(encoded({"createdDate": "2026-08-03T09:00:00.000Z", "isProcessed": 4, **leads}))
    assert not bulk.leads


@pytest.mark.parametrize(
    "content",
    [
        b"<html>504</html>",
        b'{"leads":[',
        b'[{"createdBy":1}',
        b'{"createdBy":1}{',
        b"{'createdBy':1}",
        b'{"createdBy":01}',
        b'{"createdBy":"\xff"}',
        "[]".encode("utf-16"),
    ],
)
def test_what_is_not_json_is_said_to_be_so(content):
    """A page for people, a cut-off body, bytes that are not UTF-8: worth another try, so an error of its own."""
    with pytest.raises(NotJsonError):
        decode(content)


def test_every_way_to_cut_a_reply_off_is_noticed():
    """No part of a reply passes for a whole one."""
    content = encoded([BULK])
    for size in range(1, len(content)):
        with pytest.raises(NotJsonError):
            decode(content[:size])


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (5, "bulk 1 is a number, not an object"),
        ("x", "bulk 1 is text, not an object"),
        ([BULK, True], "bulk 2 is true or false, not an object"),
        ([[BULK]], "bulk 1 is a list, not an object"),
        ([None], "bulk 1 is null, not an object"),
        ({"leads": LEAD}, "leads of bulk 1 is an object, not a list"),
        ({"leads": "none"}, "leads of bulk 1 is text, not a list"),
    ],
)
def test_json_that_is_not_made_of_bulks_is_refused(reply, said):
    """The message says what was found where."""
    with pytest.raises(ApiReplyError, match=said):
        decode(encoded(reply))


@pytest.mark.parametrize("lead", [None, 5, "x", [LEAD], True])
def test_a_lead_that_is_no_object_is_refused(lead):
    """So does that of a lead, and it does not show what the lead holds."""
    with pytest.raises(ApiReplyError, match=r"lead 1 is .*, not an object"):
        leads_in(encoded({"leads": [LEAD, lead]}))


def test_a_lead_as_json_in_text_is_not_a_lead():
    """Plain objects and raw JSON are never taken for each other."""
    with pytest.raises(ApiReplyError, match="is text"):
        leads_of(as_bulk({"leads": [json.dumps(LEAD)]}).leads, lambda at: f"lead {at}")


def test_bytes_that_are_not_utf_8_are_refused():
    """A lead whose bytes are garbled is named."""
    with pytest.raises(ApiReplyError, match="lead 0 is not text in UTF-8"):
        leads_in(b'{"leads":[{"firstName":"\xff"}]}')


def nested(key, shape, depth):
    """Write a reply with a lead that nests lists or objects under a key."""
    opening, closing = shape.split("%s")
    return b'{"leads":[{"%b":%b}]}' % (key.encode(), (opening * depth + "1" + closing * depth).encode())


@pytest.mark.parametrize("shape", ["[%s]", '{"a":%s}'])
@pytest.mark.parametrize("key", ["firstName", "errorList", "vehicles", "news"])
def test_deep_nesting_is_refused(shape, key):
    """A value nested too deeply to be read is refused in one sentence."""
    with pytest.raises(ApiReplyError, match="too deeply"):
        leads_in(nested(key, shape, 200_000))


@pytest.mark.parametrize("shape", ["[%s]", '{"a":%s}'])
@pytest.mark.parametrize("key", ["firstName", "errorList", "vehicles", "news"])
@pytest.mark.parametrize("depth", [100, 490, 900, 980, 5_000])
def test_depth_near_the_limits_never_crashes(shape, key, depth):
    """Whatever depth this Python can read, flattening copes with or refuses likewise."""
    with suppress(ApiReplyError):
        flatten(decode(nested(key, shape, depth)), ZoneInfo("UTC"))


def test_both_roads_end_in_the_same_record():
    """A lead of the page reads the same alone and beside a lead that needs the slower road."""
    odd = {"leadExternalId": 1, "news": 1}
    assert leads_in(encoded({"leads": [LEAD, odd]}))[0] == leads_in(encoded({"leads": [LEAD]}))[0]


@pytest.mark.parametrize("odd", [{}, {"news": 1}, {"leadNote": "\ud800"}])
def test_of_a_repeated_key_the_last_value_counts(odd):
    """On both roads, as for every JSON reader."""
    content = encoded({**odd, "leadId": 1, "twice": 1}).replace(b'"twice"', b'"leadId"').replace(b":1}", b":2}")
    (lead,) = leads_in(b'{"leads":[%b]}' % content)
    assert lead.leadId == 2


def test_unknown_keys_are_kept_apart():
    """Of bulks, leads and vehicles."""
    vehicle = {"modelFamily": "RIO", "colour": "red"}
    content = encoded({"createdBy": 1, "channel": "web", "leads": [{"leadId": 1, "score": 7, "vehicles": [vehicle]}]})
    (bulk,), (lead,) = decode(content), leads_in(content)
    assert (bulk.extra, lead.extra, lead.vehicles[0].extra) == ({"channel": "web"}, {"score": 7}, {"colour": "red"})


@pytest.mark.parametrize("value", [{"a": 1}, "x", 5])
def test_no_key_of_the_api_is_taken_for_our_own_note(value):
    """The field for unknown keys is never filled by a key of its name."""
    for key in ("extra", "\ue000extra"):
        (lead,) = leads_in(encoded({"leads": [{key: value}]}))
        assert lead.extra == {key: value}


@pytest.mark.parametrize(
    ("vehicles", "count", "kept"),
    [
        (None, None, None),
        ([], 0, None),
        ({"modelFamily": "RIO"}, 1, None),
        ([None, {"modelFamily": "RIO"}], 1, None),
        ("RIO", 0, "RIO"),
        (["RIO", {"modelFamily": "K5"}], 1, ["RIO", {"modelFamily": "K5"}]),
        ([[{"modelFamily": "RIO"}]], 0, [[{"modelFamily": "RIO"}]]),
        (7, 0, 7),
    ],
)
def test_vehicles_in_every_shape(vehicles, count, kept):
    """A single vehicle counts as a list of one; what is no vehicle is kept whole."""
    (lead,) = leads_in(encoded({"leads": [{"vehicles": vehicles}]}))
    assert (lead.vehicles if lead.vehicles is None else len(lead.vehicles)) == count
    assert (lead.extra or {}).get(NOT_VEHICLES) == kept


@pytest.mark.parametrize("literal", [b"NaN", b"Infinity", b"-Infinity"])
def test_numbers_that_json_has_no_words_for_keep_their_name(literal):
    """What some servers write for no number is text."""
    (lead,) = leads_in(b'{"leads":[{"leadNote":%b}]}' % literal)
    assert lead.leadNote == literal.decode()


@pytest.mark.parametrize(
    "literal", ["5000.00", "1e400", "0.12345678901234567890123", "1e99999999999999999999", "9" * 40, "9" * 5000, "-0.0"]
)
@pytest.mark.parametrize("more", ["", ',"news":1', ',"leadNote":"\\ud800"'])
def test_numbers_keep_every_digit(literal, more):
    """A number that a float would round is kept as it was written, on both roads."""
    (lead,) = leads_in(f'{{"leads":[{{"monthlyIncome":{literal}{more}}}]}}'.encode())
    assert str(lead.monthlyIncome).lower().replace("+", "") == literal
