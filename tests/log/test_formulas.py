"""The Python that calculates formulas logs what it fetched, and why a formula shows no number."""

import json
import sys
import types
from datetime import UTC, datetime

import platformdirs
import pytest
from few_leads import FOUR, Desk, session

from leads_excel.excel import udfs
from leads_excel.fetching.session import Session, use
from leads_excel.log import formulas
from leads_excel.sandbox import Faults, Sandbox, SandboxServer
from leads_excel.settings.model import Settings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch):
    """Be the Python that xlwings starts."""
    monkeypatch.setitem(sys.modules, "xlwings.com_server", types.ModuleType("xlwings.com_server"))
    formulas.end()
    yield
    formulas.end()
    use(None)


def lines():
    """Read everything that was logged."""
    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    return [json.loads(line) for path in sorted(folder.glob("*.log")) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.usefixtures("server")
def test_formulas_are_logged():
    """What they took of the API, and each failure once, however often Excel calculates."""
    with SandboxServer(Sandbox(leads_per_day=2, now=lambda: NOW)) as api:
        use(Session(Settings(environment="test", base_url=api.url, store="none", attempts=1), now=lambda: NOW))
        udfs.LEADS("2026-W46")
        for _ in range(3):
            udfs.LEADS_KPI("leeds", "2026-W46")
            udfs.LEADS("2026-W46", None, None, "phoneNumber=500000009")
        api.faults = Faults(every=1, kinds=("503",))
        udfs.LEADS("2026-11-03")

    assert [(line["event"], line.get("formula")) for line in lines()] == [
        ("began", None),
        ("fetched", None),
        ("not calculated", "LEADS_KPI"),
        ("not calculated", "LEADS"),
        ("missing", None),
        ("fetched", None),
        ("not calculated", "LEADS"),
    ]
    assert {line["command"] for line in lines()} == {"formulas"}
    assert lines()[2]["reason"] == "There is no key figure •••: did you mean leads?"
    assert "500000009" not in json.dumps(lines())


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("name", ["Sara Alharbi", "Sa'ra \"Alharbi", "Sara" * 80])
def test_what_a_cell_holds_is_not_logged(name):
    """A formula that points at the wrong cell reads a customer's name."""
    use(session(Desk(*FOUR)))
    udfs.LEADS(name)
    udfs.LEADS("2026-08", None, name)
    udfs.LEADS("2026-08", None, None, name)
    udfs.LEADS("2026-08", None, None, f"{name}=3")
    udfs.LEADS("2026-08", None, None, f"firstName={name}")
    udfs.LEADS("2026-08", None, None, None, f"{name}=3")
    udfs.LEAD(name)
    udfs.LEADS_BY(name, "2026-08")
    udfs.LEADS_LIST(name)

    assert [line["event"] for line in lines()].count("not calculated") >= 6
    for piece in ("Sara", "Alharbi"):
        assert piece not in json.dumps(lines(), ensure_ascii=False)


def test_other_programs_keep_no_log_of_formulas(monkeypatch):
    """A notebook that calls one has its own."""
    monkeypatch.delitem(sys.modules, "xlwings.com_server", raising=False)
    formulas.end()
    use(session(Desk(*FOUR)))
    udfs.LEADS_KPI("leeds", "2026-08")
    use(None)

    assert lines() == []


@pytest.mark.usefixtures("server")
def test_a_sheet_full_of_failures_does_not_fill_the_disk(monkeypatch):
    """After so many the log has said enough."""
    monkeypatch.setattr(formulas, "_MANY", 3)
    use(session(Desk(*FOUR)))
    for month in range(1, 9):
        udfs.LEADS_KPI("leads", f"2222-0{month}")  # to come

    assert [line["event"] for line in lines()].count("not calculated") == 3
