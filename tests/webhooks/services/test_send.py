"""What an endpoint really gets, and what becomes of a delivery after each kind of answer."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from standardwebhooks import Webhook, WebhookVerificationError

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from postpurchase.webhooks.models import WebhookDelivery, WebhookEndpoint
from postpurchase.webhooks.services.endpoints import rotate_secret, update_endpoint
from postpurchase.webhooks.services.plan import plan_all
from postpurchase.webhooks.services.send import claim_next, endpoints_with_due_deliveries, send_batch
from postpurchase.webhooks.services.settle import LEASE, Outcome, settle, sweep_stuck
from tests.lib.http_server import answer
from tests.messaging.making import make_order, make_shipment
from tests.webhooks.making import attempts, make_endpoint, read, record, states


def happened(merchant: Merchant, *types: str, subject: uuid.UUID | None = None) -> None:
    with merchant_scope(merchant.id):
        for name in types:
            record(merchant, name, subject)
    plan_all(now=clock.now())


def send(endpoint: WebhookEndpoint, **options) -> bool:
    return send_batch(merchant_id=endpoint.merchant_id, endpoint_id=endpoint.id, **options)


@pytest.fixture
def endpoint_of(merchant):
    """Make an endpoint at a receiver."""

    def make(server, *events: str, **fields) -> tuple[WebhookEndpoint, str]:
        with merchant_scope(merchant.id):
            return make_endpoint(merchant, f"{server.url}/in", *events, now=clock.now(), **fields)

    return make


def test_a_delivery_is_signed_as_published_receivers_check_it(merchant, receiver, endpoint_of):
    server = receiver()
    endpoint, secret = endpoint_of(server)
    with merchant_scope(merchant.id):
        event = record(merchant, "order.paid", order_id="x")
    plan_all(now=clock.now())

    assert send(endpoint) is False

    (request,) = server.requests
    assert request.startswith(b"POST /in HTTP/1.1\r\n")
    headers, body, content = read(request)
    assert Webhook(secret).verify(body, headers) == content
    assert headers["webhook-id"] == f"msg_{event.id.hex}"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "postpurchase-webhooks/1"
    assert content == {
        "type": "order.paid",
        "timestamp": "2026-07-15T10:30:00Z",
        "data": {
            "id": str(event.id),
            "sequence": 1,
            "subject": {"type": "order", "id": str(event.subject_id), "external_id": None},
            "data": {"order_id": "x"},
            "object": None,
        },
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"order.paid", b"order.pale"), headers)
    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.paid", 1, "delivered", 1, "")]
        assert attempts(endpoint) == [(1, 200, "", "")]


@pytest.mark.parametrize("personal", [False, True])
def test_the_object_is_thin_and_personal_only_where_asked_for(merchant, receiver, endpoint_of, personal):
    server = receiver()
    endpoint, _ = endpoint_of(server, include_personal_data=personal)
    with merchant_scope(merchant.id):
        order = make_order(merchant, shipping_address={"name": "Anna Muster", "city": "Berlin"})
        shipment = make_shipment(order, "in_transit", tracking_number="003404")
        record(merchant, "order.placed", order.id)
    plan_all(now=clock.now())

    send(endpoint)

    _, body, content = read(server.requests[0])
    found = content["data"]["object"]
    assert content["data"]["subject"] == {"type": "order", "id": str(order.id), "external_id": order.external_id}
    assert (found["type"], found["external_id"], found["status"], found["total"]) == (
        "order",
        order.external_id,
        "open",
        "49.90",
    )
    assert "/t/" in found["tracking_url"]
    assert [(row["id"], row["status"], row["tracking_number"]) for row in found["shipments"]] == [
        (str(shipment.id), "in_transit", "003404")
    ]
    assert (b"@example.com" in body, b"Anna" in body, b"Berlin" in body) == (personal, personal, personal)
    assert ("person" in found["customer"], "shipping_address" in found) == (personal, personal)


def test_a_customers_event_names_the_customer(merchant, receiver, endpoint_of):
    from postpurchase.events.record import Subject, record_event
    from tests.messaging.making import make_customer

    server = receiver()
    endpoint, _ = endpoint_of(server)
    with merchant_scope(merchant.id):
        customer = make_customer(merchant, external_id="c-1")
        record_event(
            merchant_id=merchant.id,
            type="customer.updated",
            subject=Subject.customer(customer.id),
            data={"changed": ["email"]},
            now=clock.now(),
        )
    plan_all(now=clock.now())

    send(endpoint)

    _, body, content = read(server.requests[0])
    assert content["data"]["subject"] == {"type": "customer", "id": str(customer.id), "external_id": "c-1"}
    assert set(content["data"]["object"]) == {"type", "id", "external_id", "created_at", "updated_at"}
    assert b"@example.com" not in body


def test_during_a_rotation_both_secrets_verify_and_afterwards_one(merchant, receiver, endpoint_of):
    server = receiver()
    endpoint, old = endpoint_of(server)
    with merchant_scope(merchant.id):
        _, new = rotate_secret(merchant=merchant, endpoint_id=endpoint.id, now=clock.now())
    happened(merchant, "order.placed")
    send(endpoint)
    headers, body, _ = read(server.requests[0])

    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    assert len(headers["webhook-signature"].split(" ")) == 2

    with merchant_scope(merchant.id):
        WebhookEndpoint.objects.update(previous_secret_until=clock.now())
    happened(merchant, "order.paid")
    send(endpoint)
    headers, body, _ = read(server.requests[1])

    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


@pytest.mark.parametrize(
    ("said", "status", "error", "shown"),
    [
        (answer("500 Oh", b"broken"), 500, "status_500", "broken"),
        (answer("302 Found", Location="http://169.254.169.254/"), 302, "status_302", ""),
        (answer("404 Not Found", b"x" * 5_000), 404, "status_404", "x" * 1024),
        (answer("400 Bad", b"a\x00\xff"), 400, "status_400", "a��"),
        (b"", None, "connection_lost", ""),
        (b"nonsense\r\n\r\n", None, "connection_lost", ""),
    ],
    ids=["500", "redirect", "long", "binary", "silence", "nonsense"],
)
def test_a_failure_is_written_down_and_tried_again_later(merchant, receiver, endpoint_of, said, status, error, shown):
    server = receiver(said)
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed")
    began = clock.now()

    assert send(endpoint) is False

    assert len(server.requests) == 1
    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "pending", 1, error)]
        assert attempts(endpoint) == [(1, status, error, shown)]
        wait = (WebhookDelivery.objects.get().next_attempt_at - began).total_seconds()
        endpoint.refresh_from_db()
    assert 27 <= wait <= 34
    assert (endpoint.failed_in_a_row, endpoint.active, endpoint.failing_since is not None) == (1, True, True)


@pytest.mark.parametrize(
    "said",
    [
        answer("200 OK", b"x" * 200_000),
        answer("204 No Content"),
        answer("202 Accepted", b"\x1f\x8b", Content_Encoding="gzip"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    ],
    ids=["long", "no content", "compressed", "half"],
)
def test_whoever_says_2xx_has_it_whatever_else_they_say(merchant, receiver, endpoint_of, said):
    endpoint, _ = endpoint_of(receiver(said))
    happened(merchant, "order.placed")

    send(endpoint)

    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "delivered", 1, "")]


def test_the_same_webhook_id_on_every_attempt(merchant, receiver, endpoint_of):
    server = receiver(answer("500 Oh"), answer("500 Oh"), answer())
    endpoint, secret = endpoint_of(server)
    happened(merchant, "order.placed")

    for _ in range(3):
        with merchant_scope(merchant.id):
            WebhookDelivery.objects.update(next_attempt_at=clock.now())
        send(endpoint)

    found = [read(request) for request in server.requests]
    assert len({headers["webhook-id"] for headers, _, _ in found}) == 1
    for headers, body, _ in found:
        Webhook(secret).verify(body, headers)
    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "delivered", 3, "")]
        assert [row[:2] for row in attempts(endpoint)] == [(1, 500), (2, 500), (3, 200)]
        endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.failed_in_a_row, endpoint.resting_until) == (None, 0, None)


def test_after_fourteen_attempts_it_is_given_up(merchant, receiver, endpoint_of):
    server = receiver(answer("500 Oh"))
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed")

    for _ in range(16):
        with merchant_scope(merchant.id):
            WebhookDelivery.objects.update(next_attempt_at=clock.now())
            WebhookEndpoint.objects.update(resting_until=None)
        send(endpoint)

    assert len(server.requests) == 14
    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "failed", 14, "status_500")]
        endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.failed_in_a_row) == (True, 14)


def test_410_switches_off_at_once_and_drops_what_waits(merchant, receiver, endpoint_of):
    server = receiver(answer("410 Gone"))
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed", "order.paid")

    send(endpoint)

    assert len(server.requests) == 1
    with merchant_scope(merchant.id):
        assert states(endpoint) == [
            ("order.placed", 1, "failed", 1, "status_410"),
            ("order.paid", 1, "dropped", 0, "endpoint_gone"),
        ]
        endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.disabled_reason, endpoint.owners_told_at) == (False, "gone", None)
    happened(merchant, "order.cancelled")
    send(endpoint)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_retry_after_holds_up_the_whole_endpoint(merchant, receiver, endpoint_of, status):
    server = receiver(answer(status, Retry_After="600"), answer())
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed", "order.paid")
    began = clock.now()

    send(endpoint)

    assert len(server.requests) == 1
    assert endpoints_with_due_deliveries(now=began + dt.timedelta(seconds=590)) == {}
    assert endpoints_with_due_deliveries(now=began + dt.timedelta(seconds=610)) == {merchant.id: [endpoint.id]}
    with merchant_scope(merchant.id):
        first = WebhookDelivery.objects.get(event_type="order.placed")
    assert 599 <= (first.next_attempt_at - began).total_seconds() <= 605


def test_retry_after_of_another_answer_means_nothing(merchant, receiver, endpoint_of):
    endpoint, _ = endpoint_of(receiver(answer("500 Oh", Retry_After="600")))
    happened(merchant, "order.placed")
    began = clock.now()

    send(endpoint)

    with merchant_scope(merchant.id):
        assert (WebhookDelivery.objects.get().next_attempt_at - began).total_seconds() < 40


def test_a_dead_endpoint_is_switched_off(merchant, receiver, endpoint_of):
    endpoint, _ = endpoint_of(receiver(answer("500 Oh")))
    happened(merchant, "order.placed", "order.paid")
    long_ago = clock.now() - dt.timedelta(days=7, seconds=1)
    with merchant_scope(merchant.id):
        WebhookEndpoint.objects.update(failing_since=long_ago, failed_in_a_row=13)

    send(endpoint)

    with merchant_scope(merchant.id):
        endpoint.refresh_from_db()
        assert {row[2] for row in states(endpoint)} == {"dropped"}
    assert (endpoint.active, endpoint.disabled_reason, endpoint.failed_in_a_row) == (False, "failing", 14)


def test_one_success_and_the_count_begins_anew(merchant, receiver, endpoint_of):
    endpoint, _ = endpoint_of(receiver(answer(), answer("500 Oh")))
    long_ago = clock.now() - dt.timedelta(days=8)
    with merchant_scope(merchant.id):
        WebhookEndpoint.objects.update(failing_since=long_ago, failed_in_a_row=50)

    happened(merchant, "order.placed", "order.paid")
    send(endpoint)

    with merchant_scope(merchant.id):
        endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.failed_in_a_row) == (True, 1)
    assert endpoint.failing_since > long_ago + dt.timedelta(days=7)


def test_an_endpoint_that_fails_rests_and_its_deliveries_lose_nothing(merchant, receiver, endpoint_of):
    server = receiver(answer("500 Oh"))
    endpoint, _ = endpoint_of(server)
    happened(merchant, *["order.placed"] * 10)

    send(endpoint)

    assert len(server.requests) == 3
    with merchant_scope(merchant.id):
        assert sorted(row[3] for row in states(endpoint)) == [0] * 7 + [1] * 3


def test_a_private_address_is_refused_at_every_attempt(merchant, receiver, endpoint_of, settings):
    """The name was public when it was saved, or the operator has closed the target since."""
    server = receiver()
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed")
    settings.EGRESS_ALLOW = []

    send(endpoint)

    assert server.requests == []
    with merchant_scope(merchant.id):
        assert attempts(endpoint) == [(1, None, "not_https", "")]


def test_news_of_one_subject_waits_for_what_came_before(merchant, receiver, endpoint_of):
    subject = uuid.uuid4()
    server = receiver(answer("500 Oh"), answer())
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed", "order.paid", subject=subject)
    happened(merchant, "order.other")

    send(endpoint)

    assert [read(request)[2]["type"] for request in server.requests] == ["order.placed", "order.other"]
    with merchant_scope(merchant.id):
        WebhookDelivery.objects.filter(event_type="order.placed").update(next_attempt_at=clock.now())
    send(endpoint)
    assert [read(request)[2]["type"] for request in server.requests[2:]] == ["order.placed", "order.paid"]


def test_many_that_wait_hide_nobody_who_may_go(merchant, receiver, endpoint_of):
    """One subject with a long queue behind a failure, and another one after all of that."""
    server = receiver(answer("500 Oh"), answer())
    endpoint, _ = endpoint_of(server)
    happened(merchant, *["order.updated"] * 120, subject=uuid.uuid4())
    happened(merchant, "order.other")

    send(endpoint)

    assert [read(request)[2]["type"] for request in server.requests] == ["order.updated", "order.other"]


def test_but_not_for_ever(merchant, receiver, endpoint_of):
    subject = uuid.uuid4()
    server = receiver()
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed", "order.paid", subject=subject)
    later = clock.now() + dt.timedelta(hours=1)
    first = WebhookDelivery.objects
    with merchant_scope(merchant.id):
        first.filter(event_type="order.placed").update(attempts=4, next_attempt_at=later)
    send(endpoint)
    assert server.requests == []

    with merchant_scope(merchant.id):
        first.filter(event_type="order.placed").update(attempts=5)
    send(endpoint)

    assert [read(request)[2]["type"] for request in server.requests] == ["order.paid"]


def test_a_body_that_cannot_be_written_is_a_failure_and_stops_no_other(merchant, receiver, endpoint_of, monkeypatch):
    from postpurchase.webhooks import payload
    from postpurchase.webhooks.services import send as sending

    server = receiver()
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed", "order.paid")

    def body_of(delivery, *, now):
        if delivery.event_type == "order.placed":
            raise KeyError("anna@example.com")
        return payload.body_of(delivery, now=now)

    monkeypatch.setattr(sending, "body_of", body_of)
    send(endpoint)

    assert [read(request)[2]["type"] for request in server.requests] == ["order.paid"]
    with merchant_scope(merchant.id):
        assert attempts(endpoint) == [(1, None, "error_KeyError", ""), (1, 200, "", "")]


@pytest.mark.parametrize("whose", ["installation", "merchant"])
def test_while_sending_is_paused_everything_waits_and_nothing_is_lost(merchant, receiver, endpoint_of, settings, whose):
    server = receiver()
    endpoint, _ = endpoint_of(server)
    settings.SENDING_PAUSED = whose == "installation"
    with merchant_scope(merchant.id):
        Merchant.objects.update(sending_paused=whose == "merchant")
    happened(merchant, "order.placed")

    assert endpoints_with_due_deliveries(now=clock.now()) == {}
    assert send(endpoint) is False
    assert server.requests == []

    settings.SENDING_PAUSED = False
    with merchant_scope(merchant.id):
        Merchant.objects.update(sending_paused=False)
    assert endpoints_with_due_deliveries(now=clock.now()) == {merchant.id: [endpoint.id]}
    send(endpoint)
    assert len(server.requests) == 1


# --- claims, leases, fences ------------------------------------------------------------------------------------------


def test_two_at_once_and_no_more(merchant, receiver, endpoint_of):
    endpoint, _ = endpoint_of(receiver())
    happened(merchant, "a", "b", "c")

    claims = [claim_next(merchant_id=merchant.id, endpoint_id=endpoint.id, now=clock.now()) for _ in range(3)]

    assert [claim is not None for claim in claims] == [True, True, False]
    settle(merchant_id=merchant.id, claim=claims[0], outcome=Outcome(error="", status=200), now=clock.now())
    assert claim_next(merchant_id=merchant.id, endpoint_id=endpoint.id, now=clock.now()) is not None


def test_a_lost_worker_leaves_a_delivery_that_goes_out_again(merchant, receiver, endpoint_of):
    server = receiver()
    endpoint, _ = endpoint_of(server)
    happened(merchant, "order.placed")
    now = clock.now()
    claim = claim_next(merchant_id=merchant.id, endpoint_id=endpoint.id, now=now)

    assert sweep_stuck(now=now + LEASE) == 0
    assert sweep_stuck(now=now + LEASE + dt.timedelta(seconds=1)) == 1

    with merchant_scope(merchant.id):
        assert attempts(endpoint) == [(1, None, "worker_lost", "")]
        WebhookDelivery.objects.update(next_attempt_at=now)
    send(endpoint)
    assert len(server.requests) == 1
    # The lost one comes back and has nothing to say any more.
    settle(merchant_id=merchant.id, claim=claim, outcome=Outcome(error="status_500", status=500), now=clock.now())
    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "delivered", 2, "")]
        assert len(attempts(endpoint)) == 2
        endpoint.refresh_from_db()
    assert endpoint.failed_in_a_row == 0


def test_what_kills_its_worker_again_and_again_ends(merchant, receiver, endpoint_of):
    endpoint, _ = endpoint_of(receiver())
    happened(merchant, "order.placed")
    now = clock.now()
    for _ in range(14):
        now += LEASE * 2
        assert claim_next(merchant_id=merchant.id, endpoint_id=endpoint.id, now=now) is not None
        assert sweep_stuck(now=now + LEASE * 1.5) == 1

    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "failed", 14, "worker_lost")]
        endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.failed_in_a_row) == (True, 0)


def test_switched_off_while_in_hand_is_dropped(merchant, receiver, endpoint_of):
    endpoint, _ = endpoint_of(receiver())
    happened(merchant, "order.placed")
    claim = claim_next(merchant_id=merchant.id, endpoint_id=endpoint.id, now=clock.now())
    with merchant_scope(merchant.id):
        update_endpoint(
            merchant=merchant,
            endpoint_id=endpoint.id,
            url=endpoint.url,
            events=["*"],
            description="",
            include_personal_data=False,
            active=False,
            now=clock.now(),
        )

    settle(merchant_id=merchant.id, claim=claim, outcome=Outcome(error="status_500", status=500), now=clock.now())

    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "dropped", 1, "endpoint_by_hand")]


def test_many_workers_send_each_delivery_once(committed_db, merchant, receiver, endpoint_of):
    server = receiver(answer(), pause=0.02)
    endpoint, _ = endpoint_of(server)
    happened(merchant, *["order.placed"] * 12)
    barrier = threading.Barrier(4)

    def work() -> None:
        try:
            barrier.wait()
            while endpoints_with_due_deliveries(now=clock.now()):
                send(endpoint)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    ids = [read(request)[0]["webhook-id"] for request in server.requests]
    assert len(ids) == len(set(ids)) == 12
    with merchant_scope(merchant.id):
        assert {row[2:4] for row in states(endpoint)} == {("delivered", 1)}
