"""karrio, open source: ``{"event": "tracker_updated", "data": {"tracking_number", "carrier_name", "events"}}``.

Sources: https://github.com/karrioapi/karrio (``modules/events/karrio/server/events/task_definitions/base/webhook.py``:
no signature, the webhook's secret stands in the header ``X-Event-Id``; ``TrackerStatus`` and ``TrackingEvent`` in
``modules/core/karrio/server/core/serializers.py``; ``TrackingIncidentReason`` in ``modules/sdk/karrio/core/units.py``).
An event's ``code`` is the carrier's own; its ``status`` and ``reason`` are karrio's, where it knows them.
``timestamp`` is ISO 8601, otherwise ``date`` and ``time`` are local to the place. ``unknown`` and ``cancelled`` are not
in the table: neither says where the parcel is.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from postpurchase.connectors.aggregators.common import (
    Words,
    changes,
    checkpoint,
    field_of,
    object_of,
    same_secret,
    when,
)
from postpurchase.connectors.base import Change, Connector, Context, Envelope, Headers, Ignored
from tracking.carriers.answers.base import inside, objects, text
from tracking.inputs import CheckpointInput

STATUSES: Words = {
    "pending": "info_received",
    "picked_up": "in_transit_accepted",
    "in_transit": "in_transit",
    "delivery_delayed": "in_transit_delayed",
    "out_for_delivery": "out_for_delivery",
    "ready_for_pickup": "available_for_pickup",
    "delivery_failed": "attempt_failed",
    "on_hold": "exception_held",
    "return_to_sender": "exception_returning_to_sender",
    "delivered": "delivered",
}
# Why something went wrong; what is not here adds nothing to the status.
REASONS: Words = {
    "carrier_address_not_found": "exception_address_incorrect",
    "carrier_damaged_parcel": "exception_damaged",
    "carrier_parcel_lost": "exception_lost",
    "consignee_access_restricted": "attempt_failed_no_access",
    "consignee_business_closed": "attempt_failed_not_home",
    "consignee_incorrect_address": "exception_address_incorrect",
    "consignee_not_available": "attempt_failed_not_home",
    "consignee_not_home": "attempt_failed_not_home",
    "consignee_refused": "exception_refused",
    "customs_delay": "exception_customs",
    "customs_documentation": "exception_customs",
    "customs_duties_unpaid": "exception_customs",
    "customs_inspection": "exception_customs",
    "customs_prohibited": "exception_customs",
    "natural_disaster": "exception_weather",
    "weather_delay": "exception_weather",
}
WITH_A_REASON = ("delivery_failed", "on_hold")


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Return the envelope of a body whose sender knows the webhook's secret."""
    same_secret(headers.get("x-event-id", ""), secret)
    return Envelope(delivery_id="", topic=field_of(body, "event"))


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return what happened to the parcel; every body brings its whole story."""
    event = object_of(body, "body")
    if event.get("event") not in ("tracker_updated", "tracker_created"):
        return [Ignored("This is not about a parcel.")]
    tracker = object_of(event.get("data"), "data")
    return changes([_checkpoint(tracker, one, context) for one in objects(tracker.get("events"))])


def _checkpoint(tracker: dict[str, Any], told: dict[str, Any], context: Context) -> CheckpointInput | None:
    code, status = text(told.get("code"), 80), text(told.get("status"), 40) or ""
    reason = REASONS.get(text(told.get("reason"), 40) or "") if status in WITH_A_REASON else None
    found = checkpoint(
        sender="karrio",
        number=tracker.get("tracking_number"),
        carrier=tracker.get("carrier_name"),
        at=_moment(told, context),
        word=code or status,
        meaning=reason or STATUSES.get(status, ""),
        message=told.get("description"),
        city=told.get("location"),
        signed_by=inside(tracker, "info").get("signed_by"),
    )
    # Here the carrier's own code comes through: our tables of the carrier know it.
    return replace(found, code=code) if found is not None and code else found


def _moment(told: dict[str, Any], context: Context) -> dt.datetime | None:
    exact = when(told.get("timestamp"), context)
    date, time = text(told.get("date"), 10), text(told.get("time"), 12)
    if exact or not date:
        return exact
    # Its connectors also write 14:30 PM.
    for form in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%H:%M %p"):
        try:
            clock = dt.datetime.strptime(time or "00:00", form).time()  # noqa: DTZ007 - a time of day only
        except ValueError:
            continue
        return when(f"{date}T{clock.isoformat()}", context)
    return when(date, context)


CONNECTOR = Connector(name="karrio", title="karrio", verify=verify, read=read, makes_secret=False)
