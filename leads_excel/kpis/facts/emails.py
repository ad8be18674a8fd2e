"""E-mail addresses as people type them -> those that a message can be sent to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.kpis.facts.patterns import matches, typed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

VALID, MISSING, INVALID, PLACEHOLDER = 0, -1, -2, -3
"""What was typed: an address, nothing, something that is none, or an address that only fills the field."""

# One @, and a domain with a dot in it: more than that only the mail server knows.
_ADDRESS = r"^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$"
_FILLER = r"^(?:test|testing|none|no|na|n\.a|nomail|noemail|no-email|noreply|no-reply|unknown|xx+|123+)@"
_NOTHING = r"^[\s\p{P}\p{S}]*$"


def states(cells: pd.Series[Any]) -> Numbers:
    """Tell what was typed as e-mail addresses; capitals and blanks around them do not matter.

    Args:
        cells: The addresses, as typed.

    Returns:
        For each cell `VALID`, `MISSING`, `INVALID` or `PLACEHOLDER`.
    """
    texts = _plain(cells)
    is_address = matches(texts, _ADDRESS)
    found = np.empty(len(texts), "int64")
    addresses, others = texts.filter(pa.array(is_address)), texts.filter(pa.array(~is_address))
    found[is_address] = np.where(matches(addresses, _FILLER), PLACEHOLDER, VALID)
    found[~is_address] = np.where(matches(others, _NOTHING), MISSING, INVALID)
    return found


def numbered(cells: pd.Series[Any], known: Numbers) -> tuple[Numbers, pa.Array]:
    """Give each different address a number.

    Args:
        cells: The addresses, as typed.
        known: What they are, as `states` tells.

    Returns:
        For each cell the number of its address from 0, or what else it is; and the addresses by number.
    """
    is_valid = known == VALID
    distinct = _plain(cells).filter(pa.array(is_valid)).dictionary_encode()
    numbers = known.copy()
    numbers[is_valid] = distinct.indices.to_numpy()
    return numbers, distinct.dictionary


def _plain(cells: pd.Series[Any]) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(typed(cells)))
