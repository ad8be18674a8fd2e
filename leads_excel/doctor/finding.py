"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing.

    Args:
        subject: What was looked at.
        text: What was found; never a secret.
        well: False when something has to be done about it.
    """

    subject: str
    text: str
    well: bool = True
