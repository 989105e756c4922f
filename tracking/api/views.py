"""Parcels and carrier news come in by REST, and can be read."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.http import Http404
from msgspec import UNSET, UnsetType
from rest_framework.request import Request

from orders.checks import moment_problems
from orders.selectors import order_by_external_id
from postpurchase.accounts.models import Merchant, Scope
from postpurchase.api.batches import BatchShape, Items
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.lib.countries import COUNTRIES
from postpurchase.lib.validation import Problem, Refused
from tracking.api.answers import (
    CheckpointBatchAnswer,
    CheckpointItemAnswer,
    ShipmentAnswer,
    shipment_answer,
)
from tracking.inputs import CheckpointInput, ShipmentInput, ShipmentRefused
from tracking.models import Shipment
from tracking.services.record import record_checkpoints
from tracking.services.register import register_shipment


class OrderShipmentView(ApiView):
    """One parcel of an order, by the shop's ids."""

    @operation(
        "put_shipment",
        "Announce a parcel",
        scope=Scope.SHIPMENTS_WRITE,
        answers={200: ShipmentAnswer, 201: ShipmentAnswer},
        refusals=(404,),
        named_by={"external_id": "shipment_external_id"},
    )
    def put(self, request: Request, external_id: str, shipment_external_id: str, body: ShipmentInput) -> Answer:
        """The carrier may be missing: it is recognised from the number. News that came before the parcel is applied."""
        merchant, now = merchant_of(request), clock.now()
        order = order_by_external_id(external_id=external_id)
        if order is None:
            raise Http404
        if problems := list(moment_problems(_moments(body, "shipped_at"))):
            raise Refused(problems)
        try:
            result = register_shipment(merchant=merchant, order=order, data=body, now=now)
        except ShipmentRefused as refused:
            raise Refused(Problem(one.pointer, one.code, one.message) for one in refused.problems) from None
        answer = _shown(merchant, result.shipment.id, now, changed=result.changed)
        return Answer(answer, status=201 if result.created else 200)


class ShipmentView(ApiView):
    """One parcel, by our id."""

    @operation(
        "get_shipment", "Read a parcel", scope=Scope.SHIPMENTS_READ, answers={200: ShipmentAnswer}, refusals=(404,)
    )
    def get(self, request: Request, id: uuid.UUID) -> Answer:
        """The parcel with its whole history and what was promised."""
        return Answer(_shown(merchant_of(request), id, clock.now()))


class CheckpointBatchView(ApiView):
    """Carrier news."""

    @operation(
        "push_checkpoints",
        "Record carrier news",
        scope=Scope.SHIPMENTS_WRITE,
        answers={200: CheckpointBatchAnswer},
        batch=BatchShape("checkpoints", most=1_000),
    )
    def post(self, request: Request, items: Items[CheckpointInput]) -> Answer:
        """Up to 1,000 pieces of news, in any order; the same news counts once.

        Each result is `recorded`, `duplicate`, `unknown_shipment` (kept 30 days and applied when the parcel is
        announced) or `invalid`. A `status`, a carrier's `code` or its `message` is enough; a message alone is
        understood where it leaves no doubt.
        """
        bad = dict(items.bad)
        good: dict[int, CheckpointInput] = {}
        for index, item in items.good.items():
            if problems := _checkpoint_problems(item):
                bad[index] = tuple(problems)
            else:
                good[index] = item
        recorded = record_checkpoints(merchant=merchant_of(request), checkpoints=list(good.values()), now=clock.now())
        by_index = dict(zip(good, recorded, strict=True))
        results = []
        for index in range(items.count):
            if index in bad:
                results.append(CheckpointItemAnswer(index=index, status="invalid", errors=list(bad[index])))
            else:
                result = by_index[index]
                errors = [Problem(one.pointer, one.code, one.message) for one in result.errors]
                results.append(CheckpointItemAnswer(index=index, status=result.status.value, errors=errors))
        return Answer(CheckpointBatchAnswer(results=results))


def _checkpoint_problems(item: CheckpointInput) -> list[Problem]:
    problems = list(moment_problems(_moments(item, "occurred_at")))
    if item.country and item.country not in COUNTRIES:
        problems.append(Problem("/country", "unknown_country", "This is not an ISO 3166-1 alpha-2 country."))
    return problems


def _moments(told: ShipmentInput | CheckpointInput, happened: str) -> list[tuple[str, dt.datetime | None]]:
    return [(f"/{name}", getattr(told, name)) for name in (happened, "window_from", "window_to")]


def _shown(
    merchant: Merchant, shipment_id: uuid.UUID, now: dt.datetime, changed: bool | UnsetType = UNSET
) -> ShipmentAnswer:
    shipment = Shipment.objects.select_related("order").filter(pk=shipment_id).first()
    if shipment is None:
        raise Http404
    return shipment_answer(shipment, time_zone=ZoneInfo(merchant.time_zone), now=now, changed=changed)
