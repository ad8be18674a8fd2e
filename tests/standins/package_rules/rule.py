"""What a rule is: a function that looks at one kind of thing and says, in words, what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Rule = Callable[[Any], Iterator[str]]


class Finding(NamedTuple):
    """One broken rule.

    Args:
        rule: The name of the rule.
        part: The part that breaks it.
        text: What is wrong, and where in the part.
    """

    rule: str
    part: str
    text: str
