"""Merging two customers on request, and parting them again.

    request ─▶ lock everybody ─▶ book: second name, gaps, orders ─▶ customer.merged ─▶ messaging and loyalty follow
    undo    ─▶ rows and fields go back ─▶ customer.unmerged ─▶ messaging and loyalty follow

What came in after the merge stays with the kept customer.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from orders.enums import MergeReason
from orders.inputs import MergeSource
from orders.matching import Told
from orders.models import Behaviour, Customer, CustomerMerge, MergedField, Order
from orders.selectors import current_customer
from orders.services.customer_book import CustomerBook, realm_of
from orders.services.merge_rows import gaps_filled_by, gaps_reopened, move_rows, move_rows_back
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.rows import Writes
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event, record_events
from postpurchase.lib.emails import normal_email
from postpurchase.lib.locks import lock_realm
from postpurchase.lib.validation import Problem, Refused


class UnknownCustomer(LookupError):
    """The merchant has no customer with this id."""


class UnknownMerge(LookupError):
    """The merchant has no merge with this id."""


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The merge as it is now; ``changed`` is False where it had been done (or undone) before."""

    merge: CustomerMerge
    changed: bool


def merge_customers(*, merchant: Merchant, external_id: str, source: MergeSource, now: dt.datetime) -> MergeResult:
    """Merge the customer that ``source`` names into the one with the id. Records ``customer.merged``.

    Raises ``UnknownCustomer``, or ``Refused`` where ``source`` names nobody, several, or the same customer. Needs the
    merchant's scope.
    """
    # Who merges changes what names lead to; whoever writes a customer waits.
    lock_realm(realm=realm_of(merchant))
    book = CustomerBook(merchant=merchant, now=now)
    book.open(told=[Told(external_id=external_id)])
    customer = book.with_external_id(external_id)
    if customer is None:
        raise UnknownCustomer(external_id)
    other = _named(source, customer)
    earlier = CustomerMerge.objects.filter(customer=customer, merged=other, undone_at__isnull=True).first()
    if earlier is not None:
        return MergeResult(earlier, changed=False)
    book.open(told=[], ids=[other.id])
    other = book.current(book.with_id(other.id))
    if other is customer:
        raise Refused([Problem("/from", "same_customer", "This is the same customer already.")])
    merge = book.merge(customer, other, MergeReason.REQUEST)
    writes = Writes()
    record_events(merchant_id=merchant.id, events=book.save(writes), now=now, writes=writes)
    return MergeResult(merge, changed=True)


def undo_merge(*, merchant: Merchant, merge_id: uuid.UUID, now: dt.datetime) -> MergeResult:
    """Part two merged customers again. Records ``customer.unmerged``. Again it changes nothing.

    Raises ``UnknownMerge``, or ``Refused`` where one of them was erased, or the kept one was merged into a third: that
    merge is undone first. Needs the merchant's scope.
    """
    lock_realm(realm=realm_of(merchant))
    merge = CustomerMerge.objects.select_related("customer", "merged").filter(pk=merge_id).first()
    if merge is None:
        raise UnknownMerge(merge_id)
    if merge.undone_at is not None:
        return MergeResult(merge, changed=False)
    _refuse_if_too_late(merge)
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
    _part(merge, now)
    move_rows_back(merge=merge, model=Order)
    record_event(
        merchant_id=merchant.id,
        type="customer.unmerged",
        subject=Subject.customer(merge.customer_id),
        data={"merge_id": merge.id, "from_customer_id": merge.merged_id},
        now=now,
    )
    return MergeResult(merge, changed=True)


def on_customer_merged(*, event: Event) -> None:
    """Take along what they did, and an order that came in for them while the merge was being written."""
    merge = CustomerMerge.objects.select_related("customer").filter(pk=event.data["merge_id"]).first()
    if merge is None or merge.undone_at is not None:
        return
    to = current_customer(merge.customer).id
    for model in (Order, Behaviour):
        move_rows(merge=merge, model=model, to=to)


def on_customer_unmerged(*, event: Event) -> None:
    """Give back what they did."""
    merge = CustomerMerge.objects.filter(pk=event.data["merge_id"]).first()
    if merge is not None:
        move_rows_back(merge=merge, model=Behaviour)


def _named(source: MergeSource, customer: Customer) -> Customer:
    """Return the one customer that a request names; an address that ``customer`` shares means the other one."""
    given = [name for name in ("external_id", "email", "id") if getattr(source, name)]
    if len(given) != 1:
        raise Refused([Problem("/from", "one_of", "Give either external_id, email or id.")])
    (name,) = given
    people = Customer.objects.filter(erased_at__isnull=True)
    if name == "email":
        # Who goes by it now; under an id somebody may be meant who was merged before.
        found = people.filter(email=normal_email(source.email or ""), merged_into__isnull=True).order_by("created_at")
        people_found = [one for one in found if one.pk != customer.pk] or list(found)
    else:
        people_found = list(people.filter(**{name: getattr(source, name)}))
    if not people_found:
        raise Refused([Problem(f"/from/{name}", "unknown_customer", "There is no such customer.")])
    if len(people_found) > 1:
        raise Refused([Problem("/from/email", "ambiguous", "Several customers have this address; name one by id.")])
    return people_found[0]


def _refuse_if_too_late(merge: CustomerMerge) -> None:
    if merge.customer.erased_at or merge.merged.erased_at:
        raise Refused([Problem("", "erased", "One of the two was erased; there is nothing left to part.")])
    if merge.customer.merged_into_id:
        raise Refused(
            [Problem("", "merged_again", "The kept customer was merged into another; undo that merge first.")]
        )


def _part(merge: CustomerMerge, now: dt.datetime) -> None:
    """Give both their own fields back, and let the merges that remain fill what is empty now."""
    customer, other = merge.customer, merge.merged
    names = list(MergedField.objects.filter(merge=merge).values_list("name", flat=True))
    _write(customer, gaps_reopened(customer, other, names), now)
    _write(other, {"merged_into_id": None}, now)
    remaining = CustomerMerge.objects.filter(customer=customer, undone_at__isnull=True).select_related("merged")
    for one in remaining.order_by("merged_at", "id"):
        gaps = gaps_filled_by(customer, one.merged)
        _write(customer, gaps.columns, now)
        MergedField.objects.bulk_create(
            [MergedField(merchant_id=merge.merchant_id, merge=one, name=name) for name in gaps.names],
            ignore_conflicts=True,
        )


def _write(customer: Customer, columns: dict[str, Any], now: dt.datetime) -> None:
    for name, value in columns.items():
        setattr(customer, name, value)
    if columns:
        customer.updated_at = now
        customer.save(update_fields=[*columns, "updated_at"])
