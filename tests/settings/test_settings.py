"""Settings: where they come from, what is refused and in which words, and the keychain."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import keychains
import keyring.core
import pytest
from keychains import Broken, Locked, Memory
from programs import printed_by, run
from tzlocal.windows_tz import win_tz

from leads_excel.exceptions import SettingsError
from leads_excel.settings import keychain
from leads_excel.settings.model import BASE_URLS, Settings, login, logout
from leads_excel.settings.sources import config_file


@pytest.fixture
def memory(monkeypatch):
    """Put a working keychain in the place of this machine's."""
    backend = Memory()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


def write(text, encoding="utf-8"):
    """Write the settings file."""
    path = config_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding)
    return path


def message(**values):
    """Return the text of the refusal of some settings."""
    with pytest.raises(SettingsError) as caught:
        Settings(**values)
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return text


# Where a setting comes from


def test_defaults_are_the_demo_in_riyadh():
    """Without any setting the demo answers, four requests at a time, in Riyadh days."""
    settings = Settings()

    assert (settings.environment, settings.concurrency, settings.ttl, settings.settle_days) == ("demo", 4, 300, 2)
    assert settings.zone == ZoneInfo("Asia/Riyadh")
    assert settings.week_start == "sunday"
    assert settings.simulated


@pytest.mark.parametrize("environment", ["demo", "test", "prod"])
def test_environment_decides_the_address(environment):
    """Each environment has the address of the API page."""
    assert Settings(environment=environment).url == BASE_URLS[environment]


def test_environment_is_not_case_sensitive(monkeypatch):
    """`PROD` with a blank is `prod`."""
    monkeypatch.setenv("LEADS_EXCEL_ENVIRONMENT", "PROD ")

    assert Settings().environment == "prod"


def test_base_url_overrides_the_environments():
    """An address of one's own wins, loses its last slash, and is asked over the network even in the demo."""
    settings = Settings(base_url="https://dms.example.com/gs/")

    assert settings.url == "https://dms.example.com/gs"
    assert not settings.simulated


def test_variable_wins_over_file_and_argument_over_both(monkeypatch):
    """Argument, variable, file, default: the first that has a setting decides."""
    write("concurrency = 5\nttl = 10\ntimeout = 20")
    monkeypatch.setenv("LEADS_EXCEL_CONCURRENCY", "6")
    monkeypatch.setenv("LEADS_EXCEL_TTL", "11")

    settings = Settings(concurrency=7)

    assert (settings.concurrency, settings.ttl, settings.timeout, settings.attempts) == (7, 11, 20, 5)


@pytest.mark.usefixtures("memory")
def test_origins_say_where_each_setting_comes_from(monkeypatch):
    """For each setting `origins` names the place that decided."""
    login("prod", token="t0ken")
    write("timeout = 20\nenvironment = 'prod'")
    monkeypatch.setenv("LEADS_EXCEL_TTL", "11")

    origins = Settings(concurrency=7).origins()

    named = {name: origins[name] for name in ("concurrency", "ttl", "timeout", "token", "attempts")}
    assert named == {
        "concurrency": "argument",
        "ttl": "environment",
        "timeout": "file",
        "token": "keychain",
        "attempts": "default",
    }
    assert origins.keys() == Settings.model_fields.keys()


def test_empty_variable_counts_as_unset(monkeypatch):
    """A variable a script left empty changes nothing."""
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "")
    monkeypatch.setenv("LEADS_EXCEL_TTL", "")

    settings = Settings()

    assert (settings.token, settings.ttl) == (None, 300)
    assert settings.origins()["ttl"] == "default"


def test_file_of_ones_own(monkeypatch, tmp_path):
    """`LEADS_EXCEL_CONFIG` names another file."""
    file = tmp_path / "mine.toml"
    file.write_text("settle_days = 9")
    monkeypatch.setenv("LEADS_EXCEL_CONFIG", str(file))

    assert Settings().settle_days == 9


def test_file_may_begin_with_a_byte_order_mark():
    """Notepad's UTF-8 is read like any other."""
    write("settle_days = 9", "utf-8-sig")

    assert Settings().settle_days == 9


def test_store_none_switches_it_off(monkeypatch):
    """`none` in any case means no store; unset means a file in the user's own folder."""
    monkeypatch.setenv("LEADS_EXCEL_STORE", "None")

    assert Settings().store is None
    assert Settings(store="leads.db").store == "leads.db"


def test_store_is_in_the_users_folder_unless_set(new_user):
    """By default windows are kept in a file of the user's."""
    assert Settings().store.startswith(str(new_user))
    assert Settings().store.endswith(".sqlite")


def test_replace_keeps_the_rest(monkeypatch):
    """A copy differs in what was changed and keeps the rest, with its origin, even if variables change."""
    monkeypatch.setenv("LEADS_EXCEL_TTL", "11")
    settings = Settings(timeout=5)
    monkeypatch.setenv("LEADS_EXCEL_TTL", "12")

    changed = settings.replace(environment="test")

    assert (changed.environment, changed.timeout, changed.ttl, settings.environment) == ("test", 5, 11, "demo")
    assert (changed.origins()["ttl"], changed.origins()["environment"]) == ("environment", "argument")


def test_replace_checks_like_the_class():
    """A copy cannot be wrong either."""
    with pytest.raises(SettingsError, match="concurrency"):
        Settings().replace(concurrency=99)


def test_replace_can_unset_a_variable(monkeypatch):
    """`None` as an argument wins over a variable."""
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "t0ken")

    assert Settings().replace(token=None).token is None


def test_settings_cannot_be_changed():
    """Settings are frozen, so that a workbook and a thread see the same ones to the end."""
    with pytest.raises(ValueError, match="frozen"):
        Settings().concurrency = 5


# What is refused, and in which words


def test_each_setting_says_what_it_holds():
    """Every setting has a description, because refusals are made of it."""
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("environment", "stage", "demo (a simulated one, in process), test or prod"),
        ("concurrency", "0", "a whole number from 1 to 32"),
        ("concurrency", "33", "a whole number from 1 to 32"),
        ("concurrency", "four", "a whole number from 1 to 32"),
        ("timeout", "0", "a number above 0"),
        ("timeout", "nan", "a number above 0"),
        ("timeout", "inf", "a number above 0"),
        ("deadline", "-1", "a number above 0"),
        ("attempts", "0", "a whole number from 1"),
        ("backoff", "61", "a number from 0 to 60"),
        ("max_reply_mib", "0", "a whole number from 1 to 4096"),
        ("ttl", "-1", "a number from 0"),
        ("settle_days", "1.5", "a whole number from 0 to 365"),
        ("horizon_days", "0", "a whole number from 1 to 3660"),
        ("week_start", "someday", "the first day of a week"),
        ("timezone", "Asia/Riyad", "the nearest is Asia/Riyadh"),
        ("timezone", "/etc/passwd", "no time zone of that name"),
        ("timezone", "Asia", "no time zone of that name"),
        ("timezone", "Arab Standart Time", "the nearest is Arab Standard Time"),
        ("api_key_header", "X Key", "the name of the header"),
        ("store", " ", "blank"),
    ],
)
def test_value_out_of_range_says_what_to_put(monkeypatch, name, value, part):
    """A refusal names the variable and what it may hold."""
    monkeypatch.setenv(f"LEADS_EXCEL_{name.upper()}", value)

    text = message()

    assert f"The variable LEADS_EXCEL_{name.upper()} cannot be used" in text
    assert part in text


def test_wrong_value_in_the_file_names_the_file():
    """A refusal of the file's value names key and file."""
    path = write("concurrency = 'many'")

    assert f"'concurrency' in {path} cannot be used" in message()


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Arab Standard Time", "Asia/Riyadh"),
        (" arab standard time ", "Asia/Riyadh"),
        ("Arabian Standard Time", "Asia/Dubai"),
        ("Egypt Standard Time", "Africa/Cairo"),
        ("UTC", "UTC"),
        (" Asia/Riyadh ", "Asia/Riyadh"),
    ],
)
def test_a_time_zone_may_have_the_name_that_windows_gives_it(monkeypatch, name, zone):
    """As `tzutil /g` tells it; in force is the name that everything else knows."""
    monkeypatch.setenv("LEADS_EXCEL_TIMEZONE", name)

    assert Settings().timezone == zone


@pytest.mark.parametrize("name", sorted(set(win_tz) - {"UTC"}))
def test_every_zone_of_windows_is_one_of_ours(name):
    """Each name leads to a zone that is there."""
    assert Settings(timezone=name).zone == ZoneInfo(win_tz[name])


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("http://dms.example.com/gs", "put https://"),
        ("http://127.0.0.1.example.com/gs", "put https://"),
        ("http://0.0.0.0/gs", "put https://"),
        ("ftp://dms.example.com/gs", "not a web address"),
        ("dms.example.com/gs", "not a web address"),
        ("https://", "not a web address"),
        ("https://dms.example.com:99999/gs", "not a web address"),
        ("https://dms.example.com/g s", "not a web address"),
        ("https://me:s3cret@dms.example.com/gs", "no user name"),
        ("https://dms.example.com/gs?key=s3cret", "no '?'"),
        ("https://dms.example.com/gs#s3cret", "no '#'"),
    ],
)
def test_base_url_that_would_betray_a_sign_in_is_refused(url, part):
    """Nothing but https, or http to this computer; and nothing secret inside."""
    text = message(base_url=url)

    assert part in text
    assert "s3cret" not in text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "127.8.9.10"])
def test_plain_http_to_this_computer_is_allowed(host):
    """A sandbox on the same computer needs no certificate."""
    assert Settings(base_url=f"http://{host}/gs").url == f"http://{host}/gs"


NO_CASE = pytest.mark.skipif(os.name == "nt", reason="names of variables have no case on Windows")


@pytest.mark.parametrize("variable", ["LEADS_EXCEL_ENVIROMENT", pytest.param("leads_excel_enviroment", marks=NO_CASE)])
def test_mistyped_variable_is_refused(monkeypatch, variable):
    """A typo must not silently show the demo instead of what was meant."""
    monkeypatch.setenv(variable, "prod")

    assert f"{variable} is not a setting; the nearest is LEADS_EXCEL_ENVIRONMENT" in message()


def test_mistyped_key_of_the_file_is_refused():
    """A typo in the file is named with the file and the nearest setting."""
    path = write("time_zone = 'Asia/Dubai'")

    assert f"'time_zone' in {path} is not a setting; the nearest is 'timezone'" in message()


def test_mistyped_argument_is_refused():
    """A typo in a notebook is named too."""
    assert "'tokn' is not a setting; the nearest is 'token'" in message(tokn="s3cret")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b'store = "C:\\Users\\me"', "single quotes"),
        (b"token = s3cret", "not TOML"),
        ("token = 'سر'".encode("utf-16"), "not UTF-8"),
    ],
)
def test_file_that_is_no_toml_is_refused(content, part):
    """A file that cannot be read is named with what to do, and nothing of it is repeated."""
    path = write("")
    path.write_bytes(content)

    text = message()

    assert str(path) in text
    assert part in text
    assert "s3cret" not in text


def test_folder_in_place_of_the_file_is_refused():
    """What cannot be opened is not the same as no file."""
    config_file().mkdir(parents=True)

    assert "cannot be read" in message()


def test_named_file_must_exist(monkeypatch, tmp_path):
    """A typo in `LEADS_EXCEL_CONFIG` must not be silence."""
    monkeypatch.setenv("LEADS_EXCEL_CONFIG", str(tmp_path / "none.toml"))

    assert "no such file" in message()


# Signing in


@pytest.mark.parametrize(
    ("values", "way"),
    [
        ({}, "none"),
        ({"token": "t0ken"}, "bearer"),
        ({"username": "noura", "password": "p4ss"}, "basic"),
        ({"api_key": "k3y"}, "header"),
    ],
)
def test_sign_in_follows_what_is_set(values, way):
    """What is set decides how requests sign in."""
    assert Settings(environment="test", **values).sign_in == way


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"token": "s3cret", "api_key": "s3cret"}, ("token", "api_key")),
        ({"token": "s3cret", "username": "noura"}, ("token", "username")),
        ({"username": "noura", "password": "s3cret", "api_key": "s3cret"}, ("password", "api_key")),
    ],
)
def test_two_sign_ins_are_refused(values, names):
    """Two ways at once are named, both, instead of guessing which one is meant."""
    text = message(**values)

    assert all(f"'{name}'" in text for name in names)
    assert "both set" in text
    assert "s3cret" not in text


def test_two_sign_ins_name_their_places(monkeypatch):
    """A variable and a key of the file that contradict each other are named where they stand."""
    path = write("api_key = 's3cret'")
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "s3cret")

    assert f"LEADS_EXCEL_TOKEN and 'api_key' in {path} are both set" in message()


def test_two_variables_are_named_in_one_sentence(monkeypatch):
    """The second one does not begin another sentence."""
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "s3cret")
    monkeypatch.setenv("LEADS_EXCEL_API_KEY", "s3cret")

    assert "The variable LEADS_EXCEL_TOKEN and the variable LEADS_EXCEL_API_KEY are both set" in message()


def test_password_without_user_name_is_refused():
    """Half a sign-in is none."""
    assert "without a user name" in message(password="s3cret")


@pytest.mark.usefixtures("memory")
def test_user_name_without_password_is_refused_at_sign_in():
    """A user name may stand alone in a file, since the keychain may know its password; but it must."""
    settings = Settings(environment="test", username="noura")

    with pytest.raises(SettingsError, match="has no password"):
        settings.signed_in  # noqa: B018 - reading it asks the keychain


def test_user_name_alone_does_not_stop_the_demo():
    """Settings made for production do not keep anyone from the demo, which needs no sign-in."""
    assert Settings(username="noura").signed_in.simulated


@pytest.mark.parametrize("name", ["token", "api_key"])
@pytest.mark.parametrize("value", ["Bearer s3cret", "s3cret\r\nHost: evil", "s3crét", "s3\x00cret"])
def test_secret_that_no_header_can_carry_is_refused(name, value):
    """A pasted line break must not reach a header, nor any error of the HTTP library that repeats it."""
    text = message(**{name: value})

    assert f"'{name}' cannot be used: it holds a blank or a line break" in text
    assert "s3" not in text


def test_blanks_around_a_secret_do_not_count():
    """A line break at the end of a copied token is dropped; a blank token is none."""
    assert Settings(token="t0ken\n").token.get_secret_value() == "t0ken"
    assert Settings(token=" \n").token is None


@pytest.mark.parametrize("name", ["no:ura", "no\nura"])
def test_user_name_that_basic_authentication_cannot_carry_is_refused(name):
    """RFC 7617 ends the user name at the first colon."""
    assert "RFC 7617" in message(username=name, password="s3cret")


def test_repr_shows_no_secret():
    """Neither `repr` nor `str` shows a secret, a user name or the address of a database."""
    basic = Settings(username="noura", password="s3cret", store="postgresql://me:s3cret@db/leads")
    others = Settings(token="s3cret"), Settings(api_key="s3cret")

    text = "".join(f"{settings!r} {settings}" for settings in (basic, *others))

    assert "s3cret" not in text
    assert "noura" not in text


# The keychain


@pytest.mark.parametrize(
    ("given", "way"),
    [
        ({"token": "t0ken"}, "bearer"),
        ({"username": "noura", "password": "p4ss"}, "basic"),
        ({"api_key": "k3y"}, "header"),
    ],
)
@pytest.mark.usefixtures("memory")
def test_login_is_used_for_its_environment_only(given, way):
    """What `login` stores signs in that environment, and no other."""
    login("test", **given)

    assert Settings(environment="test").sign_in == way
    assert Settings(environment="prod").sign_in == "none"
    signed_in = Settings(environment="test").signed_in
    assert {name: getattr(getattr(signed_in, name), "get_secret_value", lambda: "noura")() for name in given} == given


def test_login_replaces_the_one_before(memory):
    """A new sign-in of another kind leaves nothing of the old one behind."""
    login("test", username="noura", password="p4ss")
    login("test", token="t0ken")

    assert Settings(environment="test").sign_in == "bearer"
    assert list(map(json.loads, memory.entries.values())) == [{"token": "t0ken"}]


@pytest.mark.usefixtures("memory")
def test_logout_removes_the_sign_in():
    """After `logout` there is none, and a second one says so."""
    login("prod", token="t0ken")

    assert logout("prod")
    assert not logout("prod")
    assert Settings(environment="prod").sign_in == "none"


def test_login_ignores_what_variables_say(monkeypatch, memory):
    """A token in a variable does not get into the keychain beside the key that was given."""
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "other")

    login("test", api_key="k3y")

    assert "other" not in str(memory.entries)


@pytest.mark.parametrize(
    ("environment", "given", "part"),
    [
        ("demo", {"token": "s3cret"}, "needs no sign-in"),
        ("stage", {"token": "s3cret"}, "test or prod"),
        ("test", {}, "nothing to sign in with"),
        ("test", {"username": "noura"}, "nothing to sign in with"),
        ("test", {"token": "s3cret", "api_key": "s3cret"}, "both set"),
        ("test", {"token": "Bearer s3cret"}, "blank"),
    ],
)
def test_login_refuses_what_could_not_sign_in(memory, environment, given, part):
    """A sign-in that cannot work is refused while the user still sits there."""
    with pytest.raises(SettingsError, match=part) as caught:
        login(environment, **given)

    assert "s3cret" not in str(caught.value)
    assert not memory.entries


def test_keychain_is_asked_only_when_a_sign_in_is_needed(memory):
    """Making settings asks nothing, a set sign-in asks nothing, the demo never asks."""
    Settings(environment="test")
    Settings(environment="test", token="t0ken").sign_in  # noqa: B018 - reading it would ask
    Settings(environment="demo", base_url="https://dms.example.com/gs").sign_in  # noqa: B018 - reading it would ask
    assert memory.asked == 0

    Settings(environment="test").sign_in  # noqa: B018 - reading it asks
    assert memory.asked == 1


@pytest.mark.usefixtures("memory")
def test_stored_password_goes_only_with_its_user_name():
    """The password of one account is never sent with the name of another."""
    login("test", username="noura", password="p4ss")

    assert Settings(environment="test", username="noura").sign_in == "basic"
    with pytest.raises(SettingsError, match="has no password"):
        Settings(environment="test", username="fahad").sign_in  # noqa: B018 - reading it asks the keychain


def test_broken_keychain_is_no_secret_and_no_error(monkeypatch):
    """A computer without a session has no keychain: that is not an error, there is just no sign-in."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", Broken())

    assert Settings(environment="test").sign_in == "none"
    assert not logout("test")


def test_missing_keychain_is_no_secret_and_no_error(monkeypatch):
    """A backend that cannot even be loaded is the same as none."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "nowhere.Keyring")

    assert Settings(environment="test").sign_in == "none"


@pytest.mark.parametrize("entry", ["s3cret", "[]", '{"token": 5, "other": "s3cret"}', ""])
def test_entry_that_is_not_ours_is_no_sign_in(memory, entry):
    """What another program stored under our name is left alone."""
    memory.entries[keychain.SERVICE, "test"] = entry

    assert Settings(environment="test").sign_in == "none"


def test_stored_sign_in_that_cannot_be_used_says_so(memory):
    """A damaged entry is named as the keychain's, without its content."""
    memory.entries[keychain.SERVICE, "test"] = json.dumps({"token": "two s3crets"})

    with pytest.raises(SettingsError, match="keychain's sign-in for test") as caught:
        Settings(environment="test").sign_in  # noqa: B018 - reading it asks the keychain

    assert "s3cret" not in str(caught.value)


def test_keychain_that_does_not_keep_says_what_to_do(monkeypatch):
    """`login` does not pretend: it names the variable to set, and repeats no secret of the backend's error."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", Broken())

    with pytest.raises(SettingsError, match="set LEADS_EXCEL_TOKEN") as caught:
        login("test", token="s3cret")

    assert "s3cret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_keychain_that_does_not_let_go_says_so(monkeypatch, memory):
    """`logout` does not pretend either."""
    login("test", token="t0ken")
    monkeypatch.setattr(memory, "delete_password", lambda *_: 1 / 0)

    with pytest.raises(SettingsError, match="did not remove"):
        logout("test")


def test_settings_load_no_keychain_library():
    """The keychain library, slow to load, stays out until it is asked for."""
    code = "import sys, leads_excel.settings as s; s.Settings(); print('keyring' in sys.modules)"

    assert printed_by(code) == "False\n"


@pytest.fixture
def slow(monkeypatch, memory):
    """Put a keychain that takes long to answer in the place of this machine's, as one that waits for a service."""
    monkeypatch.setattr(keychain, "SLOW", -1.0)
    monkeypatch.setattr(keychain, "_slow", {})
    return memory


def test_slow_keychain_is_waited_for_once(slow):
    """An export of a year opens the API for each month: it does not wait a minute for each."""
    login("prod", token="t0ken")
    asked = slow.asked

    found = [Settings(environment="prod").signed_in.token.get_secret_value() for _ in range(3)]

    assert found == ["t0ken"] * 3
    assert slow.asked == asked + 1
    assert Settings(environment="test").sign_in == "none"  # each environment has a question of its own


def test_slow_keychain_is_asked_again_later(slow, monkeypatch):
    """In Excel's process, which lives for days, a sign-in that was stored elsewhere is found."""
    monkeypatch.setattr(keychain, "KEPT", 0.0)
    assert Settings(environment="prod").sign_in == "none"

    slow.entries[keychain.SERVICE, "prod"] = json.dumps({"token": "t0ken"})

    assert Settings(environment="prod").sign_in == "bearer"


@pytest.mark.usefixtures("slow")
def test_what_is_stored_or_removed_counts_at_once():
    """Whatever the slow keychain last said."""
    assert Settings(environment="prod").sign_in == "none"
    login("prod", token="t0ken")
    assert Settings(environment="prod").sign_in == "bearer"
    logout("prod")
    assert Settings(environment="prod").sign_in == "none"


def test_no_keychain_of_a_test_is_found_by_others():
    """Each that is loaded would be asked by every test that names none, and one of them waits a minute."""
    assert keychains.Locked.__mro__[1] is keychains.Memory
    assert not [found for found in keyring.backend.get_all_keyring() if type(found).__module__ == "keychains"]


def test_quick_keychain_is_asked_each_time(memory):
    """What another program stored counts at once."""
    assert Settings(environment="prod").sign_in == "none"

    memory.entries[keychain.SERVICE, "prod"] = json.dumps({"token": "t0ken"})

    assert Settings(environment="prod").sign_in == "bearer"


@pytest.fixture
def locked(monkeypatch):
    """Put a keychain that waits for somebody in the place of this machine's; afterwards somebody comes."""
    backend = Locked()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    monkeypatch.setattr(keychain, "PATIENCE", 0.1)
    yield backend
    backend.unlocked.set()
    for thread in keychain._waiting:
        thread.join()


def test_keychain_that_waits_for_somebody_is_not_waited_for(locked):
    """A job ends with one line that says what to do; the keychain is not asked again while it waits."""
    settings = Settings(environment="prod")

    for _ in range(3):
        with pytest.raises(SettingsError, match="waits for somebody to unlock it: unlock it, or"):
            settings.signed_in  # noqa: B018 - what it raises is what is looked at

    assert locked.asked == 1


def test_keychain_is_asked_again_once_somebody_unlocked_it(locked):
    """In a process that lives on, such as Excel's."""
    settings = Settings(environment="prod")
    with pytest.raises(SettingsError):
        settings.signed_in  # noqa: B018 - as above
    locked.entries[keychain.SERVICE, "prod"] = json.dumps({"token": "t0ken"})
    locked.unlocked.set()
    keychain._waiting[0].join()

    assert settings.signed_in.token.get_secret_value() == "t0ken"


def test_settings_that_sign_in_ask_no_keychain(locked):
    """With a token in a variable a locked keychain stops nothing."""
    assert Settings(environment="prod", token="t0ken").sign_in == "bearer"
    assert locked.asked == 0


@pytest.mark.slow
def test_process_ends_while_the_keychain_waits():
    """The program comes to its end with the exit code of a wrong setting, though a thread of it still waits."""
    code = (
        "import keyring.core; from keychains import Locked; from leads_excel.settings import keychain\n"
        "keyring.core._keyring_backend = Locked(); keychain.PATIENCE = 0.5\n"
        "import sys; sys.argv = ['leads-excel', 'fetch', '--from', '2026-11-20', '--out', '-']\n"
        "from leads_excel.cli.app import main; main()"
    )
    path = os.pathsep.join([str(Path(keychains.__file__).parent), os.environ.get("PYTHONPATH", "")])

    done = run(
        [sys.executable, "-c", code], env=os.environ | {"LEADS_EXCEL_ENVIRONMENT": "prod", "PYTHONPATH": path}, limit=30
    )

    assert done.returncode == 2, done.stderr
    assert "keychain" in done.stderr
