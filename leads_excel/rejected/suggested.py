"""What a rule suggests, and how often something must have been seen before a rule relies on it. Data only."""

from __future__ import annotations

from typing import NamedTuple

SUPPORT = 20
"""Accepted leads that must have a value before it is suggested: fewer may be typing errors that the DMS let pass."""

HIGH, MEDIUM = "high", "medium"
"""The record itself says it, such as a phone with all its digits; or it is a guess from accepted leads."""


class Suggested(NamedTuple):
    """What should have been sent.

    Args:
        value: The value; None where the rule is not sure enough.
        confidence: `HIGH` or `MEDIUM`; empty without a value.
        why: A few words, without anything personal: what was done, or what is wrong.
    """

    value: str | None = None
    confidence: str = ""
    why: str = ""


NOTHING = Suggested()
"""The rule does not know."""
