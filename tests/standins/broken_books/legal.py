"""What looks strange and is legal: the checker has to accept it."""

from __future__ import annotations

from broken_books.disguises import inlined, prefixed, strict
from broken_books.edits import add, cell, match, put, rename, swap
from broken_books.parts import APP, BOOK_RELATIONS, CHAIN, FORMULAS, HOME, LEADS, LOG, PIVOT, SPILL, T_LEADS, TEXTS

LEGAL = {
    "unused sst entries": [add(TEXTS, "</sst>", "<si><t>nobody</t></si>")],
    "shared strings count wrong": [match(TEXTS, 'count="[0-9]+"', 'count="1"')],
    "dimension wrong": [match(HOME, 'dimension ref="[^"]*"', 'dimension ref="A1"')],
    "no dimension": [match(LEADS, "<dimension [^>]*/>", "")],
    "cells no r": [match(LOG, r'(<c) r="[A-Z]+[0-9]+"', r"\1", 0), match(LOG, r'(<row) r="(?![14]")[0-9]+"', r"\1", 0)],
    "spans gone": [match(LEADS, ' spans="[^"]*"', "", 0)],
    "blanks around a number": [cell('<c r="A9"><v> 1 </v></c>')],
    "number in scientific notation": [cell('<c r="A9"><v>-1.5E-300</v></c>')],
    "formula that awaits calculation": [cell('<c r="A9"><f>1+1</f><v></v></c><c r="B9" t="b"><f>TRUE</f><v/></c>')],
    "boolean without a value": [cell('<c r="A9" t="b"/>')],
    "date in ISO form": [cell('<c r="A9" t="d"><v>2025-08-12T09:30:00</v></c>')],
    "rich text": [cell('<c r="A9" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r></is></c>')],
    "32,767 characters": [cell(f'<c r="A9" t="inlineStr"><is><t>{"x" * 32_767}</t></is></c>')],
    "escapes count once": [cell(f'<c r="A9" t="inlineStr"><is><t>{"_x000D_" * 32_767}</t></is></c>')],
    "escaped surrogate": [cell('<c r="A9" t="inlineStr"><is><t>_xD83D_</t></is></c>')],
    "emoji by number": [cell('<c r="A9" t="inlineStr"><is><t>&#x1F600;&#9;</t></is></c>')],
    "calcchain incomplete": [match(CHAIN, r"<c [^>]*/>", "")],
    "absolute relation targets": [match(BOOK_RELATIONS, 'Target="(?!/)', 'Target="/xl/', 0)],
    "part names in upper case": [rename(LEADS, LEADS.upper())],
    "part names with backslashes": [rename(LEADS, LEADS.replace("/", "\\"))],
    "byte order mark": [put(HOME, b"\xef\xbb\xbf", b"<?xml")],
    "comment and instruction": [match(HOME, r"(<worksheet)", r"<!-- made by hand --><?note x?>\1")],
    "header in another case of line break": [match(T_LEADS, "Agreed_x000a_step", "Agreed_x000d__x000a_step")],
    "header as inline string": [
        match(LOG, r'<c r="K4"[^>]*>.*?</c>', '<c r="K4" t="inlineStr"><is><t>result</t></is></c>')
    ],
    "no filter buttons": [match(T_LEADS, "<autoFilter [^>]*/>", "")],
    "union, intersection and whole columns": [cell('<c r="A9"><f>SUM((A:A,B:B) $1:$3)</f></c>')],
    "lambda called": [cell('<c r="A9"><f>_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(2)</f></c>')],
    "empty arguments": [cell('<c r="A9"><f>OFFSET(A1,,1,,)+RAND()</f></c>')],
    "array constant and texts": [cell('<c r="A9"><f>SUM({1,2;3,4})&amp;"a;""(="</f></c>')],
    "other workbook": [cell("<c r=\"A9\"><f>[1]!sales[x]+'[1]May ''25'!$A$1</f></c>")],
    "column with brackets": [cell("<c r=\"A9\"><f>COUNTA(leads[Agreed\nstep '[h']])</f></c>")],
    "names of functions in lower case": [cell('<c r="A9"><f>sum(a1:a2)</f></c>')],
    "whole columns as sqref": [swap(HOME, 'sqref="B3"', 'sqref="B:B D3"')],
    "alternative content": [
        add(
            FORMULAS,
            "<pageMargins",
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            '<mc:Choice Requires="x14" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
            "<printOptions/></mc:Choice></mc:AlternateContent>",
        )
    ],
    "cell metadata in use": [swap(SPILL, 'cm="1"', 'cm="1" ph="1"')],
    "empty company": [match(APP, "<Company>.*</Company>", "<Company/>")],
    "pivot without style": [match(PIVOT, "<pivotTableStyleInfo [^>]*/>", "")],
    "strict namespaces": [strict],
    "main namespace with a prefix": [prefixed],
    "inline strings": [inlined],
    "all three": [inlined, prefixed, strict],
}
"""Edits of the correct workbook after which it is as good as before."""
