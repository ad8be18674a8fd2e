"""Rejected leads as formulas and notebooks ask for them, and the lists that partners get."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest
from few_leads import Desk, bulk, lead, session
from openpyxl import load_workbook

import leads_excel as lx
from leads_excel.exceptions import ApiUnavailableError, ArgumentError, WorkbookError
from leads_excel.fetching.session import use
from leads_excel.functions.analysis import leads_kpi
from leads_excel.functions.listings import leads_status
from leads_excel.functions.rejections import fix_list, leads_fix, rejections
from leads_excel.rejected.workbench import COLUMNS
from leads_excel.sandbox.synthetic.bulks import EVERYTHING, Bulks

PHONE = {"code": "E1", "field": "phoneNumber", "message": "Phone 0512345678 of Sara is not valid"}
BRANCH = {"code": "E2", "field": "branch", "message": "Branch 'Hail Nort' is not known"}
ACCEPTED = [lead(number, leadId=number + 1000, brand="KIA", branch="Hail North") for number in range(100, 130)]
LEADS = (
    bulk(
        "2026-08-03",
        *ACCEPTED,
        lead(1, isError=1, errorList=[PHONE, BRANCH], firstName="Sara", phoneCode="00966", phoneNumber="0512345678",
             source="Website", branch="Hail Nort", brand="KIA", priority="Hot"),
        lead(2, isError=1, errorList=None, source="Walk in", leadNote="x"),
        lead(3, isError=1, errorList="Email is mandatory", source="website", purchasePlan="Within 7 Days"),
    ),
    bulk("2026-08-20", lead(4, source="Website"), isProcessed=2),
)  # fmt: skip


@pytest.fixture(autouse=True)
def desk():
    """Answer with three rejected leads beside accepted ones and a provisional one."""
    desk = Desk(*LEADS)
    use(session(desk))
    yield desk
    use(None)


def test_rejected_leads_are_listed_with_what_is_wrong():
    """One row per lead and reason; the leads are those that the key figure counts; the provisional one is none."""
    frame = leads_fix("2026-08")

    assert rejections is leads_fix is lx.leads_fix is lx.rejections
    assert list(frame)[:5] == ["leadExternalId", "urgency", "age", "priority", "purchasePlan"]
    assert frame["leadExternalId"].tolist() == [1, 1, 3, 2]
    assert frame["leadExternalId"].nunique() == leads_kpi("rejected", "2026-08") == 3
    assert frame["submitted"].fillna("").tolist() == ["•••678", "Hail Nort", "", ""]
    assert frame["suggestion"].fillna("").tolist() == ["•••678", "Hail North", "", ""]
    assert "Sara" not in frame.to_csv()


def test_a_person_who_may_sees_what_was_submitted():
    """Personal values are shown with pii=reveal, and gone with pii=none; a branch is there in each."""
    shown, gone = (leads_fix("2026-08", options=f"pii={how}") for how in ("reveal", "none"))

    assert shown["submitted"].tolist()[:2] == ["0512345678", "Hail Nort"]
    assert shown["suggestion"].tolist()[:2] == ["512345678", "Hail North"]
    assert gone["suggestion"].fillna("").tolist()[:2] == ["", "Hail North"]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ("source=Website", [1, 1, 3]),
        ("field=branch", [1]),
        ("urgency<=3", [1, 1, 3]),
        ("reason=(blank)", [2]),
        ("confidence=high; field=phoneNumber", [1]),
        ("suggestion=512345678", [1]),
    ],
)
def test_filters_choose_among_rows(filters, numbers):
    """By fields of rejections and of leads; what a value is, and not how it is masked."""
    assert leads_fix("2026-08", filters=filters)["leadExternalId"].tolist() == numbers


def test_a_value_that_nothing_has_is_a_slip():
    """It is refused without telling a personal value, or means no rows."""
    with pytest.raises(ArgumentError) as error:
        leads_fix("2026-08", filters="suggestion=512345679")

    assert "512345678" not in str(error.value)
    assert leads_fix("2026-08", filters="source=Webb", options="missing=0").empty


def test_options_change_what_is_shown():
    """Fields, labels, order, limit and what stands in an empty cell."""
    assert leads_fix("2026-08", "", "field", options="labels=ar").columns.tolist() == ["الحقل الخاطئ"]
    assert leads_fix("2026-08", "", "field", options="labels=en").columns.tolist() == ["Field at fault"]
    assert leads_fix("2026-08", options="sort=-leadExternalId; limit=1")["leadExternalId"].tolist() == [3]
    assert leads_fix("2026-08", options="headers=0; empty=-").attrs == {"headers": False, "empty": "-"}
    with pytest.raises(ArgumentError, match="no option"):
        leads_fix("2026-08", options="days=3")


def test_every_column_has_labels():
    """In both languages, each different from the others."""
    for texts in ([item.label for item in COLUMNS], [item.arabic for item in COLUMNS]):
        assert all(texts)
        assert len({*texts}) == len(texts)


def test_days_after_that_are_missing_leave_recovered_unknown(desk):
    """The list is there, and the status says what is missing."""
    leads_fix("2026-08-03")
    answer = desk.answer

    def ends(window, question):
        if window.end > datetime(2026, 8, 5, tzinfo=UTC):
            raise ApiUnavailableError("The API is out of reach.")
        return answer(window, question)

    use(session(desk))
    desk.answer = ends

    assert leads_fix("2026-08-03")["recovered"].eq("unknown").all()
    assert "recovered" in leads_status("failure")


# --- lists for partners --------------------------------------------------------------------------------------------


def rows_of(path):
    """Read a CSV file as a spreadsheet program does."""
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - a path as text
        return list(csv.DictReader(file))


def test_each_source_gets_a_list(tmp_path):
    """One file for each, with what is wrong with a phone in place of the phone; the table names them."""
    table = fix_list(tmp_path / "lists", "2026-08")

    assert table["source"].tolist() == ["Website", "Walk in", "website"]
    assert table["rows"].tolist() == [2, 1, 1]
    assert table["leads"].tolist() == [1, 1, 1]
    assert len({name.casefold() for name in table["file"]}) == 3
    first = rows_of(table["file"][0])
    assert list(first[0]) == ["leadExternalId", "day", "reason", "field", "suggestion"]
    assert [row["day"] for row in first] == ["2026-08-03"] * 2
    assert [row["suggestion"] for row in first] == ["same digits, written as 5XXXXXXXX", "Hail North"]


def test_each_branch_gets_a_workbook(tmp_path):
    """Leads without a branch have a list too; headings are in the language asked for."""
    table = fix_list(tmp_path, "2026-08", by="Branch", format="xlsx", options="labels=ar")

    assert table["branch"].tolist() == ["(blank)", "Hail Nort"]
    sheet = load_workbook(table["file"][1]).active
    assert [cell.value for cell in sheet[1]][:2] == ["رقم السجل", "اليوم"]
    assert sheet["A2"].value == 1
    assert sheet["B2"].value == datetime(2026, 8, 3)  # noqa: DTZ001 - a cell has no zone
    assert sheet.sheet_view.rightToLeft


def test_filters_choose_what_a_partner_gets(tmp_path):
    """Nothing that meets them is no file."""
    assert fix_list(tmp_path, "2026-08", filters="field=branch")["rows"].tolist() == [1]
    assert fix_list(tmp_path / "none", "2026-08", filters="urgency>5").empty


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_nothing_in_a_list_runs(tmp_path, desk, ending):
    """A branch or a name of a source may be a formula, and hold what no file may be called."""
    hostile = "=HYPERLINK(1)/..\\x:?\x07"
    many = [lead(n, leadId=n, brand="KIA", branch="=SUM(A1)") for n in range(200, 230)]
    error = {"code": "C", "field": "branch", "message": "=1+1 is no branch"}
    desk.bulks = (
        bulk(
            "2026-08-03", *many, lead(1, isError=1, errorList=[error], source=hostile, brand="KIA", branch="=SUM(AA1)")
        ),
    )
    (path,) = fix_list(tmp_path, "2026-08", format=ending)["file"]

    assert [item.name for item in tmp_path.iterdir()] == [f"rejections =HYPERLINK(1)-..-x-.{ending}"]
    if ending == "csv":
        assert rows_of(path)[0]["suggestion"] == "'=SUM(A1)"
    else:
        cells = [cell for row in load_workbook(path).active for cell in row]
        assert "=SUM(A1)" in [cell.value for cell in cells]
        assert "f" not in {cell.data_type for cell in cells}


def test_lists_are_written_all_or_none(tmp_path):
    """A folder in the place of the second file leaves the first one as it was."""
    (tmp_path / "rejections Website.csv").write_text("old")
    (tmp_path / "rejections Walk in.csv").mkdir()

    with pytest.raises(WorkbookError, match="folder"):
        fix_list(tmp_path, "2026-08")

    assert (tmp_path / "rejections Website.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(("how", "match"), [({"by": "brand"}, "list by"), ({"format": "pdf"}, "format")])
def test_what_a_list_is_not_made_by_is_refused(tmp_path, how, match):
    """The message names what there is."""
    with pytest.raises(ArgumentError, match=match):
        fix_list(tmp_path, "2026-08", **how)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_nothing_personal_leaves_the_house(tmp_path, desk, ending):
    """No name, phone or e-mail address of any rejected lead of the sandbox stands in any list."""
    first = datetime(2026, 8, 1, tzinfo=UTC)
    drawn = Bulks(7, 150).between(first, first + timedelta(days=14))
    desk.bulks = tuple(json.loads(item.reply(datetime(2026, 10, 1, tzinfo=UTC), EVERYTHING)) for item in drawn)
    table = fix_list(tmp_path, "2026-08", format=ending)
    texts = []
    for path in table["file"]:
        rows = rows_of(path) if ending == "csv" else list(load_workbook(path).active.values)[1:]
        texts += [str(value) for row in rows for value in (list(row.values()) if ending == "csv" else row)[2:] if value]
    whole = "\n".join(texts)
    bad = [lead for item in desk.bulks for lead in item["leads"] or () if lead["isError"]]
    names = {lead[key] for lead in bad for key in ("firstName", "middleName", "lastName", "companyName", "contactName")}
    names |= {lead[key] for lead in bad for key in ("phoneNumber", "email", "address1")}

    assert len(bad) > 100
    assert table["leads"].sum() == leads_kpi("rejected", "2026-08")
    assert [name for name in names if name and len(name) > 2 and name in whole] == []
