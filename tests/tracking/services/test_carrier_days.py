"""The delivery days that carriers name along with their news."""

import datetime as dt

from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking.models import Promise, Shipment
from tracking.services.record import record_checkpoints

FIRST, SECOND = dt.date(2026, 7, 17), dt.date(2026, 7, 20)


def hear(world, *items) -> None:
    record_checkpoints(merchant=world.merchant, checkpoints=items, now=NOW)


def promised() -> list[tuple[str, dt.date, dt.date]]:
    rows = Promise.objects.filter(shipment__isnull=False).order_by("made_at", "id")
    return list(rows.values_list("source", "earliest", "latest"))


def test_the_newest_news_of_a_parcel_names_its_day(world, in_scope) -> None:
    make_shipment(world, make_order(world))

    hear(
        world,
        news(5, "in_transit", promised_from=FIRST, promised_to=SECOND),
        news(1, "in_transit", promised_to=FIRST),
    )

    assert promised() == [("carrier", FIRST, SECOND)]


def test_repeated_and_older_news_change_nothing_and_newer_does(world, in_scope) -> None:
    make_shipment(world, make_order(world))
    said = news(1, "in_transit", promised_to=FIRST)

    hear(world, said)
    hear(world, news(5, "in_transit", promised_to=SECOND))
    hear(world, said)
    hear(world, news(6, "in_transit"))

    assert promised() == [("carrier", FIRST, FIRST), ("carrier", SECOND, SECOND)]


def test_days_that_came_before_the_parcel_are_kept_for_it(world, in_scope) -> None:
    hear(world, news(1, "in_transit", promised_to=FIRST))

    make_shipment(world, make_order(world))

    assert promised() == [("carrier", FIRST, FIRST)]


def test_a_day_out_of_all_measure_is_nobodys(world, in_scope) -> None:
    make_shipment(world, make_order(world))

    hear(world, news(1, "in_transit", promised_to=dt.date(2062, 7, 17)))

    assert promised() == []


FROM, TO = dt.datetime(2026, 7, 15, 12, 10, tzinfo=dt.UTC), dt.datetime(2026, 7, 15, 13, 10, tzinfo=dt.UTC)
LATER = dt.timedelta(minutes=20)
TODAY = dt.date(2026, 7, 15)


def windows() -> list[tuple[dt.date, dt.datetime | None, dt.datetime | None]]:
    rows = Promise.objects.filter(shipment__isnull=False).order_by("made_at", "id")
    return list(rows.values_list("latest", "window_from", "window_to"))


def test_each_other_window_is_a_row_of_its_own_and_the_same_one_none(world, in_scope) -> None:
    make_shipment(world, make_order(world))

    hear(world, news(1, "out_for_delivery", window_from=FROM, window_to=TO))
    hear(world, news(1, "out_for_delivery", window_from=FROM, window_to=TO))
    hear(world, news(2, "out_for_delivery", window_from=FROM + LATER, window_to=TO + LATER))

    assert windows() == [(TODAY, FROM, TO), (TODAY, FROM + LATER, TO + LATER)]


def test_days_take_hours_back_only_where_they_contradict_them(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))

    hear(world, news(1, "in_transit", window_from=FROM, window_to=TO))
    hear(world, news(2, "in_transit", promised_from=TODAY, promised_to=FIRST))
    hear(world, news(3, "in_transit"))
    assert windows() == [(TODAY, FROM, TO)]

    hear(world, news(4, "in_transit", promised_to=FIRST))
    assert windows() == [(TODAY, FROM, TO), (FIRST, None, None)]
    stored = Shipment.objects.get(pk=shipment.pk)
    assert (stored.carrier_promised_to, stored.carrier_window_from, stored.carrier_window_to) == (FIRST, None, None)


def test_the_carriers_hours_make_the_shops_day_exact(world, in_scope) -> None:
    make_shipment(world, make_order(world, promised_to=FIRST))

    hear(world, news(1, "out_for_delivery", window_from=FROM, window_to=TO))

    assert promised() == [("carrier", TODAY, TODAY)]
    assert windows() == [(TODAY, FROM, TO)]


def test_a_window_that_came_before_the_parcel_is_kept_for_it(world, in_scope) -> None:
    hear(world, news(1, "out_for_delivery", window_from=FROM, window_to=TO))

    make_shipment(world, make_order(world))

    assert windows() == [(TODAY, FROM, TO)]
