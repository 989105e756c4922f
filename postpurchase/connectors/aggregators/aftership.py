"""AfterShip Tracking: ``{"event": "tracking_update", "event_id", "msg": {"tracking_number", "slug", "checkpoints"}}``.

Sources: https://www.aftership.com/docs/tracking/webhook/webhook-signature (``aftership-hmac-sha256``: base64 of
HMAC-SHA256 over the body), …/webhook/webhook-specifications (the body), …/enum/delivery-statuses (all tags),
…/2026-07/enum/delivery-sub-statuses and the help article "Learn About Delivery Sub-Status" (subtags, with those new
since March 2026), and https://github.com/AfterShip/tracking-sdk-nodejs, ``src/model/Checkpoint.ts`` (countries of three
letters; times without offset are local to the place). A subtag that is not in the table counts as its tag.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from postpurchase.connectors.aggregators.common import Words, changes, checkpoint, field_of, object_of, when
from postpurchase.connectors.base import Change, Connector, Context, Envelope, Headers
from postpurchase.connectors.shops.base64_hmac import check_base64_hmac
from tracking.carriers.answers.base import objects, text
from tracking.inputs import CheckpointInput

TAGS: Words = {
    "Pending": "pending",
    "InfoReceived": "info_received",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "attempt_failed",
    "Delivered": "delivered",
    "AvailableForPickup": "available_for_pickup",
    "Exception": "exception",
    "Expired": "expired",
}
SUBTAGS: Words = {
    "InTransit_002": "in_transit_accepted",
    "InTransit_003": "in_transit_arrived",
    "InTransit_004": "in_transit_destination_country",
    "InTransit_005": "in_transit_customs_cleared",
    "InTransit_006": "in_transit_customs_started",
    "InTransit_007": "in_transit_departed",
    "InTransit_008": "in_transit_problem_resolved",
    "InTransit_009": "in_transit_forwarded",
    "OutForDelivery_004": "out_for_delivery_appointment",
    "AttemptFail_002": "attempt_failed_not_home",
    "AttemptFail_003": "attempt_failed_not_home",  # business closed
    "Delivered_002": "delivered_picked_up",
    "Delivered_003": "delivered_signed",
    "Delivered_005": "delivered_to_neighbour",
    "Exception_002": "exception_recipient_moved",
    "Exception_003": "exception_refused",
    "Exception_004": "exception_customs",
    "Exception_006": "exception_held",
    "Exception_007": "exception_address_incorrect",
    "Exception_008": "exception_not_picked_up",
    "Exception_010": "exception_returning_to_sender",
    "Exception_011": "exception_returned",
    "Exception_012": "exception_damaged",
    "Exception_013": "exception_lost",
    "Exception_017": "exception_weather",
    "Exception_018": "exception_customs",  # papers that authorities want are missing
    "Exception_020": "exception_held",  # called off
}


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Return the envelope of a body whose signature is right."""
    check_base64_hmac(secret=secret, body=body, signature=headers.get("aftership-hmac-sha256", ""))
    return Envelope(delivery_id=field_of(body, "event_id"), topic=field_of(body, "event"))


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return what happened to the parcel; every body brings its whole story."""
    parcel = object_of(object_of(body, "body").get("msg"), "msg")
    return changes([_checkpoint(parcel, one, context) for one in objects(parcel.get("checkpoints"))])


def _checkpoint(parcel: dict[str, Any], told: dict[str, Any], context: Context) -> CheckpointInput | None:
    tag, subtag = text(told.get("tag"), 40) or "", text(told.get("subtag"), 40) or ""
    # Older versions of its bodies call it country_iso3.
    at = told.get("country_region") or told.get("country_iso3")
    return checkpoint(
        sender="aftership",
        number=parcel.get("tracking_number"),
        carrier=told.get("slug") or parcel.get("slug"),
        at=when(told.get("checkpoint_time"), context, at=at),
        word=subtag or tag,
        meaning=SUBTAGS.get(subtag) or TAGS.get(tag, ""),
        message=told.get("message"),
        city=told.get("city") or told.get("location"),
        country_code=at,
        signed_by=parcel.get("signed_by"),
    )


CONNECTOR = Connector(name="aftership", title="AfterShip", verify=verify, read=read, makes_secret=False)
