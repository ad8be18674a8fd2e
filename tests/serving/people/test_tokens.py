"""Tokens as they are kept: digests, one file each, of no use to whoever reads them."""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from leads_excel.exceptions import ArgumentError, SettingsError
from leads_excel.serving.people.tokens import Tokens


@pytest.fixture
def tokens(tmp_path):
    """Give a folder without tokens."""
    return Tokens(tmp_path / "tokens")


def test_a_token_is_found_and_its_secret_is_kept_nowhere(tokens, tmp_path):
    """Nor is it in what is shown of it."""
    written = tokens.add("reports")

    found = tokens.find(written)

    assert (found.name, found.reveals, found.until) == ("reports", False, None)
    kept = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert written[19:] not in kept + repr(found) + repr(tokens.all())
    assert re.fullmatch(r"leads_[0-9a-f]{12}_[\w-]{43}", written)


@pytest.mark.skipif(sys.platform == "win32", reason="a user's folders are the user's alone there")
def test_only_who_runs_the_server_reads_the_files(tokens, tmp_path):
    """What is in them opens nothing, and still is nobody's business."""
    tokens.add("reports")

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}

    assert set(modes.values()) == {0o700, 0o600}


def test_two_tokens_are_never_equal(tokens):
    """Nor made of one another."""
    written = [tokens.add(f"person {k}") for k in range(50)]

    assert len({text[19:] for text in written}) == len({text[6:18] for text in written}) == 50


def test_a_name_is_taken_once(tokens):
    """Whoever revokes it means one."""
    tokens.add("reports")

    with pytest.raises(ArgumentError, match="already"):
        tokens.add("reports", reveals=True)


@pytest.mark.parametrize("name", ["", " sami", "a\nb", "x" * 61, "../sami", "sami;", "\u202esami"])
def test_a_name_that_would_not_be_read_in_a_log_is_refused(name, tokens):
    """Line breaks, paths and signs that turn the text around."""
    with pytest.raises(ArgumentError, match="has a name such as"):
        tokens.add(name)
    assert not tokens.all()


def test_an_arabic_name_is_a_name(tokens):
    """As of most who get one."""
    assert tokens.find(tokens.add("نورة القحطاني")).name == "نورة القحطاني"


def test_a_token_ends_when_its_days_are_over(tokens):
    """It is listed still, so that somebody sees why it is refused."""
    written = tokens.add("visitor", days=1)
    (kept,) = tokens.all()

    assert tokens.find(written)
    assert kept.until - kept.made == timedelta(days=1)
    assert not kept.is_over(kept.until - timedelta(seconds=1))
    assert kept.is_over(kept.until)


def test_a_token_that_has_ended_is_found_no_more(tokens, monkeypatch):
    """By the clock of the moment it is shown."""
    written = tokens.add("visitor", days=1)

    class Later(datetime):
        @classmethod
        def now(cls, zone):
            return datetime.now(zone) + timedelta(days=1)

    monkeypatch.setattr("leads_excel.serving.people.tokens.datetime", Later)
    assert tokens.find(written) is None


def test_a_revoked_token_is_gone(tokens):
    """And its name is free again."""
    written = tokens.add("reports")

    tokens.revoke("reports")

    assert tokens.find(written) is None
    assert not tokens.all()
    with pytest.raises(ArgumentError, match="token list"):
        tokens.revoke("reports")
    assert tokens.find(tokens.add("reports"))


@pytest.mark.parametrize("written", ["", "leads_", "leads_0123456789ab_short", "leads_../../../tok_" + "A" * 43])
def test_what_is_no_token_reads_no_file(written, tokens, monkeypatch):
    """A path is made of digits alone."""
    monkeypatch.setattr("leads_excel.serving.people.tokens._read", lambda _: 1 / 0)

    assert tokens.find(written) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "x"}', "\x00"])
def test_a_file_that_is_none_of_ours_is_left_alone(content, tokens, tmp_path):
    """It opens nothing and stops nothing."""
    written = tokens.add("reports")
    (path,) = (tmp_path / "tokens").glob("*.json")
    path.with_name("0123456789ab.json").write_text(content)

    assert [kept.name for kept in tokens.all()] == ["reports"]
    assert tokens.find("leads_0123456789ab_" + written[19:]) is None


def test_many_are_made_at_once(tokens):
    """By several people; none is lost."""
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda k: tokens.add(f"person {k}"), range(40)))

    assert len(tokens.all()) == 40
    assert all(map(tokens.find, written))


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    """And nothing was made."""
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="cannot be kept"):
        Tokens(tmp_path / "file" / "tokens").add("reports")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
