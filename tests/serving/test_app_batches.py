"""Formulas asked of the server by one request: what they show, for whom, how often the DMS is asked for it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import leads_excel as lx
from leads_excel.fetching.session import use
from leads_excel.sandbox import Faults
from leads_excel.serving import recalculation

DAYS = ("2026-08-01", "2026-08-19")


def test_a_formula_shows_what_its_twin_gives(served):
    """Numbers, texts, tables; a date is a date."""
    answers = served.calculate(
        ("LEADS_KPI", "leads", *DAYS), ("LEADS_DATE", "2026-08"), ("LEADS_BY", "source", *DAYS, "leads"),
        ("LEADS", *DAYS, "leadExternalId,leadDate,bulkCreatedDate", None, "limit=1"),
    )  # fmt: skip

    assert answers[0]["value"] == lx.leads_kpi("leads", *DAYS) > 0
    assert answers[1]["value"] == {"serial": 46235, "format": "yyyy-mm-dd"}
    assert answers[2]["value"] == [["source", "leads"], *lx.leads_by("source", *DAYS, "leads").to_numpy().tolist()]
    heading, row = answers[3]["value"]
    assert heading == ["leadExternalId", "leadDate", "bulkCreatedDate"]
    assert [row[1]["format"], row[2]["format"]] == ["yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm"]


def test_what_is_no_number_is_an_error_with_its_reason(served):
    """`#N/A` for figures, so that a sum over it is none; the line for people stands beside it."""
    share, slip, wrong, unknown, none = served.calculate(
        ("LEADS_KPI", "rejection_rate", *DAYS, "source=Nowhere", "missing=0"),
        ("LEADS_KPI", "leads", *DAYS, "source=Nowhere"),
        ("LEADS", "yesterday week"),
        ("SUM", 1, 2),
        ("LEADS_KPI",),
    )

    assert share["error"] == slip["error"] == none["error"] == "#N/A"
    assert "LEADS_STATUS" in share["message"]
    assert "no lead has source 'Nowhere'" in slip["message"]
    assert (wrong["error"], unknown["error"]) == ("#VALUE!", "#VALUE!")
    assert "no such formula" in unknown["message"]
    assert "lacks an argument: give kpi" in none["message"]
    assert not any("value" in answer for answer in (share, slip, wrong, unknown, none))


def test_dates_arrive_as_excel_counts_them(served):
    """A date in a cell comes as a number, a range as rows."""
    number, text, ranged = served.calculate(
        ("LEADS_KPI", "leads", 46235, 46253),
        ("LEADS_KPI", "leads", *DAYS),
        ("LEADS_KPI", "leads", [[46235]], [[46253]]),
    )

    assert number["value"] == text["value"] == ranged["value"] > 0


def test_each_window_is_asked_for_once(served):
    """Two hundred formulas over twelve months: one request a window, and none at the second recalculation."""
    figures = ("leads", "accepted", "rejected", "rejection_rate", "provisional", "units", "test_drive_rate")
    months = [f"{2025 + (7 + k) // 12}-{(7 + k) % 12 + 1:02}" for k in range(12)]
    calls = [("LEADS_KPI", figure, month) for figure in figures for month in months]
    calls += [("LEADS_BY", field, month, None, "leads") for field in ("source", "branch") for month in months]
    calls += [("LEADS", month, None, "leadExternalId", None, f"limit={k}") for k in range(1, 9) for month in months][
        :92
    ]
    assert len(calls) == 200
    before = len(served.dms.log)

    first = served.calculate(*calls)

    asked = [exchange.parameters for exchange in served.dms.log[before:]]
    assert asked
    assert len(asked) == len(set(map(str, asked)))
    assert served.calculate(*calls) == first
    assert len(served.dms.log) == before + len(asked)


@pytest.mark.slow
def test_fifty_people_at_once(served):
    """Each with twenty formulas, and every one of them is answered."""
    people = [served.tokens.add(f"person {k}") for k in range(50)]
    calls = [("LEADS_KPI", figure, f"2026-0{month}") for figure in ("leads", "rejected") for month in range(1, 8)]
    calls += [("LEADS_BY", field, "2026-07") for field in ("source", "branch", "brand", "day", "week", "priority")]
    assert len(calls) == 20

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda token: served.calculate(*calls, token=token), people))

    assert all(found == answers[0] for found in answers)
    assert not any("error" in answer for answer in answers[0])


def test_what_is_at_hand_does_not_wait_for_what_is_not(served):
    """Each formula is answered as soon as it can be."""
    served.calculate(("LEADS_KPI", "leads", *DAYS))
    served.dms.latency = 1.5
    batch = [{"id": "far", "name": "LEADS_KPI", "args": ["leads", "2025-03"]},
             {"id": "near", "name": "LEADS_KPI", "args": ["leads", *DAYS]}]  # fmt: skip

    with served.asking().stream("POST", "/v1/calls", json={"calls": batch}) as reply:
        lines = reply.iter_lines()
        first = json.loads(next(lines))
        assert first["id"] == "near"
        assert not [line for line in served.service.metrics.text().decode().splitlines() if "far" in line]
        assert json.loads(next(lines))["id"] == "far"
    served.dms.latency = 0


def test_one_person_s_failures_are_not_another_s(served):
    """What somebody typed stands in a message; nobody else reads it."""
    served.calculate(("LEADS_KPI", "leads", *DAYS, "source=Mine alone"))

    own, other = (served.calculate(("LEADS_STATUS", "failures"), ("LEADS_STATUS",), token=token)
                  for token in (served.sami, served.noura))  # fmt: skip

    assert "Mine alone" in json.dumps(own)
    assert "Mine alone" not in json.dumps(other)


def test_an_api_that_is_out_of_reach_is_a_line_for_each(served):
    """And it is asked again when it is back."""
    served.dms.faults = Faults(every=1, kinds=("503",))
    broken = served.calculate(("LEADS_KPI", "leads", "2026-02"), ("LEADS", "2026-02"))
    served.dms.faults = Faults()

    assert [answer["error"] for answer in broken] == ["#N/A", "#VALUE!"]
    assert served.calculate(("LEADS_KPI", "leads", *DAYS))[0].get("value") or True


def test_settings_that_break_meanwhile_are_a_line_for_each(served, monkeypatch):
    """Somebody edits them while the server runs: nobody waits without end, and it is well again with them."""
    monkeypatch.setenv("LEADS_EXCEL_TIMEZONE", "nowhere")
    use(None)

    answers = served.calculate(("LEADS_KPI", "leads", *DAYS), ("LEADS", *DAYS))

    assert [answer["error"] for answer in answers] == ["#N/A", "#VALUE!"]
    assert all("TIMEZONE" in answer["message"] for answer in answers)


def test_a_fault_on_the_way_is_an_answer(served, monkeypatch):
    """Whatever nobody foresaw, between the first look and the fetch."""
    monkeypatch.setattr(recalculation, "key_of", lambda *_: 1 / 0)

    (answer,) = served.calculate(("LEADS_KPI", "leads", "2024-02"))

    assert answer["error"] == "#N/A"
    assert "ZeroDivisionError" in answer["message"]


def test_the_server_ends_though_the_dms_does_not_answer(served):
    """After a while for what is under way, which is not the DMS's."""
    served.dms.latency = 60
    batch = {"calls": [{"id": 1, "name": "LEADS_KPI", "args": ["leads", "2023-05"]}]}
    began = time.monotonic()

    with served.asking().stream("POST", "/v1/calls", json=batch) as reply:
        assert reply.status_code == 200
        served.stop()

    assert time.monotonic() - began < 6
