"""Each rule by hand: what it corrects, and what it leaves alone because it cannot be sure."""

from __future__ import annotations

import pytest
from few_leads import bulk, lead

from leads_excel.rejected import phone_numbers
from leads_excel.rejected.fields_at_fault import Fault, fault, learnt, named
from leads_excel.rejected.usual_branches import lower_bound
from leads_excel.rejected.workbench import workbench
from leads_excel.tables.lead_tables import build

ARABIC = "".join(chr(0x660 + int(digit)) for digit in "0512345678")


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("00966", "0512345678"), ("", "+966512345678"), ("00966", "00966512345678"), ("966", "966512345678"),
        ("00966", "966 0512345678"), ("00966", "+966 (0) 51 234 5678"), ("00966", ARABIC), ("+966", "51-234-5678"),
        ("00966", "5I2345678"), ("00966", "0512345678 / 512345678"), ("00966512345678", ""), (None, "00966512345678"),
    ],
)  # fmt: skip
def test_a_phone_with_all_digits_is_rewritten(code, number):
    """However it is written, it is 5XXXXXXXX."""
    found = phone_numbers.suggest(code or "", number)

    assert (found.value, found.confidence) == ("512345678", "high")


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("51234567", "one digit missing"), ("500005", "three digits missing"), ("5123456789", "one digit too many"),
        ("0512345678 or 0501234567", "two numbers"), ("", "nothing submitted"), ("N/A", "no number"),
        ("0112345678", "not a Saudi mobile number"), ("512345678", ""), ("051234x678", "not only digits"),
    ],
)  # fmt: skip
def test_a_phone_that_may_be_any_is_not_guessed(number, why):
    """Digits that are missing or too many, two numbers, a landline: no number, but what is wrong, without a digit."""
    found = phone_numbers.suggest("00966", number)

    assert found.value is None
    assert found.why == why
    assert not any(char.isdigit() for char in found.why)


def test_a_phone_of_another_country_is_left_alone():
    """Nine digits that begin with 5 are no Saudi number behind another country's code."""
    assert phone_numbers.suggest("00971", "512345678").value is None


@pytest.mark.parametrize(
    ("field", "code", "reason", "told"),
    [
        ("vehicles[1].modelYear", None, "•••", Fault("modelYear", 1)),
        ("lead.customer_city", None, None, Fault("customerCity")),
        ("Phone", "X1", "Branch is mandatory", Fault("phoneNumber")),
        (None, "INVALID_EMAIL", None, Fault("email")),
        (None, "invalidModelYear", None, Fault("modelYear")),
        (None, "L-7", "is not valid", Fault("branch")),
        (None, None, "Model year ••• is not open for sale", Fault("modelYear")),
        (None, None, "Model ••• does not exist for brand KIA", Fault("modelFamily")),
        (None, None, "Country code ••• is unknown", Fault("phoneCode")),
        (None, None, "رقم الجوال غير صحيح", Fault("phoneNumber")),
        (None, None, "Lead already exists with id •••", Fault("leadId", exists=True)),
        ("phoneNumber", None, "Duplicate of lead •••", Fault("phoneNumber", exists=True)),
        ("somethingElse", None, "could not execute statement", Fault()),
        (None, None, None, Fault()),
    ],
)
def test_the_field_at_fault_is_read(field, code, reason, told):
    """From the field, else the code, else the words; what names none has none."""
    assert fault(field, code, reason, {"L-7": "branch"}) == told


def test_codes_are_learnt_where_they_are_sure():
    """Five errors that agree are enough, four are not, and neither are errors that do not agree."""
    pairs = [("A", "email")] * 5 + [("B", "email")] * 4 + [("C", "email")] * 5 + [("C", "branch")] * 5

    assert learnt(pairs) == {"A": "email"}


def test_a_field_that_the_api_does_not_have_is_none():
    """A path that ends in nothing known is read from its other end."""
    assert named("vehicles[0]") is None
    assert named("phoneNumber[0]") == "phoneNumber"


def test_a_share_of_few_is_not_sure():
    """All of ten leads say less than nine hundred and thirty of a thousand."""
    assert lower_bound(10, 10) < 0.9 < lower_bound(930, 1000) < 0.93
    assert lower_bound(0, 0) == 0


# --- rules that learn ----------------------------------------------------------------------------------------------


def accepted(first, count=25, **keys):
    """Write accepted leads that are alike."""
    return [lead(number, leadId=number + 1000, brand="KIA", **keys) for number in range(first, first + count)]


def car(model, year, kind="New"):
    """Write a vehicle as keys of a lead."""
    vehicles = [{"leadVehiclesId": 1, "modelFamily": model, "modelYear": year, "totalQty": 1}]
    return {"vehicleType": kind, "vehicles": vehicles}


KNOWN = (
    *accepted(100, customerCity="Hail", branch="Hail North", email="a@example.com", **car("SPORTAGE", 2025)),
    *accepted(200, customerCity="Hail", branch="Hail North", email="b@example.com", **car("SPORTAGE", 2026)),
    *accepted(300, customerCity="Abha", branch="Abha East", email="c@sample.org", **car("SORENTO", 2026)),
    *accepted(400, customerCity="Abha", branch="Abha West", email="d@sample.com", **car("CARNIVAL", 2026)),
    *accepted(500, count=19, customerCity="Tabuk", branch="Tabuk", email="e@seldom.net", **car("SELTOS", 2026)),
)


def suggested(error, **keys):
    """Suggest something for one lead that was rejected beside all that is known."""
    bad = lead(1, **{"isError": 1, "errorList": [error], "brand": "KIA", **keys})
    (row,) = workbench(build([bulk("2026-08-03", *KNOWN, bad)])).itertuples()
    return (row.suggestion, row.confidence) if isinstance(row.suggestion, str) else None


@pytest.mark.parametrize(
    ("field", "keys", "found"),
    [
        ("email", {"email": "Sara@exmaple.com"}, ("Sara@example.com", "medium")),
        ("email", {"email": "sara @@example,com."}, ("sara@example.com", "high")),
        ("email", {"email": "sara@xample.com"}, None),  # sample.com or example.com
        ("email", {"email": "sara@sample.orm"}, ("sara@sample.org", "medium")),
        ("email", {"email": "sara@ample.com"}, ("sara@sample.com", "medium")),
        ("email", {"email": "sara@seldon.net"}, None),  # 19 leads are too few to rely on
        ("email", {"email": "sara"}, None),
        ("email", {"email": "sara@example.com"}, None),
        ("vehicles[0].modelFamily", car("SPORTGE", 2026), ("SPORTAGE", "medium")),
        ("vehicles[0].modelFamily", car("sportage", 2026), ("SPORTAGE", "high")),
        ("vehicles[0].modelFamily", {**car("SPORTGE", 2026), "brand": "MG"}, None),  # nothing known of that brand
        ("vehicles[0].modelFamily", car("SELTO", 2026), None),
        ("vehicles[0].modelFamily", car("OPTIMUS", 2026), None),
        ("branch", {"branch": "Hail Nort", "customerCity": "Abha"}, ("Hail North", "medium")),
        ("branch", {"branch": "Abha ast"}, ("Abha East", "medium")),
        ("branch", {"branch": "Abha West", "customerCity": "Abha"}, None),
        ("branch", {"branch": None, "customerCity": "hail"}, ("Hail North", "medium")),
        ("branch", {"branch": None, "customerCity": "Abha"}, None),  # two branches, equally usual
        ("branch", {"branch": None, "customerCity": "Tabuk"}, None),
        ("branch", {"branch": None, "customerCity": "Hail", "brand": "MG"}, None),  # which it does not sell
        ("branch", {"branch": "Hail North", "customerCity": "Hail"}, None),  # refused: not suggested again
        ("customerCity", {"customerCity": "Abhaa"}, ("Abha", "medium")),
        ("customerCity", {"customerCity": "Neom Bay"}, None),
        ("vehicles[0].modelYear", car("SPORTAGE", 2029), ("2025 to 2026", "medium")),
        ("vehicles[0].modelYear", car("SPORTAGE", 20226), ("2026", "medium")),
        ("vehicles[0].modelYear", car("SPORTAGE", 26), ("2026", "medium")),
        ("vehicles[0].modelYear", car("SPORTAGE", 202), None),  # 2025 or 2026
        ("vehicles[0].modelYear", car("SPORTAGE", 2029, "Used"), None),
        ("vehicles[0].modelYear", car("SPORTAGE", 2025), None),
        ("vehicles[0].modelYear", car("SORENTO", 2029), ("2026", "medium")),
    ],
)  # fmt: skip
def test_accepted_leads_tell_what_was_meant(field, keys, found):
    """One letter off, or the only one that is usual; of two that are equally near, none."""
    assert suggested({"code": "C", "field": field, "message": "It is not valid"}, **keys) == found


def test_two_values_equally_near_are_none():
    """A letter between two models may be either."""
    both = (*accepted(600, **car("RIO-A", 2026)), *accepted(700, **car("RIO-B", 2026)))
    error = {"code": "C", "field": "vehicles[0].modelFamily", "message": "It is not valid"}
    bad = lead(1, isError=1, brand="KIA", errorList=[error], **car("RIO-C", 2026))

    assert workbench(build([bulk("2026-08-03", *both, bad)]))["suggestion"].isna().all()


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Lead already exists with id 1105", ("1105", "high")),
        ("Duplicate of lead no. 1105", ("1105", "high")),
        ("العميل 1105 موجود مسبقا", ("1105", "high")),
        ("Lead already exists with id 1105 and lead 1106", None),
        ("Lead already exists with id 1099999999", None),  # no lead has so large a number: it may be a person's
        ("Customer id 1105 already exists", None),
        ("Phone number 500001105 already exists", None),
        ("Lead already exists", None),
    ],
)
def test_the_lead_that_exists_already_is_named(message, found):
    """Only where the DMS says of a number that it is a lead's, and a lead can have it."""
    assert suggested(message) == found
    assert suggested({"code": "C", "field": None, "message": message}) == found


def test_the_vehicle_that_the_message_quotes_is_the_one_at_fault():
    """Of two vehicles without a number in the error, the one whose model it quotes."""
    two = [
        {"leadVehiclesId": n, "modelFamily": name, "modelYear": 2026} for n, name in ((1, "SORENTO"), (2, "SPORTGE"))
    ]

    assert suggested("Model 'SPORTGE' does not exist", vehicles=two) == ("SPORTAGE", "medium")
    assert suggested("Model does not exist", vehicles=two) is None
