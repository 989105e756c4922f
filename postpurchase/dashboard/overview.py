"""The numbers of the first page: few, honest, and each with the rows behind it."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from loyalty.selectors.surveys import Nps, nps
from messaging.models import Message
from orders.models import Order
from postpurchase.accounts.models import Merchant, StoreHost, StorePath
from postpurchase.accounts.selectors import failing_places
from postpurchase.events.models import DeliveryState, EventDelivery
from postpurchase.webhooks.models import WebhookEndpoint
from postpurchase.webhooks.selectors import switched_off_by_us
from tracking.carriers.answers.base import Trouble
from tracking.models import CarrierAccount, Shipment, ShipmentAlarm

NPS_DAYS = 90
PARKED_SHOWN = 10
# Statuses that are counted together; the list of parcels shows the same groups.
UNDER_WAY = ("in_transit", "out_for_delivery")
TROUBLE = ("attempt_failed", "exception", "expired")
WAITING = ("available_for_pickup",)


@dataclass(frozen=True, slots=True)
class Overview:
    """``parked`` are events whose handler failed too often and that wait for a person; ``webhooks_off``
    are endpoints that we switched off ourselves; ``carriers_refusing`` are accounts whose keys a carrier refuses;
    ``places_failing`` are own host names and paths whose proof is gone.
    """

    orders_today: int
    orders_week: int
    parcels_under_way: int
    parcels_in_trouble: int
    parcels_waiting: int
    alarms_open: int
    messages_sent_today: int
    messages_waiting: int
    messages_unknown: int
    messages_failed: int
    nps: Nps
    parked: list[EventDelivery]
    newest_orders: list[Order]
    webhooks_off: list[WebhookEndpoint]
    carriers_refusing: list[CarrierAccount]
    places_failing: list[StoreHost | StorePath]


def overview(*, merchant: Merchant, now: dt.datetime) -> Overview:
    """Return the numbers as of ``now``; a day is the merchant's own. Needs the merchant's scope."""
    midnight = now.astimezone(ZoneInfo(merchant.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    week_ago = midnight - dt.timedelta(days=6)
    orders = Order.objects.aggregate(
        today=Count("id", filter=Q(placed_at__gte=midnight)), week=Count("id", filter=Q(placed_at__gte=week_ago))
    )
    parcels = Shipment.objects.aggregate(
        under_way=Count("id", filter=Q(status__in=UNDER_WAY)),
        trouble=Count("id", filter=Q(status__in=TROUBLE)),
        waiting=Count("id", filter=Q(status__in=WAITING)),
    )
    said = Message.objects.aggregate(
        sent=Count("id", filter=Q(state__in=("accepted", "delivered"), state_at__gte=midnight)),
        waiting=Count("id", filter=Q(state__in=("planned", "held", "ready", "sending"))),
        unknown=Count("id", filter=Q(state="unknown")),
        failed=Count("id", filter=Q(state__in=("failed", "bounced"), state_at__gte=week_ago)),
    )
    return Overview(
        orders_today=orders["today"],
        orders_week=orders["week"],
        parcels_under_way=parcels["under_way"],
        parcels_in_trouble=parcels["trouble"],
        parcels_waiting=parcels["waiting"],
        alarms_open=ShipmentAlarm.objects.filter(ended_at=None).count(),
        messages_sent_today=said["sent"],
        messages_waiting=said["waiting"],
        messages_unknown=said["unknown"],
        messages_failed=said["failed"],
        nps=nps(merchant=merchant, since=now - dt.timedelta(days=NPS_DAYS)),
        parked=list(
            EventDelivery.objects.filter(state=DeliveryState.PARKED)
            .select_related("event")
            .order_by("-sequence")[:PARKED_SHOWN]
        ),
        newest_orders=list(Order.objects.select_related("customer").order_by("-placed_at", "-id")[:6]),
        webhooks_off=switched_off_by_us(merchant=merchant),
        carriers_refusing=list(CarrierAccount.objects.filter(active=True, trouble=Trouble.REFUSED).order_by("client")),
        places_failing=failing_places(),
    )
