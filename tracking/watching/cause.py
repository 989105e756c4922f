"""What an alarm is about, and the event that tells of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from postpurchase.events.record import NewEvent, Subject
from tracking.models import AlarmKind

# Each alarm is an event once; its data name the rule, or for delays and disputes the cause.
EVENTS: Mapping[AlarmKind, tuple[str, Mapping[str, str]]] = {
    AlarmKind.NOT_SENT: ("order.not_sent", {"rule": "not_sent"}),
    AlarmKind.NOT_PICKED_UP: ("shipment.stalled", {"rule": "not_picked_up"}),
    AlarmKind.NO_NEWS: ("shipment.stalled", {"rule": "no_news"}),
    AlarmKind.DELAYED: ("shipment.delayed", {"cause": "carrier"}),
    AlarmKind.PROMISE_MISSED: ("shipment.delayed", {"cause": "promise"}),
    AlarmKind.PROMISE_AT_RISK: ("shipment.at_risk", {"rule": "promise_at_risk"}),
    AlarmKind.PICKUP_ENDING: ("shipment.pickup_ending", {"rule": "pickup_ending"}),
    AlarmKind.DELIVERY_DENIED: ("shipment.disputed", {"cause": "delivery_denied"}),
    AlarmKind.FALSE_ATTEMPT: ("shipment.disputed", {"cause": "false_attempt"}),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """An order, the parcel of it (None: it has none), and codes and numbers that say why."""

    order_id: uuid.UUID
    shipment_id: uuid.UUID | None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject_id(self) -> uuid.UUID:
        """What the alarm is once for."""
        return self.shipment_id or self.order_id


def event_of(kind: AlarmKind, cause: Cause, *, backfill: bool = False) -> NewEvent:
    """Return the event that tells of an alarm."""
    name, why = EVENTS[kind]
    parcel = {"shipment_id": cause.shipment_id} if cause.shipment_id else {}
    return NewEvent(name, Subject.order(cause.order_id), {**parcel, "backfill": backfill, **why, **cause.detail})
