"""The report in Arabic: from right to left, every word of ours Arabic, the same figures as in English."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from importlib.util import find_spec

import openpyxl
import pytest
from programs import run

import leads_excel as lx
from leads_excel.captions.languages import LTR
from leads_excel.charts import pictures
from leads_excel.kpis import KPIS
from leads_excel.reports.html import html
from leads_excel.reports.listings import listings
from leads_excel.reports.page import CARDS, compose
from leads_excel.reports.pdf import pdf

DEMO = lx.Settings(environment="demo", store="none")
FROM_LEFT = re.compile("[\u200e\u2066-\u2069]")
ARABIC = re.compile("[\u0621-\u064a]")

in_pictures = pytest.mark.skipif(not find_spec("vl_convert"), reason="needs the extra charts")
on_paper = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler's pdftotext and pdfinfo")


@pytest.fixture(scope="module")
def tables():
    return lx.fetch("2026-10-01", "2026-10-14", settings=DEMO)


@pytest.fixture(scope="module")
def before():
    return lx.fetch("2026-09-17", "2026-09-30", settings=DEMO)


@pytest.fixture(scope="module")
def pages(tables, before):
    return compose(tables, before), compose(tables, before, language="ar")


class Words(HTMLParser):
    """The texts that an HTML page shows, and those it tells on request."""

    def __init__(self, text):
        super().__init__()
        self.shown, self.root, self._in = [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Take a tag in."""
        self._in.append(tag)
        if tag == "html":
            self.root = dict(attributes)
        self.shown += [value for name, value in attributes if name in ("title", "aria-label")]

    def handle_endtag(self, tag):
        """Leave a tag."""
        while self._in and self._in.pop() != tag:
            pass

    def handle_data(self, data):
        """Take a text in."""
        if data.strip() and self._in[-1:] != ["style"]:
            self.shown.append(data.strip())


def of_the_dms(tables):
    """List what the DMS calls sources, branches and reasons, and the name of the time zone."""
    names = {*tables.leads["source"].dropna(), *tables.leads["branch"].dropna(), tables.zone.key, "DMS"}
    reasons = lx.kpis.top_reasons(tables, 10)["reason"]
    return sorted({*names, *reasons}, key=len, reverse=True)


def english_in(texts, tables):
    left = []
    for text in texts:
        bare = text
        for name in of_the_dms(tables):
            bare = bare.replace(name, "")
        left += [text] if re.search("[A-Za-z]{2,}", bare) else []
    return left


def test_the_page_is_arabic_and_reads_from_the_right(pages):
    """A browser and a screen reader are told; the English page says so of itself."""
    english, arabic = (Words(html(page)).root for page in pages)

    assert english == {"lang": "en", "dir": "ltr"}
    assert arabic == {"lang": "ar", "dir": "rtl"}


@in_pictures
def test_no_english_is_left_on_the_page(pages, tables):
    """Cards, definitions, headings, charts, footer: what is Latin is the DMS's."""
    shown = Words(html(pages[1])).shown

    assert len([text for text in shown if ARABIC.search(text)]) > 40
    assert english_in(shown, tables) == []
    assert len(english_in(Words(html(pages[0])).shown, tables)) > 20


def test_the_figures_are_those_of_the_english_page(pages):
    """The same values, changes and moods, in Western digits; days are ISO."""
    english, arabic = pages

    for one, other, shown in zip(english.cards, arabic.cards, CARDS, strict=True):
        assert (one.value, one.mood) == (other.value, other.mood)
        assert other.label == KPIS[shown.kpi].arabic
        for text, told in ((one.caption, other.caption), (one.change, other.change)):
            assert re.findall(r"[\d.,]*\d|[▲▼%]", text) == re.findall(r"[\d.,]*\d|[▲▼%]", told)
    written = html(arabic)
    assert not re.search("[\u0660-\u0669\u06f0-\u06f9]", written)
    assert f"2026-10-01 \N{EN DASH} {LTR}2026-10-14" in written
    assert re.findall(r"\d+", english.compared) == re.findall(r"\d+", arabic.compared)


@in_pictures
def test_what_is_not_whole_is_told_in_arabic(tables, before):
    """Each warning of the coverage line."""
    leads = tables.leads.assign(leadId=tables.leads["leadId"].mask(tables.leads.index % 2 == 0, 0))
    bulks = tables.bulks.assign(isProcessed=2, totalRecords=1)
    waiting = compose(replace(tables, leads=leads, bulks=bulks, warnings=("odd.",)), before, language="ar")

    assert not waiting.complete
    assert waiting.coverage.count(":") >= 3
    assert english_in([waiting.coverage], tables) == []
    assert "حتى الآن" in waiting.cards[1].change
    assert "قيد المعالجة" in FROM_LEFT.sub("", waiting.pictures[0].svg)


@in_pictures
def test_bars_begin_at_the_right(tables):
    """Names stand right of them, and so do titles; days run as numbers do."""
    chart = pictures.leads_by(tables, "source", language="ar").to_dict()
    days = pictures.per_day(tables, language="ar").to_dict()

    bars = chart["layer"][0]["encoding"]
    assert bars["x"]["scale"]["reverse"] is True
    assert bars["y"]["axis"]["orient"] == "right"
    assert chart["title"]["anchor"] == "end"
    assert "reverse" not in days["vconcat"][0]["encoding"]["x"]["scale"]
    assert (
        english_in([chart["title"]["text"], days["title"]["text"], days["vconcat"][1]["title"]["text"]], tables) == []
    )
    english = pictures.leads_by(tables, "source").to_dict()
    assert english["layer"][0]["encoding"]["x"]["scale"]["reverse"] is False
    assert english["title"]["anchor"] == "start"


def test_lists_in_place_of_pictures_are_arabic(tables):
    """Headings, headers and stages; the numbers are those of the English ones."""
    english, arabic = (listings(tables, "sunday", language) for language in ("en", "ar"))

    for one, other in zip(english, arabic, strict=True):
        assert ARABIC.search(other.heading)
        assert all(ARABIC.search(name) for name in other.columns)
        assert [row[1:] for row in one.rows] == [row[1:] for row in other.rows]
    stages = [row[0] for row in arabic[2].rows]
    assert english_in(stages, tables) == []


@on_paper
def test_the_pdf_is_one_sheet_with_letters_joined(pages, tmp_path):
    """Its title and language are told; all words are on one sheet of A4 within its margins."""
    full = replace(pages[1], coverage=f"{pages[1].coverage} عدد الدفعات المفتوحة التي قد تتغيّر طلباتها: 12. " * 3)
    for name, page in (("page", pages[1]), ("full", full)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf(page))
        told = run([shutil.which("pdfinfo"), path], check=True).stdout
        placed = run([shutil.which("pdftotext"), "-bbox", path, "-"], check=True).stdout
        edges = re.findall(r'<word xMin="([-\d.]+)" yMin="[-\d.]+" xMax="([-\d.]+)" yMax="([-\d.]+)">', placed)
        assert re.search(r"Pages: +1\n", told)
        assert "الطلبات" in told
        assert min(float(left) for left, _, _ in edges) > 20
        assert max(float(right) for _, right, _ in edges) < 595 - 20
        assert max(float(bottom) for _, _, bottom in edges) < 842 - 20
    fonts = run([shutil.which("pdffonts"), tmp_path / "page.pdf"], check=True).stdout
    assert "Arabic" in fonts or "DejaVu" in fonts


def test_a_report_is_written_in_the_language_asked_for(tmp_path):
    """By the argument, else by the setting; a workbook too."""
    day = "2026-10-01"
    by_name = lx.report(tmp_path / "a.html", day, settings=DEMO, language="ar")
    by_setting = lx.report(
        tmp_path / "b.html", day, settings=lx.Settings(environment="demo", store="none", language="ar")
    )
    book = lx.report(tmp_path / "c.xlsx", day, settings=DEMO, language="ar")

    assert 'dir="rtl"' in by_name.read_text(encoding="utf-8")
    assert 'dir="rtl"' in by_setting.read_text(encoding="utf-8")
    assert openpyxl.load_workbook(book).sheetnames[0] == "الرئيسية"
    assert 'dir="ltr"' in lx.report(tmp_path / "d.html", day, settings=DEMO).read_text(encoding="utf-8")
