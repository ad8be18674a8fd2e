"""Income bands as people submit them -> amounts. Pure."""

from __future__ import annotations

import math
import re
import unicodedata

_AMOUNT = re.compile(r"\d+(?:[,٬]\d{3})*(?:\.\d+)?")
_CURRENCY = re.compile(r"[^\W\d_]+")
_HOME = {"", "sar", "sr", "riyal", "riyals", "ريال", "رس"}


def middle(band: str) -> float:
    """Read the middle of an income band.

    Args:
        band: Such as `5000-10000 SAR`, `20000+`, `>20000`, `<5000 SAR`, `12,000`; with Arabic digits too.

    Returns:
        Riyals: the middle between two amounts, half of an upper bound, a lower bound itself; NaN for what is no band
        or another currency.
    """
    text = "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in band).casefold()
    amounts = [float(re.sub(r"[,٬]", "", amount)) for amount in _AMOUNT.findall(text)]
    if "".join(_CURRENCY.findall(text)) not in _HOME or not 1 <= len(amounts) <= 2:
        return math.nan
    if len(amounts) == 1 and re.match(r"\s*[<≤]", text):
        amounts.append(0.0)
    return sum(amounts) / len(amounts)
