"""USPS tells local times beside GMT, and what is wrong in words."""

import datetime as dt
from typing import Any

import pytest

from tests.tracking.carriers.answers.asking import USPS, ask, news, trouble
from tracking.carriers.answers.base import Trouble

DAY = dt.date(2026, 11, 25)


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
