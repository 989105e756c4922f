"""Where the order goes and how the buyer is reached: for them alone, once they have given a one-time code."""

from collections.abc import Mapping

from messaging.services.mail_context import address_lines
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    """Without an address that a code could go to there is nothing to offer."""
    customer, url = visit.customer, visit.code_url
    if customer is None or not url:
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
