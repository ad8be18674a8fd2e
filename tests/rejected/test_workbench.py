"""One row per rejected lead and reason: in which order, what became of it, and what is said of personal data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from few_leads import bulk, lead

from leads_excel.exceptions import ApiUnavailableError
from leads_excel.rejected.workbench import COLUMNS, hidden, workbench
from leads_excel.tables.lead_tables import build

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
DAYS = {"from": date(2026, 8, 1), "to": date(2026, 9, 1)}
HOT, SOON = {"priority": "Hot"}, {"purchasePlan": "Within 30 Days"}


def bad(number, errors="Branch is mandatory", **keys):
    """Write a rejected lead."""
    return lead(number, isError=1, errorList=errors, **keys)


def tables_of(*bulks, asked=DAYS, **keys):
    """Make tables of a range that was looked at on the first of September."""
    return replace(build(list(bulks)), asked=asked, fetched_at=NOW, **keys)


def test_what_a_call_can_save_first_comes_first():
    """Hot and buying soon, then hot, then buying soon, of each the newest; what was recovered comes last."""
    phone = {"phoneCode": "00966", "phoneNumber": "500000009"}
    first = bulk(
        "2026-08-03", bad(1, **HOT, **SOON), bad(2), bad(3, **SOON), bad(4, **HOT), bad(5, **HOT, **SOON, **phone)
    )
    then = bulk("2026-08-10", bad(6, **HOT, **SOON), lead(7, leadId=907, **phone))
    frame = workbench(tables_of(first, then))

    assert frame["leadExternalId"].tolist() == [6, 1, 4, 3, 2, 5]
    assert frame["urgency"].tolist() == [1, 1, 2, 3, 4, 5]
    assert frame["age"].tolist() == [22, 29, 29, 29, 29, 29]
    assert frame["recovered"].tolist() == ["no"] * 5 + ["yes"]
    assert frame["recoveredBy"].fillna(0).tolist() == [0] * 5 + [907]


def test_every_rejected_lead_has_a_row():
    """One without an error too, with an empty reason; provisional and accepted leads have none."""
    errors = [{"code": "A", "field": "email", "message": "Email is empty"}, {"code": "B", "message": "No"}]
    frame = workbench(
        tables_of(
            bulk("2026-08-03", bad(1, None), bad(2, errors), lead(3, leadId=5)),
            bulk("2026-08-31", lead(4), isProcessed=2),
        )
    )

    assert frame["leadExternalId"].tolist() == [1, 2, 2]
    assert frame["reason"].fillna("").tolist() == ["", "Email is empty", "No"]
    assert frame["field"].fillna("").tolist() == ["", "email", ""]


def test_no_rejected_leads_are_no_rows():
    """The columns are there all the same."""
    frame = workbench(tables_of(bulk("2026-08-03", lead(1, leadId=5))))

    assert frame.empty
    assert list(frame)[: len(COLUMNS)] == [item.name for item in COLUMNS]


def test_a_text_that_lists_reasons_is_several():
    """Where each part says what it is about; a text of a database, with semicolons of its own, stays whole."""
    listed = "Branch is mandatory; Email 'x@' is not valid"
    whole = "could not execute statement; SQL [n/a]; constraint [uk]"
    frame = workbench(tables_of(bulk("2026-08-03", bad(1, listed, email="x@"), bad(2, whole))))

    assert frame["reason"].tolist() == ["Branch is mandatory", "Email ••• is not valid", whole]
    assert frame["field"].fillna("").tolist() == ["branch", "email", ""]


def test_what_is_not_known_of_the_days_after_is_unknown():
    """Without somebody to ask, a lead of the last days may have been recovered; one of long ago was not."""
    long_ago, lately = bulk("2026-07-20", bad(1)), bulk("2026-08-20", bad(2))
    asked = {"from": date(2026, 7, 20), "to": date(2026, 8, 25)}
    frame = workbench(tables_of(long_ago, lately, asked=asked))

    assert frame.set_index("leadExternalId")["recovered"].to_dict() == {1: "no", 2: "unknown"}
    assert "30 days after are not known" in frame.attrs["note"]


def test_the_days_after_the_range_tell_what_became_of_a_lead():
    """A lead that was accepted under its own number after the range is recovered."""
    after = build([bulk("2026-08-28", lead(1, leadId=77))])
    asked = {"from": date(2026, 8, 20), "to": date(2026, 8, 25)}
    tables = tables_of(bulk("2026-08-20", bad(1), bad(2)), asked=asked, around=lambda *_: after)
    frame = workbench(tables)

    assert frame.set_index("leadExternalId")["recovered"].to_dict() == {1: "yes", 2: "no"}
    assert frame.set_index("leadExternalId")["recoveredBy"].dropna().to_dict() == {1: 77}


def test_days_after_that_cannot_be_had_leave_the_rest():
    """The list is there, what became of the leads is unknown, and the note says why."""

    def out_of_reach(*_):
        raise ApiUnavailableError("The API is out of reach.")

    asked = {"from": date(2026, 8, 20), "to": date(2026, 8, 25)}
    frame = workbench(tables_of(bulk("2026-08-20", bad(1)), asked=asked, around=out_of_reach))

    assert frame["recovered"].tolist() == ["unknown"]
    assert "out of reach" in frame.attrs["note"]


@pytest.mark.parametrize(
    ("field", "key", "value", "masked"),
    [
        ("phoneNumber", "phoneNumber", "0512345678", "•••678"),
        ("email", "email", "sara@@example.com", "s•••@@example.com"),
        ("dateOfBirth", "dateOfBirth", "2022-08-12", "•••"),
        ("branch", "branch", "Hail", "Hail"),
    ],
)
def test_values_of_personal_fields_are_masked(field, key, value, masked):
    """As the field itself is masked elsewhere; a branch is nobody's."""
    errors = [{"code": "A", "field": field, "message": "It is not valid"}]
    frame = workbench(tables_of(bulk("2026-08-03", bad(1, errors, **{key: value}))))

    assert frame["submitted"].tolist() == [value]
    assert hidden(frame)["submitted"].tolist() == [masked]
    assert hidden(frame, left_out=True)["submitted"].fillna("").tolist() == [value if field == "branch" else ""]


def test_a_key_that_the_api_added_does_not_double_a_column():
    """An unknown key that is called as one of ours is left out."""
    frame = workbench(tables_of(bulk("2026-08-03", bad(1, age="x"))))

    assert list(frame).count("age") == 1
