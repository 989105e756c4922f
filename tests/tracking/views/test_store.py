"""Colours, logo and look-up below a merchant's name."""

import datetime as dt
import hashlib
import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from orders.models import Customer
from postpurchase.accounts.brand import css_path
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order
from tracking.models import OneTimeCode
from tracking.services.attempts import CODES_PER_ORDER, MISSES_PER_MERCHANT, MISSES_PER_NUMBER, TRIES_PER_ADDRESS
from tracking.services.codes import digits_of

PICTURE = b"\x89PNG\r\n\x1a\nlogo"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", created_at=NOW, updated_at=NOW
        )
        return make_order(world, number="#1001", customer=customer)


def look_up(number, second, address="192.0.2.1", slug="lindenhof"):
    return Client(REMOTE_ADDR=address).post(f"/{slug}/track", {"number": number, "second": second})


def test_the_accent_is_a_style_sheet_with_a_light_and_a_dark_side(world) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.update(accent_colour="#ffee00")
        address = css_path(merchant=world.merchant, store=Store.objects.get())

    response = Client().get(address)

    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"prefers-color-scheme:dark" in response.content
    assert b"--accent-ink:#ffee00" not in response.content.split(b"@media")[0]  # yellow on white cannot be read
    old = Client().get("/lindenhof/brand.css?store=default&v=000000")
    assert old.headers["Cache-Control"] == "public, max-age=300"


def test_the_logo_is_served_as_what_it_is(world) -> None:
    assert Client().get("/lindenhof/logo").status_code == 404
    with merchant_scope(world.merchant.id):
        Store.objects.update(logo=PICTURE, logo_type="image/png")

    response = Client().get(f"/lindenhof/logo?store=default&v={hashlib.sha256(PICTURE).hexdigest()[:12]}")

    assert (response.content, response.headers["Content-Type"]) == (PICTURE, "image/png")
    assert "immutable" in response.headers["Cache-Control"]


def test_a_merchants_own_variables_come_with_the_accent_under_an_address_of_their_own(world) -> None:
    with merchant_scope(world.merchant.id):
        before = css_path(merchant=world.merchant, store=Store.objects.get())
        Store.objects.update(style={"light": {"--card": "#fffbe6", "--r3": "4px"}, "dark": {"--card": "#000000"}})
        address = css_path(merchant=world.merchant, store=Store.objects.get())

    response = Client().get(address)

    assert address != before
    assert "immutable" in response.headers["Cache-Control"]
    assert response.content.count(b"--card:") == 2
    assert b"--r3:4px" in response.content


def test_stored_variables_that_are_not_on_the_list_never_reach_a_page(world) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.update(style={"light": {"--card": "url(https://evil.example/)", "--x": "1"}})

    response = Client().get("/lindenhof/brand.css")

    assert response.status_code == 200
    assert b"evil" not in response.content
    assert b"--accent:" in response.content


@pytest.mark.parametrize("path", ["brand.css", "logo", "track"])
def test_there_is_nothing_below_an_unknown_name(world, path) -> None:
    assert Client().get(f"/nobody/{path}").status_code == 404


def test_the_form_asks_for_two_things_and_sets_no_cookie(world) -> None:
    response = Client().get("/lindenhof/track")

    assert response.status_code == 200
    assert response.content.count(b"<input") == 2
    assert dict(response.cookies) == {}


@pytest.mark.parametrize(
    ("number", "second"),
    [
        ("#1001", "anna@example.com"),
        ("1001", "ANNA@Example.com "),
        (" 1001 ", "10115"),
        ("1001", "D-10115"),
        ("1001", "101 15"),
    ],
)
def test_number_and_email_or_postal_code_open_the_orders_page(world, order, number, second) -> None:
    response = look_up(number, second)

    assert response.status_code == 303
    page = Client().get(response.headers["Location"])
    assert page.status_code == 200
    assert "#1001" in page.content.decode()


@pytest.mark.parametrize(
    ("number", "second"),
    [
        ("1001", "10116"),
        ("1001", "bob@example.com"),
        ("1001", ""),
        ("1001", "@"),
        ("9999", "10115"),
        ("", ""),
        ("1001\x00", "10115\x00"),
    ],
)
def test_wrong_and_unknown_get_the_same_answer(world, order, number, second) -> None:
    expected = look_up("1001", "wrong", address="192.0.2.9").content.decode()

    response = look_up(number, second)

    if "\x00" in number:  # cleaned, it is the right answer
        assert response.status_code == 303
        return
    assert response.status_code == 404
    assert response.content.decode().replace(f'value="{number}"', 'value="1001"') == expected


def miss_too_often(number="1001"):
    for attempt in range(MISSES_PER_NUMBER):
        assert look_up(number, f"{attempt:05}", address=f"192.0.2.{attempt}").status_code == 404


@pytest.mark.parametrize("number", ["1001", "9999"])
def test_a_number_tried_too_often_asks_for_a_code_whatever_is_answered(world, order, number) -> None:
    miss_too_often(number)

    answers = [look_up(f"#{number}", second, address="192.0.2.200") for second in ("10115", "10116")]

    assert [answer.status_code for answer in answers] == [303, 303]
    pages = [Client().get(answer.headers["Location"]) for answer in answers]
    assert pages[0].content == pages[1].content
    assert "sechs Ziffern" in pages[0].content.decode()
    with merchant_scope(world.merchant.id):
        orders = list(OneTimeCode.objects.order_by("created_at", "id").values_list("order_id", flat=True))
    assert orders == [order.id if number == "1001" else None, None]


def test_the_code_of_a_look_up_opens_the_page_verified(world, order) -> None:
    miss_too_often()
    browser = Client(REMOTE_ADDR="192.0.2.200")
    asked = browser.post("/lindenhof/track", {"number": "1001", "second": "10115"}).headers["Location"]
    code_id = uuid.UUID(asked.rpartition("/")[2])

    wrong = browser.post(asked, {"code": "x", "do": "check"})
    assert (wrong.status_code, dict(wrong.cookies)) == (422, {})
    right = browser.post(asked, {"code": digits_of(code_id), "do": "check"})

    assert right.status_code == 303
    assert "Hauptstr. 1" in browser.get(right.headers["Location"]).content.decode()
    again = Client().post(asked, {"code": digits_of(code_id), "do": "check"})
    assert again.status_code == 422


def test_no_code_fits_a_look_up_that_found_nothing(world, order) -> None:
    miss_too_often("9999")
    asked = look_up("9999", "10115", address="192.0.2.200").headers["Location"]
    code_id = uuid.UUID(asked.rpartition("/")[2])

    response = Client().post(asked, {"code": digits_of(code_id), "do": "check"})

    assert response.status_code == 422
    assert Client().post(f"/lindenhof/track/code/{uuid.uuid4()}", {"code": "123456"}).content == response.content


def test_codes_of_one_number_are_asked_for_only_so_often(world, order) -> None:
    miss_too_often()

    answers = [look_up("1001", "10115", address=f"192.0.2.{100 + n}").status_code for n in range(CODES_PER_ORDER + 1)]

    assert answers == [303] * CODES_PER_ORDER + [429]


def test_numbers_tried_from_many_places_make_every_look_up_ask_for_a_code(world, other_world, order) -> None:
    key = f"look-up-merchant:{world.merchant.id}"
    cache.set(key, MISSES_PER_MERCHANT - 1, 60)
    assert look_up("1001", "10115").status_code == 303
    assert "/code/" not in look_up("1001", "10115").headers["Location"]

    look_up("5000", "10115")

    assert "/code/" in look_up("1001", "10115").headers["Location"]
    assert look_up("1001", "10115", slug="stranger").status_code == 404


def test_an_old_link_is_replaced_by_a_look_up(world, order, time_machine) -> None:
    time_machine.move_to(NOW)
    first = look_up("1001", "10115").headers["Location"]
    time_machine.move_to(NOW + dt.timedelta(days=90))
    second = look_up("1001", "10115").headers["Location"]

    assert first != second
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_an_address_that_tries_too_often_has_to_wait(world, order) -> None:
    for attempt in range(TRIES_PER_ADDRESS):
        look_up(f"A{attempt}", "10115", address="2001:db8::1")

    same_network = look_up("1001", "10115", address="2001:db8::2")
    other = look_up("1001", "10115", address="2001:db8:1::1")

    assert (same_network.status_code, same_network.headers["Retry-After"]) == (429, "3600")
    assert other.status_code == 303


def test_another_merchants_order_is_unknown(world, other_world, order) -> None:
    assert look_up("1001", "10115", slug="stranger").status_code == 404


def test_what_cannot_be_counted_is_refused(world, order, monkeypatch) -> None:
    def away(*_arguments, **_keywords):
        raise RedisConnectionError

    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", away)

    assert look_up("1001", "10115").status_code == 503
