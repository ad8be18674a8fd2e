"""A typo is never a number: filters, options and names in every function that takes them."""

from __future__ import annotations

import string

import pytest
from few_leads import Desk, bulk, lead, session
from hypothesis import assume, given
from hypothesis import strategies as st

from leads_excel.arguments.names import plain
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.session import use
from leads_excel.functions.analysis import leads_by, leads_dupes, leads_kpi
from leads_excel.functions.listings import lead_bulks, lead_errors, lead_vehicles, leads
from leads_excel.kpis import KPIS
from leads_excel.schema.columns import LEADS
from leads_excel.schema.spelling import folded

BRANCHES = ("Riyadh Khurais", "Jeddah Tahlia", "Dammam", "Khamis Mushait", "Hofuf")
OPTIONS = ("headers", "labels", "sort", "limit", "pii", "empty", "as_of", "missing")
DAYS = ("2026-08-01", "2026-08-31")
DOORS = {
    "leads": lambda filters, options=None: len(leads(*DAYS, None, filters, options)),
    "lead_vehicles": lambda filters, options=None: len(lead_vehicles(*DAYS, None, filters, options)),
    "lead_errors": lambda filters, options=None: len(lead_errors(*DAYS, None, filters, options)),
    "leads_kpi": lambda filters, options=None: leads_kpi("leads", *DAYS, filters, options),
    "leads_by": lambda filters, options=None: len(leads_by("source", *DAYS, None, filters, options)),
    "leads_dupes": lambda filters, options=None: len(leads_dupes(*DAYS, None, filters, options)),
}


@pytest.fixture(autouse=True, scope="module")
def _desk():
    """Answer from one lead of each branch, the last of which has no error, no vehicle and no duplicate."""
    same = {"phoneCode": "00966", "phoneNumber": "500000001", "source": "Website"}
    many = [lead(number, branch=branch, **same) for number, branch in enumerate(BRANCHES[:-1], 1)]
    many[0] |= {"isError": 1, "errorList": ["Branch is closed"]}
    many[1] |= {"vehicles": [{"leadVehiclesId": 1, "modelFamily": "RIO", "modelYear": 2026, "totalQty": 1}]}
    before = bulk("2026-07-25", lead(10, branch="Dammam", source="Event"))
    use(session(Desk(before, bulk("2026-08-03", *many, lead(9, branch="Hofuf", source="Event")))))
    yield
    use(None)


def refused(call, *arguments):
    """Give the message with which a call is refused."""
    with pytest.raises(ArgumentError) as caught:
        call(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@st.composite
def misspelt(draw, words, letters=string.ascii_lowercase):
    """Draw a word, and the word with one letter changed, dropped, added or swapped with the next."""
    word = draw(st.sampled_from(words))
    place = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(letters))
    ways = (
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place:],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    )
    return word, draw(st.sampled_from(ways))


@pytest.mark.parametrize("door", DOORS)
def test_a_misspelt_value_is_refused_in_every_function(door):
    """Or is no leads, where a formula asks for that."""
    assert "no lead has branch 'Damam': Dammam?" in refused(DOORS[door], "branch=Damam")
    assert "no lead has branch 'Damam': Dammam?" in refused(DOORS[door], "source=Website, branch<>Damam")
    assert DOORS[door]("branch=Damam", "missing=0") == 0


@pytest.mark.parametrize("door", DOORS)
def test_a_value_that_leads_have_may_give_nothing(door):
    """The lead of Hofuf has no error, no vehicle and no duplicate; it is there all the same."""
    assert DOORS[door]("branch=Hofuf") == (0 if door in ("lead_vehicles", "lead_errors", "leads_dupes") else 1)


def test_bulks_have_values_of_their_own():
    """Their fields are not those of leads."""
    assert len(lead_bulks(*DAYS, None, "status=Cancelled")) == 0
    assert "Completed?" in refused(lead_bulks, *DAYS, None, "status=Complet")


def test_what_the_range_before_did_not_have_is_no_slip():
    """A change from nothing is a change."""
    assert leads_kpi("change", "2026-08-01", "2026-08-10", "branch=Hofuf") == 1


@pytest.mark.parametrize("door", DOORS)
def test_an_option_among_the_filters_is_told_where_it_belongs(door):
    """And a field among the options."""
    assert "sort is an option, no field" in refused(DOORS[door], "sort=desc")
    assert "source is a field, no option" in refused(DOORS[door], None, "source=Website")


def test_sort_takes_a_field():
    """Whoever writes a direction is told how it is written."""
    for text in ("sort=desc", "sort=descending", "sort=leadDate desc", "sort=تنازلي"):
        assert "write sort=-leadDate." in refused(leads, *DAYS, None, None, text)
    assert "write sort=leadDate." in refused(leads, *DAYS, None, None, "sort=asc")


@pytest.mark.slow
@given(misspelt(BRANCHES), st.sampled_from(sorted(DOORS)), st.sampled_from(("=", "<>")))
def test_one_wrong_letter_in_a_value_names_the_value(pair, door, operator):
    """In every function, for = and <>."""
    word, typed = pair
    assume(typed.strip().casefold() != word.casefold())

    assert word in refused(DOORS[door], f"branch{operator}{typed}")


@pytest.mark.slow
@given(misspelt([item.name for item in LEADS]), st.sampled_from(sorted(DOORS)))
def test_one_wrong_letter_in_a_field_names_the_field(pair, door):
    """The nearest fields are suggested, the one that was meant among them."""
    word, typed = pair
    names = {plain(name) for item in LEADS for name in (item.name, item.label)}
    assume(plain(typed) not in names and folded(typed))

    assert word in refused(DOORS[door], f"{typed}=5")


@given(misspelt(OPTIONS))
def test_one_wrong_letter_in_an_option_names_the_option(pair):
    """It is not passed over."""
    word, typed = pair
    assume(plain(typed) not in map(plain, OPTIONS))

    assert word in refused(leads, *DAYS, None, None, f"{typed}=1")


@given(misspelt(sorted(KPIS)))
def test_one_wrong_letter_in_a_key_figure_names_the_key_figure(pair):
    """It is not taken for another one."""
    word, typed = pair
    names = {plain(name) for kpi in KPIS.values() for name in (kpi.name, kpi.label)}
    assume(plain(typed) not in names)

    assert word in refused(leads_kpi, typed, *DAYS)
