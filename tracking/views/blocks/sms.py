"""Parcel news on the phone: offered to the verified buyer, by SMS and WhatsApp as far as either is set up."""

from collections.abc import Mapping

from messaging.enums import Channel
from messaging.services.phone_news import chosen_way, ways_to_phone
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from tracking.views.blocks.base import Block
from tracking.views.phone_ways import phone_ways
from tracking.views.visit import Visit

IS_ON = {Channel.SMS: "sms.is_on", Channel.WHATSAPP: "sms.is_on_whatsapp"}


def _read(visit: Visit) -> Mapping[str, object] | None:
    customer = visit.customer
    if customer is None or not visit.verified:
        return None
    channels = ways_to_phone(order=visit.order, customer=customer)
    if not channels:
        return None
    chosen = chosen_way(customer=customer)
    phone = chosen.phone if chosen else customer.phone
    shown = {"url": f"{visit.path}/sms?lang={visit.texts.language}", "phone": phone}
    if chosen is None:
        return {**shown, "ways": phone_ways(channels, visit.texts, store=visit.store.name)}
    preferences = page_links.page_url(
        merchant_id=visit.merchant.id,
        kind=PageKind.PREFERENCES,
        subject_id=customer.id,
        now=visit.now,
        store_id=visit.order.store_id,
    )
    change = "sms.change" if len(channels) > 1 else "sms.change_number"
    return {**shown, "is_on": IS_ON[chosen.channel], "preferences": preferences, "change": change}


BLOCK = Block("sms", _read)
