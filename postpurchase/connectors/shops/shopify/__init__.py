"""Shopify: webhooks signed with the shop's or the app's secret, and the Admin API for what a webhook missed."""

import datetime as dt

from postpurchase.connectors.base import Connector, Envelope, Headers
from postpurchase.connectors.shops.base64_hmac import check_base64_hmac, header
from postpurchase.connectors.shops.shopify.asking import POLLER
from postpurchase.connectors.shops.shopify.reading import READERS


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Check ``X-Shopify-Hmac-Sha256``. Raises ``WrongSignature``.

    ``X-Shopify-Webhook-Id`` is the same on every retry of a delivery. ``X-Shopify-Event-Id`` is the same for all
    deliveries of one event, of which several topics may tell, so it counts only together with the topic.
    https://shopify.dev/docs/apps/build/webhooks/ignore-duplicates
    """
    check_base64_hmac(secret=secret, body=body, signature=header(headers, "X-Shopify-Hmac-Sha256"))
    topic = header(headers, "X-Shopify-Topic")
    event = header(headers, "X-Shopify-Event-Id")
    delivery_id = header(headers, "X-Shopify-Webhook-Id") or (f"{event}:{topic}" if event else "")
    return Envelope(delivery_id=delivery_id, topic=topic)


CONNECTOR = Connector(
    name="shopify",
    title="Shopify",
    verify=verify,
    read=READERS.read,
    makes_secret=False,
    poller=POLLER,
)
