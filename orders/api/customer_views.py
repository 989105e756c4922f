"""Customers by REST: who they are, and who turned out to be the same person."""

import uuid
from typing import Annotated

import msgspec
from django.http import Http404
from msgspec import UNSET, Meta
from rest_framework.request import Request

from orders.api.customer_answers import CustomerAnswer, MergeAnswer, customer_answers, merge_answer
from orders.inputs import CustomerInput, MergeInput, Moment, Word
from orders.models import Customer, CustomerMerge
from orders.selectors import customer_by_external_id, customers_matching, merges_matching
from orders.services.customers import upsert_customer
from orders.services.merges import UnknownCustomer, UnknownMerge, merge_customers, undo_merge
from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.lib.validation import Problem
from postpurchase.privacy.api.answers import ErasureAnswer, erasure_answer
from postpurchase.privacy.models import ErasureSource
from postpurchase.privacy.services.erase import request_erasure

NEWEST_FIRST = ("-created_at", "-id")
AS_THEY_CHANGED = ("updated_at", "id")
NEWEST_MERGE_FIRST = ("-merged_at", "-id")


class CustomerQuery(PageQuery, frozen=True, kw_only=True):
    """Which customers. With ``updated_since`` they come in the order in which they changed, else newest first."""

    email: Annotated[str, Meta(max_length=254)] | msgspec.UnsetType = UNSET
    updated_since: Moment | msgspec.UnsetType = UNSET


class MergeQuery(PageQuery, frozen=True, kw_only=True):
    """Which merges, newest first."""

    customer: Annotated[Word, Meta(description="The kept customer's external id.")] | msgspec.UnsetType = UNSET


class CustomersView(ApiView):
    """All customers."""

    @operation("list_customers", "List customers", scope=Scope.CUSTOMERS_READ, answers={200: Page[CustomerAnswer]})
    def get(self, request: Request, query: CustomerQuery) -> Answer:
        """Newest first; with `updated_since` in the order in which they changed, for programs that follow.

        Guests are listed too; their `external_id` is empty. Merged records are not.
        """
        return Answer(
            page_of(
                rows=customers_matching(email=query.email or None, updated_since=query.updated_since or None),
                order=AS_THEY_CHANGED if query.updated_since else NEWEST_FIRST,
                query=query,
                request=request,
                show=customer_answers,
            )
        )


class CustomerView(ApiView):
    """One customer."""

    @operation(
        "put_customer",
        "Create or update a customer",
        scope=Scope.CUSTOMERS_WRITE,
        answers={200: CustomerAnswer, 201: CustomerAnswer},
        named_by={"external_id": "external_id"},
    )
    def put(self, request: Request, external_id: str, body: CustomerInput) -> Answer:
        """The body is the whole customer: absent fields are emptied. Consents are only ever added.

        A guest with the same e-mail address becomes this customer, with everything they bought. Under the id of a
        merged record the body only adds what is not known yet, and the answer is the customer who was kept.
        """
        result = upsert_customer(merchant=merchant_of(request), data=body, now=clock.now())
        answer = _shown(result.customer, changed=result.changed, warnings=list(result.warnings))
        return Answer(answer, status=201 if result.status == "created" else 200)

    @operation(
        "get_customer",
        "Read a customer",
        scope=Scope.CUSTOMERS_READ,
        answers={200: CustomerAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, external_id: str) -> Answer:
        """Who they are, every consent that was reported, and the machines they own."""
        customer = customer_by_external_id(external_id=external_id)
        if customer is None:
            raise Http404
        return Answer(_shown(customer))

    @operation(
        "erase_customer",
        "Erase a customer",
        scope=Scope.CUSTOMERS_WRITE,
        answers={202: ErasureAnswer},
        refusals=(404,),
    )
    def delete(self, request: Request, external_id: str) -> Answer:
        """Forgets the person everywhere; orders, sums, points and scores stay without them. From the answer on they
        cannot be found, the rest follows within seconds. `held`: a legal hold stands against it; it is carried out as
        soon as the hold is released.
        """
        customer = customer_by_external_id(external_id=external_id)
        if customer is None:
            raise Http404
        erasure = request_erasure(
            merchant=merchant_of(request), customer=customer, source=ErasureSource.API, now=clock.now()
        )
        return Answer(erasure_answer(erasure), status=202)


class MergeView(ApiView):
    """Two customers become one."""

    @operation(
        "merge_customer",
        "Merge another customer into this one",
        scope=Scope.CUSTOMERS_WRITE,
        answers={200: MergeAnswer, 201: MergeAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, external_id: str, body: MergeInput) -> Answer:
        """Orders, consents, messages, answers and points of `from` become this customer's; an objection of one holds.

        Empty fields are filled, nothing is overwritten. Both ids lead here from now on. Repeated, it changes nothing.
        """
        try:
            result = merge_customers(
                merchant=merchant_of(request), external_id=external_id, source=body.source, now=clock.now()
            )
        except UnknownCustomer:
            raise Http404 from None
        return Answer(merge_answer(_merge(result.merge), changed=result.changed), status=201 if result.changed else 200)


class MergesView(ApiView):
    """All merges."""

    @operation(
        "list_customer_merges",
        "List merges of customers",
        scope=Scope.CUSTOMERS_READ,
        answers={200: Page[MergeAnswer]},
    )
    def get(self, request: Request, query: MergeQuery) -> Answer:
        """Newest first, those that were undone included."""
        merges = merges_matching()
        if query.customer:
            customer = customer_by_external_id(external_id=query.customer)
            merges = merges_matching(customer_id=customer.id) if customer else merges.none()
        return Answer(
            page_of(
                rows=merges,
                order=NEWEST_MERGE_FIRST,
                query=query,
                request=request,
                show=lambda rows: [merge_answer(row) for row in rows],
            )
        )


class UndoMergeView(ApiView):
    """Two customers are parted again."""

    @operation(
        "undo_customer_merge",
        "Undo a merge",
        scope=Scope.CUSTOMERS_WRITE,
        answers={200: MergeAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, merge_id: uuid.UUID) -> Answer:
        """Everything goes back to where it was; what came in since stays. Repeated, it changes nothing.

        Nothing merges the two again by itself.
        """
        try:
            result = undo_merge(merchant=merchant_of(request), merge_id=merge_id, now=clock.now())
        except UnknownMerge:
            raise Http404 from None
        return Answer(merge_answer(result.merge, changed=result.changed))


def _shown(
    customer: Customer,
    changed: bool | msgspec.UnsetType = UNSET,
    warnings: list[Problem] | msgspec.UnsetType = UNSET,
) -> CustomerAnswer:
    (answer,) = customer_answers([customer])
    return msgspec.structs.replace(answer, changed=changed, warnings=warnings)


def _merge(merge: CustomerMerge) -> CustomerMerge:
    return merges_matching().get(pk=merge.pk)
