"""No way of writing settings down shows a secret, and what was pickled works again where its sign-in is found."""

from __future__ import annotations

import copy
import json
import pickle
import pprint

import hypothesis.strategies as st
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from leads_excel.settings.model import Settings
from leads_excel.settings.secrecy import masked

yaml = pytest.importorskip("yaml")

SECRETS = st.text(st.characters(min_codepoint=48, max_codepoint=122, categories=["Lu", "Ll", "Nd"]), min_size=16)
WAYS_TO_SIGN_IN = {
    "token": lambda secret: {"token": secret},
    "password": lambda secret: {"username": "me", "password": secret},
    "api_key": lambda secret: {"api_key": secret},
    "a webhook": lambda secret: {"notify": f"https://hooks.slack.com/services/{secret}"},
    "mail": lambda secret: {"mail_password": secret},
    "store": lambda secret: {"store": f"postgresql://leads:{secret}@server/db"},
    "store in its query": lambda secret: {"store": f"postgresql://server/db?user=leads&password={secret}"},
}
WAYS_TO_WRITE = {
    "repr": repr,
    "str": str,
    "format": "{}".format,
    "pprint": pprint.pformat,
    "vars": lambda settings: repr(vars(settings)),
    "dict": lambda settings: repr(dict(settings)) + json.dumps(dict(settings), default=str),
    "model_dump": lambda settings: repr(settings.model_dump()) + json.dumps(settings.model_dump(), default=str),
    "model_dump for JSON": lambda settings: json.dumps(settings.model_dump(mode="json")),
    "model_dump_json": lambda settings: settings.model_dump_json(),
    "yaml": yaml.dump,
    "yaml of the dump": lambda settings: yaml.dump(settings.model_dump(mode="json")),
    "a copy": lambda settings: repr(copy.copy(settings)),
    "a deep copy": lambda settings: repr(copy.deepcopy(settings)),
    "a pydantic copy": lambda settings: repr(settings.model_copy()),
    "origins": lambda settings: repr(settings.origins()),
    **{f"pickle {number}": lambda settings, number=number: repr(pickle.dumps(settings, number)) for number in range(6)},
}


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
@pytest.mark.parametrize("kind", WAYS_TO_SIGN_IN)
@hypothesis_settings(max_examples=5, deadline=None)
@given(secret=SECRETS)
def test_no_way_of_writing_settings_shows_a_secret(kind, way, secret):
    """Whatever is secret in them, and however they are written."""
    settings = Settings(environment="test", **WAYS_TO_SIGN_IN[kind](secret))
    assert secret not in WAYS_TO_WRITE[way](settings)


@pytest.mark.parametrize("kind", WAYS_TO_SIGN_IN)
@pytest.mark.parametrize("write", [pickle.dumps, yaml.dump, copy.copy, copy.deepcopy], ids=lambda write: write.__name__)
def test_values_by_themselves_do_not_show_it_either(kind, write):
    """What is handed on without the settings around it refuses to be written, or stays what it is in memory."""
    secret = "s3cretS3cretS3cret"
    for value in vars(Settings(environment="test", **WAYS_TO_SIGN_IN[kind](secret))).values():
        try:
            written = write(value)
        except TypeError as error:
            written = str(error)
        assert secret not in repr(written)


@pytest.mark.parametrize("kind", ["token", "password", "api_key"])
def test_pickled_settings_find_their_sign_in_where_they_arrive(monkeypatch, kind):
    """A process that reads them has the variables, and everything that is not secret comes along."""
    settings = Settings(environment="test", store="none", ttl=7, **WAYS_TO_SIGN_IN[kind]("s3cret"))
    content = pickle.dumps(settings)
    bare = pickle.loads(content)  # noqa: S301 - our own
    assert (bare.environment, bare.store, bare.ttl, bare.sign_in) == ("test", None, 7, "none")
    assert bare.origins()["ttl"] == "argument"
    for name, value in WAYS_TO_SIGN_IN[kind]("s3cret").items():
        monkeypatch.setenv(f"LEADS_EXCEL_{name.upper()}", value)
    complete = pickle.loads(content)  # noqa: S301 - likewise
    assert complete.sign_in != "none"
    assert all(getattr(complete, name) == getattr(settings, name) for name in Settings.model_fields)


def test_copies_in_memory_sign_in():
    """What is not written down keeps what it needs."""
    settings = Settings(environment="test", username="me", password="s3cret")
    for made in (copy.copy(settings), copy.deepcopy(settings), settings.replace(ttl=1)):
        assert made.password.get_secret_value() == "s3cret"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:pw@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("postgresql+psycopg://me:p%40w@host/db?x=1", "postgresql+psycopg://me:***@host/db?x=1"),
        ("postgresql://host/db?password=pw&x=1", "postgresql://host/db?***&x=1"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("/home/me/leads.sqlite", "/home/me/leads.sqlite"),
        (r"C:\Users\me\leads.sqlite", r"C:\Users\me\leads.sqlite"),
        ("postgresql://[broken:pw@host/db", "***"),
    ],
)
def test_an_address_shows_stars_for_its_password(address, shown):
    """Wherever a password stands in it; everything else is shown."""
    assert masked(address) == shown
