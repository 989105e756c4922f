"""A carrier in trouble: nothing is lost, nothing is invented, and nobody knocks harder."""

import time

import pytest

from postpurchase.accounts.scoping import merchant_scope
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
    as_json,
    dhl_says,
)
from tracking.models import CarrierAccount
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services import ask as asking
from tracking.polling.services import send
from tracking.polling.services.accounts import connect_account


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
