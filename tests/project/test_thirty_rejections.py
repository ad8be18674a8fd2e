"""Thirty rejected leads on their way: noted, sent to the partners, half of them back; nothing is beside another lead.

The workbook is refreshed over HTTP from the simulated DMS, as a file by the program and open in Excel by its button.
"""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
import xlwings as xw
from commands import run
from excel_double import called, running

import leads_excel as lx
from leads_excel.excel import macros
from leads_excel.fetching.session import Session, use
from leads_excel.sandbox import Sandbox, SandboxServer

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC) - timedelta(minutes=5)
RANGE, SHORTER = "-21D", "-2D"
OWN = ("owner", "state", "note", "fixed value")
OWNERS, STATES = ("Sami", "Noura", "هند"), ("open", "in work", "sent to partner", "given up")


class Dealership(Sandbox):
    """The simulated DMS, to which partners send leads again under new numbers."""

    def __init__(self):
        super().__init__(leads_per_day=40, now=lambda: NOW, shape="array")
        self.again = []

    def answer(self, method, target, headers):
        """Answer with what was sent again, too."""
        answer = super().answer(method, target, headers)
        first, last = (parse_qs(urlsplit(target).query)[name][0] for name in ("fromDate", "toDate"))
        own = [bulk for bulk in self.again if first <= bulk["createdDate"] <= last]
        return replace(answer, body=json.dumps([*json.loads(answer.body), *own]).encode()) if own else answer

    def send_again(self, leads):
        """Take leads that a partner has mended: each is accepted under a number of its own."""
        sent = [
            {"leadExternalId": 90_000_000 + place, "leadId": 99_000_000 + place, "isError": 0, "errorList": None,
             "vehicles": None, **{name: lead[name] for name in ("firstName", "lastName", "email", "source", "branch")}}
            for place, lead in enumerate(leads)
        ]  # fmt: skip
        created = f"{NOW:%Y-%m-%dT%H:%M:%S}.000Z"
        counts = {"createdBy": 1, "totalRecords": len(sent), "errorRecords": 0, "isProcessed": 4}
        self.again.append({"leads": sent, "createdDate": created, **counts})


class File:
    """The workbook on disk: typed into with another program, refreshed by the command."""

    def __init__(self, path, _stack):
        self.path = path

    def refresh(self, days):
        """Run the command."""
        done = run("refresh", str(self.path), "--from", days)
        assert done.returncode == 0, done.stderr

    def rows(self, sheet="Rejections"):
        """Read a sheet, row by row, by heading."""
        header, *rows = openpyxl.load_workbook(self.path)[sheet].values
        return [dict(zip(header, row, strict=True)) for row in rows]

    def type(self, texts):
        """Type into the user's columns of some rows."""
        book = openpyxl.load_workbook(self.path)
        sheet = book["Rejections"]
        heads = [cell.value for cell in sheet[1]]
        for row, text in texts.items():
            for header in OWN:
                sheet.cell(row + 2, heads.index(header) + 1, text[header])
        book.save(self.path)


class Excel:
    """The workbook open in Excel: typed into there, refreshed by the button."""

    def __init__(self, path, stack):
        stack.enter_context(running())
        self.book = xw.Book(path)
        self.book.set_mock_caller()

    def refresh(self, days):
        """Press the button."""
        self.book.names["in_from"].refers_to_range.value = f"'{days}"
        macros.refresh()
        assert called("app.alert")[-1]["mode"] == "info", called("app.alert")[-1]["prompt"]
        assert self.book.names["out_status"].refers_to_range.value.startswith("Complete")

    def rows(self, sheet="Rejections"):
        """Read a sheet, row by row, by heading."""
        header, *rows = next(iter(self.book.sheets[sheet].tables)).range.value
        return [dict(zip(header, row, strict=True)) for row in rows]

    def type(self, texts):
        """Type into the user's columns of some rows."""
        cells = self.book.sheets["Rejections"].tables["rejections"].range
        heads = cells[0, :].value
        for row, text in texts.items():
            for header in OWN:
                cells[row + 1, heads.index(header)].value = f"'{text[header]}"


def key(row):
    """Tell which lead and reason a row is about."""
    return int(row["leadExternalId"]), row["reason"], row["field"]


def noted(rows):
    """List what is beside which lead and reason."""
    return {key(row): tuple(row[header] for header in OWN) for row in rows if any(row[header] for header in OWN)}


def shared_out(rows, leads):
    """Choose thirty leads that wait, fifteen of which can be reached by mail, and write what is noted of each row."""
    waiting = list(dict.fromkeys(key(row)[0] for row in rows if row["recovered"] == "no"))
    back = [number for number in waiting if re.fullmatch(r"\S+@\S+\.\w+", str(leads["email"][number]))][:15]
    others = [number for number in waiting if number not in back][:15]
    people, states = cycle(OWNERS), cycle(STATES)
    texts = {
        place: {"owner": next(people), "state": next(states), "note": f"on {key(row)}", "fixed value": f"0{place}"}
        for place, row in enumerate(rows)
        if key(row)[0] in {*back, *others}
    }
    return back, others, texts


def personal_in(text, leads):
    """List what stands in a text of what tells who the rejected are: names, phones, addresses."""
    names = ("firstName", "lastName", "companyName", "phoneNumber", "email", "address1")
    rejected = leads[leads["isError"].fillna(value=False)]
    values = {str(value).strip() for name in names for value in rejected[name].dropna() if len(str(value)) > 3}
    assert len(values) > 100
    return [value for value in values if re.search(rf"(?<![\w.]){re.escape(value)}(?!\w)", text)]


def listed(settings):
    """List lead, reason and what became of it as the function does, asked anew."""
    use(Session(settings))
    frame = lx.rejections(RANGE).astype(object)
    rows = frame.where(frame.notna(), None).to_dict("records")
    return [(key(row), row["recovered"], row["recoveredBy"]) for row in rows]


@pytest.fixture
def dms(monkeypatch):
    """Have commands, buttons and notebooks ask the DMS."""
    dealership = Dealership()
    with SandboxServer(dealership) as api:
        for name, value in {"ENVIRONMENT": "test", "BASE_URL": api.url, "STORE": "none", "TTL": "0"}.items():
            monkeypatch.setenv(f"LEADS_EXCEL_{name}", value)
        yield dealership
    use(None)


@pytest.mark.parametrize("door", [File, Excel])
def test_thirty_rejected_leads(door, dms, tmp_path):
    """Owners, states, notes and mended values stay beside their lead and reason, whatever comes, goes and recovers."""
    settings, path = lx.Settings(), tmp_path / "report.xlsx"
    assert run("new", str(path)).returncode == 0
    with ExitStack() as stack:
        book = door(path, stack)

        # A morning: the list is there, and thirty leads are shared out.
        book.refresh(RANGE)
        rows, leads = book.rows(), lx.fetch(RANGE, settings=settings).leads.set_index("leadExternalId")
        back, others, texts = shared_out(rows, leads)
        assert (len(back), len(others)) == (15, 15)
        book.type(texts)
        typed = {key(rows[place]): tuple(text.values()) for place, text in texts.items()}
        assert noted(book.rows()) == typed

        # The partners get their lists, in which nothing is personal.
        use(Session(settings))
        lists = lx.fix_list(tmp_path / "lists", RANGE, filters="recovered<>yes")
        sent = "\n".join(Path(name).read_text(encoding="utf-8-sig") for name in lists["file"])
        assert all(str(number) in sent for number in (*back, *others))
        assert personal_in(sent, leads) == []

        # Half of them come back, accepted under new numbers.
        dms.send_again(leads.loc[back].to_dict("records"))
        book.refresh(RANGE)
        after = book.rows()
        assert noted(after) == typed
        recovered = {key(row)[0]: row["recoveredBy"] for row in after if row["recovered"] == "yes"}
        assert {number: recovered.get(number) for number in back} == {n: 99_000_000 + at for at, n in enumerate(back)}
        assert not recovered.keys() & {*others}
        assert [(key(row), row["recovered"], row["recoveredBy"]) for row in after] == listed(settings)
        was, is_now = ([place for place, row in enumerate(each) if key(row)[0] in back] for each in (rows, after))
        assert min(is_now) > max(place for place, row in enumerate(after) if row["recovered"] == "no") > min(was)

        # Most leave the range, and their notes are in the Log; with the range the leads and their notes are back.
        book.refresh(SHORTER)
        stayed = noted(book.rows())
        assert len(stayed) < len(typed)
        assert stayed.items() <= typed.items()
        assert any("Notes kept for rejections" in str(row["result"]) for row in book.rows("Log"))
        book.refresh(RANGE)
        assert noted(book.rows()) == typed
        assert not any("Notes kept for rejections" in str(row["result"]) for row in book.rows("Log"))
