"""SQL over `LeadTables`, by DuckDB inside this process: nothing is copied to a server, and no file is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from leads_excel.exceptions import ArgumentError, SettingsError
from leads_excel.exports.partitions import plain
from leads_excel.schema import TABLES

if TYPE_CHECKING:
    from leads_excel.tables.lead_tables import LeadTables

_MISSING = 'SQL over tables needs the extra sql: pip install "leads-excel[sql]".'

_TYPES = {
    **dict.fromkeys(
        (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()), pd.Int64Dtype()
    ),
    pa.bool_(): pd.BooleanDtype(),
    **dict.fromkeys((pa.string(), pa.large_string()), pd.StringDtype()),
}
"""How the frames of `LeadTables` hold what may be missing."""


def query(tables: LeadTables, statement: str) -> pd.DataFrame:
    """Answer a question in SQL.

    Args:
        tables: The leads of a range; `leads`, `vehicles`, `errors` and `bulks` are tables of the statement, with the
            columns that an export to Parquet has. Times stand on the clock of the business zone, without a zone.
        statement: One statement in the SQL of DuckDB.

    Returns:
        Its rows, typed as the frames of `LeadTables` are, but for times, which have no zone.

    Raises:
        SettingsError: DuckDB is not installed.
        ArgumentError: It cannot run the statement; its words are told where they are about the statement alone, since
            others may quote what is in the tables.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingsError(_MISSING) from None
    with duckdb.connect(":memory:") as connection:
        for name, columns in TABLES.items():
            connection.register(name, _on_the_clock(plain(getattr(tables, name), columns, tables.zone)))
        try:
            found = connection.sql(statement)
            if found is None:
                raise ArgumentError("The statement gives no rows: write one that begins with SELECT.")
            return _framed(found.to_arrow_table())
        except (duckdb.ParserException, duckdb.CatalogException, duckdb.BinderException) as error:
            raise ArgumentError(f"The statement cannot be run. {str(error).splitlines()[0]}") from None
        except duckdb.Error as error:
            raise ArgumentError(f"The statement cannot be run: DuckDB ended it with {type(error).__name__}.") from None


def _on_the_clock(table: pa.Table) -> pa.Table:
    # What DuckDB needs to know of zones it fetches from the network; and a day in a statement is a business day.
    for place, item in enumerate(table.schema):
        if pa.types.is_timestamp(item.type) and item.type.tz:
            clock = table.column(place).to_pandas().dt.tz_localize(None)
            table = table.set_column(place, item.name, pa.array(clock, pa.timestamp("us"), from_pandas=True))
    return table


def _framed(rows: pa.Table) -> pd.DataFrame:
    # A sum of whole numbers is a decimal without places there.
    whole = [
        pa.field(item.name, pa.int64()) if pa.types.is_decimal(item.type) and item.type.scale == 0 else item
        for item in rows.schema
    ]
    frame: pd.DataFrame = rows.cast(pa.schema(whole)).to_pandas(types_mapper=_TYPES.get)
    return frame
