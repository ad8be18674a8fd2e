"""What is asked of the API: days and filters, which cut themselves into windows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.windows.week_grid import Window, split

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from leads_excel.dates.days import Days


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the API: a range of days and the filters it offers.

    Args:
        days: Business days, the last included.
        zone: The business zone.
        lead_id: Only this lead, or None.
        source: Only this source number, or None.
        sub_source: Only this sub-source number, or None.
        as_of: Answer as it stood at this moment, in UTC; None is now.
    """

    days: Days
    zone: ZoneInfo
    lead_id: int | None = None
    source: int | None = None
    sub_source: int | None = None
    as_of: datetime | None = None

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows that cover the days, in time order."""
        return split(self.days, self.zone)

    @property
    def filters(self) -> dict[str, int | None]:
        """The filters, as the client takes them."""
        return {"lead_id": self.lead_id, "source": self.source, "sub_source": self.sub_source}

    @property
    def is_whole(self) -> bool:
        """Whether all leads are asked for: a filter of the API leaves leads out and the counts of bulks as they are."""
        return all(number is None for number in self.filters.values())

    @property
    def title(self) -> str:
        """The range, the filters and the moment in words."""
        named = {"lead": self.lead_id, "source": self.source, "sub-source": self.sub_source}
        then = [f"as of {self.as_of.astimezone(self.zone):%Y-%m-%d %H:%M}"] if self.as_of else []
        return ", ".join([str(self.days), *(f"{name} {n}" for name, n in named.items() if n is not None), *then])
