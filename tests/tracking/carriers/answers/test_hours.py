"""The hours carriers name: read where they are sure, and otherwise left to the day."""

import copy
import datetime as dt
from typing import Any

import pytest

from tests.tracking.carriers.answers.asking import DHL, HERMES, UPS, ask, fedex_answer, fedex_result

TEN, TWELVE = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


def named(carrier: str, tree: Any) -> tuple[dt.datetime, dt.datetime] | None:
    (heard,) = ask(carrier, tree)
    return (heard.times.begins, heard.times.ends) if heard.times else None


def dhl(begins: str, ends: str, country: str) -> dict[str, Any]:
    tree: dict[str, Any] = copy.deepcopy(DHL)
    tree["shipments"][0]["estimatedDeliveryTimeFrame"] = {"estimatedFrom": begins, "estimatedThrough": ends}
    tree["shipments"][0]["destination"] = {"address": {"countryCode": country}}
    return tree


@pytest.mark.parametrize(
    ("begins", "ends", "country", "found"),
    [
        ("2026-11-25T11:00:00+01:00", "2026-11-25T13:00:00+01:00", "DE", (TEN, TWELVE)),
        ("2026-11-25T11:00:00", "2026-11-25T13:00:00", "DE", (TEN, TWELVE)),
        ("2026-11-25T10:00:00", "2026-11-25T12:00:00", "GB", (TEN, TWELVE)),
        ("2026-11-25T10:00:00", "2026-11-25T12:00:00", "US", None),  # which of its zones?
        ("2026-11-25T00:00:00", "2026-11-25T23:59:00", "DE", None),
        ("2026-11-24T08:00:00+01:00", "2026-11-25T18:00:00+01:00", "DE", None),
    ],
)
def test_dhl_names_a_frame_of_hours_or_of_days(begins, ends, country, found) -> None:
    assert named("dhl", dhl(begins, ends, country)) == found


def test_one_moment_of_dhl_is_its_day() -> None:
    tree: dict[str, Any] = copy.deepcopy(DHL)
    del tree["shipments"][0]["estimatedDeliveryTimeFrame"]
    tree["shipments"][0]["estimatedTimeOfDelivery"] = "2026-11-25T18:00:00+01:00"

    assert named("dhl", tree) is None


@pytest.mark.parametrize(
    ("told", "country", "found"),
    [
        ({"type": "EDW", "startTime": "110000", "endTime": "130000"}, "DE", (TEN, TWELVE)),
        ({"type": "CDW", "startTime": "110000", "endTime": "130000"}, "DE", (TEN, TWELVE)),
        ({"type": "EDW", "startTime": "110000", "endTime": "130000"}, "US", None),
        ({"type": "EOD", "endTime": "200000"}, "DE", None),
        ({"type": "DEL", "startTime": "", "endTime": "111500"}, "DE", None),
        ({"type": "EDW", "startTime": "25", "endTime": "130000"}, "DE", None),
    ],
)
def test_ups_names_windows_in_the_time_of_the_destination(told, country, found) -> None:
    tree: dict[str, Any] = copy.deepcopy(UPS)
    package = tree["trackResponse"]["shipment"][0]["package"][0]
    package["deliveryTime"] = told
    package["packageAddress"] = [
        {"type": "ORIGIN", "address": {"countryCode": "GB"}},
        {"type": "DESTINATION", "address": {"countryCode": country}},
    ]

    assert named("ups", tree) == found


@pytest.mark.parametrize("name", ["estimatedDeliveryTimeWindow", "standardTransitTimeWindow"])
@pytest.mark.parametrize(
    ("begins", "ends", "found"),
    [
        ("2026-11-25T05:00:00-05:00", "2026-11-25T07:00:00-05:00", (TEN, TWELVE)),
        ("2026-11-25T05:00:00", "2026-11-25T07:00:00", None),
        ("2026-11-25T00:00:00-05:00", "2026-11-25T20:00:00-05:00", None),
    ],
)
def test_fedex_names_windows_in_two_places(name, begins, ends, found) -> None:
    window = {"window": {"begins": begins, "ends": ends}}

    assert named("fedex", fedex_answer(fedex_result(events=[], **{name: window}))) == found


@pytest.mark.parametrize(("fixed", "found"), [(True, (TEN, TWELVE)), (False, None), ("true", None)])
def test_only_a_fixed_slot_of_hermes_is_a_promise(fixed, found) -> None:
    tree: dict[str, Any] = copy.deepcopy(HERMES)
    slot = {"from": "11:00", "to": "13:00"}
    tree["shipmentinfo"][0]["deliveryForecast"] |= {"fixed": fixed, "timeSlot": slot}

    assert named("hermes", tree) == found
