"""Days around cut-off, weekends, holidays and the change of clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tracking.business_days import add_business_days, business_days_between, is_business_day
from tracking.models import PromiseSource
from tracking.promise import (
    Journey,
    ParcelFacts,
    Warehouse,
    Window,
    chosen_window,
    cut_off_after,
    estimate,
    is_shown,
    leaves_on,
    named_window,
)
from tracking.transit import Model

BERLIN = ZoneInfo("Europe/Berlin")
BERLIN_HOUSE = Warehouse("DE", BERLIN, "10115")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def berlin(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def estimated(ordered: str, journey: Journey, *, shipped: str = "", now: str = "") -> Window:
    facts = ParcelFacts(journey, berlin(ordered), berlin(shipped) if shipped else None)
    return estimate(Model(), facts, berlin(now or ordered))


@pytest.mark.parametrize(
    ("ordered", "leaves"),
    [
        ("2026-07-15T13:59", "2026-07-16"),  # a Wednesday before cut-off
        ("2026-07-15T14:00", "2026-07-17"),  # at cut-off it is tomorrow's
        ("2026-07-17T13:00", "2026-07-20"),  # Friday: packed on Monday
        ("2026-07-17T15:00", "2026-07-21"),
        ("2026-07-18T23:00", "2026-07-21"),  # Saturday counts as Monday morning
        ("2026-12-24T10:00", "2026-12-28"),  # Christmas, then a weekend
        ("2026-10-25T02:30", "2026-10-27"),  # the hour that happens twice, on a Sunday
    ],
)
def test_an_order_leaves_after_cut_off_and_packing(ordered: str, leaves: str) -> None:
    assert leaves_on(ordered_at=berlin(ordered), warehouse=BERLIN_HOUSE) == day(leaves)


def test_cut_off_is_local_time_whatever_zone_the_order_names() -> None:
    noon_utc = dt.datetime(2026, 7, 15, 12, 30, tzinfo=dt.UTC)  # 14:30 in Berlin

    assert leaves_on(ordered_at=noon_utc, warehouse=BERLIN_HOUSE) == day("2026-07-17")


@pytest.mark.parametrize(
    ("shipped", "destination", "expected"),
    [
        ("2026-07-15T16:00", "DE", ("2026-07-16", "2026-07-17", "2026-07-20")),
        ("2026-07-15T16:00", "AT", ("2026-07-17", "2026-07-20", "2026-07-22")),
        ("2026-07-15T16:00", "CH", ("2026-07-20", "2026-07-21", "2026-07-24")),
        ("2026-07-15T16:00", "US", ("2026-07-22", "2026-07-27", "2026-08-05")),
        ("2026-12-23T16:00", "DE", ("2026-12-24", "2026-12-28", "2026-12-29")),
    ],
)
def test_a_hand_over_wins_over_the_order_date(shipped: str, destination: str, expected: tuple[str, str, str]) -> None:
    window = estimated("2026-01-01T10:00", Journey(BERLIN_HOUSE, destination), shipped=shipped)

    assert window == Window(PromiseSource.ESTIMATE, *map(day, expected))


def test_without_a_hand_over_the_order_date_counts() -> None:
    window = estimated("2026-07-15T10:00", Journey(BERLIN_HOUSE, "DE"))

    assert (window.earliest, window.latest) == (day("2026-07-17"), day("2026-07-21"))


@pytest.mark.parametrize(
    ("settings", "ordered", "leaves"),
    [
        ({"cut_off": dt.time(18, 30)}, "2026-07-15T18:29:59", "2026-07-16"),
        ({"cut_off": dt.time(18, 30)}, "2026-07-15T18:30", "2026-07-17"),
        ({"processing_days": 0}, "2026-07-15T10:00", "2026-07-15"),
        ({"processing_days": 0}, "2026-07-15T14:00", "2026-07-16"),
        ({"processing_days": 3}, "2026-07-15T10:00", "2026-07-20"),
        ({"working_days": frozenset(range(6))}, "2026-07-17T10:00", "2026-07-18"),  # packs on Saturdays as well
        ({"working_days": frozenset({0, 3})}, "2026-07-16T15:00", "2026-07-23"),  # Mondays and Thursdays
        ({"postal_code": "80331"}, "2026-06-03T10:00", "2026-06-05"),  # Fronleichnam in München
        ({"postal_code": "10115"}, "2026-06-03T10:00", "2026-06-04"),
        ({"country": "CH", "postal_code": "3011"}, "2025-12-31T10:00", "2026-01-05"),  # Berchtoldstag in Bern
        ({"country": "CH", "postal_code": "6900"}, "2025-12-31T10:00", "2026-01-02"),  # not so in Lugano
    ],
)
def test_the_warehouse_has_its_own_hours_days_and_holidays(settings, ordered: str, leaves: str) -> None:
    warehouse = Warehouse(**({"country": "DE", "time_zone": BERLIN} | settings))

    assert leaves_on(ordered_at=berlin(ordered), warehouse=warehouse) == day(leaves)


def test_cut_off_is_the_clock_on_the_wall_across_the_change_of_clocks() -> None:
    # On 25 October 2026 clocks go back; 14:00 is 12:00 UTC on Friday and 13:00 UTC on Monday.
    friday, monday = dt.datetime(2026, 10, 23, 12, 0, tzinfo=dt.UTC), dt.datetime(2026, 10, 26, 12, 0, tzinfo=dt.UTC)

    assert leaves_on(ordered_at=friday, warehouse=BERLIN_HOUSE) == day("2026-10-27")
    assert leaves_on(ordered_at=monday, warehouse=BERLIN_HOUSE) == day("2026-10-27")
    assert cut_off_after(now=friday, warehouse=BERLIN_HOUSE) == dt.datetime(2026, 10, 26, 13, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-07-15T13:59", "2026-07-15T14:00"),
        ("2026-07-15T14:00", "2026-07-16T14:00"),
        ("2026-07-17T15:00", "2026-07-20T14:00"),
        ("2026-07-18T09:00", "2026-07-20T14:00"),
    ],
)
def test_until_when_an_order_still_leaves_the_same_day(now: str, expected: str) -> None:
    assert cut_off_after(now=berlin(now), warehouse=BERLIN_HOUSE) == berlin(expected)


@pytest.mark.parametrize(
    ("carrier", "postal_code", "handed_over", "expected"),
    [
        # Friday evening: DHL comes on Saturday, GLS on Monday.
        ("dhl", "10115", "2026-07-17T18:00", ("2026-07-18", "2026-07-20", "2026-07-21")),
        ("gls", "10115", "2026-07-17T18:00", ("2026-07-20", "2026-07-21", "2026-07-22")),
        # The day before Epiphany: a holiday in München and not in Berlin.
        ("gls", "80331", "2026-01-05T18:00", ("2026-01-07", "2026-01-08", "2026-01-09")),
        ("gls", "10115", "2026-01-05T18:00", ("2026-01-06", "2026-01-07", "2026-01-08")),
        # Over the change of clocks and Reformationstag (a Saturday, in Hamburg).
        ("dhl", "20095", "2026-10-24T12:00", ("2026-10-26", "2026-10-27", "2026-10-28")),
        ("dhl", "20095", "2026-10-29T12:00", ("2026-10-30", "2026-11-02", "2026-11-03")),
        ("dhl", "10115", "2026-10-29T12:00", ("2026-10-30", "2026-10-31", "2026-11-02")),
    ],
)
def test_transit_counts_the_carriers_days_at_the_destination(carrier, postal_code, handed_over, expected) -> None:
    journey = Journey(BERLIN_HOUSE, "DE", postal_code, carrier)

    window = estimated("2026-01-01T10:00", journey, shipped=handed_over, now=handed_over)

    assert window == Window(PromiseSource.ESTIMATE, *map(day, expected))


def test_no_day_that_has_passed_is_named() -> None:
    window = estimated(
        "2026-07-01T10:00", Journey(BERLIN_HOUSE, "DE"), shipped="2026-07-02T10:00", now="2026-07-15T23:59"
    )

    assert (window.earliest, window.likely, window.latest) == (day("2026-07-15"),) * 3


@pytest.mark.parametrize("handed_over", ["2026-07-16", "2026-07-17", "2026-07-18", "2026-07-19", "2026-12-24"])
@pytest.mark.parametrize("carrier", ["dhl", "gls"])
def test_what_is_learned_from_an_arrival_leads_back_to_it(handed_over: str, carrier: str) -> None:
    journey = Journey(BERLIN_HOUSE, "DE", "80331", carrier)

    for days in range(8):
        arrived = journey.arrives_on(day(handed_over), days)
        assert journey.days_on_the_way(day(handed_over), arrived) == days


def test_the_merchant_says_whose_day_comes_first() -> None:
    shop = Window(PromiseSource.SHOP, *[day("2026-07-17")] * 3)
    carrier = Window(PromiseSource.CARRIER, *[day("2026-07-18")] * 3)
    own = Window(PromiseSource.ESTIMATE, *[day("2026-07-20")] * 3)
    named = {PromiseSource.SHOP: shop, PromiseSource.CARRIER: carrier, PromiseSource.ESTIMATE: own}

    assert chosen_window(named, ("shop", "carrier", "estimate")) == shop
    assert chosen_window(named, ("carrier", "shop", "estimate")) == carrier
    assert chosen_window(named, ("estimate",)) == own
    assert chosen_window({**named, PromiseSource.SHOP: None}, ("shop", "carrier", "estimate")) == carrier
    assert chosen_window({PromiseSource.CARRIER: carrier}, ("shop", "estimate")) == carrier
    assert chosen_window({}, ("shop", "carrier", "estimate")) is None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, None),
        (None, "2026-07-17", ("2026-07-17", "2026-07-17", "2026-07-17")),
        ("2026-07-15", None, ("2026-07-15", "2026-07-15", "2026-07-15")),
        ("2026-07-15", "2026-07-17", ("2026-07-15", "2026-07-17", "2026-07-17")),
    ],
)
def test_a_named_day_is_taken_as_it_is(first, last, expected) -> None:
    window = named_window(first and day(first), last and day(last))

    assert window == (expected and Window(PromiseSource.SHOP, *map(day, expected)))


def test_holidays_of_both_countries_count_and_unknown_countries_have_none() -> None:
    swiss_national_day = day("2025-08-01")  # a Friday

    assert is_business_day(swiss_national_day, ["DE"])
    assert not is_business_day(swiss_national_day, ["DE", "CH"])
    assert is_business_day(swiss_national_day, ["XX"])


def test_counting_is_the_reverse_of_adding() -> None:
    start = day("2026-12-22")

    for count in range(12):
        assert business_days_between(start, add_business_days(start, count, ["DE"]), ["DE"]) == count


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("pending", True),
        ("info_received", True),
        ("in_transit", True),
        ("out_for_delivery", False),
        ("attempt_failed", False),
        ("available_for_pickup", False),
        ("delivered", False),
        ("exception", False),
        ("expired", False),
    ],
)
def test_a_day_is_named_only_while_it_helps(status: str, shown: bool) -> None:
    assert is_shown(status) is shown
