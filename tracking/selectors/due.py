"""Which parcels, and orders without one, give cause for alarm now. Each function returns the first ones due.

What already has an alarm of the kind is left out, so looking again finds nothing. History (``backfill``) and cancelled
orders are watched by nobody.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from orders.enums import OrderStatus, PaymentStatus
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from tracking.business_days import business_days_between
from tracking.enums import ShipmentStatus
from tracking.models import AlarmKind, Checkpoint, Promise, Shipment, ShipmentAlarm
from tracking.places import Place, place_of
from tracking.selectors.delivery import delivery_choices
from tracking.status import CLOCK_TOLERANCE, EXPIRES
from tracking.watching.cause import Cause
from tracking.watching.fulfilment import late_from
from tracking.watching.holding_times import holding_time, last_day
from tracking.watching.patience import Patience
from tracking.watching.risk import Whereabouts, is_at_risk

# Older parcels are no news to anybody.
WATCHED_FOR = dt.timedelta(days=60)
PARCELS_PER_RUN = 500
# Rows that are looked at one by one, cheaply, to find those.
LOOKED_AT = 5_000
# The farthest ahead a promise can be at risk: the longest time on the road with its weekends and holidays.
RISK_SEEN_AHEAD = dt.timedelta(days=21)

ANNOUNCED = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED)
ON_THE_WAY = (ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY, ShipmentStatus.ATTEMPT_FAILED)
PAID = (PaymentStatus.PAID, PaymentStatus.NOT_NEEDED, PaymentStatus.PARTIALLY_REFUNDED)
LAST_DAYS = "available_for_pickup_last_days"


def watched(now: dt.datetime, *, statuses: Sequence[str] = (*ANNOUNCED, *ON_THE_WAY)) -> QuerySet[Shipment]:
    """Return the parcels somebody waits for."""
    return Shipment.objects.filter(
        order__backfill=False, delivered_at=None, status__in=statuses, created_at__gt=now - WATCHED_FOR
    ).exclude(order__status=OrderStatus.CANCELLED)


def unsent(now: dt.datetime) -> QuerySet[Order]:
    """Return paid orders to an address that have no parcel. Programs that push no parcels at all are left in peace."""
    return Order.objects.filter(
        ~Exists(Shipment.objects.filter(order_id=OuterRef("pk"))),
        Exists(Shipment.objects.filter(merchant_id=OuterRef("merchant_id"))),
        backfill=False,
        status=OrderStatus.OPEN,
        payment_status__in=PAID,
        placed_at__gt=now - WATCHED_FOR,
        placed_at__lt=now,
    ).exclude(shipping_address={})


def silent(now: dt.datetime, patience: dt.timedelta) -> QuerySet[Shipment]:
    """Return parcels nothing was heard of for so long (``tracking.status.after_silence`` decides)."""
    heard = Checkpoint.objects.filter(
        shipment_id=OuterRef("pk"),
        occurred_at__gt=now - patience,
        occurred_at__lte=F("recorded_at") + CLOCK_TOLERANCE,
    )
    return Shipment.objects.filter(
        ~Exists(heard), delivered_at=None, status__in=EXPIRES, created_at__lte=now - patience
    ).order_by("created_at", "id")


def not_sent(*, merchant: Merchant, patience: Patience, now: dt.datetime) -> list[Cause]:
    """Paid orders whose parcel is late (``fulfilment.late_from``)."""
    paid = Event.objects.filter(subject_id=OuterRef("pk"), type="order.paid").order_by("sequence")
    known = ShipmentAlarm.objects.filter(order_id=OuterRef("pk"), kind=AlarmKind.NOT_SENT)
    waiting = (
        unsent(now)
        .filter(~Exists(known), placed_at__lte=now - dt.timedelta(hours=patience.not_sent_hours))
        .annotate(paid_at=Coalesce(Subquery(paid.values("recorded_at")[:1]), F("placed_at")))
        .order_by("placed_at", "id")
        .values_list("id", "paid_at", "promised_from", "promised_to")
    )
    zone, home = ZoneInfo(merchant.time_zone), delivery_choices(merchant=merchant).warehouse.place
    due = [
        Cause(order_id, None, {"hours": patience.not_sent_hours})
        for order_id, paid_at, first, last in waiting[:LOOKED_AT]
        if now
        >= late_from(
            paid_at=paid_at,
            hours=patience.not_sent_hours,
            shops_day=last or first,
            zone=zone,
            places=(home,),
        )
    ]
    return due[:PARCELS_PER_RUN]


def not_picked_up(*, merchant: Merchant, patience: Patience, now: dt.datetime) -> list[Cause]:
    """Announced parcels the carrier has not seen. Without a tracking number nobody could tell us that it was."""
    days = patience.not_picked_up_days
    waiting = (
        _without(watched(now, statuses=ANNOUNCED), AlarmKind.NOT_PICKED_UP)
        .filter(created_at__lt=now - dt.timedelta(days=days))
        .exclude(tracking_number="")
        .annotate(since=Coalesce("shipped_at", "created_at"))
        .order_by("created_at", "id")
    )
    return _after_business_days(merchant, waiting, now, patience_of=lambda _abroad: days)


def gone_quiet(*, merchant: Merchant, patience: Patience, now: dt.datetime) -> list[Cause]:
    """Parcels on their way whose last scan is too long ago."""
    home, abroad = patience.no_news_days_at_home, patience.no_news_days_abroad
    quiet = (
        _without(watched(now, statuses=ON_THE_WAY), AlarmKind.NO_NEWS)
        .annotate(since=Max("checkpoints__occurred_at", filter=Q(checkpoints__status__isnull=False)))
        .filter(since__lt=now - dt.timedelta(days=min(home, abroad)))
        .order_by("since", "id")
    )
    return _after_business_days(merchant, quiet, now, patience_of=lambda is_abroad: abroad if is_abroad else home)


def _after_business_days(
    merchant: Merchant, parcels: QuerySet[Any], now: dt.datetime, *, patience_of: Callable[[bool], int]
) -> list[Cause]:
    """The parcels (with ``since``) for which so many business days of both countries have passed."""
    zone, home = ZoneInfo(merchant.time_zone), delivery_choices(merchant=merchant).warehouse.place
    today = now.astimezone(zone).date()
    due = []
    for parcel_id, order_id, since, address in parcels.values_list(
        "id", "order_id", "since", "order__shipping_address"
    )[:LOOKED_AT]:
        destination = place_of_address(address, merchant)
        passed = business_days_between(since.astimezone(zone).date(), today, (home, destination))
        if passed >= patience_of(destination.country != home.country):
            due.append(Cause(order_id, parcel_id))
    return due[:PARCELS_PER_RUN]


def promise_missed(*, merchant: Merchant, patience: Patience, now: dt.datetime) -> list[Cause]:
    """Parcels whose newest promised day has passed."""
    today = now.astimezone(ZoneInfo(merchant.time_zone)).date()
    late = _promised(_without(watched(now), AlarmKind.PROMISE_MISSED)).filter(promised__lt=today)
    rows = late.order_by("id").values_list("id", "order_id")
    return [Cause(order_id, parcel_id) for parcel_id, order_id in rows[:PARCELS_PER_RUN]]


def promise_at_risk(*, merchant: Merchant, patience: Patience, now: dt.datetime) -> list[Cause]:
    """Parcels that will probably miss their promised day (``risk.is_at_risk``) and are not known to be late already."""
    zone, home = ZoneInfo(merchant.time_zone), delivery_choices(merchant=merchant).warehouse.place
    local_now = now.astimezone(zone)
    today = local_now.date()
    known = (AlarmKind.PROMISE_AT_RISK, AlarmKind.PROMISE_MISSED, AlarmKind.DELAYED)
    seen = Checkpoint.objects.filter(
        shipment_id=OuterRef("pk"),
        status__isnull=False,
        occurred_at__lte=F("recorded_at") + CLOCK_TOLERANCE,
    ).order_by("-occurred_at", "-id")
    parcels = (
        _promised(_without(watched(now, statuses=(*ANNOUNCED, ShipmentStatus.IN_TRANSIT)), *known))
        .filter(promised__gte=today, promised__lte=today + RISK_SEEN_AHEAD)
        .annotate(
            seen_at=Subquery(seen.values("occurred_at")[:1]),
            seen_in=Subquery(seen.exclude(country="").values("country")[:1]),
        )
        .order_by("promised", "id")
    )
    due = []
    for row in parcels.values(
        "id", "order_id", "status", "substatus", "promised", "seen_at", "seen_in", "order__shipping_address"
    )[:LOOKED_AT]:
        destination = place_of_address(row["order__shipping_address"], merchant)
        parcel = Whereabouts(
            status=row["status"],
            substatus=row["substatus"],
            country=row["seen_in"] or "",
            scanned_on=row["seen_at"] and row["seen_at"].astimezone(zone).date(),
            origin=home.country,
            destination=destination.country,
        )
        if is_at_risk(parcel=parcel, latest=row["promised"], local_now=local_now, places=(home, destination)):
            due.append(Cause(row["order_id"], row["id"], {"latest": row["promised"].isoformat()}))
    return due[:PARCELS_PER_RUN]


def pickup_ending(*, merchant: Merchant, patience: Patience, now: dt.datetime) -> list[Cause]:
    """Parcels that wait to be fetched and go back soon: as the carrier says, or by its holding time."""
    zone = ZoneInfo(merchant.time_zone)
    today = now.astimezone(zone).date()
    attempt = Checkpoint.objects.filter(shipment_id=OuterRef("pk"), status=ShipmentStatus.ATTEMPT_FAILED)
    waiting = (
        _without(watched(now, statuses=(ShipmentStatus.AVAILABLE_FOR_PICKUP,)), AlarmKind.PICKUP_ENDING)
        .filter(status_at__isnull=False)
        .annotate(after_attempt=Exists(attempt))
        .order_by("status_at", "id")
    )
    due = []
    for row in waiting.values(
        *("id", "order_id", "carrier", "substatus", "status_at", "delivery_location", "after_attempt"),
        "order__shipping_address",
    )[:LOOKED_AT]:
        if row["substatus"] == LAST_DAYS:
            due.append(Cause(row["order_id"], row["id"], {"source": "carrier"}))
            continue
        held = holding_time(
            carrier=row["carrier"], location=row["delivery_location"], after_attempt=row["after_attempt"]
        )
        if held is None:
            continue
        place = place_of_address(row["order__shipping_address"], merchant)
        until = last_day(held=held, arrived_on=row["status_at"].astimezone(zone).date(), places=(place,))
        if until - dt.timedelta(days=patience.pickup_warning_days) <= today <= until:
            due.append(Cause(row["order_id"], row["id"], {"source": "holding_time", "last_day": until.isoformat()}))
    return due[:PARCELS_PER_RUN]


def place_of_address(address: Mapping[str, Any], merchant: Merchant) -> Place:
    """Return where a parcel goes, as far as its holidays depend on it; without an address, the merchant's country."""
    return place_of(str(address.get("country") or merchant.country), str(address.get("postal_code") or ""))


def postal_area(order: Order) -> str:
    """Return the beginning of the postal code that neighbours share: all but its last two characters."""
    return str(order.shipping_address.get("postal_code") or "").strip()[:-2]


def _without(parcels: QuerySet[Shipment], *kinds: AlarmKind) -> QuerySet[Shipment]:
    return parcels.filter(~Exists(ShipmentAlarm.objects.filter(shipment_id=OuterRef("pk"), kind__in=kinds)))


def _promised(parcels: QuerySet[Shipment]) -> QuerySet[Any]:
    newest = Promise.objects.filter(shipment_id=OuterRef("pk")).order_by("-made_at", "-id")
    return parcels.annotate(promised=Subquery(newest.values("latest")[:1]))
