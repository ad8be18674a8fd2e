"""Names of sheets as formulas write them, compared as Excel does: quoted or not, ignoring case in every script."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@lru_cache
def folded(name: str) -> str:
    """Fold a sheet's name for comparison, letter by letter (Unicode simple case folding): `ß` is not `ss`."""
    return "".join(letter.casefold() if len(letter.casefold()) == 1 else letter.lower() for letter in name)


def same_sheet(name: str, other: str) -> bool:
    """Say whether two names are one sheet's."""
    return folded(name) == folded(other)


def unquoted(written: str) -> str:
    """Read a name as it stands before the `!` of a reference: `'It''s'` is `It's`."""
    return written[1:-1].replace("''", "'") if written.startswith("'") else written


def quoted(name: str) -> str:
    """Write a name as it stands before the `!` of a reference."""
    return name if name.isascii() and name.isidentifier() else "'" + name.replace("'", "''") + "'"


class SheetNames:
    """The sheets of a workbook.

    Args:
        names: Their names, in the order of their tabs.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._folded = {folded(name): name for name in reversed(self._names)}
        # Programs other than Excel write STRASSE for Straße: understood where no sheet has that very name.
        self._alike = {name.casefold(): name for name in reversed(self._names)}

    def named(self, written: str) -> tuple[str, ...]:
        """Find the sheets that a reference names before its `!`.

        Args:
            written: A name, or the first and the last of several with a colon between them (18.17.2.3, 3-D
                references); quoted or not.

        Returns:
            Their names as the tabs have them; none for a sheet of another workbook, or one that is not there.
        """
        text = unquoted(written)
        ends = [self._one(end) for end in text.split(":")]
        places = sorted(self._names.index(end) for end in ends if end is not None)
        if len(places) != len(ends) or len(ends) > 2:
            return ()
        return self._names[places[0] : places[-1] + 1]

    def _one(self, name: str) -> str | None:
        return self._folded.get(folded(name), self._alike.get(name.casefold()))
