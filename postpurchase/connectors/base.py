"""What a shop's (or an aggregator's) bodies are turned into, and what a connector consists of.

A connector is pure: bytes, headers and JSON in, changes out. Storing, deduplicating, retrying and applying is done by
``services/``, the same way for every shop. Adding a shop is one module below ``shops/``, one line in ``registry.py``,
one test module and a page of the documentation; services that push carriers' news are below ``aggregators/``.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orders.inputs import CancelInput, CustomerInput, OrderInput, ProductInput, RefundInput
from tracking.inputs import CheckpointInput, ShipmentInput

Headers = Mapping[str, str]
"""Names in small letters."""

TOKEN = ":token"  # noqa: S105 - a name
"""Among the headers: the ``token`` of the address it was sent to. No header can be called that."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the merchant says about a connection. ``country`` reads phone numbers and addresses without one,
    ``time_zone`` reads times without an offset, ``currency`` stands in where a shop names none."""

    store: str = "default"
    country: str = "DE"
    time_zone: str = "Europe/Berlin"
    language: str = "de"
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class OrderSaved:
    """The whole order, with what the same body says of its parcels and refunds."""

    order: OrderInput
    shipments: tuple[ShipmentInput, ...] = ()
    refunds: tuple[RefundInput, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """A cancellation that names the order only."""

    order: str
    cancellation: CancelInput


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """A refund that names the order only."""

    order: str
    refund: RefundInput


@dataclass(frozen=True, slots=True)
class ShipmentSaved:
    """A parcel that names the order only."""

    order: str
    shipment: ShipmentInput


@dataclass(frozen=True, slots=True)
class CarrierNews:
    """What happened to parcels, by their numbers."""

    checkpoints: tuple[CheckpointInput, ...]


@dataclass(frozen=True, slots=True)
class ProductSaved:
    """An article as it is now."""

    product: ProductInput


@dataclass(frozen=True, slots=True)
class ProductWithdrawn:
    """An article the shop no longer has: it stays known but is not available.

    Shops that no longer know its ``sku`` name their own id of the product: meant is every article that came with this
    ``product_id`` among its attributes.
    """

    sku: str = ""
    product_id: str = ""


@dataclass(frozen=True, slots=True)
class CustomerSaved:
    """A customer account as it is now. ``consents`` of the input hold only what the shop can prove."""

    customer: CustomerInput


@dataclass(frozen=True, slots=True)
class CustomerErased:
    """The shop asks to forget a person (GDPR), by its own id or by e-mail address."""

    external_id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for us to do. ``reason`` is a short English sentence that merchants read."""

    reason: str


Change = (
    OrderSaved
    | OrderCancelled
    | OrderRefunded
    | ShipmentSaved
    | CarrierNews
    | ProductSaved
    | ProductWithdrawn
    | CustomerSaved
    | CustomerErased
    | Ignored
)


class Unreadable(ValueError):
    """The body should tell of an order, a parcel … and cannot be read. The text says which field and why.

    The delivery is kept and can be processed again once the connector reads it.
    """


class WrongSignature(Exception):
    """The delivery is not proved to come from the shop."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A delivery whose signature was right, before anybody has read its body.

    ``delivery_id`` is the sender's own id of this delivery (the same on its retries), empty where it has none;
    ``topic`` is the sender's word for what happened, empty where it has none.
    """

    delivery_id: str
    topic: str


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request of a poller. ``path`` begins with a slash and is below the shop's address."""

    method: str
    path: str
    headers: Headers = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shop answered."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)


Send = Callable[[Request], Reply]
"""Given to pollers by the service: sends through the product's one way out, to the shop's address only."""


class PollFailed(Exception):
    """The shop cannot be asked: wrong credentials, an outage, an answer that is none. The text is for the merchant.

    ``retry_after`` is the shop's own wish, in seconds.
    """

    def __init__(self, reason: str, *, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.retry_after = reason, retry_after


@dataclass(frozen=True, slots=True)
class Polled:
    """One changed thing: its topic, its body, and an id that is the same as long as it has not changed again."""

    topic: str
    body: Any
    delivery_id: str


@dataclass(frozen=True, slots=True)
class PollPage:
    """One page of changes. ``cursor`` is stored with the page's bodies; ``more`` says that another page waits."""

    found: tuple[Polled, ...]
    cursor: Mapping[str, Any]
    more: bool


@dataclass(frozen=True, slots=True)
class Poller:
    """How a shop is asked for changes.

    ``credentials`` are the fields of the set-up form (name → label in English); their values and the shop's address are
    kept sealed. ``poll(send, credentials, cursor, now)`` returns the next page after ``cursor`` and looks ten minutes
    behind it, because shops' clocks and transactions are late; raises ``PollFailed``.

    Every cursor has ``since`` (RFC 3339 in UTC): what changed at that moment or later is not known to be in yet. The
    service makes the first one, ``{"since": ...}``, and another one every night to look three days back; whatever else
    a cursor holds (a page's number, what else is to be asked) is the poller's own.
    """

    credentials: Mapping[str, str]
    poll: Callable[[Send, Mapping[str, str], Mapping[str, Any], dt.datetime], PollPage]


@dataclass(frozen=True, slots=True)
class Registration:
    """A shop that asks to be registered: its address as it says, and what it is answered."""

    address: str
    answer: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Handover:
    """What lets us into a shop, handed over by the shop itself: the poller's credentials."""

    address: str
    credentials: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connector:
    """One make of shop.

    ``verify(secret, headers, body, now)`` raises ``WrongSignature`` or returns the envelope.
    ``read(topic, body, context)`` returns the changes, at least one (``Ignored`` if there is nothing to do), or raises
    ``Unreadable``. Where the topic is empty or unknown, the body's shape decides.
    ``is_ping`` recognises a delivery that only tests the address (it carries no signature and is answered kindly).
    ``makes_secret`` says who thinks the secret up: we (True), or the shop shows its own.
    ``pushes_orders`` is False where the shop itself pushes none: it is asked every five minutes instead of hourly.
    ``register(secret, headers, query, hook_url)`` answers a shop that registers itself by GET at its hook (Shopware's
    apps do); raises ``WrongSignature``. ``handed_over`` finds, in a delivery that was proved, keys that nobody may keep
    as they came; such a delivery is not stored.
    """

    name: str
    title: str
    verify: Callable[[str, Headers, bytes, dt.datetime], Envelope]
    read: Callable[[str, Any, Context], Sequence[Change]]
    makes_secret: bool
    poller: Poller | None = None
    is_ping: Callable[[Headers, bytes], bool] = lambda _headers, _body: False
    pushes_orders: bool = True
    register: Callable[[str, Headers, str, str], Registration] | None = None
    handed_over: Callable[[bytes], Handover | None] = lambda _body: None
