"""Orders come in by REST, and can be read."""

from typing import Annotated, Literal

import msgspec
from django.http import Http404
from msgspec import UNSET, Meta
from rest_framework.request import Request

from orders.api.answers import (
    BatchItemAnswer,
    OrderAnswer,
    OrderBatchAnswer,
    RefundAnswer,
    order_answer,
    order_answers,
    refund_answer,
)
from orders.api.details import details_at_hand, details_of_new, read_details
from orders.inputs import CancelInput, Moment, OrderInput, RefundInput, Word
from orders.models import Order
from orders.selectors import order_by_external_id, orders_matching
from orders.services.cancel import cancel_order
from orders.services.ingest import OrderResult, upsert_order, upsert_orders
from orders.services.locked import UnknownOrder
from orders.services.refunds import refund_order
from postpurchase.accounts import page_links
from postpurchase.accounts.models import Merchant, PageKind, Scope
from postpurchase.api.batches import BatchShape, Items
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock

NEWEST_FIRST = ("-placed_at", "-id")
AS_THEY_CHANGED = ("updated_at", "id")


class OrderQuery(PageQuery, frozen=True, kw_only=True):
    """Which orders. With ``updated_since`` they come in the order in which they changed, else newest first."""

    status: Literal["open", "cancelled", "fulfilled", "closed"] | msgspec.UnsetType = UNSET
    number: Word | msgspec.UnsetType = UNSET
    customer: Annotated[Word, Meta(description="The customer's external id.")] | msgspec.UnsetType = UNSET
    email: Annotated[str, Meta(max_length=254)] | msgspec.UnsetType = UNSET
    updated_since: Moment | msgspec.UnsetType = UNSET


class OrdersView(ApiView):
    """All orders."""

    @operation("list_orders", "List orders", scope=Scope.ORDERS_READ, answers={200: Page[OrderAnswer]})
    def get(self, request: Request, query: OrderQuery) -> Answer:
        """Newest first; with `updated_since` in the order in which they changed, for programs that follow."""
        merchant, now = merchant_of(request), clock.now()
        rows = orders_matching(
            status=query.status or None,
            number=query.number or None,
            customer=query.customer or None,
            email=query.email or None,
            updated_since=query.updated_since or None,
        )
        return Answer(
            page_of(
                rows=rows,
                order=AS_THEY_CHANGED if query.updated_since else NEWEST_FIRST,
                query=query,
                request=request,
                show=lambda orders: order_answers(orders, merchant_id=merchant.id, now=now),
            )
        )


class OrderView(ApiView):
    """One order."""

    @operation(
        "put_order",
        "Create or update an order",
        scope=Scope.ORDERS_WRITE,
        answers={200: OrderAnswer, 201: OrderAnswer},
        named_by={"external_id": "external_id"},
    )
    def put(self, request: Request, external_id: str, body: OrderInput) -> Answer:
        """The body is the whole order: an absent optional field means its default, an absent line is removed.

        The same body again changes nothing. An `updated_at` older than the stored one is answered with
        `"changed": false, "ignored": "older"`.
        """
        merchant, now = merchant_of(request), clock.now()
        result = upsert_order(merchant=merchant, data=body, now=now)
        if result.order is None:
            raise TypeError("an order that was not refused is stored")
        is_new = result.status == "created"
        has_consents = bool(body.customer and body.customer.consents)
        answer = order_answer(
            result.order,
            details_of_new(result.order, result.lines, has_consents=has_consents)
            if is_new
            else read_details(result.order),
            tracking_url=_tracking_url(merchant, result.order, is_new=is_new),
            warnings=result.warnings,
            changed=result.changed,
            ignored="older" if result.status == "ignored" else UNSET,
        )
        return Answer(answer, status=201 if is_new else 200)

    @operation("get_order", "Read an order", scope=Scope.ORDERS_READ, answers={200: OrderAnswer}, refusals=(404,))
    def get(self, request: Request, external_id: str) -> Answer:
        """The order with its parcels and refunds."""
        return Answer(_shown(merchant_of(request), external_id))


class OrderBatchView(ApiView):
    """Many orders at once."""

    @operation(
        "push_orders",
        "Create or update many orders",
        scope=Scope.ORDERS_WRITE,
        answers={200: OrderBatchAnswer},
        batch=BatchShape("orders", most=500),
    )
    def post(self, request: Request, items: Items[OrderInput]) -> Answer:
        """Up to 500 orders. An invalid item never blocks the others; the same id twice is applied in turn.

        Each result is `created`, `updated`, `unchanged`, `ignored` (older than what is stored) or `invalid`.
        """
        results = upsert_orders(merchant=merchant_of(request), orders=list(items.good.values()), now=clock.now())
        by_index: dict[int, OrderResult] = dict(zip(items.good, results, strict=True))
        return Answer(
            OrderBatchAnswer(
                results=[
                    _item(index, by_index[index])
                    if index in by_index
                    else BatchItemAnswer(
                        index=index,
                        external_id=items.named(index, "external_id"),
                        status="invalid",
                        errors=list(items.bad[index]),
                    )
                    for index in range(items.count)
                ]
            )
        )


class CancelView(ApiView):
    """The end of an order."""

    @operation("cancel_order", "Cancel an order", scope=Scope.ORDERS_WRITE, answers={200: OrderAnswer}, refusals=(404,))
    def post(self, request: Request, external_id: str, body: CancelInput) -> Answer:
        """Ends the order's journeys. Repeated, it changes nothing."""
        merchant, now = merchant_of(request), clock.now()
        try:
            result = cancel_order(merchant=merchant, external_id=external_id, data=body, now=now)
        except UnknownOrder:
            raise Http404 from None
        return Answer(_shown(merchant, external_id, changed=result.changed))


class RefundsView(ApiView):
    """Money given back."""

    @operation(
        "refund_order",
        "Record a refund",
        scope=Scope.ORDERS_WRITE,
        answers={200: RefundAnswer, 201: RefundAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, external_id: str, body: RefundInput) -> Answer:
        """Once per the refund's own `external_id`; together no more than was paid."""
        try:
            result = refund_order(merchant=merchant_of(request), external_id=external_id, data=body, now=clock.now())
        except UnknownOrder:
            raise Http404 from None
        answer = refund_answer(result.refund, result.order.currency, changed=result.created)
        return Answer(answer, status=201 if result.created else 200)


def _shown(merchant: Merchant, external_id: str, *, changed: bool | msgspec.UnsetType = UNSET) -> OrderAnswer:
    order = _order(external_id)
    return order_answer(order, details_at_hand(order), tracking_url=_tracking_url(merchant, order), changed=changed)


def _tracking_url(merchant: Merchant, order: Order, *, is_new: bool = False) -> str:
    return page_links.page_url(
        merchant_id=merchant.id,
        kind=PageKind.TRACKING,
        subject_id=order.id,
        now=clock.now(),
        is_new=is_new,
        store_id=order.store_id,
    )


def _order(external_id: str) -> Order:
    order = order_by_external_id(external_id=external_id)
    if order is None:
        raise Http404
    return order


def _item(index: int, result: OrderResult) -> BatchItemAnswer:
    return BatchItemAnswer(
        index=index, external_id=result.external_id, status=result.status, errors=list(result.errors)
    )
