"""Everything a message may know, as frozen plain data. No model instance ever comes near a template."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """The sender. ``accent_colour`` is ``#rrggbb``; ``logo_url`` is on our own origin or empty.

    ``can_reply`` says that an answer to the mail reaches somebody.
    """

    name: str
    accent_colour: str
    logo_url: str = ""
    shop_url: str = ""
    support_email: str = ""
    support_phone: str = ""
    can_reply: bool = False
    imprint: str = ""
    imprint_url: str = ""
    privacy_url: str = ""
    return_url: str = ""
    withdrawal_url: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who is spoken to, as the shop told us; any of it may be empty."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One article. ``total`` None means that no price is shown. ``picture_url`` is on our own origin or empty."""

    name: str
    quantity: int
    total: Decimal | None = None
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class DaySpan:
    """From one day to another, both included; often the same.

    ``begins`` and ``ends`` are the hours of it, in the merchant's time zone; None where none were named or they are
    over.
    """

    earliest: dt.date
    latest: dt.date
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None

    @property
    def has_hours(self) -> bool:
        """Whether hours of one day are named, in words that anybody understands as such."""
        begins, ends = self.begins, self.ends
        if begins is None or ends is None:
            return False
        return begins.date() == ends.date() and begins.time() < ends.time()


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """Where an order goes, part by part; any of it may be empty."""

    name: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What was bought. Days are those of the merchant's time zone; money is in ``currency``, tax included.

    ``address`` is ready to print, line by line, ``destination`` the same for
    programs. ``paid`` is false where the shop has received nothing.
    ``has_parcels`` says of a cancelled order that something was on its way already. ``parcel_count`` is the number of
    parcels it has so far.
    """

    number: str
    placed_on: dt.date
    currency: str
    total: Decimal
    lines: tuple[LineFacts, ...] = ()
    shipping_total: Decimal = Decimal(0)
    discount_total: Decimal = Decimal(0)
    tax_total: Decimal = Decimal(0)
    address: tuple[str, ...] = ()
    destination: AddressFacts = AddressFacts()
    promise: DaySpan | None = None
    paid: bool = True
    has_parcels: bool = False
    parcel_count: int = 1


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """One parcel. ``carrier`` is a slug of ``tracking.enums.Carrier``, ``carrier_word`` what the shop called it.

    ``event_on`` is the day of the latest news. ``place`` says in the carrier's words where the parcel lies.
    ``lines`` are what is inside (empty: not known), ``partial`` says that the order has more than this parcel.
    ``promise_before`` is the last day that was promised before the current ``promise``. ``promise_stands`` is False
    where the carrier has reported a delay and nobody has named a later day since. ``late_because`` is what a delay is
    due to as far as the carrier says: ``weather``, ``customs``, ``address`` or ``not_sent`` (it has no parcel yet).
    ``goes_back_soon`` says that it waits to be fetched and will not wait long; ``last_day`` is the last one it can be
    fetched on, where that is known.
    ``position`` numbers the parcels of an order from 1 on, as they were announced.
    """

    carrier: str
    status: str
    substatus: str = ""
    carrier_word: str = ""
    number: str = ""
    event_on: dt.date | None = None
    location: str = ""
    place: str = ""
    lines: tuple[LineFacts, ...] = ()
    partial: bool = False
    promise: DaySpan | None = None
    promise_before: dt.date | None = None
    promise_stands: bool = True
    late_because: str = ""
    goes_back_soon: bool = False
    last_day: dt.date | None = None
    position: int = 1


@dataclass(frozen=True, slots=True)
class PointsFacts:
    """Points just earned, the balance after them, and for what: ``purchase``, ``survey`` or ``other``."""

    earned: int
    balance: int
    reason: str = "other"


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """Money given back, in the order's currency."""

    amount: Decimal
    lines: tuple[LineFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A problem that the merchant's team looks after. ``reason`` and ``outcome`` (empty while open) are codes.

    ``reply`` is what the team wrote to the shopper. ``hear_by`` is the day by which the shopper hears more; None where
    that day has passed. What the shopper wrote is not here: a mail would carry it to whoever they named as the buyer.
    """

    reason: str
    outcome: str = ""
    reply: str = ""
    hear_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class RecommendedFacts:
    """An article somebody may want, and ``why`` in a sentence that is true. ``url`` leads into the shop.

    ``again`` says that they had it before. ``picture_url`` is on our own origin or empty.
    """

    name: str
    why: str
    url: str
    picture_url: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A one-time code that the shopper asked for, and for how many minutes it counts."""

    digits: str
    minutes: int


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Addresses of the shopper's own pages; empty where the message needs none."""

    order: str = ""
    case: str = ""
    survey: str = ""
    points: str = ""
    preferences: str = ""


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """All that one message is made of.

    ``language`` is a BCP 47 tag, ``tone`` is ``sie`` or ``du``, ``message_class`` ``service``, ``survey`` or
    ``marketing``; ``today`` is the merchant's day, in its ``time_zone``. ``parcels`` are those of whom the same news is
    told. ``recommended`` is advertising, so no other class can hold it: that raises ``ValueError``.
    """

    language: str
    tone: str
    message_class: str
    today: dt.date
    store: StoreFacts
    links: LinkFacts
    person: PersonFacts = PersonFacts()
    order: OrderFacts | None = None
    parcels: tuple[ParcelFacts, ...] = ()
    points: PointsFacts | None = None
    refund: RefundFacts | None = None
    code: CodeFacts | None = None
    case: CaseFacts | None = None
    recommended: tuple[RecommendedFacts, ...] = ()
    time_zone: str = "Europe/Berlin"

    @property
    def parcel(self) -> ParcelFacts | None:
        """The parcel the message is about; of several, the first."""
        return self.parcels[0] if self.parcels else None

    def __post_init__(self) -> None:
        if self.recommended and self.message_class != "marketing":
            raise ValueError(f"a {self.message_class} message recommends nothing: that would be advertising")
