"""One body of each aggregator as its documentation shows it (sources in each module), signed as it signs."""

import base64
import datetime as dt
import hmac
import json
from typing import Any

NUMBER = "00340434161094042557"
# Characters beyond ASCII, because one aggregator normalises them.
SECRET = "sécret-123"

AFTERSHIP: dict[str, Any] = {
    "event": "tracking_update",
    "event_id": "94dadd60-ed26-46d0-aa52-3ced925a50ff",
    "is_tracking_first_tag": True,
    "msg": {
        "id": "0" * 32,
        "tracking_number": NUMBER,
        "slug": "dhl-germany",
        "tag": "Delivered",
        "subtag": "Delivered_005",
        "signed_by": "Nachbar Meier",
        "checkpoints": [
            {
                "slug": "dhl-germany",
                "city": "Leipzig",
                "country_region": "DEU",
                "message": "Im Paketzentrum",
                "tag": "InTransit",
                "subtag": "InTransit_003",
                "checkpoint_time": "2026-07-14T18:00:00",
            },
            {
                "slug": "dhl-germany",
                "city": "Berlin",
                "country_region": "DEU",
                "message": "Beim Nachbarn",
                "tag": "Delivered",
                "subtag": "Delivered_005",
                "checkpoint_time": "2026-07-15T11:00:00+02:00",
            },
        ],
    },
    "ts": 1784112000,
}

EASYPOST: dict[str, Any] = {
    "id": "evt_83b10a6a3fd111f1a5b2",
    "object": "Event",
    "description": "tracker.updated",
    "mode": "production",
    "result": {
        "id": "trk_1",
        "object": "Tracker",
        "tracking_code": NUMBER,
        "status": "delivered",
        "carrier": "DHLPaket",
        "signed_by": "A. Muster",
        "weight": 614.4,
        "tracking_details": [
            {
                "object": "TrackingDetail",
                "message": "Arrived",
                "status": "in_transit",
                "status_detail": "arrived_at_facility",
                "datetime": "2026-07-14T16:00:00Z",
                "tracking_location": {"city": "Leipzig", "state": None, "country": "DE", "zip": None},
            },
            {
                "object": "TrackingDetail",
                "message": "Delivered",
                "status": "delivered",
                "status_detail": "arrived_at_destination",
                "datetime": "2026-07-15T09:00:00Z",
                "tracking_location": {"city": "Berlin", "country": "DE"},
            },
        ],
    },
}

SHIP24: dict[str, Any] = {
    "trackings": [
        {
            "metadata": {"generatedAt": "2026-07-15T09:01:00.000Z", "messageId": "356a7f93"},
            "tracker": {"trackerId": "26148317", "trackingNumber": NUMBER, "shipmentReference": "1001"},
            "shipment": {"shipmentId": "f4f888d7", "statusMilestone": "delivered", "delivery": {"signedBy": "Muster"}},
            "events": [
                {
                    "eventId": "2",
                    "trackingNumber": NUMBER,
                    "status": "Zugestellt",
                    "occurrenceDatetime": "2026-07-15T11:00:00",
                    # Local time, whatever the Z says.
                    "datetime": "2026-07-15T11:00:00.000Z",
                    "location": "Berlin",
                    "courierCode": "dhl",
                    "statusCode": "delivery_delivered",
                    "statusMilestone": "delivered",
                },
                {
                    "eventId": "1",
                    "trackingNumber": NUMBER,
                    "status": "Zoll erledigt",
                    "occurrenceDatetime": "2026-07-14T18:00:00",
                    "datetime": None,
                    "location": "Leipzig",
                    "courierCode": "dhl",
                    "statusCode": "customs_cleared",
                    "statusMilestone": "in_transit",
                },
            ],
        }
    ]
}

SHIPPO: dict[str, Any] = {
    "event": "track_updated",
    "test": False,
    "data": {
        "carrier": "dhl_germany",
        "tracking_number": NUMBER,
        "tracking_status": {
            "status": "DELIVERED",
            "status_details": "Delivered",
            "status_date": "2026-07-15T09:00:00Z",
            "substatus": {"code": "delivered", "text": "Package delivered", "action_required": False},
            "location": {"city": "Berlin", "state": "", "zip": "10115", "country": "DE"},
        },
        "tracking_history": [
            {
                "status": "TRANSIT",
                "status_details": "On the van",
                "status_date": "2026-07-14T16:00:00Z",
                "substatus": {"code": "package_arrived"},
                "location": {"city": "Leipzig", "country": "DE"},
            },
            {
                "status": "DELIVERED",
                "status_details": "Delivered",
                "status_date": "2026-07-15T09:00:00Z",
                "substatus": {"code": "delivered"},
                "location": {"city": "Berlin", "country": "DE"},
            },
        ],
    },
}

KARRIO: dict[str, Any] = {
    "event": "tracker_updated",
    "data": {
        "id": "trk_1",
        "tracking_number": NUMBER,
        "carrier_name": "dhl_parcel_de",
        "status": "delivered",
        "info": {"signed_by": "A. Muster"},
        "events": [
            {"date": "2026-07-15", "time": "11:00", "code": "DLVRD", "status": "delivered", "location": "Berlin"},
            {"date": "2026-07-14", "time": "18:00", "code": "MVARR", "description": "Im Paketzentrum"},
        ],
    },
}

BODIES = {"aftership": AFTERSHIP, "easypost": EASYPOST, "ship24": SHIP24, "shippo": SHIPPO, "karrio": KARRIO}
NAMES = sorted(BODIES)


def raw(body: Any) -> bytes:
    """The body byte for byte, with what re-serialising would change."""
    return json.dumps(body, indent=1, ensure_ascii=False).encode()


def proof(name: str, body: bytes, now: dt.datetime, secret: str = SECRET) -> dict[str, str]:
    """The headers with which an aggregator proves a body."""
    if name == "aftership":
        digest = hmac.new(secret.encode(), body, "sha256").digest()
        return {"aftership-hmac-sha256": base64.b64encode(digest).decode()}
    if name == "easypost":
        import unicodedata

        key = unicodedata.normalize("NFKD", secret).encode()
        return {"x-hmac-signature": f"hmac-sha256-hex={hmac.new(key, body, 'sha256').hexdigest()}"}
    if name == "shippo":
        stamp = str(int(now.timestamp()))
        signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()
        return {"shippo-auth-signature": f"t={stamp},v1={signed}"}
    if name == "ship24":
        return {"authorization": f"Bearer {secret}"}
    return {"x-event-id": secret}
