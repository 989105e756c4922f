"""A demo shop's WhatsApp, set up against the telephone of the mailbox."""

from dataclasses import dataclass

import pytest

from messaging.models import WhatsAppSender
from messaging.services.whatsapp import can_send_whatsapp
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.demo.approvals import NUMBER, seed_whatsapp
from tests.conftest import NOW
from tests.demo.mailbox.conftest import ACCOUNT, Running


@dataclass(frozen=True)
class State:
    twilio_sid: str = ACCOUNT.sid
    twilio_token: str = ACCOUNT.token


@dataclass(frozen=True)
class At:
    """As much of the demo's places as is asked for."""

    mailbox_url: str
    base_url: str = "http://127.0.0.1:8000"
    state: State = State()


@pytest.mark.django_db
def test_every_text_is_approved_once_in_both_languages(world, mailbox: Running, settings) -> None:
    settings.EGRESS_ALLOW = [mailbox.url.removeprefix("http://")]
    for _ in range(2):
        seed_whatsapp(world.merchant, places=At(f"{mailbox.url}/"), now=NOW)  # type: ignore[arg-type]

    with merchant_scope(world.merchant.id):
        sender = WhatsAppSender.objects.get()
        offered = [can_send_whatsapp(store=world.store, language=language) for language in ("de", "en")]
    sids = [sid for of_wording in sender.content_sids.values() for sid in of_wording.values()]
    assert (sender.number, sorted(sender.content_sids), offered) == (NUMBER, ["de-sie", "en"], [True, True])
    assert len(set(sids)) == 14
    assert mailbox.box.contents.text_of(sender.content_sids["de-sie"]["delivered"]).startswith(
        "Guten Tag, Ihr Paket von {{1}} ist da"
    )
