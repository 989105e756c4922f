"""Points can be read by REST: the balance and every entry behind it."""

import datetime as dt
import uuid

from django.http import Http404
from msgspec import Struct
from rest_framework.request import Request

from loyalty.models import LedgerEntry
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
    """``balance`` is the sum of all entries; ``pending`` of it cannot be spent yet, ``available`` can."""

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
        """What the customer has, what of it is still pending and what expires within 30 days."""
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


def _customer(external_id: str) -> Customer:
    customer = customer_by_external_id(external_id=external_id)
    if customer is None:
        raise Http404
    return customer


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
