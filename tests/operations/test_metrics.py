"""``/metrics``: who may see it, and whether its figures are true."""

import datetime as dt
import math
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from postpurchase.accounts.models import Merchant, Store, StoreHost, StorePath
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import DeliveryState, EventDelivery
from postpurchase.events.record import Subject, record_event
from postpurchase.lib import clock
from postpurchase.lib.ids import uuid7
from postpurchase.operations import heartbeat, metrics
from postpurchase.operations.middleware import RequestMiddleware, route_of

pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdef0123"
ROOT = Path(__file__).resolve().parents[2]


def samples(text: str, name: str) -> dict[tuple[str, ...], float]:
    """The values of a metric by its labels' values, in the order of the labels' names."""
    return {
        tuple(value for _name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def shown(client: Client, name: str) -> dict[tuple[str, ...], float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    return samples(response.content.decode(), name)


@pytest.mark.parametrize(
    ("token", "behind_proxy", "address", "headers", "status"),
    [
        ("", False, "127.0.0.1", {}, 200),
        ("", False, "::1", {}, 200),
        ("", False, "203.0.113.9", {}, 404),
        ("", False, "", {}, 404),
        ("", False, "127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("", True, "127.0.0.1", {}, 404),
        (TOKEN, True, "203.0.113.9", {"Authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, False, "127.0.0.1", {}, 404),
        (TOKEN, False, "127.0.0.1", {"Authorization": "Bearer guessed"}, 404),
        (TOKEN, False, "127.0.0.1", {"Authorization": TOKEN}, 404),
    ],
)
def test_metrics_are_for_the_operator(
    client: Client,
    settings: Settings,
    token: str,
    behind_proxy: bool,
    address: str,
    headers: Mapping[str, str],
    status: int,
) -> None:
    settings.METRICS_TOKEN = token
    settings.BEHIND_PROXY = behind_proxy

    response = client.get("/metrics", REMOTE_ADDR=address, headers=headers)

    assert response.status_code == status
    assert (b"postpurchase_" in response.content) == (status == 200)


def test_requests_are_counted_by_the_name_of_their_route(client: Client) -> None:
    def counted() -> dict[tuple[str, ...], float]:
        return samples(metrics.exposition(now=clock.now()).decode(), "postpurchase_requests_total")

    before = counted()

    client.get("/healthz")
    client.get("/healthz?email=anna@example.com")
    client.post("/healthz")
    client.generic("BREW", "/healthz")
    client.get("/no/such/page/anna")

    after = counted()
    assert {
        labels: after[labels] - before.get(labels, 0) for labels in after if after[labels] != before.get(labels)
    } == {
        ("GET", "healthz", "200"): 2,
        ("POST", "healthz", "405"): 1,
        ("other", "healthz", "405"): 1,
        ("GET", "none", "404"): 1,
    }


def test_the_time_of_a_request_lands_in_its_bucket() -> None:
    def bucket(limit: str) -> float:
        text = metrics.exposition(now=clock.now()).decode()
        return samples(text, "postpurchase_request_seconds_bucket").get((limit, "GET", "test-route"), 0)

    metrics.observe_request(method="GET", route="test-route", status=200, seconds=0.2)

    assert [bucket("0.1"), bucket("0.25"), bucket("+Inf")] == [0, 1, 1]


def test_a_route_without_a_name_goes_by_its_pattern() -> None:
    request = RequestFactory().get("/x/anna")
    match = resolve("/healthz")
    match.url_name, match.route = None, "x/<str:person>"
    request.resolver_match = match

    assert route_of(request) == "x/<str:person>"


def test_deliveries_are_counted_and_the_oldest_one_timed(
    client: Client, monkeypatch: pytest.MonkeyPatch, merchant: Merchant, other_merchant: Merchant, now: dt.datetime
) -> None:
    assert shown(client, "postpurchase_event_deliveries") == {("pending",): 0, ("parked",): 0}
    assert shown(client, "postpurchase_oldest_event_seconds") == {(): 0}
    for owner, state, seconds_ago in [
        (merchant, DeliveryState.PENDING, 30),
        (merchant, DeliveryState.PENDING, 90),
        (merchant, DeliveryState.DONE, 500),
        (merchant, DeliveryState.PARKED, 500),
        (other_merchant, DeliveryState.PARKED, 500),
    ]:
        moment = now - dt.timedelta(seconds=seconds_ago)
        with merchant_scope(owner.id):
            event = record_event(
                merchant_id=owner.id, type="test.event", subject=Subject.order(uuid7()), data={}, now=moment
            )
            EventDelivery.objects.create(
                merchant=owner,
                event=event,
                handler="test",
                subject_kind=event.subject_kind,
                subject_id=event.subject_id,
                sequence=event.sequence,
                state=state,
                next_attempt_at=moment,
            )
    monkeypatch.setattr(clock, "now", lambda: now)

    assert shown(client, "postpurchase_event_deliveries") == {("pending",): 2, ("parked",): 2}
    assert shown(client, "postpurchase_oldest_event_seconds") == {(): 90}


def test_the_heartbeat_is_timed(client: Client, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    with heartbeat.store() as store:
        store.delete(heartbeat.KEY)
    assert shown(client, "postpurchase_worker_heartbeat_age_seconds") == {(): math.inf}

    heartbeat.give(now=now)
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(seconds=12))

    assert shown(client, "postpurchase_worker_heartbeat_age_seconds") == {(): 12}


def test_several_web_processes_answer_for_each_other(tmp_path: Path) -> None:
    code = """
import sys, django
django.setup()
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from postpurchase.operations import metrics
metrics.observe_request(method="GET", route="page", status=200, seconds=0.1)
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""
    environment = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "postpurchase.settings",
    }

    for expected in (1, 2):
        text = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout
        assert samples(text, "postpurchase_requests_total") == {("GET", "page", "200"): expected}


@pytest.mark.parametrize(
    ("given", "kept"), [("client-0a1b", True), ("short", False), ("x" * 65, False), ("anna@example.com", False)]
)
def test_a_request_has_an_id(given: str, kept: bool) -> None:
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = RequestFactory().get("/", headers={"X-Request-Id": given})
    response = RequestMiddleware(answer)(request)

    assert (response["X-Request-Id"] == given) == kept
    assert kept or re.fullmatch(r"[0-9a-f]{32}", response["X-Request-Id"])


def test_merchants_own_places_are_counted_by_what_became_of_them(
    client: Client, merchant: Merchant, other_merchant: Merchant, now: dt.datetime
) -> None:
    assert shown(client, "postpurchase_own_places") == {("proved",): 0, ("failing",): 0, ("lapsed",): 0}
    for owner, host, states in [
        (merchant, "a.example", {"verified_at": now}),
        (merchant, "b.example", {"verified_at": now, "failing_since": now}),
        (other_merchant, "c.example", {"lapsed_at": now, "failing_since": now}),
        (other_merchant, "d.example", {}),
    ]:
        with merchant_scope(owner.id):
            store = Store.objects.get(slug="default")
            store.pk, store.slug = None, host[0]
            store.save()
            StoreHost.objects.create(merchant=owner, store=store, host=host, proof="x", **states)
    with merchant_scope(merchant.id):
        StorePath.objects.create(
            merchant=merchant,
            store=Store.objects.get(slug="default"),
            address="https://shop.example/parcels",
            key_digest=b"d" * 32,
            key_sealed=b"s",
            verified_at=now,
        )

    assert shown(client, "postpurchase_own_places") == {("proved",): 3, ("failing",): 1, ("lapsed",): 1}
