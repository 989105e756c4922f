"""From the shop's delivery to the order, for each make of shop: pushed and proved, or asked for."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from standardwebhooks.webhooks import Webhook

from orders.models import Order, OrderLine, Product, Refund
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services.connections import connect_shop
from postpurchase.connectors.services.poll import ask_shop
from postpurchase.connectors.services.process import process_batch
from postpurchase.connectors.signatures import hex_signature
from postpurchase.lib import clock
from tests.api.rows import digest_of
from tests.connectors.shops import test_own
from tests.connectors.shops.gambio import bodies as gambio
from tests.connectors.shops.magento import bodies as magento
from tests.connectors.shops.magento.test_outside import CUSTOMERS, DOCUMENTED
from tests.connectors.shops.shopware import bodies as shopware
from tests.lib.http_server import answer, raw_server
from tracking.models import Shipment

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

# What each shop pushes, and what becomes of it: number, total, lines.
PUSHED: dict[str, tuple[Any, tuple[str, str, int]]] = {
    "own": (test_own.ORDER, ("1001", "49.90", 1)),
    "shopware": (shopware.event("checkout.order.placed", {"order": shopware.ORDER}), ("10077", "109.50", 2)),
    "magento": (magento.ORDER, ("000000003", "203.40", 2)),
    "gambio": (gambio.ORDER, ("400210", "26.20", 2)),
}


def proof(connector: str, secret: str, raw: bytes) -> dict[str, str]:
    """Return the headers with which a shop of this make proves a delivery."""
    if connector == "shopware":
        return {"shopware-shop-signature": hex_signature(secret, raw)}
    now = clock.now()
    return {
        "webhook-id": "msg-1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg-1", now, raw.decode()),
    }


@pytest.fixture
def connected(now) -> Callable[..., Connection]:
    """Connect a shop to a world."""

    def connect(world: Any, connector: str, secret: str = SECRET, **options: Any) -> Connection:
        with merchant_scope(world.merchant.id):
            return connect_shop(
                merchant=world.merchant,
                connector=CONNECTORS[connector],
                store=world.store,
                secret=secret,
                now=now,
                **options,
            ).connection

    return connect


def push(world: Any, connector: str, raw: bytes, headers: dict[str, str]) -> Any:
    path = f"/hooks/{world.merchant.slug}/{connector}/"
    return Client().post(path, raw, content_type="application/json", headers=headers)


def work(world: Any) -> None:
    while not process_batch(merchant_id=world.merchant.id).exhausted:
        pass


@pytest.mark.parametrize("connector", PUSHED)
def test_a_delivery_twice_is_one_order(world, connected, connector: str) -> None:
    body, (number, total, lines) = PUSHED[connector]
    connected(world, connector)
    raw = json.dumps(body).encode()

    answers = [push(world, connector, raw, proof(connector, SECRET, raw)) for _ in range(2)]
    work(world)

    assert [(one.status_code, one.json()["status"]) for one in answers] == [(202, "stored"), (202, "duplicate")]
    with merchant_scope(world.merchant.id):
        order = Order.objects.get()
        assert (order.number, format(order.total, "f"), order.source) == (number, f"{total}00", connector)
        assert OrderLine.objects.filter(order=order).count() == lines
        assert list(InboundDelivery.objects.values_list("state", "reason")) == [("processed", "")]


@pytest.mark.parametrize("connector", PUSHED)
def test_what_is_not_proved_leaves_no_row(world, other_world, connected, connector: str) -> None:
    connected(world, connector)
    connected(other_world, connector, OTHER_SECRET)
    raw = json.dumps(PUSHED[connector][0]).encode()
    headers = proof(connector, SECRET, raw)
    before = digest_of(world.merchant), digest_of(other_world.merchant)

    answers = [
        push(world, connector, raw[:-1] + b" ", headers),
        push(world, connector, json.dumps(json.loads(raw), indent=1).encode(), headers),
        push(world, connector, raw, proof(connector, OTHER_SECRET, raw)),
        push(other_world, connector, raw, headers),
        push(world, connector, raw, {}),
    ]

    assert [one.status_code for one in answers] == [401] * 5
    assert (digest_of(world.merchant), digest_of(other_world.merchant)) == before


@pytest.mark.parametrize(
    ("connector", "body"),
    [
        ("shopware", shopware.event("order.written", [{"entity": "order", "primaryKey": "1"}])),
        ("magento", {"cartItem": {"sku": "A"}}),
        ("gambio", gambio.LISTED),
        ("own", {"type": "weather.changed", "data": {}}),
    ],
)
def test_what_is_not_for_us_is_taken_and_set_aside(world, connected, connector: str, body: Any) -> None:
    connected(world, connector)
    raw = json.dumps(body).encode()

    taken = push(world, connector, raw, proof(connector, SECRET, raw))

    assert (taken.status_code, taken.json()["status"]) == (202, "ignored")
    with merchant_scope(world.merchant.id):
        delivery = InboundDelivery.objects.get()
        assert delivery.state == "ignored"
        assert delivery.reason


if DOCUMENTED:

    def test_all_bodies_of_the_vendors_documentation_are_taken(world, connected) -> None:
        connected(world, "magento")
        now = clock.now()
        answers = {}
        for path in DOCUMENTED:
            raw = path.read_bytes()
            headers = {
                "webhook-id": path.stem,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(SECRET).sign(path.stem, now, raw.decode()),
            }
            taken = push(world, "magento", raw, headers)
            answers[path.stem] = (taken.status_code, taken.json()["status"])
        work(world)

        customers = set(CUSTOMERS)
        assert answers == {path.stem: (202, "stored" if path.stem in customers else "ignored") for path in DOCUMENTED}
        with merchant_scope(world.merchant.id):
            fates = InboundDelivery.objects.values_list("delivery_id", "state")
            assert dict(fates) == {name: "processed" if name in customers else "ignored" for name in answers}
            assert not InboundDelivery.objects.filter(state="ignored", reason="").exists()


def ok(body: Any) -> bytes:
    return answer(body=json.dumps(body).encode(), Date="Wed, 15 Jul 2026 10:20:00 GMT")


def ask(connection: Connection, now: dt.datetime) -> int:
    return ask_shop(merchant_id=connection.merchant_id, connection_id=connection.id, now=lambda: now)


EMPTY = {"items": [], "total_count": 0}
MAGENTO_ROUND = [
    ok({"items": [magento.PRODUCT], "total_count": 1}),
    ok([magento.STORE]),
    ok({"items": [magento.ORDER | {"store_id": 1}], "total_count": 1}),
    ok({"items": [magento.SHIPMENT], "total_count": 1}),
    ok({"items": [magento.CREDIT_MEMO], "total_count": 1}),
    ok([magento.STORE]),
    ok({"items": [magento.SHIPMENT], "total_count": 1}),
    ok({"items": [{"entity_id": 3, "items": magento.ORDER["items"]}], "total_count": 1}),
    ok(EMPTY),
]
SHOPWARE_ROUND = [
    ok({"access_token": "token-1"}),
    ok({"data": [shopware.PRODUCT]}),
    ok({"data": [{"url": "https://shop.example.com"}]}),
    ok({"access_token": "token-2"}),
    ok({"data": [shopware.ORDER | {"deliveries": [shopware.SHIPPED]}]}),
]
GAMBIO_ROUND = [
    ok([gambio.PRODUCT]),
    ok({"url": "https://shop.example.com"}),
    ok([gambio.LISTED]),
    ok(gambio.ORDER),
    ok([gambio.TRACKING_CODE | {"creationDate": "2026-12-01 09:59:43"}]),
]


@pytest.mark.parametrize(
    ("connector", "credentials", "answers", "parcels", "refunds"),
    [
        ("magento", {"token": "t"}, MAGENTO_ROUND, 1, 1),
        ("shopware", {"access_key": "k", "secret_key": "s"}, SHOPWARE_ROUND, 2, 0),
        ("gambio", {"access": "admin@example.com:geheim"}, GAMBIO_ROUND, 1, 0),
    ],
)
def test_a_round_of_questions_brings_everything_once(
    world,
    connected,
    now,
    settings,
    connector: str,
    credentials: dict[str, str],
    answers: Any,
    parcels: int,
    refunds: int,
) -> None:
    with raw_server(*answers, *answers) as heard:
        settings.EGRESS_ALLOW = [heard.target]
        connection = connected(world, connector, address=heard.url, credentials=credentials)

        first = ask(connection, now)
        work(world)
        again = ask(connection, now + dt.timedelta(hours=1))
        work(world)

    assert len(heard.requests) == 2 * len(answers)
    assert (first, again) == (first, 0)
    with merchant_scope(world.merchant.id):
        connection.refresh_from_db()
        assert connection.poll_problem == ""
        assert connection.poll_cursor == {"since": "2026-07-15T10:20:00+00:00"}
        assert set(InboundDelivery.objects.values_list("state", "reason")) == {("processed", "")}
        assert (Order.objects.count(), Product.objects.count()) == (1, 1)
        assert (Shipment.objects.count(), Refund.objects.count()) == (parcels, refunds)
