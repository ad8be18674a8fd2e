"""Who is signed in to this computer."""

import getpass

from leads_excel.log.users import acting_for, acting_user, user_name


def test_user_name_is_known_or_unknown(monkeypatch):
    """A machine without users stops nothing."""
    monkeypatch.setattr(getpass, "getuser", lambda: "sami")
    assert user_name() == "sami"

    def nobody():
        raise OSError

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert user_name() == "unknown"


def test_a_server_s_user_counts_as_who_does_it(monkeypatch):
    """For as long as it is done for them."""
    monkeypatch.setattr("getpass.getuser", lambda: "service")

    with acting_for("noura"):
        assert (user_name(), acting_user()) == ("noura", "noura")

    assert (user_name(), acting_user()) == ("service", None)
