"""How a chart is read: its words in a language, and the side it begins at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from leads_excel.captions.languages import Language, is_from_right, told
from leads_excel.schema.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

_FROM_RIGHT, _END = "\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_LABELS: Mapping[str, str] = {column.name: column.arabic for columns in TABLES.values() for column in columns}


class Reading(NamedTuple):
    """The language of a chart. Bars and their names begin at the right in Arabic; time runs as numbers do.

    Args:
        language: The language.
    """

    language: Language = "en"

    @property
    def from_right(self) -> bool:
        """Whether bars begin at the right."""
        return is_from_right(self.language)

    @property
    def side(self) -> Literal["left", "right"]:
        """The side at which reading begins."""
        return "right" if self.from_right else "left"

    @property
    def anchor(self) -> Literal["start", "end"]:
        """The same, as titles and legends have it."""
        return "end" if self.from_right else "start"

    def told(self, text: str, **values: object) -> str:
        """Write a caption, with values where it has some; in an SVG, which is read from the left, it stands apart."""
        words = told(text, self.language, **values)
        return f"{_FROM_RIGHT}{words}{_END}" if self.from_right and values else words

    def field(self, name: str) -> str:
        """Name a field: `sub source` for subSource, or its label in another language."""
        if self.language != "en":
            return _LABELS.get(name, name)
        return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
