"""WooCommerce: signed webhooks, and the REST API for what a webhook missed and for which lines a refund is."""

import datetime as dt
import hashlib
import re

from postpurchase.connectors.base import Connector, Envelope, Headers
from postpurchase.connectors.shops.base64_hmac import check_base64_hmac, header
from postpurchase.connectors.shops.woocommerce.asking import POLLER
from postpurchase.connectors.shops.woocommerce.reading import read

_PING = re.compile(rb"\s*webhook_id=[0-9]{1,20}\s*")


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Check ``X-WC-Webhook-Signature``. Raises ``WrongSignature``.

    ``X-WC-Webhook-Delivery-ID`` is a digest of the webhook's number and the second of sending: two orders that one
    webhook sends within a second have the same. So topic and body are a part of our id. WooCommerce itself never tries
    a delivery again.
    """
    check_base64_hmac(secret=secret, body=body, signature=header(headers, "X-WC-Webhook-Signature"))
    topic = header(headers, "X-WC-Webhook-Topic")
    sent = header(headers, "X-WC-Webhook-Delivery-ID")
    content = hashlib.sha256(topic.encode(errors="replace") + b"\0" + body).hexdigest()
    return Envelope(delivery_id=f"{sent[:100]}:{content}" if sent else "", topic=topic)


def is_ping(headers: Headers, body: bytes) -> bool:
    """Recognise the test of a new webhook: a form with nothing but its number, with or without a signature.

    It must be answered with 200 exactly, else WooCommerce says that the address cannot be reached.
    """
    return _PING.fullmatch(body) is not None and not header(headers, "X-WC-Webhook-Topic")


CONNECTOR = Connector(
    name="woocommerce",
    title="WooCommerce",
    verify=verify,
    read=read,
    makes_secret=True,
    poller=POLLER,
    is_ping=is_ping,
)
