"""A file of people who are not to be contacted, as people keep one."""

from __future__ import annotations

import pytest
from few_leads import RIYADH, bulk, lead

from leads_excel.consents.contact_list import contact_list
from leads_excel.consents.suppression import suppression_of
from leads_excel.exceptions import ArgumentError
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.tables.lead_tables import build

YES = {"acceptMarketing": True, "acceptPrivatePolicy": True}
TABLES = build(
    [
        bulk("2026-08-03", lead(1, phoneNumber="500000001", **YES), lead(2, phoneNumber="500000002", **YES)),
        bulk("2026-08-04", lead(3, email="x@y.org", **YES), lead(4, phoneCode="00971", phoneNumber="501234567", **YES)),
        bulk("2026-08-05", lead(5, phoneNumber="500000002", email="old@c.de", **YES)),
    ],
    zone=RIYADH,
)
EVERYBODY = {2, 3, 4, 1}
ARABIC = {ord(str(digit)): chr(0x660 + digit) for digit in range(10)}


@pytest.fixture
def file(tmp_path):
    """Write a file and read it."""

    def written(text, encoding="utf-8"):
        path = tmp_path / "stop.csv"
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return suppression_of(path)

    return written


def left(suppression):
    """List who is left, by the first number of a lead that says who it is."""
    names = {5: 2}
    numbers = contact_list(TABLES, "marketing", suppression)["leadExternalId"]
    return {names.get(number, number) for number in numbers}


@pytest.mark.parametrize(
    ("text", "gone", "unread"),
    [
        ("0500000001\n", {1}, 0),
        ("+966 50 000 0001", {1}, 0),
        ("0500000001".translate(ARABIC), {1}, 0),
        ("966500000001", {1}, 0),
        (" X@Y.org \r\n\r\n", {3}, 0),
        ('"OLD@c.de"', {2}, 0),
        ("Somebody <x@y.org>", {3}, 0),
        ("'0500000001'", {1}, 0),
        ("o'x@y.org", set(), 0),
        ("phone\n500000001\n500000002\n", {1, 2}, 0),
        ("name;e-mail;phone\nSara;x@y.org;\nOmar;;0500000001", {3, 1}, 0),
        ("code,phone\n00971,501234567", {4}, 0),
        ("501234567", set(), 0),
        ("\ufeffx@y.org\t500000001", {3, 1}, 0),
        ("500000001\nSara\n12\n0501\n", {1}, 3),
        ("test@c.de\n1111111111", set(), 2),
        ("9.665E+11", set(), 1),
        ("", set(), 0),
    ],
)
def test_phones_and_addresses_are_read_as_those_of_leads(file, text, gone, unread):
    """However they are written; a line with neither is counted, a heading is not."""
    suppression = file(text)

    assert left(suppression) == EVERYBODY - gone
    assert suppression.unread == unread


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1256"])
def test_any_program_may_have_written_it(file, encoding):
    """Numbers and addresses are the same in each alphabet."""
    assert left(file("سارة,0500000001\nx@y.org", encoding)) == {2, 4}


def test_keys_of_customers_name_them(file):
    """Those of this computer's lists, small or capital."""
    keys = person_keys(["+966500000002", "x@y.org"])

    assert left(file(f"{keys[0].upper()}\n{keys[1]}")) == {1, 4}


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"500000001\x00"])
def test_what_is_no_text_is_refused(file, content):
    """A workbook, for example."""
    with pytest.raises(ArgumentError, match="is no text: save it as CSV"):
        file(content)


@pytest.mark.parametrize("name", ["missing-0501234567.csv", "", "a\0b", "~nobody-at-all/stop.csv"])
def test_what_cannot_be_read_is_refused(tmp_path, name):
    """In one line, which holds nothing of what was typed: it may be a number and no file."""
    with pytest.raises(ArgumentError, match="The file of the option suppress cannot be read") as refused:
        suppression_of(name if name.startswith("~") else tmp_path / name)

    assert "0501234567" not in str(refused.value)


def test_what_is_in_it_is_not_shown(file):
    """A notebook shows what an expression gives."""
    shown = repr(file(f"0500000001\nx@y.org\n{person_keys(['x@y.org'])[0]}"))

    assert shown == "Suppression(unread=0)"
