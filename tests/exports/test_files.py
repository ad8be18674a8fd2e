"""Tables -> CSV and Parquet: complete, typed where the format has types, and nothing in them runs."""

import csv

import pandas as pd
import pytest

from leads_excel.exceptions import WorkbookError
from leads_excel.tables.lead_tables import build

pytest.importorskip("leads_excel.excel.cells.values")

TABLES = ("leads", "vehicles", "errors", "bulks")
NOTE = 'line one\r\nline "two"; a,b\ttab\x00 😀 مرحبا'


@pytest.fixture
def tables():
    """Tables with hostile texts, a stray in each kind of column, and an unknown key that is a formula."""
    lead = {
        "leadExternalId": 1,
        "leadNote": NOTE,
        "firstName": "=cmd|' /C calc'!A0",
        "phoneCode": "00966",
        "phoneNumber": "+966500000000",
        "leadDate": "2025-08-12",
        "isError": 1,
        "errorList": "@SUM(A1)",
        "vehicles": [{"modelFamily": "-1+1", "modelYear": 2024}],
        "=HYPERLINK(1)": "x",
    }
    odd = {"leadExternalId": "A-1", "leadDate": "=1+1", "isError": "yes"}
    return build({"leads": [lead, odd], "createdDate": "2025-08-24T21:00:00.000Z"})


def rows(path):
    """Read a CSV file as a spreadsheet program does."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_and_parquet_write_one_file_per_table(tables, tmp_path):
    """In a folder that is made when missing; the paths come back."""
    for kind, write in (("csv", tables.to_csv), ("parquet", tables.to_parquet)):
        paths = write(tmp_path / "new" / kind)
        assert paths == [tmp_path / "new" / kind / f"{name}.{kind}" for name in TABLES]
        assert all(path.exists() for path in paths)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_is_replaced_whole_or_not_at_all(tables, tmp_path, monkeypatch, kind):
    """The disk fills up in the middle: the file of before is there, and nothing else."""

    def half(_frame, file, **_options):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    write = getattr(tables, f"to_{kind}")
    before = {path: path.read_bytes() for path in write(tmp_path)}
    monkeypatch.setattr(pd.DataFrame, f"to_{kind}", half)

    with pytest.raises(WorkbookError, match="No space left"):
        write(tmp_path)

    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_csv_holds_every_cell_to_the_letter(tables, tmp_path):
    """Line breaks, quotes, emoji and Arabic included, with the mark by which Excel knows UTF-8."""
    path, *_ = tables.to_csv(tmp_path)
    lead, odd = rows(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfleadExternalId,")
    assert lead["leadNote"] == NOTE
    assert (lead["phoneCode"], lead["phoneNumber"]) == ("00966", "+966500000000")
    assert (lead["leadExternalId"], odd["leadExternalId"], odd["isError"]) == ("1", "A-1", "yes")


def test_nothing_in_csv_runs(tables, tmp_path):
    """No cell and no heading starts like a formula, in text columns and among strays."""
    cells = [cell for path in tables.to_csv(tmp_path) for row in rows(path) for pair in row.items() for cell in pair]
    assert "'=cmd|' /C calc'!A0" in cells
    assert [cell for cell in cells if cell.startswith(("=", "@", "-"))] == []


def test_a_workbook_ends_in_xlsx(tables, tmp_path):
    """Excel opens no file whose name belies what is in it."""
    with pytest.raises(WorkbookError, match=r"leads\.xlsm .*\.xlsx"):
        tables.to_excel(tmp_path / "leads.xlsm")
    assert list(tmp_path.iterdir()) == []


def test_csv_of_nothing_has_headings(tmp_path):
    """No rows, all columns."""
    paths = build([]).to_csv(tmp_path)
    assert [len(path.read_text(encoding="utf-8-sig").strip().split(",")) for path in paths] == [49, 9, 6, 8]


def test_parquet_gives_back_the_same_frames(tmp_path):
    """Types included, with and without rows."""
    for bulks in ([], {"leads": [{"leadExternalId": 1, "vehicles": [{}], "errorList": "x"}]}):
        written = build(bulks)
        for path in written.to_parquet(tmp_path):
            pd.testing.assert_frame_equal(pd.read_parquet(path), getattr(written, path.stem))


def test_parquet_writes_a_column_with_strays_as_text(tables, tmp_path):
    """Since Parquet has one type a column, and texts lose nothing."""
    frame = pd.read_parquet(tables.to_parquet(tmp_path)[0])
    assert frame["leadExternalId"].tolist() == ["1", "A-1"]
    assert frame["isError"].tolist() == ["True", "yes"]
    assert frame["leadNote"].tolist()[0] == NOTE
