"""What a merchant chooses about handing parcels over, and what it changes."""

import dataclasses
import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment
from tracking.models import DeliverySettings, Promise
from tracking.places import Place
from tracking.promise import Warehouse
from tracking.selectors.delivery import delivery_choices
from tracking.services.delivery import DeliveryInput, DeliveryRefused, choose_delivery
from tracking.services.promise import note_carrier_days, renew_promise

CHOICE = DeliveryInput(
    cut_off=dt.time(16, 0),
    processing_days=0,
    working_days=(0, 1, 2, 3, 4, 5),
    origin_country="DE",
    origin_postal_code="80 331",
    sources=("carrier", "shop", "estimate"),
    carrier="dhl",
    service="",
)


def test_without_a_choice_the_defaults_hold(world, in_scope) -> None:
    choices = delivery_choices(merchant=world.merchant)

    assert choices.warehouse == Warehouse("DE", choices.warehouse.time_zone)
    assert (choices.warehouse.cut_off, choices.warehouse.processing_days) == (dt.time(14), 1)
    assert choices.sources == ("shop", "carrier", "estimate")
    assert not DeliverySettings.objects.exists()


def test_a_choice_is_one_row_and_changes_the_next_promise(world, in_scope) -> None:
    order = make_order(world)
    before = renew_promise(merchant=world.merchant, order=order, shipment=None, now=NOW)

    choose_delivery(merchant=world.merchant, data=CHOICE, now=NOW)
    choose_delivery(merchant=world.merchant, data=CHOICE, now=NOW)
    after = renew_promise(merchant=world.merchant, order=order, shipment=None, now=NOW)

    assert DeliverySettings.objects.count() == 1
    assert delivery_choices(merchant=world.merchant).warehouse.place == Place("DE", ("BY",))
    assert (before.earliest, after.earliest) == (dt.date(2026, 7, 16), dt.date(2026, 7, 15))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"working_days": ()}, "working_days"),
        ({"working_days": (0, 7)}, "working_days"),
        ({"processing_days": 61}, "processing_days"),
        ({"processing_days": -1}, "processing_days"),
        ({"sources": ("shop", "shop", "estimate")}, "sources"),
        ({"origin_postal_code": "8033"}, "origin_postal_code"),
    ],
)
def test_what_no_estimate_can_start_from_is_refused(world, in_scope, change, field) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        choose_delivery(merchant=world.merchant, data=dataclasses.replace(CHOICE, **change), now=NOW)

    assert refused.value.field == field
    assert not DeliverySettings.objects.exists()


def test_a_strangers_choice_is_their_own(world, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        choose_delivery(merchant=other_world.merchant, data=CHOICE, now=NOW)
    with merchant_scope(world.merchant.id):
        assert delivery_choices(merchant=world.merchant).warehouse.processing_days == 1


def test_the_carriers_own_days_are_kept_and_promised_once(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)
    days = {"first": dt.date(2026, 7, 17), "last": dt.date(2026, 7, 18)}

    assert note_carrier_days(merchant=world.merchant, shipment=shipment, **days, now=NOW)
    assert not note_carrier_days(merchant=world.merchant, shipment=shipment, **days, now=NOW)
    assert not note_carrier_days(merchant=world.merchant, shipment=shipment, first=None, last=None, now=NOW)

    (row,) = Promise.objects.filter(shipment=shipment)
    assert (row.source, row.earliest, row.latest) == ("carrier", days["first"], days["last"])


def test_the_shops_day_stands_before_the_carriers_unless_the_merchant_turns_that_round(world, in_scope) -> None:
    order = make_order(world, promised_to=dt.date(2026, 7, 20))
    shipment = make_shipment(world, order)
    days = {"first": None, "last": dt.date(2026, 7, 18)}

    note_carrier_days(merchant=world.merchant, shipment=shipment, **days, now=NOW)
    choose_delivery(merchant=world.merchant, data=CHOICE, now=NOW)
    renew_promise(merchant=world.merchant, order=order, shipment=shipment, now=NOW)

    assert list(Promise.objects.order_by("id").values_list("source", "latest")) == [
        ("shop", dt.date(2026, 7, 20)),
        ("carrier", dt.date(2026, 7, 18)),
    ]
