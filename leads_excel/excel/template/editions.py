"""A workbook in another language than English: what is written into it is translated on the way.

Sheets are written once, in English. This workbook stands where XlsxWriter's own does and looks each text up in
`captions` before it is written: cells, formulas, names of sheets, explanations, the edges of pages, series of charts. A
text that nobody has translated ends the build, so no sheet can be half in one language. The headings of tables are
names of the API and stay; see `sheets.listings` for how they are shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from leads_excel.captions.languages import LANGUAGE_NAME, caption, is_from_right, known
from leads_excel.excel.template.formula_texts import formula_in, is_caption
from leads_excel.excel.template.sheets.paper import PAGES

if TYPE_CHECKING:
    from pathlib import Path

    from leads_excel.captions.languages import Language

_TOLD = ("input_title", "input_message", "error_title", "error_message", "description")
_CODE = re.compile(r"(&(?:\d+|[A-Z]))")
_SIDES = {"&L": "&R", "&R": "&L"}
_FROM_RIGHT, _END = "\N{RIGHT-TO-LEFT EMBEDDING}", "\N{POP DIRECTIONAL FORMATTING}"
_DAY_AND_MONTH = "d mmm"


class Edition(Workbook):  # type: ignore[misc,unused-ignore]  # XlsxWriter tells no types in every version
    """A workbook in a language.

    Args:
        target: The file.
        options: As for XlsxWriter.
        language: The language.
    """

    def __init__(self, target: Path, options: dict[str, Any], language: Language) -> None:
        super().__init__(target, options)
        self.language = language
        super().define_name(LANGUAGE_NAME, f'="{language}"')

    def add_worksheet(self, name: str | None = None, worksheet_class: Any = None) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Add a sheet under its name in the language."""
        sheet = super().add_worksheet(caption(name or "", self.language), worksheet_class or _EditionSheet)
        sheet.language = self.language
        if is_from_right(self.language):
            sheet.right_to_left()
        return sheet

    def define_name(self, name: str, formula: str) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Define a name of a cell on a sheet, whatever the sheet is called."""
        return super().define_name(name, formula_in(formula, self.language))

    def add_chart(self, options: dict[str, Any]) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Add a chart whose series are named in the language; bars begin where reading does."""
        chart = super().add_chart(options)
        add, set_x = chart.add_series, chart.set_x_axis
        mirrored = {"reverse": True} if options["type"] == "bar" and is_from_right(self.language) else {}

        def add_series(series: dict[str, Any]) -> None:
            add({name: self._in_series(value) for name, value in series.items()})

        def set_x_axis(look: dict[str, Any]) -> None:
            code = str(look.get("num_format", "")).replace(_DAY_AND_MONTH, "mm-dd")  # as Excel's own language writes it
            set_x({**look, **({"num_format": code} if code else {}), **mirrored})

        chart.add_series, chart.set_x_axis = add_series, set_x_axis
        return chart

    def _in_series(self, value: Any) -> Any:  # noqa: ANN401 - whatever an option of a series is
        if not isinstance(value, str):
            return value
        return formula_in(value, self.language) if value.startswith("=") else caption(value, self.language)


class _EditionSheet(Worksheet):  # type: ignore[misc,unused-ignore]  # as above
    """A sheet whose texts are translated as they are written."""

    language: Language = "en"

    def write(self, *cell: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write a text, or nothing but a format."""
        return super().write(*self._translated(cell))

    def write_string(self, *cell: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write a text."""
        return super().write_string(*self._translated(cell))

    def write_formula(self, *cell: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write a formula with its texts in the language."""
        return super().write_formula(*self._translated(cell, is_formula=True))

    def write_array_formula(self, *cells: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write an array formula likewise."""
        return super().write_array_formula(*self._translated(cells, corners=2, is_formula=True))

    def merge_range(self, *cells: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write a text over several cells."""
        return super().merge_range(*self._translated(cells, corners=2))

    def write_url(self, row: int, column: int, url: str, style: Any, text: str) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write a link to a sheet."""
        place = url.removeprefix("internal:").replace("'", "")
        told = "internal:" + formula_in(place, self.language)
        return super().write_url(row, column, told, style, self._caption(text))

    def data_validation(self, *cells: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Validate cells, and explain them."""
        return super().data_validation(*cells[:-1], self._explained(cells[-1]))

    def conditional_format(self, *cells: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Format cells by a formula."""
        rule = cells[-1]
        told = {"criteria": formula_in(rule["criteria"], self.language)} if rule["type"] == "formula" else {}
        return super().conditional_format(*cells[:-1], {**rule, **told})

    def insert_chart(self, row: int, column: int, chart: Any, options: dict[str, Any]) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Insert a chart, described for those who do not see it."""
        return super().insert_chart(row, column, chart, self._explained(options))

    def set_header(self, text: str, *options: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write the upper edge of each page."""
        return super().set_header(self._edge(text), *options)

    def set_footer(self, text: str, *options: Any) -> Any:  # noqa: ANN401 - XlsxWriter's
        """Write the lower edge of each page."""
        return super().set_footer(self._edge(text), *options)

    def _translated(self, cell: tuple[Any, ...], *, corners: int = 1, is_formula: bool = False) -> tuple[Any, ...]:
        place = 1 if isinstance(cell[0], str) else 2 * corners
        text = cell[place]
        if isinstance(text, str):
            text = formula_in(text, self.language) if is_formula else self._caption(text)
        return (*cell[:place], text, *cell[place + 1 :])

    def _caption(self, text: str) -> str:
        return caption(text, self.language) if is_caption(text) else text

    def _explained(self, options: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {name: self._caption(options[name]) for name in _TOLD if name in options}
        source = options.get("source")
        if isinstance(source, list):  # words to choose from; periods such as MTD are typed in every language
            told["source"] = [caption(word, self.language) if known(word) else word for word in source]
        elif isinstance(source, str):
            told["source"] = formula_in(source, self.language)
        return {**options, **told}

    def _edge(self, text: str) -> str:
        """Translate what is printed at an edge, and swap its sides; pages are read from the left there."""
        text = text.replace(PAGES, caption(PAGES, self.language))
        return "".join(_SIDES.get(part, self._apart(part)) for part in _CODE.split(text))

    def _apart(self, text: str) -> str:
        told = self._caption(text)
        return f"{_FROM_RIGHT}{told}{_END}" if told != text else text
