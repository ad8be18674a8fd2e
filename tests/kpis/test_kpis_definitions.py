"""A definition says what the code does: each word that the code looks for is named in it."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack
from unittest import mock

import pytest
from few_leads import bulk, lead

from leads_excel.kpis import KPIS, intent
from leads_excel.kpis.facts import emails, phones
from leads_excel.kpis.facts.facts import matching
from leads_excel.kpis.facts.rules import RULES
from leads_excel.tables.lead_tables import build


def _patterns():
    """Give each pattern that a key figure matches texts with, wherever that is done, and the key figure."""
    modules = [module for name, module in sys.modules.items() if name.startswith("leads_excel.kpis")]
    for name, kpi in KPIS.items():
        with ExitStack() as stack:
            spies = [
                stack.enter_context(mock.patch.object(module, "matching", wraps=matching))
                for module in modules
                if getattr(module, "matching", None) is matching
            ]
            kpi(build([bulk("2026-08-03", lead(1))]), before=build([]))
        words = [word for spy in spies for call in spy.call_args_list for word in call.args[2].split("|")]
        yield from (pytest.param(name, word, id=f"{name}: {word}") for word in dict.fromkeys(words))


PATTERNS = list(_patterns())


def test_key_figures_match_words():
    """As many as there are today, at least: the search finds them."""
    assert len(PATTERNS) >= 16


@pytest.mark.parametrize(("name", "word"), PATTERNS)
def test_a_definition_names_the_words_that_the_code_looks_for(name, word):
    """Payment modes, priorities and channels."""
    assert re.search(rf"\b{word.rstrip('$')}", KPIS[name].about, re.IGNORECASE)


def test_a_near_purchase_is_within_the_days_of_the_rules():
    """Each plan that the definition names is counted, one day more is not."""
    named = [int(days) for days in re.findall(r"Within (\d+) Days", KPIS["near_term_rate"].about)]
    assert max(named) == RULES.near_days

    plans = [*(f"Within {days} Days" for days in named), f"Within {RULES.near_days + 1} Days", "Immediately"]
    figure = KPIS["near_term_rate"](build([bulk("2026-08-03", *_leads(purchasePlan=plans))]))

    assert (figure.numerator, figure.denominator) == (len(named), len(plans))


def _leads(**columns):
    ((name, values),) = columns.items()
    return [lead(number, **{name: value}) for number, value in enumerate(values, 1)]


def test_what_only_fills_the_field_is_named():
    """Each filler of the code stands in the definition, and each address and number there is one."""
    about = KPIS["invalid_email_rate"].about
    fillers = re.search(r"\(\?:(.*)\)@", emails._FILLER)[1].split("|")
    assert [word for word in fillers if not re.search(rf"\b{word.rstrip('+')}\b", about)] == []

    named = re.findall(r"(\S+)@", about)
    figure = KPIS["invalid_email_rate"](build([bulk("2026-08-03", *_leads(email=[f"{w}@x.example" for w in named]))]))
    assert (figure.value, figure.numerator) == (1, len(fillers))

    numbers = re.findall(r"\d{9}", KPIS["invalid_phone_rate"].about)
    assert [phones.read("00966", number) for number in ("000", *numbers)] == [phones.PLACEHOLDER] * (len(numbers) + 1)


def test_currencies_are_named():
    """Every way to write riyals that the code reads."""
    about = re.sub(r"[.]", "", KPIS["income_known_rate"].about.casefold())

    assert [word for word in intent._HOME if word and not re.search(rf"\b{word}\b", about)] == []


def test_minutes_of_leads_dated_after_their_submission_do_not_count():
    """As the definitions of all figures of intake say."""
    leads = [lead(1, leadDate="2026-08-03T11:50:00"), lead(2, leadDate="2026-08-03T12:30:00")]
    tables = build([bulk("2026-08-03", *leads)])

    assert (KPIS["prompt_rate"](tables).denominator, KPIS["intake_minutes"](tables).denominator) == (1, 1)
    assert all(
        "after" in KPIS[name].about for name in ("prompt_rate", "intake_minutes", "intake_minutes_p90", "intake_days")
    )
