"""The list over 20,000 leads whose persons are known: against the rule told one by one, and against who they are."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from consent_oracle import FIELDS, Said, reason
from labelled_leads import Labelled

from leads_excel.consents.contact_list import contact_list
from leads_excel.kpis.facts.persons import person_keys

pytestmark = pytest.mark.slow

DIGITS = {ord(char): str(number) for number, char in enumerate("٠١٢٣٤٥٦٧٨٩")}
NOBODY = ("test", "none", "noreply")


def phone_of(lead):
    """Read a Saudi mobile number; an office's number on land is valid too."""
    digits = re.sub(r"\D", "", (lead["phoneNumber"] or "").translate(DIGITS))
    found = re.fullmatch(r"(?:00966|966)?0?(5\d{8}|11[45]\d{6})", digits)
    return f"+966{found[1]}" if found and len({*found[1]}) > 1 else None


def mail_of(lead):
    """Read an e-mail address that is somebody's."""
    text = (lead["email"] or "").strip().lower()
    found = re.fullmatch(r"([^@ ]+)@[^@ .]+(\.[^@ .]+)+", text)
    return text if found and found[1] not in NOBODY else None


@pytest.fixture(scope="module", params=["as they come", "with strangers"])
def people(request):
    """Draw the leads; in half of the cases offices and families share phones and addresses."""
    labelled = Labelled(20_000)
    if request.param == "with strangers":
        labelled.spoil()
    tables = labelled.tables()
    sent = {lead["leadExternalId"]: lead for bulk in labelled.bulks for lead in bulk["leads"] or ()}
    last = tables.leads[["leadExternalId", "bulkCreatedDate", "isError"]].itertuples(index=False)
    said = [
        Said(place, moment.value, phone_of(sent[number]), mail_of(sent[number]), False, not is_error, sent[number])
        for place, (number, moment, is_error) in enumerate(last)
    ]
    return tables, said, labelled.person


@pytest.mark.parametrize("purpose", FIELDS)
def test_nobody_is_listed_without_consent(people, purpose):
    """None of those listed lacks a last yes or has a later no under an address, and nobody who agreed is missing."""
    tables, said, _ = people
    of_who, of_mail = defaultdict(list), defaultdict(list)
    for each in said:
        of_who[each.who].append(each)
        of_mail[each.mail].append(each)
    of_who.pop(None)
    why = {}
    for who, mine in of_who.items():
        near = {id(each): each for mail in {each.mail for each in mine if each.mail} for each in of_mail[mail]}
        why[who] = reason([*(near | {id(each): each for each in mine}).values()], who, purpose)

    listed = {*contact_list(tables, purpose)["customer"]}

    agreed = {*person_keys([who for who, found in why.items() if found == "listed"])}
    print(
        f"{purpose}: {len(said)} leads, {len(of_who)} customers, {len(listed)} listed, {len(listed - agreed)} wrongly"
    )
    assert len(said) == pytest.approx(20_000, rel=0.05)
    assert listed - agreed == set()
    assert agreed - listed == set()
    assert len(listed) > 5_000


@pytest.mark.parametrize("purpose", FIELDS)
def test_whose_refusal_is_missed_left_no_address_with_it(people, purpose):
    """By who people are, four of a thousand at most said no last, none of them under a phone or address of theirs."""
    tables, said, person = people
    of_person = defaultdict(list)
    for each in said:
        if each.answer(purpose) is not None:
            of_person[person[each.keys["leadExternalId"]]].append(each)
    frame = contact_list(tables, purpose)
    missed = known = 0
    for record in frame["yesRecord"]:
        answers = sorted(of_person[person[record]], key=lambda each: (each.moment, each.place))
        refusal = answers[-1]
        if refusal.answer(purpose):
            continue
        missed += 1
        own = next(each for each in answers if each.keys["leadExternalId"] == record)
        theirs = {address for each in answers if each.who == own.who for address in (each.phone, each.mail)} - {None}
        known += bool(theirs & {refusal.phone, refusal.mail})

    print(f"{purpose}: {len(frame)} listed, {missed} of them said no last, {known} under an address of theirs")
    assert known == 0
    assert missed <= 0.004 * len(frame)
