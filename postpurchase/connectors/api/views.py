"""Shops are connected, and what they sent is looked through, by REST."""

import uuid
from typing import Annotated

import msgspec
from django.http import Http404
from msgspec import UNSET, Meta, Struct
from rest_framework.request import Request

from orders.inputs import Word
from postpurchase.accounts.models import Scope, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.connectors import selectors
from postpurchase.connectors.api.answers import (
    ConnectionAnswer,
    InboundDeliveryAnswer,
    connection_answer,
    inbound_delivery_answer,
)
from postpurchase.connectors.models import InboundState
from postpurchase.connectors.registry import AGGREGATORS, connector_named
from postpurchase.connectors.services.connections import connect_shop
from postpurchase.connectors.services.process import replay
from postpurchase.lib import clock
from postpurchase.lib.validation import Problem, Refused

_StoreSlug = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
_Secret = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]


class ConnectionInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is absent stays as it is; a new connection needs its ``secret``.

    A new secret leaves the old one good for a day. ``address`` and ``credentials`` are for shops that are asked.
    """

    secret: _Secret | msgspec.UnsetType = UNSET
    active: bool | msgspec.UnsetType = UNSET
    store: _StoreSlug = DEFAULT_STORE
    address: Annotated[str, Meta(max_length=500)] | msgspec.UnsetType = UNSET
    credentials: (
        Annotated[dict[Annotated[str, Meta(max_length=60)], _Secret], Meta(max_length=20)] | msgspec.UnsetType
    ) = UNSET


class ConnectionQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which storefront."""

    store: _StoreSlug = DEFAULT_STORE


class InboundDeliveryQuery(PageQuery, frozen=True, kw_only=True):
    """Which deliveries, newest first."""

    connector: Annotated[Word, Meta(examples=["shopify"])] | msgspec.UnsetType = UNSET
    store: _StoreSlug | msgspec.UnsetType = UNSET
    state: InboundState | msgspec.UnsetType = UNSET
    order: Annotated[Word, Meta(description="The order's external id.")] | msgspec.UnsetType = UNSET
    delivery_id: Annotated[Word, Meta(description="The shop's own id of the delivery.")] | msgspec.UnsetType = UNSET


class ConnectionsView(ApiView):
    """All connected shops."""

    @operation(
        "list_connections", "List connected shops", scope=Scope.SETTINGS_WRITE, answers={200: Page[ConnectionAnswer]}
    )
    def get(self, request: Request, query: PageQuery) -> Answer:
        """Oldest first. Secrets and credentials are not shown."""
        merchant = merchant_of(request)
        return Answer(
            page_of(
                rows=selectors.connections(),
                order=("created_at", "id"),
                query=query,
                request=request,
                show=lambda rows: [connection_answer(row, merchant) for row in rows],
            )
        )


class ConnectionView(ApiView):
    """One make of shop."""

    @operation(
        "put_connection",
        "Connect a shop",
        scope=Scope.SETTINGS_WRITE,
        answers={200: ConnectionAnswer, 201: ConnectionAnswer},
        refusals=(404,),
    )
    def put(self, request: Request, connector: str, body: ConnectionInput) -> Answer:
        """Sets up or changes what a shop of this make may send to a storefront; `hook_url` is where to."""
        merchant = merchant_of(request)
        known = connector_named(connector)
        if known is None:
            raise Http404
        store = Store.objects.filter(slug=body.store).first()
        if store is None:
            raise Refused([Problem("/store", "unknown_store", "There is no such store.")])
        if connector in AGGREGATORS and body.store != DEFAULT_STORE:
            raise Refused([Problem("/store", "not_used", "Carriers' news is about parcels of every storefront.")])
        changes = {
            name: value
            for name in ("secret", "active", "address", "credentials")
            if (value := getattr(body, name)) is not UNSET
        }
        result = connect_shop(merchant=merchant, connector=known, store=store, now=clock.now(), **changes)
        return Answer(connection_answer(result.connection, merchant), status=201 if result.created else 200)

    @operation(
        "get_connection",
        "Read a connected shop",
        scope=Scope.SETTINGS_WRITE,
        answers={200: ConnectionAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, connector: str, query: ConnectionQuery) -> Answer:
        """`first_order_at` says since when orders come in; `poll_problem` why the shop could not be asked."""
        connection = selectors.connection_of(connector=connector, store=query.store)
        if connection is None:
            raise Http404
        return Answer(connection_answer(connection, merchant_of(request)))


class InboundDeliveriesView(ApiView):
    """Everything shops sent."""

    @operation(
        "list_inbound_deliveries",
        "List what shops sent",
        scope=Scope.SETTINGS_WRITE,
        answers={200: Page[InboundDeliveryAnswer]},
    )
    def get(self, request: Request, query: InboundDeliveryQuery) -> Answer:
        """Newest first. `reason` says why nothing came of one; bodies are shown in the dashboard only."""
        return Answer(
            page_of(
                rows=selectors.deliveries_matching(
                    connector=query.connector or None,
                    store=query.store or None,
                    state=query.state or None,
                    order=query.order or None,
                    delivery_id=query.delivery_id or None,
                ),
                order=("-received_at", "-id"),
                query=query,
                request=request,
                show=lambda rows: [inbound_delivery_answer(row) for row in rows],
            )
        )


class ReplayView(ApiView):
    """One more try."""

    @operation(
        "replay_inbound_delivery",
        "Process a delivery again",
        scope=Scope.SETTINGS_WRITE,
        answers={200: InboundDeliveryAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, inbound_delivery_id: uuid.UUID) -> Answer:
        """Works through a stored delivery from the start. What it changed already is not changed twice."""
        delivery = selectors.delivery_by_id(inbound_delivery_id=inbound_delivery_id)
        if delivery is None:
            raise Http404
        replay(delivery=delivery, now=clock.now())
        return Answer(inbound_delivery_answer(delivery))
