"""Orders and programmes as the rules see them."""

import datetime as dt
import uuid
from decimal import Decimal

from django.db.models import Q

from loyalty.enums import Trigger
from loyalty.models import EarningRule, Programme
from loyalty.rules import Conditions, Purchase, Rule
from orders.enums import OrderStatus, PaymentStatus
from orders.models import Order
from postpurchase.accounts.models import Merchant
from tracking.enums import ShipmentStatus

NOTHING = Decimal(0)


def programme_of(*, merchant: Merchant) -> Programme | None:
    """Return the merchant's programme, switched on or not."""
    return Programme.objects.select_related("merchant").first()


def running_programme(*, merchant: Merchant) -> Programme | None:
    """Return the merchant's programme where it is switched on."""
    return Programme.objects.filter(active=True).first()


def rules_of(*, programme: Programme) -> dict[uuid.UUID, tuple[EarningRule, Rule]]:
    """Return the programme's active rules, as rows and as the decision needs them, by id."""
    rows = EarningRule.objects.filter(programme=programme, active=True)
    return {row.id: (row, as_rule(row)) for row in rows}


def rules_in_force(*, programme: Programme, now: dt.datetime) -> list[EarningRule]:
    """Return the rules under which something can be earned at ``now``, the winning ones first."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    return list(EarningRule.objects.filter(begun, not_over, programme=programme, active=True).order_by("rank"))


def as_rule(row: EarningRule) -> Rule:
    """Return the row as the pure decision reads it."""
    return Rule(
        id=row.id,
        key=row.key,
        trigger=Trigger(row.trigger),
        rank=row.rank,
        points=row.points,
        per_amount=row.per_amount,
        conditions=Conditions.parse(row.conditions),
        hold_days=row.hold_days,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def purchase_of(*, order: Order) -> Purchase:
    """Return what counts about an order. Reads its refunds and parcels, prefetched or not."""
    goods = max(NOTHING, order.total - order.shipping_total)
    return Purchase(
        placed_at=order.placed_at,
        currency=order.currency,
        store=order.store.slug,
        goods=goods,
        refunded=_refunded_goods(order, goods),
        paid=order.payment_status != PaymentStatus.PENDING,
        cancelled=order.status == OrderStatus.CANCELLED,
        delivered_at=_delivered_at(order),
        backfill=order.backfill,
    )


def _refunded_goods(order: Order, goods: Decimal) -> Decimal:
    """A refund that names lines counts with these, so shipping given back along with them takes no points; one that
    names none counts whole."""
    refunds = list(order.refunds.all())
    everything = sum((refund.amount for refund in refunds), NOTHING) >= order.total > 0
    if everything or order.payment_status == PaymentStatus.REFUNDED:
        return goods
    refunded = NOTHING
    for refund in refunds:
        lines = sum((line.amount for line in refund.lines.all()), NOTHING)
        refunded += lines or refund.amount
    return min(goods, refunded)


def _delivered_at(order: Order) -> dt.datetime | None:
    """When the last parcel arrived; None while one is on its way or something has not been sent yet."""
    shipments = list(order.shipments.all())
    if not shipments or any(shipment.status != ShipmentStatus.DELIVERED for shipment in shipments):
        return None
    sent: dict[uuid.UUID, int] = {}
    for shipment in shipments:
        lines = list(shipment.lines.all())
        if not lines:  # the shop does not tell what is inside
            return _last_arrival(order)
        for line in lines:
            sent[line.order_line_id] = sent.get(line.order_line_id, 0) + line.quantity
    complete = all(sent.get(line.id, 0) >= line.quantity for line in order.lines.all())
    return _last_arrival(order) if complete else None


def _last_arrival(order: Order) -> dt.datetime | None:
    arrivals = [shipment.delivered_at or shipment.status_at for shipment in order.shipments.all()]
    return max((arrival for arrival in arrivals if arrival is not None), default=None)
