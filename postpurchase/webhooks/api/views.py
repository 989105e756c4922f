"""A shop's programs set up, watch and repeat their webhooks by REST."""

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from django.http import Http404
from msgspec import UNSET, Meta, Struct
from rest_framework.request import Request

from orders.inputs import Moment
from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page, PageQuery, page_of
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.webhooks import selectors
from postpurchase.webhooks.api.answers import (
    EndpointAnswer,
    EndpointDeletedAnswer,
    EndpointSecretAnswer,
    ReplayAnswer,
    WebhookDeliveryAnswer,
    delivery_answer,
    endpoint_answer,
    endpoint_secret_answer,
)
from postpurchase.webhooks.models import WebhookDelivery, WebhookState
from postpurchase.webhooks.services import endpoints, replay

Url = Annotated[str, Meta(min_length=1, max_length=2000, description="https, port 443 or 8443, a public address.")]
Patterns = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=60)]],
    Meta(min_length=1, max_length=50, description="Events (`order.placed`), beginnings (`order.*`), or `*` for all."),
]
Description = Annotated[str, Meta(max_length=200)]


class EndpointInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An endpoint. ``include_personal_data`` adds who the customer is and where the parcel goes."""

    url: Url
    events: Patterns
    description: Description = ""
    include_personal_data: bool = False
    active: bool = True


class RotateInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the old secret signs along; 0 ends it at once, as after a leak."""

    overlap_hours: Annotated[int, Meta(ge=0, le=168)] = 24


class ReplayInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """The range by the time at which events were recorded; ``to`` itself is not in it."""

    start: Moment
    end: Moment


class DeliveryQuery(PageQuery, frozen=True, kw_only=True):
    """Which deliveries, newest first."""

    state: WebhookState | msgspec.UnsetType = UNSET


class EndpointsView(ApiView):
    """All endpoints."""

    @operation(
        "list_webhook_endpoints", "List endpoints", scope=Scope.WEBHOOKS_WRITE, answers={200: Page[EndpointAnswer]}
    )
    def get(self, request: Request, query: PageQuery) -> Answer:
        """Oldest first. Secrets are not shown."""
        return Answer(
            page_of(
                rows=selectors.endpoints_of(merchant=merchant_of(request)),
                order=("created_at", "id"),
                query=query,
                request=request,
                show=lambda rows: [endpoint_answer(row) for row in rows],
            )
        )

    @operation(
        "create_webhook_endpoint", "Create an endpoint", scope=Scope.WEBHOOKS_WRITE, answers={201: EndpointSecretAnswer}
    )
    def post(self, request: Request, body: EndpointInput) -> Answer:
        """It hears of events from now on. `secret` is shown this once. The address is looked up and must be public."""
        endpoint, secret = endpoints.create_endpoint(
            merchant=merchant_of(request), now=clock.now(), **msgspec.structs.asdict(body)
        )
        return Answer(endpoint_secret_answer(endpoint, secret), 201)


class EndpointView(ApiView):
    """One endpoint."""

    @operation(
        "get_webhook_endpoint",
        "Get an endpoint",
        scope=Scope.WEBHOOKS_WRITE,
        answers={200: EndpointAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, endpoint_id: uuid.UUID) -> Answer:
        """`failing_since` says since when no delivery has succeeded."""
        endpoint = selectors.endpoint_by_id(merchant=merchant_of(request), endpoint_id=endpoint_id)
        if endpoint is None:
            raise Http404
        return Answer(endpoint_answer(endpoint))

    @operation(
        "put_webhook_endpoint",
        "Change an endpoint",
        scope=Scope.WEBHOOKS_WRITE,
        answers={200: EndpointAnswer},
        refusals=(404,),
    )
    def put(self, request: Request, endpoint_id: uuid.UUID, body: EndpointInput) -> Answer:
        """The body is the whole endpoint.

        `active: false` switches it off and drops what waits; `active: true` switches it on again, for what happens from
        then on. What it missed can be replayed.
        """
        endpoint = endpoints.update_endpoint(
            merchant=merchant_of(request), endpoint_id=endpoint_id, now=clock.now(), **msgspec.structs.asdict(body)
        )
        if endpoint is None:
            raise Http404
        return Answer(endpoint_answer(endpoint))

    @operation(
        "delete_webhook_endpoint",
        "Delete an endpoint",
        scope=Scope.WEBHOOKS_WRITE,
        answers={200: EndpointDeletedAnswer},
        refusals=(404,),
    )
    def delete(self, request: Request, endpoint_id: uuid.UUID) -> Answer:
        """Its deliveries go with it."""
        if not endpoints.delete_endpoint(merchant=merchant_of(request), endpoint_id=endpoint_id):
            raise Http404
        return Answer(EndpointDeletedAnswer(id=endpoint_id, deleted=True))


class RotateSecretView(ApiView):
    """A new secret."""

    @operation(
        "rotate_webhook_secret",
        "Rotate the secret",
        scope=Scope.WEBHOOKS_WRITE,
        answers={200: EndpointSecretAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, endpoint_id: uuid.UUID, body: RotateInput) -> Answer:
        """The old secret signs along until `previous_secret_until`: put the new one into your receiver before that."""
        rotated = endpoints.rotate_secret(
            merchant=merchant_of(request),
            endpoint_id=endpoint_id,
            now=clock.now(),
            overlap=dt.timedelta(hours=body.overlap_hours),
        )
        if rotated is None:
            raise Http404
        return Answer(endpoint_secret_answer(*rotated))


class SendTestView(ApiView):
    """A test."""

    @operation(
        "test_webhook_endpoint",
        "Send a test",
        scope=Scope.WEBHOOKS_WRITE,
        answers={202: WebhookDeliveryAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, endpoint_id: uuid.UUID) -> Answer:
        """Sends a `webhook.test`, once, within seconds. The delivery shows what your receiver answered."""
        delivery = replay.send_test(merchant=merchant_of(request), endpoint_id=endpoint_id, now=clock.now())
        if delivery is None:
            raise Http404
        return Answer(delivery_answer(delivery), 202)


class DeliveriesView(ApiView):
    """An endpoint's deliveries."""

    @operation(
        "list_webhook_deliveries",
        "List deliveries",
        scope=Scope.WEBHOOKS_WRITE,
        answers={200: Page[WebhookDeliveryAnswer]},
        refusals=(404,),
    )
    def get(self, request: Request, endpoint_id: uuid.UUID, query: DeliveryQuery) -> Answer:
        """Newest first, with their attempts; kept for 30 days."""
        merchant = merchant_of(request)
        if selectors.endpoint_by_id(merchant=merchant, endpoint_id=endpoint_id) is None:
            raise Http404
        rows = selectors.deliveries_with_attempts(merchant=merchant).filter(endpoint_id=endpoint_id)
        return Answer(
            page_of(
                rows=rows.filter(state=query.state) if query.state else rows,
                order=("-planned_at", "-id"),
                query=query,
                request=request,
                show=lambda found: [delivery_answer(row) for row in found],
            )
        )


class DeliveryView(ApiView):
    """One delivery."""

    @operation(
        "get_webhook_delivery",
        "Get a delivery",
        scope=Scope.WEBHOOKS_WRITE,
        answers={200: WebhookDeliveryAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, delivery_id: uuid.UUID) -> Answer:
        """With its attempts."""
        return Answer(delivery_answer(_delivery(request, delivery_id)))


class ReplayDeliveryView(ApiView):
    """One event again."""

    @operation(
        "replay_webhook_delivery",
        "Replay a delivery",
        scope=Scope.WEBHOOKS_WRITE,
        answers={202: WebhookDeliveryAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, delivery_id: uuid.UUID) -> Answer:
        """Sends the event again as a new delivery with the same `webhook-id`.

        While it is waiting to be sent anyway, that delivery is made due at once and answered.
        """
        delivery = replay.replay_delivery(merchant=merchant_of(request), delivery_id=delivery_id, now=clock.now())
        if delivery is None:
            raise Http404
        return Answer(delivery_answer(_delivery(request, delivery.id)), 202)


class ReplayRangeView(ApiView):
    """A time range again."""

    @operation(
        "replay_webhook_range",
        "Replay a time range",
        scope=Scope.WEBHOOKS_WRITE,
        answers={202: ReplayAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, endpoint_id: uuid.UUID, body: ReplayInput) -> Answer:
        """Sends every event of the range that the filter wants, at most 31 days and 10,000 events.

        That includes events from before the endpoint existed and from while it was off.
        """
        done = replay.replay_range(
            merchant=merchant_of(request), endpoint_id=endpoint_id, start=body.start, end=body.end, now=clock.now()
        )
        if done is None:
            raise Http404
        return Answer(ReplayAnswer(matching=done.matching, planned=done.planned, waiting=done.waiting), 202)


def _delivery(request: Request, delivery_id: uuid.UUID) -> WebhookDelivery:
    rows = selectors.deliveries_with_attempts(merchant=merchant_of(request))
    delivery = rows.filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404
    return delivery
