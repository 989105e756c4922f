"""Asking a stand-in of each carrier: news comes in once, nothing is invented, and trouble makes nobody knock harder."""

import datetime as dt
import time

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.tracking.polling.services.conftest import ask, fresh, news_of, poll_of
from tests.tracking.polling.stand_in import (
    Asked,
    a_token,
    as_json,
    dhl_does_not_know,
    dhl_says,
    gls_says,
    ups_says,
)
from tracking.models import CarrierAccount, Checkpoint, ParcelPoll, Promise
from tracking.models.promises import PromiseSource
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services import ask as asking
from tracking.polling.services import send
from tracking.polling.services.accounts import connect_account, try_account
from tracking.polling.services.ask import LEASE, accounts_to_ask, claim_question

NUMBER = "00340434161094042557"
OTHER = "00340434161094042564"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
IN_TRANSIT = ("2026-07-14T18:00:00", "transit")


def test_news_comes_in_and_the_parcel_is_asked_about_again(stand_in, connect, parcel, now) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT)

    assert ask(account, now) == 1

    assert fresh(shipment).status == "in_transit"
    assert news_of(shipment) == ["transit"]
    poll = poll_of(shipment)
    assert (poll.answer, poll.attempts, poll.heard_at, poll.troubles) == ("heard", 1, now, 0)
    assert 5 * HOUR < poll.next_poll_at - now < 7 * HOUR
    after = fresh(account)
    assert (after.asked, after.asked_on, after.answered_at, after.failures) == (1, now.date(), now, 0)
    assert after.next_request_at == now + dt.timedelta(seconds=5)
    [asked] = stand_in.asked
    assert (asked.headers["dhl-api-key"], asked.numbers) == ("k-1", [NUMBER])


def test_the_same_news_counts_once_and_a_delivered_parcel_is_let_go(stand_in, connect, parcel, now, world) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT)
    ask(account, now)
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT, ("2026-07-15T16:00:00", "delivered"))
    ask(account, now + 7 * HOUR)

    assert news_of(shipment) == ["transit", "delivered"]
    poll = poll_of(shipment)
    assert (poll.next_poll_at, poll.stopped) == (None, "final")
    with merchant_scope(world.merchant.id):
        changes = Event.objects.filter(type="shipment.status_changed").order_by("sequence")
        assert [event.data["to"] for event in changes] == ["in_transit", "delivered"]
    assert accounts_to_ask(now=now + 20 * DAY) == []
    assert ask(account, now + 20 * DAY) == 0
    assert len(stand_in.asked) == 2


def test_a_number_that_is_not_known_yet_is_no_trouble(stand_in, connect, parcel, now) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: dhl_does_not_know()

    ask(account, now)

    poll, after = poll_of(shipment), fresh(account)
    assert (poll.answer, poll.troubles, poll.heard_at) == ("not_found", 0, None)
    assert 17 * MINUTE < poll.next_poll_at - now < 23 * MINUTE
    assert (after.failures, after.trouble, after.answered_at) == (0, "", now)
    assert fresh(shipment).status == "pending"


def test_news_about_another_parcel_is_not_ours(stand_in, connect, parcel, now, world) -> None:
    account, shipment, other = connect(), parcel(NUMBER), parcel(OTHER, at=now + HOUR)
    stand_in.says = lambda _asked: dhl_says(OTHER, ("2026-07-14T18:00:00", "delivered"))

    ask(account, now)

    assert news_of(shipment) == []
    assert poll_of(shipment).answer == "not_found"
    assert (fresh(other).status, poll_of(other).attempts) == ("pending", 0)
    with merchant_scope(world.merchant.id):
        assert Checkpoint.objects.count() == 0


def test_a_piece_is_answered_with_the_news_of_its_shipment(stand_in, connect, parcel, now) -> None:
    account, piece = connect(), parcel("JD014600006281230704")
    stand_in.says = lambda _asked: dhl_says(
        "7777777770", IN_TRANSIT, details={"pieceIds": ["JD0146000027", "JD014600006281230704", None, 7]}
    )

    ask(account, now)

    assert (news_of(piece), poll_of(piece).answer) == (["transit"], "heard")


def test_gls_answers_about_ten_parcels_at_once_each_for_itself(stand_in, connect, parcel, now) -> None:
    account = connect("gls")
    numbers = [f"3630191{number:04}" for number in range(12)]
    shipments = [parcel(number, "gls", at=now - (12 - at) * MINUTE) for at, number in enumerate(numbers)]
    known = {numbers[0]: [("2026-07-14T18:00:00+0200", "INTIAL.NORMAL")], numbers[1]: []}
    stand_in.says = lambda asked: gls_says(asked.numbers, known) if asked.numbers else a_token()

    assert ask(account, now) == 2

    assert [len(one.numbers) for one in stand_in.questions] == [10, 2]
    assert [one.headers["authorization"] for one in stand_in.questions] == ["Bearer token-1"] * 2
    assert len(stand_in.asked) == 3  # one token for both
    answers = [poll_of(shipment).answer for shipment in shipments]
    assert answers == ["heard", "heard"] + ["not_found"] * 10
    assert news_of(shipments[0]) == ["INTIAL.NORMAL"]
    assert fresh(account).asked == 2


def test_ups_lets_in_with_a_token_that_is_kept_sealed_and_renewed(stand_in, connect, parcel, now) -> None:
    account, shipment = connect("ups"), parcel("1Z12345E0205271688", "ups")
    tokens = iter(["token-1", "token-2"])
    stand_in.says = lambda asked: (
        ups_says(asked.numbers[0], ("20260714", "180000", "I")) if asked.numbers else a_token(next(tokens))
    )

    ask(account, now)
    later = now + 3 * HOUR
    with merchant_scope(account.merchant_id):
        ParcelPoll.objects.update(next_poll_at=later)
    ask(account, later)
    assert [one.headers.get("authorization") for one in stand_in.questions] == ["Bearer token-1"] * 2
    with merchant_scope(account.merchant_id):
        ParcelPoll.objects.update(next_poll_at=later + HOUR)
    ask(account, later + HOUR)  # its four hours are over in a minute

    assert [one.headers["authorization"] for one in stand_in.questions][2] == "Bearer token-2"
    assert b"token-2" not in bytes(fresh(account).token_sealed)
    assert news_of(shipment) == ["I"]


def test_a_token_that_is_no_longer_taken_is_renewed_once(stand_in, connect, parcel, now) -> None:
    account, shipment = connect("ups"), parcel("1Z12345E0205271688", "ups")
    tokens = iter(["token-1", "token-2"])

    def says(asked: Asked):
        if not asked.numbers:
            return a_token(next(tokens))
        if asked.headers["authorization"] == "Bearer token-1" and len(stand_in.questions) > 1:
            return as_json({"response": {"errors": [{"code": "250002", "message": "Invalid token"}]}}, 401)
        return ups_says(asked.numbers[0], ("20260714", "180000", "I"))

    stand_in.says = says
    ask(account, now)
    with merchant_scope(account.merchant_id):
        ParcelPoll.objects.update(next_poll_at=now + MINUTE)
    ask(account, now + MINUTE)

    assert len(stand_in.asked) == 5  # token, question; question, token, question
    assert (fresh(account).trouble, poll_of(shipment).answer) == ("", "heard")


def nothing_changed(account: CarrierAccount, shipment) -> None:
    assert news_of(shipment) == []
    assert fresh(shipment).status == "pending"
    assert fresh(account).answered_at is None


def test_429_lets_the_account_rest_as_long_as_it_says_and_the_parcel_stays_due(stand_in, connect, parcel, now) -> None:
    account, shipment, other = connect(), parcel(NUMBER), parcel(OTHER)
    stand_in.says = lambda _asked: (429, {"Retry-After": "1800"}, b"")

    assert ask(account, now) == 1
    assert ask(account, now + 29 * MINUTE) == 0

    after = fresh(account)
    assert (after.trouble, after.failures, after.next_request_at) == ("too_fast", 1, now + 30 * MINUTE)
    assert poll_of(shipment).next_poll_at == poll_of(other).next_poll_at == now
    nothing_changed(account, shipment)
    stand_in.says = lambda asked: dhl_says(asked.numbers[0], IN_TRANSIT)
    assert ask(account, now + 30 * MINUTE) == 1
    assert (fresh(account).trouble, fresh(account).failures) == ("", 0)
    assert len(stand_in.asked) == 2


@pytest.mark.parametrize(
    ("said", "trouble", "detail"),
    [
        ((500, {}, b"oops"), "away", ""),
        ((503, {}, b""), "away", ""),
        ((200, {}, b"<html>Welcome</html>"), "nonsense", "not JSON"),
        ((200, {}, b"[]"), "nonsense", "not an object"),
        ((200, {}, b'{"shipments": [{"events": []}]}'), "nonsense", "a shipment without id"),
        ((200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"), "nonsense", "compressed_answer"),
        ((200, {}, b" " * (send.LARGEST_ANSWER + 1)), "nonsense", "answer_too_large"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "nonsense", "HTTP 302"),
        ((200, {}, b'{"shipments": ' + b"[" * 100_000), "nonsense", "not JSON"),
    ],
)
def test_outages_and_nonsense_change_nothing_and_wait(
    stand_in, connect, parcel, now, said, trouble: str, detail: str
) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: said

    assert ask(account, now) == 1

    after = fresh(account)
    assert (after.trouble, after.trouble_detail, after.trouble_at) == (trouble, detail, now)
    assert after.next_request_at == now + MINUTE
    poll = poll_of(shipment)
    assert (poll.answer, poll.troubles) == ("trouble", 1)
    assert 13 * MINUTE < poll.next_poll_at - now < 17 * MINUTE
    nothing_changed(account, shipment)


def test_a_body_that_trickles_and_a_server_that_says_nothing_are_given_up_in_time(
    stand_in, connect, parcel, now, monkeypatch
) -> None:
    monkeypatch.setattr(send, "REQUEST_SECONDS", 0.4)
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: time.sleep(1.5) or (200, {}, b"{}")

    began = time.monotonic()
    assert ask(account, now) == 1

    assert time.monotonic() - began < 1.4
    assert (fresh(account).trouble, fresh(account).trouble_detail) == ("away", "timeout")
    nothing_changed(account, shipment)


def test_news_that_cannot_be_recorded_stops_nobody(stand_in, connect, parcel, now, monkeypatch) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda _asked: dhl_says(NUMBER, IN_TRANSIT)

    def stumbles(*_args: object, **_kwargs: object) -> None:
        raise KeyError("nobody thought of this")

    monkeypatch.setattr(asking, "record_checkpoints", stumbles)
    assert ask(account, now) == 1

    assert (fresh(account).trouble, fresh(account).trouble_detail) == ("nonsense", "news that cannot be recorded")
    assert poll_of(shipment).troubles == 1
    nothing_changed(account, shipment)


def test_refused_keys_are_marked_and_asked_four_times_a_day_until_somebody_changes_them(
    stand_in, connect, parcel, now, world
) -> None:
    account, shipment = connect(), parcel(NUMBER)
    stand_in.says = lambda asked: (
        dhl_says(NUMBER, IN_TRANSIT)
        if asked.headers["dhl-api-key"] == "k-2"
        else as_json({"title": "Unauthorized", "detail": "Invalid API key", "status": 401}, 401)
    )
    for minute in range(0, 24 * 60, 5):
        ask(account, now + minute * MINUTE)

    assert len(stand_in.asked) == 4
    assert (fresh(account).trouble, fresh(account).trouble_detail) == ("refused", "Invalid API key")
    nothing_changed(account, shipment)
    with merchant_scope(world.merchant.id):
        connect_account(merchant=world.merchant, client=CLIENTS["dhl"], credentials={"api_key": "k-2"}, now=now + DAY)
    assert ask(account, now + DAY) >= 1
    assert (fresh(account).trouble, news_of(shipment)) == ("", ["transit"])


def test_a_parcel_that_breaks_the_carrier_does_not_hold_up_the_others(stand_in, connect, parcel, now) -> None:
    account, poison, healthy = connect(), parcel(NUMBER, at=now - HOUR), parcel(OTHER)
    stand_in.says = lambda asked: (500, {}, b"") if asked.numbers == [NUMBER] else dhl_says(OTHER, IN_TRANSIT)

    ask(account, now)
    ask(account, now + MINUTE)

    assert news_of(healthy) == ["transit"]
    assert (fresh(account).failures, poll_of(poison).troubles) == (0, 1)


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
