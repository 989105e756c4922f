"""Where the order goes and how the buyer is reached: for them alone, once they have given a one-time code."""

from collections.abc import Mapping

from django.conf import settings

from messaging.services.mail_context import address_lines
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    """Without an address that a code could go to there is nothing to offer."""
    customer, url = visit.customer, f"{visit.path}/code?lang={visit.texts.language}"
    if customer is None or not (customer.email or (customer.phone and settings.TWILIO_ACCOUNT_SID)):
        return None
    if not visit.verified:
        return {"verified": False, "url": url}
    return {
        "verified": True,
        "url": url,
        "address": address_lines(visit.order.shipping_address, visit.texts.language),
        "email": customer.email,
        "phone": customer.phone,
    }


BLOCK = Block("buyer", _read)
