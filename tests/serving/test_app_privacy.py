"""Who is shown personal data by the server, and what is kept of it."""

import json

import pytest

import leads_excel as lx

DAYS = ("2026-08-01", "2026-08-19")
PERSONAL = [column.name for column in lx.functions.listings.schema.LEADS if column.sensitive]


@pytest.fixture
def known(served):  # noqa: ARG001 - it is there
    """The personal data of these days, as somebody sees it who may."""
    frame = lx.leads(*DAYS, ",".join(PERSONAL), None, "pii=reveal")
    texts = {
        str(value)
        for name in ("firstName", "lastName", "phoneNumber", "email", "leadNote")
        for value in frame[name].dropna()
    }
    return {text for text in texts if len(text) >= 6}


def test_whoever_may_see_personal_data_sees_it_when_asking_for_it(served):
    """With the option, or by looking a lead up with its fields; without either it is masked for her, too."""
    shown, masked = served.calculate(
        ("LEADS", *DAYS, "phoneNumber", None, "pii=reveal; limit=1"), ("LEADS", *DAYS, "phoneNumber", None, "limit=1"),
        token=served.noura,
    )  # fmt: skip

    assert shown["value"][1][0].isdecimal()
    assert "•" in masked["value"][1][0]


ASKED = [
    ("LEADS", *DAYS, "all", None, "pii=reveal"),
    ("LEAD_VEHICLES", *DAYS, "all", None, "pii=reveal"),
    ("LEAD_ERRORS", *DAYS, "all", None, "pii=reveal"),
    ("LEADS_DUPES", *DAYS, "all", None, "pii=reveal"),
    ("LEADS_FIX", *DAYS, None, None, "pii=reveal"),
    ("LEADS_CONTACTS", "marketing", *DAYS, None, None, "pii=reveal"),
    ("LEADS_CUSTOMERS", *DAYS, None, None, "pii=reveal"),
    ("LEADS_NEW", "2026-08-19", "all", "pii=reveal"),
    ("LEADS", *DAYS, None, None, "sort=phoneNumber"),
    ("LEADS", *DAYS, None, None, "sort=-lastName"),
    ("LEADS", *DAYS, None, "phoneNumber=5*"),
    ("LEADS", *DAYS, None, "Phone number=5*; missing=0"),
    ("LEADS_KPI", "leads", *DAYS, "email=*gmail*"),
    ("LEADS_BY", "source", *DAYS, None, "firstName=A*", "missing=0"),
    ("LEADS_BY", "phoneNumber", *DAYS),
    ("LEADS_LIST", "email", *DAYS),
    ("LEADS_FIX", *DAYS, None, "submitted=5*", "missing=0"),
    ("LEADS_FIX", *DAYS, None, None, "sort=suggestion"),
    ("LEADS_CUSTOMERS", *DAYS, None, "phone=+9665*", "missing=0"),
    ("LEADS_CUSTOMERS", *DAYS, None, None, "sort=phone"),
    ("LEADS_CONTACTS", "marketing", *DAYS, None, "address=*@*", "missing=0"),
    ("LEADS_CONTACTS", "marketing", *DAYS, None, None, "sort=address"),
    ("LEADS_WHY", "leads", *DAYS, "leadNote=*", "missing=0"),
    ("LEADS_DUPES", *DAYS, None, "email=*", "missing=0"),
]
"""Every way to personal data that a formula has: to be shown it, to guess it by a filter, or by an order."""


@pytest.mark.parametrize("call", ASKED, ids=lambda call: " ".join(map(str, call)))
def test_whoever_may_not_is_refused(call, served):
    """In a line that says so, and nothing is in the answer."""
    (answer,) = served.calculate(call)

    assert "personal data" in answer["message"], answer
    assert "value" not in answer
    assert not served.audited()


def test_a_look_up_by_fields_is_masked_for_whoever_may_not(served):
    """`LEAD(id, "phoneNumber")` shows it elsewhere."""
    frame = lx.leads(*DAYS, "leadExternalId,phoneNumber").dropna()
    number = int(frame.iloc[0, 0])

    masked, shown = (
        served.calculate(("LEAD", number, "phoneNumber"), token=token)[0] for token in (served.sami, served.noura)
    )

    assert "•" in masked["value"]
    assert "•" not in str(shown["value"])


def test_nothing_personal_is_in_any_answer_for_whoever_may_not(served, known):
    """The whole of each table, by each door."""
    calls = [
        (name, *DAYS, "all")
        for name in ("LEADS", "LEAD_VEHICLES", "LEAD_ERRORS", "LEADS_DUPES", "LEADS_CUSTOMERS", "LEADS_FIX")
    ]
    calls += [("LEADS_CONTACTS", "marketing", *DAYS, "all"), ("LEADS_NEW", "2026-08-19", "all")]
    told = json.dumps(served.calculate(*calls), ensure_ascii=False)
    client = served.asking()
    for table in ("leads", "vehicles", "errors", "rejections", "contacts", "customers"):
        reply = client.get(f"/v1/tables/{table}.json", params={"from": DAYS[0], "to": DAYS[1], "fields": "all"})
        assert reply.status_code == 200, reply.text
        told += reply.text

    assert known
    assert not [text for text in known if text in told]


def test_what_is_revealed_is_written_down_first(served, known):
    """Who, what, which days, how many rows, each time, from memory too; and nothing of what was shown."""
    for _ in range(2):
        served.calculate(
            ("LEADS", *DAYS, "phoneNumber", "source=Website", "pii=reveal"), ("LEADS", *DAYS), token=served.noura
        )

    lines = served.audited()
    rows = len(lx.leads(*DAYS, None, "source=Website")) + 1
    assert [(line["event"], line["who"], line["what"], line["range"], line["rows"]) for line in lines] == [
        ("revealed", "noura", "LEADS", " ".join(DAYS), rows)
    ] * 2
    assert not [text for text in known if text in json.dumps(lines, ensure_ascii=False)]


def test_a_number_that_is_looked_up_does_not_get_into_the_log(served):
    """A lead's number leads to a person."""
    number = int(lx.leads(*DAYS, "leadExternalId").iloc[0, 0])

    served.calculate(("LEAD", number, "firstName"), token=served.noura)

    (line,) = served.audited()
    assert str(number) not in json.dumps(line)


@pytest.mark.parametrize("door", ["call", "table"])
def test_what_cannot_be_written_down_is_not_given_out(door, served, known):
    """A full disk, or a folder that is gone and cannot be made."""
    served.audit.write_text("a file in its place")

    if door == "call":
        told = json.dumps(served.calculate(("LEADS", *DAYS, "all", None, "pii=reveal"), token=served.noura))
    else:
        reply = served.asking(served.noura).get("/v1/tables/leads.csv", params={"from": DAYS[0]})
        assert reply.status_code == 500
        told = reply.text

    assert "audit log cannot be written" in told
    assert not [text for text in known if text in told]


def test_contacts_are_taken_by_who_asked(served, tmp_path, monkeypatch):
    """The log of contacts names the user of the server, not who runs it."""
    log = tmp_path / "log"
    monkeypatch.setenv("LEADS_EXCEL_LOG", str(log))

    served.calculate(("LEADS_CONTACTS", "marketing", *DAYS, None, None, "pii=reveal"), token=served.noura)

    lines = [json.loads(line) for file in log.glob("*.log") for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["who"] for line in lines if line["event"] == "contacts taken"] == ["noura"]
