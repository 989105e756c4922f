"""Legal holds: placing and releasing them, and asking whether there is one."""

import datetime as dt

from django.db.models import Q

from orders.models import Customer, Order
from orders.selectors import ids_of_customer
from postpurchase.accounts.models import Merchant
from postpurchase.lib.personal_data import ErasedPerson
from postpurchase.lib.validation import Problem, Refused
from postpurchase.privacy.models import LegalHold


def place_hold(
    *, merchant: Merchant, reason: str, now: dt.datetime, customer: Customer | None = None, order: Order | None = None
) -> LegalHold:
    """Keep a customer or an order from being deleted, for a reason that everybody at the merchant can read.

    Raises ``Refused`` without a reason. Where a hold stands already, it stays and gets the new reason. Needs the scope.
    """
    if not reason.strip():
        raise Refused([Problem("/reason", "required", "A hold needs a reason.")])
    live = LegalHold.objects.filter(customer=customer, order=order, released_at__isnull=True).first()
    if live is not None:
        live.reason = reason.strip()
        live.save(update_fields=["reason"])
        return live
    return LegalHold.objects.create(
        merchant=merchant, customer=customer, order=order, reason=reason.strip(), placed_at=now
    )


def release_hold(*, hold: LegalHold, now: dt.datetime) -> bool:
    """End a hold; an erasure that waited for it goes on within minutes. Returns whether it was still standing."""
    return bool(LegalHold.objects.filter(pk=hold.pk, released_at__isnull=True).update(released_at=now))


def hold_against_erasing(*, customer: Customer) -> LegalHold | None:
    """Return the hold that stands against erasing a customer: on them, on who was merged into them, or on an order."""
    ids = ids_of_customer(customer_id=customer.id)
    return (
        LegalHold.objects.filter(Q(customer__in=ids) | Q(order__customer__in=ids), released_at__isnull=True)
        .order_by("placed_at")
        .first()
    )


def erase_hold_reasons(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty the reasons of holds that are over; one that stands would have kept the person. Needs the scope."""
    mine = Q(customer__in=person.customer_ids) | Q(order__customer__in=person.customer_ids)
    return LegalHold.objects.filter(mine).update(reason="")
