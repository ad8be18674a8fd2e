"""Keys that are equal for equal persons and do not tell who they are."""

from __future__ import annotations

import hashlib
import hmac
import re

import keyring.core
import pytest
from keychains import Broken, Memory
from kpi_tables import thirteen_leads
from programs import printed_by

from leads_excel.kpis.facts import persons
from leads_excel.kpis.facts.customers import customers_of, keys_of
from leads_excel.kpis.facts.facts import facts_of
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.settings import keychain

SARA = "+966500000005"


@pytest.fixture(autouse=True)
def _new_process():
    """Forget the secret before and after, as a new process has."""
    keychain.secret.cache_clear()
    yield
    keychain.secret.cache_clear()


def keep_in(monkeypatch, backend):
    """Put a keychain in the place of this machine's."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    return backend


def test_equal_persons_have_equal_keys():
    """Twelve hexadecimal digits that are no plain hash; nobody has none."""
    first, other, again, nobody = person_keys([SARA, "sara@example.com", SARA, None])

    assert first == again != other
    assert nobody is None
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert not hashlib.sha256(SARA.encode()).hexdigest().startswith(first)


@pytest.mark.parametrize("secret", [b"k" * 32, b"", b"k" * 64, b"k" * 65, b"k" * 200])
def test_a_key_is_the_beginning_of_an_hmac(monkeypatch, secret):
    """The standard library's, whatever the length of the secret: keys stay as they were in earlier versions."""
    monkeypatch.setattr(persons, "secret", lambda _name: secret)
    whose = [SARA, "sara@example.com", "سارة@example.com", "x" * 500, ""]

    assert person_keys(whose) == [hmac.new(secret, who.encode(), "sha256").hexdigest()[:12] for who in whose]


def test_the_secret_stays_in_the_keychain(monkeypatch):
    """It is made on first use, 32 bytes, and found again by the next process."""
    memory = keep_in(monkeypatch, Memory())
    keys = person_keys([SARA])
    keychain.secret.cache_clear()

    assert person_keys([SARA]) == keys
    assert list(memory.entries) == [(keychain.SERVICE, "persons")]
    assert len(bytes.fromhex(memory.entries[keychain.SERVICE, "persons"])) == 32


def test_another_computer_has_other_keys(monkeypatch):
    """Two keychains never hold the same secret."""
    keep_in(monkeypatch, Memory())
    here = person_keys([SARA])
    keychain.secret.cache_clear()
    keep_in(monkeypatch, Memory())

    assert person_keys([SARA]) != here


@pytest.mark.parametrize("odd", [Broken(), None])
def test_without_a_keychain_keys_hold_for_the_process(monkeypatch, odd):
    """A server has none: then the secret is in memory only."""
    keep_in(monkeypatch, odd)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "nowhere.Keyring")
    keys = person_keys([SARA])

    assert person_keys([SARA]) == keys
    keychain.secret.cache_clear()
    assert person_keys([SARA]) != keys


def test_an_entry_that_is_no_secret_is_not_used(monkeypatch):
    """What another program stored under our name is left alone."""
    memory = keep_in(monkeypatch, Memory())
    memory.entries[keychain.SERVICE, "persons"] = "not hexadecimal"

    assert len(keychain.secret("persons")) == 32
    assert memory.entries[keychain.SERVICE, "persons"] == "not hexadecimal"


def test_a_customer_is_a_phone_or_else_an_address():
    """However written; a lead without either is nobody's."""
    facts = facts_of(thirteen_leads())
    numbers = facts.tables.leads["leadExternalId"].tolist()
    who = dict(zip(numbers, customers_of(facts).tolist(), strict=True))
    keys = dict(zip(numbers, keys_of(facts, range(13)), strict=True))

    assert who[1] == who[3] == who[6] != who[5]
    assert keys[1] == keys[3] == keys[6] == person_keys(["+966500000001"])[0]
    assert keys[5] == person_keys(["omar@example.com"])[0]
    assert who[4] == who[12] == -1
    assert keys[4] is keys[12] is None


@pytest.mark.slow
def test_the_key_figures_need_no_keychain():
    """Counting customers asks for no secret, so that a recalculation never waits for it."""
    code = (
        "import sys; from leads_excel import kpis; from leads_excel.tables import build; "
        "kpis.customers(build([])); print('keyring' in sys.modules)"
    )

    assert printed_by(code) == "False\n"
