"""Shopware's articles and customers in our words."""

from decimal import Decimal

from orders.inputs import CustomerInput, ProductInput
from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import LONGEST_HTML, Part, customer_from, plain_text, product_from
from postpurchase.lib.money import unit_price_text


def product_of(product: Part, shop_url: str, context: Context) -> ProductInput:
    """Return the article. ``shop_url`` is where the shop's pages are, empty where we do not know."""
    translated = product.part("translated")
    number = product.identifier("productNumber")
    price = _gross_price(product)
    page = f"{shop_url.rstrip('/')}/detail/{product.text('id')}" if shop_url and product.has("id") else ""
    names = (_category(part) for part in product.parts("categories"))
    description = product.text("description", most=LONGEST_HTML) or translated.text("description", most=LONGEST_HTML)
    custom = product.part("customFields") if product.has("customFields") else translated.part("customFields")
    return product_from(
        {
            "sku": number,
            "name": product.text("name", most=500) or translated.text("name", most=500) or number,
            "description": plain_text(description),
            "url": Part({"url": page}).address("url"),
            "image_url": product.part("cover").part("media").address("url"),
            "price": None if price is None else unit_price_text(price, context.currency),
            "currency": context.currency,
            "available": _is_available(product),
            "categories": [name for name in dict.fromkeys(names) if name][:50],
            "attributes": dict(custom.fields),
        }
    )


def customer_of(customer: Part, context: Context) -> CustomerInput:
    """Return the customer. That somebody wants newsletters is kept by Shopware elsewhere, with its proof."""
    address = customer.part("defaultBillingAddress")
    return customer_from(
        {
            "external_id": customer.identifier("id"),
            "email": customer.email("email"),
            "phone": address.text("phoneNumber") or None,
            "first_name": customer.text("firstName"),
            "last_name": customer.text("lastName"),
            "company": customer.text("company") or address.text("company"),
            "birth_date": customer.day("birthday"),
            "language": customer.part("language").part("locale").language("code"),
            "attributes": dict(customer.part("customFields").fields),
        }
    )


def _gross_price(product: Part) -> Decimal | None:
    """Return the price with tax in the shop's own currency, which stands first."""
    price = next(iter(product.parts("price")), Part({}))
    gross = price.number("gross")
    return gross if gross is not None and gross >= 0 else None


def _is_available(product: Part) -> bool:
    active = product.flag("active") if "active" in product.fields else True
    # ``available`` takes a closeout's stock into account; where it is missing, nobody counts.
    return active and (product.flag("available") if product.has("available") or "available" in product.fields else True)


def _category(category: Part) -> str:
    return category.text("name") or category.part("translated").text("name")
