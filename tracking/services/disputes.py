"""What follows when a shopper contradicts the carrier: an alarm, and for an attempt the signs that speak against it.

The answers are collected on the tracking page (``services/cases.py``), which records ``delivery.denied`` and
``delivery.attempt_disputed``; both name the parcel.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Min

from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from tracking.carriers.answers.base import zone_of as time_zone_of
from tracking.enums import ShipmentStatus
from tracking.models import AlarmKind, Checkpoint, Shipment
from tracking.selectors.due import place_of_address, postal_area
from tracking.services.alarms import raise_and_tell
from tracking.watching.cause import Cause
from tracking.watching.false_attempts import Answer, Attempt, Suspicion, weigh

ONE_MINUTE, ONE_DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def on_delivery_denied(*, event: Event) -> None:
    """Raise an alarm, if the carrier did say that the parcel was delivered."""
    shipment = _shipment(event)
    if shipment is None or shipment.delivered_at is None:
        return
    detail = {"delivered_at": shipment.delivered_at.isoformat(), "location": shipment.delivery_location}
    raise_and_tell(
        merchant_id=event.merchant_id,
        kind=AlarmKind.DELIVERY_DENIED,
        causes=[Cause(shipment.order_id, shipment.id, detail)],
        now=event.recorded_at,
    )


def on_attempt_disputed(*, event: Event) -> None:
    """Weigh the newest attempt against the shopper's answer, and raise an alarm where it is probably false.

    ``was_home`` in the event's data is true unless it says otherwise; ``was_rung`` may be missing.
    """
    shipment = _shipment(event)
    attempt = _newest_attempt(shipment, event.recorded_at) if shipment else None
    if shipment is None or attempt is None:
        return
    answer = Answer(was_home=event.data.get("was_home", True), was_rung=event.data.get("was_rung"))
    merchant = Merchant.objects.get(pk=event.merchant_id)
    found = weigh_attempt(merchant=merchant, shipment=shipment, attempt=attempt, answer=answer)
    if found is None or not found.is_suspicious:
        return
    detail = {"score": found.score, "signs": list(found.signs), "attempted_at": attempt.occurred_at.isoformat()}
    raise_and_tell(
        merchant_id=event.merchant_id,
        kind=AlarmKind.FALSE_ATTEMPT,
        causes=[Cause(shipment.order_id, shipment.id, detail)],
        now=event.recorded_at,
    )


def weigh_attempt(*, merchant: Merchant, shipment: Shipment, attempt: Checkpoint, answer: Answer) -> Suspicion | None:
    """Return what speaks against an attempt, None where the shopper does not dispute it. Needs the scope."""
    place = place_of_address(shipment.order.shipping_address, merchant)
    of_place = time_zone_of(attempt.country or place.country)
    zone = of_place or ZoneInfo(merchant.time_zone)
    local = attempt.occurred_at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight if of_place else attempt.occurred_at - ONE_DAY
    news = Checkpoint.objects.filter(shipment=shipment)
    at_shop = news.filter(status=ShipmentStatus.AVAILABLE_FOR_PICKUP, occurred_at__gte=attempt.occurred_at)
    at_shop_at = at_shop.aggregate(first=Min("occurred_at"))["first"]
    known = Attempt(
        local_time=local,
        same_minute=_attempts_in_the_same_minute(shipment, attempt),
        was_out_that_day=news.filter(
            status=ShipmentStatus.OUT_FOR_DELIVERY, occurred_at__gte=since, occurred_at__lte=attempt.occurred_at
        ).exists(),
        at_shop_at=at_shop_at and at_shop_at.astimezone(zone),
        is_time_known=of_place is not None,
    )
    return weigh(attempt=known, answer=answer, places=(place,))


def _shipment(event: Event) -> Shipment | None:
    return (
        Shipment.objects.select_related("order")
        .filter(pk=event.data["shipment_id"], order_id=event.subject_id, order__backfill=False)
        .first()
    )


def _newest_attempt(shipment: Shipment, now: dt.datetime) -> Checkpoint | None:
    attempts = Checkpoint.objects.filter(shipment=shipment, status=ShipmentStatus.ATTEMPT_FAILED, occurred_at__lte=now)
    return attempts.order_by("-occurred_at", "-id").first()


def _attempts_in_the_same_minute(shipment: Shipment, attempt: Checkpoint) -> int:
    """How many parcels of the carrier in this postal area nobody was at home for within this minute, with this one."""
    minute = attempt.occurred_at.replace(second=0, microsecond=0)
    found = Checkpoint.objects.filter(
        status=ShipmentStatus.ATTEMPT_FAILED,
        carrier=attempt.carrier,
        occurred_at__gte=minute,
        occurred_at__lt=minute + ONE_MINUTE,
    )
    area = postal_area(shipment.order)
    if area:
        found = found.filter(
            shipment__order__shipping_address__country=shipment.order.shipping_address.get("country"),
            shipment__order__shipping_address__postal_code__startswith=area,
        )
    else:
        found = found.filter(shipment=shipment)
    return found.values("shipment__tracking_number").distinct().count()
