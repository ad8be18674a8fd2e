"""What a message says of the lead it is about: its own words, wherever they occur."""

from __future__ import annotations

import pandas as pd
import pytest
from few_leads import Desk, bulk, lead, session
from hypothesis import given, settings
from hypothesis import strategies as st

import leads_excel as lx
from leads_excel.fetching.session import use
from leads_excel.functions.listings import lead_errors
from leads_excel.schema import own_words
from leads_excel.schema.columns import LEADS
from leads_excel.schema.masking import MASK, wording
from leads_excel.schema.own_words import is_personal, without_own
from leads_excel.schema.spelling import alike
from leads_excel.tables.lead_tables import build
from leads_excel.tables.reasons import reasons

OWN = {
    "firstName": "Zaphodxyz",
    "lastName": "Al Jabr",
    "contactName": "Trillian O'Brien",
    "companyName": "Najd Trading Company",
    "email": "marvin.robot@heartofgold.example",
    "phoneNumber": "512345677",
    "address1": "King Fahd Road 12, Olaya District",
    "leadReference": "REFxQ-77",
    "leadNote": "Please call my brother Ford after nine; urgent",
    "leadName": "Order of Arthur Dent",
    "newKey": "SECRETVAL",
}


def left(message, **own):
    """Mask a message about a lead."""
    beside = pd.DataFrame({name: pd.Series([value], dtype="string") for name, value in (own or OWN).items()})
    return wording(pd.Series([message]), beside)[0]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("phone 512345677 of 'Zaphodxyz' / Zaphodxyz mail invalid", "phone ••• of ••• / ••• mail invalid"),
        ("ZAPHODXYZ exists, zaphodxyz too", "••• exists, ••• too"),
        ("Zaphodxyz2 and Zaphodxyz_mail are taken", "••• and •••_mail are taken"),
        ("Zaphodxyz's record of Jabr is closed", "•••'s record of ••• is closed"),
        ("Zaphodxyz Al Jabr is on the list", "••• is on the list"),
        ("Jabr-Zaphodxyz or Jabr.Zaphodxyz is taken", "••• or ••• is taken"),
        ("Trillian is no contact, O'Brien is", "••• is no contact, ••• is"),
        ("Company name Najd is unknown", "Company name ••• is unknown"),
        ("Najd Trading Company is unknown", "••• is unknown"),
        ("mailbox marvin.robot is full", "mailbox ••• is full"),
        ("mailbox Marvin of HEARTOFGOLD is full", "mailbox ••• of ••• is full"),
        ("write to marvin.robot@heartofgold.example now", "write to ••• now"),
        ("No such place: King Fahd Road", "No such place: •••"),
        ("No such place: olaya district.", "No such place: •••."),
        ("Road is mandatory", "Road is mandatory"),
        ("Reference refxq-77 was used", "Reference ••• was used"),
        ("Note 'x' says call my brother Ford", "Note ••• says •••"),
        ("Order of Arthur Dent: dent is open", "•••: dent is open"),
        ("Value SECRETVAL is not allowed", "Value ••• is not allowed"),
        ("Branch is mandatory", "Branch is mandatory"),
        ("Zaphodxyzs is another", "Zaphodxyzs is another"),
    ],
)
def test_own_words_are_masked_and_no_others(message, told):
    """In quotes or not, in any case, in part; what is not the lead's stays readable."""
    assert left(message) == told


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("العميلة سارة موجودة", "العميلة ••• موجودة"),
        ("البريد لسارة غير صحيح", "البريد ••• غير صحيح"),
        ("الاسم ساره مكرر", "الاسم ••• مكرر"),
        ("ابراهيم و سارة", "••• و •••"),
    ],
)
def test_arabic_names_are_found_in_other_letter_forms(message, told):
    """Also where a preposition is written together with them."""
    assert left(message, firstName="سارة", lastName="إبراهيم") == told


@pytest.mark.parametrize("name", [column.name for column in LEADS if column.sensitive])
def test_every_personal_field_is_looked_for(name):
    """Whatever the schema calls personal is masked, by itself or as a number."""
    value = "98765" if not is_personal(name) else "Qwxyzab Uvwklmn"

    assert value not in left(f"The value {value} is wrong", **{name: value})
    assert value not in left(f"The value {value.upper()} is wrong", **{name: value})


def test_short_and_common_words_tell_nothing():
    """They would stand in half of all messages."""
    own = {"firstName": "Is", "companyName": "The Company", "email": "info@gmail.com"}

    assert left("Company is not the info of mail", **own) == "Company is not the info of mail"


def test_the_words_of_the_dms_are_no_secret():
    """A note that says nothing but Lead leaves the reason as it is, so that leads of one reason stay together."""
    assert left("Lead already exists with id 5", leadNote="Lead", leadName="Model", lastName="Branch") == (
        "Lead already exists with id •••"
    )


def test_each_message_is_looked_at_with_its_own_lead():
    """The name of another lead is a word like any other."""
    beside = pd.DataFrame({"firstName": ["Sara", "Omar", None]})

    assert without_own(["Sara, Omar"] * 3, beside) == ["•••, Omar", "Sara, •••", "Sara, Omar"]


PIECES = (
    "Sara",
    "sar",
    "ra",
    "O'Brien",
    "سارة",
    "ســاره",
    "12",
    "1234",
    "@",
    ",",
    "؛",
    " ",
    "-",
    "ŉa",
    "ß",
    "x",
    "Fahd",
)
texts = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=6))
def test_a_value_that_is_dismissed_at_a_glance_stands_in_no_message(rows):
    """Of many messages and values those are masked that are masked one by one, with a look at everything."""
    messages = [message for message, _, _ in rows]
    beside = pd.DataFrame(rows, columns=["message", "firstName", "address1"]).drop(columns="message")
    told = without_own(messages, beside)

    owns = [[own_words._own(first, True), own_words._own(place, False)] for _, first, place in rows]
    said = [
        [own for own in own_of if own_words._says(alike(text), tuple(own.traces))]
        for text, own_of in zip(messages, owns, strict=True)
    ]
    assert told == [own_words._masked(*each) if each[1] else each[0] for each in zip(messages, said, strict=True)]


@pytest.fixture
def tables():
    """Make one rejected lead with all its words in the message."""
    text = (
        "phone 512345677 of Zaphodxyz / Al Jabr, Najd, REFxQ-77, SECRETVAL, King Fahd Road: mail marvin.robot invalid"
    )
    bulks = [bulk("2026-08-03", lead(1, isError=1, errorList=[text], **OWN))]
    use(session(Desk(*bulks)))
    yield build(bulks)
    use(None)


def test_every_place_that_shows_messages_masks_them(tables):
    """Reasons, the list of errors whatever its columns, key figures by reason, the top reasons."""
    words = ("512345677", "Zaphodxyz", "Jabr", "Najd", "REFxQ", "SECRETVAL", "Fahd", "marvin")
    shown = [
        *reasons(tables).tolist(),
        *lead_errors("2026-08-03")["message"].tolist(),
        *lead_errors("2026-08-03", None, "message")["message"].tolist(),
        *lx.leads_by("reason", "2026-08-03")["reason"].tolist(),
        *lx.leads_list("reason", "2026-08-03")["reason"].tolist(),
        *lx.kpis.top_reasons(tables)["reason"].tolist(),
    ]

    assert len(set(shown)) == 1
    assert [word for word in words if word in shown[0]] == []
    assert "Zaphodxyz" in lead_errors("2026-08-03", None, "message", None, "pii=reveal")["message"][0]


@pytest.mark.slow
@pytest.mark.timeout(30)  # what tries every way to split a text takes hours
@pytest.mark.parametrize(
    "text",
    ["x", "x ", "@", "x@", "'", '"', "«", "\u2018", "1 (", "1", " ", "Sara ", "sar", "• ", ", ", "-", "x.", "@x@"],
)
def test_long_messages_are_masked_in_no_time(text):
    """Two hundred of 2,000 characters, and one of 200,000, of whatever they consist."""
    many = pd.Series([text * (2000 // len(text)) + str(number) for number in range(200)])
    long = pd.Series([text * (200_000 // len(text))])
    own = pd.DataFrame({"firstName": ["Sara"] * 200, "leadNote": many, "address1": many.str[::-1]})

    assert wording(many, own).notna().all()
    assert wording(long, own[:1]).notna().all()


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("phone 5 of 'Zaphodxyz' / Zaphodxyz mail a@b.c invalid", "phone ••• of ••• / ••• mail ••• invalid"),
        ('ZAPHODXYZ: see "Zaphodxyz Beeble", Mr Beeble', "•••: see •••, Mr •••"),
        ("«نورة العتيبي» مكرر: العتيبي موجود", "••• مكرر: ••• موجود"),
        ("\u201cSara\u201d and \u2018Omar\u2019: Omar, Sara", "••• and •••: •••"),
        ("'phone' is no phone", "••• is no phone"),
        ("the customer's phone and the dealer's phone", "the customer•••s phone"),
        ("Sara's number is Sara", "Sara's number is Sara"),
    ],
)
def test_what_a_message_quotes_is_masked_where_it_says_it_again(message, told):
    """Also of a lead that the message is not about; an apostrophe is no quote, a word of the API no name."""
    assert wording(pd.Series([message]))[0] == told


def test_a_message_that_is_missing_stays_missing():
    """And an empty one empty."""
    told = wording(pd.Series(["", pd.NA, "Sara"], dtype="string"), pd.DataFrame({"firstName": ["Sara"] * 3}))

    assert told.fillna("none").tolist() == ["", "none", MASK]
