"""Whom a connection trusts: real TLS servers on loopback, with certificates of a company's own."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading

import certifi
import pytest
from private_roots import HOST, authority, server_context, write_root

from leads_excel.client.network.certificates import trust


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    """Take the machine's own variables away."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def is_trusted():
    """Tell whether a server with the company's certificate is trusted."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer, args=(server,), daemon=True).start()
        with socket.create_connection(server.getsockname(), 10) as connection:
            try:
                with trust().context.wrap_socket(connection, server_hostname=HOST):
                    return True
            except ssl.SSLCertVerificationError:
                return False


def _answer(server):
    connection, _ = server.accept()
    with connection, contextlib.suppress(OSError):  # a client that does not trust us hangs up
        server_context().wrap_socket(connection, server_side=True).close()


def test_a_companys_root_is_not_trusted_unasked():
    """Nobody has said so."""
    assert not is_trusted()
    assert trust().remarks == ()


def test_a_file_of_roots_is_trusted(monkeypatch, tmp_path):
    """`SSL_CERT_FILE` names it, beside what is trusted anyway."""
    path = write_root(tmp_path / "root.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    assert is_trusted()
    assert trust().sources == ("the operating system", "certifi", f"SSL_CERT_FILE ({path})")


def test_a_folder_of_roots_is_trusted(monkeypatch, tmp_path):
    """`SSL_CERT_DIR` names it; the names of its files do not matter, nor what else is in it."""
    (tmp_path / "README").write_text("no certificate", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    write_root(tmp_path / "company root.crt")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    assert is_trusted()
    assert trust().remarks == ()


def test_public_roots_are_trusted_whatever_the_variables_say(monkeypatch, tmp_path):
    """They add up: a company's file takes no public root away."""
    monkeypatch.setenv("SSL_CERT_FILE", str(write_root(tmp_path / "root.pem")))
    public = ssl.create_default_context(cafile=certifi.where()).get_ca_certs(binary_form=True)

    trusted = trust().context._ctx.get_ca_certs(binary_form=True)

    assert set(public) < set(trusted)


@pytest.fixture
def unusable(tmp_path):
    """Make what a variable may name by mistake."""
    (tmp_path / "empty.pem").touch()
    (tmp_path / "text.pem").write_text("no certificate", encoding="utf-8")
    (tmp_path / "cut.pem").write_bytes(authority().cert_pem.bytes()[:300])
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("variable", "name", "told"),
    [
        ("SSL_CERT_FILE", "gone.pem", "names a file that does not exist"),
        ("SSL_CERT_FILE", "folder", "names a folder where a file of certificates belongs"),
        *(
            ("SSL_CERT_FILE", name, "without a certificate in PEM format")
            for name in ("empty.pem", "text.pem", "cut.pem")
        ),
        ("SSL_CERT_DIR", "gone", "names no folder that exists"),
        ("SSL_CERT_DIR", "empty.pem", "names no folder that exists"),
        ("SSL_CERT_DIR", "folder", "names a folder without a certificate in PEM format"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_told(monkeypatch, unusable, variable, name, told):
    """Another program's forgotten variable stops nothing: the computer's own certificates are there."""
    monkeypatch.setenv(variable, str(unusable / name))

    (remark,) = trust().remarks

    assert remark.startswith(f"{variable} names ")
    assert told in remark
    assert remark.endswith("correct or unset it")
    assert trust().sources == ("the operating system", "certifi")


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_variable_counts_as_unset(monkeypatch, blank):
    """It names nothing, and nothing is said of it."""
    monkeypatch.setenv("SSL_CERT_FILE", blank)
    monkeypatch.setenv("SSL_CERT_DIR", blank)

    assert trust().remarks == ()
