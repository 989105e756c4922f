"""How often promises were kept, counted by carrier, region, month, source and cause."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order
from tracking.models import Promise, PromiseVerdict, Shipment, TransitRecord
from tracking.selectors.hit_rate import Coverage, HitRate, HitRateBy, estimate_coverage, hit_rates, whole_hit_rate

SPRING = {"first": dt.date(2026, 4, 1), "last": dt.date(2026, 6, 30)}


def judged(world, *, carrier: str, due: str, kept: bool, within: bool = False, exact: bool = False, **fields) -> None:
    number = PromiseVerdict.objects.count() + 1
    day = dt.date.fromisoformat(due)
    order = make_order(world, f"o{number}")
    shipment = Shipment.objects.create(
        merchant=world.merchant, order=order, external_id="1", carrier=carrier, created_at=NOW, updated_at=NOW
    )
    promise = Promise.objects.create(
        merchant=world.merchant, order=order, source="estimate", earliest=day, likely=day, latest=day, made_at=NOW
    )
    PromiseVerdict.objects.create(
        **{
            "merchant": world.merchant,
            "shipment": shipment,
            "promise": promise,
            "source": "estimate",
            "carrier": carrier,
            "destination": "DE-80",
            "due_on": day,
            "kept": kept,
            "is_within": within,
            "is_exact": exact,
            "cause": "" if kept else "carrier",
            "decided_at": NOW,
            "updated_at": NOW,
        }
        | fields
    )


@pytest.fixture
def spring(world, in_scope) -> None:
    judged(world, carrier="dhl", due="2026-04-10", kept=True, within=True, exact=True)
    judged(world, carrier="dhl", due="2026-05-10", kept=True, within=True)
    judged(world, carrier="dhl", due="2026-05-11", kept=True, source="shop")
    judged(world, carrier="gls", due="2026-05-12", kept=False, destination="CH-30", cause="customs")
    judged(world, carrier="gls", due="2026-03-31", kept=False)
    judged(world, carrier="gls", due="2026-07-01", kept=False)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (HitRateBy.CARRIER, [HitRate("dhl", 3, 3, 2, 1), HitRate("gls", 1, 0, 0, 0)]),
        (HitRateBy.REGION, [HitRate("DE-80", 3, 3, 2, 1), HitRate("CH-30", 1, 0, 0, 0)]),
        (HitRateBy.MONTH, [HitRate("2026-04", 1, 1, 1, 1), HitRate("2026-05", 3, 2, 1, 0)]),
        (HitRateBy.SOURCE, [HitRate("estimate", 3, 2, 2, 1), HitRate("shop", 1, 1, 0, 0)]),
        (HitRateBy.CAUSE, [HitRate("", 3, 3, 2, 1), HitRate("customs", 1, 0, 0, 0)]),
    ],
)
def test_promises_are_counted_by_what_is_asked(spring, by, expected) -> None:
    assert hit_rates(by=by, **SPRING) == expected


def test_all_together_and_of_one_country(spring) -> None:
    assert whole_hit_rate(**SPRING) == HitRate("", 4, 3, 2, 1)
    assert hit_rates(by=HitRateBy.CARRIER, country="CH", **SPRING) == [HitRate("gls", 1, 0, 0, 0)]


def test_rates_are_parts_of_one_and_nothing_of_nothing() -> None:
    assert (HitRate("", 4, 3, 2, 1).on_time_rate, HitRate("", 4, 3, 2, 1).within_rate) == (0.75, 0.5)
    assert HitRate("", 4, 3, 2, 1).exact_rate == 0.25
    assert (HitRate("", 0, 0, 0, 0).on_time_rate, Coverage("", 0, 0, 0).rate) == (0.0, 0.0)


def test_a_stranger_counts_their_own(spring, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        assert whole_hit_rate(**SPRING) == HitRate("", 0, 0, 0, 0)


def test_the_estimates_own_coverage(world, in_scope) -> None:
    order = make_order(world)
    for number, (days, learned) in enumerate([(1, NOW), (2, NOW), (3, NOW), (9, NOW), (1, None)]):
        shipment = Shipment.objects.create(
            merchant=world.merchant, order=order, external_id=str(number), carrier="dhl", created_at=NOW, updated_at=NOW
        )
        TransitRecord.objects.create(
            merchant=world.merchant,
            shipment=shipment,
            carrier="dhl",
            origin="DE",
            destination="DE-80",
            arrived_on=dt.date(2026, 5, 1),
            days=days,
            calibration="dhl/DE/DE",
            earliest=1,
            likely=2,
            latest=3,
            learned_at=learned,
        )

    assert estimate_coverage(**SPRING) == [Coverage("dhl", 4, 3, 1)]
    assert estimate_coverage(first=dt.date(2026, 6, 1), last=dt.date(2026, 6, 2)) == []
