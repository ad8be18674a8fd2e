"""What a call may do."""

import pytest

from leads_excel import arguments, schema
from leads_excel.arguments.access import Access, check_use, limited_to, may_reveal
from leads_excel.exceptions import ArgumentError

PHONE = next(column for column in schema.LEADS if column.name == "phoneNumber")
SOURCE = next(column for column in schema.LEADS if column.name == "source")


def test_at_ones_own_computer_everything_is_allowed():
    """Whoever runs the program has the sign-in."""
    assert may_reveal()
    check_use(PHONE)
    assert arguments.options("pii=reveal", ("pii",)).pii == "reveal"
    assert arguments.options("suppress=a.csv", ("suppress",)).suppress == "a.csv"


def test_without_personal_data_it_is_neither_shown_nor_used():
    """What is not personal may be used."""
    with limited_to(Access(reveals=False)) as access:
        assert not may_reveal()
        with pytest.raises(ArgumentError, match="masked"):
            arguments.options("pii=reveal", ("pii",))
        with pytest.raises(ArgumentError, match="phoneNumber is personal data"):
            check_use(PHONE)
        check_use(SOURCE)
        assert arguments.options("pii=mask", ("pii",)).pii == "mask"

    assert not access.revealed
    assert may_reveal()


def test_what_was_shown_is_noted():
    """So that it can be written down; a use in a filter shows nothing."""
    with limited_to(Access()) as access:
        arguments.options("limit=5", ("limit",))
        check_use(PHONE)
        assert not access.revealed
        arguments.options("pii=reveal", ("pii",))

    assert access.revealed


def test_a_file_is_named_at_ones_own_computer_alone():
    """Elsewhere it would be somebody else's."""
    with limited_to(Access(reads_files=False)), pytest.raises(ArgumentError, match="names a file"):
        arguments.options("suppress=a.csv", ("suppress",))
