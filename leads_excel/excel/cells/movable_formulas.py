"""Which formulas mean the same once they stand in another row, and in a file as in an open workbook. Pure."""

from __future__ import annotations

import re

_SAID = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
_BRACKETS = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]")
_SEVERAL = re.compile(r"[:{#@]")
_CALL = re.compile(r"(?<![\w.])([\w.]++)\s*+\(")  # each run of letters is tried from its start only
_OLD = frozenset({
    "ABS", "AND", "AVERAGE", "CHOOSE", "CONCATENATE", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "DATE", "DATEDIF",
    "DATEVALUE", "DAY", "DAYS360", "EDATE", "EOMONTH", "EXACT", "FIND", "HLOOKUP", "HOUR", "HYPERLINK", "IF",
    "IFERROR", "INDEX", "INT", "ISBLANK", "ISERROR", "ISNA", "ISNUMBER", "ISTEXT", "LEFT", "LEN", "LOWER", "MATCH",
    "MAX", "MID", "MIN", "MINUTE", "MOD", "MONTH", "NA", "NETWORKDAYS", "NOT", "NOW", "OR", "PROPER", "REPLACE",
    "REPT", "RIGHT", "ROUND", "ROUNDDOWN", "ROUNDUP", "SEARCH", "SUBSTITUTE", "SUM", "SUMIF", "SUMIFS", "T", "TEXT",
    "TIME", "TODAY", "TRIM", "TRUNC", "UPPER", "VALUE", "VLOOKUP", "WEEKDAY", "WEEKNUM", "WORKDAY", "YEAR"
})  # fmt: skip
"""Functions that every Excel writes the same way, in a file and in a cell; younger ones have a prefix in files."""


def is_movable(formula: str, *, in_file: bool) -> bool:
    """Say whether a formula can be kept aside and come back in another row.

    Args:
        formula: The formula, without its `=`.
        in_file: True in file form; False as Excel shows it in an open workbook.

    Returns:
        False for one that names several cells, which grow and shrink with a table, or is written otherwise in a file.
    """
    bare = _SAID.sub("", formula)
    if not in_file and ("[" in bare or not {name.upper() for name in _CALL.findall(bare)} <= _OLD):
        return False
    return bool(bare) and not _SEVERAL.search(_BRACKETS.sub("", bare))
