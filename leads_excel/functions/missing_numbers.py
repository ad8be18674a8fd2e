"""Why a key figure has no value: what `leads_status("failure")` tells of an empty cell. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leads_excel.kpis import Figure, Kpi


def why_none(kpi: Kpi, figure: Figure, least: int = 0) -> str:
    """Say why there is no value.

    Args:
        kpi: The key figure.
        figure: It worked out, without a value or of too few leads.
        least: A rate of fewer is not told.

    Returns:
        Such as `no accepted leads`: what the definition divides by, of which there are none.
    """
    whole = re.split(r"[.;]", kpi.about.partition(" / ")[2])[0]
    if figure.denominator:
        of = f"{figure.denominator:g} {whole or 'leads'}"
        return f"{of}, fewer than min={least}" if figure.denominator < least else f"{of}, which is too few"
    if whole and not whole.startswith("th"):  # "those", "these days" name nothing by themselves
        return f"no {whole}"
    return f"there is nothing to work it out from ({kpi.about.rstrip('.')})"
