"""What the page says of an order or a parcel: what is, when it will be, why we think so, what happens next."""

import datetime as dt
from dataclasses import dataclass

from orders.enums import OrderStatus, PaymentStatus
from postpurchase.lib.texts import BorrowedText, Texts
from tracking.carriers.registry import name_of
from tracking.enums import Carrier, ShipmentStatus
from tracking.models import PromiseSource
from tracking.page.days import Days
from tracking.page.facts import OrderFacts, ParcelFacts
from tracking.page.scenes import TROUBLE, Scene
from tracking.promise import Window, is_shown, may_name_hours

NOON = 12
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Saying:
    """The answer at the top: what is, when it will be, why we think so, what happens next."""

    title: str
    next: str
    when: str = ""
    reason: str = ""


def order_saying(order: OrderFacts, days: Days, shop: str) -> Saying:
    """Return what the page says first for no parcel at all, or for several."""
    texts = days.texts
    count = len(order.parcels)
    there = sum(parcel.status == ShipmentStatus.DELIVERED for parcel in order.parcels)
    if count and there == count:
        return Saying(texts("order.all_there.title", total=count), texts("order.all_there.next"))
    trouble = sum(parcel.status in TROUBLE for parcel in order.parcels)
    if trouble:
        form = "title" if trouble == 1 else "title_plural"
        return Saying(texts(f"order.trouble.{form}", trouble=trouble, total=count), texts("order.trouble.next"))
    if count and there:
        form = "title" if there == 1 else "title_plural"
        return Saying(texts(f"order.some_there.{form}", there=there, total=count), texts("order.some_there.next"))
    if count:
        return Saying(texts("order.several.title", total=count), texts("order.several.next"))
    if order.status == OrderStatus.CANCELLED:
        return Saying(texts("order.cancelled.title"), texts("order.cancelled.next"))
    if order.status in (OrderStatus.FULFILLED, OrderStatus.CLOSED):
        return Saying(texts("order.sent.title"), texts("order.sent.next"))
    if order.payment_status == PaymentStatus.PENDING:
        return Saying(texts("order.unpaid.title"), texts("order.unpaid.next"))
    when, reason = _promise_words(order.promise, days, shop, handed_over=False)
    return Saying(texts("order.confirmed.title"), texts("order.confirmed.next"), when, reason)


def parcel_saying(parcel: ParcelFacts, scene: Scene, days: Days, shop: str) -> Saying:
    """Return what the page says of one parcel in its situation."""
    texts = days.texts
    carrier = _carrier_in_a_sentence(parcel, texts)
    when, reason = "", ""
    if parcel.status == ShipmentStatus.DELIVERED and parcel.delivered_at:
        key = "when.picked_up_on" if scene.key == "delivered_picked_up" else "when.delivered_on"
        when = texts(key, day=days.moment(parcel.delivered_at))
    elif parcel.promise is not None and _is_shaken(parcel, days.today):
        when = texts("when.was_promised", day=days.full_name(parcel.promised_first or parcel.promise.latest))
    elif hours := _hours(parcel, scene, days):
        when = sentence(hours)
        reason = _after_the_first_day(parcel, _who_says(parcel, texts, shop), days)
    elif is_shown(parcel.status) and not _is_outdated(parcel):
        when, reason = _promise_words(parcel.promise, days, shop, handed_over=True)
        reason = _after_the_first_day(parcel, reason, days)
    elif parcel.status_at and scene.key != "out_today":
        reason = texts("when.since", day=days.moment(parcel.status_at))
    return Saying(
        title=sentence(texts(f"parcel.{scene.key}.title", carrier=carrier)),
        next=sentence(texts(f"parcel.{scene.key}.next", carrier=carrier)),
        when=when,
        reason=reason,
    )


def _hours(parcel: ParcelFacts, scene: Scene, days: Days) -> str:
    """The hours in which it comes; empty without any, and once they are over, which says only that news is late."""
    times = parcel.promise.times if parcel.promise else None
    if times is None or times.ends <= days.now or not may_name_hours(parcel.status):
        return ""
    if scene.key == "out_today" and times.days(days.time_zone)[0] != days.today:
        return ""
    return days.hours(times)


def _who_says(parcel: ParcelFacts, texts: Texts, shop: str) -> str:
    if parcel.promise and parcel.promise.source == PromiseSource.SHOP:
        return texts("when.hours_from_shop", shop=shop)
    return texts("when.hours_from_carrier")


def _promise_words(window: Window | None, days: Days, shop: str, *, handed_over: bool) -> tuple[str, str]:
    """The day in words, and why we name it."""
    if window is None:
        return "", ""
    texts = days.texts
    if window.latest < days.today:
        return texts("when.was_due", day=days.full_name(window.latest)), ""
    is_estimate = window.source == PromiseSource.ESTIMATE
    soonest = days.today
    if not handed_over or days.local(days.now).hour >= NOON:
        soonest += ONE_DAY  # what is not on the van by noon does not come today
    is_exact = window.earliest == window.latest or (is_estimate and window.likely >= soonest)
    key = ("estimated" if is_estimate else "promised") + ("" if is_exact else "_until")
    day = window.likely if is_exact else window.latest
    reasons = []
    if is_estimate and is_exact and window.earliest != window.latest:
        earliest, latest = days.name(max(window.earliest, soonest)), days.name(window.latest)
        reasons.append(sentence(texts("when.between", earliest=earliest, latest=latest)))
    reasons.append(_why(window, texts, shop, handed_over=handed_over))
    return texts(f"when.{key}", day=days.full_name(day)), " ".join(reasons)


def _why(window: Window, texts: Texts, shop: str, *, handed_over: bool) -> str:
    if window.source == PromiseSource.SHOP:
        return texts("when.from_shop", shop=shop)
    if window.source == PromiseSource.CARRIER:
        return texts("when.from_carrier")
    return texts("when.from_hand_over" if handed_over else "when.from_order")


def _after_the_first_day(parcel: ParcelFacts, reason: str, days: Days) -> str:
    """Nobody who was promised another day before a delay has to wonder whether they remember it wrongly."""
    first = parcel.promised_first
    if parcel.promise is None or not parcel.promise_moved or first is None or first == parcel.promise.latest:
        return reason
    told = sentence(days.texts("when.was_promised_first", day=days.full_name(first)))
    return f"{told} {reason}".strip()


def _is_outdated(parcel: ParcelFacts) -> bool:
    """Our own estimate means nothing any more once the carrier reports a delay."""
    return (
        parcel.substatus == "in_transit_delayed"
        and parcel.promise is not None
        and parcel.promise.source == PromiseSource.ESTIMATE
    )


def _is_shaken(parcel: ParcelFacts, today: dt.date) -> bool:
    """The carrier reports a delay, and the shop, which named a day to come, has named no later one since."""
    return (
        parcel.substatus == "in_transit_delayed"
        and parcel.promise is not None
        and parcel.promise.source == PromiseSource.SHOP
        and parcel.promise.latest >= today
        and not parcel.promise_moved
    )


def _carrier_in_a_sentence(parcel: ParcelFacts, texts: Texts) -> str:
    if texts.has(f"carrier.{parcel.carrier}"):
        return texts(f"carrier.{parcel.carrier}")
    if parcel.carrier == Carrier.OTHER:
        return texts("carrier.unknown")
    return name_of(parcel.carrier)


def sentence(text: str) -> str:
    """Return a text as the start of a sentence."""
    started = text[:1].upper() + text[1:]
    return BorrowedText(started, text.language) if isinstance(text, BorrowedText) else started
