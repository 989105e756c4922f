"""Providers' reports: stored once, applied to message and address, and nobody else's business."""

import base64
import json

import pytest
from django.core.management import call_command

from messaging.models import DeliveryEvent, Message, Permission, Suppression
from messaging.services.addresses import suppression_of
from messaging.services.feedback import connect_provider
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.messaging.making import allow, make_customer, make_message, make_order

PATH = "/hooks/lindenhof/providers/postmark/"


@pytest.fixture
def message(merchant):
    """A mail the provider took, to a customer who agreed to marketing."""
    with merchant_scope(merchant.id):
        connect_provider(merchant=merchant, provider="postmark", secret="s3cret", now=NOW)
        order = make_order(merchant, make_customer(merchant, email="anna@example.com"))
        return make_message(order, state="accepted")


def _report(client, message, path=PATH, secret="s3cret", **fields):
    body = {
        "RecordType": "Bounce",
        "ID": 42,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": "anna@example.com",
        "BouncedAt": "2026-07-15T10:00:00Z",
        "Metadata": {"postpurchase_ref": str(message.id)},
        **fields,
    }
    login = base64.b64encode(f"postpurchase:{secret}".encode()).decode()
    return client.post(path, json.dumps(body), content_type="application/json", HTTP_AUTHORIZATION=f"Basic {login}")


def _state(merchant, message) -> tuple[str, str]:
    with merchant_scope(merchant.id):
        return Message.objects.values_list("state", "reason").get(pk=message.pk)


def test_a_hard_bounce_ends_the_message_and_the_address(client, merchant, message):
    response = _report(client, message)

    assert (response.status_code, response.json()) == (202, {"reports": 1, "new": 1})
    assert _state(merchant, message) == ("bounced", "bounced")
    with merchant_scope(merchant.id):
        assert suppression_of(merchant_id=merchant.id, channel="email", address="anna@example.com") == "hard_bounce"
        assert list(Event.objects.filter(type="message.bounced").values_list("subject_id", flat=True)) == [
            message.order_id
        ]


def test_the_same_report_twice_counts_once(client, merchant, message):
    _report(client, message)
    response = _report(client, message)

    assert response.json() == {"reports": 1, "new": 0}
    with merchant_scope(merchant.id):
        assert DeliveryEvent.objects.count() == 1
        assert Event.objects.filter(type="message.bounced").count() == 1


def test_a_delivery_settles_a_message_nobody_could_vouch_for(client, merchant, message):
    with merchant_scope(merchant.id):
        Message.objects.update(state="unknown", reason="worker_lost")

    _report(client, message, RecordType="Delivery", Recipient="anna@example.com", DeliveredAt="2026-07-15T10:00:00Z")

    assert _state(merchant, message) == ("delivered", "")
    with merchant_scope(merchant.id):
        assert Suppression.objects.count() == 0


def test_a_complaint_withdraws_what_rests_on_permission(client, merchant, message):
    with merchant_scope(merchant.id):
        allow(Message.objects.get().customer, "marketing")

    _report(client, message, RecordType="SpamComplaint", Type="SpamComplaint")

    assert _state(merchant, message) == ("complained", "spam")
    with merchant_scope(merchant.id):
        assert list(
            Permission.objects.filter(purpose="marketing", channel="email").values_list("status", flat=True)
        ) == ["withdrawn"]


def test_a_late_delivery_report_does_not_undo_a_bounce(client, merchant, message):
    _report(client, message)
    _report(client, message, RecordType="Delivery", Recipient="anna@example.com", DeliveredAt="2026-07-15T10:00:00Z")

    assert _state(merchant, message) == ("bounced", "bounced")


@pytest.mark.parametrize(
    ("path", "secret", "status"),
    [
        (PATH, "guessed", 401),
        ("/hooks/nobody/providers/postmark/", "s3cret", 404),
        ("/hooks/stranger/providers/postmark/", "s3cret", 404),
        ("/hooks/lindenhof/providers/mailgun/", "s3cret", 404),
        ("/hooks/lindenhof/providers/pigeon/", "s3cret", 404),
    ],
)
def test_a_report_that_is_not_proved_changes_nothing(client, merchant, other_merchant, message, path, secret, status):
    response = _report(client, message, path=path, secret=secret)

    assert response.status_code == status
    assert _state(merchant, message)[0] == "accepted"
    with merchant_scope(merchant.id):
        assert (DeliveryEvent.objects.count(), Suppression.objects.count()) == (0, 0)


def test_another_merchants_report_does_not_reach_this_message(client, merchant, other_merchant, message):
    with merchant_scope(other_merchant.id):
        connect_provider(merchant=other_merchant, provider="postmark", secret="theirs", now=NOW)

    response = _report(client, message, path="/hooks/stranger/providers/postmark/", secret="theirs")

    assert response.status_code == 202
    assert _state(merchant, message)[0] == "accepted"
    with merchant_scope(merchant.id):
        assert Suppression.objects.count() == 0


def test_the_command_shows_the_address_to_set_up(merchant, capsys, settings):
    settings.BASE_URL = "https://post.example.com"

    call_command("connect_provider", "lindenhof", "postmark", secret="s3cret")
    call_command("connect_provider", "lindenhof", "mailgun", secret="key")

    assert capsys.readouterr().out.split() == [
        "https://postpurchase:s3cret@post.example.com/hooks/lindenhof/providers/postmark/",
        "https://post.example.com/hooks/lindenhof/providers/mailgun/",
    ]
