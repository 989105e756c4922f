"""Keeping the promise ledger: every day that is told to a shopper becomes a row, and is never changed."""

import datetime as dt
from zoneinfo import ZoneInfo

from orders.enums import OrderStatus
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event
from tracking.models import Promise, PromiseSource, Shipment
from tracking.places import Place, place_of
from tracking.promise import (
    Journey,
    ParcelFacts,
    Window,
    chosen_window,
    estimate,
    more_exact,
    named_window,
    timed_window,
)
from tracking.selectors.delivery import DeliveryChoices, delivery_choices
from tracking.selectors.shipments import window_of
from tracking.selectors.transit import transit_model
from tracking.times import Times, times_of


def on_order_placed(*, event: Event) -> None:
    """Name a day for a new order."""
    _renew(event, shipment_id=None)


def on_order_updated(*, event: Event) -> None:
    """Name another day where the shop changed its own."""
    _renew(event, shipment_id=None)


def on_shipment_registered(*, event: Event) -> None:
    """Name a day for a new parcel."""
    _renew(event, shipment_id=event.data["shipment_id"])


def on_shipment_updated(*, event: Event) -> None:
    """Name another day where the parcel's dates changed."""
    _renew(event, shipment_id=event.data["shipment_id"])


def _renew(event: Event, *, shipment_id: str | None) -> None:
    order = Order.objects.filter(pk=event.subject_id).first()
    if order is None:
        return
    shipment = Shipment.objects.filter(pk=shipment_id).first() if shipment_id else None
    merchant = Merchant.objects.get(pk=event.merchant_id)
    renew_promise(merchant=merchant, order=order, shipment=shipment, now=event.recorded_at)


def renew_promise(*, merchant: Merchant, order: Order, shipment: Shipment | None, now: dt.datetime) -> Promise | None:
    """Store the day that holds now for an order (or one parcel of it), if it is another one than before.

    Returns the new row, None where nothing changed or no day can be named. Needs the merchant's scope.
    """
    window = promised_window(merchant=merchant, order=order, shipment=shipment, now=now)
    if window is None:
        return None
    last = Promise.objects.filter(order_id=order.id, shipment=shipment).order_by("-made_at", "-id").first()
    if last and window_of(last) == window:
        return None
    promise = Promise.objects.create(
        merchant=merchant,
        order=order,
        shipment=shipment,
        source=window.source,
        earliest=window.earliest,
        likely=window.likely,
        latest=window.latest,
        window_from=window.window_from,
        window_to=window.window_to,
        made_at=now,
    )
    record_event(
        merchant_id=merchant.id,
        type="promise.made",
        subject=Subject.order(order.id),
        data={
            "shipment_id": shipment.id if shipment else None,
            "promise_id": promise.id,
            "backfill": order.backfill,
        },
        now=now,
    )
    return promise


def note_carrier_days(
    *,
    merchant: Merchant,
    shipment: Shipment,
    first: dt.date | None,
    last: dt.date | None,
    times: Times | None = None,
    now: dt.datetime,
) -> bool:
    """Keep the days and hours that the carrier itself names for a parcel, and promise them where they count.

    A carrier that says nothing takes nothing back, nor hours that the days it names allow. Returns whether anything is
    other than before. Needs the scope.
    """
    if (first or last or times) is None:
        return False
    zone = ZoneInfo(merchant.time_zone)
    if times:
        first, last = times.days(zone)
    elif hours := times_of(shipment.carrier_window_from, shipment.carrier_window_to):
        begins_on, ends_on = hours.days(zone)
        if (first or last or begins_on) <= begins_on and ends_on <= (last or first or ends_on):
            first, last, times = begins_on, ends_on, hours
    told = {
        "carrier_promised_from": first,
        "carrier_promised_to": last,
        "carrier_window_from": times.begins if times else None,
        "carrier_window_to": times.ends if times else None,
    }
    if all(getattr(shipment, field) == value for field, value in told.items()):
        return False
    for field, value in told.items():
        setattr(shipment, field, value)
    shipment.updated_at = now
    shipment.save(update_fields=[*told, "updated_at"])
    renew_promise(merchant=merchant, order=shipment.order, shipment=shipment, now=now)
    return True


def promised_window(*, merchant: Merchant, order: Order, shipment: Shipment | None, now: dt.datetime) -> Window | None:
    """Return the days for an order or parcel, from the source that the merchant puts first.

    The shop's days are the parcel's, else the order's. None for a cancelled order, for one without an address, and for
    history: nobody was told an estimate then.
    """
    if order.status == OrderStatus.CANCELLED:
        return None
    choices = delivery_choices(merchant=merchant)
    zone = choices.warehouse.time_zone
    named: dict[PromiseSource, Window | None] = {
        PromiseSource.SHOP: named_window(order.promised_from, order.promised_to)
    }
    if shipment:
        own = timed_window(times_of(shipment.window_from, shipment.window_to), zone)
        own = own or named_window(shipment.promised_from, shipment.promised_to)
        named[PromiseSource.SHOP] = own or named[PromiseSource.SHOP]
        named[PromiseSource.CARRIER] = timed_window(
            times_of(shipment.carrier_window_from, shipment.carrier_window_to), zone, PromiseSource.CARRIER
        ) or named_window(shipment.carrier_promised_from, shipment.carrier_promised_to, PromiseSource.CARRIER)
    today = now.astimezone(zone).date()
    best = more_exact(chosen_window(named, choices.sources), named.values(), today=today, now=now)
    if best and choices.sources.index(best.source) < choices.sources.index(PromiseSource.ESTIMATE):
        return best
    if _may_be_estimated(order, shipment):
        facts = parcel_facts(order=order, shipment=shipment, choices=choices)
        model = transit_model(routes=[facts.route], today=facts.handed_over_on)
        named[PromiseSource.ESTIMATE] = estimate(model, facts, now)
    return more_exact(chosen_window(named, choices.sources), named.values(), today=today, now=now)


def _may_be_estimated(order: Order, shipment: Shipment | None) -> bool:
    """History was told nothing; what arrived needs no day; an order with parcels is promised parcel by parcel."""
    if order.backfill or not order.shipping_address:
        return False
    return shipment.delivered_at is None if shipment else not Shipment.objects.filter(order_id=order.id).exists()


def parcel_facts(*, order: Order, shipment: Shipment | None, choices: DeliveryChoices) -> ParcelFacts:
    """Return what an estimate for an order or parcel starts from; an order goes with the carrier it usually does."""
    carrier, service = (shipment.carrier, shipment.service) if shipment else (choices.carrier, choices.service)
    return ParcelFacts(
        journey=Journey(
            warehouse=choices.warehouse,
            country=destination_of(order) or choices.warehouse.country,
            postal_code=str(order.shipping_address.get("postal_code") or ""),
            carrier=carrier,
            service=service,
        ),
        ordered_at=order.placed_at,
        handed_over_at=(shipment.shipped_at or shipment.created_at) if shipment else None,
    )


def destination_of(order: Order) -> str:
    """Return the country an order goes to, empty where it is not known."""
    return str(order.shipping_address.get("country") or "")


def place_of_destination(order: Order) -> Place:
    """Return the Land or canton an order goes to, as far as its address tells."""
    return place_of(destination_of(order), str(order.shipping_address.get("postal_code") or ""))
