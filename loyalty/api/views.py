"""Points can be read by REST: the balance and every entry behind it; and badges."""

import datetime as dt
import uuid

from django.http import Http404
from msgspec import Struct
from rest_framework.request import Request

from loyalty.models import LedgerEntry
from loyalty.selectors.badges import EarnedBadge, badges_of_customer
from loyalty.selectors.points import history, loyalty_of_customer
from orders.models import Customer
from orders.selectors import customer_by_external_id
from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock


class ExpiringAnswer(Struct, frozen=True, kw_only=True):
    points: int
    at: dt.datetime


class LoyaltyAnswer(Struct, frozen=True, kw_only=True):
    """``balance`` is the sum of all entries; ``pending`` of it cannot be spent yet, ``available`` can.

    ``badges`` are those the customer earned, by their short names, the latest first.
    """

    balance: int
    available: int
    pending: int
    receivable: int
    expiring: list[ExpiringAnswer]
    tier: str | None
    badges: list[str]
    progress: list[str]


class EntryAnswer(Struct, frozen=True, kw_only=True):
    """One movement of points; never changed. ``order`` is the shop's id."""

    id: uuid.UUID
    number: int
    kind: str
    points: int
    receivable: int
    explanation: str
    rule: str | None
    order: str | None
    source_key: str
    occurred_at: dt.datetime
    available_at: dt.datetime | None
    expires_at: dt.datetime | None
    posted_at: dt.datetime


class BadgeAnswer(Struct, frozen=True, kw_only=True):
    """A badge the customer earned. ``names`` and ``sentences`` are by language; ``de_du`` is German that says du.

    ``cause`` is the type of the event it was earned by, ``review`` where it was declared after all had happened.
    """

    badge: str
    picture: str
    names: dict[str, str]
    sentences: dict[str, str]
    cause: str
    earned_at: dt.datetime


class BadgesAnswer(Struct, frozen=True, kw_only=True):
    """A customer's badges, the latest first."""

    badges: list[BadgeAnswer]


class LoyaltyView(ApiView):
    """A customer's standing."""

    @operation(
        "get_loyalty",
        "Read a customer's points",
        scope=Scope.LOYALTY_READ,
        answers={200: LoyaltyAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, external_id: str) -> Answer:
        """What the customer has, what of it is still pending and what expires within 30 days, and their badges."""
        standing = loyalty_of_customer(merchant=merchant_of(request), customer=_customer(external_id), now=clock.now())
        return Answer(
            LoyaltyAnswer(
                balance=standing.balance.points,
                available=standing.balance.available,
                pending=standing.balance.pending,
                receivable=standing.balance.receivable,
                expiring=[ExpiringAnswer(points=part.points, at=part.at) for part in standing.expiring],
                tier=standing.tier,
                badges=list(standing.badges),
                progress=list(standing.progress),
            )
        )


class EntriesView(ApiView):
    """The entries behind a balance."""

    @operation(
        "list_entries",
        "List a customer's entries",
        scope=Scope.LOYALTY_READ,
        answers={200: Page[EntryAnswer]},
        refusals=(404,),
    )
    def get(self, request: Request, external_id: str, query: PageQuery) -> Answer:
        """Newest first."""
        rows = history(merchant=merchant_of(request), customer=_customer(external_id))
        return Answer(
            page_of(
                rows=rows,
                order=("-occurred_at", "-id"),
                query=query,
                request=request,
                show=lambda entries: [_entry(entry) for entry in entries],
            )
        )


class BadgesView(ApiView):
    """What a customer earned besides points."""

    @operation(
        "list_badges",
        "List a customer's badges",
        scope=Scope.LOYALTY_READ,
        answers={200: BadgesAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, external_id: str) -> Answer:
        """The latest first. A badge that was earned stays, whatever becomes of the orders."""
        earned = badges_of_customer(merchant=merchant_of(request), customer=_customer(external_id))
        return Answer(BadgesAnswer(badges=[_badge(one) for one in earned]))


def _customer(external_id: str) -> Customer:
    customer = customer_by_external_id(external_id=external_id)
    if customer is None:
        raise Http404
    return customer


def _badge(earned: EarnedBadge) -> BadgeAnswer:
    return BadgeAnswer(
        badge=earned.badge.slug,
        picture=earned.badge.picture,
        names=earned.badge.names,
        sentences=earned.badge.sentences,
        cause=earned.cause.partition(":")[0],
        earned_at=earned.earned_at,
    )


def _entry(entry: LedgerEntry) -> EntryAnswer:
    return EntryAnswer(
        id=entry.id,
        number=entry.number,
        kind=entry.kind,
        points=entry.points,
        receivable=entry.receivable,
        explanation=entry.explanation,
        rule=entry.rule.key if entry.rule else None,
        order=entry.order.external_id if entry.order else None,
        source_key=entry.source_key,
        occurred_at=entry.occurred_at,
        available_at=entry.available_at,
        expires_at=entry.expires_at,
        posted_at=entry.posted_at,
    )
