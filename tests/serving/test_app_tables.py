"""Tables by address, for Power Query, Power BI and curl."""

import io
import json

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import leads_excel as lx
from leads_excel.exports.files import as_bytes
from leads_excel.sandbox import Faults
from leads_excel.serving import downloads

DAYS = {"from": "2026-08-01", "to": "2026-08-19"}


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_a_table_holds_what_its_function_gives(ending, served):
    """The same rows and columns, by whichever format."""
    reply = served.asking().get(
        f"/v1/tables/leads.{ending}",
        params=DAYS | {"filters": "source=Website", "fields": "leadExternalId,source,bulkCreatedDate"},
    )

    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "json": pd.read_json}[ending]
    found = read(io.BytesIO(reply.content))
    expected = lx.leads(*DAYS.values(), "leadExternalId,source,bulkCreatedDate", "source=Website")
    assert found.columns.tolist() == expected.columns.tolist()
    assert found["leadExternalId"].tolist() == expected["leadExternalId"].tolist()
    if ending == "parquet":
        assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize("table", ["leads", "vehicles", "errors", "bulks", "rejections", "contacts", "customers"])
def test_every_table_is_there(table, served):
    """With the columns of its function."""
    functions = {
        "vehicles": lx.lead_vehicles,
        "errors": lx.lead_errors,
        "bulks": lx.lead_bulks,
        "contacts": lambda *days: lx.contacts(None, *days),
    }
    reply = served.asking().get(f"/v1/tables/{table}.json", params=DAYS)

    expected = functions.get(table, getattr(lx, table, None))(*DAYS.values())
    assert len(reply.json()) == len(expected) > 0
    assert list(reply.json()[0]) == expected.columns.tolist()


def test_what_is_unchanged_is_not_sent_again(served):
    """By its tag; another filter has another one."""
    client = served.asking()
    first = client.get("/v1/tables/leads.csv", params=DAYS)
    again = client.get("/v1/tables/leads.csv", params=DAYS, headers={"If-None-Match": first.headers["etag"]})
    other = client.get(
        "/v1/tables/leads.csv",
        params=DAYS | {"filters": "source=Website"},
        headers={"If-None-Match": first.headers["etag"]},
    )

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert len(served.audited()) == 2  # what was not sent again was not given out again


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, "lacks its first day"),
        ({"from": "gestern"}, "gestern"),
        (DAYS | {"filter": "source=Website"}, "none of from"),
        (DAYS | {"purpose": "marketing"}, "none of from"),
        (DAYS | {"options": "pii=reveal"}, "masked"),
        (DAYS | {"filters": "phoneNumber=5*"}, "personal data"),
    ],
)
def test_a_wrong_address_is_one_line(words, told, served):
    """400, and what to write."""
    reply = served.asking().get("/v1/tables/leads.csv", params=words)

    assert reply.status_code == 400
    assert told in reply.json()["error"]


def test_a_file_runs_no_formula(served):
    """A text that a spreadsheet would run has an apostrophe in front of it, as in every CSV file of ours."""
    assert b"'=1+1" in as_bytes(pd.DataFrame({"a": ["=1+1"]}), "csv")
    assert served.asking().get("/v1/tables/leads.csv", params=DAYS).content.startswith("\ufeffleadExternalId".encode())


def test_an_api_that_is_out_of_reach_says_when_to_come_again(served):
    """503, as Power Query understands it."""
    served.dms.faults = Faults(every=1, kinds=("503",))
    reply = served.asking().get("/v1/tables/leads.csv", params={"from": "2024-01"})
    served.dms.faults = Faults()

    assert reply.status_code == 503
    assert int(reply.headers["retry-after"]) > 0
    assert json.loads(reply.text)["error"]


def test_health_and_figures_of_the_server(served):
    """Health is for everybody; the figures are for who may ask, and hold no name of theirs."""
    served.calculate(("LEADS_KPI", "leads", "2026-08-01"), ("LEADS_KPI", "nothing", "2026-08-01"))

    assert served.asking("").get("/healthz").json() == {"status": "ok"}
    told = served.asking().get("/metrics").text
    assert 'leads_calls_total{name="LEADS_KPI",outcome="answered"} 1.0' in told
    assert 'leads_calls_total{name="LEADS_KPI",outcome="failed"} 1.0' in told
    assert served.asking().get("/ever/new").status_code == 404
    assert 'leads_requests_total{path="other",status="404"} 1.0' in served.asking().get("/metrics").text
    assert 'leads_requests_total{path="/v1/calls",status="200"} 1.0' in told
    assert "sami" not in told


def test_what_nobody_foresaw_is_one_line_without_what_it_is_about(served, monkeypatch, caplog):
    """For who asked, and in the log."""
    monkeypatch.setitem(downloads.TABLES, "leads", lambda **_: int("0501234567 Sara"))

    with caplog.at_level("INFO", "leads_excel"):
        reply = served.asking().get("/v1/tables/leads.csv", params=DAYS)
        served.stop()  # it is logged after it is answered

    assert reply.status_code == 500
    assert "ValueError" in reply.json()["error"]
    assert "unexpected" in caplog.text
    assert "Sara" not in reply.text + caplog.text
