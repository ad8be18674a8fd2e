"""Every cell format of the template, by name. Data only, but for the formats made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leads_excel.schema.colours import (
    ACCENT,
    ACCENT_SOFT,
    ALARM,
    FIELD,
    FIELD_EDGE,
    GOOD,
    GOOD_SOFT,
    INK,
    LINE,
    MUTED,
    PANEL,
    REJECTED,
    REJECTED_SOFT,
    WARNING,
    WARNING_SOFT,
    WHITE,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from leads_excel.schema.columns import Kind

FONT = "Calibri"

KIND_FORMATS: dict[Kind, str] = {
    "id": "0",
    "count": "0",
    "text": "@",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
    "flag": "General",
}
"""The number format of each kind of column; `@` keeps zeros, plus signs and leading `=` as they came."""

_ALIGNMENTS: dict[Kind, dict[str, Any]] = {"count": {"align": "right", "indent": 1}}
_INPUT = {
    "bg_color": FIELD,
    "border": 1,
    "border_color": FIELD_EDGE,
    "font_color": ACCENT,
    "bold": True,
    "align": "left",
    "indent": 1,
}
_VALUE = {"align": "left", "shrink": True, "bottom": 1, "bottom_color": LINE}
_CARD = {"bg_color": PANEL, "left": 5, "left_color": ACCENT, "indent": 1}
_NUMBER = {"num_format": "#,##0", "bottom": 4, "bottom_color": LINE}

STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 24, "bold": True, "font_color": ACCENT},
    "subtitle": {"font_size": 11, "font_color": MUTED},
    "badge": {"bold": True, "align": "center", "font_color": MUTED, "bg_color": PANEL, "font_size": 12},
    "badge.live": {"font_color": GOOD, "bg_color": GOOD_SOFT},
    "badge.loud": {"font_color": WHITE, "bg_color": ALARM},
    "strip": {"bg_color": PANEL, "indent": 1, "text_wrap": True},
    "strip.good": {"font_color": GOOD, "bg_color": GOOD_SOFT},
    "strip.warning": {"font_color": WARNING, "bg_color": WARNING_SOFT},
    "heading": {"font_size": 13, "bold": True, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT},
    "label": {"font_color": MUTED},
    "hint": {"font_color": MUTED, "font_size": 10, "indent": 1},
    "hint.wrapped": {"font_color": MUTED, "font_size": 10, "text_wrap": True},
    "plain": {},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "wrapped.middle": {"text_wrap": True},
    "wrapped.strong": {"text_wrap": True, "bold": True},
    "code": {"text_wrap": True, "font_size": 10, "font_color": ACCENT, "bg_color": PANEL, "indent": 1},
    "strong": {"bold": True, "text_wrap": True, "bg_color": ACCENT_SOFT, "indent": 1},
    "step": {"bold": True, "font_color": ACCENT, "align": "left"},
    "link": {"font_color": ACCENT, "underline": 1},
    "input.text": {**_INPUT, "num_format": "@"},
    "input.count": {**_INPUT, "num_format": "#,##0"},
    "input.rate": {**_INPUT, "num_format": "0.0%"},
    "input.number": {**_INPUT, "num_format": "0"},
    "value.text": {**_VALUE, "num_format": "@"},
    "value.count": {**_VALUE, "num_format": "#,##0"},
    "value.day": {**_VALUE, "num_format": KIND_FORMATS["date"]},
    "value.time": {**_VALUE, "num_format": KIND_FORMATS["time"]},
    "card.label": {**_CARD, "font_color": MUTED, "valign": "bottom", "align": "left"},
    "card.count": {**_CARD, "font_size": 24, "bold": True, "num_format": "#,##0", "align": "left"},
    "card.rate": {**_CARD, "font_size": 24, "bold": True, "num_format": "0.0%", "align": "left"},
    "card.caption": {**_CARD, "font_color": MUTED, "font_size": 9, "valign": "top", "align": "left"},
    "card.side": {"bg_color": PANEL},
    "card.link": {"bg_color": PANEL, "font_color": ACCENT, "font_size": 9, "align": "right", "valign": "bottom"},
    "card.target": {**_CARD, "font_color": MUTED, "font_size": 10, "align": "left"},
    "card.alarm": {"font_color": REJECTED},
    "card.faint": {"font_color": MUTED},
    "column": {"bold": True, "font_color": MUTED, "bottom": 1, "bottom_color": MUTED, "align": "right"},
    "column.text": {"bold": True, "font_color": MUTED, "bottom": 1, "bottom_color": MUTED},
    "figure.text": {"bottom": 4, "bottom_color": LINE, "shrink": True, "align": "left"},
    "figure.label": {"bottom": 4, "bottom_color": LINE, "indent": 1, "shrink": True},
    "figure.day": {**_NUMBER, "num_format": f"{KIND_FORMATS['date']};;", "align": "left"},
    "figure.count": _NUMBER,
    "figure.mean": {**_NUMBER, "num_format": "#,##0.0"},
    "figure.rate": {**_NUMBER, "num_format": "0.0%"},
    "header": {"bold": True, "bg_color": ACCENT_SOFT, "bottom": 2, "bottom_color": ACCENT},
    "header.own": {"bold": True, "bg_color": FIELD, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT},
    "row.rejected": {"font_color": REJECTED, "bg_color": REJECTED_SOFT},
    "row.provisional": {"font_color": MUTED, "italic": True},
    "row.done": {"font_color": MUTED},
    "row.open": {"font_color": WARNING, "bg_color": WARNING_SOFT},
    "row.cancelled": {"font_color": MUTED, "font_strikeout": True},
    "cell.faint": {"font_color": LINE},
    "cell.new": {"font_color": GOOD, "bg_color": GOOD_SOFT},
    "cell.changed": {"font_color": WARNING, "bg_color": WARNING_SOFT},
    "cell.alarm": {"font_color": ALARM, "bold": True},
    "formula": {"num_format": "@", "quote_prefix": True, "text_wrap": True},
    "formula.text": {"text_wrap": True},
    "formula.argument": {"num_format": "@", "quote_prefix": True, "text_wrap": True},
    "formula.name": {"num_format": "@", "bold": True, "font_color": ACCENT},
    **{
        f"kind.{kind}": {"num_format": code, **_ALIGNMENTS.get(kind, {"align": "left"})}
        for kind, code in KIND_FORMATS.items()
    },
}
"""Every format of the template. A dotted ending names a variant: a kind of value, or a state."""

CONDITIONS = frozenset(name for name in STYLES if name.split(".")[0] in {"row", "cell"}) | {
    "badge.live",
    "badge.loud",
    "strip.good",
    "strip.warning",
    "card.alarm",
    "card.faint",
}
"""The formats that conditional formats lay over a cell's own: they say only what differs."""


_LEFT_IS_LEFT = frozenset({"formula", "code"})
"""Formats of what is read from the left in every language."""
_MIRRORED = {"left": "right", "right": "left"}


class Styles(dict[str, "Format"]):
    """The formats of one workbook, each made when it is first asked for.

    Args:
        workbook: The workbook they belong to.
        from_right: Whether its captions are read from the right. Cells of tables go by what stands in them.
    """

    def __init__(self, workbook: Workbook, *, from_right: bool = False) -> None:
        super().__init__()
        self._workbook, self._from_right = workbook, from_right

    def __missing__(self, name: str) -> Format:
        base = {} if name in CONDITIONS else {"font_color": INK, "valign": "vcenter"}
        self[name] = self._workbook.add_format({**base, **STYLES[name], **self._turned(name)})
        return self[name]

    def _turned(self, name: str) -> dict[str, Any]:
        """Align to the other side what would stay left even in sheets from the right (ECMA-376 part 1, 18.18.40)."""
        if not self._from_right or name in CONDITIONS:
            return {}
        if name in _LEFT_IS_LEFT:
            return {"reading_order": 1, "align": "right"}
        is_text = "indent" in STYLES[name] or "num_format" not in STYLES[name]  # a number keeps the side of numbers
        align = STYLES[name].get("align", "left" if is_text else None)
        turned = {"align": _MIRRORED[align]} if align in _MIRRORED else {}
        return turned if name.startswith("kind.") else {**turned, "reading_order": 2}
