"""Whose turn it is to be asked about: quotas, the day of the delivery, trials, and workers that died."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.tracking.polling.services.conftest import (
    DAY,
    IN_TRANSIT,
    MINUTE,
    NUMBER,
    OTHER,
    ask,
    fresh,
    news_of,
    poll_of,
)
from tests.tracking.polling.stand_in import (
    Asked,
    a_token,
    dhl_does_not_know,
    dhl_says,
    ups_says,
)
from tracking.models import CarrierAccount, ParcelPoll, Promise
from tracking.models.promises import PromiseSource
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services import ask as asking
from tracking.polling.services import send
from tracking.polling.services.accounts import try_account
from tracking.polling.services.ask import LEASE, accounts_to_ask, claim_question


def test_the_days_quota_is_kept_and_comes_back_at_midnight_gmt(stand_in, connect, parcel, now) -> None:
    account = connect(limits={"quota_per_day": 6, "seconds_between": 0})
    for number in range(20):
        parcel(f"003404341610940{number:05}")
    stand_in.says = lambda asked: dhl_says(asked.numbers[0], IN_TRANSIT)
    midnight = dt.datetime(2026, 7, 16, tzinfo=dt.UTC)
    at = now
    while at < midnight:
        ask(account, at)
        at += 5 * MINUTE

    assert len(stand_in.asked) == 6
    assert fresh(account).next_request_at == midnight
    assert ask(account, midnight) == 1
    assert (fresh(account).asked, fresh(account).asked_on) == (1, midnight.date())


def test_headers_that_say_nothing_is_left_are_obeyed(stand_in, connect, parcel, now) -> None:
    account = connect("ups")
    parcel("1Z12345E0205271688", "ups"), parcel("1Z12345E6605272234", "ups")
    left = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "600"}

    def says(asked: Asked):
        if not asked.numbers:
            return a_token()
        status, _, body = ups_says(asked.numbers[0], ("20260714", "180000", "I"))
        return status, left, body

    stand_in.says = says
    assert ask(account, now) == 1
    assert fresh(account).next_request_at == now + 10 * MINUTE


def test_two_orders_in_one_parcel_cost_one_question(stand_in, connect, parcel, now, world) -> None:
    account, first = connect("ups"), parcel("1Z12345E0205271688", "ups")
    with merchant_scope(world.merchant.id):
        from tests.tracking.build import make_order, make_shipment
        from tracking.polling.services.plan import plan_parcel

        second = make_shipment(world, make_order(world, "twin"), carrier="ups", tracking_number="1Z12345E0205271688")
        plan_parcel(shipment=second, now=now)
    stand_in.says = lambda asked: (
        ups_says(asked.numbers[0], ("20260714", "180000", "I")) if asked.numbers else a_token()
    )

    assert ask(account, now) == 1

    assert (news_of(first), news_of(second)) == (["I"], ["I"])
    assert (poll_of(first).answer, poll_of(second).answer) == ("heard", "heard")


def test_the_day_a_carrier_names_is_kept_and_asked_about_hourly(stand_in, connect, parcel, now) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT, estimatedTimeOfDelivery="2026-07-15T18:00:00")

    ask(account, now)

    poll = poll_of(shipment)
    assert fresh(shipment).carrier_promised_to == dt.date(2026, 7, 15)
    assert poll.next_poll_at - now < 67 * MINUTE


def test_the_hours_a_carrier_names_are_promised_once(stand_in, connect, parcel, now, world) -> None:
    account, shipment = connect(), parcel(NUMBER)
    frame = {"estimatedFrom": "2026-07-15T14:10:00+02:00", "estimatedThrough": "2026-07-15T15:10:00+02:00"}
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT, estimatedDeliveryTimeFrame=frame)

    ask(account, now)
    ask(account, now + dt.timedelta(hours=2))

    begins, ends = (dt.datetime.fromisoformat(moment) for moment in frame.values())
    with merchant_scope(world.merchant.id):
        told = Promise.objects.filter(shipment=shipment, window_from__isnull=False)
        assert list(told.values_list("source", "window_from", "window_to")) == [("carrier", begins, ends)]


@pytest.mark.parametrize("told_by", ["shop", "promise"])
def test_without_the_carriers_day_the_one_that_was_promised_counts(
    stand_in, connect, parcel, now, world, told_by: str
) -> None:
    account, shipment = connect(), parcel(NUMBER)
    with merchant_scope(world.merchant.id):
        if told_by == "shop":
            shipment.promised_to = now.date()
            shipment.save()
        else:
            Promise.objects.create(
                merchant=world.merchant,
                order_id=shipment.order_id,
                shipment=shipment,
                source=PromiseSource.ESTIMATE,
                earliest=now.date() - DAY,
                likely=now.date(),
                latest=now.date() + DAY,
                made_at=now,
            )
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT)

    ask(account, now)

    assert poll_of(shipment).next_poll_at - now < 67 * MINUTE


def test_an_erased_parcel_is_never_asked_about_again(stand_in, connect, parcel, now, world) -> None:
    account, shipment = connect(), parcel(NUMBER)
    with merchant_scope(world.merchant.id):
        shipment.tracking_number = ""
        shipment.save()

    assert ask(account, now) == 0

    assert stand_in.asked == []
    assert (poll_of(shipment).next_poll_at, poll_of(shipment).stopped) == (None, "no_number")


def test_a_switched_off_account_asks_nothing(stand_in, connect, parcel, now) -> None:
    account = connect()
    parcel(NUMBER)
    with merchant_scope(account.merchant_id):
        CarrierAccount.objects.update(active=False)

    assert accounts_to_ask(now=now) == []
    assert ask(account, now) == 0
    assert stand_in.asked == []


def test_a_trial_asks_once_about_the_newest_parcel_or_the_example(stand_in, connect, parcel, now) -> None:
    account = connect()
    stand_in.says = lambda _asked: dhl_does_not_know()
    with merchant_scope(account.merchant_id):
        try_account(account=account, now=now)
    assert accounts_to_ask(now=now) == [(account.merchant_id, account.id)]
    assert ask(account, now) == 1

    assert stand_in.asked[0].numbers == [CLIENTS["dhl"].example]
    after = fresh(account)
    assert (after.probe_wanted_at, after.answered_at, after.asked) == (None, now, 1)
    assert ask(account, now + MINUTE) == 0


def test_a_trial_cuts_an_outages_rest_short_but_not_the_carriers_own_wish(stand_in, connect, parcel, now) -> None:
    account = connect()
    parcel(NUMBER)
    for said, asked_again in (((503, {}, b""), 1), ((429, {"Retry-After": "3600"}, b""), 0)):
        stand_in.says = lambda _asked, said=said: said
        with merchant_scope(account.merchant_id):
            CarrierAccount.objects.update(next_request_at=now)
            ParcelPoll.objects.update(next_poll_at=now)
        assert ask(account, now) == 1
        with merchant_scope(account.merchant_id):
            try_account(account=account, now=now + dt.timedelta(seconds=10))
        assert ask(account, now + dt.timedelta(seconds=10)) == asked_again


def test_a_trial_never_cuts_a_lease_short(connect, parcel, now, world) -> None:
    account = connect()
    parcel(NUMBER)
    claim = claim_question(world.merchant.id, account.id, now)
    with merchant_scope(world.merchant.id):
        try_account(account=account, now=now)

    assert claim is not None
    assert fresh(account).next_request_at == now + LEASE


def test_what_a_dead_worker_had_claimed_comes_back_with_its_lease(stand_in, connect, parcel, now, world) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT)
    assert claim_question(world.merchant.id, account.id, now) is not None

    assert ask(account, now + LEASE - MINUTE) == 0
    assert accounts_to_ask(now=now + LEASE - MINUTE) == []
    assert accounts_to_ask(now=now + LEASE) == [(world.merchant.id, account.id)]
    assert ask(account, now + LEASE) == 1
    assert (news_of(shipment), poll_of(shipment).attempts) == (["transit"], 2)


def test_a_slow_workers_news_counts_but_its_plan_does_not(stand_in, connect, parcel, now, world) -> None:
    account, shipment = connect(), parcel(NUMBER)
    slow = claim_question(world.merchant.id, account.id, now)
    quick = claim_question(world.merchant.id, account.id, now + LEASE)
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT)
    said = send.ask(slow.client, slow.account, asking.question_of(slow), zone=slow.zone, now=now)
    asking.record(slow, said, now + LEASE + MINUTE)

    assert news_of(shipment) == ["transit"]
    assert poll_of(shipment).next_poll_at == fresh(account).next_request_at == quick.lease


def test_a_number_that_is_corrected_while_the_old_one_is_asked_about_begins_anew(
    stand_in, connect, parcel, now, world
) -> None:
    from tracking.inputs import ShipmentInput
    from tracking.polling.services.plan import plan_parcel
    from tracking.services.register import register_shipment

    account, shipment = connect(), parcel(NUMBER)
    claim = claim_question(world.merchant.id, account.id, now)
    with merchant_scope(world.merchant.id):
        corrected = register_shipment(
            merchant=world.merchant,
            order=shipment.order,
            data=ShipmentInput(external_id="p1", carrier="dhl", tracking_number=OTHER),
            now=now,
        ).shipment
        plan_parcel(shipment=corrected, now=now)
    stand_in.says = lambda _asked: dhl_says(NUMBER, ("2026-07-14T18:00:00", "delivered"))
    asking.record(
        claim, send.ask(claim.client, claim.account, asking.question_of(claim), zone=claim.zone, now=now), now
    )

    assert (fresh(shipment).status, poll_of(shipment).answer) == ("pending", "")
    assert poll_of(shipment).next_poll_at > now


def test_a_stranger_is_never_asked_with_our_keys(stand_in, connect, parcel, now, other_world) -> None:
    from tests.tracking.build import make_order, make_shipment

    with merchant_scope(other_world.merchant.id):
        make_shipment(other_world, make_order(other_world, "1"), tracking_number=NUMBER)
    account = connect()
    with merchant_scope(account.merchant_id):
        CarrierAccount.objects.update(planned_at=None)

    assert ask(account, now) == 0
    assert asking.ask_carrier(merchant_id=other_world.merchant.id, account_id=account.id, now=lambda: now) == 0
    assert stand_in.asked == []
