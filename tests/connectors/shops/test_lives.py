"""What shops send over the life of an order, through the hook into the tables: each thing once, however often told."""

import base64
import copy
import datetime as dt
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orders.models import Customer, Order, OrderLine, Product, Refund
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services.connections import connect_shop
from postpurchase.events.models import Event
from postpurchase.lib import clock
from tests.connectors.services.inbox import work
from tests.connectors.shops.shopify import bodies as shopify
from tests.connectors.shops.shopify.test_others import PRODUCT, REDACTION
from tests.connectors.shops.woocommerce import bodies as woocommerce
from tracking.models import Shipment

SECRET = "a secret of the shop"
LATER = dt.timedelta(days=30)

Push = Callable[..., Any]


def joined(world, now, name: str) -> Connection:
    with merchant_scope(world.merchant.id):
        return connect_shop(
            merchant=world.merchant, connector=CONNECTORS[name], store=world.store, secret=SECRET, now=now
        ).connection


def proof(raw: bytes) -> str:
    return base64.b64encode(hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()).decode()


@pytest.fixture
def shopify_sends(world, now) -> Push:
    """Send a body as Shopify does and work it off; returns what became of it."""
    connection, numbers = joined(world, now, "shopify"), itertools.count(1)

    def send(topic: str, body: Any, delivery: str = "") -> tuple[str, str]:
        raw = json.dumps(body).encode()
        headers = {
            "X-Shopify-Hmac-Sha256": proof(raw),
            "X-Shopify-Topic": topic,
            "X-Shopify-Shop-Domain": "laden.myshopify.com",
            "X-Shopify-Webhook-Id": delivery or f"w-{next(numbers)}",
        }
        return _post(world, connection, "shopify", raw, headers)

    return send


@pytest.fixture
def woocommerce_sends(world, now) -> Push:
    """Send a body as WooCommerce does, always within the same second, and work it off."""
    connection = joined(world, now, "woocommerce")

    def send(topic: str, body: Any) -> tuple[str, str]:
        raw = json.dumps(body).encode()
        headers = {
            "X-WC-Webhook-Signature": proof(raw),
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Source": "https://laden.example/",
            "X-WC-Webhook-Delivery-ID": "6f1b2c",
        }
        return _post(world, connection, "woocommerce", raw, headers)

    return send


def _post(world, connection: Connection, name: str, raw: bytes, headers: dict[str, str]) -> tuple[str, str]:
    client = Client(raise_request_exception=False)
    answer = client.post(f"/hooks/{world.merchant.slug}/{name}/", raw, content_type="application/json", headers=headers)
    assert answer.status_code == 202, answer.content
    work(connection, clock.now())
    with merchant_scope(world.merchant.id):
        delivery = InboundDelivery.objects.get(delivery_id=answer.json()["delivery_id"])
    return delivery.state, delivery.reason


def events(type_: str) -> int:
    return Event.objects.filter(type=type_).count()


def test_the_life_of_an_order_in_shopify(world, shopify_sends: Push) -> None:
    order = shopify.order(financial_status="pending")
    parcel = shopify.fulfilment()
    refund = shopify.refund(shopify.part(1, 1, "17.91", "2.86", "return"), paid="17.91")

    # The parcel comes before its order.
    assert shopify_sends("fulfillments/create", parcel)[0] == "waiting"
    assert shopify_sends("orders/create", order) == ("processed", "")
    paid = {**order, "financial_status": "paid", "updated_at": "2026-11-22T11:00:00+01:00"}
    assert shopify_sends("orders/paid", paid) == ("processed", "")
    assert shopify_sends("refunds/create", refund) == ("processed", "")
    whole = {
        **paid,
        "financial_status": "partially_refunded",
        "fulfillment_status": "fulfilled",
        "updated_at": "2026-11-24T11:00:00+01:00",
        "fulfillments": [parcel],
        "refunds": [refund],
    }
    assert shopify_sends("orders/updated", whole) == ("processed", "")
    assert shopify_sends("orders/fulfilled", whole) == ("processed", "")
    # Late news changes nothing.
    shopify_sends("orders/create", order)

    with merchant_scope(world.merchant.id):
        (stored,) = Order.objects.all()
        assert (stored.number, stored.status, stored.payment_status) == ("#1001", "fulfilled", "partially_refunded")
        assert (str(stored.total), stored.customer.email) == ("45.3200", "order@example.com")
        assert OrderLine.objects.count() == 2
        assert [(str(one.amount), one.lines.count()) for one in Refund.objects.all()] == [("17.9100", 1)]
        assert [one.tracking_number for one in Shipment.objects.all()] == ["00340434161094042557"]
        assert [events(name) for name in ("order.placed", "order.paid", "order.refunded")] == [1, 1, 1]
        assert events("shipment.registered") == 1


def test_an_order_edited_and_refunded_before_it_came_in_is_taken_as_it_is(world, shopify_sends: Push) -> None:
    body = shopify.order(
        financial_status="partially_refunded",
        refunds=[
            shopify.refund(shopify.part(2, 1, "4.75", "0.76"), id=1),
            shopify.refund(shopify.part(1, 1, "17.91", "2.86", "return"), paid="17.91", id=2),
        ],
    )
    body["line_items"][0]["current_quantity"] = 1
    body["line_items"][1]["current_quantity"] = 1

    assert shopify_sends("orders/create", body) == ("processed", "")
    assert shopify_sends("orders/updated", body) == ("processed", "")

    with merchant_scope(world.merchant.id):
        (stored,) = Order.objects.all()
        assert (str(stored.total), stored.payment_status) == ("40.5700", "partially_refunded")
        assert list(OrderLine.objects.order_by("position").values_list("external_id", "quantity")) == [
            ("1", 2),
            ("2", 1),
        ]
        assert Refund.objects.count() == 1
        assert events("order.refunded") == 1


def test_shopifys_products_come_and_go(world, shopify_sends: Push) -> None:
    assert shopify_sends("products/create", PRODUCT) == ("processed", "")
    in_stock = copy.deepcopy(PRODUCT)
    in_stock["variants"][1]["inventory_quantity"] = 5
    assert shopify_sends("products/update", in_stock) == ("processed", "")

    def available() -> list[tuple[str, bool]]:
        with merchant_scope(world.merchant.id):
            return list(Product.objects.order_by("sku").values_list("sku", "available"))

    assert available() == [("S-RED", True), ("id-12", True)]
    assert shopify_sends("products/delete", {"id": 632910392}) == ("processed", "")
    assert available() == [("S-RED", False), ("id-12", False)]


def test_who_is_to_be_forgotten_is_and_nobody_else(world, shopify_sends: Push) -> None:
    shopify_sends("orders/create", shopify.order())
    # A product and a customer look the same when deleted; the topic is not signed.
    assert shopify_sends("customers/delete", {"id": 207119551})[0] == "ignored"
    # The order again, under another word.
    shopify_sends("customers/redact", shopify.order(), "replayed")
    with merchant_scope(world.merchant.id):
        assert Customer.objects.get().email == "order@example.com"

    person = {"id": 207119551, "email": "order@example.com"}
    shopify_sends("customers/redact", {**REDACTION, "customer": person})

    with merchant_scope(world.merchant.id):
        assert not Customer.objects.filter(email="order@example.com", erased_at__isnull=True).exists()


def test_the_life_of_an_order_in_woocommerce(world, woocommerce_sends: Push) -> None:
    unpaid = woocommerce.order(status="on-hold", date_paid=None, date_paid_gmt=None)
    assert woocommerce_sends("order.created", unpaid) == ("processed", "")
    done = woocommerce.order(status="completed", date_modified_gmt="2026-11-23T09:00:00")
    assert woocommerce_sends("order.updated", done) == ("processed", "")
    told = {
        **done,
        "date_modified_gmt": "2026-11-25T09:00:00",
        "refunds": [{"id": 726, "reason": "Zu groß", "total": "-10.71"}],
    }
    assert woocommerce_sends("order.updated", told) == ("processed", "")
    # What the poller brings names the lines of a refund that is known by then.
    assert woocommerce_sends("order.updated", {**told, "refunds": [woocommerce.refund()]}) == ("processed", "")

    with merchant_scope(world.merchant.id):
        (stored,) = Order.objects.all()
        assert (stored.number, stored.status, stored.payment_status) == (
            "R-2026-727",
            "fulfilled",
            "partially_refunded",
        )
        assert [str(one.amount) for one in Refund.objects.all()] == ["10.7100"]
        assert [events(name) for name in ("order.placed", "order.paid", "order.refunded")] == [1, 1, 1]


def test_what_was_deleted_is_cancelled_and_what_is_restored_is_open_again(world, woocommerce_sends: Push) -> None:
    def state() -> tuple[str, str]:
        with merchant_scope(world.merchant.id):
            order = Order.objects.get()
        return order.status, order.cancel_reason

    woocommerce_sends("order.created", woocommerce.order())
    assert woocommerce_sends("order.deleted", {"id": 727}) == ("processed", "")
    assert state() == ("cancelled", "The order was deleted in WooCommerce.")
    restored = woocommerce.order(
        date_modified_gmt=(clock.now() + LATER).replace(tzinfo=None).isoformat(timespec="seconds")
    )
    assert woocommerce_sends("order.restored", restored) == ("processed", "")
    assert state()[0] == "open"


def test_orders_of_the_same_second_are_all_kept_and_the_same_one_once(world, woocommerce_sends: Push) -> None:
    for number in (1, 2, 2, 3):
        assert woocommerce_sends("order.created", woocommerce.order(id=number)) == ("processed", "")

    with merchant_scope(world.merchant.id):
        assert sorted(Order.objects.values_list("external_id", flat=True)) == ["1", "2", "3"]
        assert InboundDelivery.objects.count() == 3


def test_woocommerces_ping_is_answered_with_200_and_keeps_nothing(world, now) -> None:
    """WooCommerce takes no other 2xx for its test."""
    joined(world, now, "woocommerce")
    answer = Client().post(
        f"/hooks/{world.merchant.slug}/woocommerce/", "webhook_id=7", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 200
    with merchant_scope(world.merchant.id):
        assert InboundDelivery.objects.count() == 0


def test_an_error_in_place_of_an_order_is_kept_and_shown(world, woocommerce_sends: Push) -> None:
    error = {"code": "woocommerce_rest_cannot_view", "message": "Sorry.", "data": {"status": 401}}
    state, reason = woocommerce_sends("order.updated", error)

    assert (state, "administrator" in reason) == ("failed", True)
