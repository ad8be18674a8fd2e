"""Every caption exists in both languages, says the same in them, and is used."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from places import PACKAGE

from leads_excel.captions import dashboard, formulas, home, lists, rejections, report
from leads_excel.captions.languages import caption
from leads_excel.excel.template.sheets.catalogue import FUNCTIONS
from leads_excel.excel.template.sheets.listings import LISTINGS

ROOMS = {
    "home": home.HOME, "lists": lists.LISTS, "formulas": formulas.FORMULAS, "dashboard": dashboard.DASHBOARD,
    "rejections": rejections.REJECTIONS, "report": report.REPORT,
}  # fmt: skip
ALL = [(english, arabic) for captions in ROOMS.values() for english, arabic in captions.items()]
SIGNS = {"; ", ", ", " to ", "   ", ", business time", "&A, page &P of &N"}
"""Captions that are nothing but signs in Arabic."""
ARABIC_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9]")


def fields(text):
    """Name the values that a caption holds."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("room", ROOMS)
def test_every_caption_is_arabic(room):
    """None is its English again, none is empty, and digits are the Western ones."""
    for english, arabic in ROOMS[room].items():
        assert arabic != english
        assert english in SIGNS or re.search("[\u0621-\u064a]", arabic), english
        assert not ARABIC_DIGITS.search(arabic), english


def test_both_languages_hold_the_same_values():
    """A number that a sentence tells in English is told in Arabic."""
    assert [english for english, arabic in ALL if fields(english) != fields(arabic)] == []


def test_each_caption_has_one_arabic():
    """Two sheets that say the same say it in the same words."""
    assert len({english for english, _ in ALL}) == len(ALL)


def test_a_sentence_begins_with_the_same_verdict():
    """Colours go by the first word of a line: complete, check, failed."""
    for word in ("Complete", "Check", "Failed"):
        begun = [pair for pair in ALL if re.match(rf"{word}\b(?! connection)", pair[0], re.IGNORECASE)]
        assert len(begun) > 1
        assert [english for english, arabic in begun if not arabic.startswith(caption(word, "ar"))] == []
        others = [pair for pair in dashboard.DASHBOARD.items() if pair not in begun]
        assert [english for english, arabic in others if arabic.startswith(caption(word, "ar"))] == []


def test_every_column_is_explained_in_arabic():
    """A column that is new has to be."""
    columns = {column.about for listing in LISTINGS for column in listing.columns}
    missing = sorted(columns - lists.LISTS.keys() - rejections.REJECTIONS.keys())

    assert missing == [], f"say it in Arabic in leads_excel/captions/lists.py: {missing}"


def test_every_function_is_explained_in_arabic():
    """A function that is new has to be."""
    missing = sorted({entry.gives for entry in FUNCTIONS} - formulas.FORMULAS.keys())

    assert missing == [], f"say it in Arabic in leads_excel/captions/formulas.py: {missing}"


def test_every_caption_of_the_report_is_used():
    """What the code no longer says is not kept; the sheets' are looked at where they are built."""
    sources = [path for room in ("charts", "reports", "kpis") for path in PACKAGE.glob(f"{room}/*.py")]
    sources.append(PACKAGE / "captions" / "languages.py")
    code = " ".join(re.sub(r"\s+", " ", path.read_text(encoding="utf-8")) for path in sources)
    built = {f"Leads per {period}" for period in ("day", "week")}
    built |= {f"Share rejected over {{span}} {period}s" for period in ("day", "week")}
    built |= {f"By {name}: received, and share rejected" for name in ("source", "branch")}
    built |= {"Week", "Source", "Branch", "Stage", "Reason"}

    assert [text for text in report.REPORT if text not in code and text not in built] == []
