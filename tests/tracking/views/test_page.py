"""The tracking page as shoppers get it."""

import datetime as dt
import gzip
import re

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from redis.exceptions import ConnectionError as RedisConnectionError

from loyalty.models import SurveyResponse
from orders.models import Customer, LearnedArticle, Product
from orders.services.products import withdraw_products
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.tracking.build import ADDRESS, make_line, make_order, make_shipment, news
from tracking.inputs import ShipmentLineInput
from tracking.models import Promise
from tracking.services.record import record_checkpoints

pytestmark = pytest.mark.usefixtures("still_clock", "empty_cache")

HOSTILE = "<script>alert('x')</script>&{{7*7}}"
SCRIPTS = re.compile(r"<script[^<]*</script>|<script")
OWN_SCRIPT = '<script src="/static/js/tracking.js" defer></script>'


@pytest.fixture
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def empty_cache():
    cache.clear()
    caches["pages"].clear()


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant,
            email="anna.muster@example.com",
            phone="+4915112345678",
            first_name="Anna",
            last_name="Muster",
            created_at=NOW,
            updated_at=NOW,
        )
        return make_order(world, customer=customer)


def path_of(world, order):
    with merchant_scope(world.merchant.id):
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW
        )
    return f"/t/{token}"


def show(world, order, query="", **headers):
    return Client().get(path_of(world, order) + query, headers=headers)


def words(response):
    """What a reader reads: the page's text without mark-up."""
    body = re.sub(r"<title>.*?</title>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def hear(world, *items):
    with merchant_scope(world.merchant.id):
        record_checkpoints(merchant=world.merchant, checkpoints=items, now=NOW)


def send(world, order, *args, **fields):
    with merchant_scope(world.merchant.id):
        return make_shipment(world, order, *args, **fields)


def set_store(world, **fields):
    with merchant_scope(world.merchant.id):
        Store.objects.update(**fields)


def test_an_order_without_a_parcel_says_what_comes_next(world, order) -> None:
    response = show(world, order)

    assert response.status_code == 200
    assert "Bestellung 1001 vom 14. Juli Ihre Bestellung ist bei uns Wir packen sie." in words(response)
    assert "2 Stück" in words(response)


def test_a_parcel_on_its_way_shows_its_news_newest_first_and_folds_the_rest(world, order) -> None:
    send(world, order)
    hear(
        world,
        news(1, "info_received"),
        news(2, "in_transit", substatus="in_transit_accepted", city="Hamburg", country="DE"),
        news(3, "in_transit", substatus="in_transit_departed"),
        news(4, "in_transit", substatus="in_transit_arrived", city="Leipzig"),
    )

    text = words(show(world, order))

    assert "Ihr Paket ist unterwegs" in text
    positions = [
        text.index(part)
        for part in (
            "In einem Paketzentrum angekommen",
            "Paketzentrum verlassen",
            "Vom Zustelldienst übernommen Gestern, 14:30 Uhr Hamburg",
            "Eine frühere Meldung zeigen",
            "Beim Zustelldienst angekündigt",
        )
    ]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("language", "tone", "expected"),
    [
        ("de", "sie", "Ihr Paket ist bei Ihren Nachbarn"),
        ("de", "du", "Dein Paket ist bei deinen Nachbarn"),
        ("de-CH", "du", "Dein Paket ist bei deinen Nachbarn"),
        ("en", "sie", "Your parcel is with a neighbour"),
        ("fr", "sie", "Ihr Paket ist bei Ihren Nachbarn"),
    ],
)
def test_the_page_speaks_the_orders_language_and_the_stores_tone(world, language, tone, expected) -> None:
    set_store(world, tone=tone)
    with merchant_scope(world.merchant.id):
        order = make_order(world, language=language)
    send(world, order)
    hear(world, news(1, "delivered", delivery_location="neighbour"))

    assert expected in words(show(world, order))


def test_the_language_can_be_switched_and_the_page_says_which_it_is(world, order) -> None:
    german, english = show(world, order), show(world, order, "?lang=en")

    assert b'<html lang="de">' in german.content
    assert b'href="?lang=en" hreflang="en" lang="en">English</a>' in german.content
    assert b'<html lang="en">' in english.content
    assert b'href="?lang=de" hreflang="de" lang="de">Deutsch</a>' in english.content
    assert "We have your order" in words(english)


def test_without_an_order_language_the_browser_decides_then_the_store(world) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world, language="")

    assert b'<html lang="en-US">' in show(world, order, accept_language="en-US,en;q=0.9").content
    assert b'<html lang="de">' in show(world, order).content


def test_a_swiss_parcel_reads_swiss(world) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world, shipping_address={**ADDRESS, "country": "CH"})
    send(world, order)
    hear(world, news(1, "attempt_failed"))

    response = show(world, order)

    assert b'<html lang="de-CH">' in response.content
    assert "ß" not in words(response)


def test_all_parcels_and_what_is_not_sent_yet_are_on_one_page(world, order) -> None:
    send(world, order, "p1", tracking_number="A1", lines=(ShipmentLineInput(line="1", quantity=1),))
    send(world, order, "p2", tracking_number="A2", lines=(ShipmentLineInput(line="2", quantity=1),))
    hear(world, news(1, "delivered", number="A1"), news(2, "in_transit", number="A2"))

    text = words(show(world, order))

    assert "1 von 2 Paketen ist da" in text
    assert text.index("Paket 2 von 2") < text.index("Paket 1 von 2")  # what is still to come stands first
    assert "Noch nicht verschickt Diese Artikel kommen mit einem weiteren Paket." in text
    assert text.count("Lampe") == 2
    assert text.count("Tasse") == 1


def test_a_parcel_that_waits_says_where_and_one_at_the_neighbours_does_not_name_them(world, order) -> None:
    send(world, order, "p1", tracking_number="A1")
    send(world, order, "p2", tracking_number="A2")
    hear(
        world,
        news(
            1,
            "available_for_pickup",
            number="A1",
            substatus="available_for_pickup_parcel_shop",
            delivery_location_text="Kiosk am Platz, Seestr. 4",
        ),
        news(
            2,
            "delivered",
            number="A2",
            delivery_location="neighbour",
            delivery_location_text="Familie Weber, Hauptstr. 3",
            signed_by="Weber",
        ),
    )

    text = words(show(world, order))

    assert "Hier liegt es Kiosk am Platz, Seestr. 4" in text
    assert "Weber" not in text


def test_nothing_on_the_page_tells_who_the_shopper_is(world, order) -> None:
    set_store(world, support_email="hilfe@lindenhof.example.com")
    send(world, order)
    hear(
        world,
        news(1, code="X1", message="Zugestellt an A. Muster", city="Berlin"),
        news(2, code="X2", message="Abgelegt in der Hauptstr. 1"),
        news(3, code="X3", message="Rückfrage an 0151 12345678"),
        news(4, code="X4", message="Warten auf den Zoll"),
        news(5, "delivered", signed_by="Anna Muster", delivery_location="household"),
    )

    body = show(world, order).content.decode()

    for private in ("Muster", "Hauptstr", "12345678", "anna.muster", "Anna"):
        assert private not in body
    assert "Warten auf den Zoll" in body


def test_what_others_wrote_is_escaped(world) -> None:
    set_store(world, name=HOSTILE, imprint=HOSTILE)
    with merchant_scope(world.merchant.id):
        order = make_order(world, number=HOSTILE)
        make_line(order, 3, name=HOSTILE, quantity=1, unit_price="1", total="1")
    send(world, order, carrier=HOSTILE[:30], tracking_number="A1", tracking_url=None)
    hear(
        world,
        news(1, code="X", message=HOSTILE, city=HOSTILE, number="A1"),
        news(
            2,
            "available_for_pickup",
            substatus="available_for_pickup_locker",
            delivery_location_text=HOSTILE,
            number="A1",
        ),
    )

    body = show(world, order).content.decode()

    assert SCRIPTS.findall(body) == [OWN_SCRIPT]
    assert (
        body.count(escape(HOSTILE)) == 10
    )  # title twice, preview, brand, eyebrow, place, message, city, item, imprint


def test_the_page_loads_nothing_from_others(world) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        make_line(
            order, 3, name="Schal", quantity=1, unit_price="1", total="1", image_url="https://cdn.example.com/a.png"
        )
        make_line(
            order, 4, name="Hut", quantity=1, unit_price="1", total="1", image_url="http://127.0.0.1:8000/static/h.png"
        )

    response = show(world, order)

    body = response.content.decode()
    sources = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', body)
    assert [source for source in sources if not source.startswith("/")] == []
    assert 'src="/static/h.png"' in body
    assert SCRIPTS.findall(body) == [OWN_SCRIPT]
    assert not re.search(r"<style| style=| on\w+=", body)
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_the_page_tells_its_script_what_to_say_until_all_is_there(world, order) -> None:
    send(world, order)
    hear(world, news(1, "in_transit"))
    line = '<div class="news" id="news" role="status" data-news="{}" data-waiting="{}"></div>'

    formal, swiss, english = (
        show(world, order, query).content.decode() for query in ("?lang=de", "?lang=de-CH", "?lang=en")
    )
    set_store(world, tone="du")
    informal = show(world, order).content.decode()

    waiting = "Es gibt Neues – Seite aktualisieren"
    assert line.format("Es gibt Neues: Ihr Paket ist unterwegs", waiting) in formal
    assert line.format("Es gibt Neues: Ihr Paket ist unterwegs", waiting) in swiss
    assert line.format("Es gibt Neues: Dein Paket ist unterwegs", waiting) in informal
    assert line.format("There is news: Your parcel is on its way", "There is news – refresh the page") in english
    assert 'id="content" data-follow="yes">' in formal

    hear(world, news(2, "delivered"))
    delivered = show(world, order).content.decode()
    assert '<div class="news" id="news" role="status" data-news="Es gibt Neues: ' in delivered
    assert "data-follow" not in delivered
    assert "<script" not in delivered


def test_the_browser_asks_again_and_gets_nothing_new(world, order) -> None:
    first = show(world, order)
    again = show(world, order, if_none_match=first.headers["ETag"])

    assert not first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert first.headers["X-Robots-Tag"] == "noindex, nofollow"

    send(world, order)
    changed = show(world, order, if_none_match=first.headers["ETag"])
    assert changed.status_code == 200


def test_a_page_of_three_parcels_needs_four_queries_and_less_than_14_kb(world, order) -> None:
    for number in ("A1", "A2", "A3"):
        send(world, order, number, tracking_number=number, lines=(ShipmentLineInput(line="1", quantity=1),))
        hear(
            world,
            *(news(hours, "in_transit", number=number, message=f"scan {hours}", city="Berlin") for hours in range(9)),
        )
    path = path_of(world, order)
    client = Client(headers={"accept-encoding": "gzip"})
    client.get(path)
    caches["pages"].clear()

    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)

    on_tables = [query["sql"] for query in queries if " FROM " in query["sql"] or "EXECUTE" in query["sql"]]
    assert len(on_tables) == 4  # the fingerprint, the link, the order with everything of its own, recommendations
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) < 14_000
    assert b"Paket 3 von 3" in gzip.decompress(response.content)


def test_a_view_is_noted_once_a_day_even_with_an_emptied_cache(world, order, time_machine) -> None:
    def views():
        with merchant_scope(world.merchant.id):
            return Event.objects.filter(type="page.viewed", subject_id=order.id).count()

    show(world, order)
    show(world, order)
    cache.clear()
    show(world, order)
    assert views() == 1

    time_machine.shift(86_400)
    show(world, order)
    assert views() == 2


def test_the_question_after_delivery_is_asked_until_it_is_answered(world, order) -> None:
    shipment = send(world, order)
    path = path_of(world, order)
    assert "Ist alles gut angekommen?" not in words(show(world, order))

    hear(world, news(1, "delivered"))
    asked = show(world, order)
    assert f'<form class="faces" method="post" action="{path}/sentiment">' in asked.content.decode()

    with merchant_scope(world.merchant.id):
        SurveyResponse.objects.create(
            merchant=world.merchant, order=order, kind="sentiment", score=3, source="tracking", answered_at=NOW
        )
    answered = words(show(world, order))
    assert "Danke für Ihre Antwort Das freut uns!" in answered
    assert "Ist alles gut angekommen?" not in answered
    assert shipment.order_id == order.id


def test_recommendations_name_their_true_reason(world, order) -> None:
    with merchant_scope(world.merchant.id):
        for sku, name in (("lamp", "Lampe"), ("bulb", "Glühbirne <E27>"), ("link", "Ohne Seite")):
            Product.objects.create(
                merchant=world.merchant,
                sku=sku,
                name=name,
                url="" if sku == "link" else f"https://shop.example.com/{sku}",
                created_at=NOW,
                updated_at=NOW,
            )
        LearnedArticle.objects.create(
            merchant=world.merchant,
            sku="lamp",
            together=["bulb", "link"],
            together_scores=[0.5, 0.5],
            together_orders=[3, 3],
        )

    response = show(world, order)

    assert "Passt dazu G Glühbirne &lt;E27&gt; Oft zusammen gekauft mit: Lampe" in words(response)
    assert 'href="https://shop.example.com/bulb"' in response.content.decode()
    assert "Ohne Seite" not in words(response)


def test_what_has_just_sold_out_is_recommended_no_more(world, order) -> None:
    with merchant_scope(world.merchant.id):
        for sku, name in (("lamp", "Lampe"), ("bulb", "Glühbirne"), ("shade", "Schirm")):
            url = f"https://shop.example.com/{sku}"
            Product.objects.create(merchant=world.merchant, sku=sku, name=name, url=url, created_at=NOW, updated_at=NOW)
        LearnedArticle.objects.create(
            merchant=world.merchant,
            sku="lamp",
            together=["bulb", "shade"],
            together_scores=[0.5, 0.5],
            together_orders=[3, 3],
        )
    before = words(show(world, order))
    with merchant_scope(world.merchant.id):
        (gone,) = withdraw_products(merchant=world.merchant, sku="bulb", now=NOW)

    after = words(show(world, order))
    assert gone.name == "Glühbirne"
    assert ("Glühbirne" in before, "Schirm" in before) == (True, True)
    assert ("Glühbirne" in after, "Schirm" in after) == (False, True)


def test_help_stands_there_only_where_it_leads_somewhere(world, order) -> None:
    bare = show(world, order).content.decode()
    set_store(
        world,
        support_email="hilfe@lindenhof.example.com",
        support_phone="+49 30 1234567",
        return_url="https://shop.example.com/return",
    )
    full = show(world, order).content.decode()

    assert "mailto:" not in bare
    assert "Fragen?" not in bare
    assert "zurück?" not in bare
    assert 'href="mailto:hilfe@lindenhof.example.com?subject=Bestellung%201001"' in full
    assert 'href="tel:+49 30 1234567"' in full
    assert 'href="https://shop.example.com/return"' in full


@pytest.mark.parametrize(
    ("status", "payment", "title"),
    [
        ("cancelled", "paid", "Ihre Bestellung ist storniert"),
        ("open", "pending", "Wir warten noch auf Ihre Zahlung"),
        ("fulfilled", "paid", "Ihre Bestellung ist verschickt"),
    ],
)
def test_an_order_that_has_no_parcel_says_why(world, status, payment, title) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world, status=status, payment_status=payment)

    assert title in words(show(world, order))


@pytest.mark.parametrize("token", ["nope", "A" * 22, "ä"])
def test_a_wrong_token_gets_a_friendly_page_with_nobodys_name(world, order, token) -> None:
    response = Client().get(f"/t/{token}")

    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in words(response)
    assert world.store.name not in response.content.decode()


def test_a_revoked_link_is_as_unknown_as_any_other(world, order) -> None:
    path = path_of(world, order)
    with merchant_scope(world.merchant.id):
        page_links.revoke(merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=NOW)

    assert Client().get(path).content == Client().get("/t/nope").content


def test_the_page_stands_without_the_cache(world, order, monkeypatch) -> None:
    def away(*_arguments, **_keywords):
        raise RedisConnectionError

    backend = type(cache._connections[cache._alias])
    for method in ("get", "set", "add"):
        monkeypatch.setattr(backend, method, away)

    assert show(world, order).status_code == 200


def test_a_post_is_no_view(world, order) -> None:
    assert Client().post(path_of(world, order)).status_code == 405


def test_manuals_stand_beside_their_article_once_it_is_on_its_way(world, order) -> None:
    with merchant_scope(world.merchant.id):
        Product.objects.create(
            merchant=world.merchant,
            sku="lamp",
            name="Lampe",
            how_tos=[
                {"title": "Birne <wechseln>", "url": "https://shop.example.com/birne?a=1&b=2", "language": "de"},
                {"title": "Trick", "url": "javascript:alert(1)", "language": ""},
            ],
            created_at=NOW,
            updated_at=NOW,
        )
    assert "So klappt es damit" not in words(show(world, order))

    send(world, order)
    hear(world, news(1, "in_transit"))
    body = show(world, order).content.decode()

    assert '<a href="https://shop.example.com/birne?a=1&amp;b=2" rel="noreferrer" hreflang="de" lang="de">' in body
    assert "Birne &lt;wechseln&gt;" in body
    assert "javascript" not in body


def test_the_calendar_file_holds_the_expected_days(world, order) -> None:
    path = path_of(world, order)
    assert Client().get(f"{path}/delivery.ics").status_code == 404

    shipment = send(world, order)
    with merchant_scope(world.merchant.id):
        days = {"earliest": "2026-07-17", "likely": "2026-07-17", "latest": "2026-07-18"}
        Promise.objects.create(
            merchant=world.merchant, order=order, shipment=shipment, source="carrier", made_at=NOW, **days
        )
    response = Client().get(f"{path}/delivery.ics")

    assert f'href="{path}/delivery.ics"' in show(world, order).content.decode()
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="delivery.ics"'
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert b"DTSTART;VALUE=DATE:20260717\r\nDTEND;VALUE=DATE:20260719\r\n" in response.content
    assert Client().get("/t/nope/delivery.ics").status_code == 404


FRIDAY, MONDAY, TUESDAY = dt.date(2026, 7, 17), dt.date(2026, 7, 20), dt.date(2026, 7, 21)


def promise(order, day, *, hours, shipment=None, source="shop"):
    """A day told ``hours`` after a day before NOW, as ``news`` counts them; for the order, or for a parcel of it."""
    days = {"earliest": day, "likely": day, "latest": day}
    made_at = NOW - dt.timedelta(hours=24 - hours)
    Promise.objects.create(
        merchant_id=order.merchant_id, order=order, shipment=shipment, source=source, made_at=made_at, **days
    )


@pytest.mark.parametrize(
    ("told", "when", "first"),
    [
        # (day, hours, for the parcel?); the carrier reports the delay at 10.
        ([(FRIDAY, 0, False), (FRIDAY, 2, True)], "Zugesagt war Freitag, 17. Juli", False),
        ([(FRIDAY, 0, False), (MONDAY, 2, True)], "Zugesagt war Freitag, 17. Juli", False),
        ([(FRIDAY, 0, True), (MONDAY, 2, True)], "Zugesagt war Freitag, 17. Juli", False),
        ([(FRIDAY, 0, False), (FRIDAY, 12, True)], "Zugesagt war Freitag, 17. Juli", False),
        ([(FRIDAY, 0, False), (MONDAY, 12, True)], "Zugesagt für Montag, 20. Juli", True),
        ([(FRIDAY, 0, True), (MONDAY, 12, True)], "Zugesagt für Montag, 20. Juli", True),
        ([(FRIDAY, 0, False), (MONDAY, 2, True), (TUESDAY, 12, True)], "Zugesagt für Dienstag, 21. Juli", True),
        ([(FRIDAY, 0, True), (TUESDAY, 12, True), (MONDAY, 13, True)], "Zugesagt für Montag, 20. Juli", True),
        ([(MONDAY, 0, False), (FRIDAY, 12, True)], "Zugesagt war Montag, 20. Juli", False),
        ([(MONDAY, 12, True)], "Zugesagt für Montag, 20. Juli", False),
    ],
)
def test_of_a_late_parcel_the_day_is_told_that_was_promised_first(world, order, told, when, first) -> None:
    shipment = send(world, order)
    with merchant_scope(world.merchant.id):
        for day, hours, is_the_parcels in told:
            promise(order, day, hours=hours, shipment=shipment if is_the_parcels else None)
    hear(world, news(5, "in_transit"), news(10, "in_transit", substatus="in_transit_delayed"))

    said = words(show(world, order)).replace("\u00a0", " ")

    assert when in said
    assert ("Zuerst zugesagt war Freitag, 17. Juli." in said) is first


def test_an_estimate_is_never_called_a_promise(world, order) -> None:
    shipment = send(world, order)
    with merchant_scope(world.merchant.id):
        promise(order, FRIDAY, hours=0, source="estimate")
        promise(order, MONDAY, hours=2, shipment=shipment)
    hear(world, news(5, "in_transit"), news(10, "in_transit", substatus="in_transit_delayed"))

    assert "Zugesagt war Montag, 20. Juli" in words(show(world, order)).replace("\u00a0", " ")


def test_another_parcels_promise_is_not_this_ones(world, order) -> None:
    first, second = send(world, order), send(world, order, "p2", tracking_number="TEST-2")
    with merchant_scope(world.merchant.id):
        promise(order, FRIDAY, hours=0, shipment=first)
        promise(order, MONDAY, hours=2, shipment=second)
    late = news(10, "in_transit", number="TEST-2", substatus="in_transit_delayed")
    hear(world, news(5, "in_transit", number="TEST-2"), late)

    assert "Zugesagt war Montag, 20. Juli" in words(show(world, order)).replace("\u00a0", " ")


def test_previews_name_the_shop_and_nobody_else(world, order, settings) -> None:
    settings.BASE_URL = "https://parcels.example.com"

    body = show(world, order).content.decode()

    previews = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', body))
    assert previews == {
        "type": "website",
        "site_name": world.store.name,
        "title": "Wo ist mein Paket?",
        "description": "Der Weg des Pakets, Station für Station.",
        "image": "https://parcels.example.com/static/img/mail/on-its-way.png",
    }
    set_store(world, logo=b"\x89PNG", logo_type="image/png")
    assert 'content="https://parcels.example.com/lindenhof/logo?' in show(world, order).content.decode()


def test_the_way_to_the_telephone_is_a_picture_that_only_wide_screens_load(world, order) -> None:
    body = show(world, order).content.decode()

    picture = f'<img src="{path_of(world, order)}/qr.svg" alt="QR-Code mit dem Link zu dieser Seite"'
    assert f'<div class="only-wide qr">\n    {picture} width="132" height="132" loading="lazy">' in body
