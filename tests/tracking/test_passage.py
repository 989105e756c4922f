"""What a parcel's news says of its passage, and why a promise was broken."""

import datetime as dt
import itertools

import pytest

from tracking.passage import Plan, Scan, Way, cause_of, passage_of

START = dt.datetime(2026, 7, 15, 8, 0, tzinfo=dt.UTC)
DUE = dt.date(2026, 7, 18)
PLAN = Plan(leaves_on=dt.date(2026, 7, 15), days=3, due_on=DUE)


def scan(hours: int, status: str, substatus: str = "", message: str = "") -> Scan:
    return Scan(START + dt.timedelta(hours=hours), status, substatus, message)


def after(hours: int) -> dt.datetime:
    return START + dt.timedelta(hours=hours)


def way(*, left: str = "2026-07-15", days: int = 5, late_leaving: int = 0, attempt: str = "") -> Way:
    return Way(
        handed_over_on=dt.date.fromisoformat(left) if left else None,
        days=days,
        late_leaving=late_leaving,
        first_attempt_on=dt.date.fromisoformat(attempt) if attempt else None,
    )


def test_a_parcel_is_with_the_carrier_from_its_first_scan_and_arrives_once() -> None:
    news = [scan(0, "info_received"), scan(9, "in_transit"), scan(30, "out_for_delivery"), scan(34, "delivered")]

    for order in itertools.permutations(news):
        passage = passage_of(order)
        assert (passage.handed_over_at, passage.arrived_at) == (after(9), after(34))


@pytest.mark.parametrize(
    ("news", "arrived"),
    [
        ([("available_for_pickup", 20), ("delivered", 60)], 20),  # went straight to the locker that was chosen
        ([("attempt_failed", 20), ("available_for_pickup", 30), ("delivered", 60)], 60),  # brought there in its place
        ([("attempt_failed", 20), ("available_for_pickup", 30)], None),
        ([("attempt_failed", 20), ("delivered", 44)], 44),
        ([("delivered", 44), ("delivered", 50)], 44),
        ([("exception", 20)], None),
        ([], None),
    ],
)
def test_when_a_parcel_has_arrived(news: list[tuple[str, int]], arrived: int | None) -> None:
    passage = passage_of([scan(hours, status) for status, hours in news])

    assert passage.arrived_at == (None if arrived is None else after(arrived))


def test_what_the_carrier_only_heard_of_was_not_handed_over() -> None:
    assert passage_of([scan(0, "pending"), scan(1, "info_received")]).handed_over_at is None


@pytest.mark.parametrize(
    ("news", "how", "cause"),
    [
        ([], way(left=""), "warehouse"),
        ([scan(60, "in_transit")], way(left="2026-07-17", days=2, late_leaving=2), "warehouse"),
        # Weather on the way, and yet no longer than planned: it left too late.
        ([scan(60, "in_transit", message="Sturm")], way(left="2026-07-17", days=3, late_leaving=2), "warehouse"),
        ([scan(9, "in_transit")], way(), "carrier"),
        ([scan(9, "in_transit")], way(days=5, late_leaving=1), "carrier"),
        ([scan(9, "in_transit")], way(days=4, late_leaving=3), "warehouse"),
        ([scan(9, "exception", "exception_address_incorrect")], way(), "address"),
        ([scan(9, "exception", "exception_recipient_moved")], way(), "address"),
        ([scan(9, "exception", "exception_weather")], way(), "weather"),
        ([scan(9, "in_transit", "in_transit_delayed", "Verzögerung durch Witterung")], way(), "weather"),
        ([scan(9, "in_transit", "in_transit_delayed", "Delay due to severe weather")], way(), "weather"),
        ([scan(9, "in_transit", "", "Retard dû aux intempéries")], way(), "weather"),
        ([scan(9, "in_transit", "", "Ritardo per maltempo")], way(), "weather"),
        ([scan(9, "exception", "exception_customs")], way(), "customs"),
        ([scan(9, "in_transit", "in_transit_customs_started")], way(), "customs"),
        (
            [scan(9, "in_transit", "in_transit_customs_started"), scan(60, "in_transit", "in_transit_customs_cleared")],
            way(),
            "customs",
        ),
        (
            [scan(9, "in_transit", "in_transit_customs_started"), scan(20, "in_transit", "in_transit_customs_cleared")],
            way(),
            "carrier",
        ),
        ([scan(50, "attempt_failed", "attempt_failed_not_home")], way(attempt="2026-07-17"), "recipient"),
        ([scan(50, "attempt_failed", "attempt_failed_not_home")], way(attempt="2026-07-18"), "recipient"),
        ([scan(90, "attempt_failed", "attempt_failed_not_home")], way(attempt="2026-07-20"), "carrier"),
        ([scan(50, "exception", "exception_refused")], way(), "recipient"),
        ([scan(50, "exception", "exception_lost")], way(), "carrier"),
        ([scan(9, "in_transit"), scan(50, "delivered")], way(days=3), "unknown"),
    ],
)
def test_why_a_promise_was_broken(news: list[Scan], how: Way, cause: str) -> None:
    assert cause_of(passage_of(news), PLAN, how) == cause


def test_what_came_after_the_arrival_is_no_cause() -> None:
    late_words = [scan(9, "in_transit"), scan(90, "delivered"), scan(95, "exception", "exception_address_incorrect")]

    assert cause_of(passage_of(late_words), PLAN, way()) == "carrier"
