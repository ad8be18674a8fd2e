"""`leads-excel upgrade`: what the template has by now goes into a workbook that an older one made."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.captions.languages import LANGUAGE_NAME, language_of
from leads_excel.excel.file.disk import fingerprint, opened, refuse_if_changed, refuse_if_open, replacing, resolved
from leads_excel.excel.template.building import template_path
from leads_excel.excel.upgrading.explanations import add_explanations
from leads_excel.excel.upgrading.home_rows import add_rows
from leads_excel.excel.upgrading.opened_book import Book, Upgrade
from leads_excel.excel.upgrading.table_columns import add_columns
from leads_excel.excel.upgrading.template_sheets import add_sheets
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    import os
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did to a workbook, one line for each.

    Args:
        added: What it has now and had not before.
        left: What could not be added, and why.
    """

    added: tuple[str, ...]
    left: tuple[str, ...]


def upgrade(path: str | os.PathLike[str], *, dry_run: bool = False, template: Path | None = None) -> Upgraded:
    """Add to a workbook of an older template what the template has by now.

    Only what is missing is added, in the language of the workbook: columns that a refresh works out, at the right of
    our tables; rows of Home; sheets, behind all others. A sheet that says less than the template's stays, with the new
    one beside it. Every cell, format, sheet, name and formula that stands there stays. Once more changes nothing.

    Args:
        path: The `.xlsx` or `.xlsm`. Macros and buttons stay as they are.
        dry_run: Only tell what would be added.
        template: The template to take from; the installed one by default.

    Returns:
        What was added, and what could not be.

    Raises:
        WorkbookLockedError: It is open in another program, or was changed meanwhile.
        WorkbookLayoutError: It is no workbook of ours, or written in an unusual way.
        WorkbookError: It is missing, no workbook, encrypted, signed or damaged.
    """
    target = resolved(path)
    refuse_if_open(target)
    with ExitStack() as stack:
        file = stack.enter_context(opened(target))
        before = fingerprint(target)
        book = Book(file, target.name)
        ours = template or template_path(language_of(book.workbook.defined_names().get(LANGUAGE_NAME)))
        if not book.workbook.tables.keys() & {"leads", "vehicles", "errors", "bulks"}:
            raise WorkbookLayoutError(f"{target.name} has none of our tables: make a workbook with leads-excel new.")
        work = Upgrade(book, Book(stack.enter_context(ours.open("rb")), ours.name))
        add_columns(work)
        add_rows(work)
        add_explanations(work)
        add_sheets(work)
        if work.done and not dry_run:
            book.package.replace(book.styles_part(), work.styles.content)
            book.workbook.recalculate_on_load()
            with replacing(target) as new:
                book.package.write(new)
                file.close()  # Windows replaces no file that is open
                refuse_if_open(target)
                refuse_if_changed(target, before, "upgrade")
    return Upgraded(tuple(work.done), tuple(work.left))
