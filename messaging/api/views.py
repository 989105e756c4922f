"""Messages can be read by REST: what was planned, sent or held back, and why."""

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from django.db.models import Count, QuerySet
from msgspec import UNSET, Meta, Struct
from rest_framework.request import Request

from messaging.enums import MessageState
from messaging.models import Message
from orders.inputs import Word
from orders.selectors import customer_by_external_id
from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, operation


class MessageAnswer(Struct, frozen=True, kw_only=True, rename={"message_class": "class"}):
    """One message. ``order`` and ``customer`` are the shop's ids; ``attempts`` counts hand-overs."""

    id: uuid.UUID
    order: str | None
    customer: str
    journey: str
    step: str
    template: str
    channel: str
    message_class: str
    state: str
    reason: str
    dedupe_key: str
    attempts: int
    planned_at: dt.datetime
    due_at: dt.datetime
    state_at: dt.datetime


class MessageQuery(PageQuery, frozen=True, kw_only=True):
    """Which messages, newest first."""

    order: Annotated[Word, Meta(description="The order's external id.")] | msgspec.UnsetType = UNSET
    customer: Annotated[Word, Meta(description="The customer's external id.")] | msgspec.UnsetType = UNSET
    state: MessageState | msgspec.UnsetType = UNSET


class MessagesView(ApiView):
    """All messages."""

    @operation("list_messages", "List messages", scope=Scope.MESSAGES_READ, answers={200: Page[MessageAnswer]})
    def get(self, request: Request, query: MessageQuery) -> Answer:
        """Newest first. `reason` says why one was not sent; `dedupe_key` is what makes it unique."""
        return Answer(
            page_of(
                rows=_matching(query),
                order=("-planned_at", "-id"),
                query=query,
                request=request,
                show=lambda messages: [message_answer(message) for message in messages],
            )
        )


def message_answer(message: Message) -> MessageAnswer:
    """Return a message as the API shows it; it needs its order, customer and number of attempts at hand."""
    return MessageAnswer(
        id=message.id,
        order=message.order.external_id if message.order else None,
        customer=message.customer.external_id,
        journey=message.journey_key,
        step=message.step_key,
        template=message.template,
        channel=message.channel,
        message_class=message.message_class,
        state=message.state,
        reason=message.reason,
        dedupe_key=message.dedupe_key,
        attempts=getattr(message, "attempt_count", 0),
        planned_at=message.planned_at,
        due_at=message.due_at,
        state_at=message.state_at,
    )


def _matching(query: MessageQuery) -> QuerySet[Message]:
    messages = Message.objects.select_related("order", "customer").annotate(attempt_count=Count("attempts"))
    if query.order:
        messages = messages.filter(order__external_id=query.order)
    if query.customer:
        customer = customer_by_external_id(external_id=query.customer)
        messages = messages.filter(customer=customer) if customer else messages.none()
    if query.state:
        messages = messages.filter(state=query.state)
    return messages
