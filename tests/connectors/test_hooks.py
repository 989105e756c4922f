"""Where shops send to: proved, kept byte for byte, once; and nothing at all for everybody else."""

import datetime as dt
import json
import threading

import pytest
from django.db import OperationalError
from django.db import connections as database_connections
from django.test import Client

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors import hooks
from postpurchase.connectors.models import InboundDelivery
from postpurchase.connectors.services.connections import connect_shop, forget_previous_secret
from postpurchase.connectors.services.process import process_batch
from postpurchase.connectors.services.refusals import last_refusal
from postpurchase.lib import clock
from tests.api.rows import digest_of
from tests.connectors import corner_shop
from tests.connectors.conftest import connect, pusher
from tests.connectors.corner_shop import saved


def deliveries(merchant) -> list[InboundDelivery]:
    with merchant_scope(merchant.id):
        return list(InboundDelivery.objects.order_by("received_at", "id"))


def test_a_delivery_is_kept_as_it_came(merchant, connection, push) -> None:
    raw = b'{"kind":  "order", "order": 1.50}\n'

    answer = push(raw, topic="orders/create", headers={"Authorization": "Bearer x", "Cookie": "a=b"})

    (delivery,) = deliveries(merchant)
    assert answer.status_code == 202
    assert answer.json() == {"delivery_id": "d-1", "id": str(delivery.id), "status": "stored"}
    assert bytes(delivery.body) == raw
    assert (delivery.delivery_id, delivery.topic, delivery.state, delivery.attempts) == (
        "d-1",
        "orders/create",
        "stored",
        0,
    )
    assert delivery.headers == {"content-type": "application/json", "user-agent": "corner/1.0"}


def test_the_same_delivery_again_is_a_duplicate(merchant, connection, push) -> None:
    first = push(saved())
    second = push(saved())

    assert [first.json()["status"], second.json()["status"]] == ["stored", "duplicate"]
    assert first.json()["id"] == second.json()["id"]
    assert len(deliveries(merchant)) == 1


def test_the_same_delivery_twenty_times_at_once_is_one_order(committed_db, merchant, connection) -> None:
    answers = []

    def send() -> None:
        answers.append(pusher(merchant.slug)(saved()).json()["status"])
        database_connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while not process_batch(merchant_id=merchant.id).exhausted:
        pass

    assert sorted(answers) == ["duplicate"] * 19 + ["stored"]
    with merchant_scope(merchant.id):
        assert (InboundDelivery.objects.count(), Order.objects.count()) == (1, 1)


def test_without_an_id_of_its_own_topic_and_body_are_the_delivery(merchant, connection, push) -> None:
    statuses = [
        push(body, delivery="", topic=topic).json()["status"]
        for body, topic in ((saved(), "a"), (saved(), "a"), (saved(), "b"), (saved(number="X"), "a"))
    ]

    assert statuses == ["stored", "duplicate", "stored", "stored"]
    assert [delivery.delivery_id[:7] for delivery in deliveries(merchant)] == ["sha256:"] * 3


def test_what_needs_nothing_done_is_said_so_at_once(merchant, connection, push) -> None:
    answer = push({"sun": True}, topic="weather")

    (delivery,) = deliveries(merchant)
    assert (answer.status_code, answer.json()["status"]) == (202, "ignored")
    assert (delivery.state, delivery.reason) == ("ignored", "The weather is none of our business.")


@pytest.mark.parametrize(
    "raw", [b"not json", b"", b'{"kind": "order"', b'{"a": 1, "a": 2}', b'{"kind": "\\u0000"}', b"\xff\xfe", b"NaN"]
)
def test_what_is_signed_and_not_readable_is_kept_and_says_why(merchant, connection, push, raw) -> None:
    answer = push(raw)
    process_batch(merchant_id=merchant.id)

    (delivery,) = deliveries(merchant)
    assert (answer.status_code, answer.json()["status"]) == (202, "stored")
    assert (delivery.state, bytes(delivery.body)) == ("failed", raw)
    assert delivery.reason


def test_one_changed_byte_is_refused_and_leaves_no_row(merchant, connection) -> None:
    raw, headers = corner_shop.signed(saved())
    before = digest_of(merchant)

    for changed in (raw[:-1] + b" ", raw + b" ", raw[1:], json.dumps(json.loads(raw), indent=1).encode()):
        answer = Client().post(
            f"/hooks/{merchant.slug}/corner/", changed, content_type="application/json", headers=headers
        )

        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")

    assert digest_of(merchant) == before


@pytest.mark.parametrize("signature", ["", "0" * 64, "ü", "x" * 100_000])
def test_no_signature_and_odd_ones_are_refused(merchant, connection, push, signature) -> None:
    before = digest_of(merchant)

    answer = push(saved(), headers={"X-Corner-Signature": signature})

    assert answer.status_code == 401
    assert digest_of(merchant) == before


def test_another_merchants_secret_proves_nothing(world, other_world, connection, push, now) -> None:
    connect(other_world, now, secret="the stranger's secret")
    before = digest_of(world.merchant), digest_of(other_world.merchant)

    answers = [push(saved(), secret="the stranger's secret"), pusher("stranger")(saved())]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert (digest_of(world.merchant), digest_of(other_world.merchant)) == before


def test_the_set_up_page_can_tell_that_a_secret_does_not_fit(connection, push) -> None:
    assert last_refusal(connection_id=connection.id) is None

    push(saved(), secret="mistyped")

    refused_at = last_refusal(connection_id=connection.id)
    assert refused_at is not None
    assert abs(clock.now() - refused_at) < dt.timedelta(minutes=1)


def test_while_a_secret_is_replaced_both_are_good(merchant, world, connection, push) -> None:
    with merchant_scope(merchant.id):
        rotated = connect_shop(
            merchant=merchant, connector=corner_shop.CONNECTOR, store=world.store, secret="new", now=clock.now()
        ).connection
    both = [push(saved(), secret=secret, delivery=secret).status_code for secret in ("new", corner_shop.SECRET)]
    with merchant_scope(merchant.id):
        forget_previous_secret(connection=rotated)
    afterwards = [
        push(saved(), secret=secret, delivery=f"{secret} 2").status_code for secret in ("new", corner_shop.SECRET)
    ]

    assert (both, afterwards) == ([202, 202], [202, 401])


def test_the_replaced_secret_is_good_for_a_day(merchant, world, connection, push) -> None:
    with merchant_scope(merchant.id):
        connect_shop(
            merchant=merchant,
            connector=corner_shop.CONNECTOR,
            store=world.store,
            secret="new",
            now=clock.now() - dt.timedelta(hours=24, seconds=1),
        )

    assert push(saved()).status_code == 401


def test_where_nothing_is_connected_everything_looks_the_same(world, other_world, now) -> None:
    connect(world, now, active=False)
    before = digest_of(world.merchant)

    answers = [
        pusher(slug)(saved(), path=path)
        for slug, path in (
            ("nobody", "corner/"),
            ("stranger", "corner/"),
            ("lindenhof", "nothing/"),
            ("lindenhof", "corner/"),
            ("lindenhof", "corner/ch/"),
        )
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert answers[0].json()["title"] == "Not found"
    assert digest_of(world.merchant) == before


def test_a_ping_is_answered_kindly_and_leaves_no_row(merchant, connection) -> None:
    answer = Client().post(
        f"/hooks/{merchant.slug}/corner/", b"ping=1", content_type="application/x-www-form-urlencoded"
    )

    assert (answer.status_code, answer.json()) == (200, {"status": "pong"})
    assert deliveries(merchant) == []


def test_too_large_a_delivery_is_refused_before_it_is_read(merchant, connection, push) -> None:
    largest = push(b"x" * 2_000_000)
    answer = push(b"x" * 2_000_001, delivery="d-2")

    assert (largest.status_code, answer.status_code) == (202, 413)
    assert "2,000,000" in answer.json()["detail"]
    assert [delivery.delivery_id for delivery in deliveries(merchant)] == ["d-1"]


def test_only_post_is_answered(merchant, connection) -> None:
    assert Client().get(f"/hooks/{merchant.slug}/corner/").status_code == 405


def test_while_the_database_is_away_the_shop_is_asked_to_send_again(merchant, connection, push, monkeypatch) -> None:
    def away(**_arguments):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(hooks, "store_delivery", away)

    answer = push(saved())

    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (503, "5", "application/problem+json")
    assert deliveries(merchant) == []
