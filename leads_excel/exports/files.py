"""`LeadTables` -> files: CSV that is safe to open, and Parquet."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from leads_excel.excel.cells.values import csv_text
from leads_excel.excel.file.disk import replacing
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from leads_excel.tables.lead_tables import LeadTables

NAMES = ("leads", "vehicles", "errors", "bulks")
"""The tables that are written, in this order."""


def write_csv(tables: LeadTables, directory: str | Path) -> list[Path]:
    """Write each table as CSV: UTF-8 with the mark that makes Excel read Arabic, and no text that runs as a formula.

    Args:
        tables: What to write.
        directory: Folder to write to; made when missing.

    Returns:
        The files written.

    Raises:
        WorkbookError: They cannot be written.
    """
    return _each(tables, directory, "csv", _write_csv)


def write_parquet(tables: LeadTables, directory: str | Path) -> list[Path]:
    """Write each table as Parquet. A column that holds strays is written as text, since Parquet has one type a column.

    Args:
        tables: What to write.
        directory: Folder to write to; made when missing.

    Returns:
        The files written.

    Raises:
        WorkbookError: They cannot be written.
    """
    return _each(tables, directory, "parquet", _write_parquet)


def as_bytes(frame: pd.DataFrame, ending: Literal["csv", "parquet"]) -> bytes:
    """Write a table as `write_csv` or `write_parquet` does.

    Args:
        frame: The table.
        ending: Which of the two.
    """
    file = io.BytesIO()
    (_write_csv if ending == "csv" else _write_parquet)(frame, file)
    return file.getvalue()


def _write_csv(frame: pd.DataFrame, file: IO[bytes]) -> None:
    _safe(frame).to_csv(file, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _write_parquet(frame: pd.DataFrame, file: IO[bytes]) -> None:
    frame.astype({key: "string" for key in frame if frame[key].dtype == object}).to_parquet(file, index=False)


def _each(
    tables: LeadTables, directory: str | Path, ending: str, write: Callable[[pd.DataFrame, IO[bytes]], None]
) -> list[Path]:
    folder = _folder(directory)
    paths = [folder / f"{name}.{ending}" for name in NAMES]
    for name, path in zip(NAMES, paths, strict=True):
        with replacing(path) as file:
            write(getattr(tables, name), file)
    return paths


def _folder(directory: str | Path) -> Path:
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkbookError(f"The folder {folder} cannot be written: {error.strerror}.") from error
    except ValueError as error:  # a NUL
        raise WorkbookError(f"{str(folder)!r} is no path of a folder: check what stands in it.") from error
    return folder


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    columns = {str(name): column for name, column in frame.items() if _holds_text(column)}
    texts = {name: column.map(csv_text, na_action="ignore") for name, column in columns.items()}
    return frame.assign(**texts).rename(columns=csv_text)  # a heading may be a key that the API page does not name


def _holds_text(column: pd.Series[Any]) -> bool:
    return column.dtype in ("string", object)
