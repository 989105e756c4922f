"""How Shopware proves what it sends: ``shopware-shop-signature``, HMAC-SHA256 of the raw body in hexadecimal digits.

The secret is what the shop was given when its app was registered (guides/plugins/apps, "App signature verification").
"""

import datetime as dt
import hmac
import json
from typing import Any

from postpurchase.connectors.base import Envelope, Headers, WrongSignature
from postpurchase.connectors.shops.shopware.app import shop_secret
from postpurchase.connectors.signatures import hex_signature

HEADER = "shopware-shop-signature"


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Return event id and event name of a delivery. Raises ``WrongSignature``.

    The event's id stays the same when Shopware sends again, so a delivery is not refused for its age: after an outage
    old ones are wanted.
    """
    told = headers.get(HEADER, "").strip().lower().encode(errors="replace")
    # The shop signs with what it was given when it registered, other programs with the connection's secret itself.
    right = (hex_signature(key, body).encode() for key in (secret, shop_secret(secret)))
    if not secret or not any(hmac.compare_digest(one, told) for one in right):
        raise WrongSignature(f"{HEADER} is missing or wrong.")
    source, data = _parts(body)
    return Envelope(
        delivery_id=_word(source.get("eventId")) or _word(headers.get("x-shopware-event-id")),
        topic=_word(data.get("event")),
    )


def _parts(body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        tree = None
    tree = tree if isinstance(tree, dict) else {}
    source, data = tree.get("source"), tree.get("data")
    return source if isinstance(source, dict) else {}, data if isinstance(data, dict) else {}


def _word(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 200 and value.isprintable() else ""
