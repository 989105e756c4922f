"""Badges: which there are, who has which, and what counts of a customer's history."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from loyalty.badges import BadgeWords, Goal, History, badge_words, is_earned
from loyalty.enums import BadgeRule, SurveyKind
from loyalty.models import Badge, BadgeAward, SurveyResponse
from loyalty.rules import Purchase, arrived_at
from loyalty.selectors.purchases import purchase_of
from orders.enums import OrderStatus
from orders.models import Customer, Order
from orders.selectors import ids_of_customer
from postpurchase.accounts.models import Merchant


@dataclass(frozen=True, slots=True)
class EarnedBadge:
    """A badge that a customer has, since ``earned_at``, by ``cause``."""

    badge: Badge
    earned_at: dt.datetime
    cause: str


def badges_of_customer(*, merchant: Merchant, customer: Customer) -> list[EarnedBadge]:
    """Return the badges a customer has, the latest first. Of what merged customers both had, the earlier counts.

    Needs the merchant's scope.
    """
    awards = BadgeAward.objects.filter(customer_id__in=ids_of_customer(customer_id=customer.id))
    first: dict[uuid.UUID, BadgeAward] = {}
    for award in awards.select_related("badge").order_by("earned_at", "id"):
        first.setdefault(award.badge_id, award)
    return [EarnedBadge(award.badge, award.earned_at, award.cause) for award in reversed(first.values())]


def declared_badges(*, merchant: Merchant) -> QuerySet[Badge]:
    """Return the merchant's badges, those in use first, with ``holders``: how often each was earned."""
    return Badge.objects.annotate(holders=Count("awards")).order_by("-active", "created_at", "id")


def words_of(*, badge: Badge, language: str, tone: str) -> BadgeWords:
    """Return the badge's words for a reader."""
    return badge_words(names=badge.names, sentences=badge.sentences, language=language, tone=tone, otherwise=badge.slug)


def goal_of(badge: Badge) -> Goal:
    """Return the badge's goal as the decision needs it."""
    return Goal(BadgeRule(badge.rule), badge.goal, badge.currency)


def histories_of(*, merchant: Merchant, customer_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, History]:
    """Return what counts of each customer's history; a fixed number of queries for any number of customers.

    An order counts once it arrived, imported history that was paid for at once; one that was cancelled or given back as
    a whole does not.
    Needs the merchant's scope.
    """
    zone = ZoneInfo(merchant.time_zone)
    orders = Order.objects.filter(customer_id__in=customer_ids).exclude(status=OrderStatus.CANCELLED)
    of_customer: dict[uuid.UUID, list[Order]] = defaultdict(list)
    for order in orders.select_related("store").prefetch_related("lines", "refunds__lines", "shipments__lines"):
        if order.customer_id is not None:
            of_customer[order.customer_id].append(order)
    answers = _answers(customer_ids)
    return {one: _history(of_customer[one], answers[one], zone) for one in customer_ids}


@dataclass(frozen=True, slots=True)
class Reach:
    """How many customers meet a goal today, ``among`` those who became known last."""

    meet: int
    among: int


def reach_of(*, merchant: Merchant, goal: Goal, now: dt.datetime, among: int = 500) -> Reach:
    """Return how many customers would have a badge for ``goal``. Needs the merchant's scope."""
    known = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True).order_by("-id")
    customer_ids = list(known.values_list("id", flat=True)[:among])
    today = now.astimezone(ZoneInfo(merchant.time_zone)).date()
    histories = histories_of(merchant=merchant, customer_ids=customer_ids).values()
    return Reach(sum(is_earned(goal, history, today) for history in histories), len(customer_ids))


def _answers(customer_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many surveys were answered; answering one again is no second answer."""
    counted: dict[uuid.UUID, int] = defaultdict(int)
    answered = SurveyResponse.objects.filter(customer_id__in=customer_ids, kind=SurveyKind.NPS)
    for customer_id, number in answered.values_list("customer_id").annotate(Count("order", distinct=True)):
        counted[customer_id] = number
    return counted


def _history(orders: list[Order], answers: int, zone: ZoneInfo) -> History:
    spent: dict[str, Decimal] = defaultdict(Decimal)
    arrived = 0
    products: set[str] = set()
    for order in orders:
        purchase = purchase_of(order=order)
        if not _counts(purchase):
            continue
        arrived += 1
        spent[purchase.currency] += purchase.goods - purchase.refunded
        products.update(line.sku or line.name for line in order.lines.all())
    return History(
        orders=arrived,
        products=len(products - {""}),
        answers=answers,
        first_ordered_on=min((order.placed_at.astimezone(zone).date() for order in orders), default=None),
        spent=dict(spent),
    )


def _counts(purchase: Purchase) -> bool:
    given_back = purchase.goods > 0 and purchase.refunded >= purchase.goods
    return arrived_at(purchase) is not None and not given_back
