"""Texts within formulas are translated, values and cells are not, and what stands beside a value reads in its order."""

from __future__ import annotations

import pytest

from leads_excel.captions.languages import LTR
from leads_excel.excel.template.formula_texts import formula_in, is_caption


@pytest.mark.parametrize(
    ("english", "arabic"),
    [
        ('IF(A1="","Nothing is loaded.",B1)', 'IF(A1="","لم يُحمَّل شيء.",B1)'),
        ('FIXED(P4,1)&" a day"', 'FIXED(P4,1)&" في اليوم"'),
        ('LEFT(out_status,6)="Failed"', 'LEFT(out_status,3)="فشل"'),
        ("=Home!$F$2", "='الرئيسية'!$F$2"),
        ("SUM(Dashboard!$P$4:$P$9)", "SUM('لوحة المتابعة'!$P$4:$P$9)"),
        ('"Received   "&A1', f'"الواردة   {LTR}"&A1'),
        ('SUMPRODUCT((leads[source]="")*(leads[verdict]="provisional"))',) * 2,
        ('COUNTIF(bulks[isProcessed],"<3")',) * 2,
        ('REPT("modelYear",2)&"; brand="&"=LEADS_WHY"',) * 2,
        ('{"accepted","rejected"}',) * 2,
        ('IF(MID(out_range,11,4)=" to ",1)', f'IF(MID(out_range,11,4)=" \N{EN DASH} {LTR}",1)'),
    ],
)
def test_a_formula_says_the_same_in_arabic(english, arabic):
    """Captions and names of sheets; how many letters a beginning has is counted anew."""
    assert formula_in(english, "ar") == arabic
    assert formula_in(english, "en") == english


@pytest.mark.parametrize("formula", ['"Nobody knows this"&A1', 'IF(A1,"NO CAPITALS",1)', "Nowhere!A1"])
def test_what_is_neither_value_nor_caption_is_refused(formula):
    """Capitals are shown too, and so is the name of a sheet."""
    with pytest.raises(LookupError, match="no Arabic for"):
        formula_in(formula, "ar")


def test_captions_are_told_from_names_and_from_what_is_arabic():
    """Formulas shown as text, functions, tokens and what was translated before stay."""
    assert is_caption("What to load")
    assert is_caption("Nobody knows this")
    assert not any(map(is_caption, ("=LEADS(from)", "-30D", "LEADS_KPI", "2", "", "عنوان leadId")))
