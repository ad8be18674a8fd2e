"""`errorList` in every shape the API page could mean."""

import pytest

from leads_excel.bulks.error_list import Reason, reasons

TOO_SHORT = Reason(None, "phoneNumber", "too short")


@pytest.mark.parametrize(
    "value", [None, "", "  ", [], {}, [None, ""], {"phoneNumber": None}, {"message": "", "code": None}]
)
def test_nothing_is_no_error(value):
    """Null, empty and blank values explain nothing."""
    assert reasons(value) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Phone is wrong", [Reason(None, None, "Phone is wrong")]),
        (["one", "two"], [Reason(None, None, "one"), Reason(None, None, "two")]),
        ([["one"], "two"], [Reason(None, None, "one"), Reason(None, None, "two")]),
        ({"phoneNumber": "too short"}, [TOO_SHORT]),
        ([{"phoneNumber": "too short"}], [TOO_SHORT]),
        ({"phoneNumber": ["too short", "no digits"]}, [TOO_SHORT, Reason(None, "phoneNumber", "no digits")]),
        ({"vehicles": [{"modelYear": "late"}]}, [Reason(None, "vehicles.modelYear", "late")]),
        ({"field": "phoneNumber", "message": "too short"}, [TOO_SHORT]),
        ({"fieldName": "phoneNumber", "defaultMessage": "too short"}, [TOO_SHORT]),
        ({"phoneNumber": {"field": "phoneNumber", "message": "too short"}}, [TOO_SHORT]),
        ([{"code": "E1", "field": "email", "message": "bad"}], [Reason("E1", "email", "bad")]),
        ({"errorCode": 17, "errorMessage": "bad"}, [Reason("17", None, "bad")]),
        ({"Code": "E1"}, [Reason("E1", None, None)]),
        ({"field": "email"}, [Reason(None, "email", None)]),
        ({"path": "x", "email": "bad"}, [Reason(None, "path", "x"), Reason(None, "email", "bad")]),
        ({"message": ["a", "b"]}, [Reason(None, None, '["a","b"]')]),
        (404, [Reason(None, None, "404")]),
        (False, [Reason(None, None, "false")]),
    ],
)
def test_every_shape_becomes_rows(value, expected):
    """A text, a list, an object that describes an error, an object of field -> messages."""
    assert reasons(value) == expected


def test_whatever_else_an_error_says_is_kept():
    """Keys without a place of their own, and a second text for the same place."""
    said = {"code": "E1", "message": "bad", "msg": "really bad", "hint": "use 9 digits", "empty": None}
    assert reasons(said) == [Reason("E1", None, "bad", {"msg": "really bad", "hint": "use 9 digits"})]


def test_an_empty_text_gives_way_to_one_that_says_something():
    """A blank message hides no other."""
    assert reasons({"message": "", "reason": "bad"}) == [Reason(None, None, "bad")]


def test_the_order_is_the_order_received():
    """First said, first shown."""
    assert [reason.message for reason in reasons({"b": "1", "a": ["2", {"c": "3"}], "0": "4"})] == ["1", "2", "3", "4"]
