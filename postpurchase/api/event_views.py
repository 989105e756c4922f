"""Events can be read by REST: everything that happened. What people do besides ordering comes in here."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from django.db.models import Q, QuerySet
from msgspec import UNSET, Meta, Struct
from rest_framework.request import Request

from orders.inputs import BehaviourInput, Word
from orders.models import Behaviour, Customer, Order
from orders.selectors import customer_by_external_id, ids_of_customer
from orders.services.behaviours import record_behaviour, record_behaviours
from postpurchase.accounts.models import Scope
from postpurchase.api.batches import BatchShape, Items
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.events.models import Event
from postpurchase.lib import clock
from postpurchase.lib.validation import Problem


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


class BehaviourAnswer(Struct, frozen=True, kw_only=True):
    """``customer`` is as it was told; ``known`` says whether somebody goes by it already."""

    id: uuid.UUID
    name: str
    customer: str
    known: bool
    occurred_at: dt.datetime
    properties: dict[str, Any]
    dedupe_key: str
    changed: bool
    warnings: list[Problem]


class BehaviourItemAnswer(Struct, frozen=True, kw_only=True):
    """What became of one item: ``recorded``, ``duplicate`` (its ``dedupe_key`` came before) or ``invalid``."""

    index: int
    status: str
    errors: list[Problem]


class BehaviourBatchAnswer(Struct, frozen=True, kw_only=True):
    results: list[BehaviourItemAnswer]


class EventsView(ApiView):
    """Everything that happened."""

    @operation("list_events", "List events", scope=Scope.ORDERS_READ, answers={200: Page[EventAnswer]})
    def get(self, request: Request, query: EventQuery) -> Answer:
        """Oldest first. `customer` means events about the customer (merged records included) and about their orders."""
        return Answer(
            page_of(rows=_matching(query), order=("sequence", "id"), query=query, request=request, show=event_answers)
        )

    @operation(
        "push_event",
        "Record what somebody did",
        scope=Scope.EVENTS_WRITE,
        answers={200: BehaviourAnswer, 201: BehaviourAnswer},
    )
    def post(self, request: Request, body: BehaviourInput) -> Answer:
        """For what people do besides ordering: `product.viewed`, `cart.updated`, names of your own.

        `customer` is your id of them or an e-mail address. Somebody unknown is no mistake: it is kept for 30 days and
        becomes theirs when they come. The same `dedupe_key` counts once, the first body stays. Names that begin like
        our own events (`order.`, `shipment.`, `customer.` and so on) are refused, and moments more than 24 hours ahead.
        """
        result = record_behaviour(merchant=merchant_of(request), data=body, now=clock.now())
        if result.behaviour is None:
            raise TypeError("an event that was not refused is stored")
        row, is_new = result.behaviour, result.status == "recorded"
        answer = BehaviourAnswer(
            id=row.id,
            name=row.name,
            customer=row.told_customer,
            known=row.customer_id is not None,
            occurred_at=row.occurred_at,
            properties=row.properties,
            dedupe_key=row.dedupe_key,
            changed=is_new,
            warnings=list(result.warnings),
        )
        return Answer(answer, status=201 if is_new else 200)


class EventBatchView(ApiView):
    """Many at once."""

    @operation(
        "push_events",
        "Record much that people did",
        scope=Scope.EVENTS_WRITE,
        answers={200: BehaviourBatchAnswer},
        batch=BatchShape("events", most=500),
    )
    def post(self, request: Request, items: Items[BehaviourInput]) -> Answer:
        """Up to 500. An invalid item never blocks the others."""
        results = record_behaviours(merchant=merchant_of(request), bodies=list(items.good.values()), now=clock.now())
        by_index = dict(zip(items.good, results, strict=True))
        return Answer(
            BehaviourBatchAnswer(
                results=[
                    BehaviourItemAnswer(
                        index=index,
                        status=by_index[index].status if index in by_index else "invalid",
                        errors=list(by_index[index].errors if index in by_index else items.bad[index]),
                    )
                    for index in range(items.count)
                ]
            )
        )


def event_answers(events: Sequence[Event]) -> list[EventAnswer]:
    """Return events as the API shows them, in two queries for the shop's ids of their subjects.

    What people did comes with its properties, which stand in a table of their own, and with the moment it was done.
    """
    done = _behaviours(events)
    ids = {event.subject_id for event in events}
    names: dict[uuid.UUID, str] = dict(Order.objects.filter(pk__in=ids).values_list("id", "external_id"))
    names |= dict(Customer.objects.filter(pk__in=ids).values_list("id", "external_id"))
    return [
        EventAnswer(
            id=event.id,
            type=event.type,
            occurred_at=done[event.id].occurred_at if event.id in done else event.recorded_at,
            subject=SubjectAnswer(
                type=event.subject_kind, id=event.subject_id, external_id=names.get(event.subject_id) or None
            ),
            data={**event.data, "properties": done[event.id].properties} if event.id in done else event.data,
        )
        for event in events
    ]


def _behaviours(events: Sequence[Event]) -> dict[uuid.UUID, Behaviour]:
    """Return what people did, by the event that tells of it."""
    named = {event.id: uuid.UUID(event.data["behaviour_id"]) for event in events if "behaviour_id" in event.data}
    found = Behaviour.objects.in_bulk(list(named.values())) if named else {}
    return {event_id: found[row_id] for event_id, row_id in named.items() if row_id in found}


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
