"""What a server counts of itself, for whoever watches over it: the format of Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS = (0.01, 0.05, 0.15, 0.5, 1, 2, 5, 10, 30, 60, 300)


class Metrics:
    """Counters of a server; nothing in them tells who asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "leads_requests", "Requests by path and status.", ("path", "status"), registry=self._registry
        )
        self._calls = Counter(
            "leads_calls", "Formulas by name and outcome.", ("name", "outcome"), registry=self._registry
        )
        self._seconds = Histogram(
            "leads_request_seconds", "How long requests took.", ("path",), buckets=_SECONDS, registry=self._registry
        )

    def request(self, path: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            path: A path of ours, or `other`: whoever asks for ever new ones adds no lines.
            status: How it was answered.
            seconds: How long that took.
        """
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def call(self, name: str, *, failed: bool) -> None:
        """Count a formula.

        Args:
            name: Its name, one of ours.
            failed: Whether it showed an error.
        """
        self._calls.labels(name, "failed" if failed else "answered").inc()

    def text(self) -> bytes:
        """Write all counters down."""
        return generate_latest(self._registry)
