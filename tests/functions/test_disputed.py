"""A number over windows that lack leads is no number, unless somebody asks for what there is."""

import re

import pytest
from few_leads import Desk, bulk, lead, session

from leads_excel.excel import udfs
from leads_excel.exceptions import ApiReplyError
from leads_excel.fetching.session import use
from leads_excel.functions.analysis import leads_by, leads_kpi
from leads_excel.functions.listings import leads_status

DAYS = "2026-08-03", "2026-08-10"
SHORT = (
    bulk("2026-08-03", lead(1, source="Website"), lead(2, source="Website")),
    bulk("2026-08-04", lead(3, source="Walk in"), totalRecords=10),
)


@pytest.fixture
def short():
    """A session over a window with ten leads counted and one received, which may still change."""
    use(session(Desk(*SHORT, final=False)))
    yield
    use(None)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("kpi", ["leads", "rejection_rate", "customers", "week_mean"])
def test_a_figure_is_refused_with_both_counts(kpi):
    """The message names the window, both counts, and the option that gives a number all the same."""
    with pytest.raises(ApiReplyError, match=re.escape("(12 leads counted, 3 received)")) as refused:
        leads_kpi(kpi, *DAYS)

    assert "partial=1" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("short")
def test_partial_gives_the_number_of_what_came():
    """Who asks for it gets it, as a number and as a table."""
    assert leads_kpi("leads", *DAYS, None, "partial=1") == 3
    assert leads_by("source", *DAYS, "leads", None, "partial=1")["leads"].sum() == 3


@pytest.mark.usefixtures("short")
def test_a_table_of_figures_is_refused_too():
    """A sum over its rows would look complete."""
    with pytest.raises(ApiReplyError, match="partial=1"):
        leads_by("source", *DAYS)


@pytest.mark.usefixtures("short")
def test_the_cell_is_not_available_and_says_why():
    """`#N/A` in the cell, the reason behind `LEADS_STATUS`."""
    assert udfs.LEADS_KPI("leads", *DAYS) == "#N/A"
    assert "12 leads counted, 3 received" in leads_status("failure")


@pytest.mark.parametrize(("weeks", "rest"), [(3, ""), (4, " and 1 more"), (5, " and 2 more")])
def test_three_windows_are_named_and_the_others_counted(weeks, rest):
    """However many there are, the message is a line."""
    days = [f"2026-08-{3 + 7 * week:02}" for week in range(weeks)]
    use(session(Desk(*(bulk(day, totalRecords=1) for day in days), final=False)))
    try:
        with pytest.raises(ApiReplyError) as refused:
            leads_kpi("leads", days[0], days[-1])
    finally:
        use(None)

    assert str(refused.value).count("1 lead counted, 0 received") == 3
    assert f"received){rest}: reload later" in str(refused.value)


def test_more_leads_than_counted_are_doubted_too():
    """Whichever of the two is wrong, the number may be."""
    use(session(Desk(bulk("2026-08-03", lead(1), lead(2), totalRecords=1), final=False)))
    try:
        with pytest.raises(ApiReplyError, match=re.escape("(1 lead counted, 2 received)")):
            leads_kpi("leads", *DAYS)
    finally:
        use(None)


@pytest.mark.parametrize("more", [{"totalRecords": None}, {"isProcessed": 2}, {"isProcessed": 3}])
def test_what_counts_nothing_or_still_counts_is_not_doubted(more):
    """Without a count there is nothing to compare, and bulks under way are not counted to the end."""
    use(session(Desk(bulk("2026-08-03", lead(1), **{"totalRecords": 9, **more}), final=False)))
    try:
        assert leads_kpi("leads", *DAYS) == 1
    finally:
        use(None)


def test_what_is_final_is_a_number():
    """When the API said the same on so many days, it is what there is."""
    use(session(Desk(*SHORT, final=True)))
    try:
        assert leads_kpi("leads", *DAYS) == 3
    finally:
        use(None)
