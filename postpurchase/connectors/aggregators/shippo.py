"""Shippo: ``{"event": "track_updated", "data": {"tracking_number", "tracking_status", "tracking_history", …}}``.

Sources: https://docs.goshippo.com/tracking/webhook-security (either ``Shippo-Auth-Signature: t=…,v1=…``, hexadecimal
HMAC-SHA256 over "t.body" with a secret Shippo hands out, or a token of our own at the end of the address,
``?token=…``), https://docs.goshippo.com/tracking/webhooks and …/tracking/tracking, "Event definitions" (all statuses
and substatuses), and https://github.com/goshippo/shippo-python-sdk, ``trackingstatus.py`` (times are in UTC).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from postpurchase.connectors.aggregators.common import (
    Words,
    changes,
    checkpoint,
    field_of,
    object_of,
    same_secret,
    when,
)
from postpurchase.connectors.base import TOKEN, Change, Connector, Context, Envelope, Headers, Ignored, WrongSignature
from postpurchase.connectors.signatures import TOLERANCE, check_hex_signature
from tracking.carriers.answers.base import inside, objects, text
from tracking.inputs import CheckpointInput

STATUSES: Words = {
    "PRE_TRANSIT": "info_received",
    "TRANSIT": "in_transit",
    "DELIVERED": "delivered",
    "RETURNED": "exception_returning_to_sender",
    "FAILURE": "exception",
}
# (status, substatus) where the substatus says more.
SUBSTATUSES: dict[tuple[str, str], str] = {
    ("TRANSIT", "out_for_delivery"): "out_for_delivery",
    ("TRANSIT", "package_accepted"): "in_transit_accepted",
    ("TRANSIT", "package_arrived"): "in_transit_arrived",
    ("TRANSIT", "package_departed"): "in_transit_departed",
    ("TRANSIT", "package_forwarded"): "in_transit_forwarded",
    ("TRANSIT", "delayed"): "in_transit_delayed",
    ("TRANSIT", "delivery_attempted"): "attempt_failed",
    ("TRANSIT", "notice_left"): "attempt_failed_not_home",
    ("TRANSIT", "location_inaccessible"): "attempt_failed_no_access",
    ("TRANSIT", "pickup_available"): "available_for_pickup",
    ("TRANSIT", "address_issue"): "exception_address_incorrect",
    ("TRANSIT", "package_damaged"): "exception_damaged",
    ("TRANSIT", "package_held"): "exception_held",
    ("RETURNED", "package_unclaimed"): "exception_not_picked_up",
    ("FAILURE", "package_lost"): "exception_lost",
}


def verify(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Return the envelope of a body that is signed, or that came to the address with our token."""
    signature = headers.get("shippo-auth-signature", "")
    if signature:
        _check(signature, secret, body, now)
    else:
        _check_token(headers.get(TOKEN, ""), secret)
    return Envelope(delivery_id="", topic=field_of(body, "event"))


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return what happened to the parcel; every body brings its whole story."""
    event = object_of(body, "body")
    if event.get("event") != "track_updated":
        return [Ignored("This is not about a parcel.")]
    parcel = object_of(event.get("data"), "data")
    # The newest is told twice, once on its own; the same news counts once.
    told = [*objects(parcel.get("tracking_history")), *objects([parcel.get("tracking_status")])]
    return changes([_checkpoint(parcel, one, context) for one in told])


def _check_token(token: str, secret: str) -> None:
    """In an address that was typed as it is, a plus arrives as a space."""
    try:
        same_secret(token, secret)
    except WrongSignature:
        same_secret(token.replace(" ", "+"), secret)


def _check(signature: str, secret: str, body: bytes, now: dt.datetime) -> None:
    parts = dict(part.strip().partition("=")[::2] for part in signature.split(","))
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 11):
        raise WrongSignature("The signature has no time.")
    if abs(now - dt.datetime.fromtimestamp(int(stamp), dt.UTC)) > TOLERANCE:
        raise WrongSignature("The signature is more than five minutes off.")
    check_hex_signature(secret=secret, signed=b".".join((stamp.encode(), body)), given=given)


def _checkpoint(parcel: dict[str, Any], told: dict[str, Any], context: Context) -> CheckpointInput | None:
    status, substatus = text(told.get("status"), 40) or "", text(inside(told, "substatus").get("code"), 40) or ""
    place = inside(told, "location")
    return checkpoint(
        sender="shippo",
        number=parcel.get("tracking_number"),
        carrier=parcel.get("carrier"),
        at=when(told.get("status_date"), context, utc=True),
        word="-".join(part for part in (status, substatus) if part),
        meaning=SUBSTATUSES.get((status, substatus)) or STATUSES.get(status, ""),
        message=told.get("status_details"),
        city=place.get("city"),
        country_code=place.get("country"),
    )


CONNECTOR = Connector(name="shippo", title="Shippo", verify=verify, read=read, makes_secret=True)
