"""The report: one page that says what it covers, needs nothing else, and is whole in a browser and on paper."""

import json
import re
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import openpyxl
import pytest
from programs import run

import leads_excel as lx
from leads_excel import kpis
from leads_excel.exceptions import ArgumentError, SettingsError
from leads_excel.reports.html import html
from leads_excel.reports.page import CARDS, compose
from leads_excel.reports.pdf import pdf
from leads_excel.schema.columns import LEADS
from leads_excel.tables.coverage import disagreements
from leads_excel.tables.lead_tables import build

DEMO = lx.Settings(environment="demo", store="none")
FORTNIGHT = ("2026-10-01", "2026-10-14")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

in_browser = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
on_paper = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs poppler's pdftotext and pdfinfo")


@pytest.fixture(scope="module")
def tables():
    return lx.fetch(*FORTNIGHT, settings=DEMO)


@pytest.fixture(scope="module")
def before():
    return lx.fetch("2026-09-17", "2026-09-30", settings=DEMO)


@pytest.fixture(scope="module")
def page(tables, before):
    return compose(tables, before)


@pytest.fixture(scope="module")
def crowded(page):
    """A page that is as full as it gets."""
    coverage = f"{page.coverage} 1,234 of 2,345 bulks do not hold what the DMS counted. 12 bulks are still open. " * 2
    return replace(page, coverage=coverage, range=f"{page.range}, lead 123456, source 12, sub-source 123")


def browse(*arguments, cwd):
    """Run Chromium without a window and without requests of its own."""
    quiet = ("--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-gpu")
    command = [CHROMIUM, "--headless", "--no-sandbox", *quiet, f"--user-data-dir={cwd}/profile", *arguments]
    return run(command, cwd=cwd, check=True)


def poppler(program, *arguments):
    return run([shutil.which(program), *arguments], check=True).stdout


def words(path):
    """List the words of a PDF with their place, and the size of its only page in points."""
    told = poppler("pdftotext", "-bbox", path, "-")
    ((width, height),) = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', told)
    found = re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)</word>', told)
    return [(*map(float, place), word) for *place, word in found], float(width), float(height)


def assert_whole(path, page):
    """One sheet of A4 that holds the page from its title to its last line, with a margin on each side."""
    placed, width, height = words(path)
    assert (round(width), round(height)) == (595, 842)
    assert min(left for left, *_ in placed) > 20
    assert max(right for _, _, right, *_ in placed) < width - 20
    assert max(bottom for _, _, _, bottom, _ in placed) < height - 20
    text = " ".join(word for *_, word in placed)
    for part in (page.range, page.coverage, page.compared, page.fetched, *(card.value for card in page.cards)):
        assert " ".join(part.split()) in text


# --- what it says --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_cards_are_the_key_figures_beside_those_of_the_range_before(page, tables, before):
    """Counts change in percent, shares in points, and whether that is good depends on the figure."""
    cards = dict(zip((shown.kpi for shown in CARDS), page.cards, strict=True))
    now, then = kpis.rejection_rate(tables), kpis.rejection_rate(before)
    more = len(tables.leads) / len(before.leads) - 1

    assert cards["leads"].value == f"{len(tables.leads):,}"
    assert cards["leads"].change == f"{'▲' if more > 0 else '▼'} {abs(more):.1%}"
    assert cards["leads"].mood == ""
    assert cards["rejection_rate"].value == f"{now.value:.1%}"
    assert cards["rejection_rate"].caption == f"{now.numerator:,} of {now.denominator:,}"
    assert cards["rejection_rate"].change.endswith(f"{abs(now.value - then.value) * 100:.1f} points")
    assert cards["rejection_rate"].mood == ("bad" if now.value > then.value else "good")
    assert page.compared == f"Changes are against 2026-09-17 to 2026-09-30 ({len(before.leads):,} leads)"


@pytest.mark.slow
def test_a_change_to_nothing_is_no_change(tables, before):
    """The same range twice is unchanged; an empty one cannot be compared with."""
    empty = lx.fetch("2019-01", settings=DEMO)

    assert {card.change for card in compose(tables, tables).cards} == {"= unchanged"}
    assert {card.change for card in compose(tables, empty).cards} == {"no comparison"}
    assert [card.value for card in compose(empty, before).cards] == ["0", "0", "–", "–", "–", "–"]  # noqa: RUF001 - no minus


@pytest.mark.slow
def test_a_share_of_few_leads_says_so():
    """Three leads make no rate."""
    leads = [{"leadExternalId": n, "isError": n == 1} for n in range(3)]
    few = build([{"leads": leads, "createdDate": "2026-08-03T09:00:00.000Z"}])

    assert compose(few, few).cards[2].caption == "1 of 3, few leads"


@pytest.mark.slow
def test_a_change_of_few_leads_is_neither_good_nor_bad(tables, before):
    """A rejection rate of two leads can be anything."""
    two = replace(before, leads=before.leads.head(2), vehicles=before.vehicles[:0], errors=before.errors[:0])

    assert compose(tables, before).cards[2].mood
    assert not compose(tables, two).cards[2].mood


@pytest.mark.slow
def test_a_share_of_none_can_be_compared_with(tables, before):
    """From 0 % it rose by so many points."""
    clean = replace(before, leads=before.leads.assign(isError=False))

    assert compose(tables, clean).cards[2].change == f"▲ {kpis.rejection_rate(tables).value * 100:.1f} points"


@pytest.mark.slow
def test_a_day_that_is_not_over_is_told(tables, before):
    """Compared with a whole one, it always looks small."""
    in_time = replace(tables, fetched_at=datetime(2026, 10, 14, 20, 59, tzinfo=UTC))
    a_minute_later = replace(tables, fetched_at=datetime(2026, 10, 14, 21, 0, tzinfo=UTC))

    assert compose(in_time, before).compared.endswith("; 2026-10-14 is not over yet")
    assert compose(a_minute_later, before).compared.endswith("leads)")


def bulk(state, counted):
    lead = {"leadExternalId": counted, "isError": 0}
    told = {"totalRecords": counted, "errorRecords": 0, "isProcessed": state, "createdDate": "2026-08-03T09:00:00.000Z"}
    return {"leads": [lead], **told}


@pytest.mark.slow
def test_the_coverage_line_says_what_the_numbers_do_not_hold():
    """Bulks that differ from what the DMS counted, bulks still open; under a filter all of them would differ."""
    whole, short, still_open = (build([one]) for one in (bulk(4, 1), bulk(4, 2), bulk(2, 1)))

    assert compose(whole, whole).complete
    assert compose(whole, whole).coverage == "Every day of the range was read."
    assert not compose(short, short).complete
    assert "1 bulk does not hold what the DMS counted." in compose(short, short).coverage
    assert "1 bulk is still open: its leads may change." in compose(still_open, still_open).coverage
    assert compose(replace(short, asked={"source": 3}), short).complete


def undecided(tables):
    """Leave open what became of half the leads that are not rejected."""
    leads = tables.leads.assign(leadId=tables.leads["leadId"].mask(tables.leads.index % 2 == 0, 0))
    return replace(tables, leads=leads, bulks=tables.bulks.assign(isProcessed=2))


@pytest.mark.slow
def test_what_is_not_judged_yet_is_said_and_in_no_rate(tables, before):
    """Beside what is accepted so far, in the line below the title, and in the chart."""
    open_yet = undecided(tables)
    waiting, judged = kpis.provisional(open_yet).value, kpis.rejection_rate(open_yet).denominator
    page = compose(open_yet, before)
    accepted, rate = page.cards[1:3]

    assert 0 < waiting == len(tables.leads) - judged
    assert accepted.caption == f"{kpis.accepted(open_yet).value / judged:.0%} of judged, {waiting:,} provisional"
    assert (accepted.change.endswith(" so far"), accepted.mood) == (True, "")
    assert rate.caption == f"{kpis.rejected(tables).value:,} of {judged:,}"
    assert f" {waiting:,} leads are provisional: in no rate yet." in page.coverage
    assert not page.complete
    assert "Provisional" in page.pictures[0].svg
    assert compose(tables, before).cards[1].mood
    assert "provisional" not in compose(tables, before).coverage


@pytest.mark.slow
def test_other_remarks_are_counted():
    """Bulks that differ are told already; the words of the rest stand in the workbook."""
    noted = replace(build([bulk(4, 2)]), warnings=(*disagreements(build([bulk(4, 2)]).bulks), "leads.x: odd."))

    assert "1 bulk does not hold what the DMS counted. 1 other remark stands in" in compose(noted, noted).coverage


def test_nobody_is_in_a_report(page, tables):
    """A report is sent on."""
    written = html(page)
    columns = [item.name for item in LEADS if item.sensitive and item.kind == "text" and item.name in tables.leads]
    people = {text for name in columns for text in tables.leads[name].dropna() if len(text) > 5}

    assert len(people) > 1000
    assert [text for text in people if f">{text}<" in written] == []


# --- as a web page -------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """What an HTML page is made of, and what it refers to."""

    def __init__(self, text):
        super().__init__()
        self.names, self.references = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Take a tag in."""
        self.names.add(tag)
        self.references += [value for name, value in attributes if name in ("src", "href", "xlink:href", "data")]


def test_the_web_page_needs_nothing_else(page):
    """No script, no reference to anything, one file."""
    tags = Tags(html(page))

    assert tags.references == []
    assert tags.names.isdisjoint({"script", "link", "img", "image", "iframe", "object", "use", "foreignobject"})
    assert "url(" not in html(page)
    assert "@import" not in html(page)


def test_what_comes_from_the_dms_is_text(page):
    """A range or remark with markup in it is shown as it is written."""
    card = replace(page.cards[0], label="<script>1</script>", about='" onload="1')
    hostile = replace(page, range="<script>alert(1)</script>", coverage="<img src=x>", cards=(card,))

    assert Tags(html(hostile)).names.isdisjoint({"script", "img"})
    assert 'title="&quot; onload=' in html(hostile)


def asked_for(text, folder):
    """Show a page in Chromium and list what it asks the network for; what the browser itself wants has no origin."""
    (folder / "report.html").write_text(text, encoding="utf-8")
    log = folder / "net.json"
    address = (folder / "report.html").as_uri()
    browse("--screenshot=shot.png", "--window-size=820,1250", f"--log-net-log={log}", address, cwd=folder)
    events = (event.get("params", {}) for event in json.loads(log.read_text(encoding="utf-8"))["events"])
    return {event["url"] for event in events if event.get("initiator", "not an origin") != "not an origin"}


@pytest.mark.slow
@in_browser
def test_a_browser_shows_it_and_asks_for_nothing(page, tmp_path):
    """Chromium draws it and asks for nothing, even where nothing forbids it."""
    free = re.sub(r"<meta http-equiv[^>]+>", "", html(page))
    spoilt = free.replace("</main>", '<img src="http://127.0.0.1:9/pixel.png"></main>')

    assert asked_for(free, tmp_path) == set()
    assert (tmp_path / "shot.png").stat().st_size > 50_000
    assert asked_for(spoilt, tmp_path) == {"http://127.0.0.1:9/pixel.png"}
    assert asked_for(html(page).replace("</main>", '<img src="http://127.0.0.1:9/pixel.png">'), tmp_path) == set()


@pytest.mark.slow
@in_browser
@on_paper
@pytest.mark.parametrize("kind", ["page", "crowded"])
def test_a_browser_prints_it_whole_on_one_sheet(kind, request, tmp_path):
    """Nothing of it is cut off."""
    page = request.getfixturevalue(kind)
    (tmp_path / "report.html").write_text(html(page), encoding="utf-8")

    browse("--no-pdf-header-footer", "--print-to-pdf=out.pdf", (tmp_path / "report.html").as_uri(), cwd=tmp_path)

    assert_whole(tmp_path / "out.pdf", page)


def is_cut(text, folder):
    """Tell whether a page looks different when its charts may draw beyond their frames."""
    looks = []
    for version in (text, text.replace("</style>", "svg {overflow: visible}</style>")):
        (folder / "page.html").write_text(version, encoding="utf-8")
        browse("--no-pdf-header-footer", "--print-to-pdf=page.pdf", (folder / "page.html").as_uri(), cwd=folder)
        poppler("pdftoppm", "-r", "144", "-singlefile", folder / "page.pdf", folder / "page")
        looks.append((folder / "page.ppm").read_bytes())
    return looks[0] != looks[1]


@pytest.mark.slow
@in_browser
@on_paper
def test_no_frame_cuts_anything_off(page, tmp_path):
    """Each chart is as wide as what it draws; a frame that is too narrow would be seen."""
    narrow = re.sub(r'viewBox="0 0 (\d+)', lambda width: f'viewBox="0 0 {int(width[1]) - 60}', html(page))

    assert not is_cut(html(page), tmp_path)
    assert is_cut(narrow, tmp_path)


# --- as a PDF ------------------------------------------------------------------------------------------------------


@on_paper
@pytest.mark.parametrize("kind", ["page", "crowded"])
def test_the_pdf_is_one_sheet_with_everything(kind, request, tmp_path):
    """Nothing of it is cut off, its fonts are in it, and it has a title and tags for those who listen to it."""
    page = request.getfixturevalue(kind)
    (tmp_path / "report.pdf").write_bytes(pdf(page))

    assert_whole(tmp_path / "report.pdf", page)
    told = poppler("pdfinfo", tmp_path / "report.pdf")
    assert re.search(r"Title: +Leads, 2026-10-01 to 2026-10-14", told)
    assert re.search(r"Tagged: +yes", told)
    fonts = poppler("pdffonts", tmp_path / "report.pdf").splitlines()[2:]
    assert {line.split()[-5] for line in fonts} == {"yes"}


@on_paper
def test_markup_in_data_is_text_in_a_pdf_too(page, tmp_path):
    """Typst does not run what a sender wrote."""
    (tmp_path / "report.pdf").write_bytes(pdf(replace(page, coverage="#panic(1) $x$ *bold* [x]")))

    assert "#panic(1) $x$ *bold* [x]" in poppler("pdftotext", tmp_path / "report.pdf", "-")


# --- from a range of days to a file --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["html", "pdf", "xlsx"])
def test_a_report_is_written_by_its_ending(ending, tmp_path):
    """A web page, a PDF or the filled workbook; the path comes back."""
    path = lx.report(tmp_path / f"report.{ending.upper()}", *FORTNIGHT, settings=DEMO)

    begins = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF", "xlsx": b"PK"}[ending]
    assert path == tmp_path / f"report.{ending.upper()}"
    assert path.read_bytes().startswith(begins)


def test_the_workbook_is_filled(tmp_path):
    """With the range that was asked for."""
    path = lx.report(tmp_path / "report.xlsx", *FORTNIGHT, settings=DEMO)

    assert openpyxl.load_workbook(path, read_only=True)["Leads"].max_row > 1000


@pytest.mark.slow
def test_filters_narrow_a_report(tmp_path):
    """As for fetch, and the page names them."""
    text = lx.report(tmp_path / "r.html", *FORTNIGHT, source=3, settings=DEMO).read_text(encoding="utf-8")

    assert "2026-10-01 to 2026-10-14, source 3" in text
    assert f">{len(lx.fetch(*FORTNIGHT, source=3, settings=DEMO).leads):,}<" in text


@pytest.mark.slow
def test_a_report_compares_with_as_many_days_before(before, tmp_path):
    """Under the same filters."""
    text = lx.report(tmp_path / "r.html", *FORTNIGHT, settings=DEMO).read_text(encoding="utf-8")
    filtered = lx.report(tmp_path / "f.html", *FORTNIGHT, source=3, settings=DEMO).read_text(encoding="utf-8")

    assert f"against 2026-09-17 to 2026-09-30 ({len(before.leads):,} leads)" in text
    assert "against 2026-09-17 to 2026-09-30, source 3 (" in filtered


@pytest.mark.slow
def test_progress_counts_both_ranges(tmp_path):
    """The windows of the range and of the one before it."""
    calls = []

    lx.report(tmp_path / "r.html", *FORTNIGHT, settings=DEMO, progress=lambda *call: calls.append(call))

    assert calls == [(nth, len(calls)) for nth in range(1, len(calls) + 1)]


def test_another_ending_is_refused_before_anything_is_fetched(tmp_path):
    """The message names the endings there are."""
    with pytest.raises(ArgumentError, match=r"r\.docx is no report: end its name in \.html, \.pdf or \.xlsx"):
        lx.report(tmp_path / "r.docx", "-7D", settings=lx.Settings(environment="test", base_url="http://127.0.0.1:9"))


def test_without_typst_the_extra_is_named(page, monkeypatch):
    """One line says what to install."""
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(SettingsError, match=r"leads-excel\[report\]"):
        pdf(page)


def test_a_report_needs_a_name():
    """An empty cell of somebody's list of files is no file."""
    with pytest.raises(ArgumentError, match=r"That is no report: end its name in \.html"):
        lx.report(None, "-7D", settings=DEMO)
