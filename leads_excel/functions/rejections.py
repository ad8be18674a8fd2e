"""Rejected leads to work through, and lists of them for the partners who sent them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leads_excel import arguments
from leads_excel.arguments.typed_arguments import as_text, nearest
from leads_excel.arguments.views import chosen, columns_of, meets, shown, used
from leads_excel.fetching.session import current
from leads_excel.functions.filtered_range import answered
from leads_excel.rejected.partner_lists import write_lists
from leads_excel.rejected.workbench import COLUMNS, SHOWN, hidden, workbench

if TYPE_CHECKING:
    import pandas as pd

    from leads_excel.arguments.typed_arguments import Options
    from leads_excel.fetching.session import Session
    from leads_excel.schema.columns import Column

_OF_REJECTIONS = ("headers", "labels", "sort", "limit", "pii", "empty", "as_of", "missing", "long")
_OF_LISTS = ("labels", "as_of", "missing", "long")


def leads_fix(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the rejected leads of a range of days with what is wrong with each, what a call can save first.

    A suggestion is given where its rule is sure enough: a phone with all its digits, an e-mail domain one letter off, a
    model, branch or city by its nearest known value, the usual branch of the city, the years of the model, the lead
    that exists already. Rules learn from the accepted leads of the range. Provisional leads are not rejected.

    Args:
        from_date: As for `leads`.
        to_date: As for `leads`.
        fields: Fields of rejections (`urgency`, `age`, `code`, `reason`, `field`, `submitted`, `suggestion`,
            `confidence`, `why`, `recovered`, `recoveredBy`) and of leads; by default these, and record, priority,
            purchase plan, source, branch and brand.
        filters: Conditions on those fields, such as `urgency<=2; recovered<>yes; source=Website`; rules learn before.
        options: As for `leads`.

    Returns:
        One row per rejected lead and reason, a lead without a reason included: leads that were not recovered first, hot
        ones of customers who buy soon before others, then the newest. Of a field with personal data `submitted` and
        `suggestion` are masked unless `pii=reveal`, and empty with `pii=none`. `age` is in full days, `recovered` is
        `unknown` where the days after the range are not known.

    Raises:
        LeadsError: As for `leads`.
    """
    shape = arguments.options(options, _OF_REJECTIONS)
    session = current()
    frame, columns, items = _rejections(session, (from_date, to_date), filters, shape, fields)
    if shape.pii != "reveal":
        frame = hidden(frame, left_out=shape.pii == "none")
    told = {item.name for item in COLUMNS}  # masked by what the field at fault is, and not as one column
    plain = [replace(item, sensitive=False) if item.name in told else item for item in items]
    return shown(frame, columns, plain, shape)


rejections = leads_fix
"""The same function, by the name that lines of Python use."""


def fix_list(
    target_folder: str | Path,
    from_date: object,
    to_date: object = None,
    by: str = "source",
    format: str = "csv",  # noqa: A002 - what people call it
    *,
    filters: object = None,
    options: object = None,
) -> pd.DataFrame:
    """Write a list of the rejected leads of each source or branch, to send to who sent them.

    A list names record, day, reason, field and suggestion. Nothing in it is personal: of a phone or an e-mail address
    it says what is wrong, such as `two digits missing`. All files are written, or none; files of other names stay.

    Args:
        target_folder: Folder to write to; made when missing.
        from_date: As for `leads`.
        to_date: As for `leads`.
        by: `source` or `branch`: a file for each; leads without one have the file `(blank)`.
        format: `csv`, safe to open in a spreadsheet, or `xlsx`.
        filters: As for `leads_fix`, such as `recovered<>yes; confidence=high`.
        options: `labels=en|ar` for the headings, `as_of`, `missing=0` and `long=1` as for `leads`.

    Returns:
        The source or branch, `file`, `rows` and `leads`: one row per file, the largest first.

    Raises:
        LeadsError: As for `leads`, or a file cannot be written.
    """
    shape = arguments.options(options, _OF_LISTS)
    told_apart: Any = nearest(as_text(by), ["source", "branch"], "list by")
    ending: Any = nearest(as_text(format), ["csv", "xlsx"], "format")
    frame, *_ = _rejections(current(), (from_date, to_date), filters, shape, "all")
    return write_lists(Path(target_folder), frame, told_apart, ending, shape.labels)


def _rejections(
    session: Session, days: tuple[object, object], filters: object, shape: Options, fields: object
) -> tuple[pd.DataFrame, list[Column], list[Column]]:
    """Fetch a range and take the rows of its workbench that meet the filters, personal data shown.

    Returns:
        The rows, with those fields of leads that are wanted, filtered or sorted by; the fields there are; and those
        that are wanted.
    """
    tables, conditions = answered(session, days, arguments.filters(filters), shape)
    ours = {item.name for item in COLUMNS}
    columns = [*COLUMNS, *(item for item in columns_of("leads", tables.leads) if item.name not in ours)]
    items = chosen(fields, columns, SHOWN)
    frame = workbench(tables, fields=used(columns, items, conditions, shape))
    note = frame.attrs["note"]
    if note:
        session.failed(f"recovered: {note}")
        session.good_for_now()
    met = meets(frame, conditions, columns, session.settings, leads=tables.leads, missing=shape.missing)
    return frame[met], columns, items
