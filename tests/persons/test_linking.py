"""Which leads are of one person: the rule clause by clause, and how right it is on leads whose persons are known."""

from __future__ import annotations

import pandas as pd
import pytest
from few_leads import bulk, lead
from labelled_leads import Labelled, precision_and_recall

from leads_excel.kpis.facts.facts import facts_of
from leads_excel.persons.addresses import email_codes, phone_codes
from leads_excel.persons.linking import MOST_NAMES, linked
from leads_excel.persons.names import NONE
from leads_excel.tables.lead_tables import build

ONE, TWO = "500000001", "500000002"
X, Y = "x.y@example.com", "y.x@example.com"


def clusters(*leads):
    """Tell which leads are of one customer: the places of each, those of nobody left out."""
    rows = []
    for number, (name, phone, email) in enumerate(leads, start=1):
        first, _, last = name.rpartition(" ") if " " in name else (name, "", "")
        rows.append(lead(number, firstName=first, lastName=last, phoneNumber=phone, email=email))
    customer = pd.Series(linked(facts_of(build([bulk("2026-08-03", *rows)]))).customer)
    return sorted(group.tolist() for number, group in customer.index.to_series().groupby(customer) if number >= 0)


def test_one_name_at_one_address_is_one_person():
    """By phone, by e-mail address, and from one to the other, however they are written."""
    chain = (("Sara Ali", ONE, None), ("SARA Ali", "0500000001", X), ("Sara  Ali", TWO, X.upper()))

    assert clusters(*chain, ("Sara Ali", TWO, Y)) == [[0, 1, 2, 3]]


def test_nothing_in_common_is_nobody_in_common():
    """One name alone tells nothing, and who has neither phone nor address is nobody's."""
    assert clusters(("Sara Ali", ONE, None), ("Sara Ali", TWO, None), ("Sara Ali", "123", "-")) == [[0], [1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohammed Al Otaibi", "Muhammad AlOtaibi"),
        ("Mohammed Al-Otaibi", "محمد العتيبي"),
        ("Mohd Oteibi", "محمّد عتيبي"),
        ("سارة الغامدي", "ســاره الغامدى"),
        ("أحمد القحطاني", "احمد القحطاني"),
        ("Abdul Rahman Saleh", "Abdulrahman Saleh"),
        ("عبد الرحمن صالح", "Abdelrahman Saleh"),
        ("Khaled bin Fahad", "Dr. Khalid Fahd"),
        ("Yousef Ali", "Yusuf Ali"),
        ("Sara Ahmed Ali", "Sara Ali"),
        ("S. Ali", "Sara Ali"),
        ("Sara A", "Sara Ali"),
        ("Sara", "Sara Ali"),
        ("", "Sara Ali"),
        ("- -", "Sara Ali"),
        ("customer", "سارة علي"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one, other):
    """In both scripts, with articles and titles or without, cut short or left out."""
    assert clusters((one, ONE, X), (other, ONE, Y)) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sara Ali", "Omar Ali"),
        ("Sara Ali", "Sara Hassan"),
        ("S. Ali", "Omar Ali"),
        ("Sara", "Omar Ali"),
        ("Hassan Ali", "Hussain Ali"),
        ("حسن علي", "حسين علي"),
        ("Mohammed Ali", "Mahmoud Ali"),
        ("Ahmad Ali", "Hamad Ali"),
        ("Saad Ali", "Saud Ali"),
    ],
)
def test_a_family_at_one_address_is_several_persons(one, other):
    """Names that only sound alike are told apart by how they are spelt."""
    assert clusters((one, ONE, X), (other, ONE, X)) == [[0], [1]]


def test_a_name_cut_short_joins_the_only_one_it_may_be():
    """Where it may be two persons it stays alone, and so does who has no name among several."""
    two = (("Sara Ali", ONE, None), ("Salma Ali", ONE, None))

    assert clusters(*two, ("Sara", ONE, None)) == [[0, 2], [1]]
    assert clusters(*two, ("S. Ali", ONE, None)) == [[0], [1], [2]]
    assert clusters(*two, ("", ONE, None), ("", ONE, None)) == [[0], [1], [2], [3]]


def test_a_chain_does_not_join_strangers():
    """A shares a phone with B and B an address with C: B is one of them, by the phone."""
    assert clusters(("Sara Ali", ONE, None), ("", ONE, X), ("Omar Saleh", TWO, X)) == [[0, 1], [2]]
    assert clusters(("Sara Ali", ONE, None), ("S", ONE, X), ("Salma Saleh", TWO, X)) == [[0, 1], [2]]
    assert clusters(("Sara Ali", ONE, None), ("Omar Saleh", ONE, X), ("Omar Saleh", TWO, X)) == [[0], [1, 2]]
    nameless = (("", ONE, None), ("", ONE, X), ("", TWO, X))
    assert clusters(*nameless) == [[0, 1], [2]]


def test_an_office_links_nobody():
    """With one name more than an address may have, not even the same name is the same person there."""
    names = ["Sara Ali", "Omar Saleh", "Huda Fahad", "Turki Nasser", "Reem Sultan", "Anas Tariq"][: MOST_NAMES + 1]
    few = [(name, ONE, None) for name in [*names[:MOST_NAMES], names[0]]]
    many = [(name, ONE, None) for name in [*names, names[0]]]

    assert clusters(*few) == [[0, MOST_NAMES], *([each] for each in range(1, MOST_NAMES))]
    assert clusters(*many) == [[each] for each in range(MOST_NAMES + 2)]
    assert clusters(*many, (names[0], ONE, X), (names[0], TWO, X))[-1] == [MOST_NAMES + 2, MOST_NAMES + 3]


@pytest.fixture(scope="module")
def labelled():
    """Twenty thousand leads of the simulated DMS, strangers at shared phones and addresses among them."""
    leads = Labelled(20_000)
    leads.spoil()
    return leads


def _held(labelled):
    tables = labelled.tables()
    facts = facts_of(tables)
    customer = pd.Series(linked(facts).customer, tables.leads.index, dtype="Int64")
    return precision_and_recall(customer.where(customer >= 0), labelled.truth(tables))


def test_the_rule_is_right_on_leads_as_they_come():
    """All pairs it finds are of one person; of the others nearly all have nothing valid in common."""
    precision, recall = _held(Labelled(20_000))
    print(f"\nas they come: precision {precision:.4f}, recall {recall:.4f}")

    assert precision == 1
    assert recall >= 0.9


def test_the_rule_does_not_swallow_strangers(labelled):
    """Offices, families, a filler that passes for a phone, names spelt anew: 98 of 100 pairs are of one person.

    Of the pairs of one person a sixth are lost: most of them have no address in common any more.
    """
    precision, recall = _held(labelled)
    print(f"\nwith strangers: precision {precision:.4f}, recall {recall:.4f}, of what has an address in common "
          f"{recall / _reachable(labelled):.4f}")  # fmt: skip

    assert precision >= 0.98
    assert recall >= 0.82
    assert recall / _reachable(labelled) >= 0.96


def _reachable(labelled):
    """Tell of which share of pairs of one person valid phones and addresses lead from one lead to the other."""
    tables = labelled.tables()
    facts, truth = facts_of(tables), labelled.truth(tables)
    cluster = list(range(len(truth)))
    first = {}

    def found(row):
        while cluster[row] != row:
            row = cluster[row]
        return row

    for codes in (phone_codes(facts)[0], email_codes(facts)):
        first.clear()
        for row, key in enumerate(zip(truth, codes, strict=True)):
            if key[1] != NONE:
                cluster[found(row)] = found(first.setdefault(key, row))
    return precision_and_recall(pd.Series(map(found, cluster), truth.index), truth)[1]
