"""Deliveries by REST: looked at, repeated one by one and by range."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from postpurchase.webhooks.models import WebhookAttempt, WebhookDelivery
from postpurchase.webhooks.services import replay
from postpurchase.webhooks.services.plan import plan_all
from postpurchase.webhooks.services.send import send_batch
from tests.conftest import NOW
from tests.lib.http_server import answer
from tests.webhooks.making import make_endpoint, read, record, states

HOUR = dt.timedelta(hours=1)


def text(moment: dt.datetime) -> str:
    return moment.isoformat()


@pytest.fixture
def endpoint(merchant, receiver):
    server = receiver(answer("500 Oh", b"no"), answer())
    with merchant_scope(merchant.id):
        made, _ = make_endpoint(merchant, f"{server.url}/in", "order.*", now=clock.now())
    made.server = server
    return made


def deliver(endpoint, *types: str, subject=None, now=NOW) -> None:
    with merchant_scope(endpoint.merchant_id):
        for name in types:
            record(Merchant.objects.get(), name, subject, now=now)
    plan_all(now=clock.now())
    send_batch(merchant_id=endpoint.merchant_id, endpoint_id=endpoint.id)


def test_deliveries_show_their_attempts_and_filter_by_state(api, endpoint):
    deliver(endpoint, "order.placed", "order.paid", "order.cancelled")
    path = f"/api/v1/webhook-endpoints/{endpoint.id}/deliveries"

    found = api.get(path).json()["results"]

    assert [row["type"] for row in found] == ["order.cancelled", "order.paid", "order.placed"]
    assert [[(one["number"], one["status"], one["answer"]) for one in row["attempts"]] for row in found] == [
        [(1, 200, "")],
        [(1, 200, "")],
        [(1, 500, "no")],
    ]
    assert [row["type"] for row in api.get(f"{path}?state=pending").json()["results"]] == ["order.placed"]
    assert api.get(f"{path}?state=lost").status_code == 422
    first = api.get(f"{path}?limit=2").json()
    assert [row["type"] for row in api.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()["results"]] == [
        "order.placed"
    ]


def test_the_list_takes_as_many_queries_for_three_as_for_one(api, endpoint):
    path = f"/api/v1/webhook-endpoints/{endpoint.id}/deliveries"
    counts = []
    api.get(path)  # notes that the key is in use
    for types in (["order.a"], ["order.b", "order.c"]):
        deliver(endpoint, *types)
        with CaptureQueriesContext(connection) as context:
            assert api.get(path).status_code == 200
        counts.append(len(context))

    assert counts[0] == counts[1]


def test_a_replay_is_a_new_delivery_under_the_same_webhook_id(api, merchant, endpoint):
    deliver(endpoint, "order.placed", "order.paid")
    with merchant_scope(merchant.id):
        delivered = WebhookDelivery.objects.get(state="delivered")

    planned = api.post(f"/api/v1/webhook-deliveries/{delivered.id}/replay")
    send_batch(merchant_id=merchant.id, endpoint_id=endpoint.id)

    again = planned.json()
    assert planned.status_code == 202
    assert (again["webhook_id"], again["occurrence"]) == (delivered.webhook_id, 2)
    assert again["id"] != str(delivered.id)
    sent = [read(request)[0]["webhook-id"] for request in endpoint.server.requests]
    assert sent.count(delivered.webhook_id) == 2
    with merchant_scope(merchant.id):
        assert WebhookAttempt.objects.filter(delivery_id=again["id"]).count() == 1
        assert WebhookAttempt.objects.filter(delivery=delivered).count() == 1


def test_replaying_what_waits_makes_it_due_and_nothing_more(api, merchant, endpoint):
    deliver(endpoint, "order.placed")
    with merchant_scope(merchant.id):
        waiting = WebhookDelivery.objects.get()
    assert waiting.next_attempt_at > clock.now()

    planned = api.post(f"/api/v1/webhook-deliveries/{waiting.id}/replay").json()

    assert planned["id"] == str(waiting.id)
    with merchant_scope(merchant.id):
        assert WebhookDelivery.objects.get().next_attempt_at <= clock.now()


def test_a_failed_test_is_repeated_as_another_test(api, merchant, endpoint):
    api.post(f"/api/v1/webhook-endpoints/{endpoint.id}/test")
    send_batch(merchant_id=merchant.id, endpoint_id=endpoint.id)
    with merchant_scope(merchant.id):
        failed = WebhookDelivery.objects.get()

    again = api.post(f"/api/v1/webhook-deliveries/{failed.id}/replay").json()

    assert (again["type"], again["state"], again["id"] != str(failed.id)) == ("webhook.test", "pending", True)


def test_a_range_is_replayed_and_counted(api, merchant, endpoint):
    deliver(endpoint, "order.early", now=NOW - HOUR)
    deliver(endpoint, "order.placed", "points.posted", "order.paid", now=NOW)
    with merchant_scope(merchant.id):
        WebhookDelivery.objects.filter(event_type="order.early").update(state="failed")
        WebhookDelivery.objects.filter(event_type="order.paid").update(state="pending")
    path = f"/api/v1/webhook-endpoints/{endpoint.id}/replay"

    done = api.post(path, {"from": text(NOW - 2 * HOUR), "to": text(NOW + HOUR)})
    empty = api.post(path, {"from": text(NOW + HOUR), "to": text(NOW + 2 * HOUR)})
    upto = api.post(path, {"from": text(NOW - 2 * HOUR), "to": text(NOW)})

    assert (done.status_code, done.json()) == (202, {"matching": 3, "planned": 2, "waiting": 1})
    assert empty.json() == {"matching": 0, "planned": 0, "waiting": 0}
    assert upto.json() == {"matching": 1, "planned": 0, "waiting": 1}
    with merchant_scope(merchant.id):
        assert sorted(row[:3] for row in states(endpoint)) == [
            ("order.early", 1, "failed"),
            ("order.early", 2, "pending"),
            ("order.paid", 1, "pending"),
            ("order.placed", 1, "delivered"),
            ("order.placed", 2, "pending"),
        ]


def test_a_range_brings_what_happened_before_the_endpoint_existed(api, merchant, receiver):
    server = receiver()
    with merchant_scope(merchant.id):
        event = record(merchant, "order.placed")
        endpoint, _ = make_endpoint(merchant, f"{server.url}/in", now=clock.now())
    plan_all(now=clock.now())

    done = api.post(
        f"/api/v1/webhook-endpoints/{endpoint.id}/replay", {"from": text(NOW), "to": text(NOW + HOUR)}
    ).json()
    send_batch(merchant_id=merchant.id, endpoint_id=endpoint.id)

    assert done["planned"] == 1
    assert [read(request)[0]["webhook-id"] for request in server.requests] == [f"msg_{event.id.hex}"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"from": text(NOW), "to": text(NOW)}, "/to", "too_small"),
        ({"from": text(NOW), "to": text(NOW - HOUR)}, "/to", "too_small"),
        ({"from": text(NOW - dt.timedelta(days=32)), "to": text(NOW)}, "/from", "too_long"),
        ({"from": "2026-07-15T10:00:00", "to": text(NOW)}, "/from", "timezone"),
        ({"to": text(NOW)}, "/from", "required"),
        ({"from": "0001-01-01T00:00:00+23:59", "to": "9999-12-31T23:59:59-23:59"}, "/from", "too_long"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(api, endpoint, body, pointer, code):
    refused = api.post(f"/api/v1/webhook-endpoints/{endpoint.id}/replay", body)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]


def test_a_range_with_too_many_events_is_refused_with_their_number(api, merchant, endpoint, monkeypatch):
    monkeypatch.setattr(replay, "MOST_REPLAYED", 1)
    deliver(endpoint, "order.placed", "order.paid")
    with merchant_scope(merchant.id):
        before = states(endpoint)

    refused = api.post(f"/api/v1/webhook-endpoints/{endpoint.id}/replay", {"from": text(NOW), "to": text(NOW + HOUR)})

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_many")
    assert "2 events" in refused.json()["errors"][0]["message"]
    with merchant_scope(merchant.id):
        assert states(endpoint) == before


def test_what_is_nowhere_is_not_found(api, endpoint):
    nowhere = uuid.uuid4()
    body = {"from": text(NOW), "to": text(NOW + HOUR)}
    assert api.post(f"/api/v1/webhook-endpoints/{nowhere}/replay", body).status_code == 404
    assert api.post(f"/api/v1/webhook-endpoints/{nowhere}/test").status_code == 404
    assert api.post(f"/api/v1/webhook-deliveries/{nowhere}/replay").status_code == 404
    assert api.get(f"/api/v1/webhook-deliveries/{nowhere}").status_code == 404
