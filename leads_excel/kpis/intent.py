"""How serious customers are: test drives, priority, when they plan to buy, how they pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.facts import is_accepted, says
from leads_excel.kpis.registry import kpi
from leads_excel.measures import share

if TYPE_CHECKING:
    from leads_excel.facts import Facts
    from leads_excel.measures import Ratio


@kpi("Test drive rate", "نسبة تجربة القيادة", "share")
def test_drive_rate(facts: Facts) -> Ratio:
    """Accepted leads that want a test drive / accepted leads; unknown is not yes."""
    return share(says(facts, "testDriveRequired"), is_accepted(facts))
