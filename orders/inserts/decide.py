"""Deciding what goes along with an order: once, with the stock taken, and stored.

Who packs first decides; whoever packs at the same moment waits for them and reads the same. The last piece of a limited
gift goes to exactly one order, however many packers ask at once: stock is taken by a conditional update.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import F

from orders.enums import OrderStatus, PaymentStatus
from orders.inserts.rules import Candidate, Conditions, OrderFacts, fitting, may_join
from orders.models import Insert, Order, OrderLine, PackedInsert, Packing, Product
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event


@dataclass(frozen=True, slots=True)
class PackingList:
    """What goes into the parcel. ``decided_at`` None: nobody has packed it, or nobody may."""

    order: Order
    lines: Sequence[OrderLine]
    inserts: Sequence[PackedInsert]
    decided_at: dt.datetime | None

    @property
    def is_to_be_decided(self) -> bool:
        """Nobody has packed it yet, and it may be packed."""
        return self.decided_at is None and _is_to_be_packed(self.order)

    @property
    def is_gift(self) -> bool:
        """Somebody else gets it: no prices go along."""
        return self.order.recipient is not None


def packing_list(*, order: Order) -> PackingList:
    """Return what goes into an order's parcel as far as it is decided; changes nothing. Needs the merchant's scope."""
    return _packing_list(
        order, list(order.lines.order_by("position", "id")), Packing.objects.filter(order=order).first()
    )


def decide_packing(*, merchant: Merchant, order: Order, now: dt.datetime) -> PackingList:
    """Return what goes into an order's parcel; the first time, decide it and take the stock.

    Needs the merchant's scope. An order that is not paid yet, cancelled, or history gets no inserts; nothing is decided
    for it.
    """
    lines = list(order.lines.order_by("position", "id"))
    packing = Packing.objects.filter(order=order).first()
    if packing is None and _is_to_be_packed(order):
        packing = _decide(merchant, order, lines, now)
    return _packing_list(order, lines, packing)


def _packing_list(order: Order, lines: Sequence[OrderLine], packing: Packing | None) -> PackingList:
    inserts = list(packing.inserts.filter(released_at=None).order_by("position")) if packing else []
    return PackingList(order, lines, inserts, packing.decided_at if packing else None)


def on_order_cancelled(*, event: Event) -> None:
    """Put limited pieces of a cancelled order back to the stock."""
    packed = PackedInsert.objects.select_for_update().filter(packing__order_id=event.subject_id, released_at=None)
    for one in packed.order_by("position"):
        if one.insert_id:
            Insert.objects.filter(pk=one.insert_id, stock__isnull=False).update(stock=F("stock") + 1)
        one.released_at = event.recorded_at
        one.save(update_fields=["released_at"])


def _is_to_be_packed(order: Order) -> bool:
    return (
        not order.backfill
        and order.status != OrderStatus.CANCELLED
        and order.payment_status not in (PaymentStatus.PENDING, PaymentStatus.REFUNDED)
    )


def _decide(merchant: Merchant, order: Order, lines: Sequence[OrderLine], now: dt.datetime) -> Packing:
    packing = Packing(merchant=merchant, order=order, decided_at=now)
    # The unique key lets one in; the others wait here until it has committed.
    Packing.objects.bulk_create([packing], ignore_conflicts=True)
    if not Packing.objects.filter(pk=packing.pk).exists():
        return Packing.objects.get(order=order)
    rows = {row.id: row for row in Insert.objects.filter(active=True)}
    today = now.astimezone(ZoneInfo(merchant.time_zone)).date()
    chosen: list[Candidate] = []
    packed = []
    for one, reasons in fitting([_candidate(row) for row in rows.values()], facts=_facts(order, lines), today=today):
        if may_join(chosen, one) and _take(one):
            chosen.append(one)
            row = rows[one.id]
            packed.append(
                PackedInsert(
                    merchant=merchant,
                    packing=packing,
                    insert=row,
                    name=row.name,
                    sku=row.sku,
                    note=row.note,
                    position=len(chosen),
                    reasons=reasons,
                )
            )
    PackedInsert.objects.bulk_create(packed)
    return packing


def _take(one: Candidate) -> bool:
    """Take a piece from the stock; False where the last one has just gone to somebody else."""
    if one.stock is None:
        return True
    return bool(Insert.objects.filter(pk=one.id, stock__gt=0).update(stock=F("stock") - 1))


def _candidate(row: Insert) -> Candidate:
    return Candidate(
        id=row.id,
        conditions=msgspec.convert(row.conditions, Conditions),
        priority=row.priority,
        alone=row.alone,
        stock=row.stock,
        first_day=row.first_day,
        last_day=row.last_day,
    )


def _facts(order: Order, lines: Sequence[OrderLine]) -> OrderFacts:
    skus = frozenset(line.sku for line in lines if line.sku)
    categories = Product.objects.filter(sku__in=skus).values_list("categories", flat=True)
    attributes = {**(order.customer.attributes if order.customer else {}), **order.attributes}
    return OrderFacts(
        number=_number(order),
        total=order.total,
        currency=order.currency,
        country=str(order.shipping_address.get("country") or ""),
        skus=skus,
        categories=frozenset(category for group in categories for category in group),
        attributes={name: str(value) for name, value in attributes.items() if isinstance(value, str | int | float)},
        is_gift=order.recipient is not None,
    )


def _number(order: Order) -> int | None:
    """Which order of the customer it is, from 1; cancelled ones do not count."""
    if order.customer_id is None:
        return None
    earlier = Order.objects.filter(customer_id=order.customer_id, placed_at__lt=order.placed_at)
    return earlier.exclude(status=OrderStatus.CANCELLED).count() + 1
