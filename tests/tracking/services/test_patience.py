"""A merchant chooses how long to wait, within limits that keep shoppers from being pestered."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.validation import Refused
from tests.conftest import NOW
from tests.tracking.build import events_of, make_order, make_shipment
from tracking.models import WatchSettings
from tracking.selectors.patience import patience
from tracking.services.patience import set_patience
from tracking.services.watch import watch
from tracking.watching.patience import LIMITS, Patience

DEFAULTS = {name: limits.default for name, limits in LIMITS.items()}


def test_the_defaults_are_the_fields_usual_ones(world, in_scope) -> None:
    assert patience() == Patience()
    assert DEFAULTS == {
        "not_sent_hours": 72,
        "not_picked_up_days": 4,
        "no_news_days_at_home": 3,
        "no_news_days_abroad": 5,
        "pickup_warning_days": 2,
        "expires_after_days": 30,
    }


def test_what_is_chosen_holds_for_this_merchant_only(world, other_world) -> None:
    with merchant_scope(world.merchant.id):
        set_patience(
            merchant=world.merchant,
            numbers=DEFAULTS | {"not_sent_hours": 24, "no_news_days_abroad": 7},
            switched_off={"not_picked_up"},
            now=NOW,
        )
        set_patience(
            merchant=world.merchant, numbers=DEFAULTS | {"not_sent_hours": 48}, switched_off={"no_news"}, now=NOW
        )
        assert patience() == Patience(not_sent_hours=48, switched_off=frozenset({"no_news"}))
    with merchant_scope(other_world.merchant.id):
        assert patience() == Patience()


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("end", ["least", "most"])
def test_a_number_outside_its_limits_is_refused_and_nothing_stored(world, in_scope, name, end) -> None:
    limit = getattr(LIMITS[name], end)
    wrong = limit - 1 if end == "least" else limit + 1

    set_patience(merchant=world.merchant, numbers=DEFAULTS | {name: limit}, switched_off=(), now=NOW)
    with pytest.raises(Refused) as refused:
        set_patience(merchant=world.merchant, numbers=DEFAULTS | {name: wrong}, switched_off=(), now=NOW)

    assert [problem.pointer for problem in refused.value.problems] == [f"/{name}"]
    assert getattr(WatchSettings.objects.get(), name) == limit


def test_what_carriers_and_shoppers_say_cannot_be_switched_off(world, in_scope) -> None:
    for kind in ("delayed", "delivery_denied", "false_attempt", "no such thing"):
        with pytest.raises(Refused):
            set_patience(merchant=world.merchant, numbers=DEFAULTS, switched_off={kind}, now=NOW)


def test_a_kind_that_is_switched_off_is_not_raised(world, in_scope) -> None:
    order = make_order(world)
    make_shipment(world, order)
    set_patience(merchant=world.merchant, numbers=DEFAULTS, switched_off={"not_picked_up", "promise_missed"}, now=NOW)

    assert watch(merchant=world.merchant, now=NOW + dt.timedelta(days=8)) == 0
    assert events_of(order, "shipment.stalled", "shipment.delayed") == []
