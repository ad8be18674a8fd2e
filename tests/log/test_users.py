"""Who is signed in to this computer."""

import getpass

from leads_excel.log.users import user_name


def test_user_name_is_known_or_unknown(monkeypatch):
    """A machine without users stops nothing."""
    monkeypatch.setattr(getpass, "getuser", lambda: "sami")
    assert user_name() == "sami"

    def nobody():
        raise OSError

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert user_name() == "unknown"
