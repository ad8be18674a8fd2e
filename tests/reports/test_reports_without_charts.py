"""Where Altair is not installed a report has tables in place of its pictures, with the same numbers."""

import json
import os
import re
import sys

import pytest
from few_leads import bulk, lead
from programs import run

import leads_excel as lx
from leads_excel.charts import frames
from leads_excel.exceptions import SettingsError
from leads_excel.fetching.session import Session, use
from leads_excel.reports import page as pages
from leads_excel.reports.html import html
from leads_excel.reports.listings import listings
from leads_excel.reports.pdf import pdf
from leads_excel.tables.lead_tables import build

DEMO = lx.Settings(environment="demo", store="none")
FORTNIGHT = ("2026-10-01", "2026-10-14")


@pytest.fixture(scope="module")
def tables():
    return lx.fetch(*FORTNIGHT, settings=DEMO)


def cells_of(text):
    return [[*re.findall(r"<td>(.*?)</td>", row)] for row in re.findall(r"<tr>(<td>.*?)</tr>", text)]


@pytest.mark.slow
def test_the_command_writes_a_page_without_the_extra(tables, tmp_path):
    """All cards and tables are there, and one line says what brings the pictures."""
    code = (
        "import sys; sys.modules.update(altair=None, vl_convert=None); "
        "sys.argv[1:] = ['report', '--from', '2026-10-01', '--to', '2026-10-14', '--out', 'x.html']; "
        "from leads_excel.cli import main; main()"
    )
    environment = {**os.environ, "LEADS_EXCEL_STORE": "none"}
    done = run([sys.executable, "-c", code], cwd=tmp_path, env=environment)

    assert done.returncode == 0, done.stderr
    text = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert text.count("<article") == 6
    assert "<svg" not in text
    assert text.count("<table>") == 5
    assert text.count("pip install &quot;leads-excel[charts]&quot;") == 1
    by_day = frames.per_period(tables, "sunday")
    assert [row[0] for row in cells_of(text)[:14]] == [f"{at:%Y-%m-%d}" for at in by_day.frame["at"]]


def test_the_lists_hold_the_numbers_of_the_pictures(tables):
    """Leads by source, branch and stage, and reasons, as the key figures count them."""
    received, source, stages, branch, reasons = listings(tables, "sunday")

    assert sum(int(row[1].replace(",", "")) for row in received.rows) == len(tables.leads)
    assert sum(int(row[1].replace(",", "")) for row in source.rows) == len(tables.leads)
    assert sum(int(row[1].replace(",", "")) for row in branch.rows) == len(tables.leads)
    funnel, top = lx.kpis.funnel(tables), lx.kpis.top_reasons(tables, 7)
    assert [row[1] for row in stages.rows] == [f"{leads:,}" for leads in funnel["leads"]]
    assert [row[0] for row in reasons.rows] == [*top["reason"]]
    assert [row[2] for row in reasons.rows] == [f"{share:.1%}" for share in top["share"]]
    assert max(received.lengths) == 1


def test_the_lists_hold_leads_that_are_not_judged_yet():
    """A day of provisional leads is no day without leads."""
    bulks = [bulk("2026-08-03", lead(1), lead(2, isError=1), lead(3), isProcessed=2), bulk("2026-08-04", lead(4))]
    received, source, *_ = listings(build(bulks), "sunday")

    assert received.columns == ("Day", "Received", "Accepted", "Rejected", "Provisional")
    assert received.rows == (("2026-08-03", "3", "0", "1", "2"), ("2026-08-04", "1", "1", "0", "0"))
    assert received.lengths == (1, 0.333)
    assert source.rows == (("(blank)", "4", "50.0%"),)


@pytest.mark.slow
@pytest.mark.parametrize("week_start", ["sunday", "monday"])
def test_weeks_begin_as_the_settings_say(tmp_path, week_start):
    """In the lists, in the pictures, and in the lines of a formula alike."""
    settings = DEMO.model_copy(update={"week_start": week_start})
    tables = lx.fetch("2026-04-01", "2026-09-30", settings=settings)
    use(Session(settings))
    weeks = lx.leads_by("week", "2026-04-01", "2026-09-30", "leads")
    use(None)

    received = listings(tables, week_start)[0]
    assert [row[:2] for row in received.rows] == [
        (f"{week:%Y-%m-%d}", f"{leads:,}") for week, leads in zip(weeks["week"], weeks["leads"], strict=True)
    ]
    lx.report(tmp_path / "report.html", "2026-04-01", "2026-09-30", settings=settings)
    named = re.findall(r">(\d{1,2} [A-Z][a-z]{2})<", (tmp_path / "report.html").read_text(encoding="utf-8"))
    begins = {f"{week.day} {week:%b}" for week in weeks["week"]}
    assert named
    assert begins >= set(named)


def test_of_nothing_there_is_a_page_too():
    """No leads make empty lists, and a share of nothing is a dash."""
    nothing = build([])

    assert {listing.place for listing in listings(nothing, "sunday")} == {"top", "left", "right", "bottom"}
    assert "nan" not in json.dumps([listing.rows for listing in listings(nothing, "sunday")])


@pytest.mark.slow
def test_with_the_extra_nothing_is_listed(tables):
    """Pictures stand alone, and no line asks for what is there."""
    page = pages.compose(tables, tables)

    assert page.pictures
    assert not page.listings
    assert "pip install" not in html(page)


def test_a_list_is_text_whatever_it_holds(monkeypatch):
    """What comes from the DMS is no markup in a table either."""
    monkeypatch.setattr(pages.charts, "CAN_DRAW", False)
    hostile = build(
        [
            {
                "leads": [{"leadExternalId": 1, "isError": 0, "source": "<script>1</script>"}],
                "createdDate": "2026-08-03T09:00:00.000Z",
            }
        ]
    )

    text = html(pages.compose(hostile, hostile))

    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_share_of_leads_without_a_verdict_is_a_dash():
    """The first leads of a morning are received, and not yet accepted or rejected."""
    open_ones = [{"leads": [{"leadExternalId": 1, "source": "Web", "branch": "Main"}], "isProcessed": 1}]

    _, source, _, branch, _ = listings(build(open_ones), "sunday")

    assert source.rows == (("Web", "1", "\N{EN DASH}"),)
    assert branch.rows == (("Main", "1", "\N{EN DASH}"),)


def test_a_pdf_without_pictures_names_the_extra(tables, monkeypatch):
    """The extra for PDF brings both."""
    monkeypatch.setattr(pages.charts, "CAN_DRAW", False)

    with pytest.raises(SettingsError, match=r'pip install "leads-excel\[report\]"'):
        pdf(pages.compose(tables, tables))
