"""Collects what a message may know: from rows of the database to frozen plain data (``messaging/content/facts.py``)."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from loyalty.models import LedgerEntry, PointsAccount
from messaging.content.facts import (
    AddressFacts,
    CodeFacts,
    DaySpan,
    LineFacts,
    LinkFacts,
    MessageFacts,
    OrderFacts,
    ParcelFacts,
    PersonFacts,
    PointsFacts,
    RefundFacts,
    StoreFacts,
)
from messaging.content.formats import one_line
from messaging.enums import Template
from messaging.models import Message
from messaging.services.case_facts import case_facts
from messaging.services.recommended import recommended_for
from messaging.services.web_addresses import own_picture, web_address
from orders.enums import OrderStatus, PaymentStatus
from orders.models import Customer, Order, OrderLine, Refund, RefundLine
from postpurchase.accounts import brand
from postpurchase.accounts.models import Merchant, PageKind, Store
from postpurchase.accounts.page_links import page_url
from postpurchase.lib.countries import country_name
from tracking.enums import ShipmentStatus
from tracking.models import BreachCause, OneTimeCode, Promise, PromiseSource, Shipment, ShipmentLine
from tracking.passage import Scan, named_cause
from tracking.services.codes import VALID_FOR, digits_of
from tracking.status import BEFORE_THE_WAY

PLACE_LIMIT = 160
# What shoppers are told of a delay's cause; the rest has mails of its own.
SAID_OF_DELAYS = (BreachCause.WEATHER, BreachCause.CUSTOMS, BreachCause.ADDRESS)
# German as these countries write it, for orders whose language names no country.
GERMAN_SPEAKING = ("AT", "CH", "LI")
CITY_FIRST = ("AU", "CA", "GB", "IE", "US")


def load_facts(*, message: Message, now: dt.datetime, together: Sequence[Message] = ()) -> MessageFacts:
    """Return everything ``message`` may say, and what those told ``together`` with it say of their parcels.

    Needs the merchant's scope; makes page links on first need.
    """
    merchant = message.merchant
    entry = _points_entry(message)
    order = message.order or (entry.order if entry else None)
    zone = ZoneInfo(merchant.time_zone)
    today = now.astimezone(zone).date()
    language = language_with_country(message.language, order)
    lines = list(order.lines.order_by("position", "id")) if order else []
    shipments = (
        list(Shipment.objects.filter(order=order).select_related("order").order_by("created_at", "id")) if order else []
    )
    parcels = _parcels([message, *together], shipments, lines, zone, now)
    return MessageFacts(
        language=language,
        tone=message.tone,
        message_class=message.message_class,
        today=today,
        time_zone=merchant.time_zone,
        store=store_facts(merchant=merchant, store=message.store),
        person=_person(message.customer),
        order=_order(order, lines, shipments, parcels, zone, language) if order else None,
        parcels=parcels,
        points=_points(entry),
        refund=_refund(message),
        code=_code(message, now),
        case=case_facts(message=message, zone=zone, now=now),
        recommended=recommended_for(message=message, lines=lines, language=language, now=now),
        links=_links(message, order, now),
    )


def language_with_country(language: str, order: Order | None) -> str:
    """Return ``language``, with the country the order goes to where that changes how German is written."""
    country = str(order.shipping_address.get("country") or "").upper() if order else ""
    return f"de-{country}" if language.lower() == "de" and country in GERMAN_SPEAKING else language


def store_facts(*, merchant: Merchant, store: Store) -> StoreFacts:
    """Return a store as mails know it, for real ones and for previews."""
    return StoreFacts(
        name=one_line(store.name),
        accent_colour=store.accent_colour,
        logo_url=brand.logo_url(merchant=merchant, store=store),
        shop_url=web_address(store.shop_url),
        support_email=store.support_email,
        support_phone=one_line(store.support_phone),
        can_reply=bool(store.reply_to),
        imprint=store.imprint,
        imprint_url=web_address(store.imprint_url),
        privacy_url=web_address(store.privacy_url),
        return_url=web_address(store.return_url),
        withdrawal_url=web_address(store.withdrawal_url),
    )


def _person(customer: Customer) -> PersonFacts:
    return PersonFacts(first_name=customer.first_name, last_name=customer.last_name, company=customer.company)


def _order(
    order: Order,
    lines: list[OrderLine],
    shipments: list[Shipment],
    parcels: Sequence[ParcelFacts],
    zone: ZoneInfo,
    language: str,
) -> OrderFacts:
    return OrderFacts(
        number=order.number,
        placed_on=order.placed_at.astimezone(zone).date(),
        currency=order.currency,
        total=order.total,
        lines=tuple(_line(line, line.quantity, line.total) for line in lines),
        shipping_total=order.shipping_total,
        discount_total=order.discount_total,
        tax_total=order.tax_total,
        address=address_lines(order.shipping_address, language),
        destination=_destination(order.shipping_address),
        # A parcel's own promise stands before the order's.
        promise=None if parcels and parcels[0].promise else _promise_of_order(order),
        paid=order.payment_status not in (PaymentStatus.PENDING, PaymentStatus.NOT_NEEDED),
        has_parcels=order.status == OrderStatus.CANCELLED and any(shipment.shipped_at for shipment in shipments),
        parcel_count=len(shipments),
    )


def _line(line: OrderLine, quantity: int, total: Decimal | None = None) -> LineFacts:
    return LineFacts(
        name=line.name or line.sku, quantity=quantity, total=total, picture_url=own_picture(line.image_url)
    )


def address_lines(address: Mapping[str, object], language: str) -> tuple[str, ...]:
    """Return a shipping address ready to print, its country in the reader's language; empty where there is none."""
    part = {name: one_line(str(address.get(name) or "")) for name in _ADDRESS_PARTS}
    country = part["country"].upper()
    if country in CITY_FIRST:
        place = " ".join(filter(None, [part["city"], part["region"], part["postal_code"]]))
    else:
        place = " ".join(filter(None, [part["postal_code"], part["city"]]))
    street = [part["name"], part["company"], part["street"], part["street2"], place]
    lines = [line for line in street if line]
    if not lines:
        return ()
    return (*lines, *filter(None, [country_name(country, language)]))


def _destination(address: Mapping[str, object]) -> AddressFacts:
    part = {name: one_line(str(address.get(name) or "")) for name in _ADDRESS_PARTS}
    return AddressFacts(
        name=part["name"] or part["company"],
        street=" ".join(filter(None, [part["street"], part["street2"]])),
        postal_code=part["postal_code"],
        city=part["city"],
        region=part["region"],
        country=part["country"].upper(),
    )


_ADDRESS_PARTS = ("name", "company", "street", "street2", "postal_code", "city", "region", "country")


def _promise_of_order(order: Order) -> DaySpan | None:
    promise = Promise.objects.filter(order=order).order_by("-made_at", "-id").first()
    if promise is not None:
        return DaySpan(promise.earliest, promise.latest)
    return _span(order.promised_from, order.promised_to)


def _promised(promise: Promise, zone: ZoneInfo, now: dt.datetime) -> DaySpan:
    """Return what was promised; hours only while they are still to come."""
    begins, ends = promise.window_from, promise.window_to
    if begins is None or ends is None or ends <= now:
        return DaySpan(promise.earliest, promise.latest)
    return DaySpan(promise.earliest, promise.latest, begins.astimezone(zone), ends.astimezone(zone))


def _span(earliest: dt.date | None, latest: dt.date | None) -> DaySpan | None:
    if latest is None:
        return DaySpan(earliest, earliest) if earliest else None
    return DaySpan(min(earliest or latest, latest), latest)


def _parcels(
    messages: Sequence[Message], shipments: list[Shipment], lines: list[OrderLine], zone: ZoneInfo, now: dt.datetime
) -> tuple[ParcelFacts, ...]:
    """Return the parcels that messages are about, in the order's numbering."""
    about = {str(message.context.get("shipment_id")): message for message in messages}
    return tuple(
        _parcel(about[str(shipment.id)], shipment, position, shipments, lines, zone, now)
        for position, shipment in enumerate(shipments, start=1)
        if str(shipment.id) in about
    )


def _parcel(
    message: Message,
    shipment: Shipment,
    position: int,
    shipments: list[Shipment],
    lines: list[OrderLine],
    zone: ZoneInfo,
    now: dt.datetime,
) -> ParcelFacts:
    inside = list(ShipmentLine.objects.filter(shipment=shipment).select_related("order_line"))
    inside.sort(key=lambda line: line.order_line.position)
    packed, ordered = sum(line.quantity for line in inside), sum(line.quantity for line in lines)
    promises = list(Promise.objects.filter(shipment=shipment).order_by("-made_at", "-id"))
    promise = _promised(promises[0], zone, now) if promises else _span(shipment.promised_from, shipment.promised_to)
    before = _promised_before(shipment.order, promise, promises)
    delayed = shipment.substatus == "in_transit_delayed"
    return ParcelFacts(
        carrier=shipment.carrier,
        carrier_word=shipment.carrier_word,
        status=shipment.status,
        substatus=shipment.substatus,
        number=shipment.tracking_number,
        event_on=shipment.status_at.astimezone(zone).date() if shipment.status_at else None,
        location=shipment.delivery_location,
        place=_place(shipment),
        lines=tuple(_line(line.order_line, line.quantity) for line in inside),
        partial=packed < ordered if inside else len(shipments) > 1,
        promise=promise,
        promise_before=before,
        promise_stands=not delayed or before is not None or _is_of_the_carrier(promises),
        late_because=_late_because(shipment) if message.template == Template.DELAYED else "",
        goes_back_soon=message.context.get("rule") == "pickup_ending",
        last_day=_day(message.context.get("last_day")),
        position=position,
    )


def _late_because(shipment: Shipment) -> str:
    """Return what keeps a parcel from coming in time, as far as its carrier's news say so."""
    if shipment.status in BEFORE_THE_WAY:
        return "not_sent"
    news = shipment.checkpoints.filter(status__isnull=False).order_by("occurred_at", "id")
    told = news.values_list("occurred_at", "status", "substatus", "message")
    cause = named_cause([Scan(at, str(status), substatus, words) for at, status, substatus, words in told])
    return str(cause) if cause in SAID_OF_DELAYS else ""


def _day(text: object) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) else None


def _is_of_the_carrier(promises: list[Promise]) -> bool:
    return bool(promises) and promises[0].source == PromiseSource.CARRIER


def _promised_before(order: Order, promise: DaySpan | None, promises: list[Promise]) -> dt.date | None:
    """Return the last day that was promised before ``promise``, where it was an earlier one."""
    if promise is None:
        return None
    earlier = [one.latest for one in promises[1:]] or [one for one in [order.promised_to] if one]
    return next((day for day in earlier if day < promise.latest), None)


def _place(shipment: Shipment) -> str:
    """Return where the parcel lies, in the carrier's words: of the delivery, or of the newest news of that status."""
    place = shipment.delivery_location_text
    if not place and shipment.status in (ShipmentStatus.AVAILABLE_FOR_PICKUP, ShipmentStatus.DELIVERED):
        news = shipment.checkpoints.filter(status=shipment.status).order_by("-occurred_at", "-id").first()
        place = news.delivery_location_text if news else ""
    line = one_line(place)
    return line if len(line) <= PLACE_LIMIT else line[: PLACE_LIMIT - 1].rstrip() + "…"


def _points_entry(message: Message) -> LedgerEntry | None:
    entry_id = message.context.get("entry_id")
    return LedgerEntry.objects.select_related("order").filter(pk=entry_id).first() if entry_id else None


def _points(entry: LedgerEntry | None) -> PointsFacts | None:
    """Return what was posted and what the customer has now, which is the newer truth when several were posted."""
    if entry is None:
        return None
    account = PointsAccount.objects.get(customer_id=entry.customer_id)
    return PointsFacts(earned=entry.points, balance=account.points, reason=entry.explanation)


def _refund(message: Message) -> RefundFacts | None:
    refund_id = message.context.get("refund_id")
    refund = Refund.objects.filter(pk=refund_id).first() if refund_id else None
    if refund is None:
        return None
    lines = RefundLine.objects.filter(refund=refund).select_related("order_line").order_by("order_line__position")
    return RefundFacts(
        amount=refund.amount, lines=tuple(_line(line.order_line, line.quantity, line.amount) for line in lines)
    )


def _code(message: Message, now: dt.datetime) -> CodeFacts | None:
    """Return the code a shopper asked for while it still counts."""
    code_id = message.context.get("code_id")
    code = OneTimeCode.objects.filter(pk=code_id, expires_at__gt=now).first() if code_id else None
    return CodeFacts(digits_of(code.id), round(VALID_FOR.total_seconds() / 60)) if code else None


def _links(message: Message, order: Order | None, now: dt.datetime) -> LinkFacts:
    """Return the links this message needs and no others: each is a row and a key to somebody's page."""

    def link(kind: PageKind, subject_id: uuid.UUID) -> str:
        return page_url(
            merchant_id=message.merchant_id,
            kind=kind,
            subject_id=subject_id,
            now=now,
            replace_old=True,
            store_id=message.store_id,
        )

    page = link(PageKind.TRACKING, order.id) if order else ""
    case_id = message.context.get("case_id")
    return LinkFacts(
        order=page,
        case=f"{page}#case-{case_id}" if page and case_id else "",
        survey=link(PageKind.SURVEY, order.id) if order and message.template == "nps_survey" else "",
        points=link(PageKind.POINTS, message.customer_id) if message.template == "points_earned" else "",
        preferences=link(PageKind.PREFERENCES, message.customer_id) if message.message_class != "service" else "",
    )
