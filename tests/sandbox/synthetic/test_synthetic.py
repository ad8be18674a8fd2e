"""The simulated DMS's data: the page's keys and types, realistic shares, and what happens to leads as time passes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise

import pytest

from leads_excel.sandbox import Sandbox
from leads_excel.schema.columns import LEADS

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
QUARTER = (date(2026, 5, 1), date(2026, 7, 31))
RIYADH = timedelta(hours=3)

TEXT, FLAG, WHOLE = (str, type(None)), (bool, type(None)), (int,)
KEYS = {
    "leadExternalId": WHOLE,
    "leadId": WHOLE,
    "isError": WHOLE,
    "errorList": (type(None), str, list, dict),
    **dict.fromkeys(
        (
            "leadType", "title", "gender", "nationality", "firstName", "middleName", "lastName", "contactName",
            "companyName", "companyIndustryType", "dateOfBirth", "occupation", "customerCountry", "customerRegion",
            "customerCity", "address1", "address2", "phoneCode", "phoneNumber", "email", "monthlyIncome",
            "preferredLanguage", "preferredContactType", "company", "brand", "businessArea", "branch", "leadDate",
            "interest", "source", "subSource", "leadName", "leadReference", "leadNote", "vehicleType",
        ),
        TEXT,
    ),
    "vehicles": (list, type(None)),
    **dict.fromkeys(("purchasePlan", "paymentMode", "currency", "priority"), TEXT),
    **dict.fromkeys(("testDriveRequired", "acceptNewsLetter", "acceptMarketing", "acceptPrivatePolicy"), FLAG),
}  # fmt: skip
"""The keys of the API page's sample in its order, and the types they may have."""

VEHICLE_KEYS = {
    "leadVehiclesId": WHOLE,
    "modelFamily": TEXT,
    "modelYear": (int, type(None)),
    "modelMemo": TEXT,
    "modelPreferences": TEXT,
    "totalQty": WHOLE,
}
BULK_KEYS = ["leads", "createdDate", "createdBy", "totalRecords", "errorRecords", "isProcessed"]


def bulks(first, last, *, now=NOW, **options):
    """All bulks of business days."""
    return week_by_week(Sandbox(now=lambda: now, interval="half-open", shape="array", **options), first, last)


def week_by_week(dms, first, last):
    """All bulks of business days, in requests of seven days."""
    found, day = [], first
    while day <= last:
        end = min(day + timedelta(days=7), last + timedelta(days=1))
        query = "&".join(
            f"{name}={datetime(at.year, at.month, at.day) - RIYADH:%Y-%m-%dT%H:%M:%S}.000Z"  # noqa: DTZ001  Riyadh
            for name, at in (("fromDate", day), ("toDate", end))
        )
        found += json.loads(dms.answer("GET", f"/gs/v1/leads/bulks?{query}", {}).body)
        day = end
    return found


@pytest.fixture(scope="module")
def quarter():
    """The bulks of three months that are over."""
    return bulks(*QUARTER)


@pytest.fixture(scope="module")
def leads(quarter):
    """Their leads."""
    return [lead for bulk in quarter for lead in bulk["leads"] or []]


@pytest.fixture(scope="module")
def accepted(leads):
    """Those that the DMS accepted."""
    return [lead for lead in leads if lead["leadId"]]


@pytest.fixture(scope="module")
def rejected(leads):
    """Those that the DMS rejected."""
    return [lead for lead in leads if lead["isError"]]


def share(chosen, everything):
    """The share of the chosen ones."""
    return len(list(chosen)) / len(everything)


def moment(bulk):
    """When a bulk was created, in business time."""
    return datetime.fromisoformat(bulk["createdDate"]) + RIYADH


def digits(lead):
    """The last nine digits of a phone number, which tell people apart however it is written."""
    number = "".join(str(int(sign)) for sign in lead["phoneNumber"] or "" if sign.isdecimal())[-9:]
    return number if number.startswith("500") and len(number) == 9 else None


def test_a_lead_has_the_keys_of_the_page_in_its_order(leads):
    """Every lead has exactly the keys of the sample, in its order, and each has its column."""
    columns = [column.name for column in LEADS if column.name not in ("vehicleCount", "errorCount", "bulkCreatedDate")]
    hint = (
        "let leads_excel/sandbox/synthetic/leads.py send a new column, and name it in KEYS of "
        "tests/sandbox/synthetic/test_synthetic.py, run: pytest tests/sandbox"
    )

    assert [key for key in KEYS if key not in ("errorList", "vehicles")] == columns, hint
    assert all(list(lead) == list(KEYS) for lead in leads)


def test_a_lead_has_the_types_of_the_page(leads):
    """Every value has the type the sample shows, or is null where that is realistic."""
    wrong = {
        key
        for lead in leads
        for key, kinds in KEYS.items()
        if type(lead[key]) not in kinds or lead["isError"] not in {0, 1}
    }
    assert not wrong


def test_vehicles_have_the_keys_and_types_of_the_page(leads):
    """Every vehicle has the six keys of the sample, in its order and types."""
    vehicles = [vehicle for lead in leads for vehicle in lead["vehicles"] or []]
    assert all(list(vehicle) == list(VEHICLE_KEYS) for vehicle in vehicles)
    assert not {key for vehicle in vehicles for key, kinds in VEHICLE_KEYS.items() if type(vehicle[key]) not in kinds}


def test_bulks_have_the_keys_of_the_page(quarter):
    """Every bulk has the six keys of the sample, in its order, and a stamp with milliseconds."""
    assert all(list(bulk) == BULK_KEYS for bulk in quarter)
    assert all(len(bulk["createdDate"]) == len("2025-08-24T21:00:00.000Z") for bulk in quarter)


def test_dates_are_real_dates(leads):
    """A leadDate is an ISO date within days of the bulk; dateOfBirth one too, with the odd default of a system."""
    assert all(date(2026, 4, 20) < date.fromisoformat(lead["leadDate"]) < date(2026, 8, 3) for lead in leads)
    born = {date.fromisoformat(lead["dateOfBirth"]).year for lead in leads if lead["dateOfBirth"]}
    assert born - {1, 1900} <= set(range(1950, 2007))
    assert {1, 1900} <= born


def test_nobody_is_real(leads):
    """Phones stay in the block of the sample, e-mail addresses on example domains."""
    phones = {digits(lead) for lead in leads}
    assert len(phones) > len(leads) / 2
    domains = {lead["email"].lower().partition("@")[2] for lead in leads if "@" in (lead["email"] or "")}
    assert domains == {"example.com", "example.org", "", "b"}


def test_numbers_of_records_increase_and_are_not_shared(quarter):
    """Numbers grow from record to record; only a corrected record comes a second time, under its old number."""
    numbers = [lead["leadExternalId"] for bulk in quarter for lead in bulk["leads"] or []]
    fresh = [number for number, highest in zip(numbers, accumulate(numbers, max), strict=True) if number == highest]
    assert fresh == sorted(set(fresh))
    assert 0 < len(numbers) - len(fresh) < 0.02 * len(numbers)


def test_lead_and_vehicle_numbers_are_unique_per_record(leads):
    """A leadId belongs to one record, and so do the numbers of its vehicles."""
    owners = defaultdict(set)
    for lead in leads:
        owners["lead", lead["leadId"] or -lead["leadExternalId"]].add(lead["leadExternalId"])
        for vehicle in lead["vehicles"] or []:
            owners["vehicle", vehicle["leadVehiclesId"]].add(lead["leadExternalId"])
    assert all(len(numbers) == 1 for numbers in owners.values())


def test_the_mean_volume_is_what_was_asked_for():
    """Over a year the days add up to leads_per_day."""
    year = bulks(date(2025, 1, 1), date(2025, 12, 31), leads_per_day=20)
    assert sum(len(bulk["leads"] or []) for bulk in year) == pytest.approx(20 * 365, rel=0.05)


@pytest.mark.parametrize("volume", [0, 1, 2, 3, 2000])
def test_any_volume_works(volume):
    """None, a handful and thousands of leads a day are all possible."""
    week = bulks(date(2026, 6, 1), date(2026, 6, 7), leads_per_day=volume)
    count = sum(len(bulk["leads"] or []) for bulk in week)
    assert 7 * volume * 0.6 - 3 <= count <= 7 * volume * 1.6 + 3


def test_several_bulks_arrive_a_day(quarter):
    """A day has several bulks of uneven sizes, a few of one record, a few of none."""
    assert 4 < len(quarter) / 92 < 12
    sizes = Counter(len(bulk["leads"] or []) for bulk in quarter)
    assert len(sizes) > 15
    assert sizes[0]
    assert sizes[1]


def test_two_bulks_may_share_an_instant(quarter):
    """Now and then two senders meet in the same millisecond."""
    instants = Counter(bulk["createdDate"] for bulk in quarter)
    assert 0 < sum(count > 1 for count in instants.values()) < 10


def test_the_night_job_stands_on_midnight(quarter):
    """Each day begins with a bulk at exactly midnight in Riyadh, as in the API page's sample."""
    assert sum(bulk["createdDate"].endswith("T21:00:00.000Z") for bulk in quarter) == 92


def test_most_leads_arrive_in_business_hours(quarter):
    """Some leads come outside business hours, most do not."""
    late = sum(len(bulk["leads"] or []) for bulk in quarter if not 8 <= moment(bulk).hour < 22)
    total = sum(len(bulk["leads"] or []) for bulk in quarter)
    assert 0.08 < late / total < 0.3


def test_the_weekend_is_friday_and_saturday(quarter):
    """Friday is the weakest day, Saturday weaker than Sunday to Wednesday."""
    volume = Counter()
    for bulk in quarter:
        volume[moment(bulk).strftime("%a")] += len(bulk["leads"] or [])
    assert volume["Fri"] < volume["Sat"] < min(volume[day] for day in ("Sun", "Mon", "Tue", "Wed"))


def test_months_have_seasons():
    """September, with National Day, brings clearly more leads than July."""
    july = bulks(date(2025, 7, 1), date(2025, 7, 30), leads_per_day=40)
    september = bulks(date(2025, 9, 1), date(2025, 9, 30), leads_per_day=40)
    volumes = [sum(len(bulk["leads"] or []) for bulk in month) for month in (july, september)]
    assert volumes[1] > 1.2 * volumes[0]


def test_national_day_is_a_campaign():
    """The days around 23 September bring clearly more leads than the same weekdays before."""
    before = bulks(date(2025, 9, 13), date(2025, 9, 18), leads_per_day=40)
    campaign = bulks(date(2025, 9, 20), date(2025, 9, 25), leads_per_day=40)
    volumes = [sum(len(bulk["leads"] or []) for bulk in days) for days in (before, campaign)]
    assert volumes[1] > 1.25 * volumes[0]


def test_about_nine_in_a_hundred_leads_are_rejected(leads, rejected):
    """The rejected share is realistic."""
    assert 0.07 < share(rejected, leads) < 0.12


def test_a_rejected_lead_has_no_number_in_the_dms(rejected):
    """What was rejected was not created."""
    assert {lead["leadId"] for lead in rejected} == {0}


def test_an_accepted_lead_has_no_errors(accepted):
    """What was created carries no error."""
    assert {(lead["isError"], lead["errorList"]) for lead in accepted} == {(0, None)}


def shape(errors):
    """Name the shape of an errorList."""
    if isinstance(errors, list):
        return f"list of {type(errors[0]).__name__}"
    if isinstance(errors, dict):
        return f"dict of {type(next(iter(errors.values()))).__name__}"
    return type(errors).__name__


def test_every_shape_of_error_list_appears(rejected):
    """All six shapes the API page leaves open appear within a quarter."""
    shapes = {shape(lead["errorList"]) for lead in rejected}
    assert shapes == {"NoneType", "str", "list of str", "list of dict", "dict of str", "dict of list"}


def test_a_lead_may_have_several_errors(rejected):
    """Some leads are rejected for more than one reason."""
    counts = {len(lead["errorList"]) for lead in rejected if isinstance(lead["errorList"], list)}
    assert {1, 2} <= counts


def test_an_error_is_about_what_the_lead_shows(rejected):
    """A lead rejected for its phone number shows the number that the message quotes."""
    quoted = [
        (lead["phoneNumber"], error["message"])
        for lead in rejected
        if isinstance(lead["errorList"], list)
        for error in lead["errorList"]
        if isinstance(error, dict) and error["code"] == "LEAD-101"
    ]
    assert len(quoted) > 20
    assert all(f"'{number}'" in message for number, message in quoted)


def test_sources_differ_in_care(leads):
    """Social media sends more rejected leads than direct contact: first-time-right is worth looking at."""
    by_source = defaultdict(list)
    for lead in leads:
        by_source[lead["source"]].append(lead["isError"])
    rates = {source: sum(errors) / len(errors) for source, errors in by_source.items()}
    assert len(rates) == 8
    assert rates["Social Media"] > 1.5 * rates["Direct Contact"]


def test_one_source_agrees_to_everything(accepted):
    """The Partner Portal's box is ticked beforehand: 100 % agree to marketing, elsewhere people say no or nothing."""
    consent = defaultdict(set)
    for lead in accepted:
        consent[lead["source"]].add(lead["acceptMarketing"])
    assert consent.pop("Partner Portal") == {True}
    assert all(answers == {True, False, None} for answers in consent.values())


def test_some_customers_contradict_themselves(accepted):
    """The same person says yes here and no there."""
    answers = defaultdict(set)
    for lead in accepted:
        answers[digits(lead)].add(lead["acceptMarketing"])
    assert sum({True, False} <= said for said in answers.values()) > 50


def test_people_come_twice_across_sources_and_branches(quarter):
    """Some leads repeat a customer of the last 30 days, often from another source and for another branch."""
    seen, repeats, sources, branches = {}, 0, 0, 0
    created = [(moment(bulk), lead) for bulk in quarter for lead in bulk["leads"] or [] if lead["leadId"]]
    for when, lead in created:
        earlier = seen.setdefault(digits(lead), (when, lead))
        if earlier[1] is not lead and digits(lead) and when - earlier[0] < timedelta(days=30):
            repeats += 1
            sources += earlier[1]["source"] != lead["source"]
            branches += earlier[1]["branch"] != lead["branch"]
    assert 0.05 < repeats / len(created) < 0.15
    assert sources > 0.4 * repeats
    assert branches > 0.2 * repeats


def test_customers_return_after_a_month(quarter):
    """Some customers come back later than 30 days after their first lead."""
    first, returned = {}, set()
    for bulk in quarter:
        for person in {digits(lead) for lead in bulk["leads"] or []} - {None}:
            if moment(bulk) - first.setdefault(person, moment(bulk)) > timedelta(days=30):
                returned.add(person)
    assert len(returned) > 30


def test_a_repeated_customer_keeps_face(leads):
    """Whoever shares a phone shares birth year, city and company or not; only the writing differs."""
    people = defaultdict(set)
    for lead in leads:
        if digits(lead) and lead["customerCity"] != "Neom Bay":
            people[digits(lead)].add((lead["customerCity"], lead["leadType"], lead["gender"]))
    assert all(len(faces) == 1 for faces in people.values())


def test_names_come_in_both_scripts(leads):
    """About half of the names are written in Arabic, the others in Latin letters."""
    arabic = [lead for lead in leads if not lead["lastName"].isascii()]
    assert 0.35 < share(arabic, leads) < 0.65


def test_phones_are_written_in_many_ways(accepted):
    """Most phones are as in the sample; some have a zero, a plus, blanks or Arabic digits; some reach nobody."""
    plain = [x for x in accepted if x["phoneCode"] == "00966" and len(x["phoneNumber"]) == 9 and digits(x)]
    assert 0.7 < share(plain, accepted) < 0.9
    assert 0.02 < share([lead for lead in accepted if not digits(lead)], accepted) < 0.1
    written = [lead["phoneNumber"] or "" for lead in accepted]
    for sign in ("05", "+966", " ", "\u0665\u0660\u0660", "0000000000", "N/A"):
        assert any(sign in number for number in written), sign


def test_hot_leads_can_be_out_of_reach(accepted):
    """A few hot leads have neither a phone nor an e-mail address."""
    hot = [x for x in accepted if x["priority"] == "Hot" and not digits(x) and "@" not in (x["email"] or "")]
    assert 3 < len(hot) < 60


def test_leads_ask_for_none_to_three_vehicles(leads):
    """Most leads name one vehicle, some none, two or three; none can be an empty list or null."""
    counts = Counter(None if lead["vehicles"] is None else len(lead["vehicles"]) for lead in leads)
    assert set(counts) == {None, 0, 1, 2, 3}
    assert 0.6 < counts[1] / len(leads) < 0.85


def test_companies_buy_fleets(leads):
    """Fleet orders of five and more vehicles exist and come from companies."""
    fleets = [lead for lead in leads if any(vehicle["totalQty"] >= 5 for vehicle in lead["vehicles"] or [])]
    assert len(fleets) > 50
    assert {lead["leadType"] for lead in fleets} == {"Company"}


def test_branches_can_be_missing_or_far_away(leads):
    """Some leads have no branch, some one in another city."""
    assert 0.03 < share([lead for lead in leads if lead["branch"] is None], leads) < 0.1
    far = [x for x in leads if x["customerCity"] == "Jeddah" and x["branch"] and "Jeddah" not in x["branch"]]
    assert far


def test_notes_are_rarely_nasty(leads):
    """Few notes look like formulas, phones, numbers or markup, but all kinds are there."""
    notes = Counter(lead["leadNote"] for lead in leads)
    starts = Counter((lead["leadNote"] or " ")[0] for lead in leads)
    assert all(starts[sign] for sign in "=+-@<")
    assert sum(starts[sign] for sign in "=+-@<") < 0.05 * len(leads)
    assert max(len(note) for note in notes if note) > 1500
    assert any("\r\n" in note for note in notes if note)
    assert any("🚗" in note for note in notes if note)


@pytest.mark.slow
def test_counts_agree_with_the_leads_but_for_a_planted_defect(quarter):
    """The counts match what is sent, except in a rare bulk where somebody asks for that; the leads are the same."""
    planted = bulks(*QUARTER, miscounts=0.015)

    def gaps(found):
        return [
            bulk
            for bulk in found
            if bulk["totalRecords"] != len(bulk["leads"] or [])
            or bulk["errorRecords"] != sum(lead["isError"] for lead in bulk["leads"] or [])
        ]

    assert gaps(quarter) == []
    assert 0 < len(gaps(planted)) < 0.04 * len(planted)
    assert [bulk["leads"] for bulk in planted] == [bulk["leads"] for bulk in quarter]


def test_a_cancelled_bulk_has_created_nothing(quarter):
    """A few bulks were cancelled; none of their records became a lead or an error."""
    cancelled = [bulk for bulk in quarter if bulk["isProcessed"] == 3]
    assert 0 < len(cancelled) < 0.03 * len(quarter)
    assert {(x["leadId"], x["isError"]) for bulk in cancelled for x in bulk["leads"] or []} == {(0, 0)}


def test_a_bulk_in_progress_has_decided_nothing():
    """The last days hold bulks just created or in progress: no lead numbers, no errors yet."""
    open_ = [b for b in bulks(date(2026, 8, 18), date(2026, 8, 20)) if b["isProcessed"] < 3]
    states = Counter(bulk["isProcessed"] for bulk in open_)
    assert states[2] > 2
    assert {(x["leadId"], x["isError"]) for bulk in open_ for x in bulk["leads"] or []} == {(0, 0)}
    assert {bulk["errorRecords"] for bulk in open_} == {0}


def test_a_bulk_begins_as_created():
    """Ten minutes after the night job its bulk is in progress; before, it is only created."""
    midnight = datetime(2026, 8, 17, 21, 0, tzinfo=UTC)
    states = [
        bulks(date(2026, 8, 18), date(2026, 8, 18), now=midnight + timedelta(minutes=wait))[0]["isProcessed"]
        for wait in (0, 9, 10)
    ]
    assert states == [1, 1, 2]


def test_a_few_bulks_are_stuck():
    """In the last month some bulk has been in progress for more than four days."""
    month = bulks(date(2026, 7, 20), date(2026, 8, 15))
    assert 0 < sum(bulk["isProcessed"] == 2 for bulk in month) < 0.04 * len(month)


def test_history_stands_still_only_when_it_is_over():
    """The same days read the same once everything has happened, whatever the time."""
    days = (date(2026, 1, 4), date(2026, 1, 10))
    assert bulks(*days, now=NOW) == bulks(*days, now=NOW + timedelta(days=400))


@pytest.fixture(scope="module")
def diary():
    """What the DMS says about a busy week on each of the following evenings: every lead, by its place."""
    evening = datetime(2026, 3, 7, 20, tzinfo=UTC)
    dms = Sandbox(now=lambda: evening, interval="half-open", shape="array", leads_per_day=600)
    pages = []
    for _ in range(14):
        pages.append(
            {
                (bulk["createdDate"], bulk["createdBy"], lead["leadExternalId"]): lead
                for bulk in week_by_week(dms, date(2026, 3, 1), date(2026, 3, 7))
                for lead in bulk["leads"] or []
            }
        )
        evening += timedelta(days=1)
    return pages


def moves(diary):
    """Every lead that reads differently from one evening to the next: before and after."""
    for before, after in pairwise(diary):
        for key, lead in before.items():
            if lead != after.get(key):
                yield lead, after.get(key)


@pytest.mark.slow
def test_leads_in_progress_settle(diary):
    """A lead of a bulk in progress is created or rejected later."""
    settled = [new for old, new in moves(diary) if new and not old["leadId"] and not old["isError"]]
    assert {bool(lead["leadId"]) for lead in settled} == {True, False}
    assert all(lead["leadId"] or lead["isError"] for lead in settled)


def test_leads_are_edited_later(diary):
    """An accepted lead's data changes on a later day; its numbers stay."""
    edited = [(old, new) for old, new in moves(diary) if new and old["leadId"]]
    assert len(edited) > 30
    for old, new in edited:
        changed = {key for key in old if old[key] != new[key]}
        assert changed <= {
            "phoneCode", "phoneNumber", "company", "brand", "businessArea", "branch", "leadNote", "purchasePlan",
            "paymentMode", "currency", "priority",
        }  # fmt: skip


def test_rejected_leads_recover_later(diary):
    """A rejected lead is accepted on a later day."""
    recovered = [(old, new) for old, new in moves(diary) if new and old["isError"]]
    assert len(recovered) > 15
    assert all(new["leadId"] and not new["isError"] and new["errorList"] is None for _, new in recovered)


def test_leads_go(diary):
    """A few leads disappear on a later day, and never come back."""
    gone = [key for before, after in pairwise(diary) for key in before if key not in after]
    assert 0 < len(gone) < 20
    assert not set(gone) & set(diary[-1])


def test_a_corrected_record_is_sent_again(quarter):
    """A rejected record comes again in a later bulk under its old number, and is accepted."""
    sent = defaultdict(list)
    for bulk in quarter:
        for lead in bulk["leads"] or []:
            sent[lead["leadExternalId"]].append(
                (bulk["createdDate"], lead["source"], lead["isError"], bool(lead["leadId"]))
            )
    again = [story for story in sent.values() if len(story) > 1]
    assert 0.002 < share(again, sent) < 0.02
    for first, *later in again:
        assert [(source, wrong) for _, source, wrong, _ in later] == [(first[1], 0)]
        assert first[2:] == (1, False)
        assert first[0] < later[0][0]


def test_a_record_is_sent_again_only_after_its_rejection(quarter):
    """At the moment a record is corrected, the DMS has already rejected its first version."""
    sent = defaultdict(list)
    for bulk in quarter:
        for lead in bulk["leads"] or []:
            sent[lead["leadExternalId"]].append(bulk)
    again = [(number, stages) for number, stages in sent.items() if len(stages) > 1]
    for number, (first, later) in again:
        day, instant = moment(first).date(), datetime.fromisoformat(later["createdDate"])
        then = [lead for bulk in bulks(day, day, now=instant) for lead in bulk["leads"] or []]
        assert [lead["isError"] for lead in then if lead["leadExternalId"] == number] == [1]


def test_a_second_look_is_answered_from_memory_within_bounds(monkeypatch):
    """What was drawn is kept for the next request, but never more than a set number of leads."""
    monkeypatch.setattr("leads_excel.sandbox.synthetic.bulks._LEADS_KEPT", 1000)
    dms = Sandbox(now=lambda: NOW, leads_per_day=200)
    week_by_week(dms, date(2026, 6, 1), date(2026, 6, 14))
    kept = dms._bulks._bulk.cache_info()
    assert kept.misses > kept.maxsize == kept.currsize == 65
    week_by_week(dms, date(2026, 6, 13), date(2026, 6, 14))
    assert dms._bulks._bulk.cache_info().misses == kept.misses
