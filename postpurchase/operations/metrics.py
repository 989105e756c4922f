"""Figures for Prometheus: what this process counted, and what the tables say at the moment of asking.

Requests are counted in memory. Where several web processes serve (PROMETHEUS_MULTIPROC_DIR is set), they share their
counts through files there, and any of them answers for all.
"""

import datetime as dt
import os
from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from postpurchase.operations import figures

if directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.makedirs(directory, exist_ok=True)

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter began says nothing here
_own = CollectorRegistry()

REQUESTS = Counter(
    "postpurchase_requests",
    "Requests by method, route and status.",
    ["method", "route", "status"],
    registry=_own,
)
SECONDS = Histogram(
    "postpurchase_request_seconds",
    "How long requests took, by method and route.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_own,
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. A method nobody knows is counted as ``other``: labels must stay few."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(method=known, route=route, status=str(status)).inc()
    SECONDS.labels(method=known, route=route).observe(seconds)


def exposition(*, now: dt.datetime) -> bytes:
    """Everything in Prometheus' text format."""
    registry = _own
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    tables = CollectorRegistry()
    tables.register(_Tables(now))
    return generate_latest(registry) + generate_latest(tables)


class _Tables:
    """Asks the database and the broker once for each scrape."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        state = figures.read(now=self.now)
        yield _gauge(
            "postpurchase_event_deliveries",
            "Event deliveries that are not done, by state (parked: a person has to look).",
            "state",
            state.deliveries,
        )
        yield _gauge(
            "postpurchase_messages",
            "Messages planned or touched in the last 24 hours, by state (unknown: a person has to look).",
            "state",
            state.messages,
        )
        yield _gauge(
            "postpurchase_own_places",
            "Merchants' own host names and paths: proved, of these failing the daily check, lapsed after three days.",
            "state",
            state.own_places,
        )
        yield GaugeMetricFamily(
            "postpurchase_oldest_event_seconds",
            "Age of the oldest event that a handler still has to see.",
            value=state.oldest_delivery_seconds,
        )
        yield GaugeMetricFamily(
            "postpurchase_oldest_message_seconds",
            "How long the most overdue message has been waiting to be sent.",
            value=state.oldest_message_seconds,
        )
        yield GaugeMetricFamily(
            "postpurchase_worker_heartbeat_age_seconds",
            "Time since a worker last did what beat asked for (+Inf: never, or the broker is away).",
            value=state.heartbeat_age_seconds,
        )


def _gauge(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
