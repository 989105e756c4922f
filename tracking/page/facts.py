"""What the page is made from: plain data, without the person. Names, streets, phones and addresses are not in it.

Exceptions are ``private_words``, words that must not appear on the page, to be found in carriers' free text, and who
signed for a parcel, which is said to verified shoppers only (``handover.py``).
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from tracking.enums import ShipmentStatus
from tracking.promise import Window


@dataclass(frozen=True, slots=True)
class HowToFacts:
    """A page or film about an article: a manual, a way to use it, help. ``language`` may be empty."""

    title: str
    url: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One position of the order. ``image`` is a path of our own host, empty where there is none."""

    id: uuid.UUID
    sku: str
    name: str
    quantity: int
    total: Decimal
    image: str
    url: str
    how_tos: tuple[HowToFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class NewsFacts:
    """One piece of carrier news."""

    occurred_at: dt.datetime
    status: ShipmentStatus | None
    substatus: str
    message: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """One parcel. ``news`` is sorted newest first; ``contents`` maps order lines to quantities, empty: not told.

    Of a parcel that its carrier reports late: ``promised_first`` is the day that was promised first, for it or for its
    order; ``promise_moved``: a later day was named since the carrier first said so.
    """

    id: uuid.UUID
    carrier: str
    carrier_word: str
    tracking_number: str
    tracking_url: str
    shipped_at: dt.datetime | None
    created_at: dt.datetime
    status: ShipmentStatus
    substatus: str
    status_at: dt.datetime | None
    delivered_at: dt.datetime | None
    delivery_location: str
    delivery_location_text: str
    contents: dict[uuid.UUID, int]
    news: tuple[NewsFacts, ...]
    promise: Window | None
    promise_moved: bool = False
    promised_first: dt.date | None = None
    signed_by: str = ""
    proof_url: str = ""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order with its parcels, in the order in which they were sent."""

    id: uuid.UUID
    number: str
    placed_at: dt.datetime
    status: str
    payment_status: str
    currency: str
    language: str
    destination: str
    lines: tuple[LineFacts, ...]
    parcels: tuple[ParcelFacts, ...]
    promise: Window | None
    private_words: frozenset[str]
