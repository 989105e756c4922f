"""Putting the tracking page together: what it says first, one card per parcel, what has not been sent."""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from orders.enums import OrderStatus
from postpurchase.lib.countries import country_name
from postpurchase.lib.texts import Texts
from tracking.carriers.registry import name_of, page_of
from tracking.enums import ShipmentStatus
from tracking.page.days import Days
from tracking.page.facts import LineFacts, NewsFacts, OrderFacts, ParcelFacts
from tracking.page.handover import PUBLIC_PLACES, Choices, Handover, choices_of, handover_of
from tracking.page.sayings import Saying, order_saying, parcel_saying, sentence
from tracking.page.scenes import ON_THE_WAY, TROUBLE, Scene, scene_of, urgency
from tracking.promise import is_shown
from tracking.status import CLOCK_TOLERANCE

SHOWN_NEWS = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """A station below the picture; ``note`` is its date."""

    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Way:
    """The picture: where the parcel is (0 to 4), its stations, whether something is wrong."""

    at: int
    stops: tuple[Stop, ...]
    warn: bool
    place: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One piece of news in our words; ``detail`` is the carrier's own sentence where we have none."""

    title: str
    when: str
    iso: str
    where: str
    detail: str


@dataclass(frozen=True, slots=True)
class Item:
    """A product as the page shows it. ``initial`` stands in for a picture that is not ours to show."""

    name: str
    quantity: int
    image: str
    initial: str


@dataclass(frozen=True, slots=True)
class ParcelCard:
    """One parcel. ``heading`` is empty where it is the only one; ``saying`` then stands at the top of the page.

    ``place_at_carrier``: it waits somewhere, and only the carrier's page says where.
    """

    heading: str
    saying: Saying
    way: Way
    place_name: str
    place_at_carrier: bool
    recent: tuple[HistoryEntry, ...]
    earlier: tuple[HistoryEntry, ...]
    carrier: str
    number: str
    live_url: str
    contents: tuple[Item, ...]
    handover: Handover | None
    choices: Choices | None


@dataclass(frozen=True, slots=True)
class TrackingPage:
    """Everything the page says, in the shopper's words. ``items`` is empty where the parcels list them all."""

    title: str
    eyebrow: str
    saying: Saying
    way: Way | None
    parcels: tuple[ParcelCard, ...]
    unsent: tuple[Item, ...]
    items: tuple[Item, ...]
    questions: tuple[str, ...]
    is_delivered: bool
    has_trouble: bool


def build_page(
    order: OrderFacts, *, shop: str, texts: Texts, now: dt.datetime, time_zone: dt.tzinfo, verified: bool = False
) -> TrackingPage:
    """Return the page for an order. ``shop`` is the store's name; ``verified``: whoever looks is the buyer."""
    days = Days(texts=texts, now=now, time_zone=time_zone)
    is_cancelled = order.status == OrderStatus.CANCELLED
    several = len(order.parcels) > 1
    contents_told = all(parcel.contents for parcel in order.parcels)
    statuses = {parcel.status for parcel in order.parcels}
    unsent = () if is_cancelled or not order.parcels else _unsent(order)
    cards = tuple(
        _card(order, parcel, position, days, shop, show_contents=several or bool(unsent), verified=verified)
        for position, parcel in enumerate(order.parcels, start=1)
    )
    return TrackingPage(
        title=texts("page.title", number=order.number),
        eyebrow=texts("page.eyebrow", number=order.number, date=days.date(days.local(order.placed_at).date())),
        saying=cards[0].saying if len(cards) == 1 else order_saying(order, days, shop),
        way=None if cards or is_cancelled else _way_before(order, days),
        parcels=tuple(cards[position] for position in _most_urgent_first(order.parcels)),
        unsent=unsent,
        items=() if contents_told and several else tuple(_item(line, line.quantity) for line in order.lines),
        questions=_questions(order, has_unsent=bool(unsent)),
        is_delivered=statuses == {ShipmentStatus.DELIVERED} and not unsent,
        has_trouble=not statuses.isdisjoint(TROUBLE),
    )


def _card(
    order: OrderFacts,
    parcel: ParcelFacts,
    position: int,
    days: Days,
    shop: str,
    *,
    show_contents: bool,
    verified: bool,
) -> ParcelCard:
    texts = days.texts
    late = _is_late(parcel, days)
    scene = scene_of(parcel, today=days.today, time_zone=days.time_zone, is_late=late)
    news = _shown_news(parcel, days)
    history = [_entry(item, _place(item, news, texts), order.private_words, days) for item in news]
    lines = {line.id: line for line in order.lines}
    is_public = parcel.status == ShipmentStatus.AVAILABLE_FOR_PICKUP or parcel.delivery_location in PUBLIC_PLACES
    return ParcelCard(
        heading=texts("page.parcel_of", number=position, total=len(order.parcels)) if len(order.parcels) > 1 else "",
        saying=parcel_saying(parcel, scene, days, shop),
        way=_way(order, parcel, scene, days),
        place_name=parcel.delivery_location_text if is_public else "",
        place_at_carrier=parcel.status == ShipmentStatus.AVAILABLE_FOR_PICKUP and not parcel.delivery_location_text,
        recent=tuple(history[:SHOWN_NEWS]),
        earlier=tuple(history[SHOWN_NEWS:]),
        carrier=_carrier_name(parcel, texts),
        number=parcel.tracking_number,
        live_url=_live_url(parcel, texts.language),
        contents=tuple(
            _item(lines[line_id], quantity) for line_id, quantity in parcel.contents.items() if line_id in lines
        )
        if show_contents
        else (),
        handover=handover_of(parcel, texts, verified=verified),
        choices=choices_of(parcel, texts),
    )


def _carrier_name(parcel: ParcelFacts, texts: Texts) -> str:
    """What the reader calls the carrier: Swiss Post is „die Post“ in German only."""
    key = f"carrier.{parcel.carrier}"
    return sentence(texts(key)) if texts.has(key) else name_of(parcel.carrier, parcel.carrier_word)


def _is_late(parcel: ParcelFacts, days: Days) -> bool:
    return parcel.promise is not None and is_shown(parcel.status) and parcel.promise.latest < days.today


def _way(order: OrderFacts, parcel: ParcelFacts, scene: Scene, days: Days) -> Way:
    """Each station carries the day it was first reached."""
    first_day: dict[ShipmentStatus, dt.date] = {}
    for item in reversed(parcel.news):
        if item.status:
            first_day.setdefault(item.status, days.local(item.occurred_at).date())
    packed = first_day.get(ShipmentStatus.INFO_RECEIVED) or days.local(parcel.shipped_at or parcel.created_at).date()
    packed = min(packed, days.today)  # a shop may name the hand-over before it happens
    is_waiting = parcel.status == ShipmentStatus.AVAILABLE_FOR_PICKUP
    there = first_day.get(parcel.status) if is_waiting else first_day.get(ShipmentStatus.DELIVERED)
    reached = [
        days.local(order.placed_at).date(),
        packed,
        first_day.get(ShipmentStatus.IN_TRANSIT),
        first_day.get(ShipmentStatus.OUT_FOR_DELIVERY),
        there,
    ]
    labels = ["ordered", "packed", "on_the_way", "out", "ready" if is_waiting else "there"]
    if scene.goes_back:
        labels[scene.stop] = "back"
        reached[scene.stop] = days.local(parcel.status_at).date() if parcel.status_at else None
    return Way(
        at=scene.stop,
        stops=tuple(
            Stop(days.texts(f"stop.{label}"), days.short(day) if day and position <= scene.stop else "")
            for position, (label, day) in enumerate(zip(labels, reached, strict=True))
        ),
        warn=scene.warn,
        place="parcel-shop" if scene.waits_in_shop else "",
    )


def _way_before(order: OrderFacts, days: Days) -> Way:
    """Without any parcel: what the shop calls sent is on its way, though nobody reports from there."""
    ordered = days.short(days.local(order.placed_at).date())
    labels = ("ordered", "packed", "on_the_way", "out", "there")
    stops = tuple(
        Stop(days.texts(f"stop.{label}"), "" if position else ordered) for position, label in enumerate(labels)
    )
    is_sent = order.status in (OrderStatus.FULFILLED, OrderStatus.CLOSED)
    return Way(at=ON_THE_WAY if is_sent else 0, stops=stops, warn=False, place="")


def _shown_news(parcel: ParcelFacts, days: Days) -> Sequence[NewsFacts]:
    """Without what clocks far ahead have sent; such news counts for nothing either (``status.py``)."""
    return [item for item in parcel.news if item.occurred_at <= days.now + CLOCK_TOLERANCE]


def _place(item: NewsFacts, news: Sequence[NewsFacts], texts: Texts) -> str:
    """Where it happened. The country goes without saying while the parcel has been in one only."""
    travels = len({one.country for one in news if one.country}) > 1
    country = country_name(item.country, texts.language) if item.country and (travels or not item.city) else ""
    return ", ".join(part for part in (item.city, country) if part)


def _entry(item: NewsFacts, where: str, private_words: frozenset[str], days: Days) -> HistoryEntry:
    texts = days.texts
    is_known = item.status is not None
    key = f"news.{item.substatus or item.status}" if is_known else "news.other"
    return HistoryEntry(
        title=texts(key),
        when=sentence(days.moment(item.occurred_at)),
        iso=days.local(item.occurred_at).isoformat(),
        where=where,
        detail="" if is_known else _without_person(item.message, private_words),
    )


def _without_person(text: str, private_words: frozenset[str]) -> str:
    """Carriers' sentences may name people; such a sentence is left out as a whole."""
    words = set(re.split(r"[^\w@.+-]+", text.casefold()))
    digits = re.sub(r"\D", "", text)
    names_somebody = bool(words & private_words) or any(
        len(number := re.sub(r"\D", "", word)) >= 7 and number[-7:] in digits for word in private_words
    )
    return "" if names_somebody else text


def _live_url(parcel: ParcelFacts, language: str) -> str:
    """The address the shop gave, else the carrier's own page."""
    told = parcel.tracking_url
    if told and urlsplit(told).scheme in ("http", "https"):
        return told
    return page_of(parcel.carrier, parcel.tracking_number, language=language)


def _unsent(order: OrderFacts) -> tuple[Item, ...]:
    """What is in no parcel yet. Where a parcel does not tell its contents, everything may be in it."""
    if any(not parcel.contents for parcel in order.parcels):
        return ()
    sent: Counter[uuid.UUID] = Counter()
    for parcel in order.parcels:
        sent.update(parcel.contents)
    return tuple(_item(line, line.quantity - sent[line.id]) for line in order.lines if line.quantity > sent[line.id])


def _item(line: LineFacts, quantity: int) -> Item:
    return Item(line.name, quantity, line.image, initial_of(line.name))


def initial_of(name: str) -> str:
    """Return the letter that stands in for an article's picture."""
    return next((sign for sign in name if sign.isalnum()), "·").upper()


def _most_urgent_first(parcels: Sequence[ParcelFacts]) -> list[int]:
    return sorted(range(len(parcels)), key=lambda position: (urgency(parcels[position]), position))


def _questions(order: OrderFacts, *, has_unsent: bool) -> tuple[str, ...]:
    """The questions people have in this situation."""
    if order.status == OrderStatus.CANCELLED:
        return ()
    if not order.parcels:
        return ("address_before", "not_home")
    statuses = {parcel.status for parcel in order.parcels}
    wanted: Mapping[str, bool] = {
        "pickup": ShipmentStatus.AVAILABLE_FOR_PICKUP in statuses,
        "missing": ShipmentStatus.DELIVERED in statuses,
        "damaged": ShipmentStatus.DELIVERED in statuses,
        "not_home": bool(statuses & {ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY}),
        "no_change": bool(statuses & {ShipmentStatus.INFO_RECEIVED, ShipmentStatus.IN_TRANSIT}),
        "address": bool(statuses & {ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED, ShipmentStatus.IN_TRANSIT}),
        "several": len(order.parcels) > 1 or has_unsent,
    }
    return tuple(question for question, is_wanted in wanted.items() if is_wanted)
