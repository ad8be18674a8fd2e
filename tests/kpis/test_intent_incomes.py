"""Income bands as people submit them."""

from __future__ import annotations

import math

import pytest

from leads_excel.kpis.intent import middle


@pytest.mark.parametrize(
    ("band", "amount"),
    [
        ("5000-10000 SAR", 7500),
        ("5,000 - 10,000", 7500),
        ("\u0665\u0660\u0660\u0660-\u0661\u0660\u0660\u0660\u0660 ريال", 7500),
        ("5000.50-10000.50 SAR", 7500.5),
        ("20000+ SAR", 20000),
        (">20000 SAR", 20000),
        ("<5000 SAR", 2500),
        ("≤ 5000", 2500),
        ("12000", 12000),
        ("12000 SR", 12000),
    ],
)
def test_a_band_has_a_middle(band, amount):
    """An upper bound counts half, a lower bound counts itself."""
    assert middle(band) == amount


@pytest.mark.parametrize("band", ["", "high", "5000-10000 USD", "1-2-3", "-"])
def test_what_is_no_band_in_riyals_has_none(band):
    """Missing, not 0."""
    assert math.isnan(middle(band))
