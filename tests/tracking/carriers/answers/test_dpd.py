"""DPD's two interfaces tell of milestones; a date that could mean two days is trouble, never a day."""

import copy
import datetime as dt
from typing import Any

import pytest

from tests.tracking.carriers.answers.asking import DPD, DPD_CH, ask, news, trouble
from tracking.carriers.answers.base import Trouble
from tracking.carriers.dpd import parcel_label_number
from tracking.reading import read


def test_milestones_that_were_reached_are_news_at_german_time() -> None:
    assert news("dpd") == [
        ("23 16:02:09", "in_transit", None, None),
        ("23 20:40:00", "in_transit", "Aschaffenburg", None),
        ("24 10:19:00", "delivered", None, None),
    ]
    (heard,) = ask("dpd", DPD)
    # A status no table knows goes by its milestone's name; without a date there is no news.
    assert [item.code for item in heard.checkpoints] == ["ACCEPTED", "OnTheRoad", "DELIVERED"]
    assert [item.message for item in heard.checkpoints] == [
        "Paket an DPD übergeben",
        "Paket unterwegs",
        "Ihr Paket wurde zugestellt.",
    ]
    assert heard.checkpoints[1].country == "DE"
    assert (heard.tracking_number, heard.promised_from, heard.promised_to) == (
        "",
        dt.date(2026, 11, 24),
        dt.date(2026, 11, 24),
    )


def test_dpds_older_examples_have_no_wrapper() -> None:
    assert ask("dpd", {"Ack": True, **DPD["OrderStatus"]}) == ask("dpd", DPD)  # type: ignore[dict-item]


def test_the_last_milestone_is_no_delivery_without_a_word_for_it() -> None:
    tree: Any = copy.deepcopy(DPD)
    for place in (tree["OrderStatus"]["LastStatusInfo"], tree["OrderStatus"]["StatusInfoContainer"]["Delivered"]):
        place |= {"StatusID": "42", "Headline": "Im Pickup Paketshop", "Description": None}
    (heard,) = ask("dpd", tree)

    assert heard.checkpoints[-1].code == "42"
    assert read(heard.checkpoints[-1], carrier="dpd").status != "delivered"


def test_what_stands_at_no_milestone_is_news_too() -> None:
    tree: Any = copy.deepcopy(DPD)
    tree["OrderStatus"]["StatusInfoContainer"]["Delivered"]["StatusReached"] = False
    tree["OrderStatus"]["LastStatusInfo"] |= {"StatusID": "NOT_DELIVERED", "StatusDate": "24.11.2026 12:00"}
    (heard,) = ask("dpd", tree)

    assert [item.code for item in heard.checkpoints] == ["ACCEPTED", "OnTheRoad", "NOT_DELIVERED"]
    assert read(heard.checkpoints[-1], carrier="dpd").status == "attempt_failed"


@pytest.mark.parametrize(
    "date",
    ["8/9/2026 7:11:26 PM", "08/09/2026 07:11", "08-09-2026 07:11", "09.08.26 07:11", "24.11.2026", "2026-11-24",
     "31.02.2026, 10:00", "24.11.2026, 25:00", "today, 10:00", "20261124"],
)  # fmt: skip
def test_a_date_that_is_not_clear_is_trouble_and_no_event(date: str) -> None:
    tree: Any = copy.deepcopy(DPD)
    tree["OrderStatus"]["StatusInfoContainer"]["Delivered"]["StatusDate"] = date
    told = trouble("dpd", tree)

    assert (told.trouble, told.detail) == (Trouble.NONSENSE, f"a date in a form nobody knows: {date}")


@pytest.mark.parametrize(
    ("expected", "day"),
    [("24.11.2026, 10:00 - 11:00 Uhr", dt.date(2026, 11, 24)), ("2026-11-24", dt.date(2026, 11, 24)),
     ("11/12/2026", None), ("10:00 - 11:00", None), ("31.02.2026", None), ("", None)],
)  # fmt: skip
def test_an_expected_day_that_is_not_clear_is_none(expected: str, day: dt.date | None) -> None:
    tree: Any = copy.deepcopy(DPD)
    tree["OrderStatus"]["OrderInformation"]["EstimatedDeliveryTime"] = expected
    (heard,) = ask("dpd", tree)

    assert (heard.promised_from, heard.promised_to) == (day, day)


@pytest.mark.parametrize(
    ("code", "expected", "wait"),
    [
        ("CLOUD_API_PARTNERCREDENTIALS", Trouble.REFUSED, None),
        ("CLOUD_API_USERCREDENTIALS", Trouble.REFUSED, None),
        ("CLOUD_API_USERCALLLIMIT", Trouble.TOO_FAST, 600),
        ("CLOUD_API_PARCELNO_NOT_VALID", Trouble.NOT_FOUND, None),
    ],
)
def test_dpds_errors_come_with_a_success(code: str, expected: Trouble, wait: int | None) -> None:
    error = {"ErrorID": 2000, "ErrorCode": code, "ErrorMsgShort": "Kurz", "ErrorMsgLong": "Lang"}
    told = trouble("dpd", {"Ack": False, "OrderStatus": None, "ErrorDataList": [error]})

    assert (told.trouble, told.detail, told.retry_after) == (expected, "Lang", wait)


@pytest.mark.parametrize(
    "tree", [{"Ack": True}, {"Ack": True, "OrderStatus": None}, {"Ack": False, "OrderStatus": DPD["OrderStatus"]}]
)
def test_an_answer_without_a_status_is_none(tree: dict[str, Any]) -> None:
    assert trouble("dpd", tree).trouble == Trouble.NONSENSE


def test_switzerland_tells_the_stages_that_were_reached_at_swiss_time() -> None:
    assert news("dpd_ch") == [
        ("23 13:30:00", "in_transit", None, None),
        ("24 07:15:00", "out_for_delivery", "Bern Hub", None),
    ]
    (heard,) = ask("dpd_ch", DPD_CH)
    assert [item.message for item in heard.checkpoints] == ["DPD hat Ihr Paket erhalten.", "In Zustellung"]
    assert heard.tracking_number == ""


@pytest.mark.parametrize("stage", [{"date": "24.11.2026"}, {"date": None}, {"name": ""}, {"hasBeenReached": "true"}])
def test_a_broken_stage_of_switzerland_is_left_out(stage: dict[str, Any]) -> None:
    tree: Any = copy.deepcopy(DPD_CH)
    tree["statusInfo"][1] |= stage
    (heard,) = ask("dpd_ch", tree)

    assert [item.code for item in heard.checkpoints] == ["ACCEPTED"]


def test_switzerland_knows_no_parcel_without_stages() -> None:
    assert trouble("dpd_ch", {"shipmentInfo": {}, "statusInfo": []}).trouble == Trouble.NOT_FOUND
    told = trouble("dpd_ch", {"status": 404, "message": "Parcel not found"}, 404)
    assert (told.trouble, told.detail) == (Trouble.NOT_FOUND, "Parcel not found")


@pytest.mark.parametrize("number", ["09980525414724", "09980525414724N", "007110109980525414724327276B"])
def test_dpd_knows_a_parcel_by_its_fourteen_digits(number: str) -> None:
    assert parcel_label_number(number) == "09980525414724"
