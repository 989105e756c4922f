"""The buyer proves who they are with a one-time code: three states of one page."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from loyalty.services.award import give_badge
from loyalty.services.badges import BadgeInput, declare_badge
from loyalty.services.ledger import post_entry
from loyalty.services.programme import install_default_programme
from orders.models import Customer
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking.models import OneTimeCode
from tracking.services.attempts import ANSWERS_PER_ADDRESS, CODES_PER_ADDRESS, CODES_PER_ORDER
from tracking.services.codes import MOST_TRIES, digits_of
from tracking.services.record import record_checkpoints

PRIVATE = ("Anna Muster", "Hauptstr. 1", "anna@example.com", "+4915112345678")


@pytest.fixture(autouse=True)
def still_clock(time_machine):
    cache.clear()
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant,
            email="anna@example.com",
            phone="+4915112345678",
            created_at=NOW,
            updated_at=NOW,
        )
        return make_order(world, customer=customer)


@pytest.fixture
def path(world, order):
    return path_of(world, order)


def path_of(world, order):
    with merchant_scope(world.merchant.id):
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW
        )
    return f"/t/{token}"


def newest_code(world):
    with merchant_scope(world.merchant.id):
        return OneTimeCode.objects.order_by("-created_at", "-id").first()


def verify(world, path, browser=None):
    browser = browser or Client()
    assert browser.post(f"{path}/code", {"do": "send"}).status_code == 303
    digits = digits_of(newest_code(world).id)
    assert browser.post(f"{path}/code", {"do": "check", "code": digits}).status_code == 303
    return browser


def test_a_code_opens_address_and_contact_in_this_browser_only(world, order, path) -> None:
    stranger = Client()
    before = stranger.get(path)
    assert dict(before.cookies) == {}
    assert [word for word in PRIVATE if word in before.content.decode()] == []

    buyer = verify(world, path)
    opened = buyer.get(path)

    assert [word for word in PRIVATE if word not in opened.content.decode()] == []
    assert opened.headers["Cache-Control"] == "no-store"
    assert "ETag" not in opened.headers
    assert "<script" not in opened.content.decode()
    assert 'id="news"' not in opened.content.decode()
    after = stranger.get(path)
    assert [word for word in PRIVATE if word in after.content.decode()] == []


def test_the_cookie_belongs_to_this_host_and_this_page_and_no_script_can_read_it(world, order, path, settings) -> None:
    settings.HTTPS = True
    browser = Client()
    asked = browser.post(f"{path}/code", {"do": "send"})
    assert dict(asked.cookies) == {}
    right = browser.post(f"{path}/code", {"do": "check", "code": digits_of(newest_code(world).id)})

    cookie = right.cookies["verified"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == (path, "", 1800)


def test_half_an_hour_later_it_is_over_unless_prolonged(world, order, path, time_machine) -> None:
    buyer = verify(world, path)
    time_machine.move_to(NOW + dt.timedelta(minutes=29), tick=False)
    assert buyer.post(f"{path}/code", {"do": "prolong"}).status_code == 303
    time_machine.move_to(NOW + dt.timedelta(minutes=58), tick=False)
    assert "Hauptstr. 1" in buyer.get(path).content.decode()

    time_machine.move_to(NOW + dt.timedelta(minutes=59), tick=False)
    assert "Hauptstr. 1" not in buyer.get(path).content.decode()
    assert buyer.post(f"{path}/code", {"do": "prolong"}).status_code == 400


def test_it_can_be_hidden_again(world, order, path) -> None:
    buyer = verify(world, path)

    assert buyer.post(f"{path}/code", {"do": "hide"}).status_code == 303

    assert "Hauptstr. 1" not in buyer.get(path).content.decode()


def test_a_cookie_opens_no_other_page_and_none_that_was_made_up(world, order, path) -> None:
    value = verify(world, path).cookies["verified"].value
    with merchant_scope(world.merchant.id):
        other = make_order(world, "1002", customer=order.customer)
    other_path = path_of(world, other)
    for cookie, where in (
        (value, other_path),
        (re.sub(r"^\d+", "9999999999", value), path),
        ("x", path),
        ("", path),
    ):
        browser = Client()
        browser.cookies["verified"] = cookie
        assert "Hauptstr. 1" not in browser.get(where).content.decode()


def test_points_and_their_page_are_for_the_buyer(world, order, path) -> None:
    with merchant_scope(world.merchant.id):
        install_default_programme(merchant=world.merchant, now=NOW)
        post_entry(
            merchant=world.merchant,
            customer=order.customer,
            kind="earn",
            points=42,
            source_key="test",
            explanation="manual",
            now=NOW,
        )

    assert "/p/" not in Client().get(path).content.decode()
    assert "42" not in Client().get(path).content.decode()
    assert "Sie haben 42 Punkte." in verify(world, path).get(path).content.decode()


def test_badges_are_for_the_buyer_in_the_pages_language_and_tone(world, order, path) -> None:
    words = {
        "names": {"de": "Stammgast", "en": "Regular"},
        "sentences": {"de": "Schön, dass Sie da sind.", "de_du": "Schön, dass du da bist.", "en": "<b>Welcome</b>"},
    }
    with merchant_scope(world.merchant.id):
        data = BadgeInput(picture="heart", rule="orders", goal=Decimal(1), currency="", **words)
        badge = declare_badge(merchant=world.merchant, slug="regular", data=data, now=NOW)
        nobodys = replace(data, names={"de": "Nobody"}, sentences={})
        declare_badge(merchant=world.merchant, slug="other", data=nobodys, now=NOW)
        give_badge(badge=badge, customer_id=order.customer.id, cause="test", now=NOW)
    browser = verify(world, path)

    assert "Stammgast" not in Client().get(path).content.decode()
    body = browser.get(path).content.decode()
    assert "Ihre Abzeichen" in body
    assert "<strong>Stammgast</strong>" in body
    assert "Schön, dass Sie da sind." in body
    assert "Nobody" not in body
    english = browser.get(f"{path}?lang=en").content.decode()
    assert "Your badges" in english
    assert "&lt;b&gt;Welcome&lt;/b&gt;" in english
    with merchant_scope(world.merchant.id):
        Store.objects.update(tone="du")
    assert "Schön, dass du da bist." in browser.get(path).content.decode()


@pytest.mark.parametrize("digits", ["", "12", "abcdef", "１２３４５６", "0" * 500, "\x00"])
def test_wrong_digits_are_told_with_a_way_back_to_the_field(world, order, path, digits) -> None:
    browser = Client()
    browser.post(f"{path}/code", {"do": "send"})

    response = browser.post(f"{path}/code", {"do": "check", "code": digits})

    body = response.content.decode()
    assert (response.status_code, dict(response.cookies)) == (422, {})
    assert "<title>Fehler: Code eingeben" in body
    assert 'role="alert"' in body
    assert '<a href="#code">Dieser Code stimmt nicht' in body
    assert 'inputmode="numeric" autocomplete="one-time-code"' in body


def test_five_tries_then_a_new_code_is_needed(world, order, path) -> None:
    browser = Client()
    browser.post(f"{path}/code", {"do": "send"})
    digits = digits_of(newest_code(world).id)
    wrong = f"{(int(digits) + 1) % 1_000_000:06}"
    for _ in range(MOST_TRIES):
        assert browser.post(f"{path}/code", {"do": "check", "code": wrong}).status_code == 422

    assert browser.post(f"{path}/code", {"do": "check", "code": digits}).status_code == 422
    verify(world, path, browser)


def test_looking_asks_for_nothing(world, order, path) -> None:
    page = Client().get(f"{path}/code")

    assert page.status_code == 200
    assert "Code anfordern" in page.content.decode()
    assert newest_code(world) is None


def test_codes_are_asked_for_only_so_often(world, order, path) -> None:
    def ask(address):
        return Client(REMOTE_ADDR=address).post(f"{path}/code", {"do": "send"})

    asked = [ask(f"192.0.2.{number}").status_code for number in range(CODES_PER_ORDER)]
    late = ask("192.0.2.99")

    assert asked == [303] * CODES_PER_ORDER
    assert (late.status_code, late.headers["Retry-After"]) == (429, "3600")
    with merchant_scope(world.merchant.id):
        assert OneTimeCode.objects.count() == CODES_PER_ORDER


def test_one_address_asks_and_answers_only_so_often(world, order, path) -> None:
    cache.set(f"code-address:{world.merchant.id}:127.0.0.1", CODES_PER_ADDRESS, 60)
    cache.set(f"code-answer:{world.merchant.id}:127.0.0.1", ANSWERS_PER_ADDRESS, 60)

    assert Client().post(f"{path}/code", {"do": "send"}).status_code == 429
    assert Client().post(f"{path}/code", {"do": "check", "code": "1"}).status_code == 429


def test_what_cannot_be_counted_is_refused(world, order, path, monkeypatch) -> None:
    def away(*_arguments, **_keywords):
        raise RedisConnectionError

    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", away)

    assert Client().post(f"{path}/code", {"do": "send"}).status_code == 503
    assert newest_code(world) is None


def test_a_link_of_ninety_days_opens_nothing_without_a_code(world, order, path, time_machine) -> None:
    time_machine.move_to(NOW + dt.timedelta(days=89, hours=23), tick=False)
    assert Client().get(path).status_code == 200
    time_machine.move_to(NOW + dt.timedelta(days=90), tick=False)

    response = Client().get(path, follow=True)

    assert response.redirect_chain == [(f"{path}/code", 303)]
    assert "Dieser Link ist schon älter" in response.content.decode()
    assert "1001" not in response.content.decode()
    assert "Lampe" in verify(world, path).get(path).content.decode()


def test_an_order_without_an_address_offers_no_code_but_answers_the_same(world, time_machine) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
    path = path_of(world, order)

    assert 'id="buyer"' not in Client().get(path).content.decode()
    asked = Client().post(f"{path}/code", {"do": "send"})
    assert (asked.status_code, asked.headers["Location"]) == (303, f"{path}/code")
    assert "sechs Ziffern" in Client().get(f"{path}/code").content.decode()


HANDED_OVER = ("Familie Weber", "K. Weber", "https://proof.example.com/1?pin=2")
HINT = "Genaueres mit einem Code ansehen"


def hand_over(world, order, **more):
    with merchant_scope(world.merchant.id):
        make_shipment(world, order)
        checkpoint = news(20, "delivered", signed_by="K. Weber", proof_url=HANDED_OVER[2], **more)
        record_checkpoints(merchant=world.merchant, checkpoints=[checkpoint], now=NOW)


def test_who_took_the_parcel_and_the_proof_are_for_the_buyer(world, order, path) -> None:
    hand_over(world, order, delivery_location="neighbour", delivery_location_text="Familie Weber")

    closed = Client().get(path).content.decode()
    assert [word for word in HANDED_OVER if word in closed] == []
    assert f'<a href="{path}/code?lang=de">{HINT}' in closed
    opened = verify(world, path).get(path).content.decode()
    assert [word for word in HANDED_OVER if word in opened] == list(HANDED_OVER)
    assert f'<a href="{HANDED_OVER[2]}" rel="noopener noreferrer nofollow">Beim Zustelldienst ansehen</a>' in opened
    assert HINT not in opened


def test_nobody_is_told_of_a_code_that_cannot_come(world) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
    hand_over(world, order)

    page = Client().get(path_of(world, order)).content.decode()
    assert "Unterschrift" in page
    assert HINT not in page
    assert "/code" not in page


@pytest.mark.parametrize("do", ["", "open", "prolong"])
def test_what_is_not_offered_is_refused(world, order, path, do) -> None:
    assert Client().post(f"{path}/code", {"do": do}).status_code == 400


def test_an_unknown_link_has_no_code(world, order) -> None:
    assert Client().get("/t/nope/code").content == Client().get("/t/nope").content
    assert Client().post("/t/nope/code", {"do": "send"}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "language", "said"),
    [
        ({"tone": "du"}, "", "Adresse, Kontaktdaten und Punkte zeigen wir nur dir."),
        ({}, "?lang=en", "Address, contact details and points are for your eyes only."),
    ],
)
def test_it_speaks_as_the_store_does(world, order, path, fields, language, said) -> None:
    with merchant_scope(world.merchant.id):
        Store.objects.update(**fields) if fields else None

    assert said in Client().get(f"{path}/code{language}").content.decode()
