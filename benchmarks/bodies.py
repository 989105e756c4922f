"""Orders as shops send them: three lines, a customer of their own, an address. No two are alike."""

import itertools
from typing import Any

import msgspec

LINES = 3
_numbers = itertools.count(1)

STREETS = ("Hauptstraße", "Lindenweg", "Am Alten Markt", "Schloßallee", "Gartenstraße")
CITIES = (("10115", "Berlin"), ("20095", "Hamburg"), ("80331", "München"), ("50667", "Köln"), ("01067", "Dresden"))
NAMES = (("Anna", "Muster"), ("Jürgen", "Groß"), ("Zoë", "Weiß"), ("Mehmet", "Yılmaz"), ("Łucja", "Kowalska"))
GOODS = ("Heart T-light holder", "Teeservice „Wiesengrund“, sechsteilig", "Kissen aus Leinen, 40 × 40 cm")


def order() -> dict[str, Any]:
    """Return the next order's body, with its ``external_id``."""
    number = next(_numbers)
    first_name, last_name = NAMES[number % len(NAMES)]
    postal_code, city = CITIES[number % len(CITIES)]
    lines = [_line(number, position) for position in range(1, LINES + 1)]
    cents = sum(round(float(line["total"]) * 100) for line in lines) + 490
    return {
        "external_id": f"bench-{number}",
        "number": f"{1_000_000 + number}",
        "placed_at": f"2026-11-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:00+01:00",
        "status": "open",
        "payment_status": "paid",
        "store": "default",
        "currency": "EUR",
        "total": f"{cents // 100}.{cents % 100:02}",
        "shipping_total": "4.90",
        "discount_total": "0.00",
        "tax_total": "7.97",
        "language": "de",
        "customer": {
            "external_id": f"c-{number}",
            "email": f"customer{number}@example.com",
            "phone": f"+4915112{number:06}",
            "first_name": first_name,
            "last_name": last_name,
            "company": "",
            "accepts_marketing": number % 3 == 0,
            "attributes": {"group": "retail"},
        },
        "shipping_address": {
            "name": f"{first_name} {last_name}",
            "company": "",
            "street": f"{STREETS[number % len(STREETS)]} {number % 200 + 1}",
            "street2": "",
            "postal_code": postal_code,
            "city": city,
            "region": "",
            "country": "DE",
        },
        "billing_address": None,
        "lines": lines,
        "promised_from": None,
        "promised_to": "2026-12-24",
        "attributes": {},
        "source": "api",
    }


def encoded(body: Any) -> bytes:
    """Return a body as it travels."""
    return msgspec.json.encode(body)


def _line(number: int, position: int) -> dict[str, Any]:
    quantity, cents = number % 3 + 1, 995 + 100 * ((number + position) % 40)
    total = quantity * cents
    return {
        "external_id": str(position),
        "sku": f"SKU-{(number * 7 + position) % 2_000:05}",
        "name": GOODS[(number + position) % len(GOODS)],
        "quantity": quantity,
        "unit_price": f"{cents // 100}.{cents % 100:02}",
        "total": f"{total // 100}.{total % 100:02}",
        "product_url": f"https://shop.example.com/articles/{(number * 7 + position) % 2_000}",
        "image_url": f"https://shop.example.com/images/{(number * 7 + position) % 2_000}.jpg",
        "attributes": {},
    }
