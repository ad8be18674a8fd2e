"""Why leads were rejected, without what the message says of the customer."""

from __future__ import annotations

import pandas as pd
import pytest
from few_leads import bulk, lead

import leads_excel as lx
from leads_excel.kpis.facts.grouping import by_value
from leads_excel.tables.lead_tables import build
from leads_excel.tables.reasons import reasons


def reason(message, **keys):
    """Reduce the one error of a lead."""
    return reasons(build([bulk("2026-08-03", lead(1, isError=1, errorList=[message], **keys))])).tolist()


@pytest.mark.parametrize(
    ("message", "wording"),
    [
        ("Phone 0501234567 is not valid", "Phone ••• is not valid"),
        ("Email sara@example.com is taken", "Email ••• is taken"),
        ("Model 'OPTIMUS' does not exist", "Model ••• does not exist"),
        ("Customer Sara Ali exists already", "Customer ••• exists already"),
        ("SARA is on the list, Sara!", "••• is on the list, •••!"),
        ("Sarah is another, and so is salient", "Sarah is another, and so is salient"),
        ("العميلة سارة موجودة", "العميلة سارة موجودة"),
        ("Najd (Est.) [a+b] has no contact", "••• has no contact"),
        ("Branch is mandatory", "Branch is mandatory"),
    ],
)
def test_a_reason_does_not_tell_who(message, wording):
    """Numbers, addresses, quotes and the lead's own names are left out, nothing else."""
    names = {"firstName": "Sara", "lastName": " Ali ", "middleName": "", "companyName": "Najd (Est.) [a+b]"}

    assert reason(message, **names) == [wording]


def test_arabic_names_are_names_too():
    """Whole words only, as in any script."""
    assert reason("العميلة سارة موجودة", firstName="سارة") == ["العميلة ••• موجودة"]


def test_short_names_hide_nothing():
    """A name of two letters would stand in half of all words."""
    assert reason("It is not valid", firstName="It", lastName="is") == ["It is not valid"]


def test_each_error_is_looked_at_with_the_names_of_its_own_lead():
    """So that the same message about two customers is one reason, in all the places where reasons are counted."""
    tables = build([
        bulk(
            "2026-08-03",
            lead(1, isError=1, firstName="Sara", errorList=["Sara exists already", {"code": "E9"}]),
            lead(2),
            lead(3, isError=1, firstName="Omar", lastName="Said", errorList=["Omar Said exists already"]),
        )
    ])  # fmt: skip

    assert reasons(tables).tolist() == ["••• exists already", pd.NA, "••• exists already"]
    assert lx.kpis.top_reasons(tables).to_dict("list") == {
        "reason": ["••• exists already"], "leads": [2], "share": [1.0],
    }  # fmt: skip
    assert set(by_value("reason", tables).keys.categories) == {"(blank)", "••• exists already"}


def test_leads_without_errors_stand_between():
    """The second error is that of the third lead, whose name it is."""
    tables = build([
        bulk(
            "2026-08-03",
            lead(1, firstName="Sara"),
            lead(2, isError=1, firstName="Omar", errorList=["Omar is here, Sara is not"]),
            lead(3, isError=1, firstName="Sara", errorList=["Omar is here, Sara is not"]),
        )
    ])  # fmt: skip

    assert reasons(tables).tolist() == ["••• is here, Sara is not", "Omar is here, ••• is not"]


def test_no_errors_have_no_reasons():
    """An empty table stays one."""
    assert reasons(build([])).tolist() == []
