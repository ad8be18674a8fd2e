"""Months of leads as Parquet: what other tools read, what a second export replaces, what one that dies leaves."""

import json
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb
import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal
from programs import run

import leads_excel as lx
from leads_excel.dates.typed_dates import today
from leads_excel.exceptions import ApiUnavailableError, ArgumentError
from leads_excel.exports.partitions import OTHER, plain
from leads_excel.sandbox import Faults, Sandbox, SandboxServer
from leads_excel.schema.columns import LEADS, TABLES
from leads_excel.tables.lead_tables import build

NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)
RIYADH = ZoneInfo("Asia/Riyadh")


@pytest.fixture(scope="module")
def api():
    """A DMS with a few leads a day, on 20 August."""
    with SandboxServer(Sandbox(leads_per_day=5, now=lambda: NOW)) as running:
        yield running


@pytest.fixture
def settings(api):
    api.faults = Faults()
    return lx.Settings(environment="test", base_url=api.url, store="none", attempts=1)


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_table_has_a_file_per_month(settings, tmp_path):
    """One path for each, whatever the range began with, and the rows of each month are told."""
    told = lx.export(tmp_path, "2026-07-15", "2026-08-02", settings=settings)

    months = ("2026-07", "2026-08")
    assert files(tmp_path) == sorted(f"{name}/month={month}/part-0.parquet" for name in TABLES for month in months)
    july = lx.fetch("2026-07", settings=settings)
    assert told.iloc[0].to_dict() == {"month": "2026-07", **{name: len(getattr(july, name)) for name in TABLES}}


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_pandas_reads_back_what_was_fetched(name, settings, tmp_path):
    """All rows of both months, in their order, with their types."""
    lx.export(tmp_path, "2026-07", "2026-08", settings=settings)

    read = pd.read_parquet(tmp_path / name)

    whole = lx.fetch("2026-07-01", "2026-08-20", settings=settings)
    assert_frame_equal(read.drop(columns=[OTHER, "month"]), getattr(whole, name))
    assert read[OTHER].isna().all()


@pytest.mark.slow
def test_duckdb_reads_months_as_a_column(settings, tmp_path):
    """The folders are Hive partitions, times are instants, and vehicles find their lead."""
    lx.export(tmp_path, "2026-07", "2026-08", settings=settings)
    leads, vehicles = (
        duckdb.read_parquet(f"{tmp_path}/{name}/*/*.parquet", hive_partitioning=True).set_alias(name)
        for name in ("leads", "vehicles")
    )

    figures = "count(distinct leadExternalId), sum(totalQty), epoch_us(min(bulkCreatedDate))"
    found = leads.join(vehicles, "leadExternalId").aggregate(f"leads.month, {figures}").order("all").fetchall()

    for month, row in zip(("2026-07", "2026-08"), found, strict=True):
        tables = lx.fetch(month, "2026-07-31" if month == "2026-07" else "2026-08-20", settings=settings)
        with_vehicle = tables.leads[tables.leads["vehicleCount"] > 0]
        first = with_vehicle["bulkCreatedDate"].min().timestamp() * 1e6
        assert row == (month, len(with_vehicle), tables.vehicles["totalQty"].sum(), first)


def test_types_are_plain_and_the_same_in_every_month(settings, tmp_path):
    """With rows and without, no file has a type that only one tool knows."""
    lx.export(tmp_path, "2019-01", "2019-02", settings=settings)  # before the dealership had leads
    lx.export(tmp_path, "2026-07", settings=settings)

    for name in TABLES:
        schemas = {str(pq.read_schema(path).remove_metadata()) for path in (tmp_path / name).rglob("*.parquet")}
        dataset = ds.dataset(tmp_path / name, partitioning="hive")
        kinds = {pa.int64(), pa.string(), pa.bool_(), pa.timestamp("us"), pa.timestamp("us", "Asia/Riyadh")}
        assert len(schemas) == 1
        assert {field.type for field in dataset.schema} <= kinds
        assert dataset.count_rows(filter=ds.field("month") == "2019-02") == 0 < dataset.count_rows()


def test_what_does_not_fit_the_schema_is_kept_as_json():
    """Keys that the API page does not name, and a value that is not of its column's kind."""
    good = {"leadExternalId": 1, "leadDate": "2026-08-01", "isError": True}
    odd = {"leadExternalId": "A-1", "leadDate": "soon", "isError": "perhaps", "campaign": "عيد"}
    tables = build([{"leads": [good, odd], "createdDate": "2026-08-03T09:00:00.000Z"}])

    written = plain(tables.leads, LEADS, RIYADH)

    assert written.schema.equals(plain(build([]).leads, LEADS, RIYADH).schema)
    assert written["leadExternalId"].to_pylist() == [1, None]
    assert written["leadDate"].to_pylist() == [datetime(2026, 8, 1), None]  # noqa: DTZ001 - business days have no zone
    assert '"campaign": "عيد"' in written[OTHER][1].as_py()  # as people read it
    assert [text and json.loads(text) for text in written[OTHER].to_pylist()] == [None, {
        "campaign": "عيد", "leadExternalId": "A-1", "isError": "perhaps", "leadDate": "soon",
    }]  # fmt: skip


def test_a_second_export_replaces_the_month_and_leaves_others(settings, tmp_path):
    """The same files, with the new rows; an earlier month is not touched."""
    lx.export(tmp_path, "2026-07", "2026-08", settings=settings)
    before = {path: (tmp_path / path).stat().st_mtime_ns for path in files(tmp_path)}
    stale = tmp_path / "leads/month=2026-08/part-0.parquet"
    pq.write_table(pq.read_table(stale, partitioning=None).slice(0, 1), stale)

    told = lx.export(tmp_path, "2026-08-19", settings=settings)

    assert files(tmp_path) == list(before)
    assert pq.read_metadata(stale).num_rows == told["leads"].item() > 1
    assert all((tmp_path / path).stat().st_mtime_ns == time for path, time in before.items() if "07/" in path)


def test_leads_of_two_kinds_are_not_mixed(settings, tmp_path):
    """A target keeps to one environment, time zone and set of filters; the message names both."""
    lx.export(tmp_path, "2026-07", settings=settings)
    before = files(tmp_path)

    with pytest.raises(ArgumentError, match=r"holds leads of test in Asia/Riyadh, and .* in Asia/Riyadh, source 3: "):
        lx.export(tmp_path, "2026-08", source=3, settings=settings)
    with pytest.raises(ArgumentError, match="and these are of test in Africa/Cairo: choose another"):
        lx.export(tmp_path, "2026-08", settings=settings.replace(timezone="Africa/Cairo"))

    assert files(tmp_path) == before


def test_filters_narrow_what_is_written(settings, tmp_path):
    """As for fetch."""
    told = lx.export(tmp_path, "2026-07", source=3, settings=settings)

    assert told["leads"].item() == len(lx.fetch("2026-07", source=3, settings=settings).leads)
    assert told["leads"].item() < len(lx.fetch("2026-07", settings=settings).leads)


def test_a_month_with_a_missing_window_is_not_written(api, settings, tmp_path):
    """The months before it are there, whole."""
    api.faults = Faults(broken_windows=frozenset({"2026-08-01T21:00:00.000Z"}))

    with pytest.raises(ApiUnavailableError):
        lx.export(tmp_path, "2026-07", "2026-08", settings=settings)

    assert files(tmp_path) == [f"{name}/month=2026-07/part-0.parquet" for name in sorted(TABLES)]


def test_progress_counts_the_windows_of_all_months(settings, tmp_path):
    """One count from the first window to the last."""
    calls = []

    lx.export(tmp_path, "2026-07", "2026-08", settings=settings, progress=lambda *call: calls.append(call))

    assert calls == [(nth, len(calls)) for nth in range(1, len(calls) + 1)]


@pytest.mark.slow
def test_days_to_come_are_not_asked_for(tmp_path):
    """The month of today ends today, and months to come have no folder."""
    demo, calls = lx.Settings(environment="demo", store="none"), []

    told = lx.export(tmp_path, "TODAY", "2099-12-31", settings=demo, progress=lambda *call: calls.append(call))

    assert len(calls) == len(lx.fetch("MTD", settings=demo).coverage)
    assert list(told["month"]) == [f"{today(RIYADH):%Y-%m}"]


@pytest.mark.slow
def test_a_killed_export_leaves_no_half_file(settings, tmp_path):
    """Whoever reads the folder meanwhile, or after the process died, sees the earlier month, whole."""
    lx.export(tmp_path, "2026-07", settings=settings)
    before = {path: (tmp_path / path).read_bytes() for path in files(tmp_path)}
    dying = (
        "import os, pathlib, sys, leads_excel as lx\n"
        "pathlib.Path.replace = lambda *_: os._exit(9)\n"
        "lx.export(sys.argv[1], '2026-07', settings=lx.Settings(environment='test', base_url=sys.argv[2], store=None))"
    )

    died = run([sys.executable, "-c", dying, tmp_path, settings.url])

    assert died.returncode == 9
    assert {path: (tmp_path / path).read_bytes() for path in files(tmp_path) if path.endswith(".parquet")} == before
    assert lx.export(tmp_path, "2026-07", settings=settings)["leads"].item() == len(pd.read_parquet(tmp_path / "leads"))


@pytest.mark.slow
def test_a_url_is_a_target(settings, tmp_path):
    """Whatever fsspec knows: the same files, byte for byte; file:// is the folder itself."""
    lx.export(tmp_path / "here", "2026-07", settings=settings)
    lx.export((tmp_path / "there").as_uri(), "2026-07", settings=settings)
    lx.export("memory://lake/leads-excel", "2026-07", settings=settings)
    lx.export("memory://lake/leads-excel", "2026-07", settings=settings)

    memory = fsspec.filesystem("memory")
    for path in files(tmp_path / "here"):
        content = (tmp_path / "here" / path).read_bytes()
        assert (tmp_path / "there" / path).read_bytes() == content
        assert memory.cat_file(f"lake/leads-excel/{path}") == content
    assert len(memory.find("lake/leads-excel")) == 4
    with pytest.raises(ArgumentError, match="another target"):
        lx.export("memory://lake/leads-excel", "2026-07", source=3, settings=settings)


def test_a_url_gets_all_files_of_a_month_or_none(settings):
    """A file stands where the second folder would go: the first one is not written either."""
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/taken/vehicles", b"")

    with pytest.raises(ArgumentError, match="The target memory:// cannot be used: NotADirectoryError"):
        lx.export("memory://taken", "2026-07", settings=settings)

    assert memory.find("/taken") == ["/taken/vehicles"]


@pytest.mark.parametrize("url", ["nowhere://user:secret@host/x", "sftp://user:secret@host/x"])
def test_a_url_that_cannot_be_used_is_one_line_without_its_secret(url, settings):
    """A kind that fsspec does not know, and one that needs another package."""
    with pytest.raises(ArgumentError, match=rf"The target {url.split(':')[0]}:// cannot be used: ") as caught:
        lx.export(url, "2026-07", settings=settings)

    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_fsspec_the_extra_is_named(settings, monkeypatch):
    """One line says what to install."""
    monkeypatch.setitem(sys.modules, "fsspec.core", None)

    with pytest.raises(ArgumentError, match=r"leads-excel\[cloud\]"):
        lx.export("s3://bucket/leads", "2026-07", settings=settings)


def test_a_folder_that_cannot_be_made_is_one_line(settings, tmp_path):
    """A file stands where the folder would go."""
    (tmp_path / "taken").write_text("")

    with pytest.raises(ArgumentError, match="The folder cannot be used"):
        lx.export(tmp_path / "taken", "2026-07", settings=settings)


@pytest.mark.parametrize("target", [None, "", 7])
def test_what_is_no_target_is_one_line(settings, target):
    """Nothing is written into a folder of the name None, or into the one at hand."""
    with pytest.raises(ArgumentError, match="That is no target: name a folder"):
        lx.export(target, "2026-07", settings=settings)
