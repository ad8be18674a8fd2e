"""What parsers of typed and foreign text cost: ten times the text takes ten times as long, whatever it is made of.

Each parser reads 10,000, 100,000 and 1,000,000 characters of each shape; told is the ratio of the last two.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from leads_excel.arguments import known_values, names, typed_arguments
from leads_excel.bulks import json_values
from leads_excel.client import failures, no_answer, promises
from leads_excel.client.network import addresses, no_proxy
from leads_excel.dates.moments import to_moment
from leads_excel.dates.typed_dates import to_days
from leads_excel.excel.cells import movable_formulas, values
from leads_excel.exceptions import LeadsError
from leads_excel.schema import legible, masking, spelling
from leads_excel.schema.columns import LEADS

LENGTHS = (10_000, 100_000, 1_000_000)
LARGEST_RATIO = 5  # of the seconds a character; what is quadratic has 10
LEAST = 0.05  # seconds: below, the clock tells little
ZONE = ZoneInfo("Asia/Riyadh")
BRANCH = typed_arguments.column("branch", LEADS)
API = no_proxy.Destination("https", "dms.example.com", 443)

UNITS = (
    *(" ", "\t", "\n", "x", "T", "1", "٣", "\u0627", "é", "ß", "ﷺ", "\u200f", "\u0301\u0316", "•••", "😀"),
    *("=", ";", "|", "(", "'", '"', "«", "@", "-", ",", ".", "<", "?", "*", "~", "[", "/", ":", "_", "$"),
    *("a ", "1 ", "a@", "1,", "1.", "'a", '"a', "o'a ", "ab, ", "a=1;", "a,b=1", "?a=b ", "1:00 ", "2026-", "<input "),
    *("; rel=", "_x0041_", "<title>", "token ", "::", "10.0.0.0/8,", "A1:", "SUM(", "#REF!"),
)
PARSERS = {
    "filters": typed_arguments.filters,
    "options": lambda text: typed_arguments.options(text, ["limit", "sort"]),
    "sort": lambda text: typed_arguments.options({"sort": text}, ["limit", "sort"]),
    "words": typed_arguments.words,
    "nearest": lambda text: typed_arguments.nearest(text, ["source", "branch"], "field"),
    "short": names.short,
    "a value that is not there": lambda text: known_values.no_such_value(pd.Series(["Riyadh"]), BRANCH, text),
    "days": lambda text: to_days(text, zone=ZONE),
    "moment": lambda text: to_moment(text, "last", zone=ZONE),
    "clock": lambda text: to_moment(f"2026-01-01 {text}", "last", zone=ZONE),
    "folded": spelling.folded,
    "wording": lambda text: masking.wording(pd.Series([text])),
    "wording beside a lead": lambda text: masking.wording(
        pd.Series([text]), pd.DataFrame({"firstName": [text[:200]], "leadNote": [text[:200]], "other": ["Noura"]})
    ),
    "masked": lambda text: masking.masked(pd.DataFrame({"email": [text], "phoneNumber": [text]}), LEADS),
    "legible": legible.one_line,
    "server's words": lambda text: failures.server_words(json.dumps({"message": text}).encode(), ["secret"]),
    "no JSON": lambda text: no_answer.no_json(text.encode()),
    "page": lambda text: no_answer.no_json(b"<html>" + text.encode()),
    "sign-in": lambda text: no_answer.asks_to_sign_in({"message": text}),
    "Link": lambda text: promises.broken_promise({"Link": text}, 0, 0),
    "Content-Range": lambda text: promises.broken_promise({"Content-Range": text}, 0, 0),
    "NO_PROXY": lambda text: no_proxy.is_excepted(API, text),
    "address": lambda text: addresses.read_address(f"http://{text}"),
    "moment in JSON": json_values.moment,
    "CSV": values.csv_text,
    "escape": values.escape,
    "unescape": values.unescape,
    "movable formula": lambda text: movable_formulas.is_movable(text, in_file=False),
}


def seconds(parser, text):
    start = time.perf_counter()
    with suppress(LeadsError, ValueError, OverflowError):  # what it says is tested elsewhere
        parser(text)
    return time.perf_counter() - start


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.timeout(600)
def test_a_parser_is_linear(name):
    """Told are the slowest shape and the largest ratio."""
    told = []
    for unit in UNITS:
        took = {}
        for length in LENGTHS:
            took[length] = seconds(PARSERS[name], (unit * (length // len(unit) + 1))[:length])
            if took[length] > 30:
                break
        longest = max(took)
        if took[longest] < LEAST:
            continue
        before = max(took[longest // 10], LEAST / 10)
        told.append((took[longest] / before / 10, took[longest], longest, unit))
    ratio, *worst = max(told, default=(0, 0, LENGTHS[-1], ""))
    slowest = max((took for _, took, *_ in told), default=0)
    print(f"\n{name}: at most {slowest:.2f} s; tenfold text takes {ratio * 10:.1f} times as long ({worst[-1]!r})")

    assert ratio <= LARGEST_RATIO, (ratio, *worst)
