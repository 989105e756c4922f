"""What customers have, what is on its way to them, and how it came about."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from loyalty.enums import PURCHASE_TRIGGERS
from loyalty.models import LedgerEntry, Lot, PointsAccount
from loyalty.rules import Prospect, purchase_prospect
from loyalty.selectors.badges import badges_of_customer
from loyalty.selectors.purchases import purchase_of, rules_of, running_programme
from orders.enums import OrderStatus
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant

EXPIRING_WITHIN = dt.timedelta(days=30)
# An order that has earned nothing after this long will not any more; nobody should wait for it.
UPCOMING_FOR = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class PendingPoints:
    """Points that may be spent from ``at`` on (pending) or until ``at`` (expiring)."""

    points: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """``points`` is the sum of all entries. ``pending`` of them cannot be spent yet, ``available`` can.

    ``receivable`` is what the customer owes after a reversal; the next points pay it. It is 0 unless ``points`` is.
    """

    points: int
    pending: int
    receivable: int

    @property
    def available(self) -> int:
        return self.points - self.pending


@dataclass(frozen=True, slots=True)
class Loyalty:
    """A customer's standing. ``badges`` are the slugs of those earned, the latest first.

    There are no tiers yet: ``tier`` is None and ``progress`` empty.
    """

    balance: Balance
    pending: tuple[PendingPoints, ...]
    expiring: tuple[PendingPoints, ...]
    tier: str | None = None
    badges: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Points an order will earn once something happens that has not happened yet."""

    order: Order
    prospect: Prospect


def balance(*, merchant: Merchant, customer: Customer, now: dt.datetime) -> Balance:
    """Return the customer's balance at ``now``. Needs the merchant's scope."""
    return _balance(customer, _pending(customer, now))


def loyalty_of_customer(*, merchant: Merchant, customer: Customer, now: dt.datetime) -> Loyalty:
    """Return the customer's balance, what of it is pending or about to expire (within 30 days), soonest first, and
    their badges."""
    pending = _pending(customer, now)
    ending = (
        Lot.objects.filter(customer=customer, remaining__gt=0, expires_at__gt=now)
        .filter(expires_at__lte=now + EXPIRING_WITHIN)
        .order_by("expires_at", "id")
    )
    return Loyalty(
        balance=_balance(customer, pending),
        pending=pending,
        expiring=tuple(PendingPoints(lot.remaining, lot.expires_at) for lot in ending if lot.expires_at),
        badges=tuple(earned.badge.slug for earned in badges_of_customer(merchant=merchant, customer=customer)),
    )


def history(*, merchant: Merchant, customer: Customer) -> QuerySet[LedgerEntry]:
    """Return the customer's entries by when they happened, newest first, each with its order and rule."""
    entries = LedgerEntry.objects.filter(customer=customer).select_related("order", "rule")
    return entries.order_by("-occurred_at", "-number")


def entries_of_order(*, merchant: Merchant, order: Order) -> QuerySet[LedgerEntry]:
    """Return the entries that an order brought about, oldest first."""
    return LedgerEntry.objects.filter(order=order).select_related("rule").order_by("number")


def upcoming(*, merchant: Merchant, customer: Customer, now: dt.datetime) -> list[Upcoming]:
    """Return the orders that will earn points once they are paid or delivered, newest first."""
    programme = running_programme(merchant=merchant)
    if programme is None:
        return []
    rules = [rule for _, rule in rules_of(programme=programme).values()]
    orders = (
        Order.objects.filter(customer=customer, backfill=False, placed_at__gte=now - UPCOMING_FOR)
        .exclude(status=OrderStatus.CANCELLED)
        .exclude(ledger_entries__rule__trigger__in=PURCHASE_TRIGGERS)
        .select_related("store")
        .prefetch_related("lines", "refunds__lines", "shipments__lines")
        .order_by("-placed_at")
    )
    prospects = ((order, purchase_prospect(purchase_of(order=order), rules, now)) for order in orders)
    return [Upcoming(order, prospect) for order, prospect in prospects if prospect is not None]


def _balance(customer: Customer, pending: tuple[PendingPoints, ...]) -> Balance:
    account = PointsAccount.objects.filter(customer=customer).first()
    if account is None:
        return Balance(0, 0, 0)
    return Balance(account.points, sum(part.points for part in pending), account.receivable)


def _pending(customer: Customer, now: dt.datetime) -> tuple[PendingPoints, ...]:
    lots = Lot.objects.filter(customer=customer, remaining__gt=0, available_at__gt=now).order_by("available_at", "id")
    return tuple(PendingPoints(lot.remaining, lot.available_at) for lot in lots)
