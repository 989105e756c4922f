"""One answer of each carrier that answers in JSON, and how its reader is asked."""

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracking.carriers.answers import austrian_post, dhl_unified, dpd, dpd_ch, fedex, gls, hermes, ups, usps
from tracking.carriers.answers.base import CarrierTrouble
from tracking.reading import read

BERLIN = ZoneInfo("Europe/Berlin")
READERS = {
    "austrian_post": austrian_post,
    "dhl": dhl_unified,
    "dpd": dpd,
    "dpd_ch": dpd_ch,
    "fedex": fedex,
    "gls": gls,
    "hermes": hermes,
    "ups": ups,
    "usps": usps,
}
AUSTRIAN_POST = {
    "CustomerIdentCode": "1019012500386270268443",
    "ProductName": "Paket Österreich",
    "DeliveryDay": "2026-11-25T00:00:00",
    "Parcels": [
        {
            "IdentCode": "1019012500386270268443",
            "ReferenceIdentCode": "1019012500386270268443",
            "ReferencedParcelIdentCode": "JJATA8219012000146048",
            "IconDescriptionList": [],
            "ParcelEvents": [
                {
                    "EventTimestamp": "2026-11-25T11:04:26",
                    "ParcelEventTypeCode": "ZUS",
                    "ParcelEventReasonCode": "ZN",
                    "TrackingState": "ZU",
                    "EventCountry": "AT",
                    "EventLocation": "Altach",
                    "ConsigneeName": "Hänichen",
                    "Remark": None,
                },
                {
                    "EventTimestamp": "2026-11-25T08:08:00",
                    "ParcelEventTypeCode": "AZT",
                    "ParcelEventReasonCode": "AT",
                    "TrackingState": "ZU",
                    "EventCountry": "AT",
                    "EventLocation": "Wolfurt",
                    "ConsigneeName": "Nobody yet",
                    "Remark": "Auf Tour",
                },
                {
                    "EventTimestamp": "2026-11-24T20:15:00",
                    "ParcelEventTypeCode": "ANI",
                    "ParcelEventReasonCode": "AI",
                    "EventCountry": "GB",
                    "EventLocation": "London",
                },
                {"EventTimestamp": "2026-11-24T20:15:00", "ParcelEventReasonCode": "AI"},
                {"EventTimestamp": "evening", "ParcelEventTypeCode": "VER", "ParcelEventReasonCode": "VT"},
            ],
        }
    ],
}

DHL = {
    "shipments": [
        {
            "id": "00340434161094042557",
            "estimatedDeliveryTimeFrame": {
                "estimatedFrom": "2026-11-24T08:00:00+01:00",
                "estimatedThrough": "2026-11-25T18:00:00+01:00",
            },
            "details": {
                "proofOfDelivery": {
                    "signed": {"name": "Weber"},
                    "signatureUrl": "string",
                    "documentUrl": "https://webpod.dhl.com/webPOD/DHLePODRequest?id=1",
                }
            },
            "events": [
                {
                    "timestamp": "2026-11-24T11:05:00",
                    "location": {"address": {"countryCode": "CH", "addressLocality": "Zürich"}},
                    "statusCode": "delivered",
                    "description": "Zugestellt",
                },
                {
                    "timestamp": "2026-11-23T08:00:00+01:00",
                    "location": {"address": {"countryCode": "DE", "addressLocality": "Hagen"}},
                    "statusCode": "transit",
                    "description": "Im Paketzentrum",
                },
                {"timestamp": "soon", "statusCode": "transit"},
                {"timestamp": "2026-11-23T09:00:00+01:00"},
            ],
        }
    ]
}
GLS = {
    "parcels": [
        {
            "requested": "36301917596",
            "unitno": "36301917596",
            "events": [
                {
                    "code": "DELIVERED",
                    "city": "Wien",
                    "country": "AT",
                    "description": "Delivered.",
                    "eventDateTime": "2026-11-24T10:46:14+0100",
                },
                {
                    "code": "INTIAL.NORMAL",
                    "city": "Berlin",
                    "country": "DE",
                    "description": "Handed over.",
                    "eventDateTime": "2026-11-23T10:46:14+0100",
                },
            ],
        },
        {"requested": "1", "errorCode": "E_404_01", "errorMessage": "Not found"},
    ]
}
HERMES = {
    "shipmentinfo": [
        {
            "shipmentID": "H1000730003158401019",
            "clientReference": "1001",
            "internationalShipmentID": "00340633031105567586",
            "trackingLink": "https://example.com/tracking/00340633031105567586",
            "receiverAddress": {"city": "Hamburg", "zipCode": "22083", "countryCode": "DEU"},
            "deliveryForecast": {
                "fixed": False,
                "date": "2026-11-25",
                "timeSlot": {"from": "10:00", "to": "18:00"},
            },
            "status": [
                {
                    "timestamp": "2026-11-24T14:12:09+01:00",
                    "code": "90-0-9",
                    "description": "Die Sendung wurde zugestellt.",
                    "scanningUnit": {"name": "Hermes Germany", "city": "Hamburg", "countryCode": "DEU"},
                },
                {
                    "timestamp": "2026-11-24T07:58:24",
                    "code": "050001003",
                    "description": "Die Sendung ist auf der Zustelltour.",
                    "scanningUnit": {"name": "Hermes Germany", "city": "Hamburg", "countryCode": "DEU"},
                },
                {"timestamp": "2026-11-23T20:00:00+01:00", "code": "0-0-0", "description": "Angekündigt"},
                {"timestamp": "2026-11-23", "description": "a line without a code"},
                {"timestamp": "morning", "code": "0-0-0"},
            ],
        },
        {"shipmentID": "H1000730003158401020", "result": {"code": "e001", "message": "There is no information."}},
    ]
}
UPS = {
    "trackResponse": {
        "shipment": [
            {
                "inquiryNumber": "1Z879E930346834440",
                "package": [
                    {
                        "trackingNumber": "1Z879E930346834440",
                        "deliveryDate": [{"type": "SDD", "date": "20261125"}],
                        "deliveryInformation": {"receivedBy": "WEBER"},
                        "activity": [
                            {
                                "date": "20261124",
                                "time": "111500",
                                "location": {"address": {"city": "Köln", "countryCode": "DE"}},
                                "status": {"type": "D", "code": "FS", "statusCode": "011", "description": "Delivered"},
                            },
                            {
                                "date": "20261123",
                                "time": "071356",
                                "gmtDate": "20261123",
                                "gmtTime": "12:13:56",
                                "location": {"address": {"city": "Wayne", "countryCode": "US"}},
                                "status": {"type": "X", "code": "SR", "description": "Released by customs"},
                            },
                        ],
                    }
                ],
            }
        ]
    }
}
DPD = {
    "Version": 100,
    "Ack": True,
    "OrderStatus": {
        "ParcelNo": "01234567890123",
        "OrderInformation": {"ServiceCode": 327, "CompleteDelivery": True, "EstimatedDeliveryTime": "24.11.2026"},
        "ShipAddress": None,
        "LastStatusInfo": {
            "StatusReached": True,
            "StatusID": "DELIVERED",
            "Headline": "Zugestellt",
            "StatusDate": "24.11.2026, 11:19",
        },
        "StatusInfoContainer": {
            "Start": {
                "StatusReached": True,
                "StatusID": "ACCEPTED",
                "Headline": "Paket an DPD übergeben",
                "StatusDate": "23.11.2026 17:02:09 Uhr",
            },
            "OnTheRoad": {
                "StatusReached": True,
                "StatusID": "7",
                "Headline": "Paket unterwegs",
                "StatusDate": "2026-11-23T21:40:00",
                "DepotData": {"Depot": "0163", "Address": {"City": "Aschaffenburg", "Country": "DEU"}},
            },
            "DeliveryDepot": {"StatusReached": True, "StatusID": "AT_DELIVERY_DEPOT"},
            "CarLoad": {"StatusReached": False, "StatusID": "OUT_FOR_DELIVERY", "StatusDate": "24.11.2026, 07:00"},
            "Delivered": {
                "StatusReached": True,
                "StatusID": "DELIVERED",
                "Headline": "Zugestellt",
                "Description": "Ihr Paket wurde zugestellt.",
                "StatusDate": "24.11.2026, 11:19",
            },
        },
    },
    "ErrorDataList": None,
}
DPD_CH = {
    "shipmentInfo": {"type": "shipment", "service": "PSD", "product": "DPD Classic"},
    "statusInfo": [
        {
            "name": "ACCEPTED",
            "displayName": "Paket an DPD übergeben",
            "description": "DPD hat Ihr Paket erhalten.",
            "location": "",
            "date": "2026-11-23 14:30:00",
            "hasBeenReached": True,
            "isCurrent": False,
        },
        {
            "name": "OUT_FOR_DELIVERY",
            "displayName": "In Zustellung",
            "description": "",
            "location": "Bern Hub",
            "date": "2026-11-24 08:15:00",
            "hasBeenReached": True,
            "isCurrent": True,
        },
        {
            "name": "DELIVERED",
            "displayName": "Paket zugestellt",
            "description": "Ihr Paket wurde erfolgreich zugestellt.",
            "location": "",
            "date": "",
            "hasBeenReached": False,
            "isCurrent": False,
        },
    ],
}
FEDEX = {
    "output": {
        "completeTrackResults": [
            {
                "trackingNumber": "581190049992",
                "trackResults": [
                    {
                        "trackingNumberInfo": {"trackingNumber": "581190049992", "carrierCode": "FDXE"},
                        "latestStatusDetail": {"code": "DL", "derivedCode": "DL"},
                        "deliveryDetails": {"receivedByName": "A.WEBER", "signedByName": ""},
                        "dateAndTimes": [
                            {"type": "SHIP", "dateTime": "2026-11-20T00:00:00-06:00"},
                            {"type": "COMMITMENT", "dateTime": "2026-11-26"},
                        ],
                        "estimatedDeliveryTimeWindow": {"window": {}},
                        "standardTransitTimeWindow": {"window": {"ends": "2026-11-25T00:00:00-06:00"}},
                        "scanEvents": [
                            {
                                "date": "2026-11-24T09:26:00-07:00",
                                "eventType": "DL",
                                "derivedStatusCode": "DL",
                                "exceptionCode": "",
                                "exceptionDescription": "",
                                "eventDescription": "Delivered",
                                "scanLocation": {"streetLines": [""], "residential": False},
                            },
                            {
                                "date": "2026-11-23T11:26:00-07:00",
                                "eventType": "DE",
                                "derivedStatusCode": "DE",
                                "exceptionCode": "08",
                                "exceptionDescription": "Customer not available or business closed",
                                "eventDescription": "Delivery exception",
                                "scanLocation": {"city": "TUCSON", "stateOrProvinceCode": "AZ", "countryCode": "US"},
                            },
                            {
                                "date": "2026-11-20T17:30:00-06:00",
                                "eventType": "DP",
                                "derivedStatusCode": "IT",
                                "eventDescription": "Left FedEx origin facility",
                                "scanLocation": {"city": "AUSTIN", "stateOrProvinceCode": "TX", "countryCode": "US"},
                            },
                            {
                                "date": "2026-11-20T00:00:00",
                                "eventType": "PU",
                                "derivedStatusCode": "PU",
                                "eventDescription": "Picked up",
                                "scanLocation": {"city": "AUSTIN", "stateOrProvinceCode": "TX", "countryCode": "US"},
                            },
                            {"date": "2026-11-20T08:00:00-06:00", "eventType": ""},
                        ],
                    }
                ],
            },
            {
                "trackingNumber": "39936862321",
                "trackResults": [
                    {
                        "trackingNumberInfo": {"trackingNumber": "39936862321"},
                        "error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "Cannot be found."},
                    }
                ],
            },
        ]
    }
}
USPS = {
    "trackingNumber": "9400100000000000000006",
    "destinationZIP": "20260",
    "statusCategory": "Delivered",
    "expectedDeliveryTimeStamp": "2026-11-25T21:00:00",
    "trackingEvents": [
        {
            "eventType": "Delivered, Front Desk/Reception/Mail Room",
            "eventTimestamp": "2026-11-24T11:58:00",
            "GMTTimestamp": "2026-11-24T16:58:40Z",
            "GMTOffset": "-05:00",
            "eventCountry": None,
            "eventCity": "WASHINGTON",
            "eventState": "DC",
            "name": "A WEBER",
            "eventCode": "01",
        },
        {
            "eventType": "Departed USPS Regional Facility",
            "eventTimestamp": "2026-11-23T06:16:00",
            "GMTTimestamp": "2026-11-23T11:16:41Z",
            "GMTOffset": "-05:00",
            "eventCountry": None,
            "eventCity": "QUEENS NY DISTRIBUTION CENTER",
            "eventState": None,
            "name": "NOBODY",
            "eventCode": "T1",
        },
        {
            "eventType": "Processed Through Facility",
            "eventTimestamp": "2026-11-22T08:00:00Z",
            "eventCode": "10",
            "eventCountry": "DE",
            "eventCity": "FRANKFURT",
        },
        {"eventType": "Accepted", "eventTimestamp": "7:31 am", "eventCode": "03"},
        {"eventType": "Accepted", "eventTimestamp": "2026-11-22T07:00:00"},
    ],
}
ANSWERS: dict[str, dict[str, Any]] = {
    "austrian_post": AUSTRIAN_POST,
    "dhl": DHL,
    "dpd": DPD,
    "dpd_ch": DPD_CH,
    "fedex": FEDEX,
    "gls": GLS,
    "hermes": HERMES,
    "ups": UPS,
    "usps": USPS,
}


def ask(carrier: str, tree: Any, status: int = 200, **headers: str) -> list[Any]:
    body = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return READERS[carrier].read(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, body, zone=BERLIN
    )


def news(carrier: str) -> list[tuple[str, str, str | None, str | None]]:
    (heard,) = ask(carrier, ANSWERS[carrier])
    return [
        (
            item.occurred_at.astimezone(dt.UTC).strftime("%d %H:%M:%S"),
            str(read(item, carrier=str(item.carrier)).status),
            item.city,
            item.signed_by,
        )
        for item in heard.checkpoints
    ]


def trouble(carrier: str, tree: Any, status: int = 200, **headers: str) -> CarrierTrouble:
    with pytest.raises(CarrierTrouble) as caught:
        ask(carrier, tree, status, **headers)
    return caught.value


def fedex_result(*, events: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"trackingNumberInfo": {"trackingNumber": "776094337676"}, "scanEvents": events, **fields}


def fedex_answer(*results: dict[str, Any]) -> dict[str, Any]:
    return {"output": {"completeTrackResults": [{"trackingNumber": "776094337676", "trackResults": list(results)}]}}


def fedex_unknown(code: str) -> dict[str, Any]:
    return fedex_answer({"error": {"code": code, "message": "x"}})
