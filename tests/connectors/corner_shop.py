"""A make of shop that exists for tests only: the API's own bodies, several in one delivery."""

import datetime as dt
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from orders.inputs import CancelInput, CustomerInput, OrderInput, ProductInput, RefundInput
from postpurchase.connectors.base import (
    Change,
    Connector,
    Context,
    CustomerErased,
    CustomerSaved,
    Envelope,
    Headers,
    Ignored,
    OrderCancelled,
    OrderRefunded,
    OrderSaved,
    Polled,
    Poller,
    PollFailed,
    PollPage,
    ProductSaved,
    ProductWithdrawn,
    Request,
    Send,
    ShipmentSaved,
    Unreadable,
    WrongSignature,
)
from postpurchase.lib.validation import read as read_as
from tracking.inputs import ShipmentInput

SECRET = "the corner shop's secret"


def signed(
    body: Any, *, secret: str = SECRET, delivery: str = "d-1", topic: str = "news"
) -> tuple[bytes, dict[str, str]]:
    """Return the raw body and the headers that prove it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "X-Corner-Signature": hmac.new(secret.encode(), raw, "sha256").hexdigest(),
        "X-Corner-Topic": topic,
        "User-Agent": "corner/1.0",
    }
    return raw, headers | ({"X-Corner-Delivery": delivery} if delivery else {})


def saved(
    external_id: str = "1001", *, shipments: Sequence[Any] = (), refunds: Sequence[Any] = (), **changes: Any
) -> Any:
    """A whole order as this shop tells it."""
    order = {
        "external_id": external_id,
        "placed_at": "2026-07-15T10:00:00Z",
        "updated_at": "2026-07-15T10:00:00Z",
        "currency": "EUR",
        "total": "10.00",
        "customer": {"external_id": "c-1", "email": "anna@example.com"},
        "lines": [{"external_id": "1", "sku": "A", "quantity": 2, "unit_price": "5.00"}],
        **changes,
    }
    return {"kind": "order", "order": order, "shipments": list(shipments), "refunds": list(refunds)}


def cancelled(order: str = "1001", **fields: Any) -> Any:
    return {"kind": "cancelled", "order": order, "cancellation": fields}


def refunded(order: str = "1001", **fields: Any) -> Any:
    return {"kind": "refunded", "order": order, "refund": {"external_id": "r-1", "amount": "1.00", **fields}}


def shipped(order: str = "1001", **fields: Any) -> Any:
    parcel = {"external_id": "p-1", "carrier": "dhl", "tracking_number": "00340434161094042557", **fields}
    return {"kind": "shipment", "order": order, "shipment": parcel}


def _verify(secret: str, headers: Headers, body: bytes, _now: dt.datetime) -> Envelope:
    right = hmac.new(secret.encode(), body, "sha256").hexdigest()
    # As careless as a connector may be: compare_digest refuses texts that are not ASCII with a TypeError.
    if not hmac.compare_digest(right, headers.get("x-corner-signature", "")):
        raise WrongSignature
    return Envelope(delivery_id=headers.get("x-corner-delivery", ""), topic=headers.get("x-corner-topic", ""))


def _read(topic: str, body: Any, _context: Context) -> Sequence[Change]:
    if topic == "weather":
        return [Ignored("The weather is none of our business.")]
    found = body if isinstance(body, list) else [body]
    return [_change(one) for one in found]


def _change(body: dict[str, Any]) -> Change:
    match body["kind"]:
        case "order":
            order, shipments, refunds = body["order"], body["shipments"], body["refunds"]
            return OrderSaved(
                read_as(order, OrderInput),
                tuple(read_as(shipments, list[ShipmentInput])),
                tuple(read_as(refunds, list[RefundInput])),
            )
        case "cancelled":
            return OrderCancelled(body["order"], read_as(body["cancellation"], CancelInput))
        case "refunded":
            return OrderRefunded(body["order"], read_as(body["refund"], RefundInput))
        case "shipment":
            return ShipmentSaved(body["order"], read_as(body["shipment"], ShipmentInput))
        case "product":
            return ProductSaved(read_as(body["product"], ProductInput))
        case "withdrawn":
            return ProductWithdrawn(body["sku"])
        case "customer":
            return CustomerSaved(read_as(body["customer"], CustomerInput))
        case "erased":
            return CustomerErased(external_id=body["customer"])
        case "unchecked":
            # A connector that fills a Struct in code, where nothing looks at it.
            return OrderSaved(replace(read_as(body["order"], OrderInput), **body["changes"]))
        case "weather":
            return Ignored("The weather is none of our business.")
    raise Unreadable("`kind` is none of ours.")


def _poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], _now: dt.datetime) -> PollPage:
    page = cursor.get("page", 1)
    reply = send(Request("GET", f"/changes?since={cursor['since']}&page={page}", {"X-Key": credentials["key"]}))
    if reply.status != 200:
        wish = reply.headers.get("retry-after")
        raise PollFailed(f"The shop answered {reply.status}.", retry_after=int(wish) if wish else None)
    answer = json.loads(reply.body)
    found = tuple(Polled("news", one["body"], one["id"]) for one in answer["changes"])
    if answer["more"]:
        return PollPage(found, {**cursor, "page": page + 1}, more=True)
    return PollPage(found, {"since": answer["until"]}, more=False)


CONNECTOR = Connector(
    name="corner",
    title="Corner shop",
    verify=_verify,
    read=_read,
    makes_secret=True,
    poller=Poller(credentials={"key": "Key"}, poll=_poll),
    is_ping=lambda _headers, body: body.startswith(b"ping="),
    pushes_orders=False,
)
