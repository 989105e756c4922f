"""Bodies that nobody on this project wrote, through the hook into the tables: taken over, or ignored with a reason."""

import base64
import hashlib
import hmac
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from orders.models import Customer, Order, Product, Refund
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import InboundDelivery
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services.connections import connect_shop
from postpurchase.lib import clock
from tests.connectors.services.inbox import work
from tests.connectors.shops.outside import bodies_in
from tracking.models import Shipment

SECRET = "outside"
SHOPS = {
    "shopify": [*bodies_in("shops/shopify_go"), *bodies_in("shops/shopify_python")],
    "woocommerce": bodies_in("shops/woocommerce"),
}
HEADERS = {"shopify": "X-Shopify-Hmac-Sha256", "woocommerce": "X-WC-Webhook-Signature"}
# What becomes of them: the one that fails is no JSON. Of WooCommerce's 79 bodies 60 are different: the same without an
# id of its own is the same delivery. What is read of each is held elsewhere.
STATES = {
    "shopify": {"processed": 16, "ignored": 29, "failed": 1},
    "woocommerce": {"processed": 29, "ignored": 31},
}
# Orders, refunds, parcels, customers, products. Ids of the legacy API and of the REST API are of two different shops.
ROWS = {"shopify": (2, 0, 2, 4, 9), "woocommerce": (7, 2, 0, 8, 8)}


@pytest.mark.parametrize("name", [name for name, files in SHOPS.items() if files])
def test_every_body_is_answered_stored_and_settled(world, now, name: str) -> None:
    with merchant_scope(world.merchant.id):
        connection = connect_shop(
            merchant=world.merchant, connector=CONNECTORS[name], store=world.store, secret=SECRET, now=now
        ).connection
    client = Client(raise_request_exception=False)
    for path in SHOPS[name]:
        assert _sent(client, world.merchant.slug, name, path) == 202

    work(connection, clock.now())

    with merchant_scope(world.merchant.id):
        deliveries = list(InboundDelivery.objects.all())
        assert Counter(one.state for one in deliveries) == STATES[name]
        assert all(one.reason for one in deliveries if one.state != "processed")
        rows = tuple(model.objects.count() for model in (Order, Refund, Shipment, Customer, Product))
        assert rows == ROWS[name]


def _sent(client: Client, slug: str, name: str, path: Path) -> int:
    raw = path.read_bytes()
    proof = base64.b64encode(hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()).decode()
    headers = {HEADERS[name]: proof}
    return client.post(f"/hooks/{slug}/{name}/", raw, content_type="application/json", headers=headers).status_code
