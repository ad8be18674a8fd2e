"""Who is in the list of a purpose and who is not, over histories of consent, against the rule told one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from consent_oracle import FIELDS, Said, last, latest, reached, reason
from few_leads import RIYADH, bulk, lead
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leads_excel import kpis
from leads_excel.consents.contact_list import contact_list, left_out
from leads_excel.consents.judging import REASONS
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.tables.lead_tables import build

PHONES = {"500000001": "+966500000001", "0500000002": "+966500000002", "500": None, "": None, None: None}
MAILS = {
    "a.b@c.de": "a.b@c.de",
    " A.B@C.de": "a.b@c.de",
    "x@y.org": "x@y.org",
    "test@c.de": None,
    "-": None,
    None: None,
}
TYPED = {"500", "test@c.de"}
ANSWERS = st.sampled_from([True, True, False, None])
PEOPLE = {
    "phoneNumber": st.sampled_from(list(PHONES)),
    "email": st.sampled_from(list(MAILS)),
    "preferredContactType": st.sampled_from(["Phone", "WhatsApp", "Email", "Fax", "", None]),
    "isError": st.sampled_from([0, 0, 0, 1]),
    **dict.fromkeys(FIELDS.values(), ANSWERS),
}
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["2026-08-03", "2026-08-04", "2026-08-05", ""]),
        st.sampled_from([4, 4, 4, 2]),
        st.lists(st.fixed_dictionaries(PEOPLE), min_size=1, max_size=4),
    ),
    max_size=7,
)


def made(history):
    """Make the tables of a history, and its leads as the rule sees them, in the order in which they stand there."""
    numbered = iter(range(1, 1000))
    bulks, states, keys = [], {}, {}
    for day, state, people in history:
        leads = [lead(next(numbered), **person) for person in people]
        bulks.append(bulk(day, *leads, isProcessed=state, **({} if day else {"createdDate": None})))
        for each in leads:
            number = each["leadExternalId"]
            keys[number] = each
            states[number] = (int(day[-2:]) if day else None, not each["isError"] and state == 4)
    tables = build(bulks, zone=RIYADH)
    said = []
    for place, number in enumerate(tables.leads["leadExternalId"].tolist()):
        each = keys[number]
        phone, mail = PHONES[each["phoneNumber"]], MAILS[each["email"]]
        typed = bool(TYPED & {each["phoneNumber"], each["email"]})
        moment, accepted = states[number]
        said.append(Said(place, moment, phone, mail, typed, accepted, each))
    return tables, said


PERSON = {
    **dict.fromkeys(FIELDS.values(), True), "phoneNumber": "500000001", "email": "x@y.org", "isError": 0,
    "preferredContactType": None,
}  # fmt: skip
NO = {**PERSON, "acceptMarketing": False, "phoneNumber": None}
BY_PHONE_ONLY = {**PERSON, "email": None}

TAKEN_BACK_AND_GIVEN_AGAIN = [
    ("2026-08-03", 4, [PERSON]), ("2026-08-04", 4, [NO]), ("2026-08-05", 4, [{**NO, "acceptMarketing": True}]),
]  # fmt: skip
"""A no under the address that somebody else took back there: the yes under the phone is older than it."""

NO_AT_THE_SAME_MOMENT = [
    ("2026-08-03", 4, [PERSON, NO]), ("2026-08-05", 4, [{**NO, "acceptMarketing": True}]),
]  # fmt: skip

NO_IS_THE_LAST_WORD = [
    ("2026-08-03", 4, [{**PERSON, "acceptMarketing": False}]), ("2026-08-04", 4, [BY_PHONE_ONLY]),
]  # fmt: skip
"""A yes without the address may be meant to undo the no there, or may not."""

UNKNOWN_YES = [("", 4, [PERSON]), ("2026-08-03", 4, [NO]), ("2026-08-04", 4, [{**NO, "acceptMarketing": True}])]


@pytest.mark.slow
@given(history=HISTORIES, purpose=st.sampled_from(list(FIELDS)))
@example(history=TAKEN_BACK_AND_GIVEN_AGAIN, purpose="marketing")
@example(history=NO_AT_THE_SAME_MOMENT, purpose="marketing")
@example(history=NO_IS_THE_LAST_WORD, purpose="marketing")
@example(history=UNKNOWN_YES, purpose="marketing")
@example(history=[("2026-08-03", 4, [PERSON]), ("2026-08-03", 4, [NO])], purpose="marketing")
@example(history=[], purpose="privacy")
@settings(max_examples=150)
def test_only_who_agreed_is_listed(history, purpose):
    """Nobody without consent, everybody with it, each as the rule says, and the reasons add up."""
    tables, said = made(history)
    people = {each.who: [one for one in said if one.who == each.who] for each in said if each.who}
    why = {who: reason(said, who, purpose) for who in people}
    wanted = [who for who in people if why[who] == "listed"]

    frame = contact_list(tables, purpose)

    rows = dict(zip(frame["customer"], frame.to_dict("records"), strict=True))
    assert set(rows) == set(person_keys(wanted))
    assert len(frame) == len(wanted)
    for who, key in zip(wanted, person_keys(wanted), strict=True):
        row, mine = rows[key], people[who]
        assert (row["channel"], row["address"]) == reached(mine)
        assert row["yesRecord"] == last(mine, purpose).keys["leadExternalId"]
        assert row["privacyRecord"] == last(mine, "privacy").keys["leadExternalId"]
        assert row["leads"] == len(mine)
        assert row["leadExternalId"] == latest(mine).keys["leadExternalId"]
        assert_nobody_says_no_since(row, mine, said, purpose)
    nobody = Counter("no valid channel" if each.typed else "anonymous" for each in said if not each.who)
    counts = left_out(tables, purpose, None, np.ones(len(said), bool)).set_index("reason")["count"]
    assert counts[counts > 0].to_dict() == {**Counter(why.values()), **nobody}
    if purpose == "marketing":
        assert kpis.marketable_customers(tables).value == len(frame)


def assert_nobody_says_no_since(row, mine, said, purpose):
    """The words of the list itself: no later no under any of the customer's addresses; no unknown one either."""
    mails = {each.mail for each in mine if each.mail}
    for name, field in (("yesAt", FIELDS[purpose]), ("privacyAt", FIELDS["privacy"])):
        yes = row[name].day if row[name] == row[name] else 0  # NaT is no day, and before all days
        for each in said:
            if each.keys[field] is False and (each.phone == mine[0].phone is not None or each.mail in mails):
                assert each.moment is not None
                assert each.moment < yes


def test_every_reason_is_met():
    """A handful of customers, each left out by one, so that no reason of the table is only words."""
    silent = {**BY_PHONE_ONLY, "acceptMarketing": None}
    people = [
        {**BY_PHONE_ONLY, "phoneNumber": "500000011"},
        {**silent, "phoneNumber": "500000012"},
        {**BY_PHONE_ONLY, "phoneNumber": "500000013", "acceptMarketing": False},
        {**BY_PHONE_ONLY, "phoneNumber": "500000014", "acceptPrivatePolicy": None},
        {**PERSON, "phoneNumber": "500000015"},
        {**BY_PHONE_ONLY, "phoneNumber": "500000016", "isError": 1},
        {**BY_PHONE_ONLY, "phoneNumber": "50"},
        {**BY_PHONE_ONLY, "phoneNumber": ""},
        {**NO, "email": "x@y.org"},
    ]
    tables = build([bulk("2026-08-03", *(lead(number, **keys) for number, keys in enumerate(people, 1)))])

    counts = left_out(tables, "marketing", None, np.ones(len(people), bool))

    assert counts["reason"].tolist() == [each.name for each in REASONS]
    assert counts["count"].tolist() == [1, 1, 2, 1, 1, 1, 0, 1, 1]
    assert left_out(tables, "marketing", None, np.ones(9, bool), arabic=True)["reason"][0] == REASONS[0].arabic
