"""Would Excel open it without repair? A checker for workbooks, for the faults that no reader on Linux notices.

`check` gives a file to every rule in `RULES`. A rule is a function named after what it demands; it looks at one kind of
thing and says what is wrong. Its docstring names the section of ECMA-376 part 1 (others are named) that it comes from,
or that Excel is known to repair such a file.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from package_rules import of_books, of_formulas, of_packages, of_parts, of_pivots, of_rows, of_sheets, of_tables
from package_rules.book import Book, Formula, Row, Sheet, Table
from package_rules.package import Package, Part
from package_rules.rule import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from package_rules.rule import Rule

    Subject = Package | Part | Book | Sheet | Row | Table | Formula

__all__ = ["RULES", "Finding", "check"]

_ENOUGH = 20

RULES: dict[type, tuple[Rule, ...]] = {
    Package: (
        of_packages.zip_names_unique,
        of_packages.content_types_unique,
        of_packages.parts_have_content_types,
        of_packages.relations_fit_content_types,
        of_packages.workbook_is_there,
        of_packages.root_relations_resolve,
    ),
    Part: (
        of_packages.relations_resolve,
        of_packages.relation_ids_unique,
        of_packages.relation_ids_exist,
        of_parts.characters_legal,
        of_parts.xml_well_formed,
        of_parts.no_document_type,
        of_parts.ignorable_prefixes_declared,
        of_parts.elements_in_order,
        of_pivots.pivot_caches_have_records,
        of_pivots.pivot_records_match,
        of_pivots.pivot_fields_match,
        of_pivots.pivot_items_match,
        of_pivots.pivot_field_indices_in_range,
        of_pivots.pivot_tables_on_sheet,
    ),
    Book: (
        of_books.sheet_names_valid,
        of_books.sheets_unique,
        of_books.defined_names_valid,
        of_books.defined_names_unique,
        of_books.defined_names_have_sheets,
        of_books.shared_texts_fit,
        of_books.calculation_chain_current,
        of_books.cell_metadata_in_range,
        of_tables.table_names_unique,
        of_tables.table_ids_unique,
        of_tables.tables_apart,
        of_tables.slicers_have_columns,
        of_pivots.pivot_caches_listed,
        of_pivots.pivot_sources_have_fields,
    ),
    Sheet: (
        of_sheets.merges_apart,
        of_sheets.ranges_on_sheet,
        of_sheets.sqrefs_name_cells,
        of_sheets.validation_lists_fit,
        of_sheets.validation_messages_fit,
        of_sheets.differential_styles_in_range,
        of_sheets.column_styles_in_range,
        of_sheets.columns_apart,
        of_sheets.comments_unique,
        of_sheets.comments_have_shapes,
        of_formulas.shared_formulas_have_masters,
        of_formulas.array_formulas_have_ranges,
    ),
    Row: (
        of_rows.rows_ascend,
        of_rows.rows_on_sheet,
        of_rows.columns_on_sheet,
        of_rows.cells_in_their_row,
        of_rows.cells_ascend,
        of_rows.cells_unique,
        of_rows.cell_kinds_known,
        of_rows.styles_in_range,
        of_rows.shared_strings_in_range,
        of_rows.booleans_are_0_or_1,
        of_rows.numbers_are_finite,
        of_rows.errors_known,
        of_rows.days_are_iso,
        of_rows.texts_fit,
    ),
    Table: (
        of_tables.table_on_sheet,
        of_tables.table_has_data_row,
        of_tables.table_filter_matches,
        of_tables.table_filter_columns_exist,
        of_tables.table_column_count,
        of_tables.table_columns_unique,
        of_tables.table_column_ids_unique,
        of_tables.table_headers_match,
        of_tables.table_styles_in_range,
        of_tables.table_name_valid,
        of_tables.table_unmerged,
    ),
    Formula: (
        of_formulas.formula_without_equals_sign,
        of_formulas.formula_syntax,
        of_formulas.formula_without_shorthand,
        of_formulas.formula_tables_exist,
        of_formulas.formula_functions_prefixed,
        of_formulas.formula_functions_known,
    ),
}
"""Every rule, by what it looks at."""


def check(source: Path | bytes) -> list[Finding]:
    """Check a workbook.

    Args:
        source: The file, or its bytes.

    Returns:
        What is wrong with it, at most twenty findings for a rule and a part; nothing for a good workbook.
    """
    found: dict[tuple[str, str], list[Finding]] = {}
    for subject in _subjects(Package(source)):
        for rule in RULES[type(subject)]:
            before = found.setdefault((rule.__name__, subject.part), [])
            texts = islice(rule(subject), _ENOUGH - len(before))
            before.extend(Finding(rule.__name__, subject.part, text) for text in texts)
    return [finding for findings in found.values() for finding in findings]


def _subjects(package: Package) -> Iterator[Subject]:
    """Walk through a file, the rows first: reading them gathers what other rules need."""
    book = Book(package)
    for sheet in book.sheets:
        yield from sheet.rows()
    yield package
    yield from package.parts.values()
    yield book
    yield from book.sheets
    yield from book.tables
    yield from of_formulas.formulas(book)
