"""A PostgreSQL server of our own on loopback, as Debian packages it, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from programs import run

_USER = "postgres"


@contextmanager
def running():
    """Start a server and yield the SQLAlchemy URL of an empty database; skip where there is no PostgreSQL."""
    pytest.importorskip("psycopg", reason='psycopg is not installed: pip install "leads-excel[postgres]"')
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="leads-postgres-"))
    try:
        if _as_user():
            shutil.chown(folder, _USER)
        data, port = folder / "data", _free_port()
        _run([programs / "initdb", "-D", data, "-U", "leads", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        _run([programs / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start"])
        try:
            yield f"postgresql://leads@127.0.0.1:{port}/postgres"
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(url):
    """Make an empty database on a server and return its URL."""
    import psycopg  # noqa: PLC0415 - skipped where it is missing

    name = f"store_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.rpartition("/")[0] + f"/{name}"


def _programs():
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return folders[-1]


def _as_user():
    # PostgreSQL refuses to run as root.
    return {"user": _USER, "group": _USER, "extra_groups": []} if os.name == "posix" and os.geteuid() == 0 else {}


def _run(command):
    # Without a terminal and without our pipes: the server that pg_ctl leaves behind would keep them open.
    with tempfile.TemporaryFile() as output:
        done = run(command, cwd="/", stdout=output, stderr=output, **_as_user())
        output.seek(0)
        assert done.returncode == 0, output.read().decode(errors="replace")


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
