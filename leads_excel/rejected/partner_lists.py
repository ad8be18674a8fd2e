"""Lists of rejected leads for the partners who sent them: one file for each, nothing personal in it."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from leads_excel.arguments.views import moments
from leads_excel.excel.cells.values import csv_text
from leads_excel.excel.file.disk import replacing
from leads_excel.exceptions import WorkbookError
from leads_excel.rejected.workbench import COLUMNS, is_personal
from leads_excel.schema.columns import BLANK, LEADS, Column
from leads_excel.schema.legible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

By = Literal["source", "branch"]
Format = Literal["csv", "xlsx"]
Labels = Literal["api", "en", "ar"]

_DAY = Column("day", "date", "Day", "اليوم", 12, sensitive=False, about="Day on which the lead was submitted.")
_SHOWN = {item.name: item for item in (*LEADS, _DAY, *COLUMNS)}
LISTED = tuple(_SHOWN[name] for name in ("leadExternalId", "day", "reason", "field", "suggestion"))
"""What a partner is told of each of its leads."""

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_LONGEST = 60  # letters of a partner in the name of a file
_SEPARATORS = re.compile("[\u2028\u2029\x85]")


def listed(rows: pd.DataFrame) -> pd.DataFrame:
    """Reduce rows of the workbench to what may leave the house.

    Args:
        rows: Rows of the workbench, with the fields of leads.

    Returns:
        `LISTED`, row by row. In place of a personal suggestion stands what is wrong, such as `two digits missing`.
    """
    told = rows["suggestion"].where(~is_personal(rows["field"]), rows["why"])
    day = moments(rows["bulkCreatedDate"])
    columns = [rows["leadExternalId"], day.dt.date.where(day.notna(), None), rows["reason"], rows["field"], told]
    frame: pd.DataFrame = pd.concat(columns, axis="columns", keys=[item.name for item in LISTED])
    return frame


def write_lists(folder: Path, rows: pd.DataFrame, by: By, ending: Format, labels: Labels) -> pd.DataFrame:
    """Write a file for each source or branch; all of them, or none.

    Args:
        folder: Where; made when missing. Files of these names are replaced, others stay.
        rows: Rows of the workbench, in the order in which they are to stand.
        by: What the files are told apart by.
        ending: CSV that is safe to open, or a workbook.
        labels: Headings as API names, or in English or Arabic.

    Returns:
        The source or branch, `file` (its path), `rows` and `leads` in it: one row per file, the largest first.

    Raises:
        WorkbookError: A file cannot be written.
    """
    names = rows[by].astype("string").str.strip()
    names = names.where(names.ne("").fillna(value=False), BLANK)
    groups = sorted(rows.groupby(names), key=lambda group: (-len(group[1]), group[0]))
    paths = [folder / f"{name}.{ending}" for name in _file_names([name for name, _ in groups])]
    headings = [{"api": item.name, "en": item.label, "ar": item.arabic}[labels] for item in LISTED]
    write = _csv if ending == "csv" else _workbook
    _make(folder)
    with ExitStack() as swaps:  # every file is written before the first one is swapped in
        for (_, group), path in zip(groups, paths, strict=True):
            swaps.enter_context(replacing(path)).write(write(listed(group), headings))
    written = [
        (name, str(path), len(group), group["leadExternalId"].nunique())
        for (name, group), path in zip(groups, paths, strict=True)
    ]
    frame = pd.DataFrame(written, columns=[by, "file", "rows", "leads"])
    return frame.astype({by: "string", "file": "string", "rows": "Int64", "leads": "Int64"})


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkbookError(f"The folder {folder} cannot be written: {error.strerror}.") from error
    except ValueError as error:  # a NUL
        raise WorkbookError(f"{str(folder)!r} is no path of a folder: check what stands in it.") from error


def _file_names(partners: list[str]) -> Iterator[str]:
    """Name files as every system can: no sign that Windows keeps for itself, and no two that differ in case only."""
    taken: set[str] = set()
    for partner in partners:
        plain = one_line(_NOT_IN_NAMES.sub("-", partner))[:_LONGEST].strip(" .")
        name, again = f"rejections {plain}", 2
        while name.casefold() in taken:
            name, again = f"rejections {plain} {again}", again + 1
        taken.add(name.casefold())
        yield name


def _csv(rows: pd.DataFrame, headings: list[str]) -> bytes:
    texts = {name: rows[name].astype(object).map(csv_text, na_action="ignore") for name in rows}
    text = pd.DataFrame(texts).set_axis(headings, axis="columns").to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig", errors="replace")


def _workbook(rows: pd.DataFrame, headings: list[str]) -> bytes:
    from leads_excel.excel.file.plain_sheet import plain_sheet  # noqa: PLC0415 - openpyxl, when a workbook is written

    cells = ([_plain(value) for value in row] for row in rows.itertuples(index=False))
    is_arabic = headings[0] == LISTED[0].arabic
    return plain_sheet("Rejections", headings, [item.width for item in LISTED], cells, from_right=is_arabic)


def _plain(value: Any) -> object:  # noqa: ANN401 - a cell of a frame
    if isinstance(value, str):
        return one_line(_SEPARATORS.sub(" ", value))
    return None if pd.isna(value) else value
