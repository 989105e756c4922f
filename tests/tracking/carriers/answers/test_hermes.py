"""Hermes tells of many numbers, in codes of three parts, and refuses tokens with 400."""

import copy
import datetime as dt
from typing import Any

import pytest

from tests.tracking.carriers.answers.asking import HERMES, ask, news, trouble
from tracking.carriers.answers.base import Trouble


def test_hermes_leaves_out_the_numbers_it_does_not_know() -> None:
    assert news("hermes") == [
        ("23 19:00:00", "info_received", None, None),
        ("24 06:58:24", "out_for_delivery", "Hamburg", None),
        ("24 13:12:09", "delivered", "Hamburg", None),
    ]
    (heard,) = ask("hermes", HERMES)
    assert (heard.tracking_number, heard.also) == ("H1000730003158401019", ("00340633031105567586",))
    assert (heard.promised_from, heard.promised_to) == (dt.date(2026, 11, 25), dt.date(2026, 11, 25))
    assert [item.country for item in heard.checkpoints] == [None, "DE", "DE"]


@pytest.mark.parametrize("forecast", [None, {}, {"date": None}, {"date": "soon"}, "2026-11-25"])
def test_without_a_forecast_no_day_is_named(forecast: Any) -> None:
    tree = copy.deepcopy(HERMES)
    tree["shipmentinfo"][0]["deliveryForecast"] = forecast
    (heard,) = ask("hermes", tree)

    assert (heard.promised_from, heard.promised_to) == (None, None)


def result(code: str) -> dict[str, Any]:
    return {"shipmentinfo": [{"shipmentID": "H1", "result": {"code": code, "message": "Words of Hermes."}}]}


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("e900", 403, Trouble.REFUSED),
        ("e902", 400, Trouble.REFUSED),
        ("e903", 400, Trouble.REFUSED),
        ("e001", 404, Trouble.NOT_FOUND),
        ("e002", 400, Trouble.NONSENSE),
        ("e999", 400, Trouble.AWAY),
    ],
)
def test_hermes_says_what_is_wrong_in_codes(code: str, status: int, expected: Trouble) -> None:
    told = trouble("hermes", {"listOfResultCodes": [{"code": code, "message": "Words of Hermes."}]}, status)
    assert (told.trouble, told.detail) == (expected, "Words of Hermes.")

    of_the_parcel = trouble("hermes", result(code))
    assert (of_the_parcel.trouble, of_the_parcel.detail) == (expected, "Words of Hermes.")


def test_hermes_may_answer_about_no_parcel_at_all() -> None:
    assert trouble("hermes", {"shipmentinfo": []}).trouble == Trouble.NOT_FOUND
    assert trouble("hermes", {"shipmentinfo": [{"status": []}]}).trouble == Trouble.NONSENSE
    assert trouble("hermes", b"<html>", 400).trouble == Trouble.NONSENSE
