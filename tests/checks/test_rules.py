"""Rules: read as they are meant, or refused with what to write."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.checks.rules import AGES, REFERENCES, parse
from leads_excel.exceptions import ArgumentError
from leads_excel.kpis import KPIS


@pytest.mark.parametrize(
    ("text", "name", "sign", "limit", "reference", "filters"),
    [
        ("rejection_rate > 0.15", "rejection_rate", ">", 0.15, None, None),
        ("rejection_rate>15%", "rejection_rate", ">", 0.15, None, None),
        ("Rejection rate >= 7.5 %", "rejection_rate", ">=", 0.075, None, None),
        ("stuck_bulks > 0", "stuck_bulks", ">", 0, None, None),
        ("age > 2h", "age", ">", 120, None, None),
        ("age > 90 min", "age", ">", 90, None, None),
        ("sync_age > 26 hours", "sync_age", ">", 1560, None, None),
        ("refresh age > 1d", "refresh_age", ">", 1440, None, None),
        ("oldest_open_hours > 2d", "oldest_open_hours", ">", 48, None, None),
        ("oldest_open_hours > 36", "oldest_open_hours", ">", 36, None, None),
        ("intake_minutes > 1.5h", "intake_minutes", ">", 90, None, None),
        ("intake_days >= 36h", "intake_days", ">=", 1.5, None, None),
        ("leads < 0.5 * same weekday", "leads", "<", 0.5, "same weekday", None),
        ("leads < 50% of same weekday", "leads", "<", 0.5, "same weekday", None),
        ("leads < 50% * previous", "leads", "<", 0.5, "previous", None),
        ("leads < Last Year", "leads", "<", 1, "last year", None),
        ("leads[source=Website; branch=Riyadh] = 0", "leads", "=", 0, None, "source=Website; branch=Riyadh"),
        ("leads[priority<>Hot] <= 3", "leads", "<=", 3, None, "priority<>Hot"),
        ("change_rate < 2", "change_rate", "<", 2, None, None),
        ("provisional != 0", "provisional", "!=", 0, None, None),
    ],
)
def test_a_rule_is_read_as_it_is_meant(text, name, sign, limit, reference, filters):
    """Figures by name or label, shares, times in the figure's own unit, other days, filters."""
    rule = parse(text)

    assert (rule.name, rule.operator, rule.reference, rule.filters) == (name, sign, reference, filters)
    assert rule.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read"),
        ("rejection_rate", "cannot be read"),
        ("> 3", "cannot be read"),
        ("leads > 3 > 2", "cannot be read"),
        ("rejection_rat > 3", "did you mean rejection_rate"),
        ("rejection_rate > 15", "write 15%"),
        ("leads > 15%", "no share"),
        ("leads > 2h", "told in leads"),
        ("age > 2", "2h or 2min"),
        ("age > 2 lightyears", "told in minutes"),
        ("age > same weekday", "compared with a time"),
        ("age[source=3] > 2h", "leave out [source=3]"),
        ("leads > many", "no limit"),
        ("leads < 0.5 same weekday", "no limit"),
        ("leads < 0.5 * same weekend", "same weekday, previous, last year"),
        ("x" * 10_000 + " > 1", "There is no key figure"),
    ],
)
def test_a_rule_that_cannot_be_read_says_what_to_write(text, says):
    """In one line, not longer than a person reads."""
    with pytest.raises(ArgumentError) as refused:
        parse(text)

    assert says in str(refused.value)
    assert len(str(refused.value)) < 250
    assert "\n" not in str(refused.value)


@given(
    st.sampled_from([*KPIS, *AGES]),
    st.sampled_from([">", "<", ">=", "<=", "=", "==", "!=", "<>"]),
    st.one_of(
        st.floats(0, 1).map(lambda number: f"{number:.6f}"), st.sampled_from([f"2 * {name}" for name in REFERENCES])
    ),
    st.sampled_from(["", " "]),
)
def test_every_figure_can_be_compared(name, sign, limit, blank):
    """With blanks or without; an age with a time."""
    if name in AGES:
        limit = "3h"

    rule = parse(f"{name}{blank}{sign}{blank}{limit}")

    assert (rule.name, rule.operator) == (name, sign)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_rule_or_refused(text):
    """With an error of ours."""
    with suppress(ArgumentError):
        parse(text)


@pytest.mark.parametrize(
    ("sign", "met"),
    [(">", "3"), (">=", "23"), ("<", "1"), ("<=", "12"), ("=", "2"), ("==", "2"), ("!=", "13"), ("<>", "13")],
)
def test_operators_compare(sign, met):
    """Each against 2."""
    rule = parse(f"leads {sign} 2")

    assert "".join(str(value) for value in (1, 2, 3) if rule.is_met(value, rule.limit)) == met
