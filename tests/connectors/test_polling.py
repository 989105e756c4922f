"""Asking a shop in turns: nothing is left out between pages, turns and rounds, and failures are told in plain words."""

import datetime as dt
from collections.abc import Sequence

import pytest

from postpurchase.connectors.base import PollFailed, Reply, Request
from postpurchase.connectors.polling import Found, Shop, Turn, next_page, objects_in, polled
from tests.connectors.shops.shop_stand_in import ShopStandIn, reply

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SHOPS_CLOCK = "Sun, 22 Nov 2026 09:58:00 GMT"
SINCE = "2026-11-22T09:00:00+00:00"


def turns(asked: list[tuple[str, dt.datetime, int]], pages: dict[str, int]) -> Sequence[Turn]:
    def turn(name: str) -> Turn:
        def fetch(shop: Shop, since: dt.datetime, page: int) -> Found:
            asked.append((name, since, page))
            shop.ask(Request("GET", "/"))
            return Found((polled(name, str(page), {"page": page}),), more=page < pages[name])

        return Turn(name, fetch)

    return [turn(name) for name in pages]


def test_a_round_asks_every_page_of_every_turn_and_the_next_one_looks_back_to_its_beginning():
    asked: list[tuple[str, dt.datetime, int]] = []
    send = ShopStandIn({"/": reply({}, date=SHOPS_CLOCK)})
    cursor: dict[str, object] = {"since": SINCE}
    found = []
    more = True
    while more:
        page = next_page(turns(asked, {"orders": 2, "parcels": 1}), send, cursor, NOW)
        cursor, more = dict(page.cursor), page.more
        found += page.found

    ten_minutes_before = dt.datetime(2026, 11, 22, 8, 50, tzinfo=dt.UTC)
    assert asked == [
        ("orders", ten_minutes_before, 1),
        ("orders", ten_minutes_before, 2),
        ("parcels", ten_minutes_before, 1),
    ]
    assert [thing.topic for thing in found] == ["orders", "orders", "parcels"]
    assert cursor == {"since": "2026-11-22T09:58:00+00:00"}


def test_every_cursor_says_since_when_nothing_is_known_to_be_in():
    send = ShopStandIn({"/": reply({}, date=SHOPS_CLOCK)})

    page = next_page(turns([], {"orders": 2}), send, {"since": SINCE}, NOW)

    assert page.cursor == {"since": SINCE, "began": "2026-11-22T09:58:00+00:00", "turn": "orders", "page": 2}
    assert page.more


def test_without_a_clock_of_the_shop_ours_is_used():
    page = next_page(turns([], {"orders": 1}), ShopStandIn({"/": reply({}, date="noon")}), {"since": SINCE}, NOW)

    assert page.cursor == {"since": NOW.isoformat()}


@pytest.mark.parametrize("cursor", [{}, {"since": "soon"}, {"since": SINCE, "turn": "gone", "page": "x"}])
def test_a_cursor_from_elsewhere_begins_a_round(cursor: dict[str, object]):
    asked: list[tuple[str, dt.datetime, int]] = []

    next_page(turns(asked, {"orders": 1}), ShopStandIn({"/": reply({})}), cursor, NOW)

    assert [(name, page) for name, _, page in asked] == [("orders", 1)]


def test_the_same_content_is_the_same_delivery():
    first = polled("order", "1", {"a": 1, "b": 2})

    assert polled("order", "1", {"b": 2, "a": 1}) == first
    assert polled("order", "1", {"a": 1, "b": 3}).delivery_id != first.delivery_id
    assert len(polled("order", "x" * 500, {}).delivery_id) < 200


@pytest.mark.parametrize(
    ("answer", "reason", "retry_after"),
    [
        (reply({}, 401), "The shop refuses these credentials, or they may not read orders.", None),
        (
            reply({"errors": [{"detail": '{"missingPrivileges":["order:read","currency:read"]}'}]}, 403),
            "The shop does not let these credentials read everything; missing: currency:read, order:read.",
            None,
        ),
        (
            reply(
                {
                    "message": "isn't authorized to access %resources",
                    "parameters": {"resources": "Magento_Sales::sales"},
                },
                401,
            ),
            "The shop does not let these credentials read everything; missing: Magento_Sales::sales.",
            None,
        ),
        (reply({}, 404), "There is no such interface at the shop's address.", None),
        (reply({}, 429, retry_after="30"), "The shop was asked too often.", 30),
        (reply({}, 503, retry_after="99999"), "The shop answered with an error (status 503).", 3600),
        (reply({}, 500, retry_after="later"), "The shop answered with an error (status 500).", None),
        (
            reply(b"", 301, location="https://www.example.com/"),
            "The shop's address leads on to https://www.example.com/. Please enter that one.",
            None,
        ),
        (reply(b"<html>"), "The shop's answer cannot be read: it is not JSON, or too large.", None),
        (reply(b'{"a": NaN}'), "The shop's answer cannot be read: it is not JSON, or too large.", None),
    ],
)
def test_answers_that_are_none_are_told_in_plain_words(answer: Reply, reason: str, retry_after: int | None):
    with pytest.raises(PollFailed) as told:
        Shop(lambda _request: answer).ask(Request("GET", "/"))

    assert (told.value.reason, told.value.retry_after) == (reason, retry_after)


def test_what_need_not_be_there_may_be_refused():
    assert Shop(lambda _request: reply({}, 403)).ask_if_allowed(Request("GET", "/")) is None
    assert Shop(lambda _request: reply([1])).ask_if_allowed(Request("GET", "/")) == [1]
    with pytest.raises(PollFailed):
        Shop(lambda _request: reply({}, 500)).ask_if_allowed(Request("GET", "/"))


def test_lists_of_something_else_are_no_answer():
    assert objects_in(None, "orders") == []
    with pytest.raises(PollFailed, match=r"^The shop's list of orders has a form that we do not know\.$"):
        objects_in([1], "orders")
