"""Events can be read by REST: everything that happened, in the order in which it did."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from django.db.models import Q, QuerySet
from msgspec import UNSET, Meta, Struct
from rest_framework.request import Request

from orders.inputs import Word
from orders.models import Customer, Order
from orders.selectors import customer_by_external_id, ids_of_customer
from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, operation
from postpurchase.events.models import Event


class SubjectAnswer(Struct, frozen=True, kw_only=True):
    """What an event is about: an order or a customer. ``external_id`` is the shop's id."""

    type: str
    id: uuid.UUID
    external_id: str | None


class EventAnswer(Struct, frozen=True, kw_only=True):
    id: uuid.UUID
    type: str
    occurred_at: dt.datetime
    subject: SubjectAnswer
    data: dict[str, Any]


class EventQuery(PageQuery, frozen=True, kw_only=True):
    """Which events, oldest first."""

    order: Annotated[Word, Meta(description="The order's external id.")] | msgspec.UnsetType = UNSET
    customer: Annotated[Word, Meta(description="The customer's external id.")] | msgspec.UnsetType = UNSET
    type: Annotated[str, Meta(max_length=60, examples=["order.placed"])] | msgspec.UnsetType = UNSET


class EventsView(ApiView):
    """Everything that happened."""

    @operation("list_events", "List events", scope=Scope.ORDERS_READ, answers={200: Page[EventAnswer]})
    def get(self, request: Request, query: EventQuery) -> Answer:
        """Oldest first. `customer` means events about the customer (merged records included) and about their orders."""
        return Answer(
            page_of(rows=_matching(query), order=("sequence", "id"), query=query, request=request, show=event_answers)
        )


def event_answers(events: Sequence[Event]) -> list[EventAnswer]:
    """Return events as the API shows them, in two queries for the shop's ids of their subjects."""
    ids = {event.subject_id for event in events}
    names: dict[uuid.UUID, str] = dict(Order.objects.filter(pk__in=ids).values_list("id", "external_id"))
    names |= dict(Customer.objects.filter(pk__in=ids).values_list("id", "external_id"))
    return [
        EventAnswer(
            id=event.id,
            type=event.type,
            occurred_at=event.recorded_at,
            subject=SubjectAnswer(
                type=event.subject_kind, id=event.subject_id, external_id=names.get(event.subject_id) or None
            ),
            data=event.data,
        )
        for event in events
    ]


def _matching(query: EventQuery) -> QuerySet[Event]:
    events = Event.objects.all()
    if query.order:
        events = events.filter(subject_id__in=Order.objects.filter(external_id=query.order).values("id"))
    if query.customer:
        customer = customer_by_external_id(external_id=query.customer)
        ids = ids_of_customer(customer_id=customer.id) if customer else []
        orders = Order.objects.filter(customer_id__in=ids).values("id")
        events = events.filter(Q(subject_id__in=ids) | Q(subject_id__in=orders))
    if query.type:
        events = events.filter(type=query.type)
    return events
