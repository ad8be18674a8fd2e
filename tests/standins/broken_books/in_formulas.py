"""Faults in formulas, wherever they stand."""

from __future__ import annotations

from broken_books.edits import Fault, match, swap
from broken_books.parts import BOOK, DASHBOARD, LEADS, OLD, SPILL, T_LEADS

FAULTS = [
    Fault("formula with equals sign", "formula_without_equals_sign", swap(DASHBOARD, "<f>ROWS(", "<f>=ROWS(")),
    Fault("formula syntax", "formula_syntax", swap(DASHBOARD, "<f>ROWS(", "<f>ROWS((")),
    Fault("formula quote", "formula_syntax", swap(LEADS, '=TRUE,"fix"', '=TRUE,"fix')),
    Fault("formula semicolon", "formula_syntax", swap(DASHBOARD, "[isError],TRUE)", "[isError];TRUE)")),
    Fault("formula operator", "formula_syntax", swap(LEADS, "<f>IF(", "<f>1*/IF(")),
    Fault("formula of a format", "formula_syntax", swap(LEADS, "<formula>$C5=TRUE<", "<formula>$C5=<")),
    Fault("formula of a name", "formula_syntax", swap(BOOK, ">1.05<", ">1.05)<")),
    Fault("formula of a chart", "formula_syntax", match("xl/charts/chart1.xml", "<c:f>[^<]*<", "<c:f>Leads!$A$1:<")),
    Fault(
        "formula of a column",
        "formula_syntax",
        swap(T_LEADS, "<calculatedColumnFormula>", "<calculatedColumnFormula>+"),
        swap(T_LEADS, "</calculatedColumnFormula>", "&amp;</calculatedColumnFormula>"),
    ),
    Fault(
        "formula empty",
        "formula_syntax",
        match(T_LEADS, "<calculatedColumnFormula>[^<]*<", "<calculatedColumnFormula><"),
    ),
    Fault(
        "formula at shorthand", "formula_without_shorthand", swap(LEADS, "leads[[#This Row],[isError]]", "[@isError]")
    ),
    Fault(
        "formula at shorthand with table",
        "formula_without_shorthand",
        swap(T_LEADS, "leads[[#This Row],[isError]]", "leads[@[isError]]"),
    ),
    Fault("formula of no table", "formula_tables_exist", swap(DASHBOARD, "leads[source]", "leeds[source]")),
    Fault("formula of no column", "formula_tables_exist", swap(DASHBOARD, "leads[source]", "leads[sauce]")),
    Fault("formula without prefix", "formula_functions_prefixed", swap(SPILL, "_xlfn.ANCHORARRAY", "ANCHORARRAY")),
    Fault("formula in German", "formula_functions_known", swap(DASHBOARD, "COUNTIFS(", "ZÄHLENWENNS(")),
    Fault(
        "shared formula orphan",
        "shared_formulas_have_masters",
        swap(LEADS, '<f t="shared" si="0"/>', '<f t="shared" si="5"/>'),
    ),
    Fault(
        "array formula elsewhere",
        "array_formulas_have_ranges",
        swap(OLD, 't="array" ref="D1:D2"', 't="array" ref="E1:E2"'),
    ),
]
"""Each with the one rule that finds it."""
