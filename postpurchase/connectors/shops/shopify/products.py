"""Articles: each variant of a product is one.

https://shopify.dev/docs/api/admin-rest/latest/resources/product (``id``, ``status``) and product_listing
(``product_id``, ``available``). Neither names a currency or the shop's address: the currency is the connection's.
"""

from typing import Any

from postpurchase.connectors.base import Change, Context, Ignored, ProductSaved
from postpurchase.connectors.reading import LONGEST_HTML, Part, money, plain_text, product_from
from postpurchase.connectors.shops.common import fallback_sku, number, optional_id, own_id, said, words
from postpurchase.connectors.shops.sums import ZERO

# What a product without variants calls its only one.
ONLY_VARIANT = "Default Title"


def products_saved(product: Part, context: Context) -> list[Change]:
    """Return the articles of a product. Raises ``Unreadable``. Of two variants with one SKU the first counts."""
    found: dict[str, ProductSaved] = {}
    for variant in product.parts("variants"):
        saved = _variant(product, variant, context)
        found.setdefault(saved.product.sku, saved)
    return list(found.values()) or [Ignored("This product has no variants yet.")]


def _variant(product: Part, variant: Part, context: Context) -> ProductSaved:
    title, option = product.text("title", most=400), variant.text("title", most=90)
    price = number(variant, "price", ZERO)
    return ProductSaved(
        product_from(
            {
                "sku": variant.text("sku") or fallback_sku(context, optional_id(variant, "id")),
                "name": title if option in ("", ONLY_VARIANT) else f"{title} - {option}",
                "description": plain_text(product.text("body_html", most=LONGEST_HTML)),
                "image_url": _image(product, variant),
                "price": money(price, context.currency) if price >= 0 and variant.has("price") else None,
                "currency": context.currency,
                "available": _is_available(product, variant),
                "categories": [word for word in [product.text("product_type")] if word],
                "attributes": _attributes(product, variant, context),
            }
        )
    )


def _is_available(product: Part, variant: Part) -> bool:
    """Say whether it can be bought now: for sale, and in stock where the shop counts and does not sell beyond."""
    if product.text("status") not in ("", "active") or (
        "published_at" in product.fields and not product.has("published_at")
    ):
        return False
    if variant.has("available"):
        return variant.flag("available")
    counts = variant.has("inventory_management") and variant.text("inventory_policy") != "continue"
    return not counts or number(variant, "inventory_quantity", ZERO) > 0


def _image(product: Part, variant: Part) -> str:
    images = product.parts("images")
    own = [image for image in images if variant.has("image_id") and image.text("id") == variant.text("image_id")]
    for image in [*own, product.part("image"), *images]:
        if found := image.address("src"):
            return found
    return ""


def _attributes(product: Part, variant: Part, context: Context) -> dict[str, Any]:
    return said(
        {
            "product_id": own_id(context, product.text("id", "product_id")),
            "variant_id": variant.text("id"),
            "vendor": product.text("vendor"),
            "tags": words(product.fields.get("tags")),
            "barcode": variant.text("barcode"),
        }
    )
