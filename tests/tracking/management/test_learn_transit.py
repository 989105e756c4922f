"""The command that reads the whole history and says how good the estimates are."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import NUMBER, make_order, make_shipment, news
from tracking.models import TransitGroup, TransitRecord
from tracking.services.record import record_checkpoints


@pytest.fixture
def one_parcel(world) -> None:
    with merchant_scope(world.merchant.id):
        make_shipment(world, make_order(world))
        heard = [news(-24, "in_transit", NUMBER), news(23, "delivered", NUMBER)]
        record_checkpoints(merchant=world.merchant, checkpoints=heard, now=NOW)


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("learn_transit", *arguments, stdout=out)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_it_learns_what_arrived_and_prints_how_well(world, other_world, one_parcel) -> None:
    lines = run()

    assert lines[0] == "Target: 90% of parcels within their window."
    assert lines[2:] == ["lindenhof dhl 1 100.0% 100.0%"]


def test_again_starts_over_and_counts_no_parcel_twice(world, one_parcel) -> None:
    run()
    run("--merchant", "lindenhof")
    run("--again")

    with merchant_scope(world.merchant.id):
        assert TransitRecord.objects.count() == 1
        assert {sum(row.counts) for row in TransitGroup.objects.all()} == {1}
        assert TransitRecord.objects.get().handed_over_on == (NOW - dt.timedelta(days=2)).date()


def test_an_unknown_merchant_is_named(world) -> None:
    with pytest.raises(CommandError, match="nobody"):
        run("--merchant", "nobody")
