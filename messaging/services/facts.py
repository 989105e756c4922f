"""What is true right now: the facts that conditions of journeys look at (``definition.FACTS``).

Codes, numbers and ids only; they are written into the decision log.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from loyalty.enums import Sentiment, SurveyKind
from loyalty.models import SurveyResponse
from messaging.enums import WAITING_STATES, RunState
from messaging.journeys.definition import Scalar
from messaging.models import JourneyRun, Message
from messaging.services.phone_news import can_send_sms, chosen_way
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant
from tracking.enums import ShipmentStatus
from tracking.models import Case, CaseEntry, CaseState, Shipment, ShipmentLine
from tracking.selectors.cases import cases_with_history, replies_to_shopper, said_by_shopper

PROBLEMS = (ShipmentStatus.EXCEPTION, ShipmentStatus.EXPIRED, ShipmentStatus.ATTEMPT_FAILED)


def load_facts(
    *,
    merchant: Merchant,
    order: Order | None,
    customer: Customer,
    entry_data: Mapping[str, Any],
    now: dt.datetime,
) -> dict[str, Scalar]:
    """Return the facts about an order (if any) and a customer. Needs the merchant's scope.

    ``entry_data`` is the data of the event that began the journey; it names the shipment or case, where there is one.
    """
    facts: dict[str, Scalar] = {
        f"event.{name}": value for name, value in entry_data.items() if isinstance(value, str | int | bool)
    }
    facts["merchant.time_zone"] = merchant.time_zone
    facts["customer.accepts_sms"] = can_send_sms() and chosen_way(customer=customer) is not None
    if order is not None:
        facts |= _about_order(order, entry_data.get("shipment_id"), now)
        facts |= _about_case(order, entry_data.get("case_id"))
    return facts


def _about_order(order: Order, shipment_id: str | None, now: dt.datetime) -> dict[str, Scalar]:
    shipments = {
        shipment.id: shipment for shipment in Shipment.objects.filter(order=order).only("id", "status", "substatus")
    }
    answers = _answers(order)
    facts: dict[str, Scalar] = {
        "order.status": order.status,
        "order.payment_status": order.payment_status,
        "order.age_days": (now - order.placed_at).days,
        "order.has_open_problem": any(shipment.status in PROBLEMS for shipment in shipments.values())
        or answers["unhappy"]
        or Case.objects.filter(order=order, state=CaseState.OPEN).exists(),
        "order.nps_answered": answers["nps"],
        "order.all_delivered": _all_delivered(order, list(shipments.values())),
    }
    shipment = shipments.get(uuid.UUID(shipment_id)) if shipment_id else None
    if shipment is not None:
        facts["shipment.status"] = shipment.status
        facts["shipment.substatus"] = shipment.substatus
    return facts


def _about_case(order: Order, case_id: str | None) -> dict[str, Scalar]:
    case = cases_with_history().filter(pk=case_id, order=order).first() if case_id else None
    if case is None:
        return {}
    replies = replies_to_shopper(case)
    return {
        "case.is_open": case.state == CaseState.OPEN,
        "case.known_to_shopper": said_by_shopper(case) or bool(replies),
        "case.answer_under_way": bool(replies) and _is_under_way(order, replies),
    }


def _is_under_way(order: Order, replies: list[CaseEntry]) -> bool:
    """Whether a mail with one of these answers is still to be sent: it will tell what became of the case as well."""
    ids = [str(reply.id) for reply in replies]
    runs = JourneyRun.objects.filter(order=order, state=RunState.RUNNING, entry_data__case_entry_id__in=ids)
    waiting = Message.objects.filter(order=order, state__in=WAITING_STATES, context__case_entry_id__in=ids)
    return runs.exists() or waiting.exists()


def _answers(order: Order) -> dict[str, bool]:
    """What the shopper said of this order: whether the newest word about any parcel is a sad face, and whether NPS."""
    newest = (
        SurveyResponse.objects.filter(order=order)
        .order_by("kind", "shipment_id", "-revision")
        .distinct("kind", "shipment_id")
        .values_list("kind", "score")
    )
    said = list(newest)
    return {
        "unhappy": (SurveyKind.SENTIMENT.value, Sentiment.BAD.value) in said,
        "nps": any(kind == SurveyKind.NPS for kind, _ in said),
    }


def _all_delivered(order: Order, shipments: list[Shipment]) -> bool:
    """Whether every parcel has arrived and, where parcels name their contents, every article was in one of them."""
    if not shipments or any(shipment.status != ShipmentStatus.DELIVERED for shipment in shipments):
        return False
    packed = ShipmentLine.objects.filter(shipment__order=order)
    if packed.values("shipment").distinct().count() < len(shipments):
        return True  # a parcel that does not say what is in it may hold the rest
    in_parcels: int = packed.aggregate(n=Sum("quantity"))["n"] or 0
    ordered: int = order.lines.aggregate(n=Sum("quantity"))["n"] or 0
    return in_parcels >= ordered
