"""From events to points.

Whatever happens to an order, the answer is the same: look at the order as it is now, see what it is worth under the
terms it earned under, and post the difference. So handlers may run late, twice or in another order.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from loyalty.enums import EntryKind, Explanation, SurveyKind
from loyalty.models import LedgerEntry, Programme, SurveyResponse
from loyalty.rules import (
    Answer,
    Purchase,
    Terms,
    answer_earning,
    points_due,
    purchase_earning,
    purchase_key,
    survey_key,
)
from loyalty.selectors.purchases import purchase_of, rules_of, running_programme
from loyalty.services.award import catch_up_with_history
from loyalty.services.ledger import Posting, lock_account, post_entry
from orders.models import Order
from orders.selectors import current_customer
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from postpurchase.lib import clock
from tracking.enums import ShipmentStatus


def on_order_placed(*, event: Event) -> None:
    """Earn where the rule says "when placed" (or the order is paid already, or history, which earns badges as well)."""
    _settle_order_of(event)
    if event.data.get("backfill"):
        catch_up_with_history(now=clock.now())


def on_order_paid(*, event: Event) -> None:
    """Earn where the rule says "when paid"."""
    _settle_order_of(event)


def on_order_updated(*, event: Event) -> None:
    """Follow a changed total, a customer who became known, a payment."""
    _settle_order_of(event)


def on_order_cancelled(*, event: Event) -> None:
    """Take back what the order earned."""
    _settle_order_of(event)


def on_order_refunded(*, event: Event) -> None:
    """Take back the share of what was given back."""
    _settle_order_of(event)


def on_shipment_status_changed(*, event: Event) -> None:
    """Earn where the rule says "when delivered" and this was the last parcel."""
    if event.data["to"] == ShipmentStatus.DELIVERED:
        _settle_order_of(event)


def on_survey_answered(*, event: Event) -> None:
    """Thank for an answer, once per order and survey, whatever the answer says."""
    response = SurveyResponse.objects.select_related("merchant", "order__store", "customer").get(
        pk=uuid.UUID(event.data["response_id"])
    )
    earn_for_answer(merchant=response.merchant, response=response, now=clock.now())


def _settle_order_of(event: Event) -> None:
    merchant = Merchant.objects.get(pk=event.merchant_id)
    settle_order(merchant=merchant, order_id=event.subject_id, cause=f"{event.type}:{event.id}", now=clock.now())


def settle_order(*, merchant: Merchant, order_id: uuid.UUID, cause: str, now: dt.datetime) -> Posting | None:
    """Post what brings an order's points to what it is worth now; None where nothing is to be done.

    ``cause`` names what happened, once and for all; it becomes the source key of a correction. Needs the merchant's
    scope.
    """
    order = Order.objects.select_related("customer").get(pk=order_id)
    customer, programme = order.customer, running_programme(merchant=merchant)
    if customer is None or customer.erased_at is not None:
        return None
    if not _may_earn(order, programme) and not _earned(order_id).exists():
        return None
    # Two handlers of one order may run side by side. Whoever gets the lock reads the order afresh.
    lock_account(merchant=merchant, customer=customer)
    order = _order(order_id)
    purchase = purchase_of(order=order)
    earned = _earned(order.id).first()
    if earned is None:
        return _earn(merchant, programme, order, purchase, now)
    return _correct(merchant, order, purchase, earned, cause, now)


def earn_for_answer(*, merchant: Merchant, response: SurveyResponse, now: dt.datetime) -> Posting | None:
    """Post what answering a survey earns; answering again earns nothing more. Needs the merchant's scope."""
    programme = running_programme(merchant=merchant)
    if programme is None or response.customer is None or response.customer.erased_at is not None:
        return None
    rules = rules_of(programme=programme)
    answer = Answer(kind=SurveyKind(response.kind), store=response.order.store.slug, answered_at=response.answered_at)
    earning = answer_earning(answer, [rule for _, rule in rules.values()])
    source_key = survey_key(kind=response.kind, order_id=response.order_id)
    if earning is None or LedgerEntry.objects.filter(source_key=source_key).exists():
        return None
    return post_entry(
        merchant=merchant,
        customer=current_customer(response.customer),
        points=earning.points,
        kind=EntryKind.EARN,
        source_key=source_key,
        explanation=Explanation.SURVEY,
        rule=rules[earning.rule.id][0],
        order=response.order,
        occurred_at=earning.occurred_at,
        available_at=earning.available_at,
        details={"survey": response.kind},
        now=now,
    )


def _order(order_id: uuid.UUID) -> Order:
    orders = Order.objects.select_related("store", "customer")
    return orders.prefetch_related("lines", "refunds__lines", "shipments__lines").get(pk=order_id)


def _may_earn(order: Order, programme: Programme | None) -> bool:
    return programme is not None and (programme.earn_on_backfill or not order.backfill)


def _earned(order_id: uuid.UUID) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(source_key=purchase_key(order_id=order_id)).select_related("customer", "rule")


def _earn(
    merchant: Merchant, programme: Programme | None, order: Order, purchase: Purchase, now: dt.datetime
) -> Posting | None:
    if programme is None or order.customer is None or not _may_earn(order, programme):
        return None
    rules = rules_of(programme=programme)
    earning = purchase_earning(purchase, [rule for _, rule in rules.values()], now)
    if earning is None:
        return None
    terms = Terms(earning.rule.points, earning.rule.per_amount)
    return post_entry(
        merchant=merchant,
        customer=order.customer,
        points=earning.points,
        kind=EntryKind.EARN,
        source_key=purchase_key(order_id=order.id),
        explanation=Explanation.PURCHASE,
        rule=rules[earning.rule.id][0],
        order=order,
        occurred_at=earning.occurred_at,
        available_at=earning.available_at,
        details=_details(terms, purchase),
        backfill=order.backfill,
        now=now,
    )


def _correct(
    merchant: Merchant, order: Order, purchase: Purchase, earned: LedgerEntry, cause: str, now: dt.datetime
) -> Posting | None:
    """Post the difference between what the order is worth now, under the terms of then, and what was posted."""
    terms = _terms(earned.details)
    corrections = LedgerEntry.objects.filter(corrects=earned, kind__in=(EntryKind.REVERSE, EntryKind.ADJUST))
    difference = points_due(terms, purchase) - sum(entry.points - entry.receivable for entry in (earned, *corrections))
    # A cause posts once. If it is heard again after the order changed once more, that change has news of its own.
    if difference == 0 or LedgerEntry.objects.filter(source_key=cause).exists():
        return None
    return post_entry(
        merchant=merchant,
        customer=current_customer(earned.customer),
        points=difference,
        kind=EntryKind.REVERSE if difference < 0 else EntryKind.ADJUST,
        source_key=cause,
        explanation=_why(purchase, difference),
        rule=earned.rule,
        order=order,
        corrects=earned,
        available_at=max(now, earned.available_at or now) if difference > 0 else None,
        expires_at=earned.expires_at,
        details=_details(terms, purchase),
        backfill=order.backfill,
        now=now,
    )


def _why(purchase: Purchase, difference: int) -> Explanation:
    if difference < 0 and purchase.cancelled:
        return Explanation.ORDER_CANCELLED
    if difference < 0 and purchase.refunded > 0:
        return Explanation.ORDER_REFUNDED
    return Explanation.ORDER_CHANGED


def _details(terms: Terms, purchase: Purchase) -> dict[str, Any]:
    kept = max(Decimal(0), purchase.goods - purchase.refunded)
    return {
        "points": terms.points,
        "per_amount": None if terms.per_amount is None else _plain(terms.per_amount),
        "amount": _plain(Decimal(0) if purchase.cancelled else kept),
        "currency": purchase.currency,
    }


def _terms(details: dict[str, Any]) -> Terms:
    per_amount = details["per_amount"]
    return Terms(points=details["points"], per_amount=None if per_amount is None else Decimal(per_amount))


def _plain(amount: Decimal) -> str:
    """At least two places, no needless zeros: 45.00, 0.125."""
    text = f"{amount.normalize():f}"
    places = len(text.partition(".")[2])
    return text if places >= 2 else f"{amount:.2f}"
