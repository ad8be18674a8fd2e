"""What somebody sends who means harm: nothing leaks, nothing stops, and each gets an answer of one line."""

import json
import socket
import time

import pytest
from serving_world import running

from leads_excel.serving import guard
from leads_excel.serving.people.callers import Proxy

CALL = {"calls": [{"id": 1, "name": "LEADS_KPI", "args": ["leads", "2026-08-01"]}]}


def still_answers(served):
    """Tell whether the server is well."""
    return "value" in served.calculate(("LEADS_KPI", "leads", "2026-08-01"))[0]


TOKENS = {
    "none": "",
    "another kind": "Basic c2FtaTpzYW1p",
    "empty": "Bearer",
    "made up": "Bearer leads_0123456789ab_" + "A" * 43,
    "a path": "Bearer leads_../../etc/pa_" + "A" * 43,
    "too long": "Bearer " + "A" * 8000,
    "letters": "Bearer leads_éééééééééééé_" + "A" * 43,
}


@pytest.mark.parametrize("path", ["/v1/calls", "/v1/tables/leads.csv?from=-1D", "/metrics"])
@pytest.mark.parametrize("written", TOKENS.values(), ids=TOKENS)
def test_without_a_token_that_is_known_nothing_is_answered(path, written, served):
    """401, one line, and the DMS is not asked."""
    before = len(served.dms.log)
    headers = {"Authorization": written.encode("utf-8")} if written else {}

    reply = served.asking("").request("POST" if "calls" in path else "GET", path, headers=headers, json=CALL)

    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert set(reply.json()) == {"error"}
    assert len(served.dms.log) == before


def test_a_token_with_another_secret_is_none(served):
    """The part that is random is looked at, whole."""
    wrong = served.sami[:-1] + ("A" if served.sami[-1] != "A" else "B")

    assert served.asking(wrong).post("/v1/calls", json=CALL).status_code == 401


def test_a_revoked_token_is_refused_from_the_next_request_on(served):
    """On a connection that is open, too."""
    client = served.asking()
    assert client.post("/v1/calls", json=CALL).status_code == 200

    served.tokens.revoke("sami")

    assert client.post("/v1/calls", json=CALL).status_code == 401


@pytest.mark.slow
def test_ten_thousand_wrong_tokens(served):
    """They are refused, soon without a look; whoever has a token is served all the while, from the same address."""
    client = served.asking("")
    statuses = [
        client.post("/v1/calls", json=CALL, headers={"Authorization": f"Bearer leads_{k:012x}_{'A' * 43}"}).status_code
        for k in range(10_000)
    ]

    assert set(statuses) == {401, 429}
    assert statuses.count(401) < 200
    assert still_answers(served)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_pages_of_another_site_may_not_ask(origin, served):
    """Neither with a token nor before a token is asked for; no header allows them to read anything."""
    client = served.asking()

    asked = client.post("/v1/calls", json=CALL, headers={"Origin": origin})
    before = client.options("/v1/calls", headers={"Origin": origin, "Access-Control-Request-Method": "POST"})

    assert asked.status_code == before.status_code == 403
    assert not [name for reply in (asked, before) for name in reply.headers if name.startswith("access-control")]
    assert client.post("/v1/calls", json=CALL, headers={"Origin": served.address}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1.evil.example", ""])
def test_another_name_for_the_server_is_refused(host, served):
    """A page whose own name has come to lead here would pass for a page of the server (DNS rebinding)."""
    assert served.asking().post("/v1/calls", json=CALL, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/tables/../../etc/passwd", "/v1/tables/leads.csv/../x.csv", "/v1/tables/%2e%2e%2fleads.csv"),
        *("/v1/tables/leads.exe", "/v1/tables/LEADS.csv", "//v1/calls", "/v1/tables/leads.csv%00"),
        *("/v1/tables/leads.csv;a", "/.env", "/docs"),
    ],
)
def test_a_path_that_is_none_of_ours_is_nothing(path, served):
    """404, whoever asks, and no file is read."""
    with socket.create_connection(served.address.rpartition("/")[2].split(":")) as line:
        host = served.address.rpartition("/")[2]
        head = f"Host: {host}\r\nAuthorization: Bearer {served.sami}\r\nConnection: close\r\n\r\n"
        line.sendall(f"GET {path} HTTP/1.1\r\n{head}".encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b""))

    assert answer.split()[1] in (b"404", b"405", b"307")
    assert b"root:" not in answer


BODIES = {
    "no JSON": b"hello",
    "cut off": b'{"calls": [{"id": 1',
    "no batch": b"[]",
    "no list": b'{"calls": 5}',
    "no name": b'{"calls": [{"id": 1}]}',
    "deep": b'{"calls": [{"id": 1, "name": "LEADS", "args": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
    "not a text": b'\xff\xfe{"calls": []}',
    "surrogate": b'{"calls": [{"id": "\\ud800", "name": "LEADS"}]}',
    "many": json.dumps({"calls": [{"id": k, "name": "X"} for k in range(2_001)]}).encode(),
    "a long id": json.dumps({"calls": [{"id": "x" * 101, "name": "X"}]}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_batch_is_one_line(body, served):
    """400, and the server goes on."""
    reply = served.asking().post("/v1/calls", content=body, headers={"Content-Type": "application/json"})

    assert reply.status_code == 400, reply.text
    assert "\n" not in reply.json()["error"]
    assert still_answers(served)


def test_a_form_of_another_site_is_no_batch(served):
    """What browsers send without asking first is not read."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        reply = served.asking().post("/v1/calls", content=json.dumps(CALL), headers={"Content-Type": kind})
        assert reply.status_code == 415


def test_a_body_that_is_too_large_is_not_read_to_its_end(served):
    """Whether its length is told or not."""

    def pieces():
        for _ in range(64):
            yield b" " * 2**20

    reply = served.asking().post("/v1/calls", content=pieces(), headers={"Content-Type": "application/json"})

    assert reply.status_code == 413
    assert still_answers(served)


def test_a_body_that_does_not_arrive_is_not_waited_for(served, monkeypatch):
    """Many such connections hold up nobody."""
    monkeypatch.setattr(guard, "PATIENCE", 0.5)
    host, port = served.address.rpartition("/")[2].split(":")
    head = (
        f"POST /v1/calls HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {served.sami}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    ).encode()
    lines = [socket.create_connection((host, int(port)), 10) for _ in range(40)]
    try:
        for line in lines:
            line.sendall(head)
        assert still_answers(served)
        assert all(line.recv(4096).split()[1] == b"408" for line in lines)
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize("told", ["sami\r\nX-Evil: 1", "سامي", "a" * 2_000, "Robert'); DROP TABLE"])
def test_what_is_sent_gets_into_no_header_and_no_line_of_a_log(told, served):
    """A range is written down with what was asked for: it makes no lines of its own."""
    reply = served.asking().get("/v1/tables/leads.csv", params={"from": told})
    forged = served.calculate(
        ("LEADS", f'-1D"}}\n{{"event": "{told}', None, None, None, "pii=reveal"), token=served.noura
    )

    assert reply.status_code == 400
    assert "x-evil" not in reply.headers
    assert "\n" not in forged[0]["message"]
    assert all(set(line) >= {"at", "event", "who"} for line in served.audited())


@pytest.mark.parametrize("name", ["__import__", "LEADS.__init__", "leads", "LEADS ", "\u2028LEADS", "A" * 100_000])
def test_a_name_that_is_no_formula_runs_nothing(name, served):
    """Names are looked up in a list, as they stand."""
    (answer,) = served.calculate((name, "-1D"))

    assert "no such formula" in answer["message"]
    counted = served.service.metrics.text().decode()
    assert 'leads_calls_total{name="other",outcome="failed"} 1.0' in counted
    assert f'name="{name[:1000]}' not in counted


def test_a_file_of_the_server_is_read_for_nobody(served, tmp_path):
    """A list of people to leave out is a file: of the user's own computer, which this is not."""
    secret = tmp_path / "secret.txt"
    secret.write_text("0501234567\n")

    for token in (served.sami, served.noura):
        (answer,) = served.calculate(
            ("LEADS_CONTACTS", "marketing", "-30D", None, None, None, f"suppress={secret}"), token=token
        )
        assert "names a file" in answer["message"]


def test_too_many_formulas_wait(tmp_path, dms):
    """More than a caller may ask for in a minute: 429, and when to come again; others are not held up."""
    with running(tmp_path, dms, per_minute=10) as served:
        batch = {"calls": [{"id": k, "name": "LEADS_DATE", "args": ["-1D"]} for k in range(8)]}
        client = served.asking()

        assert client.post("/v1/calls", json=batch).status_code == 200
        refused = client.post("/v1/calls", json=batch)

        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert served.asking(served.noura).post("/v1/calls", json=batch).status_code == 200


def test_a_proxy_s_header_counts_from_the_proxy_alone(tmp_path, dms):
    """From anywhere else, and where there is none, it is a header like any other."""
    believed = Proxy("x-user", frozenset({"127.0.0.1"}), frozenset({"noura"}))
    elsewhere = Proxy("x-user", frozenset({"192.0.2.1"}), frozenset({"noura"}))
    call = ("LEADS", "2026-08-19", None, "phoneNumber", None, "pii=reveal; limit=1")
    body = {"calls": [{"id": 1, "name": call[0], "args": call[1:]}]}
    told = {}
    for name, proxy in (("believed", believed), ("elsewhere", elsewhere), ("none", None)):
        with running(tmp_path / name, dms, proxy=proxy) as served:
            client = served.asking("")
            replies = [
                client.post("/v1/calls", json=body, headers={"X-User": user}) for user in ("noura", "sami", "a\tb")
            ]
            told[name] = [(reply.status_code, "value" in reply.text) for reply in replies]

    assert told["believed"] == [(200, True), (200, False), (401, False)]
    assert told["elsewhere"] == told["none"] == [(401, False)] * 3


def test_every_answer_tells_browsers_to_be_careful(served):
    """What is refused, too."""
    client = served.asking()
    replies = [
        client.get("/healthz"),
        client.get("/nothing"),
        client.post("/v1/calls", json=CALL),
        served.asking("").get("/metrics"),
    ]

    for reply in replies:
        assert reply.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in reply.headers["cache-control"]
        assert "server" not in reply.headers


def test_whoever_hangs_up_stops_nothing(served):
    """In the middle of a batch that has to be fetched; what was asked for is finished and kept."""
    served.dms.latency = 0.3
    host, port = served.address.rpartition("/")[2].split(":")
    body = json.dumps({"calls": [{"id": 1, "name": "LEADS_KPI", "args": ["leads", "2024-05"]}]}).encode()
    for _ in range(5):
        with socket.create_connection((host, int(port)), 10) as line:
            line.sendall(
                f"POST /v1/calls HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {served.sami}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            time.sleep(0.1)
    served.dms.latency = 0

    assert still_answers(served)
    assert "value" in served.calculate(("LEADS_KPI", "leads", "2024-05"))[0]
