"""What a customer answered last: yes, no or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from leads_excel.kpis.consent import PURPOSES
from leads_excel.kpis.facts.facts import NEVER, says, submitted
from leads_excel.persons.addresses import email_codes, phone_codes
from leads_excel.persons.names import NONE

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.persons.touches import Touches

_SAID = ("yes", "no", "unknown")
_LAST = np.iinfo("int64").max


def answers(facts: Facts, touches: Touches, purpose: str) -> pa.Array:
    """Tell of each customer what was answered last, in rejected leads too.

    A no counts under every phone and e-mail address of the customer, whoever gave it: a message to an office reaches
    who refused it. Of answers at the same moment no is the later one, and a no of unknown time may be the last.

    Args:
        facts: The range.
        touches: The leads of each customer.
        purpose: One of `consent.PURPOSES`.
    """
    name = PURPOSES[purpose]
    agrees, refuses = says(facts, name), says(facts, name, "no")
    moment = submitted(facts)
    refused = np.where(moment == NEVER, _LAST, moment)
    phone, email = (_last_no(codes, refuses, refused) for codes in (phone_codes(facts)[0], email_codes(facts)))
    latest_no = _latest(touches, np.maximum(phone, email))
    latest_yes = _latest(touches, np.where(agrees, moment, NEVER))
    yes, no, unknown = range(len(_SAID))
    said = np.select(
        [latest_no > NEVER, touches.total(agrees) > 0], [np.where(latest_yes > latest_no, yes, no), yes], unknown
    )
    return pa.array(_SAID, pa.large_string()).take(pa.array(said))


def _last_no(codes: Numbers, refuses: Flags, moment: Numbers) -> Numbers:
    """Tell for each lead when somebody said no under its phone or its e-mail address; `NEVER` if nobody did."""
    last = np.full(int(codes.max(initial=NONE)) + 2, NEVER)
    rows = np.flatnonzero(refuses & (codes != NONE))
    np.maximum.at(last, codes[rows], moment[rows])
    return last[codes]


def _latest(touches: Touches, moment: Numbers) -> Numbers:
    ordered = moment[touches.rows]
    return np.maximum.reduceat(ordered, touches.begins) if touches.count else ordered
