"""The buyer asks for parcel news by text message, and proves that the number is theirs."""

import pytest
from django.core.cache import cache
from django.test import Client

from messaging.models import Permission
from messaging.services.whatsapp import set_up_whatsapp
from orders.models import Customer
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order
from tests.tracking.views.test_code import newest_code, path_of, verify
from tracking.services.attempts import CODES_PER_ORDER
from tracking.services.codes import digits_of


@pytest.fixture(autouse=True)
def still_clock(time_machine, settings):
    cache.clear()
    settings.TWILIO_ACCOUNT_SID = "AC1"
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant, email="anna@example.com", created_at=NOW, updated_at=NOW
        )
        return make_order(world, customer=customer)


@pytest.fixture
def path(world, order):
    return path_of(world, order)


def permissions(world):
    with merchant_scope(world.merchant.id):
        rows = Permission.objects.select_related("evidence", "customer")
        return [
            (row.channel, row.purpose, row.status, row.evidence.source, row.customer.phone, row.evidence.wording)
            for row in rows
        ]


def test_a_confirmed_number_gets_news_with_the_words_that_were_agreed_to(world, order, path) -> None:
    buyer = verify(world, path)
    assert 'action="' + path + '/sms?lang=de"' in buyer.get(path).content.decode()

    assert buyer.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678"}).status_code == 303
    code = newest_code(world)
    assert (code.phone, code.purpose) == ("+4915112345678", "confirm_number")
    assert permissions(world) == []
    done = buyer.post(f"{path}/sms", {"do": "check", "code": digits_of(code.id)})

    assert (done.status_code, done.headers["Location"]) == (303, f"{path}#sms")
    assert permissions(world) == [
        (
            "sms",
            "service",
            "granted",
            "tracking_page",
            "+4915112345678",
            "Ja, Lindenhof darf mir Meldungen zu meinen Paketen per SMS an diese Nummer schicken. Das kann ich"
            " jederzeit beenden, mit STOP oder auf der Seite für Einstellungen.",
        )
    ]
    page = buyer.get(path).content.decode()
    assert "kommen per SMS an +4915112345678" in page


def test_it_is_withdrawn_on_the_preferences_page(world, order, path) -> None:
    buyer = verify(world, path)
    buyer.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678"})
    buyer.post(f"{path}/sms", {"do": "check", "code": digits_of(newest_code(world).id)})
    with merchant_scope(world.merchant.id):
        preferences = page_links.page_url(
            merchant_id=world.merchant.id, kind=PageKind.PREFERENCES, subject_id=order.customer_id, now=NOW
        )
    assert f'href="{preferences}"' in buyer.get(path).content.decode()

    Client().post(preferences, {"do": "save", "shown": ["service.sms"], "ticked": []})

    assert [row[:3] for row in permissions(world)] == [("sms", "service", "withdrawn")]
    assert 'name="phone"' in buyer.get(path).content.decode()


def test_nobody_else_can_name_a_number(world, order, path) -> None:
    stranger = Client()

    assert 'id="sms"' not in stranger.get(path).content.decode()
    for response in (
        stranger.get(f"{path}/sms"),
        stranger.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678"}),
    ):
        assert (response.status_code, response.headers["Location"]) == (303, f"{path}/code")
    assert newest_code(world) is None


def test_without_a_channel_nothing_is_offered(world, order, path, settings) -> None:
    settings.TWILIO_ACCOUNT_SID = ""
    buyer = verify(world, path)

    assert 'id="sms"' not in buyer.get(path).content.decode()
    assert buyer.get(f"{path}/sms").status_code == 404


@pytest.mark.parametrize("phone", ["", "abc", "030 1234567", "0900 1234567", "110", "+1", "\x00", "9" * 200])
def test_only_mobile_numbers_are_written_to(world, order, path, phone) -> None:
    buyer = verify(world, path)

    response = buyer.post(f"{path}/sms", {"do": "send", "phone": phone})

    assert response.status_code == 422
    assert '<a href="#phone">Das ist keine Handynummer' in response.content.decode()
    assert newest_code(world).purpose == "open_page"


def test_wrong_digits_confirm_nothing(world, order, path) -> None:
    buyer = verify(world, path)
    buyer.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678"})
    right = digits_of(newest_code(world).id)

    response = buyer.post(f"{path}/sms", {"do": "check", "code": f"{(int(right) + 1) % 1_000_000:06}"})

    assert response.status_code == 422
    assert '<a href="#code">Dieser Code stimmt nicht' in response.content.decode()
    assert permissions(world) == []


def test_text_messages_are_sent_only_so_often(world, order, path) -> None:
    buyer = verify(world, path)

    asked = [
        buyer.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678"}).status_code
        for _ in range(CODES_PER_ORDER + 1)
    ]

    assert asked == [303] * CODES_PER_ORDER + [429]


@pytest.fixture
def whatsapp(world):
    sids = {"one_time_code": "HX" + "1" * 32, "shipped": "HX" + "2" * 32}
    with merchant_scope(world.merchant.id):
        set_up_whatsapp(
            merchant=world.merchant, store=world.store, number="+4930123456", content_sids={"de-sie": sids}, now=NOW
        )


def test_whatsapp_is_chosen_confirmed_and_ended_like_sms(world, order, path, whatsapp) -> None:
    buyer = verify(world, path)
    assert 'value="whatsapp"' in buyer.get(path).content.decode()

    assert buyer.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678", "channel": "whatsapp"}).status_code == 303
    code = newest_code(world)
    assert (code.phone, code.channel) == ("+4915112345678", "whatsapp")
    assert "Dann gibt es die Nummer bei WhatsApp vielleicht nicht" in buyer.get(f"{path}/sms").content.decode()
    assert permissions(world) == []
    buyer.post(f"{path}/sms", {"do": "check", "code": digits_of(code.id)})

    assert permissions(world) == [
        (
            "whatsapp",
            "service",
            "granted",
            "tracking_page",
            "+4915112345678",
            "Ja, Lindenhof darf mir Meldungen zu meinen Paketen per WhatsApp an diese Nummer schicken; dazu bekommt"
            " auch WhatsApp die Nummer. Das kann ich jederzeit beenden, mit STOP oder auf der Seite für Einstellungen.",
        )
    ]
    page = buyer.get(path).content.decode()
    assert "kommen per WhatsApp an +4915112345678" in page
    assert f'href="{path}/sms?lang=de"' in page
    with merchant_scope(world.merchant.id):
        preferences = page_links.page_url(
            merchant_id=world.merchant.id, kind=PageKind.PREFERENCES, subject_id=order.customer_id, now=NOW
        )
    Client().post(preferences, {"do": "save", "shown": ["service.whatsapp"], "ticked": []})
    assert [row[:3] for row in permissions(world)] == [("whatsapp", "service", "withdrawn")]


@pytest.mark.parametrize("channel", ["", "email", "pigeon", "\x00"])
def test_of_two_ways_one_must_be_chosen(world, order, path, whatsapp, channel) -> None:
    buyer = verify(world, path)

    response = buyer.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678", "channel": channel})

    assert response.status_code == 422
    assert '<a href="#way-sms">Bitte wählen Sie SMS oder WhatsApp' in response.content.decode()
    assert newest_code(world).purpose == "open_page"


def test_the_page_shows_the_confirmed_number_and_takes_another_one(world, order, path) -> None:
    buyer = verify(world, path)
    for number in ("0151 12345678", "0151 87654321"):
        buyer.post(f"{path}/sms", {"do": "send", "phone": number})
        buyer.post(f"{path}/sms", {"do": "check", "code": digits_of(newest_code(world).id)})
    with merchant_scope(world.merchant.id):
        Customer.objects.update(phone="+4915100000000")  # as the shop says later

    page = buyer.get(path).content.decode()

    assert "kommen per SMS an +4915187654321" in page
    assert f'href="{path}/sms?lang=de">Nummer ändern' in page
    assert 'value="+4915187654321"' in buyer.get(f"{path}/sms").content.decode()
    assert [row[2] for row in permissions(world)] == ["granted"]


def test_whatsapp_is_not_offered_where_it_is_not_set_up(world, order, path) -> None:
    buyer = verify(world, path)
    assert "WhatsApp" not in buyer.get(path).content.decode()

    buyer.post(f"{path}/sms", {"do": "send", "phone": "0151 12345678", "channel": "whatsapp"})

    assert newest_code(world).channel == "sms"
