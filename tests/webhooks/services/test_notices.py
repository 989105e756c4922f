"""Owners hear of what we switched off, once, in their language; nobody else does."""

import pytest

from postpurchase.accounts.models import Role, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services import owner_mails
from postpurchase.accounts.services.merchants import add_member
from postpurchase.webhooks.models import DisabledReason, WebhookEndpoint
from postpurchase.webhooks.services import notices
from postpurchase.webhooks.services.endpoints import set_active, switch_off
from tests.conftest import NOW
from tests.webhooks.making import make_endpoint


@pytest.fixture
def endpoint(merchant, other_merchant, settings):
    settings.EGRESS_ALLOW = ["127.0.0.1:9"]
    for each, name, role, language in (
        (merchant, "klara", Role.OWNER, ""),
        (merchant, "owen", Role.OWNER, "en"),
        (merchant, "mia", Role.MANAGER, ""),
        (other_merchant, "otto", Role.OWNER, ""),
    ):
        user = User.objects.create_user(email=f"{name}@example.com", language=language)
        with merchant_scope(each.id):
            add_member(merchant=each, user=user, role=role, now=NOW)
    with merchant_scope(merchant.id):
        return make_endpoint(merchant, "http://127.0.0.1:9/in")[0]


def off(endpoint, reason) -> None:
    with merchant_scope(endpoint.merchant_id):
        switch_off(endpoint=endpoint, reason=reason, now=NOW)


@pytest.mark.parametrize("reason", [DisabledReason.FAILING, DisabledReason.GONE])
def test_owners_are_told_once_each_in_their_language(endpoint, mailoutbox, reason):
    off(endpoint, reason)

    assert notices.tell_owners(now=NOW) == 1
    assert notices.tell_owners(now=NOW) == 0

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["klara@example.com"], "Webhook an 127.0.0.1 ist ausgeschaltet"),
        (["owen@example.com"], "Webhook to 127.0.0.1 is switched off"),
    ]
    german, english = (mail.body for mail in mailoutbox)
    assert german.startswith("Guten Tag,\n\nLindenhof sendet keine Ereignisse mehr an http://127.0.0.1:9/in")
    assert ("410" in english, "seven days" in english) == (reason == "gone", reason == "failing")
    assert f"/dashboard/webhooks/{endpoint.id}/" in german


def test_what_somebody_switched_off_by_hand_is_no_news(endpoint, mailoutbox):
    off(endpoint, DisabledReason.BY_HAND)

    assert notices.tell_owners(now=NOW) == 0
    assert mailoutbox == []


def test_what_is_on_again_is_no_news_either(merchant, endpoint, mailoutbox):
    off(endpoint, DisabledReason.FAILING)
    with merchant_scope(merchant.id):
        set_active(merchant=merchant, endpoint_id=endpoint.id, active=True, now=NOW)

    assert notices.tell_owners(now=NOW) == 0
    assert mailoutbox == []


def test_a_mail_server_that_refuses_is_asked_again(merchant, endpoint, mailoutbox, monkeypatch):
    off(endpoint, DisabledReason.FAILING)

    def refuse(*_args):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(owner_mails, "send_mail", refuse)
        assert notices.tell_owners(now=NOW) == 0
    with merchant_scope(merchant.id):
        assert WebhookEndpoint.objects.get().owners_told_at is None

    assert notices.tell_owners(now=NOW) == 1
    assert len(mailoutbox) == 2
