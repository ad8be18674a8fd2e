"""Whether a column is personal data is decided once for each column, never forgotten."""

from __future__ import annotations

import pytest

from leads_excel.schema.columns import TABLES

NOT_PERSONAL = frozenset({
    "leadType", "title", "gender", "nationality", "companyIndustryType", "occupation", "customerCountry",
    "customerRegion", "customerCity", "preferredLanguage", "preferredContactType", "company", "brand", "businessArea",
    "branch", "leadDate", "interest", "source", "subSource", "vehicleType", "purchasePlan", "paymentMode", "currency",
    "priority", "modelFamily", "modelMemo", "modelPreferences", "code", "field", "status",
})  # fmt: skip
"""The columns of texts and dates that name nobody."""

HINT = "is it personal data? Put it into _SENSITIVE of leads_excel/schema/columns.py, else into NOT_PERSONAL of \
tests/schema/test_columns_personal.py, run: pytest tests/schema"


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_texts_or_dates_is_personal_or_known_not_to_be(table):
    """A new one that nobody thought about would be shown unmasked."""
    open_ = {column.name for column in TABLES[table] if column.kind in ("text", "date") and not column.sensitive}

    assert open_ <= NOT_PERSONAL, HINT


def test_no_column_that_is_known_not_to_be_personal_is_gone():
    """The list holds columns that exist."""
    assert {column.name for columns in TABLES.values() for column in columns} >= NOT_PERSONAL
