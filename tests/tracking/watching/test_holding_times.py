"""How long a parcel waits, counted as each carrier counts."""

import datetime as dt

import pytest

from tracking.enums import Carrier
from tracking.watching.holding_times import holding_time, last_day

# A Thursday before Christmas; the 25th and 26th are holidays (Friday and Saturday).
ARRIVED = dt.date(2026, 12, 24)


def until(carrier: str, location: str = "parcel_shop", *, after_attempt: bool = False) -> dt.date | None:
    held = holding_time(carrier=carrier, location=location, after_attempt=after_attempt)
    return held and last_day(held=held, arrived_on=ARRIVED, places=("DE",))


@pytest.mark.parametrize(
    ("carrier", "location", "after_attempt", "expected"),
    [
        ("dhl", "locker", False, dt.date(2026, 12, 30)),  # seven days with the day of arrival, holidays included
        ("dhl", "locker", True, dt.date(2027, 1, 1)),  # nine after a failed attempt
        ("dhl", "parcel_shop", True, dt.date(2027, 1, 5)),  # seven working days: 28, 29, 30, 31, 2, 4, 5
        ("hermes", "parcel_shop", False, dt.date(2027, 1, 3)),
        ("dpd", "parcel_shop", False, dt.date(2026, 12, 31)),
        ("gls", "parcel_shop", False, dt.date(2027, 1, 5)),
        ("usps", "", False, dt.date(2027, 1, 8)),
        ("hermes", "locker", False, dt.date(2027, 1, 3)),
    ],
)
def test_the_last_day(carrier, location, after_attempt, expected) -> None:
    assert until(carrier, location, after_attempt=after_attempt) == expected


def test_what_no_source_says_is_not_guessed() -> None:
    assert until(Carrier.AUSTRIAN_POST) is None
    assert until(Carrier.OTHER) is None
    assert until("a carrier of tomorrow") is None
