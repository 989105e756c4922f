"""Carriers' news, alarms and other parts' requests open cases; good news closes them.

Handlers of ``postpurchase/pipeline.py``: in order per order, each takes effect once. History (``backfill``) opens none.
"""

import datetime as dt
import uuid

from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from tracking.cases.reasons import NEWS_COUNTS_FOR, outcome_of, reason_of
from tracking.models import Case, CaseReason, CaseSource, CaseState, Shipment
from tracking.services.cases.closing import resolve_case
from tracking.services.cases.entries import CARRIER, hold_cases
from tracking.services.cases.opening import Occurrence, open_case


def on_shipment_status_changed(*, event: Event) -> None:
    """Close what the new status settles; open what it gives cause for."""
    data, now = event.data, event.recorded_at
    if data.get("backfill"):
        return
    _close_settled(event, now)
    reason = reason_of(str(data["to"]), str(data.get("substatus") or ""))
    if reason is None or _is_history(data.get("occurred_at"), now):
        return
    _open(event, reason, CaseSource.CARRIER, substatus=str(data.get("substatus") or ""))


def on_shipment_stalled(*, event: Event) -> None:
    """A parcel that nobody picked up, or that went quiet."""
    if not event.data.get("backfill"):
        _open(event, CaseReason.STALLED, CaseSource.WATCH, data={"rule": str(event.data.get("rule") or "")})


def on_delivery_denied(*, event: Event) -> None:
    """The shopper says that a delivered parcel did not come, whoever heard it."""
    _open(event, CaseReason.NOT_RECEIVED, CaseSource.SHOPPER)


def on_delivery_attempt_disputed(*, event: Event) -> None:
    """The shopper was at home when the carrier says that nobody was, whoever heard it."""
    _open(event, CaseReason.FALSE_ATTEMPT, CaseSource.SHOPPER)


def on_case_requested(*, event: Event) -> None:
    """Another part of the product asks for a case: ``reason`` (``CaseReason``) and, if any, ``shipment_id``."""
    reason = str(event.data.get("reason") or "")
    if reason in CaseReason.values:
        _open(event, CaseReason(reason), CaseSource.WATCH)


def _open(
    event: Event, reason: CaseReason, source: CaseSource, *, substatus: str = "", data: dict[str, str] | None = None
) -> None:
    order = Order.objects.filter(pk=event.subject_id).first()
    if order is None or order.backfill or order.erased_at is not None:
        return
    occurrence = Occurrence(
        reason=reason,
        source=source,
        # Where the one who told opened the case at once, they named it; the event finds it there.
        key=str(event.data.get("occurrence") or f"event:{event.id}"),
        substatus=substatus,
        data=data or {},
    )
    open_case(
        merchant=Merchant.objects.get(pk=event.merchant_id),
        order=order,
        shipment=_shipment(order, event.data.get("shipment_id")),
        occurrence=occurrence,
        now=event.recorded_at,
    )


def _close_settled(event: Event, now: dt.datetime) -> None:
    shipment_id, status = event.data["shipment_id"], str(event.data["to"])
    waiting = Case.objects.filter(order_id=event.subject_id, shipment_id=shipment_id, state=CaseState.OPEN)
    if not waiting.exists():
        return
    hold_cases(merchant_id=event.merchant_id, order_id=event.subject_id)
    for case in waiting.order_by("opened_at", "id"):
        if outcome := outcome_of(case.reason, status):
            resolve_case(case=case, outcome=outcome, by=CARRIER, now=now)


def _is_history(occurred_at: object, now: dt.datetime) -> bool:
    return isinstance(occurred_at, str) and dt.datetime.fromisoformat(occurred_at) < now - NEWS_COUNTS_FOR


def _shipment(order: Order, shipment_id: object) -> Shipment | None:
    if not shipment_id:
        return None
    return Shipment.objects.filter(pk=uuid.UUID(str(shipment_id)), order=order).first()
