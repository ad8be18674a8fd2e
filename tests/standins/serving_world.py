"""A server on loopback over a simulated DMS on loopback: what is asked of it goes through real connections."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

import leads_excel as lx
from leads_excel.fetching.session import Session, use
from leads_excel.serving.app import Service
from leads_excel.serving.people.audit import Audit
from leads_excel.serving.people.callers import Door
from leads_excel.serving.people.tokens import Tokens
from leads_excel.serving.server import Place, bound, prepared

NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)


@dataclass
class Served:
    """A server, and two who may ask it: Sami, to whom personal data is masked, and Noura, who sees it."""

    address: str
    service: Service
    tokens: Tokens
    audit: object
    dms: object
    sami: str
    noura: str
    clients: list = field(default_factory=list)
    stop: object = None

    def asking(self, token=None, **headers):
        """Give a client that signs in, by default as Sami; it is closed with the server."""
        signed = {"Authorization": f"Bearer {token or self.sami}"} if token != "" else {}
        client = httpx.Client(base_url=self.address, headers={**signed, **headers}, timeout=60, trust_env=False)
        self.clients.append(client)
        return client

    def calculate(self, *calls, token=None):
        """Calculate formulas, each a name and arguments, and give the answers in the order of the calls."""
        batch = {"calls": [{"id": i, "name": name, "args": args} for i, (name, *args) in enumerate(calls)]}
        reply = self.asking(token).post("/v1/calls", json=batch)
        assert reply.status_code == 200, reply.text
        answers = [json.loads(line) for line in reply.text.splitlines()]
        assert sorted(answer["id"] for answer in answers) == list(range(len(calls)))
        return sorted(answers, key=lambda answer: answer["id"])

    def audited(self):
        """List what was given out."""
        files = sorted(self.audit.glob("*.log")) if self.audit.exists() else []
        return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


@contextmanager
def running(folder, dms, session=None, **options):
    """Run a server until the block ends."""
    tokens = Tokens(folder / "tokens")
    settings = lx.Settings(environment="test", base_url=dms.url, store="none", attempts=1, ttl=3600, horizon_days=400)
    listening = bound(Place(port=0))
    place = Place(port=listening.getsockname()[1])
    service = Service(
        Door(tokens, options.pop("proxy", None)), Audit(settings.zone, folder / "audit"), place.address, **options
    )
    use(session or Session(settings, now=lambda: NOW))
    with listening:
        started = prepared(service.app(), place)
        thread = threading.Thread(target=started.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        served = Served(
            place.address, service, tokens, folder / "audit", dms, tokens.add("sami"), tokens.add("noura", reveals=True)
        )

        def stop():
            started.config.timeout_graceful_shutdown = 1
            started.should_exit = True
            thread.join(30)

        served.stop = stop
        try:
            yield served
        finally:
            for client in served.clients:
                client.close()
            stop()
            use(None)
    assert not thread.is_alive()
