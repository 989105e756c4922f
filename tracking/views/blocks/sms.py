"""Parcel news by text message: offered to the verified buyer, where this installation can send any."""

from collections.abc import Mapping

from messaging.services.phone_news import can_send_sms, gets_sms
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    customer = visit.customer
    if customer is None or not visit.verified or not can_send_sms():
        return None
    if not gets_sms(customer=customer):
        return {"is_on": False, "url": f"{visit.path}/sms?lang={visit.texts.language}", "phone": customer.phone}
    preferences = page_links.page_url(
        merchant_id=visit.merchant.id,
        kind=PageKind.PREFERENCES,
        subject_id=customer.id,
        now=visit.now,
        store_id=visit.order.store_id,
    )
    return {"is_on": True, "url": preferences, "phone": customer.phone}


BLOCK = Block("sms", _read)
