"""From rows to the finished message."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.enums import EntryKind, Explanation
from loyalty.models import LedgerEntry, PointsAccount
from messaging.services.mail_context import address_lines, load_facts
from messaging.services.render import RenderedMessage, RenderError, render_message
from messaging.services.web_addresses import own_picture
from postpurchase.accounts.models import Merchant, PageKind, PageLink, Store
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.render.conftest import Desk
from tests.messaging.render.parts import addresses, visible_text
from tracking.models import Checkpoint, Promise

HERE = "http://127.0.0.1:8000"
TWO_LINES: list[dict[str, Any]] = [
    {"sku": "A", "name": "Fox enamel mug", "quantity": 2, "unit_price": "5.00", "image_url": f"{HERE}/media/fox.png"},
    {"sku": "B", "name": "Blanket", "quantity": 1, "unit_price": "9.00", "image_url": "https://cdn.example/b.png"},
]


def test_a_mail_of_an_order_speaks_of_that_order(desk: Desk) -> None:
    order = desk.order()

    rendered = render_message(message=desk.message("order_confirmation", order), now=NOW)

    assert rendered.subject == "Danke für Ihre Bestellung 1001"
    link = next(line for line in rendered.text.splitlines() if "/t/" in line)
    assert link.startswith(f"{HERE}/t/")
    assert link in rendered.html
    assert "Heart T-light holder" in rendered.text
    assert "Hauptstr. 1\n10115 Berlin\nDeutschland" in rendered.text


def test_rendering_twice_gives_the_same_and_one_link(desk: Desk) -> None:
    message = desk.message("order_confirmation", desk.order())

    assert render_message(message=message, now=NOW) == render_message(message=message, now=NOW)
    assert list(PageLink.objects.values_list("kind", flat=True)) == [PageKind.TRACKING]


@pytest.mark.parametrize(
    ("template", "message_class", "kinds"),
    [
        ("order_confirmation", "service", {"tracking"}),
        ("nps_survey", "survey", {"tracking", "survey", "preferences"}),
    ],
)
def test_only_the_keys_that_a_mail_needs_are_made(
    desk: Desk, template: str, message_class: str, kinds: set[str]
) -> None:
    render_message(message=desk.message(template, desk.order(), message_class=message_class), now=NOW)

    assert set(PageLink.objects.values_list("kind", flat=True)) == kinds


def test_an_sms_has_only_text(desk: Desk) -> None:
    order = desk.order()
    parcel = desk.parcel(order)
    message = desk.message("delivered", order, channel="sms", context={"shipment_id": str(parcel.id)})

    rendered = render_message(message=message, now=NOW)

    assert (rendered.subject, rendered.html) == ("", "")
    assert rendered.text.startswith("Lindenhof: Ihr Paket ist da (Bestellung 1001). Viel Freude damit! ")


@pytest.mark.parametrize(
    ("template", "channel", "reason"),
    [
        ("shipped", "email", "missing_parcel"),
        ("order_refunded", "email", "missing_refund"),
        ("points_earned", "email", "missing_points"),
        ("nps_survey", "sms", "unknown_template"),
    ],
)
def test_what_a_message_is_about_being_gone_is_a_named_error(
    desk: Desk, template: str, channel: str, reason: str
) -> None:
    message = desk.message(template, desk.order(), channel=channel)

    with pytest.raises(RenderError) as error:
        render_message(message=message, now=NOW)

    assert error.value.reason == reason


def test_an_order_to_switzerland_is_written_to_as_switzerland_writes(desk: Desk) -> None:
    order = desk.order(
        currency="CHF",
        shipping_address={
            "name": "Anna Muster",
            "street": "Gerberngasse 1",
            "postal_code": "3011",
            "city": "Bern",
            "country": "CH",
        },
    )

    rendered = render_message(message=desk.message("order_confirmation", order), now=NOW)

    assert 'lang="de-CH"' in rendered.html
    assert "CHF\u00a049.90" in rendered.text
    assert "Guten Tag Anna Muster\n\nSchön, dass" in rendered.text
    assert "3011 Bern\nSchweiz" in rendered.text


def test_a_split_order_says_so_and_lists_what_is_in_this_parcel(desk: Desk) -> None:
    order = desk.order(lines=TWO_LINES, total="19.00", shipping_total="0.00")
    parcel = desk.parcel(order, contents={1: 1})
    message = desk.message("shipped", order, context={"shipment_id": str(parcel.id)})

    rendered = render_message(message=message, now=NOW)

    assert rendered.subject == "Ein Teil ist unterwegs: Bestellung 1001, Paket 1"
    assert "- Fox enamel mug\n  1 Stück\n" in rendered.text
    assert "Blanket" not in rendered.text
    assert "Ihre Bestellung kommt in mehreren Paketen." in rendered.text


def test_a_parcel_with_everything_is_not_called_a_part(desk: Desk) -> None:
    order = desk.order(lines=TWO_LINES, total="19.00", shipping_total="0.00")
    parcel = desk.parcel(order, contents={1: 2, 2: 1})

    rendered = render_message(message=desk.message("shipped", order, context={"shipment_id": str(parcel.id)}), now=NOW)

    assert rendered.subject == "Ihr Paket ist unterwegs: Bestellung 1001"


def test_pictures_come_from_our_own_origin_only(desk: Desk) -> None:
    order = desk.order(lines=TWO_LINES, total="19.00", shipping_total="0.00")

    html = render_message(message=desk.message("order_confirmation", order), now=NOW).html

    assert [address for tag, _, address in addresses(html) if tag == "img"] == [
        f"{HERE}/static/img/mail/thanks.png",
        f"{HERE}/media/fox.png",
    ]
    assert "cdn.example" not in html


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("/static/a.png", f"{HERE}/static/a.png"),
        (f"{HERE}/a.png", f"{HERE}/a.png"),
        ("//evil.example/a.png", ""),
        ("http://127.0.0.1:8000.evil.example/a.png", ""),
        ("https://cdn.example/a.png", ""),
        ("", ""),
    ],
)
def test_own_picture(given: str, used: str) -> None:
    assert own_picture(given) == used


def test_the_newest_promise_counts_and_the_broken_one_is_named(desk: Desk) -> None:
    order = desk.order()
    parcel = desk.parcel(order)
    for made, days in ((1, (18, 18)), (2, (20, 21))):
        Promise.objects.create(
            merchant=desk.merchant,
            order=order,
            shipment=parcel,
            source="carrier",
            earliest=dt.date(2026, 7, days[0]),
            likely=dt.date(2026, 7, days[0]),
            latest=dt.date(2026, 7, days[1]),
            made_at=NOW + dt.timedelta(hours=made),
        )
    message = desk.message("delayed", order, context={"shipment_id": str(parcel.id)})

    text = render_message(message=message, now=NOW).text

    assert "Neuer Termin: Montag, 20. Juli bis Dienstag, 21. Juli (bisher: Samstag,\n18. Juli)" in text


def test_a_delay_without_a_new_day_says_that_nobody_knows(desk: Desk) -> None:
    order = desk.order(promised_to="2026-07-14")
    parcel = desk.parcel(order)
    message = desk.message("delayed", order, context={"shipment_id": str(parcel.id)})

    text = render_message(message=message, now=NOW).text

    assert "Neuer Termin" not in text
    assert "Wann es ankommt, kann DHL noch nicht sagen." in text


@pytest.mark.parametrize(
    ("status", "news", "said"),
    [
        ("in_transit", {"message": "Verzögerung wegen Schneeglätte"}, "Der Grund: Das Wetter hält es auf."),
        ("exception", {"substatus": "exception_customs"}, "Der Grund: Es liegt noch beim Zoll."),
        ("exception", {"substatus": "exception_address_incorrect"}, "Der Grund: Mit der Adresse stimmt etwas nicht."),
        ("in_transit", {"message": "Sortierfehler"}, ""),
        ("exception", {"substatus": "exception_refused"}, ""),
        ("info_received", {}, "Der Grund: Es ist noch nicht auf dem Weg."),
    ],
)
def test_a_delay_names_what_the_carrier_says_it_is_due_to(
    desk: Desk, status: str, news: dict[str, str], said: str
) -> None:
    order = desk.order()
    parcel = desk.parcel(order, status=status)
    Checkpoint.objects.create(
        merchant=desk.merchant,
        shipment=parcel,
        carrier="dhl",
        occurred_at=NOW,
        recorded_at=NOW,
        status=status,
        identity=b"1",
        **news,
    )
    message = desk.message("delayed", order, context={"shipment_id": str(parcel.id)})

    text = render_message(message=message, now=NOW).text

    assert [line for line in text.splitlines() if line.startswith("Der Grund")] == ([said] if said else [])
    on_its_way = desk.message("shipped", order, context={"shipment_id": str(parcel.id)})
    assert "Der Grund" not in render_message(message=on_its_way, now=NOW).text


def test_a_refund_names_amount_and_articles(desk: Desk) -> None:
    order = desk.order()
    refund = desk.refund(order, "22.50")
    message = desk.message("order_refunded", order, context={"refund_id": str(refund.id)})

    rendered = render_message(message=message, now=NOW)

    assert rendered.subject == "Sie bekommen 22,50 € zurück: Bestellung 1001"
    assert "Heart T-light holder" in rendered.text


def test_points_of_a_purchase_find_their_order(desk: Desk) -> None:
    order = desk.order()
    assert order.customer is not None
    PointsAccount.objects.create(merchant=desk.merchant, customer=order.customer, points=1320, entry_count=2)
    entry = LedgerEntry.objects.create(
        merchant=desk.merchant,
        customer=order.customer,
        number=1,
        kind=EntryKind.EARN,
        points=98,
        source_key="purchase:1",
        explanation=Explanation.PURCHASE,
        order=order,
        occurred_at=NOW,
        available_at=NOW,
        posted_at=NOW,
    )
    message = desk.message(
        "points_earned",
        None,
        order.customer,
        message_class="marketing",
        tone="du",
        context={"entry_id": str(entry.id), "points": 98, "rule": "purchase"},
    )

    rendered = render_message(message=message, now=NOW)

    assert rendered.subject == "98 Punkte für dich"
    assert "Für deine Bestellung 1001 haben wir dir Punkte\ngutgeschrieben." in rendered.text
    assert "Dein neuer Punktestand: 1.320 Punkte" in rendered.text
    assert {part for part in ("/p/", "/u/", "/t/") if f"{HERE}{part}" in rendered.html} == {"/p/", "/u/"}


def test_a_guest_without_name_and_address_still_gets_a_good_mail(desk: Desk) -> None:
    order = desk.order(customer={"email": "guest@example.com"}, shipping_address=None, promised_to=None)

    rendered = render_message(message=desk.message("order_confirmation", order), now=NOW)

    assert "Guten Tag,\n\nschön, dass Sie bei uns eingekauft haben." in rendered.text
    assert "Dorthin schicken wir es" not in rendered.text
    assert "Voraussichtlich" not in rendered.text


def test_hostile_names_stay_text_and_never_reach_a_header(desk: Desk) -> None:
    order = desk.order(
        number="1001",
        customer={
            "email": "eve@example.com",
            "first_name": "{store}",
            "last_name": "<img src=x onerror=alert(1)>\r\nBcc: all@example.com",
        },
        lines=[{"name": "<script>alert(1)</script>{number}{{ 7*7 }}{% debug %}", "quantity": 1, "unit_price": "1"}],
        total="1.00",
        shipping_total="0.00",
    )

    rendered = render_message(message=desk.message("order_confirmation", order), now=NOW)

    assert rendered.subject == "Danke für Ihre Bestellung 1001"
    assert "<script" not in rendered.html
    assert "onerror" not in rendered.html
    assert "<script>alert(1)</script>{number}{{ 7*7 }}{% debug %}" in visible_text(rendered.html)
    assert "Guten Tag," in rendered.text
    assert "Bcc" not in rendered.text


def test_a_stores_links_lead_to_web_pages_only(desk: Desk) -> None:
    order = desk.order()
    Store.objects.update(
        shop_url="javascript:alert(1)", return_url="data:text/html,x", imprint_url="https://shop.example/imprint"
    )

    html = render_message(message=desk.message("order_confirmation", order), now=NOW).html

    assert [address for tag, _, address in addresses(html) if tag == "a" and "/t/" not in address] == [
        "https://shop.example/imprint"
    ]


def test_seven_hundred_articles_stay_below_what_mail_programs_cut(desk: Desk) -> None:
    lines = [{"name": f"Article {n} " + "x" * 400, "quantity": 1, "unit_price": "1"} for n in range(705)]
    order = desk.order(lines=lines, total="705.00", shipping_total="0.00")

    rendered = render_message(message=desk.message("order_confirmation", order), now=NOW)

    assert len(rendered.html.encode()) < 40_000
    assert "und 693 weitere Artikel" in rendered.text
    assert "und 693 weitere Artikel" in rendered.html


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_order(desk: Desk, count: int) -> None:
    lines = [{"name": f"Article {n}", "quantity": 1, "unit_price": "1"} for n in range(count)]
    order = desk.order(lines=lines, total=f"{count}.00", shipping_total="0.00")
    parcel = desk.parcel(order, contents={n + 1: 1 for n in range(count)})
    message = desk.message("shipped", order, context={"shipment_id": str(parcel.id)})
    render_message(message=message, now=NOW)
    message.refresh_from_db()

    with CaptureQueriesContext(connection) as queries:
        render_message(message=message, now=NOW)

    assert len(queries) == 10


def test_a_strangers_parcel_is_not_there(desk: Desk, other_merchant: Merchant) -> None:
    order = desk.order()
    with merchant_scope(other_merchant.id):
        stranger = Desk(other_merchant)
        foreign = stranger.parcel(stranger.order())
    message = desk.message("shipped", order, context={"shipment_id": str(foreign.id)})

    with pytest.raises(RenderError, match="missing_parcel"):
        render_message(message=message, now=NOW)


def test_addresses_follow_their_country() -> None:
    british = {"name": "Ann", "street": "1 Elm Lane", "city": "York", "postal_code": "YO1 7HZ", "country": "GB"}

    assert address_lines(british, "en") == ("Ann", "1 Elm Lane", "York YO1 7HZ", "United Kingdom")
    assert address_lines(british, "de") == ("Ann", "1 Elm Lane", "York YO1 7HZ", "Vereinigtes Königreich")
    assert address_lines({"city": "Bern\r\nX", "postal_code": 3011, "country": "CH"}, "de-CH") == (
        "3011 Bern X",
        "Schweiz",
    )
    assert address_lines({"name": "Ann", "country": "XX"}, "de") == ("Ann", "XX")
    assert address_lines({"country": "DE"}, "de") == ()
    assert address_lines({}, "de") == ()


def test_today_is_the_merchants_day(desk: Desk) -> None:
    order = desk.order()
    late = dt.datetime(2026, 7, 15, 22, 30, tzinfo=dt.UTC)

    assert load_facts(message=desk.message("shipped", order), now=late).today == dt.date(2026, 7, 16)


def test_rendered_is_plain_data(desk: Desk) -> None:
    rendered = render_message(message=desk.message("order_cancelled", desk.order(), language="en"), now=NOW)

    assert isinstance(rendered, RenderedMessage)
    assert [type(part) for part in (rendered.subject, rendered.html, rendered.text)] == [str, str, str]


def test_a_cancelled_order_that_was_on_its_way_says_what_to_do_with_the_parcel(desk: Desk) -> None:
    order = desk.order(status="cancelled")
    message = desk.message("order_cancelled", order)
    sentence = "Ein Paket war schon unterwegs."
    assert sentence not in render_message(message=message, now=NOW).text

    desk.parcel(order)

    assert sentence in render_message(message=message, now=NOW).text


@pytest.mark.parametrize(
    ("payment_status", "sentence"),
    [
        ("paid", "Was Sie schon bezahlt haben, bekommen Sie auf demselben Weg"),
        ("pending", "Zu bezahlen ist nichts mehr."),
    ],
)
def test_a_cancellation_speaks_of_money_only_where_there_was_some(
    desk: Desk, payment_status: str, sentence: str
) -> None:
    order = desk.order(status="cancelled", payment_status=payment_status)

    assert sentence in render_message(message=desk.message("order_cancelled", order), now=NOW).text


@pytest.mark.parametrize(("minutes", "named"), [(59, True), (60, False)])
def test_hours_are_named_in_the_merchants_time_until_they_are_over(desk: Desk, minutes: int, named: bool) -> None:
    order = desk.order()
    parcel = desk.parcel(order)
    day = NOW.date()
    Promise.objects.create(
        merchant=order.merchant,
        order=order,
        shipment=parcel,
        source="carrier",
        earliest=day,
        likely=day,
        latest=day,
        window_from=NOW,
        window_to=NOW + dt.timedelta(hours=1),
        made_at=NOW,
    )
    message = desk.message("out_for_delivery", order, channel="sms", context={"shipment_id": str(parcel.id)})

    rendered = render_message(message=message, now=NOW + dt.timedelta(minutes=minutes))

    assert ("zwischen 12:30 und 13:30 Uhr" in rendered.text) is named
