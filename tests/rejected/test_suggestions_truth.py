"""Suggestions against what was meant: the sandbox knows it of its own rejections, a test of what it damages itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from leads_excel.kpis.facts.facts import facts_of
from leads_excel.rejected.usual_branches import UsualBranches
from leads_excel.rejected.workbench import workbench
from leads_excel.sandbox.synthetic.bulks import EVERYTHING, Bulks
from leads_excel.sandbox.synthetic.leads import LEAD_ID_OFFSET
from leads_excel.tables.lead_tables import build

pytestmark = pytest.mark.slow

SEED, A_DAY, DAYS = 7, 740, 31
FIRST = datetime(2026, 7, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=DAYS)
PRECISION = 0.9
LEADS = 20_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def sandbox():
    """About 20,000 leads as replies, and of each rejected one what was meant."""
    drawn = list(Bulks(SEED, A_DAY).between(FIRST, LAST))
    bulks = [json.loads(bulk.reply(LAST + timedelta(days=60), EVERYTHING)) for bulk in drawn]
    meant = {lead.number: json.loads(b"{%b}" % lead.meant) for bulk in drawn for lead in bulk.leads if lead.meant}
    return bulks, meant


@pytest.fixture(scope="module")
def listed(sandbox):
    """The workbench over the sandbox's own rejections."""
    return workbench(build(sandbox[0]))


def is_right(field, suggestion, meant, number):
    """Tell whether a suggestion is what was meant; None where what was meant has no such value."""
    if field == "leadId":
        return int(suggestion) == number + LEAD_ID_OFFSET - 7
    values = [item["modelYear"] for item in meant["vehicles"] or () if item["modelYear"]]
    if not values or meant["vehicleType"] != "New":
        return None  # the sandbox put a new car in place of the used one, of which the year tells nothing
    first, _, last = suggestion.partition(" to ")
    return any(int(first) <= value <= int(last or first) for value in values)


def measured(rows, meant, field):
    """Tell precision and coverage of the suggestions for a field."""
    about = rows[rows["field"] == field]
    given = about[about["suggestion"].notna()]
    numbers = given["leadExternalId"].tolist()
    rights = [is_right(field, text, meant[n], n) for text, n in zip(given["suggestion"], numbers, strict=True)]
    told = [right for right in rights if right is not None]
    coverage = len(given) / len(about)
    print(f"{field}: precision {sum(told) / len(told):.3f} of {len(told)}, coverage {coverage:.3f} of {len(about)}")
    return sum(told) / len(told), coverage


@pytest.mark.parametrize("field", ["modelYear", "leadId"])
def test_what_the_sandbox_rejects_is_suggested_right(sandbox, listed, field):
    """Nine of ten suggestions are what was meant."""
    precision, coverage = measured(listed, sandbox[1], field)

    assert len(build(sandbox[0]).leads) == pytest.approx(LEADS, rel=0.05)
    assert precision >= PRECISION
    assert coverage > 0


def test_the_usual_branch_is_the_one_meant(sandbox):
    """Learnt from these leads and asked of those of the three months after: nine of ten had the branch suggested."""
    usual = UsualBranches(facts_of(build(sandbox[0])))
    later = Bulks(SEED, A_DAY).between(LAST, LAST + timedelta(days=90))
    leads = [json.loads(b"{%b}" % (lead.meant or lead.body)) for bulk in later for lead in bulk.leads]
    told = [(usual.suggest(lead["customerCity"], lead["brand"]).value, lead["branch"]) for lead in leads]
    rights = [suggestion == branch for suggestion, branch in told if suggestion and branch]
    print(f"usual branch: precision {sum(rights) / len(rights):.3f} of {len(rights)}, of {len(leads)} leads")

    assert sum(rights) / len(rights) >= PRECISION
    assert len(rights) > 0.02 * len(leads)


def test_what_cannot_be_known_is_not_guessed(listed):
    """Digits that are missing, a name that is, a model and a city that resemble nothing: no suggestion."""
    about = listed[listed["field"].isin(["phoneNumber", "lastName", "modelFamily", "customerCity", "email"])]

    assert len(about) > 1000
    assert about["suggestion"].notna().sum() == 0


def test_the_field_at_fault_is_read_from_every_shape(listed):
    """The sandbox sends texts, lists and objects: of what names a field, the field is known."""
    words = {
        "Phone number": "phoneNumber", "Branch is": "branch", "Model year": "modelYear", "Model •": "modelFamily",
        "Lead already": "leadId", "Email •": "email", "City •": "customerCity", "الاسم الأخير": "lastName",
    }  # fmt: skip
    alone = listed[~listed["reason"].str.contains(";", na=False)]

    for begins, field in words.items():
        assert set(alone.loc[alone["reason"].str.startswith(begins, na=False), "field"]) == {field}
    assert alone["code"].isna().any()
    assert alone["code"].notna().any()


# --- damaged -------------------------------------------------------------------------------------------------------


def typo(dice, text):
    """Change, leave out, add or swap one letter, not the first."""
    place = dice.randrange(1, len(text) - 1)
    letter = dice.choice(LETTERS)
    return dice.choice([
        text[:place] + letter + text[place + 1 :], text[:place] + text[place + 1 :],
        text[:place] + letter + text[place:], text[:place] + text[place + 1] + text[place] + text[place + 2 :],
    ])  # fmt: skip


def phone(dice, lead):
    """Write a number with all its digits as people do, or with a digit too few or too many."""
    number = f"5{int(lead['phoneNumber'].strip()[-8:]):08d}"
    arabic = number.translate({ord(str(digit)): chr(0x660 + digit) for digit in range(10)})
    at = dice.randrange(2, 8)
    lead["phoneNumber"] = dice.choice([
        f"00966{number}", f"+966{number}", f"0{number}", f"+966 {number[:2]} {number[2:5]} {number[5:]}",
        f"9660{number}", f"0{arabic}", number.replace("0", "O"), number[:at] + number[at + 1 :],
        f"{number[:at]}7{number[at:]}",
    ])  # fmt: skip
    return number, "Phone number '{}' is not a valid mobile number"


def email(dice, lead):
    """Misspell the domain by a letter."""
    whole = lead["email"]
    user, _, domain = whole.partition("@")
    lead["email"] = f"{user}@{typo(dice, domain)}"
    return whole.lower(), "Email '{}' is not valid"


def branch(dice, lead):
    """Misspell a branch by a letter, or leave it out."""
    whole = lead["branch"]
    lead["branch"] = typo(dice, whole) if dice.random() < 0.5 else None
    return whole, "Branch '{}' is not known" if lead["branch"] else "Branch is mandatory"


def model(dice, lead):
    """Misspell a model by a letter."""
    vehicle = lead["vehicles"][0]
    whole = vehicle["modelFamily"]
    vehicle["modelFamily"] = typo(dice, whole) if len(whole) > 2 else f"{whole}?"
    return whole, "Model '{}' does not exist"


def year(dice, lead):
    """Type a digit of the year twice, or leave the century out."""
    vehicle = lead["vehicles"][0]
    whole = str(vehicle["modelYear"])
    vehicle["modelYear"] = int(dice.choice([whole[:3] + whole[2:], whole[2:], whole[:1] + whole]))
    return whole, "Model year {} is not open for sale"


def city(dice, lead):
    """Misspell a city by a letter."""
    whole = lead["customerCity"]
    lead["customerCity"] = typo(dice, whole)
    return whole, "City '{}' is not mapped to a region"


DAMAGES = {
    "phoneNumber": (phone, lambda lead: (lead["phoneNumber"] or "").strip()[-8:].isdecimal() and _is_valid(lead)),
    "email": (email, lambda lead: "@example." in (lead["email"] or "").lower() and "." in lead["email"].split("@")[0]),
    "branch": (branch, lambda lead: lead["branch"]),
    "modelFamily": (model, lambda lead: lead["vehicles"]),
    "modelYear": (year, lambda lead: lead["vehicles"] and lead["vehicles"][0]["modelYear"]),
    "customerCity": (city, lambda lead: lead["customerCity"] in {"Riyadh", "Jeddah", "Dammam", "Makkah", "Khobar"}),
}


def _is_valid(lead):
    digits = "".join(str(int(char)) for char in lead["phoneNumber"] if char.isdecimal())
    return digits[-9:].startswith("500") and len(digits.removeprefix("00966").removeprefix("966").lstrip("0")) == 9


@pytest.fixture(scope="module", params=["objects", "text"])
def damaged(sandbox, request):
    """Damage one accepted lead in twelve in a known way, and reject it as the DMS would, in one of two shapes."""
    dice = Random(11)
    bulks = json.loads(json.dumps(sandbox[0]))
    meant, kinds = {}, list(DAMAGES)
    for bulk in bulks:
        for lead in bulk["leads"] or ():
            field = dice.choice(kinds)
            spoil, can_be = DAMAGES[field]
            if lead["isError"] or dice.random() > 1 / 12 or not can_be(lead):
                continue
            whole, message = spoil(dice, lead)
            held = lead["vehicles"][0] if field.startswith("model") else lead
            text = message.format(held[field])
            error = {"code": f"X-{kinds.index(field)}", "field": field, "message": text}
            lead.update(isError=1, leadId=0, errorList=[error] if request.param == "objects" else text)
            meant[lead["leadExternalId"]] = (field, whole)
    rows = workbench(build(bulks))
    return rows[rows["leadExternalId"].isin(meant)], meant


@pytest.mark.parametrize("field", DAMAGES)
def test_damage_is_undone(damaged, field):
    """Nine of ten suggestions are the value before the damage, whichever shape the error comes in."""
    rows, meant = damaged
    about = rows[[meant[number][0] == field for number in rows["leadExternalId"]]]
    given = about[about["suggestion"].notna()]
    rights = [
        suggestion.casefold() == meant[number][1].casefold()
        for suggestion, number in zip(given["suggestion"], given["leadExternalId"], strict=True)
    ]
    precision, coverage = sum(rights) / len(rights), len(given) / len(about)
    print(f"{field}: precision {precision:.3f} of {len(given)}, coverage {coverage:.3f} of {len(about)}")

    assert set(about["field"]) == {field}
    assert precision >= PRECISION
    assert coverage > 0.15
