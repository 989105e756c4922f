"""The facts of the tracking page in two queries: the order with its lines, the parcels with everything of theirs."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject

from orders.free_shipping.progress import Threshold
from orders.models import Customer, FreeShipping, Order, OrderLine, Product
from tracking.design.content import PageDesign
from tracking.enums import ShipmentStatus
from tracking.models import Campaign, Case, Checkpoint, PageVersion, Promise, PromiseSource, Shipment, ShipmentLine
from tracking.page.facts import HowToFacts, LineFacts, NewsFacts, OrderFacts, ParcelFacts
from tracking.promise import Window
from tracking.selectors.page_designs import published_content

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
    """Return the page's facts, None where the order is gone. Two queries. Needs the merchant's scope."""
    order = (
        Order.objects.select_related("merchant", "store", "customer")
        .annotate(
            line_rows=ArraySubquery(_lines()),
            promise_rows=ArraySubquery(_promises(order_id=OuterRef("pk"))),
            has_cases=Exists(Case.objects.filter(order_id=OuterRef("pk"))),
            has_campaigns=Exists(Campaign.objects.filter(is_active=True)),
            design_rows=ArraySubquery(_design()),
            free_shipping_rows=ArraySubquery(_free_shipping()),
            sold_out_at=Subquery(_newest_sold_out().values("updated_at")),
        )
        .filter(pk=order_id)
        .first()
    )
    if order is None:
        return None
    parcels = (
        Shipment.objects.filter(order_id=order_id)
        .annotate(
            news_rows=ArraySubquery(_news()),
            content_rows=ArraySubquery(_contents()),
            promise_rows=ArraySubquery(_promises(shipment_id=OuterRef("pk"))),
        )
        .order_by("created_at", "id")
    )
    facts = OrderFacts(
        id=order.id,
        number=order.number,
        placed_at=order.placed_at,
        status=order.status,
        payment_status=order.payment_status,
        currency=order.currency,
        language=order.language,
        destination=str(order.shipping_address.get("country") or ""),
        lines=tuple(_line(row) for row in order.line_rows),
        parcels=tuple(_parcel(parcel) for parcel in parcels),
        promise=_window(order.promise_rows),
        private_words=private_words(
            order.customer, (order.shipping_address, order.billing_address, order.recipient or {})
        ),
    )
    design = published_content(next((row["content"] for row in order.design_rows), None), style=order.store.style)
    return OrderPage(
        order=order,
        facts=facts,
        has_cases=order.has_cases,
        has_campaigns=order.has_campaigns,
        design=design,
        free_shipping=tuple(
            Threshold(row["country"], row["currency"], Decimal(str(row["amount"]))) for row in order.free_shipping_rows
        ),
        sold_out_at=order.sold_out_at,
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


def _free_shipping() -> Any:
    rows = FreeShipping.objects.filter(store_id=OuterRef("store_id"))
    return rows.values(row=JSONObject(country="country", currency="currency", amount="amount"))


def _newest_sold_out() -> Any:
    return Product.objects.filter(available=False).order_by("-updated_at", "-id")[:1]


def _lines() -> Any:
    product = Product.objects.filter(sku=OuterRef("sku")).exclude(sku="")
    return (
        OrderLine.objects.filter(order_id=OuterRef("pk"))
        .order_by("position", "id")
        .values(
            row=JSONObject(
                id="id",
                sku="sku",
                name="name",
                quantity="quantity",
                total="total",
                image="image_url",
                url="product_url",
                product_name=Subquery(product.values("name")[:1]),
                product_image=Subquery(product.values("image_url")[:1]),
                product_url=Subquery(product.values("url")[:1]),
                how_tos=Subquery(product.values("how_tos")[:1]),
            )
        )
    )


def _news() -> Any:
    return (
        Checkpoint.objects.filter(shipment_id=OuterRef("pk"))
        .order_by("-occurred_at", "-id")
        .values(
            row=JSONObject(
                occurred_at="occurred_at",
                recorded_at="recorded_at",
                status="status",
                substatus="substatus",
                message="message",
                city="city",
                country="country",
            )
        )
    )


def _contents() -> Any:
    return ShipmentLine.objects.filter(shipment_id=OuterRef("pk")).values(
        row=JSONObject(line="order_line_id", quantity="quantity")
    )


def _promises(**of: Any) -> Any:
    """The newest promise of a parcel, or of the order as a whole."""
    if "order_id" in of:
        of["shipment_id"] = None
    return (
        Promise.objects.filter(**of)
        .order_by("-made_at", "-id")
        .values(row=JSONObject(source="source", earliest="earliest", likely="likely", latest="latest"))[:1]
    )


def _design() -> Any:
    """The newest published design of the order's store."""
    versions = PageVersion.objects.filter(store_id=OuterRef("store_id")).order_by("-number")
    return versions.values(row=JSONObject(content="content"))[:1]


def _line(row: dict[str, Any]) -> LineFacts:
    return LineFacts(
        id=uuid.UUID(row["id"]),
        sku=row["sku"],
        name=row["name"] or row["product_name"] or row["sku"],
        quantity=row["quantity"],
        total=Decimal(str(row["total"])),
        image=own_image(row["image"]) or own_image(row["product_image"] or ""),
        url=row["url"] or row["product_url"] or "",
        how_tos=tuple(
            HowToFacts(title=one["title"], url=one["url"], language=one.get("language", ""))
            for one in row["how_tos"] or ()
        ),
    )


def _parcel(shipment: Any) -> ParcelFacts:
    return ParcelFacts(
        id=shipment.id,
        carrier=shipment.carrier,
        carrier_word=shipment.carrier_word,
        tracking_number=shipment.tracking_number,
        tracking_url=shipment.tracking_url,
        shipped_at=shipment.shipped_at,
        created_at=shipment.created_at,
        status=ShipmentStatus(shipment.status),
        substatus=shipment.substatus,
        status_at=shipment.status_at,
        delivered_at=shipment.delivered_at,
        delivery_location=shipment.delivery_location,
        delivery_location_text=shipment.delivery_location_text,
        signed_by=shipment.signed_by,
        proof_url=shipment.proof_url,
        contents={uuid.UUID(row["line"]): row["quantity"] for row in shipment.content_rows},
        news=tuple(_news_facts(row) for row in shipment.news_rows),
        promise=_window(shipment.promise_rows),
    )


def _news_facts(row: dict[str, Any]) -> NewsFacts:
    return NewsFacts(
        occurred_at=dt.datetime.fromisoformat(row["occurred_at"]),
        status=ShipmentStatus(row["status"]) if row["status"] else None,
        substatus=row["substatus"],
        message=row["message"],
        city=row["city"],
        country=row["country"],
    )


def _window(rows: list[dict[str, Any]]) -> Window | None:
    if not rows:
        return None
    row = rows[0]
    return Window(
        PromiseSource(row["source"]),
        dt.date.fromisoformat(row["earliest"]),
        dt.date.fromisoformat(row["likely"]),
        dt.date.fromisoformat(row["latest"]),
    )
