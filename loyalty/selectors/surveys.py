"""What shoppers answered, and what that adds up to."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from loyalty.enums import SurveyKind
from loyalty.models import LedgerEntry, SurveyResponse
from loyalty.rules import Answer, answer_earning, survey_key
from loyalty.selectors.purchases import rules_of, running_programme
from orders.models import Order
from postpurchase.accounts.models import Merchant
from tracking.models import Shipment


@dataclass(frozen=True, slots=True)
class Nps:
    """How many would recommend the shop: 9 and 10 promote it, 0 to 6 do not."""

    promoters: int
    passives: int
    detractors: int

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> int | None:
        """The Net Promoter Score, -100 to 100; None without answers."""
        if not self.answers:
            return None
        return round(100 * (self.promoters - self.detractors) / self.answers)


@dataclass(frozen=True, slots=True)
class SurveyReward:
    """Points for answering; ``posted`` says whether they are in the ledger already."""

    points: int
    posted: bool


def nps(*, merchant: Merchant, since: dt.datetime | None = None, until: dt.datetime | None = None) -> Nps:
    """Return the Net Promoter Score of the answers that count now and were given in ``since`` <= t < ``until``."""
    answers = current_responses(kind=SurveyKind.NPS)
    if since is not None:
        answers = answers.filter(answered_at__gte=since)
    if until is not None:
        answers = answers.filter(answered_at__lt=until)
    counts = answers.aggregate(
        promoters=Count("id", filter=Q(score__gte=9)),
        passives=Count("id", filter=Q(score__in=(7, 8))),
        detractors=Count("id", filter=Q(score__lte=6)),
    )
    return Nps(**counts)


def current_responses(*, kind: SurveyKind) -> QuerySet[SurveyResponse]:
    """Return the answers that count: of each, the latest revision."""
    latest = (
        SurveyResponse.objects.filter(kind=kind)
        .order_by("order", "shipment", "-revision")
        .distinct("order", "shipment")
        .values("id")
    )
    return SurveyResponse.objects.filter(id__in=latest)


def current_answer(
    *, merchant: Merchant, order: Order, kind: SurveyKind, shipment: Shipment | None = None
) -> SurveyResponse | None:
    """Return the answer about an order (or one parcel of it) that counts, or None."""
    return SurveyResponse.objects.filter(order=order, kind=kind, shipment=shipment).order_by("-revision").first()


def responses_of_order(*, merchant: Merchant, order: Order) -> QuerySet[SurveyResponse]:
    """Return every answer about an order with all its revisions, oldest first."""
    return SurveyResponse.objects.filter(order=order).order_by("answered_at", "id")


def survey_reward(*, merchant: Merchant, order: Order, kind: SurveyKind, now: dt.datetime) -> SurveyReward | None:
    """Return the points that answering brings or brought, None where it brings none."""
    if order.customer_id is None:
        return None
    entry = LedgerEntry.objects.filter(source_key=survey_key(kind=kind, order_id=order.id)).first()
    if entry is not None:
        return SurveyReward(entry.points, posted=True)
    programme = running_programme(merchant=merchant)
    if programme is None:
        return None
    rules = [rule for _, rule in rules_of(programme=programme).values()]
    earning = answer_earning(Answer(kind=kind, store=order.store.slug, answered_at=now), rules)
    return SurveyReward(earning.points, posted=False) if earning else None
