"""Products and their variations. https://woocommerce.github.io/woocommerce-rest-api-docs/#products

Bodies name no currency: it is the connection's. Related products are named by ids only, so they are not taken over.
"""

from typing import Any

from postpurchase.connectors.base import Change, Context, ProductSaved
from postpurchase.connectors.reading import LONGEST_HTML, Part, money, plain_text, product_from
from postpurchase.connectors.shops.common import fallback_sku, optional_id, own_id, said
from postpurchase.connectors.shops.woocommerce.words import name_of


def products_saved(product: Part, context: Context) -> list[Change]:
    """Return a product and, where the body holds them whole, its variations. Raises ``Unreadable``."""
    found: dict[str, ProductSaved] = {}
    for saved in (_product(product, context), *_variations(product, context)):
        found.setdefault(saved.product.sku, saved)
    return list(found.values())


def _variations(product: Part, context: Context) -> list[ProductSaved]:
    told = product.fields.get("variations")
    if not isinstance(told, list) or not all(isinstance(item, dict) for item in told):
        return []  # the REST API lists their ids only
    return [_product(variation, context, parent=product) for variation in product.parts("variations")]


def _product(article: Part, context: Context, parent: Part | None = None) -> ProductSaved:
    whole, number = parent or article, article.identifier("id")
    family = whole.identifier("id") if parent else optional_id(article, "parent_id") or number
    price = article.number("price")
    attributes = {
        "product_id": own_id(context, family),
        "variant_id": number if number != family else "",
        "tags": _names(whole, "tags"),
    }
    return ProductSaved(
        product_from(
            {
                "sku": article.text("sku") or fallback_sku(context, number),
                "name": _name(article, parent),
                "description": plain_text(whole.text("short_description", "description", most=LONGEST_HTML)),
                "url": article.address("permalink") or whole.address("permalink"),
                "image_url": _image(article) or _image(whole),
                "price": money(price, context.currency) if price is not None and price >= 0 else None,
                "currency": context.currency,
                "available": _is_available(article) and (parent is None or _is_published(parent)),
                "categories": _names(whole, "categories")[:50],
                "attributes": said(attributes),
            }
        )
    )


def _name(article: Part, parent: Part | None) -> str:
    if parent is None:
        return name_of(article, "name", "title")
    options = [option for part in article.parts("attributes") if (option := part.text("option"))]
    names = (name_of(parent, "name", "title", most=400), ", ".join(options)[:90])
    return " - ".join(name for name in names if name)


def _is_published(article: Part) -> bool:
    return article.text("status") in ("", "publish")


def _is_available(article: Part) -> bool:
    """Say whether it can be bought now. (The legacy API writes ``purchaseable``.)"""
    in_stock = article.text("stock_status") != "outofstock" and article.fields.get("in_stock") is not False
    can_be_bought = all(article.fields.get(name) is not False for name in ("purchasable", "purchaseable"))
    return _is_published(article) and in_stock and can_be_bought


def _image(article: Part) -> str:
    told = article.fields.get("images") or article.fields.get("image")
    images = told if isinstance(told, list) else [told]
    found = (Part(image).address("src") for image in images if isinstance(image, dict))
    return next((address for address in found if address), article.address("featured_src"))


def _names(article: Part, field: str) -> list[str]:
    """Return names that stand as objects (REST API) or as plain words (legacy)."""
    told = article.fields.get(field)
    items: list[Any] = told if isinstance(told, list) else []
    names = [item.get("name") if isinstance(item, dict) else item for item in items]
    found = [name_of(Part({"name": name}), "name", most=200) for name in names if isinstance(name, str)]
    return [name for name in dict.fromkeys(found) if name]
