"""The delivery days that carriers name along with their news."""

import datetime as dt

from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking.models import Promise
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
