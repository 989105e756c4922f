"""What a storefront may send by WhatsApp: its number and the templates that are approved for it.

Both come from the merchant: the number is registered with their account at Meta, and their texts are approved there
(``messaging/content/whatsapp.py``). Where the template of a message is missing, the message is not sent.
"""

import datetime as dt
import re
from collections.abc import Mapping

from messaging.content.parts import NothingToSay
from messaging.content.whatsapp import NEWS, WHATSAPP_TEMPLATES, wording_of
from messaging.enums import Template
from messaging.models import Message, WhatsAppSender
from postpurchase.accounts.models import Merchant, Store

# https://www.twilio.com/docs/content/content-api-resources
CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
NOT_APPROVED = "whatsapp_not_approved"


def set_up_whatsapp(
    *,
    merchant: Merchant,
    store: Store,
    number: str,
    content_sids: Mapping[str, Mapping[str, str]],
    now: dt.datetime,
) -> None:
    """Store a storefront's number (E.164) and Content SIDs by wording and template; without a number, forget both.

    The SIDs of the wordings that are given replace what there was of them; empty ones are left out. Raises
    ``ValueError`` for a template that has no text for WhatsApp and for what is no Content SID. Needs the scope.
    """
    for sids in content_sids.values():
        for template, sid in sids.items():
            if template not in WHATSAPP_TEMPLATES or (sid and not CONTENT_SID.fullmatch(sid)):
                raise ValueError(f"{template}: {sid}")
    known = WhatsAppSender.objects.filter(store=store).first()
    if not number:
        WhatsAppSender.objects.filter(store=store).delete()
        return
    given = {wording: {name: sid for name, sid in sids.items() if sid} for wording, sids in content_sids.items()}
    WhatsAppSender.objects.update_or_create(
        merchant=merchant,
        store=store,
        defaults={
            "number": number,
            "content_sids": {**(known.content_sids if known else {}), **given},
            "updated_at": now,
        },
    )


def can_send_whatsapp(*, store: Store, language: str) -> bool:
    """Say whether a reader of ``language`` can be offered WhatsApp: a code can be sent, and at least one kind of news.

    Needs the merchant's scope.
    """
    sender = WhatsAppSender.objects.filter(store=store).first()
    approved = _approved(sender, language, store.tone)
    return Template.ONE_TIME_CODE in approved and any(template in approved for template in NEWS)


def approved_for(*, message: Message) -> tuple[str, str]:
    """Return the number a message goes out from and its Content SID.

    Raises ``NothingToSay`` where none is approved (any more). Needs the merchant's scope.
    """
    sender = WhatsAppSender.objects.filter(store_id=message.store_id).first()
    sid = _approved(sender, message.language, message.tone).get(message.template)
    if sender is None or sid is None:
        raise NothingToSay(NOT_APPROVED)
    return sender.number, sid


def _approved(sender: WhatsAppSender | None, language: str, tone: str) -> Mapping[str, str]:
    if sender is None:
        return {}
    approved: Mapping[str, str] = sender.content_sids.get(wording_of(language=language, tone=tone), {})
    return approved
