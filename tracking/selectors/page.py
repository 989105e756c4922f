"""The facts of the tracking page."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from orders.free_shipping.progress import Threshold
from orders.models import Customer, Order
from tracking.design.content import PageDesign
from tracking.page.facts import LineFacts, OrderFacts
from tracking.selectors.page_designs import published_content
from tracking.selectors.page_rows import LineRow, read_page

# A shorter word (a first name's initial, "Am") would hide half of what carriers write.
SHORTEST_PRIVATE_WORD = 3


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with what its page says of it: ``order`` carries merchant, store and customer along.

    ``has_cases``: there were problems with it (``selectors/cases.py`` reads them). ``has_campaigns``: some are switched
    on. ``design`` is what the merchant decided about the page, ``free_shipping`` from which amounts on the store sends
    for nothing. ``sold_out_at`` is when an article of the merchant was last noted as not available.
    """

    order: Order
    facts: OrderFacts
    has_cases: bool = False
    has_campaigns: bool = False
    design: PageDesign = field(default_factory=PageDesign)
    free_shipping: tuple[Threshold, ...] = ()
    sold_out_at: dt.datetime | None = None


def page_of_order(*, order_id: uuid.UUID) -> OrderPage | None:
    """Return the page's facts, None where the order is gone. One query. Needs the merchant's scope."""
    found = read_page(order_id=order_id)
    if found is None:
        return None
    order, document = found
    facts = OrderFacts(
        id=order.id,
        number=order.number,
        placed_at=order.placed_at,
        status=order.status,
        payment_status=order.payment_status,
        currency=order.currency,
        language=order.language,
        destination=str(order.shipping_address.get("country") or ""),
        lines=tuple(_line(row) for row in document.lines),
        parcels=document.parcels,
        promise=document.promise,
        private_words=private_words(
            order.customer, (order.shipping_address, order.billing_address, order.recipient or {})
        ),
    )
    return OrderPage(
        order=order,
        facts=facts,
        has_cases=document.has_cases,
        has_campaigns=document.has_campaigns,
        design=published_content(document.design, style=order.store.style),
        free_shipping=document.free_shipping,
        sold_out_at=document.sold_out_at,
    )


def own_image(address: str) -> str:
    """Return the path of a picture on our own host; empty for any other, which a strict page must not load."""
    parts = urlsplit(address)
    own = urlsplit(settings.BASE_URL)
    is_own = (parts.scheme, parts.netloc) in (("", ""), (own.scheme, own.netloc))
    if not is_own or not parts.path.startswith("/"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def private_words(customer: Customer | None, addresses: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the words that would tell who the shopper is, lower case: names, street, phone and e-mail."""
    sources = [customer.last_name, customer.email, customer.phone, customer.company] if customer else []
    for address in addresses:
        sources += [str(address.get(key) or "") for key in ("name", "street", "street2", "company", "email", "phone")]
        sources += [str(address.get(key) or "") for key in ("last_name", "first_name")]
    words = (word for source in sources for word in re.split(r"[\s,;/]+", source.casefold()))
    return frozenset(word for word in words if len(word) >= SHORTEST_PRIVATE_WORD)


def _line(row: LineRow) -> LineFacts:
    return LineFacts(
        id=row.id,
        sku=row.sku,
        name=row.name,
        quantity=row.quantity,
        total=row.total,
        image=next((path for image in row.images if (path := own_image(image))), ""),
        url=row.url,
        how_tos=row.how_tos,
    )
