"""Austrian Post tells of a shipment's parcels, each event in a type and a reason."""

import copy
import datetime as dt
from typing import Any

import pytest

from tests.tracking.carriers.answers.asking import AUSTRIAN_POST, ask, news, trouble
from tracking.carriers.answers.base import Trouble


def test_an_event_means_what_happened_then_whatever_the_state_of_today() -> None:
    assert news("austrian_post") == [
        ("24 20:15:00", "in_transit", "London", None),
        ("25 07:08:00", "out_for_delivery", "Wolfurt", None),
        ("25 10:04:26", "delivered", "Altach", "Hänichen"),
    ]
    (heard,) = ask("austrian_post", AUSTRIAN_POST)
    assert [item.code for item in heard.checkpoints] == ["ANI-AI", "AZT-AT", "ZUS-ZN"]
    assert (heard.tracking_number, heard.also) == ("1019012500386270268443", ("JJATA8219012000146048",))
    assert (heard.promised_from, heard.promised_to) == (dt.date(2026, 11, 25), dt.date(2026, 11, 25))


def test_a_delivered_return_is_nobodys_delivery() -> None:
    tree: Any = copy.deepcopy(AUSTRIAN_POST)
    tree["Parcels"][0]["ParcelEvents"][0]["ParcelEventReasonCode"] = "ZR"
    (heard,) = ask("austrian_post", tree)

    assert (heard.checkpoints[-1].code, heard.checkpoints[-1].signed_by) == ("ZUS-ZR", None)


@pytest.mark.parametrize(
    ("tree", "status", "expected"),
    [
        ({"Parcels": []}, 200, Trouble.NOT_FOUND),
        ({"Parcels": None}, 200, Trouble.NOT_FOUND),
        ({"Parcels": [{"ParcelEvents": []}]}, 200, Trouble.NONSENSE),
        ({"Message": "Authorization has been denied for this request."}, 401, Trouble.REFUSED),
        ({"Message": "An error has occurred."}, 400, Trouble.NONSENSE),
    ],
)
def test_without_a_parcel_there_is_no_news(tree: dict[str, Any], status: int, expected: Trouble) -> None:
    assert trouble("austrian_post", tree, status).trouble == expected
