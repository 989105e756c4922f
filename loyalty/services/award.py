"""Giving badges to who earned them.

    a parcel arrived, a survey was answered, customers were merged ─▶ award_badges ─▶ BadgeAward, badge.earned
    a badge was declared, history came in, a year may be full      ─▶ ``review.py`` ▶ the same

A customer earns a badge once, whatever is heard twice or at the same time: the row is unique.
"""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.db.models import Q

from loyalty.badges import is_earned
from loyalty.models import Badge, BadgeAward, SurveyResponse
from loyalty.selectors.badges import goal_of, histories_of
from orders.models import Customer, Order
from orders.selectors import current_customer, ids_of_customer
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event
from postpurchase.lib import clock
from tracking.enums import ShipmentStatus

HISTORY_SETTLES = dt.timedelta(minutes=5)


def on_shipment_status_changed(*, event: Event) -> None:
    """Award what the arrival of a parcel earns; history is caught up with, however many parcels it is."""
    if event.data["to"] != ShipmentStatus.DELIVERED:
        return
    order = Order.objects.select_related("merchant", "customer").get(pk=event.subject_id)
    if order.backfill:
        catch_up_with_history(now=clock.now())
    else:
        _award_by(event, order.merchant, order.customer)


def on_survey_answered(*, event: Event) -> None:
    """Award what an answer earns, whatever it says."""
    response = SurveyResponse.objects.select_related("merchant", "customer").get(
        pk=uuid.UUID(event.data["response_id"])
    )
    _award_by(event, response.merchant, response.customer)


def award_badges(*, merchant: Merchant, customer: Customer, cause: str, now: dt.datetime) -> list[BadgeAward]:
    """Give a customer the badges whose rule they meet and that they do not have; record ``badge.earned`` for each.

    ``cause`` names what happened. Needs the merchant's scope.
    """
    if customer.erased_at is not None:
        return []
    active = list(Badge.objects.filter(active=True).order_by("created_at", "id"))
    if not active:
        return []
    awards = BadgeAward.objects.filter(customer_id__in=ids_of_customer(customer_id=customer.id))
    had = set(awards.values_list("badge_id", flat=True))
    wanted = [badge for badge in active if badge.id not in had]
    if not wanted:
        return []
    history = histories_of(merchant=merchant, customer_ids=[customer.id])[customer.id]
    today = now.astimezone(ZoneInfo(merchant.time_zone)).date()
    earned = [badge for badge in wanted if is_earned(goal_of(badge), history, today)]
    given = (give_badge(badge=badge, customer_id=customer.id, cause=cause, now=now) for badge in earned)
    return [award for award in given if award is not None]


def catch_up_with_history(*, now: dt.datetime) -> None:
    """Have everybody looked at soon (``review.py``), because history came in: not order by order, but once it has
    settled. A review that is under way begins anew then. Needs the merchant's scope.
    """
    behind = Q(review_due_at__isnull=True) | Q(reviewed_to__isnull=False)
    Badge.objects.filter(behind, active=True).update(review_due_at=now + HISTORY_SETTLES, reviewed_to=None)


def give_badge(*, badge: Badge, customer_id: uuid.UUID, cause: str, now: dt.datetime) -> BadgeAward | None:
    """Store that a customer earned a badge and record ``badge.earned``; None where they have it already."""
    award, is_new = BadgeAward.objects.get_or_create(
        merchant_id=badge.merchant_id,
        badge=badge,
        customer_id=customer_id,
        defaults={"cause": cause, "earned_at": now},
    )
    if not is_new:
        return None
    record_event(
        merchant_id=badge.merchant_id,
        type="badge.earned",
        subject=Subject.customer(customer_id),
        data={"award_id": award.id, "badge": badge.slug, "cause": cause.partition(":")[0]},
        now=now,
    )
    return award


def _award_by(event: Event, merchant: Merchant, customer: Customer | None) -> None:
    if customer is not None:
        award_badges(
            merchant=merchant, customer=current_customer(customer), cause=f"{event.type}:{event.id}", now=clock.now()
        )
