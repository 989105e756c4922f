"""Tracking pages that are kept: one look-up while nothing changes, made anew at once when anything does."""

import datetime as dt
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from loyalty.models import SurveyResponse
from orders.models import Customer, OrderLine, Product
from postpurchase.accounts import own_places, page_links
from postpurchase.accounts.models import Merchant, PageKind, PageLink, Store
from postpurchase.accounts.own_places import OwnPlace, OwnPlaces
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking.models import Promise, Shipment, ShipmentLine
from tracking.services.record import record_checkpoints
from tracking.views import opening
from tracking.views import page as page_view

pytestmark = pytest.mark.usefixtures("still_clock", "empty_shelf")


@pytest.fixture
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def empty_shelf():
    caches["default"].clear()
    caches["pages"].clear()


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", last_name="Muster", created_at=NOW, updated_at=NOW
        )
        order = make_order(world, customer=customer)
        make_shipment(world, order)
        Product.objects.create(merchant=world.merchant, sku="lamp", name="Lampe", created_at=NOW, updated_at=NOW)
        return order


@pytest.fixture
def path(world, order):
    with merchant_scope(world.merchant.id):
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW
        )
    return f"/t/{token}"


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """The pages that were made, not taken from the shelf."""
    paths: list[str] = []
    read = page_view.page_of_order

    def counted(**arguments):
        paths.append(str(arguments["order_id"]))
        return read(**arguments)

    monkeypatch.setattr(page_view, "page_of_order", counted)
    return paths


def hear(world, *items):
    with merchant_scope(world.merchant.id):
        record_checkpoints(merchant=world.merchant, checkpoints=items, now=NOW)


def test_while_nothing_changes_one_look_up_answers_the_same_bytes(path, made) -> None:
    first = Client().get(path)
    with CaptureQueriesContext(connection) as queries:
        again = Client().get(path)

    assert len(queries) == 1
    assert len(made) == 1
    assert again.status_code == 200
    assert again.content == first.content
    kept_apart = {"X-Request-Id"}
    assert {k: v for k, v in again.headers.items() if k not in kept_apart} == {
        k: v for k, v in first.headers.items() if k not in kept_apart
    }


def test_a_browser_that_has_the_page_gets_304_from_the_shelf_and_before_it(path, made) -> None:
    etag = Client().get(path).headers["ETag"]
    caches["pages"].clear()

    cold = Client().get(path, headers={"if-none-match": etag})
    kept = Client().get(path, headers={"if-none-match": etag})
    full = Client().get(path)

    assert [(one.status_code, one.content) for one in (cold, kept)] == [(304, b""), (304, b"")]
    assert (kept.headers["ETag"], kept.headers["Cache-Control"]) == (etag, "private, no-cache")
    assert full.status_code == 200
    assert len(made) == 2


IF_NONE_MATCH = {
    "{etag}": 304,
    "W/{etag}": 304,
    '"another", {etag}': 304,
    "*": 304,
    '"another"': 200,
    'W/"another"': 200,
    "": 200,
    "nonsense": 200,
}


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("pattern", IF_NONE_MATCH)
def test_what_a_browser_says_it_has_decides_alike_from_the_shelf_and_before_it(path, pattern, kept) -> None:
    etag = Client().get(path).headers["ETag"]
    if not kept:
        caches["pages"].clear()

    answer = Client().get(path, headers={"if-none-match": pattern.format(etag=etag)})

    assert (answer.status_code, bool(answer.content)) == (IF_NONE_MATCH[pattern], IF_NONE_MATCH[pattern] == 200)
    assert answer.headers["ETag"] == etag


@pytest.mark.parametrize("kept", [True, False])
def test_who_asks_for_another_state_gets_none(path, kept) -> None:
    Client().get(path)
    if not kept:
        caches["pages"].clear()
    assert Client().get(path, headers={"if-match": '"another"'}).status_code == 412


@pytest.mark.parametrize("kept", [True, False])
def test_a_304_guards_the_page_as_the_page_was_guarded(world, path, kept) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.update(embedded_by=["https://shop.example"])
    full = Client().get(path)
    if not kept:
        caches["pages"].clear()

    unchanged = Client().get(path, headers={"if-none-match": full.headers["ETag"]})

    assert unchanged.status_code == 304
    assert "https://shop.example" in full.headers["Content-Security-Policy"]
    guards = ("Content-Security-Policy", "Referrer-Policy", "X-Robots-Tag", "Cache-Control", "Vary")
    assert [unchanged.headers[name] for name in guards] == [full.headers[name] for name in guards]


def test_one_statement_and_no_other_word_to_the_database_finds_that_nothing_changed(committed_db, path) -> None:
    etag = Client().get(path).headers["ETag"]
    Client().get(path)
    said = []

    def heard(execute, sql, parameters, many, context):
        said.append(sql)
        return execute(sql, parameters, many, context)

    connection.health_check_enabled, connection.health_check_done = True, False
    with connection.execute_wrapper(heard), patch.object(DatabaseWrapper, "is_usable", side_effect=AssertionError):
        answer = Client().get(path, headers={"if-none-match": etag})

    assert answer.status_code == 304
    assert len(said) == 1
    assert "tracking_page_state" in said[0]


def test_a_head_request_gets_the_headers_of_the_page(path) -> None:
    full = Client().get(path)
    head, unchanged = Client().head(path), Client().head(path, headers={"if-none-match": full.headers["ETag"]})

    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", full.headers["ETag"])
    assert (unchanged.status_code, unchanged.headers["ETag"]) == (304, full.headers["ETag"])


CHANGES: dict[str, Callable[..., object]] = {
    "news": lambda world, order: hear(world, news(1, "in_transit")),
    "a status": lambda world, order: Shipment.objects.filter(order=order).update(status="delivered"),
    "a parcel": lambda world, order: make_shipment(world, order, "p2", tracking_number="TEST-2"),
    "contents": lambda world, order: ShipmentLine.objects.create(
        merchant=world.merchant,
        shipment=Shipment.objects.get(order=order),
        order_line=OrderLine.objects.filter(order=order).first(),
        quantity=1,
    ),
    "a promise": lambda world, order: Promise.objects.create(
        merchant=world.merchant, order=order, source="shop", earliest=NOW, likely=NOW, latest=NOW, made_at=NOW
    ),
    "an answer": lambda world, order: SurveyResponse.objects.create(
        merchant=world.merchant, order=order, kind="sentiment", score=3, source="tracking", answered_at=NOW
    ),
    "a line": lambda world, order: OrderLine.objects.filter(order=order).update(name="Laterne"),
    "an article": lambda world, order: Product.objects.update(name="Laterne"),
    "the order": lambda world, order: type(order).objects.filter(pk=order.pk).update(number="2002"),
    "the buyer": lambda world, order: Customer.objects.update(last_name="Beispiel"),
    "the store": lambda world, order: Store.objects.update(name="Neuer Name"),
    "the merchant": lambda world, order: Merchant.objects.filter(pk=world.merchant.pk).update(name="Neuer Name"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_page_shows_it_is_made_anew_when_that_changes(world, order, path, made, change) -> None:
    Client().get(path)
    with merchant_scope(world.merchant.id):
        CHANGES[change](world, order)

    assert Client().get(path).status_code == 200
    assert len(made) == 2


def test_what_changes_elsewhere_leaves_the_page_on_the_shelf(world, other_world, path, made) -> None:
    Client().get(path)
    with merchant_scope(world.merchant.id):
        make_shipment(world, make_order(world, "1002"), tracking_number="TEST-9")
        Product.objects.create(merchant=world.merchant, sku="rug", name="Teppich", created_at=NOW, updated_at=NOW)
    with merchant_scope(other_world.merchant.id):
        make_shipment(other_world, make_order(other_world))

    Client().get(path)
    assert len(made) == 1


def test_a_new_hour_may_be_a_new_day(path, made, time_machine) -> None:
    Client().get(path)
    time_machine.shift(3600)
    Client().get(path)
    assert len(made) == 2


def test_hours_that_are_over_leave_the_page_within_the_hour(world, order, path, made, time_machine) -> None:
    hours = {"window_from": NOW, "window_to": NOW + dt.timedelta(minutes=5)}
    with merchant_scope(world.merchant.id):
        hear(world, news(1, "out_for_delivery", **hours))
    assert "zwischen 12:30 und 12:35" in Client().get(path).content.decode()

    time_machine.move_to(NOW + dt.timedelta(minutes=5), tick=False)

    assert "zwischen 12:30" not in Client().get(path).content.decode()
    assert len(made) == 2


def test_a_revoked_link_opens_nothing_any_more(world, order, path) -> None:
    assert Client().get(path).status_code == 200
    with merchant_scope(world.merchant.id):
        page_links.revoke(merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW)
    assert Client().get(path).status_code == 404


def test_a_link_that_grows_old_within_the_hour_asks_for_a_code_at_once(world, path, time_machine) -> None:
    with merchant_scope(world.merchant.id):
        PageLink.objects.update(created_at=NOW - page_links.TRACKING_LINK_FRESH_FOR + dt.timedelta(minutes=10))
    etag = Client().get(path).headers["ETag"]
    time_machine.shift(9 * 60)
    young = Client().get(path, headers={"if-none-match": etag})
    time_machine.shift(60)
    old = Client().get(path, headers={"if-none-match": etag})

    assert (young.status_code, old.status_code, old.headers["Location"]) == (304, 303, f"{path}/code")


def test_a_link_that_ends_within_the_hour_opens_nothing_from_then_on(world, path, time_machine) -> None:
    with merchant_scope(world.merchant.id):
        PageLink.objects.update(expires_at=NOW + dt.timedelta(minutes=10))
    etag = Client().get(path).headers["ETag"]
    time_machine.shift(10 * 60)

    assert Client().get(path, headers={"if-none-match": etag}).status_code == 404


def test_by_a_strangers_own_name_the_page_is_not_there_whatever_is_kept(
    world, other_world, path, monkeypatch, request
) -> None:
    places = {
        f"parcels.{one.merchant.slug}.example": OwnPlace(
            f"https://parcels.{one.merchant.slug}.example", one.merchant.id, one.merchant.slug, one.store.id, True, True
        )
        for one in (world, other_world)
    }
    monkeypatch.setattr(own_places, "_read", lambda: OwnPlaces(places, {}))
    own_places.forget()
    request.addfinalizer(own_places.forget)
    etag = Client().get(path).headers["ETag"]

    def status(merchant, **headers):
        host = f"parcels.{merchant.slug}.example"
        return [Client().get(path, headers={"host": host, **headers}).status_code for _ in range(2)]

    assert status(world.merchant) == [200, 200]
    assert status(other_world.merchant) == [404, 404]
    assert status(other_world.merchant, **{"if-none-match": etag}) == [404, 404]
    assert status(other_world.merchant, **{"if-none-match": "*"}) == [404, 404]


def test_who_gave_the_code_never_hears_that_nothing_changed(world, order, path) -> None:
    etag = Client().get(path).headers["ETag"]
    with merchant_scope(world.merchant.id):
        link = PageLink.objects.get()
    giving = HttpResponse()
    opening.let_in(giving, link=link, token=path.rpartition("/")[2], now=NOW)
    browser = Client()
    browser.cookies = giving.cookies

    answer = browser.get(path, headers={"if-none-match": etag})

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer.headers
    assert b"anna@example.com" in answer.content
    assert b"anna@example.com" not in Client().get(path).content


def test_each_language_has_a_page_of_its_own(path, made) -> None:
    german, english = Client().get(path), Client().get(f"{path}?lang=en")
    again = Client().get(f"{path}?lang=en")

    assert 'lang="de' in german.content.decode()
    assert 'lang="en"' in english.content.decode()
    assert again.content == english.content
    assert len(made) == 2


@pytest.mark.parametrize("query", ["?lang=en&x=1", "?utm_source=mail", "?lang=%00"])
def test_other_addresses_are_not_kept(path, query) -> None:
    Client().get(path + query)
    assert not any(b"KeptPage" in kept for kept in caches["pages"]._cache.values())

    Client().get(path)
    assert any(b"KeptPage" in kept for kept in caches["pages"]._cache.values())


def test_a_browser_with_a_cookie_of_its_own_gets_a_page_of_its_own(path, made) -> None:
    Client().get(path)
    theirs = Client()
    theirs.cookies["anything"] = "1"
    theirs.get(path)
    theirs.get(path)
    assert len(made) == 3


def test_without_a_fingerprint_the_page_is_made_as_ever(path, made) -> None:
    with patch("tracking.views.kept_pages.page_fingerprint", side_effect=DatabaseError):
        assert Client().get(path).status_code == 200
        assert Client().get(path).status_code == 200
    assert len(made) == 2
