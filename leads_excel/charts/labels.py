"""Texts of a chart's data as labels: such as a renderer can hold, no longer than it can show, and as many as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leads_excel.schema.legible import legible, one_line

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 200  # characters: an axis shows fewer, and a renderer measures each of them again and again


def with_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """Write the texts of a frame as labels.

    Args:
        frame: The data of a chart.

    Returns:
        The same with short texts on one line; those that would look the same then are numbered, for bars of one name
        are one bar.
    """
    texts = [name for name in frame if frame[name].dtype in ("string", "str", object)]
    labelled = frame.assign(**{str(name): _labels(frame[name]) for name in texts})
    return labelled.rename(columns=lambda name: legible(name) if isinstance(name, str) else name)


def _labels(values: pd.Series[Any]) -> pd.Series[Any]:
    taken: dict[str, int] = {}
    shown = {text: _label(text, taken) for text in values.unique() if isinstance(text, str)}
    return values.map(lambda value: shown[value] if isinstance(value, str) else value)


def _label(text: str, taken: dict[str, int]) -> str:
    line = one_line(text)
    short = label = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    while label in taken:
        taken[short] += 1
        label = f"{short} ({taken[short]})"
    taken[label] = 1
    return label
