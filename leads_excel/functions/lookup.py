"""Leads by their numbers, looked for in the newest days first."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.arguments.views import numbers
from leads_excel.dates.days import Days
from leads_excel.dates.typed_dates import today
from leads_excel.windows.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from leads_excel.fetching.session import Session

_STEPS = (7, 35)  # most look-ups are about new leads; the rest of the horizon is one step and runs in parallel


def found(wanted: AbstractSet[int], session: Session) -> pd.DataFrame:
    """Find leads, as far back as the settings say.

    Args:
        wanted: Numbers, each a `leadExternalId` or a `leadId`.
        session: Where to look.

    Returns:
        Rows of the leads table, one for each number that a lead has; of several leads the newest. Its index are these
        numbers.

    Raises:
        ApiError: Some windows are missing.
    """
    settings = session.settings
    pieces: list[pd.DataFrame] = []
    for days in _newest_first(today(settings.zone), settings.horizon_days):
        leads = session.tables(Question(days, settings.zone)).leads
        rows = _rows_of(wanted, leads)
        pieces.append(leads.take(list(rows.values())).set_axis(list(rows), axis="index"))
        wanted = wanted - rows.keys()
        if not wanted:
            break
    return pd.concat([piece for piece in pieces if len(piece)] or pieces[:1])


def _rows_of(wanted: AbstractSet[int], leads: pd.DataFrame) -> dict[int, int]:
    rows: dict[int, int] = {}
    for name in ("leadExternalId", "leadId"):
        values = numbers(leads[name])
        for row in np.flatnonzero(values.isin(wanted)).tolist():  # the last one stands for the newest bulk
            number = int(values.iloc[row])
            rows[number] = max(row, rows.get(number, 0))
    return rows


def _newest_first(last: date, horizon: int) -> Iterator[Days]:
    ends = sorted({0, horizon, *(step for step in _STEPS if step < horizon)})
    for newer, older in itertools.pairwise(ends):
        yield Days(last - timedelta(days=older - 1), last - timedelta(days=newer))
