"""The demo's orders, products and parcels as bodies of the public API.

One place for both ways in: history is handed to the services, live orders are pushed over HTTP.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from postpurchase.demo.care import ANCHOR, care_of
from postpurchase.demo.catalogue import CATEGORIES, DemoProduct, ShopKey, by_sku
from postpurchase.demo.parcels import Destination, News, Scenario
from postpurchase.demo.people import Person, person_of
from postpurchase.demo.sample import SampleOrder, read_sample
from postpurchase.demo.shops import CONSENT_WORDING, DemoShop

BERLIN = ZoneInfo("Europe/Berlin")
# The sample's last day: it becomes the day before the demo's first start.
LAST_DAY = date(2011, 8, 30)

# Standard rates of value added tax, per cent, by the country of delivery.
_VAT = {"DE": Decimal("19"), "AT": Decimal("20"), "CH": Decimal("8.1"), "GB": Decimal("20")}
_CARRIERS = {
    "DE": ("dhl",) * 9 + ("hermes",) * 4 + ("dpd",) * 4 + ("gls",) * 3,
    "AT": ("austrian_post",) * 3 + ("dpd",),
    "CH": ("swiss_post",),
    "GB": ("dpd", "dhl"),
}
_SCENARIOS = (
    (Scenario.NORMAL,) * 25
    + (Scenario.NEIGHBOUR,) * 5
    + (Scenario.LETTERBOX,) * 4
    + (Scenario.SAFE_PLACE,) * 3
    + (Scenario.LOCKER,) * 2
    + (Scenario.PARCEL_SHOP,) * 2
    + (Scenario.DELAYED,) * 2
)

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the demo's outside world answers: pictures come from the product, product pages from the mailbox."""

    product: str
    outside: str

    def picture(self, file: str) -> str:
        return f"{self.product}/static/demo/pictures/{file}"

    def product_page(self, product: DemoProduct) -> str:
        return f"{self.outside}/shop/{product.shop}/{product.sku}"

    def shop_page(self, shop: DemoShop) -> str:
        return f"{self.outside}/shop/{shop.key}"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of an order. `name` is what the shop called it for this shopper."""

    sku: str
    name: str
    quantity: int
    unit_price: Decimal


def product_body(product: DemoProduct, addresses: Addresses) -> Body:
    """The article as the shop's catalogue tells it."""
    return {
        "sku": product.sku,
        "name": product.name_de,
        "url": addresses.product_page(product),
        "image_url": addresses.picture(product.picture),
        "price": str(product.price),
        "currency": "EUR",
        "categories": [CATEGORIES[product.category][0]],
        "related": list(product.goes_with),
        "how_tos": _how_tos(product, addresses),
        "replenish_days": product.replenish_days,
        "attributes": {"name_en": product.name_en},
    }


def _how_tos(product: DemoProduct, addresses: Addresses) -> list[Body]:
    care = care_of(product)
    if care is None:
        return []
    page = addresses.product_page(product)
    return [
        {"title": care.title(language), "url": f"{page}?lang={language}#{ANCHOR}", "language": language}
        for language in ("de", "en")
    ]


def history_order(shop: DemoShop, order: SampleOrder, *, first_start: date) -> Body:
    """An order of the sample, moved so that the sample ends the day before `first_start`."""
    person = person_of(order.customer)
    placed_at = moved(order.placed_at, first_start=first_start)
    items = [
        Item(
            sku=line.sku,
            name=by_sku()[line.sku].name(person.language),
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for line in order.lines
    ]
    number = f"{shop.order_prefix}-{order.number}"
    body = order_body(shop, person, number=number, items=items, placed_at=placed_at, shipping=Decimal(0))
    if order.number != first_order_of(shop.key)[order.customer]:
        body["customer"]["consents"] = []  # given with the first order; a shop does not ask again
    return {
        **body,
        "external_id": number,
        "status": "fulfilled",
        "source": "demo history",
        "backfill": True,
    }


def order_body(
    shop: DemoShop,
    person: Person,
    *,
    number: str,
    items: list[Item],
    placed_at: datetime,
    shipping: Decimal,
    phone_news: str = "",
) -> Body:
    """An order of today's prices; the total includes shipping and tax."""
    total = sum((item.quantity * item.unit_price for item in items), shipping)
    rate = _VAT[person.country]
    return {
        "number": number,
        "placed_at": placed_at.isoformat(),
        "currency": person.currency,
        "total": _money(total),
        "shipping_total": _money(shipping),
        "tax_total": _money(total * rate / (100 + rate)),
        "language": person.language,
        "customer": customer_body(shop, person, agreed_at=placed_at, phone_news=phone_news),
        "shipping_address": {
            "name": person.name or person.last_name,
            "company": person.company,
            "street": person.street,
            "postal_code": person.postal_code,
            "city": person.city,
            "country": person.country,
        },
        "lines": [
            {
                "sku": item.sku,
                "name": item.name,
                "quantity": item.quantity,
                "unit_price": str(item.unit_price),
                "total": _money(item.quantity * item.unit_price),
            }
            for item in items
        ],
        "promised_to": promised_day(placed_at, person.country).isoformat(),
    }


def customer_body(shop: DemoShop, person: Person, *, agreed_at: datetime, phone_news: str = "") -> Body:
    """The buyer with the consents given at the checkout; `phone_news` is sms, whatsapp or empty."""
    return {
        "external_id": person.external_id,
        "email": person.email,
        "phone": person.phone or None,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": person.company,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "accepts_marketing": person.likes_offers,
        "consents": [
            _consent(shop, person, "email", "survey", agreed_at),
            *([_consent(shop, person, "email", "marketing", agreed_at)] if person.likes_offers else []),
            *([_consent(shop, person, phone_news, "service", agreed_at)] if phone_news else []),
        ],
    }


def shipment_body(carrier: str, number: str, *, shipped_at: datetime, lines: list[Body] | None = None) -> Body:
    """A parcel; without `lines` the shop does not say what is in it."""
    return {
        "carrier": carrier,
        "tracking_number": number,
        "shipped_at": shipped_at.isoformat(),
        **({"lines": lines} if lines else {}),
    }


def checkpoint_body(
    carrier: str, number: str, news: News, *, occurred_at: datetime, hours: tuple[datetime, datetime] | None = None
) -> Body:
    """One message of the carrier; `hours` are those between which it means to come."""
    return {
        "carrier": carrier,
        "tracking_number": number,
        "occurred_at": occurred_at.isoformat(),
        "status": news.status,
        "message": news.message,
        **({"window_from": hours[0].isoformat(), "window_to": hours[1].isoformat()} if hours else {}),
        **{
            name: value
            for name, value in (
                ("substatus", news.substatus),
                ("city", news.city),
                ("country", news.country),
                ("delivery_location", news.delivery_location),
                ("signed_by", news.signed_by),
            )
            if value
        },
    }


def unknown_code_body(carrier: str, number: str, *, occurred_at: datetime) -> Body:
    """A message whose code is in no table, as every carrier sends one now and then: for the page that counts them."""
    return {
        "carrier": carrier,
        "tracking_number": number,
        "occurred_at": occurred_at.isoformat(),
        "code": "STUFE-9",
        "message": "Interner Scan, Stufe 9",
    }


@cache
def first_order_of(shop: ShopKey) -> dict[str, str]:
    """Customer of the sample -> the number of their first order at a shop."""
    return {order.customer: order.number for order in reversed(read_sample(shop))}


def destination_of(person: Person) -> Destination:
    return Destination(city=person.city, country=person.country, recipient=person.name or person.last_name)


def carrier_of(person: Person, number: str) -> str:
    """The carrier that takes this order: always the same one for the same number."""
    choices = _CARRIERS[person.country]
    return choices[_lot("carrier", number) % len(choices)]


def scenario_of(number: str) -> Scenario:
    """What becomes of a past parcel."""
    return _SCENARIOS[_lot("scenario", number) % len(_SCENARIOS)]


def moved(moment: datetime, *, first_start: date) -> datetime:
    """A moment of the sample in the demo's time: the same hour on the wall, whole days later."""
    days = (first_start - timedelta(days=1) - LAST_DAY).days
    return (moment + timedelta(days=days)).replace(tzinfo=BERLIN)


def label_time(placed_at: datetime) -> datetime:
    """When the shop prints the label: half past four on the next working day."""
    day = placed_at.astimezone(BERLIN) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day.replace(hour=16, minute=30, second=0, microsecond=0)


def heard_at(label: datetime, after: timedelta, *, saturdays: bool) -> datetime:
    """When a carrier reports what happens so long after the label: nothing moves on days on which it does not work."""
    moment = label + after
    day, left = label.date(), (moment.date() - label.date()).days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < (6 if saturdays else 5)
    return datetime.combine(day, moment.timetz())


def promised_day(placed_at: datetime, country: str) -> date:
    """What the shop promises: three working days at home, five abroad."""
    day, left = placed_at.astimezone(BERLIN).date(), 3 if country in ("DE", "AT") else 5
    while left:
        day += timedelta(days=1)
        left -= day.weekday() != 6
    return day


def _consent(shop: DemoShop, person: Person, channel: str, purpose: str, agreed_at: datetime) -> Body:
    language = "de" if person.language.startswith("de") else "en"
    wording = CONSENT_WORDING[purpose if channel == "email" else channel][language]
    return {
        "channel": channel,
        "purpose": purpose,
        "basis": "consent",
        "obtained_at": agreed_at.isoformat(),
        "wording": wording.format(shop=shop.name),
        "source": "checkout",
    }


def _money(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _lot(what: str, number: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{what}:{number}".encode()).digest()[:6], "big")
