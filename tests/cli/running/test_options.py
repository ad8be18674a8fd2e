"""Options that several commands share."""

import pytest
from commands import ask, run


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [("refresh", "book.xlsx", "--from", "2026-10"),
     ("sync", "--since", "2026-11-10"), ("fetch", "--from", "2026-10", "--out", "october")],
    ids=" ".join,
)  # fmt: skip
def test_reload_asks_for_what_the_store_has(api, tmp_path, monkeypatch, command):
    """Without it a second run asks for less than the first; with it for as much."""
    monkeypatch.chdir(tmp_path)
    run("new", "book.xlsx")
    variables = {"LEADS_EXCEL_STORE": str(tmp_path / "leads.sqlite"), "LEADS_EXCEL_TTL": "3600"}

    def requests(*more):
        before = len(api.log)
        done = ask(api, *command, *more, **variables)
        assert done.returncode == 0, done.stderr
        return len(api.log) - before

    first, again, anew = requests(), requests(), requests("--reload")

    assert again < first
    assert anew == first
