"""A promise is at risk when fewer delivery days are left than the parcel needs."""

import datetime as dt

import pytest

from tracking.watching.risk import Whereabouts, is_at_risk

WEDNESDAY = dt.date(2026, 7, 15)
THURSDAY, FRIDAY = WEDNESDAY + dt.timedelta(1), WEDNESDAY + dt.timedelta(2)
MONDAY, TUESDAY = WEDNESDAY + dt.timedelta(5), WEDNESDAY + dt.timedelta(6)
MORNING, AFTERNOON = dt.time(10), dt.time(14)


def parcel(status: str = "in_transit", **more) -> Whereabouts:
    values = {"substatus": "", "country": "", "scanned_on": WEDNESDAY, "origin": "DE", "destination": "DE"}
    return Whereabouts(status=status, **(values | more))


def at_risk(one: Whereabouts, latest: dt.date, time: dt.time = MORNING, day: dt.date = WEDNESDAY) -> bool:
    places = (one.origin, one.destination)
    return is_at_risk(parcel=one, latest=latest, local_now=dt.datetime.combine(day, time), places=places)


@pytest.mark.parametrize(
    ("one", "latest", "time", "expected"),
    [
        (parcel(), WEDNESDAY, MORNING, False),  # may still be loaded
        (parcel(), WEDNESDAY, AFTERNOON, True),  # not in the van, does not come today
        (parcel(), THURSDAY, AFTERNOON, False),
        (parcel("out_for_delivery"), WEDNESDAY, AFTERNOON, False),
        (parcel("attempt_failed"), WEDNESDAY, AFTERNOON, True),
        (parcel("attempt_failed"), THURSDAY, AFTERNOON, False),
        (parcel(scanned_on=WEDNESDAY - dt.timedelta(2)), THURSDAY, MORNING, False),
        (parcel(scanned_on=WEDNESDAY - dt.timedelta(2)), THURSDAY, AFTERNOON, True),  # tomorrow, and not seen lately
        (parcel("info_received", scanned_on=None), THURSDAY, MORNING, False),
        (
            parcel("info_received", scanned_on=None),
            THURSDAY,
            AFTERNOON,
            True,
        ),  # the carrier has not got it
        (parcel("pending", scanned_on=None), FRIDAY, AFTERNOON, False),
        (parcel(destination="AT", country="DE"), FRIDAY, AFTERNOON, True),
        (parcel(destination="AT", country="AT"), FRIDAY, AFTERNOON, False),
        (parcel(destination="AT", country=""), FRIDAY, MORNING, False),
        (parcel(destination="CH", country="CH", substatus="in_transit_customs_started"), FRIDAY, AFTERNOON, True),
        (parcel("info_received", destination="AT", scanned_on=None), FRIDAY, AFTERNOON, True),
        (parcel("info_received", destination="AT", scanned_on=None), MONDAY, AFTERNOON, False),
    ],
)
def test_days_left_against_days_needed(one, latest, time, expected) -> None:
    assert at_risk(one, latest, time) is expected


def test_a_missed_promise_is_not_at_risk_any_more() -> None:
    assert not at_risk(parcel("pending", scanned_on=None), WEDNESDAY - dt.timedelta(1))


def test_weekends_and_holidays_are_no_delivery_days() -> None:
    stale = parcel(scanned_on=WEDNESDAY)

    assert at_risk(stale, MONDAY, AFTERNOON, day=FRIDAY)  # only Monday is left
    assert not at_risk(stale, TUESDAY, AFTERNOON, day=FRIDAY)
    # 3 April 2026 is Good Friday, 6 April Easter Monday: Tuesday is the only day left.
    maundy_thursday, after_easter = dt.date(2026, 4, 2), dt.date(2026, 4, 7)
    before = parcel(scanned_on=maundy_thursday - dt.timedelta(2))
    assert at_risk(before, after_easter, AFTERNOON, day=maundy_thursday)


def test_friday_scans_are_fresh_on_monday() -> None:
    assert not at_risk(parcel(scanned_on=FRIDAY), MONDAY, MORNING, day=MONDAY)
