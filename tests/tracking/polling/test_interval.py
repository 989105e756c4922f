"""When a parcel is asked about next: the table, the clock's corners, and that nobody is ever asked too often."""

import datetime as dt
import uuid
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.enums import ShipmentStatus
from tracking.polling.interval import (
    AFTER_TROUBLE,
    LONGEST_AFTER_TROUBLE,
    Answer,
    Parcel,
    Stop,
    first_poll,
    fraction,
    next_poll,
    stopped,
)

BERLIN = ZoneInfo("Europe/Berlin")
# Half past noon in Berlin, on a Wednesday in summer.
NOON = dt.datetime(2026, 7, 15, 10, 30, tzinfo=dt.UTC)
# A parcel whose jitter is none: half way between its ends.
CALM = uuid.UUID(int=0x80000000)
HOUR, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)


def parcel(status: str = "in_transit", *, age: dt.timedelta = DAY, **fields: object) -> Parcel:
    told = {"id": CALM, "substatus": "", "known_since": NOON - age, **fields}
    return Parcel(status=status, **told)  # type: ignore[arg-type]


def wait_after(answer: Answer, one: Parcel, now: dt.datetime = NOON) -> dt.timedelta:
    return next_poll(one, answer, now=now, zone=BERLIN) - now


@pytest.mark.parametrize(
    ("one", "hours"),
    [
        (parcel("in_transit"), 6),
        (parcel("exception", substatus="exception_customs"), 6),
        (parcel("exception", substatus="exception_returning_to_sender"), 6),
        (parcel("out_for_delivery"), 1),
        (parcel("attempt_failed"), 3),
        (parcel("available_for_pickup"), 12),
        (parcel("pending"), 8),
        (parcel("info_received"), 8),
        (parcel("info_received", age=4 * DAY), 12),
        (parcel("in_transit", expected=(dt.date(2026, 7, 15), dt.date(2026, 7, 15))), 1),
        (parcel("in_transit", expected=(dt.date(2026, 7, 14), dt.date(2026, 7, 16))), 1),
        (parcel("in_transit", expected=(dt.date(2026, 7, 13), dt.date(2026, 7, 14))), 6),
        (parcel("info_received", expected=(dt.date(2026, 7, 15), dt.date(2026, 7, 15))), 8),
        (parcel("available_for_pickup", expected=(dt.date(2026, 7, 15), dt.date(2026, 7, 15))), 12),
    ],
)
def test_the_nearer_the_door_the_more_often(one: Parcel, hours: int) -> None:
    assert wait_after(Answer.HEARD, one) == hours * HOUR


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (20 * MINUTE, 20 * MINUTE),
        (119 * MINUTE, 20 * MINUTE),
        (2 * HOUR, 2 * HOUR),
        (23 * HOUR, 2 * HOUR),
        (DAY, 6 * HOUR),
        (3 * DAY, 12 * HOUR),
        (29 * DAY, 12 * HOUR),
    ],
)
def test_a_number_the_carrier_does_not_know_yet_is_asked_slower_and_slower(
    age: dt.timedelta, wait: dt.timedelta
) -> None:
    assert wait_after(Answer.NOT_FOUND, parcel("pending", age=age)) == wait


@pytest.mark.parametrize(
    ("troubles", "wait"), [(1, AFTER_TROUBLE), (2, 2 * AFTER_TROUBLE), (5, 4 * HOUR), (6, 6 * HOUR), (999, 6 * HOUR)]
)
def test_without_an_answer_the_parcel_goes_to_the_back(troubles: int, wait: dt.timedelta) -> None:
    assert wait <= LONGEST_AFTER_TROUBLE
    assert wait_after(Answer.TROUBLE, parcel("out_for_delivery", troubles=troubles)) == wait


def test_at_night_no_van_is_on_the_road() -> None:
    late = dt.datetime(2026, 7, 15, 19, 30, tzinfo=dt.UTC)  # 21:30 in Berlin
    early = dt.datetime(2026, 7, 16, 0, 30, tzinfo=dt.UTC)  # 02:30
    morning = dt.datetime(2026, 7, 16, 4, 15, tzinfo=dt.UTC)  # 06:15, half an hour's jitter after six

    assert next_poll(parcel("out_for_delivery"), Answer.HEARD, now=late, zone=BERLIN) == morning
    assert next_poll(parcel("out_for_delivery"), Answer.HEARD, now=early, zone=BERLIN) == morning


def test_the_morning_of_the_delivery_day_is_not_slept_through() -> None:
    night = dt.datetime(2026, 7, 15, 1, 0, tzinfo=dt.UTC)  # 03:00 in Berlin; six hours on it is nine
    evening_before = dt.datetime(2026, 7, 14, 21, 30, tzinfo=dt.UTC)
    expected = (dt.date(2026, 7, 15), dt.date(2026, 7, 15))

    assert next_poll(parcel(expected=expected), Answer.HEARD, now=evening_before, zone=BERLIN) == dt.datetime(
        2026, 7, 15, 3, 30, tzinfo=dt.UTC
    )
    assert next_poll(parcel(expected=expected), Answer.HEARD, now=night, zone=BERLIN) == dt.datetime(
        2026, 7, 15, 4, 15, tzinfo=dt.UTC
    )


def test_the_change_to_winter_time_moves_the_morning_with_it() -> None:
    """25 October 2026: at three it is two again, so six o'clock is 05:00 in UTC."""
    saturday = dt.datetime(2026, 10, 24, 22, 30, tzinfo=dt.UTC)
    one = parcel("out_for_delivery", known_since=saturday - DAY)

    assert next_poll(one, Answer.HEARD, now=saturday, zone=BERLIN) == dt.datetime(2026, 10, 25, 5, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (parcel("delivered", substatus="delivered_to_neighbour"), Stop.FINAL),
        (parcel("exception", substatus="exception_returned"), Stop.FINAL),
        (parcel("expired"), Stop.FINAL),
        (parcel("in_transit", age=30 * DAY), Stop.EXPIRED),
        (parcel("in_transit", age=60 * DAY, heard_at=NOON - 30 * DAY), Stop.EXPIRED),
        (parcel("in_transit", age=60 * DAY, heard_at=NOON - 29 * DAY), None),
        (parcel("exception", substatus="exception_returning_to_sender"), None),
        (parcel("pending", age=29 * DAY), None),
    ],
)
def test_what_is_done_is_not_asked_about(one: Parcel, reason: Stop | None) -> None:
    assert stopped(one, now=NOON) is reason


def test_a_fresh_parcel_is_asked_about_once_the_carrier_can_know_it() -> None:
    known = NOON - 15 * MINUTE

    assert first_poll(parcel(age=dt.timedelta()), now=NOON) == NOON + 17.5 * MINUTE
    assert first_poll(parcel(age=NOON - known), now=NOON) == NOON + 2.5 * MINUTE
    assert first_poll(parcel(age=3 * DAY), now=NOON) == NOON + 2.5 * MINUTE


parcels = st.builds(
    Parcel,
    id=st.uuids(),
    status=st.sampled_from([str(status) for status in ShipmentStatus]),
    substatus=st.sampled_from(["", "exception_customs", "in_transit_delayed"]),
    known_since=st.timedeltas(dt.timedelta(), 30 * DAY).map(lambda age: NOON - age),
    expected=st.none()
    | st.dates(dt.date(2026, 7, 10), dt.date(2026, 7, 20)).map(lambda day: (day, day + dt.timedelta(days=1))),
    troubles=st.integers(0, 50),
)


@given(parcels, st.sampled_from(Answer), st.timedeltas(dt.timedelta(), 3 * DAY))
def test_every_wait_is_between_a_quarter_of_an_hour_and_half_a_day(
    one: Parcel, answer: Answer, later: dt.timedelta
) -> None:
    now = NOON + later
    wait = wait_after(answer, one, now)

    assert wait == wait_after(answer, one, now)  # decided again, the same comes out
    if answer is Answer.HEARD and one.expected:
        assert dt.timedelta() < wait <= 13.2 * HOUR  # the morning of the delivery day may be near
    else:
        assert 13 * MINUTE <= wait <= 13.2 * HOUR


@given(parcels)
def test_over_a_fortnight_nobody_is_asked_about_more_than_hourly(one: Parcel) -> None:
    now, questions = NOON, 0
    while now < NOON + 14 * DAY:
        now = next_poll(replace(one, known_since=min(one.known_since, NOON - DAY)), Answer.HEARD, now=now, zone=BERLIN)
        questions += 1

    # Hourly from six to ten in the evening is at most 18 a day, with the jitter.
    assert questions <= 14 * 18 + 2


def test_the_jitter_spreads_an_evenings_parcels_over_the_hour() -> None:
    ids = [uuid.uuid5(uuid.NAMESPACE_OID, str(number)) for number in range(2000)]
    parts = [int(fraction(one) * 10) for one in ids]

    assert {part: 150 < parts.count(part) < 250 for part in range(10)} == dict.fromkeys(range(10), True)
