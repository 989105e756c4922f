"""Parcel news by WhatsApp: only what is set up and agreed to, and never the same news twice."""

import datetime as dt

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from messaging.channels.base import ApprovedTemplate, Outcome
from messaging.content.parts import NothingToSay
from messaging.enums import AttemptOutcome
from messaging.models import Message, MessageContent, Permission, WhatsAppSender
from messaging.services.addresses import suppression_of
from messaging.services.codes import plan_codes
from messaging.services.deliver import deliver_batch
from messaging.services.feedback import connect_provider
from messaging.services.phone_news import ChosenWay, chosen_way, confirm_phone, ways_to_phone
from messaging.services.whatsapp import approved_for, can_send_whatsapp, set_up_whatsapp
from orders.models import Customer
from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import (
    FakeProvider,
    allow,
    make_customer,
    make_message,
    make_order,
    make_shipment,
    move,
    set_permission,
)
from tracking.models import CodePurpose
from tracking.services.codes import ask_for_code, digits_of

pytestmark = pytest.mark.usefixtures("committed_db")

PHONE = "+4915112345678"
NUMBER = "+4930123456"
GERMAN = {"one_time_code": "HX" + "1" * 32, "out_for_delivery": "HX" + "2" * 32}


@pytest.fixture(autouse=True)
def twilio(settings, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "secret"


def set_up(merchant, number=NUMBER, **wordings) -> None:
    sids = wordings or {"de-sie": GERMAN}
    store = Store.objects.get(slug="default")
    set_up_whatsapp(merchant=merchant, store=store, number=number, content_sids=sids, now=NOW)


def said_by_phone() -> list[tuple[str, str, str, str]]:
    rows = Message.objects.exclude(channel="email").order_by("planned_at", "id")
    return [(row.channel, row.template, row.state, row.reason) for row in rows]


def deliver(merchant, *outcomes: Outcome) -> FakeProvider:
    provider = FakeProvider(*outcomes)
    deliver_batch(merchant_id=merchant.id, channels=lambda name: provider if name != "email" else None, now=lambda: NOW)
    return provider


# --- set up ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sids", "german", "english"),
    [
        ({"de-sie": GERMAN}, True, False),
        ({"de-sie": GERMAN, "en": GERMAN}, True, True),
        ({"de-sie": {"one_time_code": GERMAN["one_time_code"]}}, False, False),
        ({"de-sie": {"out_for_delivery": GERMAN["out_for_delivery"]}}, False, False),
        ({"de-du": GERMAN}, False, False),
    ],
)
def test_it_is_offered_where_a_code_and_some_news_are_approved(merchant, sids, german, english) -> None:
    with merchant_scope(merchant.id):
        store = Store.objects.get(slug="default")
        assert not can_send_whatsapp(store=store, language="de")
        set_up_whatsapp(merchant=merchant, store=store, number=NUMBER, content_sids=sids, now=NOW)

        assert (can_send_whatsapp(store=store, language="de-CH"), can_send_whatsapp(store=store, language="en")) == (
            german,
            english,
        )


def test_a_buyer_may_choose_what_is_set_up(merchant, other_merchant, settings) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        order, english = make_order(merchant), make_order(merchant, language="en")
        ways = [ways_to_phone(order=one, customer=one.customer) for one in (order, english)]
        settings.TWILIO_ACCOUNT_SID = ""
        ways.append(ways_to_phone(order=order, customer=order.customer))
        settings.TWILIO_ACCOUNT_SID = "AC1"
    with merchant_scope(other_merchant.id):
        foreign = make_order(other_merchant)
        ways.append(ways_to_phone(order=foreign, customer=foreign.customer))

    assert ways == [("sms", "whatsapp"), ("sms",), (), ("sms",)]


def test_one_wording_is_changed_without_the_others_and_no_number_forgets_all(merchant) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        set_up(merchant, en={"shipped": GERMAN["one_time_code"], "delayed": ""})
        assert WhatsAppSender.objects.get().content_sids == {
            "de-sie": GERMAN,
            "en": {"shipped": GERMAN["one_time_code"]},
        }

        set_up(merchant, number="")
        assert not WhatsAppSender.objects.exists()


@pytest.mark.parametrize("sids", [{"shipped": "HX1"}, {"nps_survey": GERMAN["one_time_code"]}, {"shipped": "hx" * 17}])
def test_what_is_no_content_sid_is_refused(merchant, sids) -> None:
    with merchant_scope(merchant.id):
        with pytest.raises(ValueError, match=":"):
            set_up(merchant, **{"de-sie": sids})
        assert not WhatsAppSender.objects.exists()


def test_a_strangers_templates_approve_nothing(merchant, other_merchant) -> None:
    with merchant_scope(other_merchant.id):
        set_up(other_merchant)
    with merchant_scope(merchant.id):
        message = make_message(make_order(merchant), channel="whatsapp", template="out_for_delivery")
        with pytest.raises(NothingToSay, match="whatsapp_not_approved"):
            approved_for(message=message)


# --- journeys --------------------------------------------------------------------------------------------------------


def test_who_chose_whatsapp_gets_the_news_there_and_nowhere_else(merchant) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        order = make_order(merchant, make_customer(merchant, phone=PHONE))
        allow(order.customer, "service", "whatsapp")
        shipment = make_shipment(order)
        move(shipment, "out_for_delivery")
        move(shipment, "out_for_delivery")
        assert said_by_phone() == [("whatsapp", "out_for_delivery", "ready", "")]

    provider = deliver(merchant)

    (envelope,) = provider.envelopes
    assert (envelope.recipient, envelope.subject, envelope.html) == (PHONE, "", "")
    assert isinstance(envelope.approved, ApprovedTemplate)
    assert (envelope.approved.sender, envelope.approved.content_sid) == (NUMBER, GERMAN["out_for_delivery"])
    assert envelope.approved.variables["1"] == "Lindenhof"
    assert envelope.approved.variables["3"] in envelope.text
    with merchant_scope(merchant.id):
        assert said_by_phone() == [("whatsapp", "out_for_delivery", "accepted", "")]
        assert MessageContent.objects.get(message__channel="whatsapp").text == envelope.text


@pytest.mark.parametrize(
    ("granted", "told"),
    [(["sms"], ["sms"]), (["whatsapp"], ["whatsapp"]), (["sms", "whatsapp"], ["sms"]), ([], [])],
)
def test_the_same_news_is_never_told_both_ways(merchant, granted, told) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        order = make_order(merchant, make_customer(merchant, phone=PHONE))
        for channel in granted:
            allow(order.customer, "service", channel)

        move(make_shipment(order), "out_for_delivery")

        assert [channel for channel, *_ in said_by_phone()] == told


def test_what_is_not_approved_is_not_sent_and_says_so(merchant) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        order = make_order(merchant, make_customer(merchant, phone=PHONE))
        allow(order.customer, "service", "whatsapp")
        move(make_shipment(order), "available_for_pickup")

    assert deliver(merchant).envelopes == []
    with merchant_scope(merchant.id):
        assert said_by_phone() == [("whatsapp", "ready_for_pickup", "suppressed", "whatsapp_not_approved")]


def test_who_ended_it_meanwhile_gets_nothing(merchant) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        order = make_order(merchant, make_customer(merchant, phone=PHONE))
        allow(order.customer, "service", "whatsapp")
        move(make_shipment(order), "out_for_delivery")
        set_permission(order.customer, "service", "whatsapp", "withdrawn")

    assert deliver(merchant).envelopes == []
    with merchant_scope(merchant.id):
        assert said_by_phone() == [("whatsapp", "out_for_delivery", "suppressed", "service_declined")]


def test_a_message_nobody_can_vouch_for_is_not_sent_again(merchant) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        order = make_order(merchant, make_customer(merchant, phone=PHONE))
        allow(order.customer, "service", "whatsapp")
        move(make_shipment(order), "out_for_delivery")

    first = deliver(merchant, Outcome(AttemptOutcome.UNKNOWN, "timeout"))
    again = deliver(merchant)

    assert (len(first.envelopes), again.envelopes) == (1, [])
    with merchant_scope(merchant.id):
        assert said_by_phone() == [("whatsapp", "out_for_delivery", "unknown", "timeout")]


# --- choosing --------------------------------------------------------------------------------------------------------


def choose(merchant, order, channel: str, now: dt.datetime) -> None:
    code = ask_for_code(
        merchant_id=merchant.id,
        order_id=order.id,
        purpose=CodePurpose.CONFIRM_NUMBER,
        phone=PHONE,
        channel=channel,
        wording=f"Ja, per {channel}.",
        now=now,
    )
    confirm_phone(merchant=merchant, customer=order.customer, code=code, now=now)


def test_choosing_the_other_way_ends_the_first(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        chosen = []
        for minute, channel in enumerate(("sms", "whatsapp", "whatsapp", "sms")):
            choose(merchant, order, channel, NOW + dt.timedelta(minutes=minute))
            chosen.append(chosen_way(customer=Customer.objects.get(pk=order.customer_id)).channel)

        assert chosen == ["sms", "whatsapp", "whatsapp", "sms"]
        assert dict(Permission.objects.values_list("channel", "status")) == {"sms": "granted", "whatsapp": "withdrawn"}
        assert Permission.objects.get(channel="sms").evidence.wording == "Ja, per sms."


def test_the_code_goes_by_whatsapp_and_its_digits_stay_nowhere(merchant) -> None:
    with merchant_scope(merchant.id):
        set_up(merchant)
        order = make_order(merchant, make_customer(merchant, email="anna@example.com"))
        code = ask_for_code(
            merchant_id=merchant.id,
            order_id=order.id,
            purpose=CodePurpose.CONFIRM_NUMBER,
            phone=PHONE,
            channel="whatsapp",
            now=NOW,
        )

    plan_codes(merchant_id=merchant.id, now=NOW)
    (envelope,) = deliver(merchant).envelopes

    assert envelope.recipient == PHONE
    assert envelope.approved == ApprovedTemplate(NUMBER, GERMAN["one_time_code"], {"1": digits_of(code.id)})
    with merchant_scope(merchant.id):
        assert digits_of(code.id) not in MessageContent.objects.get().text
        assert said_by_phone() == [("whatsapp", "one_time_code", "accepted", "")]


# --- what shoppers and Twilio say back -------------------------------------------------------------------------------


def report(slug: str, token: str = "secret", **fields: str):
    path = f"/hooks/{slug}/providers/twilio/"
    signature = RequestValidator(token).compute_signature(f"http://testserver{path}", fields)
    return Client().post(path, fields, HTTP_X_TWILIO_SIGNATURE=signature)


def test_a_stop_ends_whatsapp_for_the_number_and_nothing_else(merchant, other_merchant) -> None:
    for one in (merchant, other_merchant):
        with merchant_scope(one.id):
            connect_provider(merchant=one, provider="twilio", secret="secret", now=NOW)
            customer = make_customer(one, phone=PHONE)
            allow(customer, "service", "whatsapp")
            allow(customer, "marketing", "email")

    said = report("lindenhof", MessageSid="SM1", SmsStatus="received", From=f"whatsapp:{PHONE}", Body="STOP")

    assert said.status_code == 202
    with merchant_scope(merchant.id):
        assert chosen_way(customer=Customer.objects.get()) is None
        assert suppression_of(merchant_id=merchant.id, channel="whatsapp", address=PHONE) == "opted_out"
        assert suppression_of(merchant_id=merchant.id, channel="sms", address=PHONE) is None
        assert Permission.objects.get(channel="email").status == "granted"
    with merchant_scope(other_merchant.id):
        assert chosen_way(customer=Customer.objects.get()) == ChosenWay("whatsapp", PHONE)


@pytest.mark.parametrize(
    ("code", "state", "suppression"),
    [
        ("63016", ("failed", "refused_63016"), None),
        ("63018", ("failed", "refused_63018"), None),
        ("63024", ("bounced", "63024"), "hard_bounce"),
    ],
)
def test_a_refusal_that_comes_later_is_written_down(merchant, code, state, suppression) -> None:
    with merchant_scope(merchant.id):
        connect_provider(merchant=merchant, provider="twilio", secret="secret", now=NOW)
        make_message(make_order(merchant), channel="whatsapp", state="accepted", provider_message_id="SM1")

    report("lindenhof", MessageSid="SM1", MessageStatus="undelivered", ErrorCode=code, To=f"whatsapp:{PHONE}")

    with merchant_scope(merchant.id):
        assert Message.objects.values_list("state", "reason").get() == state
        assert suppression_of(merchant_id=merchant.id, channel="whatsapp", address=PHONE) == suppression


def test_a_report_without_the_accounts_signature_changes_nothing(merchant) -> None:
    with merchant_scope(merchant.id):
        connect_provider(merchant=merchant, provider="twilio", secret="secret", now=NOW)
        allow(make_customer(merchant, phone=PHONE), "service", "whatsapp")

    said = report("lindenhof", "guessed", MessageSid="SM1", SmsStatus="received", From=f"whatsapp:{PHONE}", Body="STOP")

    assert said.status_code == 401
    with merchant_scope(merchant.id):
        assert chosen_way(customer=Customer.objects.get()) == ChosenWay("whatsapp", PHONE)
