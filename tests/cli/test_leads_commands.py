"""`fetch`, `export` and `report`: what they write and print. Each test runs the real program."""

import json

import openpyxl
import pandas as pd
import pytest
from commands import ask


@pytest.mark.slow
def test_csv_is_written_to_a_folder(api, tmp_path):
    """A folder gets one CSV for each table; the summary is on standard output."""
    done = ask(api, "fetch", "--from", "2026-10", "--out", str(tmp_path / "october"))

    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "october").iterdir()) == [
        "bulks.csv", "errors.csv", "leads.csv", "vehicles.csv",
    ]  # fmt: skip
    leads = pd.read_csv(tmp_path / "october" / "leads.csv", dtype=str)
    summary, path = done.stdout.splitlines()
    assert summary.startswith("2026-10-01 to 2026-10-31: ")
    assert f"{len(leads):,} leads" in summary
    assert "5 windows" in summary
    assert path == str(tmp_path / "october")


def test_parquet_is_written_on_demand(api, tmp_path):
    """`--format parquet` changes what a folder holds."""
    done = ask(api, "fetch", "--from", "2026-10-01", "--out", str(tmp_path), "--format", "parquet")

    assert done.returncode == 0, done.stderr
    assert pd.read_parquet(tmp_path / "leads.parquet")["leadExternalId"].is_unique


@pytest.mark.slow
def test_export_writes_months_and_tells_their_rows(api, tmp_path):
    """One line per month with the rows of its files, under the filters asked for."""
    done = ask(api, "export", str(tmp_path), "--from", "2026-09-20", "--to", "2026-10-03", "--source", "3")

    assert done.returncode == 0, done.stderr
    september, october, summary = done.stdout.splitlines()
    leads = pd.read_parquet(tmp_path / "leads" / "month=2026-09")
    assert september.startswith(f"2026-09: {len(leads):,} leads, ")
    assert october.startswith("2026-10: ")
    assert summary.startswith("2 months, ")
    assert len(leads["source"].unique()) == 1


@pytest.mark.slow
def test_a_report_is_one_page_for_the_range(api, tmp_path):
    """The file is named on standard output, and is about the days and filters asked for."""
    done = ask(api, "report", "--from", "2026-10", "--source", "3", "--out", str(tmp_path / "october.html"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "october.html")
    assert "2026-10-01 to 2026-10-31, source 3" in (tmp_path / "october.html").read_text(encoding="utf-8")


def test_json_holds_the_bulks_as_received(api, tmp_path):
    """A .json file is one array of the bulks, each as the API sent it."""
    out = tmp_path / "bulks.json"
    done = ask(api, "fetch", "--from", "2026-10", "--out", str(out))

    assert done.returncode == 0, done.stderr
    bulks = json.loads(out.read_bytes())
    assert all(next(iter(bulk)) == "leads" for bulk in bulks)
    stamps = [bulk["createdDate"] for bulk in bulks]
    assert stamps == sorted(stamps)


def test_json_goes_to_standard_output_for_a_dash(api):
    """`--out -` prints the JSON and nothing else, so that it can be piped."""
    done = ask(api, "fetch", "--from", "2026-10-01", "--out", "-")

    assert isinstance(json.loads(done.stdout), list)


@pytest.mark.slow
def test_a_workbook_holds_the_leads(api, tmp_path):
    """A .xlsx gets the rows of all tables."""
    out = tmp_path / "october.xlsx"
    done = ask(api, "fetch", "--from", "2026-10", "--out", str(out))

    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(out)
    assert {"Leads", "Vehicles", "Errors"} <= set(book.sheetnames)
    assert book["Leads"].tables["leads"].ref.startswith("A")


def test_filters_are_sent(api, tmp_path):
    """--lead-id, --source and --sub-source reach the API."""
    filters = ("--lead-id", "7", "--source", "1", "--sub-source", "2")
    ask(api, "fetch", "--from", "2026-10-01", *filters, "--out", str(tmp_path))

    sent = api.log[0].parameters
    assert (sent["leadId"], sent["source"], sent["subSource"]) == ("7", "1", "2")


@pytest.mark.slow
def test_one_is_not_counted_as_several(api, tmp_path):
    """One window, one month."""
    fetched = ask(api, "fetch", "--from", "2026-10-05", "--out", str(tmp_path))
    exported = ask(api, "export", str(tmp_path), "--from", "2026-10")

    assert ", 1 window, " in fetched.stdout
    assert "\n1 month, " in exported.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", ["leads.json", "leads.html"])
def test_a_folder_is_not_replaced_by_a_file(api, tmp_path, name):
    """A target that is a folder already is one line, and exit code 6."""
    (tmp_path / name).mkdir()
    command = "fetch" if name.endswith("json") else "report"

    done = ask(api, command, "--from", "2026-10-05", "--out", str(tmp_path / name))

    assert done.returncode == 6
    assert done.stderr.strip().splitlines()[-1].startswith(f"leads-excel: {name} cannot be written: ")


@pytest.mark.parametrize("options", [("x.json",), ("x",), ("x", "--format", "parquet"), ("x.xlsx",)])
def test_a_target_that_cannot_be_written_is_exit_code_6(api, tmp_path, options):
    """A folder that cannot be is one line that names it."""
    (tmp_path / "file").touch()

    done = ask(api, "fetch", "--from", "2026-10-01", "--out", str(tmp_path / "file" / options[0]), *options[1:])

    assert done.returncode == 6
    assert done.stderr.strip().splitlines()[-1].startswith(f"leads-excel: The folder {tmp_path / 'file'}")
    assert "Traceback" not in done.stderr
