"""Asking a stand-in of each carrier: news comes in once, and nothing is invented."""

import datetime as dt

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.tracking.polling.services.conftest import (
    DAY,
    HOUR,
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
    as_json,
    dhl_does_not_know,
    dhl_says,
    gls_says,
    ups_says,
)
from tracking.models import Checkpoint, ParcelPoll
from tracking.polling.services.ask import accounts_to_ask


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
