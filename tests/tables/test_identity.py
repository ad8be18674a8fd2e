"""Leads that come again: what they were before is kept, and a number that was given to somebody else is named."""

from __future__ import annotations

import pytest
from few_leads import bulk, lead

from leads_excel.tables.lead_tables import build

SARA = {"phoneNumber": "500000001", "email": "sara@example.com", "firstName": "Sara", "lastName": "Ali"}
OMAR = {"phoneNumber": "500000002", "email": "omar@example.com", "firstName": "Omar", "lastName": "Saleh"}


def sent(*persons, number=17):
    """Send one number on one day after another, each time with what is told of a person."""
    days = (f"2026-08-{day:02}" for day in range(3, 30))
    return build([bulk(day, lead(number, **keys)) for day, keys in zip(days, persons, strict=False)])


def warned(tables):
    return [line for line in tables.warnings if "two different persons" in line]


def test_earlier_versions_stand_apart():
    """The lead stands once, as it came last; what it was before has the same columns and its own bulk."""
    tables = build([
        bulk("2026-08-03", lead(1, isError=1, odd="x"), lead(2)),
        bulk("2026-08-04", lead(1, isError=1)),
        bulk("2026-08-05", lead(1)),
    ])  # fmt: skip
    earlier = tables.earlier.leads

    assert tables.leads["leadExternalId"].tolist() == [2, 1]
    assert earlier[["leadExternalId", "isError"]].values.tolist() == [[1, True], [1, True]]
    assert earlier["bulkCreatedDate"].dt.day.tolist() == [3, 4]
    assert earlier["odd"].tolist()[0] == "x"
    assert earlier.dtypes.equals(tables.leads.dtypes)
    assert len(tables.earlier.vehicles) == len(tables.earlier.errors) == 0
    assert tables.earlier.earlier is None


def test_a_bulk_that_came_twice_is_no_earlier_version():
    """Windows touch; the same bulk in both is one."""
    one = bulk("2026-08-03", lead(1), lead(2))

    assert build([one, one]).earlier is None
    assert build([one]).earlier is None


def test_leads_without_a_number_are_never_earlier_versions_of_each_other():
    """Unless they are the same to the letter."""
    assert build([bulk("2026-08-03", lead(0, **SARA)), bulk("2026-08-04", lead(0, **OMAR))]).earlier is None


@pytest.mark.parametrize(
    "keys",
    [
        OMAR,
        OMAR | {"email": None},
        OMAR | {"phoneNumber": ""},
        OMAR | {"firstName": "Sara", "lastName": "Ali"},
        OMAR | {"firstName": None, "lastName": None},
        OMAR | {"firstName": "Sara", "email": None},
        OMAR | {"lastName": "Ali", "email": None},
    ],
)
def test_a_number_for_two_persons_is_named(keys):
    """Two of phone, address and name differ, and neither phone nor address is the same."""
    (line,) = warned(sent(SARA, keys))

    assert line == (
        "leads.leadExternalId: 1 number stands for two different persons, of whom only the later one counts: 17."
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "keys",
    [
        SARA,
        SARA | {"phoneNumber": "500000009"},
        SARA | {"email": "s@example.com", "firstName": "Sarah"},
        {"phoneNumber": "500000009"},
        OMAR | {"phoneNumber": "00966 50 000-0001"},
        OMAR | {"email": " SARA@example.com"},
        SARA | {"phoneNumber": None, "email": None, "firstName": "S."},
        {},
    ],
)
def test_a_correction_is_no_other_person(keys):
    """A resubmission has something corrected as a rule; how a number is written does not matter."""
    assert warned(sent(SARA, keys)) == []
    assert warned(sent(keys, SARA)) == []


def test_many_numbers_are_counted_and_the_first_are_named():
    """Numbers only: a message holds nothing of a person."""
    first, again = (
        bulk(day, *(lead(number, **keys) for number in range(1, 13)))
        for day, keys in (("2026-08-03", SARA), ("2026-08-04", OMAR))
    )
    (line,) = warned(build([first, again]))

    assert "12 numbers stand" in line
    assert line.endswith("1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more.")


def test_a_number_too_long_for_64_bits_is_named_as_well():
    """It is told apart by its digits."""
    (line,) = warned(sent(SARA, OMAR, number=10**25))

    assert line.endswith(f": {10**25}.")


def test_somebody_else_in_between_is_found():
    """Each version is compared with the one before it."""
    assert len(warned(sent(SARA, OMAR, SARA))) == 1
    assert warned(sent(SARA, OMAR))[0] == warned(sent(SARA, OMAR, SARA))[0]
