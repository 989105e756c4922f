"""The signature that Shopify and WooCommerce share, and what each makes of a delivery's headers."""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import pytest

from postpurchase.connectors.base import Connector, Envelope, WrongSignature
from postpurchase.connectors.shops import shopify, woocommerce

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
BODY = '{"id": 1, "note": "Ä – 日本"}'.encode()
SECRET = "geheim-ß-key"
SIGNATURE_HEADERS = {"shopify": "x-shopify-hmac-sha256", "woocommerce": "x-wc-webhook-signature"}
BOTH = pytest.mark.parametrize("connector", [shopify.CONNECTOR, woocommerce.CONNECTOR], ids=lambda one: one.name)


def signature(body: bytes = BODY, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def verify(connector: Connector, headers: Mapping[str, str], body: bytes = BODY, secret: str = SECRET) -> Envelope:
    return connector.verify(secret, headers, body, NOW)


@BOTH
def test_a_right_signature_is_taken_whatever_the_case_of_the_headers_name(connector: Connector) -> None:
    name = SIGNATURE_HEADERS[connector.name]
    for spelling in (name, name.upper(), name.title()):
        assert verify(connector, {spelling: f" {signature()} "}) == Envelope(delivery_id="", topic="")


@BOTH
@pytest.mark.parametrize(
    "wrong",
    [
        "",
        " ",
        signature()[:-1],
        signature()[:20],
        signature() + "=",
        signature().lower(),
        signature().rstrip("="),
        signature(secret="another merchant's"),
        signature(BODY + b"\n"),
        signature(b""),
        hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest(),
        "\x00\udcff ÄÖÜ",
        "x" * 100_000,
    ],
)
def test_any_other_signature_is_refused(connector: Connector, wrong: str) -> None:
    with pytest.raises(WrongSignature):
        verify(connector, {SIGNATURE_HEADERS[connector.name]: wrong})


@BOTH
def test_no_signature_one_changed_byte_and_an_empty_secret_are_refused(connector: Connector) -> None:
    name = SIGNATURE_HEADERS[connector.name]
    changed = bytearray(BODY)
    changed[5] ^= 1
    for headers, body, secret in (
        ({}, BODY, SECRET),
        ({name: signature()}, bytes(changed), SECRET),
        ({name: signature()}, BODY.replace(b": ", b":"), SECRET),
        ({name: signature(secret="")}, BODY, ""),
    ):
        with pytest.raises(WrongSignature):
            verify(connector, headers, body, secret)


def test_shopifys_published_vector() -> None:
    """bold-commerce/go-shopify, oauth_test.go: the body has its quotation marks."""
    headers = {"x-shopify-hmac-sha256": "hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKI="}

    assert verify(shopify.CONNECTOR, headers, b'"my secret message"', "hush") == Envelope("", "")
    with pytest.raises(WrongSignature):
        verify(shopify.CONNECTOR, headers, b"my secret message", "hush")


def shopify_envelope(**headers: str) -> Envelope:
    named = {f"X-Shopify-{name.replace('_', '-')}": value for name, value in headers.items()}
    return verify(shopify.CONNECTOR, {"X-Shopify-Hmac-SHA256": signature(), **named})


def test_shopifys_delivery_has_the_webhooks_id_else_that_of_the_event_with_its_topic() -> None:
    paid: dict[str, Any] = {"Topic": "orders/paid", "Shop_Domain": "laden.myshopify.com", "Event_Id": "e-1"}

    assert shopify_envelope(**paid, Webhook_Id="w-1") == Envelope("w-1", "orders/paid")
    assert shopify_envelope(**paid) == Envelope("e-1:orders/paid", "orders/paid")
    assert shopify_envelope(**{**paid, "Topic": "orders/updated"}).delivery_id == "e-1:orders/updated"
    assert shopify_envelope(Topic="orders/paid") == Envelope("", "orders/paid")


def woo_envelope(body: bytes = BODY, **headers: str) -> Envelope:
    named = {f"X-WC-Webhook-{name.replace('_', '-')}": value for name, value in headers.items()}
    return verify(woocommerce.CONNECTOR, {"X-WC-Webhook-Signature": signature(body), **named}, body)


def test_two_orders_that_woocommerce_sends_within_a_second_are_two_deliveries() -> None:
    """Its delivery id is made of the webhook's number and the second of sending."""
    named = {"Topic": "order.updated", "Source": "https://laden.example/", "Delivery_ID": "6f1b"}
    first, again, other = (woo_envelope(body, **named) for body in (b'{"id":1}', b'{"id":1}', b'{"id":2}'))

    assert first == again
    assert first.topic == "order.updated"
    assert first.delivery_id.startswith("6f1b:")
    assert len({first.delivery_id, other.delivery_id}) == 2
    assert woo_envelope(b'{"id":1}', **{**named, "Delivery_ID": "6f1c"}).delivery_id != first.delivery_id
    assert woo_envelope(b'{"id":1}', **{**named, "Topic": "order.created"}).delivery_id != first.delivery_id
    assert len(woo_envelope(**{**named, "Delivery_ID": "x" * 5000}).delivery_id) <= 200
    assert woo_envelope(Topic="order.updated").delivery_id == ""


@pytest.mark.parametrize(
    ("headers", "body", "is_ping"),
    [
        ({}, b"webhook_id=123", True),
        ({"content-type": "application/x-www-form-urlencoded"}, b"webhook_id=123", True),
        ({"x-wc-webhook-signature": signature(b"webhook_id=123")}, b"webhook_id=123\n", True),
        ({"X-WC-Webhook-Topic": "order.created"}, b"webhook_id=123", False),
        ({}, b"webhook_id=", False),
        ({}, b"webhook_id=1&x=2", False),
        ({}, b"webhook_id=one", False),
        ({}, b'{"webhook_id": 123}', False),
        ({}, b"", False),
    ],
)
def test_woocommerces_ping_is_recognised(headers: dict[str, str], body: bytes, is_ping: bool) -> None:
    assert woocommerce.CONNECTOR.is_ping(headers, body) is is_ping
    assert shopify.CONNECTOR.is_ping(headers, body) is False
