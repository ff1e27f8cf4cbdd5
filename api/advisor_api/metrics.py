"""Counters of the service in the Prometheus text format, one registry an application."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Requests by route: how many, how long, how many now."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "advisor_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "advisor_request_seconds",
            "Time from the first byte of a request to the last of its answer, seconds.",
            ["route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._jobs = Gauge("advisor_jobs", "Jobs in the store by state.", ["state"], registry=self._registry)
        self.running = Gauge("advisor_requests_running", "Requests being answered now.", registry=self._registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        known = method if method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_jobs(self, by_state: Mapping[str, int]) -> None:
        """Take over how many jobs there are in each state."""
        self._jobs.clear()
        for state, number in by_state.items():
            self._jobs.labels(state).set(number)

    def text(self) -> str:
        """All figures in the Prometheus text format."""
        return generate_latest(self._registry).decode()
