"""EasyPost: an Event ``tracker.updated`` whose ``result`` is the Tracker with all its ``tracking_details``.

Sources: https://docs.easypost.com/guides/webhooks-guide (``X-Hmac-Signature: hmac-sha256-hex=`` and HMAC-SHA256 over
the body, the secret in Unicode's NFKD, as EasyPost's own client libraries compute it),
https://docs.easypost.com/docs/trackers and https://github.com/EasyPost/easypost-csharp, ``TrackingDetail.cs`` (all
statuses and details). Which detail stands beside which status is written nowhere: a pair that is not in the table
counts as its status. Times carry their offset, or are in UTC where the place is not known well enough.
"""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from typing import Any

from postpurchase.connectors.aggregators.common import Words, changes, checkpoint, field_of, object_of, when
from postpurchase.connectors.base import Change, Connector, Context, Envelope, Headers, Ignored, WrongSignature
from postpurchase.connectors.signatures import check_hex_signature
from tracking.carriers.answers.base import inside, objects, text
from tracking.inputs import CheckpointInput

STATUSES: Words = {
    "pre_transit": "info_received",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "delivered": "delivered",
    "available_for_pickup": "available_for_pickup",
    "return_to_sender": "exception_returning_to_sender",
    "failure": "exception",
}
# (status, detail) where the detail says more.
DETAILS: dict[tuple[str, str], str] = {
    ("in_transit", "arrived_at_facility"): "in_transit_arrived",
    ("in_transit", "arrived_at_destination"): "in_transit_arrived",
    ("in_transit", "received_at_destination_facility"): "in_transit_arrived",
    ("in_transit", "received_at_origin_facility"): "in_transit_accepted",
    ("in_transit", "departed_facility"): "in_transit_departed",
    ("in_transit", "departed_origin_facility"): "in_transit_departed",
    ("in_transit", "delayed"): "in_transit_delayed",
    ("in_transit", "weather_delay"): "in_transit_delayed",
    ("failure", "address_correction"): "exception_address_incorrect",
    ("failure", "damaged"): "exception_damaged",
    ("failure", "held"): "exception_held",
    ("failure", "lost"): "exception_lost",
    ("failure", "refused"): "exception_refused",
    ("failure", "return"): "exception_returning_to_sender",
    ("failure", "weather_delay"): "exception_weather",
}


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Return the envelope of a body whose signature is right."""
    form, _, signature = headers.get("x-hmac-signature", "").partition("=")
    if form != "hmac-sha256-hex":
        raise WrongSignature("There is no signature of the form we know.")
    check_hex_signature(secret=unicodedata.normalize("NFKD", secret), signed=body, given=signature)
    return Envelope(delivery_id=field_of(body, "id"), topic=field_of(body, "description"))


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return what happened to the parcel; every body brings its whole story."""
    event = object_of(body, "body")
    tracker = object_of(event.get("result"), "result")
    if tracker.get("object") != "Tracker":
        return [Ignored("This is not about a parcel.")]
    return changes([_checkpoint(tracker, one, context) for one in objects(tracker.get("tracking_details"))])


def _checkpoint(tracker: dict[str, Any], told: dict[str, Any], context: Context) -> CheckpointInput | None:
    status, detail = text(told.get("status"), 40) or "", text(told.get("status_detail"), 40) or ""
    place = inside(told, "tracking_location")
    return checkpoint(
        sender="easypost",
        number=tracker.get("tracking_code"),
        carrier=tracker.get("carrier"),
        at=when(told.get("datetime"), context, utc=True),
        word="-".join(part for part in (status, detail) if part),
        meaning=DETAILS.get((status, detail)) or STATUSES.get(status, ""),
        message=told.get("message"),
        city=place.get("city"),
        country_code=place.get("country"),
        signed_by=tracker.get("signed_by"),
    )


CONNECTOR = Connector(name="easypost", title="EasyPost", verify=verify, read=read, makes_secret=True)
