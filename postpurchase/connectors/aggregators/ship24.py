"""Ship24: ``{"trackings": [{"metadata", "tracker", "shipment", "events"}]}``, several parcels in one body.

Sources: https://docs.ship24.com/webhooks/authentication (no signature: ``Authorization: Bearer`` with the account's
webhook secret), https://docs.ship24.com/webhooks/payload, https://docs.ship24.com/status and
https://github.com/ship24/ship24-ai-plugin, ``data/statuses.json`` (all milestones and codes), and
https://docs.ship24.com/data-format: ``occurrenceDatetime`` without offset is local to the place or the courier;
``datetime`` is deprecated, and the same local time with a Z behind it where the offset is not known.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from postpurchase.connectors.aggregators.common import Words, changes, checkpoint, object_of, same_secret, when
from postpurchase.connectors.base import Change, Connector, Context, Envelope, Headers, Unreadable, WrongSignature
from tracking.carriers.answers.base import inside, objects, text
from tracking.inputs import CheckpointInput

MILESTONES: Words = {
    "pending": "pending",
    "info_received": "info_received",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "failed_attempt": "attempt_failed",
    "available_for_pickup": "available_for_pickup",
    "delivered": "delivered",
    "exception": "exception",
}
# (milestone, code) where the code says more. The milestone is how the whole parcel stands, and so the floor.
CODES: dict[tuple[str, str], str] = {
    ("in_transit", "transit_handover"): "in_transit_accepted",
    ("in_transit", "destination_arrival"): "in_transit_destination_country",
    ("in_transit", "customs_received"): "in_transit_customs_started",
    ("in_transit", "customs_cleared"): "in_transit_customs_cleared",
    ("in_transit", "customs_exception"): "exception_customs",
    ("in_transit", "customs_rejected"): "exception_customs",
    ("exception", "customs_exception"): "exception_customs",
    ("exception", "customs_rejected"): "exception_customs",
    ("exception", "delivery_refused"): "exception_refused",
    ("exception", "exception_return"): "exception_returning_to_sender",
    ("exception", "exception_lost"): "exception_lost",
}


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Return the envelope of a body whose sender knows the secret."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise WrongSignature("There is no bearer token.")
    same_secret(token.strip(), secret)
    # The same body again is recognised by its digest: an id is there for each parcel, not for the body.
    return Envelope(delivery_id="", topic="tracking/events")


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return what happened to every parcel of the body."""
    trackings = object_of(body, "body").get("trackings")
    if not isinstance(trackings, list):
        raise Unreadable("trackings: a list is expected.")
    return changes(
        [_checkpoint(one, event, context) for one in objects(trackings) for event in objects(one.get("events"))]
    )


def _checkpoint(tracking: dict[str, Any], told: dict[str, Any], context: Context) -> CheckpointInput | None:
    milestone, code = text(told.get("statusMilestone"), 40) or "", text(told.get("statusCode"), 40) or ""
    return checkpoint(
        sender="ship24",
        number=inside(tracking, "tracker").get("trackingNumber") or told.get("trackingNumber"),
        carrier=told.get("courierCode"),
        at=when(told.get("occurrenceDatetime"), context),
        word=code or milestone,
        meaning=CODES.get((milestone, code)) or MILESTONES.get(milestone, ""),
        message=told.get("status"),
        city=told.get("location"),
        signed_by=inside(tracking, "shipment", "delivery").get("signedBy"),
    )


CONNECTOR = Connector(name="ship24", title="Ship24", verify=verify, read=read, makes_secret=False)
