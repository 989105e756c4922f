"""Carriers' answers become news, and what is no answer becomes a problem that says what to do, never news."""

import copy
import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.carriers.answers import dhl_unified, fedex, gls, ups, usps
from tracking.carriers.answers.base import CarrierTrouble, Trouble
from tracking.enums import ShipmentStatus
from tracking.reading import read

BERLIN = ZoneInfo("Europe/Berlin")
READERS = {"dhl": dhl_unified, "fedex": fedex, "gls": gls, "ups": ups, "usps": usps}

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
ANSWERS: dict[str, dict[str, Any]] = {"dhl": DHL, "fedex": FEDEX, "gls": GLS, "ups": UPS, "usps": USPS}


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
            str(read(item, carrier=carrier).status),
            item.city,
            item.signed_by,
        )
        for item in heard.checkpoints
    ]


def test_dhl_tells_in_local_time_of_the_place() -> None:
    assert news("dhl") == [
        ("23 07:00:00", "in_transit", "Hagen", None),
        ("24 10:05:00", "delivered", "Zürich", "Weber"),
    ]
    (heard,) = ask("dhl", DHL)
    assert [item.proof_url for item in heard.checkpoints] == [
        None,
        "https://webpod.dhl.com/webPOD/DHLePODRequest?id=1",
    ]
    assert (heard.tracking_number, heard.promised_from, heard.promised_to) == (
        "00340434161094042557",
        dt.date(2026, 11, 24),
        dt.date(2026, 11, 25),
    )


def test_gls_leaves_out_the_numbers_it_does_not_know() -> None:
    assert news("gls") == [
        ("23 09:46:14", "in_transit", "Berlin", None),
        ("24 09:46:14", "delivered", "Wien", None),
    ]


def test_ups_prefers_its_times_in_gmt() -> None:
    assert news("ups") == [
        ("23 12:13:56", "in_transit", "Wayne", None),
        ("24 10:15:00", "delivered", "Köln", "WEBER"),
    ]
    (heard,) = ask("ups", UPS)
    assert [item.code for item in heard.checkpoints] == ["X-SR", "D-FS-011"]
    assert heard.promised_to == dt.date(2026, 11, 25)


def test_fedex_leaves_out_the_numbers_it_does_not_know_and_tells_in_the_time_of_the_place() -> None:
    assert news("fedex") == [
        ("20 06:00:00", "in_transit", "AUSTIN", None),  # a day only, at the offset of the place's other scan
        ("20 23:30:00", "in_transit", "AUSTIN", None),
        ("23 18:26:00", "attempt_failed", "TUCSON", None),
        ("24 16:26:00", "delivered", None, "A.WEBER"),
    ]
    (heard,) = ask("fedex", FEDEX)
    assert heard.tracking_number == "581190049992"
    assert [(item.code, item.message) for item in heard.checkpoints] == [
        ("PU", "Picked up"),
        ("DP", "Left FedEx origin facility"),
        ("DE-08", "Customer not available or business closed"),
        ("DL", "Delivered"),
    ]


def fedex_result(*, events: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"trackingNumberInfo": {"trackingNumber": "776094337676"}, "scanEvents": events, **fields}


def fedex_answer(*results: dict[str, Any]) -> dict[str, Any]:
    return {"output": {"completeTrackResults": [{"trackingNumber": "776094337676", "trackResults": list(results)}]}}


DAY = dt.date(2026, 11, 25)
FIRST, LAST = {"begins": "2026-11-24T08:00:00"}, {"ends": "2026-11-25T23:00:00-06:00"}


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"estimatedDeliveryTimeWindow": {"window": FIRST | LAST}}, (dt.date(2026, 11, 24), DAY)),
        ({"estimatedDeliveryTimeWindow": {"window": LAST}}, (DAY, DAY)),
        ({"standardTransitTimeWindow": {"window": LAST}, "estimatedDeliveryTimeWindow": {"window": {}}}, (DAY, DAY)),
        ({"dateAndTimes": [{"type": "ESTIMATED_DELIVERY", "dateTime": "2026-11-25T20:00:00-08:00"}]}, (DAY, DAY)),
        ({"dateAndTimes": [{"type": "COMMITMENT", "dateTime": "2026-11-25"}]}, (DAY, DAY)),
        (
            {
                "dateAndTimes": [{"type": "APPOINTMENT_DELIVERY", "dateTime": "2026-11-25T08:00:00-05:00"}],
                "estimatedDeliveryTimeWindow": {"window": FIRST},
            },
            (DAY, DAY),
        ),
        ({"dateAndTimes": [{"type": "SHIP", "dateTime": "2026-11-20"}]}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_fedex_names_days_in_several_places_of_which_the_most_exact_counts(fields, days) -> None:
    (heard,) = ask("fedex", fedex_answer(fedex_result(events=[], **fields)))

    assert (heard.promised_from, heard.promised_to) == days


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_shipments_under_a_number_of_fedex_the_newest_counts(turn) -> None:
    old = fedex_result(events=[{"date": "2026-11-20T09:00:00-07:00", "eventType": "DL"}])
    new = fedex_result(events=[{"date": "2026-11-21T09:00:00-07:00", "eventType": "PU"}])
    (heard,) = ask("fedex", fedex_answer(*[old, new][::turn], fedex_result(events=[])))

    assert [item.code for item in heard.checkpoints] == ["PU"]


def test_an_error_of_fedex_beside_scans_hides_no_news() -> None:
    event = {"date": "2026-11-20T09:00:00-07:00", "derivedStatusCode": "IT"}
    (heard,) = ask("fedex", fedex_answer(fedex_result(events=[event], error={"code": "X", "message": "x"})))

    assert [item.code for item in heard.checkpoints] == ["IT"]


def fedex_unknown(code: str) -> dict[str, Any]:
    return fedex_answer({"error": {"code": code, "message": "x"}})


def test_usps_tells_local_times_beside_gmt_and_calls_some_of_them_gmt() -> None:
    assert news("usps") == [
        ("22 07:00:00", "in_transit", "FRANKFURT", None),  # 08:00 there, whatever the Z behind it says
        ("23 11:16:41", "in_transit", "QUEENS NY DISTRIBUTION CENTER", None),
        ("24 16:58:40", "delivered", "WASHINGTON", "A WEBER"),
    ]
    (heard,) = ask("usps", USPS)
    assert [item.country for item in heard.checkpoints] == ["DE", None, "US"]
    assert (heard.promised_from, heard.promised_to) == (DAY, DAY)


@pytest.mark.parametrize(
    ("number", "zip_code", "also"),
    [
        ("9400100000000000000006", "20260", ("420202609400100000000000000006",)),
        ("9400100000000000000006", "2026", ()),
        ("9400100000000000000006", None, ()),
        ("420202609400100000000000000006", "20260", ()),
        ("RR123456785US", "20260", ()),
    ],
)
def test_a_parcel_of_usps_is_known_by_its_barcode_too(number, zip_code, also) -> None:
    (heard,) = ask("usps", {"trackingNumber": number, "destinationZIP": zip_code})

    assert (heard.tracking_number, heard.also, heard.checkpoints) == (number, also, ())


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"predictedDeliveryDate": "2026-11-25", "expectedDeliveryTimeStamp": "2026-11-27T21:00:00Z"}, DAY),
        ({"predictedDeliveryDate": "", "expectedDeliveryTimeStamp": "2026-11-25T21:00:00Z"}, DAY),
        ({"guaranteedDeliveryTimeStamp": "2026-11-25T18:00:00"}, DAY),
        ({"mailPieceIntakeDate": "2026-11-20 11:09:19.000000"}, None),
    ],
)
def test_usps_names_days_of_which_the_most_exact_counts(days, expected) -> None:
    (heard,) = ask("usps", {"trackingNumber": "9400100000000000000006", **days})

    assert (heard.promised_from, heard.promised_to) == (expected, expected)


def usps_error(code: str) -> dict[str, Any]:
    return {"apiVersion": "/tracking/v3", "error": {"code": code, "message": "Words of USPS.", "errors": []}}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (404, Trouble.NOT_FOUND),
        (401, Trouble.REFUSED),
        (403, Trouble.REFUSED),
        (429, Trouble.TOO_FAST),
        (503, Trouble.AWAY),
        (400, Trouble.NONSENSE),
        (200, Trouble.NONSENSE),
    ],
)
def test_usps_says_what_is_wrong_in_words(code, expected) -> None:
    told = trouble("usps", usps_error(str(code)), code)

    assert (told.trouble, told.detail) == (expected, "Words of USPS.")


def trouble(carrier: str, tree: Any, status: int = 200, **headers: str) -> CarrierTrouble:
    with pytest.raises(CarrierTrouble) as caught:
        ask(carrier, tree, status, **headers)
    return caught.value


@pytest.mark.parametrize(
    ("carrier", "tree", "status", "expected"),
    [
        ("dhl", {"title": "No result found", "detail": "No shipment.", "status": 404}, 404, Trouble.NOT_FOUND),
        ("dhl", {"title": "No result found", "detail": "No shipment.", "status": 404}, 200, Trouble.NOT_FOUND),
        ("dhl", {"title": "Unauthorized", "status": 401}, 401, Trouble.REFUSED),
        (
            "gls",
            {"parcels": [{"requested": "1", "errorCode": "E_404_01", "errorMessage": "x"}]},
            200,
            Trouble.NOT_FOUND,
        ),
        ("gls", {"parcels": [{"requested": "1", "errorCode": "E_500_01"}]}, 200, Trouble.NONSENSE),
        ("fedex", fedex_unknown("TRACKING.TRACKINGNUMBER.NOTFOUND"), 200, Trouble.NOT_FOUND),
        ("fedex", fedex_unknown("TRACKING.TRACKINGNUMBER.EMPTY"), 200, Trouble.NONSENSE),
        ("fedex", {"errors": [{"code": "TRACKING.TRACKINGNUMBER.EMPTY", "message": "x"}]}, 400, Trouble.NONSENSE),
        ("fedex", {"errors": [{"code": "NOT.AUTHORIZED.ERROR", "message": "x"}]}, 401, Trouble.REFUSED),
        ("fedex", {"errors": [{"code": "FORBIDDEN.ERROR", "message": "x"}]}, 200, Trouble.REFUSED),
        ("fedex", {"errors": [{"code": "NOT.FOUND.ERROR", "message": "x"}]}, 404, Trouble.NONSENSE),
        ("fedex", {"errors": [{"code": "SERVICE.UNAVAILABLE.ERROR", "message": "x"}]}, 503, Trouble.AWAY),
        ("fedex", b"<html>", 403, Trouble.REFUSED),
        ("ups", {"response": {"errors": [{"code": "250003", "message": "Invalid key"}]}}, 401, Trouble.REFUSED),
        ("ups", {"response": {"errors": [{"code": "TV1002", "message": "x"}]}}, 400, Trouble.NOT_FOUND),
        (
            "ups",
            {"trackResponse": {"shipment": [{"warnings": [{"code": "TW0001", "message": "x"}]}]}},
            200,
            Trouble.NOT_FOUND,
        ),
    ],
)
def test_an_error_is_no_news(carrier, tree, status, expected) -> None:
    assert trouble(carrier, tree, status).trouble == expected


@pytest.mark.parametrize("carrier", READERS)
def test_every_carrier_may_be_away_slow_or_mad(carrier) -> None:
    assert trouble(carrier, b"<html>Bad gateway</html>", 502).trouble == Trouble.AWAY
    fast = trouble(carrier, {}, 429, retry_after="120")
    assert (fast.trouble, fast.retry_after) == (Trouble.TOO_FAST, 120)
    assert trouble(carrier, {}, 429, retry_after="99999999").retry_after == 6 * 3600
    assert trouble(carrier, {}, 429, retry_after="Fri, 31 Dec 2027").retry_after is None
    assert trouble(carrier, {}, 403).trouble == Trouble.REFUSED
    assert trouble(carrier, b"no json").trouble == Trouble.NONSENSE
    assert trouble(carrier, b"[]").trouble == Trouble.NONSENSE
    assert trouble(carrier, b"[" * 100_000).trouble == Trouble.NONSENSE
    assert trouble(carrier, {}).trouble in (Trouble.NOT_FOUND, Trouble.NONSENSE)


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += _places(value, (*path, key))
    return found


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.just([]), st.just({}), st.just("2026-11-24"),
    st.just("x" * 5000), st.floats(allow_nan=False),
)  # fmt: skip


@given(st.sampled_from(sorted(READERS)), st.data())
def test_whatever_is_wrong_in_an_answer_it_is_news_or_trouble(carrier, data) -> None:
    tree = copy.deepcopy(ANSWERS[carrier])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(_places(tree)))
        place = tree
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = data.draw(ODD)
    try:
        heard = ask(carrier, tree)
    except CarrierTrouble:
        return
    for parcel in heard:
        assert parcel.tracking_number
        assert list(parcel.checkpoints) == sorted(parcel.checkpoints, key=lambda item: item.occurred_at)
        # What was not delivered before is not delivered by a broken field.
        delivered = [
            item for item in parcel.checkpoints if read(item, carrier=carrier).status == ShipmentStatus.DELIVERED
        ]
        assert len(delivered) <= 1


@pytest.mark.parametrize(
    "address",
    ["http://dhl.com/1", "string", "https://", "https://a b", "https://user@dhl.com/1", "javascript:alert(1)", 5, None],
)
def test_a_proof_that_is_no_safe_address_is_left_out(address) -> None:
    tree = copy.deepcopy(DHL)
    tree["shipments"][0]["details"]["proofOfDelivery"]["documentUrl"] = address
    (heard,) = ask("dhl", tree)

    assert [(item.signed_by, item.proof_url) for item in heard.checkpoints] == [(None, None), ("Weber", None)]
