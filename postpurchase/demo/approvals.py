"""A demo shop's WhatsApp: its texts are handed in at the telephone of the mailbox, which approves them at once."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from django.conf import settings

from messaging.content.examples import example_facts
from messaging.content.whatsapp import WHATSAPP_TEMPLATES, compose_whatsapp, wording_of
from messaging.enums import Template
from messaging.models import WhatsAppSender
from messaging.services.mail_context import store_facts
from messaging.services.whatsapp import set_up_whatsapp
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.demo.run import Places
from postpurchase.lib import http

NUMBER = "+4917139200001"


def seed_whatsapp(merchant: Merchant, *, places: Places, now: datetime) -> None:
    """Have every text of a demo shop approved, in German and English, unless that is done."""
    with merchant_scope(merchant.id):
        if WhatsAppSender.objects.exists():
            return
        store = Store.objects.get(slug="default")
        sids = {
            wording_of(language=language, tone=store.tone): {
                str(template): _hand_in(places, merchant, store, template, language) for template in WHATSAPP_TEMPLATES
            }
            for language in ("de", "en")
        }
        set_up_whatsapp(merchant=merchant, store=store, number=NUMBER, content_sids=sids, now=now)


def _hand_in(places: Places, merchant: Merchant, store: Store, template: str, language: str) -> str:
    facts = example_facts(
        template,
        language=language,
        tone=store.tone,
        base_url=places.base_url,
        store=store_facts(merchant=merchant, store=store),
    )
    text = compose_whatsapp(template, facts)
    is_code = template == Template.ONE_TIME_CODE
    content = {
        "friendly_name": f"{template}_{language}",
        "language": language,
        "variables": dict(text.variables),
        "types": {"whatsapp/authentication": {}} if is_code else {"twilio/text": {"body": text.pattern}},
    }
    login = f"{places.state.twilio_sid}:{places.state.twilio_token}"
    answer = http.request(
        "POST",
        f"{places.mailbox_url}v1/Content",
        headers={
            "Authorization": "Basic " + base64.b64encode(login.encode()).decode("ascii"),
            "Content-Type": "application/json",
        },
        body=json.dumps(content).encode(),
        allow=settings.EGRESS_ALLOW,
    )
    return str(json.loads(answer.body)["sid"])
