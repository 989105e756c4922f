"""Gambio's articles and customers in our words."""

import re

from orders.inputs import CustomerInput, ProductInput
from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import LONGEST_HTML, Part, customer_from, plain_text, product_from

# "[TAB:Technische Daten]" divides a description into tabs.
_TAB = re.compile(r"\[TAB:[^\[\]]{0,200}\]")


def product_of(product: Part, shop_url: str, context: Context) -> ProductInput:
    """Return the article. ``shop_url`` is where the shop's pages are, empty where we do not know.

    Gambio's price is without tax and its rate is not told here, so there is none.
    """
    sku = product.text("productModel") or product.identifier("id")
    return product_from(
        {
            "sku": sku,
            "name": _in_language(product, "name", context, 500) or sku,
            "description": plain_text(
                _TAB.sub(" ", _in_language(product, "description", context, LONGEST_HTML))
                or _in_language(product, "shortDescription", context, LONGEST_HTML)
            ),
            "url": _below(shop_url, f"product_info.php?products_id={product.text('id')}") if product.has("id") else "",
            "image_url": _below(shop_url, f"images/product_images/info_images/{_picture(product)}")
            if _picture(product)
            else "",
            "available": product.flag("isActive") if "isActive" in product.fields else True,
            "attributes": dict(product.part("addonValues").fields) if product.has("addonValues") else {},
        }
    )


def customer_of(customer: Part, context: Context) -> CustomerInput:
    """Return the customer."""
    told = {"customer_number": customer.text("number"), "vat_id": customer.text("vatNumber")}
    return customer_from(
        {
            "external_id": customer.identifier("id"),
            "email": customer.email("email"),
            "phone": customer.text("telephone") or None,
            "first_name": customer.text("firstname"),
            "last_name": customer.text("lastname"),
            "birth_date": customer.day("dateOfBirth"),
            "attributes": {name: value for name, value in told.items() if value},
        }
    )


def _picture(product: Part) -> str:
    """Return the file of the article's first picture."""
    pictures = sorted(product.parts("images"), key=lambda picture: not picture.flag("isPrimary"))
    return next((name for picture in pictures if (name := picture.text("filename"))), "")


def _below(shop_url: str, path: str) -> str:
    return Part({"url": f"{shop_url.rstrip('/')}/{path}"}).address("url") if shop_url else ""


def _in_language(product: Part, name: str, context: Context, most: int) -> str:
    """Return a text in the merchant's language: the API has it once, or once in each language of the shop."""
    if not isinstance(product.fields.get(name), dict):
        return product.text(name, most=most)
    texts = product.part(name)
    primary = context.language.partition("-")[0].lower()
    return texts.text(primary, primary.upper(), "de", "en", *texts.fields, most=most)
