"""FedEx tells of many numbers, with days in several places."""

import datetime as dt

import pytest

from tests.tracking.carriers.answers.asking import FEDEX, ask, fedex_answer, fedex_result, news

DAY = dt.date(2026, 11, 25)
FIRST, LAST = {"begins": "2026-11-24T08:00:00"}, {"ends": "2026-11-25T23:00:00-06:00"}


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
