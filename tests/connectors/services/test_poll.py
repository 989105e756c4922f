"""Asking a shop: everything once, the cursor with the bodies, and a shop that cannot be asked says so."""

import datetime as dt
import json

import pytest

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services import poll
from postpurchase.connectors.services.connections import connect_shop, credentials_of
from postpurchase.connectors.services.poll import ask_shop, ask_soon, shops_to_ask
from postpurchase.lib.validation import Refused
from tests.connectors import corner_shop
from tests.connectors.conftest import connect
from tests.connectors.corner_shop import saved
from tests.connectors.services.inbox import fate, work
from tests.lib.http_server import answer, raw_server

MINUTE = dt.timedelta(minutes=1)


def page(*numbers: str, more: bool = False, until: str = "2026-07-15T10:30:00+00:00") -> bytes:
    changes = [{"id": f"order-{number}", "body": saved(number)} for number in numbers]
    return answer(body=json.dumps({"changes": changes, "more": more, "until": until}).encode())


@pytest.fixture
def asked(world, now, settings):
    """A corner shop that is asked: ``with asked(answers...) as (connection, heard)``."""
    from contextlib import contextmanager

    @contextmanager
    def shop(*answers, **options):
        with raw_server(*answers) as heard:
            settings.EGRESS_ALLOW = [heard.target]
            connection = connect(world, now, address=heard.url, credentials={"key": "k-1"}, **options)
            yield connection, heard

    return shop


def ask(connection: Connection, now: dt.datetime) -> int:
    return ask_shop(merchant_id=connection.merchant_id, connection_id=connection.id, now=lambda: now)


def fresh(connection: Connection) -> Connection:
    with merchant_scope(connection.merchant_id):
        connection.refresh_from_db()
    return connection


def kept(connection: Connection) -> list[str]:
    with merchant_scope(connection.merchant_id):
        return list(InboundDelivery.objects.order_by("delivery_id").values_list("delivery_id", flat=True))


def test_all_pages_come_in_and_the_cursor_goes_on(asked, now) -> None:
    with asked(page("1", "2", more=True), page("3")) as (connection, heard):
        assert ask(connection, now) == 3
        work(connection, now)

    requests = [request.split(b"\r\n") for request in heard.requests]
    since = b"2026-06-15T10:30:00+00:00"
    assert [lines[0] for lines in requests] == [
        b"GET /changes?since=" + since + b"&page=1 HTTP/1.1",
        b"GET /changes?since=" + since + b"&page=2 HTTP/1.1",
    ]
    assert all(b"X-Key: k-1" in lines for lines in requests)
    after = fresh(connection)
    assert after.poll_cursor == {"since": "2026-07-15T10:30:00+00:00"}
    assert (after.polled_at, after.next_poll_at, after.poll_problem) == (now, now + 5 * MINUTE, "")
    assert kept(connection) == ["order-1", "order-2", "order-3"]
    with merchant_scope(connection.merchant_id):
        assert {fate(delivery) for delivery in InboundDelivery.objects.all()} == {("processed", "")}


def test_what_came_before_does_not_come_again(asked, now) -> None:
    with asked(page("1"), page("1", "2")) as (connection, _heard):
        assert [ask(connection, now), ask(connection, now + 5 * MINUTE)] == [1, 1]

    assert kept(connection) == ["order-1", "order-2"]


def test_a_shop_that_pushes_is_asked_hourly(asked, now, monkeypatch) -> None:
    fields = {name: getattr(corner_shop.CONNECTOR, name) for name in corner_shop.CONNECTOR.__dataclass_fields__}
    monkeypatch.setitem(CONNECTORS, "corner", type(corner_shop.CONNECTOR)(**{**fields, "pushes_orders": True}))

    with asked(page()) as (connection, _heard):
        ask(connection, now)

    assert fresh(connection).next_poll_at == now + 60 * MINUTE


def test_only_one_worker_asks_and_only_when_it_is_time(asked, world, now) -> None:
    with asked(page()) as (connection, heard):
        assert shops_to_ask(now=now) == [(world.merchant.id, connection.id)]
        claimed = poll._claim(world.merchant.id, connection.id, now)
        assert claimed is not None
        assert ask(connection, now) == 0
        assert heard.requests == []
        assert shops_to_ask(now=now + poll.LEASE - MINUTE) == []
        assert shops_to_ask(now=now + poll.LEASE) == [(world.merchant.id, connection.id)]


def test_a_worker_that_lost_its_lease_stores_nothing(asked, world, now) -> None:
    with asked(page("1")) as (connection, _heard):
        slow = poll._claim(world.merchant.id, connection.id, now)
        poll._claim(world.merchant.id, connection.id, now + poll.LEASE)
        found = poll._ask(slow, poll._sender(connection.address), connection.poll_cursor, now)

        with pytest.raises(poll._LeaseLost):
            poll._store(slow, found, now + poll.LEASE)

    assert kept(connection) == []


def test_a_worker_that_died_between_two_pages_leaves_nothing_out(asked, world, now) -> None:
    with asked(page("1", more=True), page("2"), page("2")) as (connection, heard):
        claim = poll._claim(world.merchant.id, connection.id, now)
        first = poll._ask(claim, poll._sender(connection.address), connection.poll_cursor, now)
        poll._store(claim, first, now)
        # ... and here it dies.
        assert ask(connection, now + poll.LEASE) == 1

    assert b"page=2" in heard.requests[1]
    assert kept(connection) == ["order-1", "order-2"]


def test_a_shop_with_very_much_to_tell_gives_way_to_others(asked, now) -> None:
    pages = [page(str(number), more=True) for number in range(poll.PAGES_PER_RUN)]
    with asked(*pages, page("last")) as (connection, _heard):
        assert ask(connection, now) == poll.PAGES_PER_RUN
        assert fresh(connection).next_poll_at == now
        assert ask(connection, now) == 1


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (answer("503 Service Unavailable"), "The shop answered 503."),
        (b"", "The shop cannot be reached."),
        (answer(body=b"<html>"), "Something unexpected happened while asking the shop. We will try again."),
        (answer(body=b"{}", Content_Encoding="gzip"), "The shop cannot be reached."),
    ],
)
def test_a_shop_that_cannot_be_asked_says_why_and_is_asked_more_seldom(asked, now, said, problem) -> None:
    with asked(said) as (connection, _heard):
        waits, moment = [], now
        for _ in range(9):
            ask(connection, moment)
            following = fresh(connection).next_poll_at
            waits.append((following - moment) / MINUTE)
            moment = following

    assert fresh(connection).poll_problem == problem
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert kept(connection) == []


def test_after_an_outage_everything_is_well_again(asked, now) -> None:
    with asked(answer("500 Oops"), page("1")) as (connection, _heard):
        ask(connection, now)
        ask(connection, now + 5 * MINUTE)

    after = fresh(connection)
    assert (after.poll_failures, after.poll_problem, kept(connection)) == (0, "", ["order-1"])


@pytest.mark.parametrize(("wish", "minutes"), [("7200", 120), ("1", 5), ("999999", 24 * 60)])
def test_the_shops_wish_for_peace_is_granted(asked, now, wish, minutes) -> None:
    with asked(answer("429 Too Many Requests", Retry_After=wish)) as (connection, _heard):
        ask(connection, now)

    assert fresh(connection).next_poll_at == now + minutes * MINUTE


def test_each_night_the_last_three_days_are_fetched_again(asked, world, now) -> None:
    """Berlin's three in the morning is one in UTC in July."""
    days = [page(until="2026-07-15T22:00:00+00:00")]
    with asked(*days) as (connection, heard):
        evening = dt.datetime(2026, 7, 15, 22, 0, tzinfo=dt.UTC)
        for moment in (evening, evening + 182 * MINUTE, evening + 200 * MINUTE, evening + 10 * 60 * MINUTE):
            ask(connection, moment)
        ask(connection, evening + 27.5 * 60 * MINUTE)

    since = [request.split(b"since=")[1].split(b"&")[0].decode() for request in heard.requests]
    assert since == [
        "2026-06-15T10:30:00+00:00",
        "2026-07-13T01:02:00+00:00",
        "2026-07-15T22:00:00+00:00",
        "2026-07-15T22:00:00+00:00",
        "2026-07-14T01:30:00+00:00",
    ]


def test_who_is_further_behind_than_the_sweep_stays_there(asked, world, now) -> None:
    with asked(page()) as (connection, heard):
        ask(connection, now + dt.timedelta(days=1))

    assert b"since=2026-06-15T10:30:00" in heard.requests[0]


def test_nobody_is_asked_without_address_and_credentials_or_while_switched_off(asked, world, now) -> None:
    with asked(page()) as (connection, heard):
        for change in ({"active": False}, {"active": True, "address": ""}):
            with merchant_scope(world.merchant.id):
                connect_shop(
                    merchant=world.merchant, connector=corner_shop.CONNECTOR, store=world.store, now=now, **change
                )
            assert shops_to_ask(now=now + MINUTE) == []
            assert ask(connection, now + MINUTE) == 0
    assert heard.requests == []
    assert credentials_of(fresh(connection)) == {}


def test_another_shop_has_another_history(asked, world, now, settings) -> None:
    with asked(page()) as (connection, _heard):
        ask(connection, now)
        with merchant_scope(world.merchant.id):
            changed = connect_shop(
                merchant=world.merchant,
                connector=corner_shop.CONNECTOR,
                store=world.store,
                now=now,
                address="https://other.example.com/shop/",
                credentials={"key": " k-2\n"},
            ).connection

    assert (changed.address, credentials_of(changed)) == ("https://other.example.com/shop", {"key": "k-2"})
    assert changed.poll_cursor == {"since": "2026-06-15T10:30:00+00:00"}


def test_addresses_on_private_networks_are_not_asked(world, now, settings) -> None:
    with raw_server(page("1")) as heard:
        settings.EGRESS_ALLOW = [heard.target]
        connection = connect(world, now, address=heard.url, credentials={"key": "k"})
        settings.EGRESS_ALLOW = []
        ask(connection, now)

    assert heard.requests == []
    assert fresh(connection).poll_problem == "The shop's address must begin with https://."


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://shop.example.com", "not_https"),
        ("ftp://shop.example.com", "not_https"),
        ("https://user:word@shop.example.com", "format"),
        ("https://shop.example.com/?a=b", "format"),
        ("https://shop.example.com/#top", "format"),
        ("https://shop example.com", "format"),
        ("https://[::1", "format"),
        ("shop.example.com", "format"),
        ("https://shop.example.com\\@evil.example.com", "format"),
    ],
)
def test_an_address_that_is_none_is_refused(world, now, address, code) -> None:
    with pytest.raises(Refused) as refused:
        connect(world, now, address=address)

    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [("/address", code)]
    with merchant_scope(world.merchant.id):
        assert Connection.objects.count() == 0


def test_asking_soon_is_only_for_shops_that_are_asked(asked, world, now) -> None:
    with asked(page()) as (connection, _heard):
        ask(connection, now)
        with merchant_scope(world.merchant.id):
            ask_soon(connection=connection, now=now + MINUTE)
        assert shops_to_ask(now=now + MINUTE) == [(world.merchant.id, connection.id)]
        with merchant_scope(world.merchant.id):
            Connection.objects.update(next_poll_at=None)
            ask_soon(connection=connection, now=now + MINUTE)
        assert shops_to_ask(now=now + MINUTE) == []


def test_the_merchants_time_zone_decides_when_it_is_night(world, now) -> None:
    connection = connect(world, now)
    connection.merchant = Merchant(time_zone="Pacific/Auckland")
    connection.created_at = dt.datetime(2026, 7, 15, 14, 0, tzinfo=dt.UTC)

    # Auckland is twelve hours ahead in July: three in the morning is 15:00 UTC.
    nights = [
        poll._is_night_due(connection, dt.datetime(2026, 7, 15, *time, tzinfo=dt.UTC)) for time in ((14, 59), (15, 0))
    ]

    assert nights == [False, True]
