"""Learning how long parcels take, in the tables: once each, forgotten after a year, and each merchant by themselves."""

import datetime as dt

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order
from tests.tracking.simulated import history
from tracking.models import Shipment, TransitCalibration, TransitGroup, TransitRecord
from tracking.selectors.transit import transit_model
from tracking.services import learn_transit as service
from tracking.services.promise import renew_promise
from tracking.transit import ENOUGH, Route, estimate_transit

TODAY = dt.date(2026, 7, 15)


def arrived(world, parcels: int, *, on: dt.date = TODAY, seed: int = 1, route: Route | None = None, days: int = 4):
    """Store parcels that arrived: of the made-up history, or all on one route in so many days."""
    order = make_order(world, f"{seed}-{on}")
    made = [(route, days)] * parcels if route else list(history(parcels, seed=seed))
    shipments = [
        Shipment(
            merchant=world.merchant,
            order=order,
            external_id=str(number),
            carrier=one.carrier,
            created_at=NOW,
            updated_at=NOW,
        )
        for number, (one, _) in enumerate(made)
    ]
    Shipment.objects.bulk_create(shipments)
    TransitRecord.objects.bulk_create(
        TransitRecord(
            merchant=world.merchant,
            shipment=shipment,
            carrier=one.carrier,
            origin=one.origin,
            destination=one.destination,
            weekday=one.weekday,
            arrived_on=on,
            days=took,
            calibration=one.calibration,
        )
        for shipment, (one, took) in zip(shipments, made, strict=True)
    )


def test_each_parcel_is_counted_once_in_all_its_groups(world) -> None:
    route = Route("dhl", "", "DE-20", "DE-80", 2)
    with merchant_scope(world.merchant.id):
        arrived(world, 3, route=route)

    assert (service.learn_all(now=NOW), service.learn_all(now=NOW)) == (3, 0)

    with merchant_scope(world.merchant.id):
        assert {row.name: tuple(row.counts) for row in TransitGroup.objects.all()} == dict.fromkeys(
            route.groups, (0, 0, 0, 0, 3)
        )
        assert set(TransitGroup.objects.values_list("since", flat=True)) == {dt.date(2026, 7, 1)}


def test_a_promise_follows_what_was_learned(world, in_scope) -> None:
    order = make_order(world)
    usual = renew_promise(merchant=world.merchant, order=order, shipment=None, now=NOW)
    arrived(world, ENOUGH, route=Route("hermes", "", "DE", "DE-10", 2), days=6)
    service.learn_batch(merchant=world.merchant, now=NOW)
    slow = make_order(world, "slow")

    learned = renew_promise(merchant=world.merchant, order=slow, shipment=None, now=NOW)

    # Handed over on Wednesday the 15th, for both.
    assert (usual.earliest, usual.latest) == (dt.date(2026, 7, 16), dt.date(2026, 7, 20))
    assert (learned.earliest, learned.likely, learned.latest) == (dt.date(2026, 7, 23),) * 3


def test_most_of_what_comes_after_comes_within_the_estimate(world, in_scope) -> None:
    """The windows kept with each parcel were made before it was counted, so they are held-out estimates."""
    arrived(world, 1_600)
    while service.learn_batch(merchant=world.merchant, now=NOW):
        pass

    rows = list(TransitRecord.objects.order_by("arrived_on", "id").values_list("carrier", "days", "earliest", "latest"))
    later = rows[600:]
    for carrier in ("dhl", "hermes", "gls"):
        mine = [earliest <= days <= latest for name, days, earliest, latest in later if name == carrier]
        assert 0.87 <= sum(mine) / len(mine) <= 0.985
    assert set(TransitCalibration.objects.values_list("name", flat=True)) == {
        "dhl/DE/DE",
        "gls/DE/DE",
        "hermes/DE/DE",
    }


def test_what_is_older_than_a_year_says_nothing_any_more(world, in_scope) -> None:
    route = Route("dhl", "", "DE-20", "DE-80", 2)
    arrived(world, ENOUGH, route=route, on=dt.date(2025, 1, 10), days=9)
    service.learn_batch(merchant=world.merchant, now=NOW)

    then = transit_model(routes=[route], today=dt.date(2025, 3, 1))
    now = transit_model(routes=[route], today=TODAY)

    assert (estimate_transit(then, route).likely, estimate_transit(now, route).likely) == (9, 2)


def test_parcels_without_a_time_are_left_out(world, in_scope) -> None:
    arrived(world, 2, route=Route("dhl", "", "DE", "DE", 0))
    TransitRecord.objects.update(days=None)

    assert service.learn_batch(merchant=world.merchant, now=NOW) == 0


def test_merchants_learn_from_their_own_parcels(world, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        arrived(other_world, ENOUGH, route=Route("dhl", "", "DE", "DE", 0))
    service.learn_all(now=NOW)

    with merchant_scope(world.merchant.id):
        assert not TransitGroup.objects.exists()
        assert transit_model(routes=[Route("dhl", "", "DE", "DE", 0)], today=TODAY).counts == {}


def test_a_quarter_begins_on_its_first_day() -> None:
    days = ("2026-01-01", "2026-03-31", "2026-04-01", "2026-12-31")

    assert [service.quarter_of(dt.date.fromisoformat(day)).isoformat() for day in days] == [
        "2026-01-01",
        "2026-01-01",
        "2026-04-01",
        "2026-10-01",
    ]
