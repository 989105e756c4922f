"""Looking at all customers for one badge: it was declared or changed, history came in, or a year may be full today.

The customers are taken in the order of their ids, a batch in a transaction; where the review stands is in the badge's
row, so that what was cut off goes on. What is heard by event meanwhile is awarded once all the same.
"""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from loyalty.badges import is_earned
from loyalty.enums import BadgeRule
from loyalty.models import Badge, BadgeAward
from loyalty.selectors.badges import goal_of, histories_of
from loyalty.services.award import give_badge
from orders.models import Customer
from orders.selectors import ids_of_customer
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope

CAUSE = "review"
CUSTOMERS_PER_BATCH = 200
BATCHES_PER_RUN = 25
LOOK_FOR_YEARS_EVERY = dt.timedelta(days=1)


def review_all(*, now: dt.datetime) -> int:
    """Go on with every review that is due, for all merchants. Returns how many badges were given."""
    with all_merchants("which badges everybody is to be looked at for"):
        due = Badge.objects.filter(active=True, review_due_at__lte=now).order_by("review_due_at", "id")
        waiting = list(due.values_list("merchant_id", "id"))
    given = 0
    for merchant_id, badge_id in waiting:
        for _ in range(BATCHES_PER_RUN):
            with merchant_scope(merchant_id):
                merchant = Merchant.objects.get()
                number, is_over = review_batch(merchant=merchant, badge_id=badge_id, now=now)
            given += number
            if is_over:
                break
    return given


def review_batch(*, merchant: Merchant, badge_id: uuid.UUID, now: dt.datetime) -> tuple[int, bool]:
    """Look at the next customers. Returns how many got the badge, and whether there is nothing left to look at.

    A batch that somebody else has in hand is left to them. Needs the merchant's scope.
    """
    due = Badge.objects.filter(pk=badge_id, active=True, review_due_at__lte=now)
    badge = due.select_for_update(skip_locked=True).first()
    if badge is None:
        return 0, True
    customers = _next_customers(badge, now)
    given = sum(_give(badge, customer_id, now) for customer_id in _earners(merchant, badge, customers, now))
    is_over = len(customers) < CUSTOMERS_PER_BATCH
    if is_over:
        badge.review_due_at = now + LOOK_FOR_YEARS_EVERY if badge.rule == BadgeRule.YEARS else None
    badge.reviewed_to = None if is_over else customers[-1]
    badge.save(update_fields=["review_due_at", "reviewed_to"])
    return given, is_over


def _next_customers(badge: Badge, now: dt.datetime) -> list[uuid.UUID]:
    """Current customers without the badge, who have not been looked at in this review."""
    customers = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    if badge.rule == BadgeRule.YEARS:
        # Roughly: a year has 365 days at least. Who is too young is not worth a look each day.
        long_ago = now - dt.timedelta(days=364) * int(badge.goal)
        customers = customers.filter(orders__placed_at__lte=long_ago).distinct()
    if badge.reviewed_to is not None:
        customers = customers.filter(pk__gt=badge.reviewed_to)
    without = customers.exclude(pk__in=BadgeAward.objects.filter(badge=badge).values("customer_id"))
    return list(without.order_by("id").values_list("id", flat=True)[:CUSTOMERS_PER_BATCH])


def _earners(merchant: Merchant, badge: Badge, customers: list[uuid.UUID], now: dt.datetime) -> list[uuid.UUID]:
    goal, today = goal_of(badge), now.astimezone(ZoneInfo(merchant.time_zone)).date()
    histories = histories_of(merchant=merchant, customer_ids=customers)
    return [customer for customer in customers if is_earned(goal, histories[customer], today)]


def _give(badge: Badge, customer_id: uuid.UUID, now: dt.datetime) -> bool:
    """Unless somebody who was merged into the customer brought the badge along."""
    brought = BadgeAward.objects.filter(badge=badge, customer_id__in=ids_of_customer(customer_id=customer_id))
    return not brought.exists() and bool(give_badge(badge=badge, customer_id=customer_id, cause=CAUSE, now=now))
