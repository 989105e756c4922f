"""Magento's articles in our words."""

from orders.inputs import ProductInput
from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import LONGEST_HTML, Part, plain_text, product_from
from postpurchase.lib.money import unit_price_text

ENABLED = "1"
NOT_VISIBLE_ALONE = "1"
# What the shop uses itself, or what stands in fields of its own.
_NAMES = """
description short_description image small_image thumbnail swatch_image url_key category_ids options_container
required_options has_options meta_title meta_keyword meta_description tax_class_id gift_message_available
msrp_display_actual_price_type page_layout custom_layout_update special_price special_from_date special_to_date
links_title links_exist samples_title links_purchased_separately price_type sku_type weight_type price_view
shipment_type email_template is_redeemable use_config_is_redeemable lifetime use_config_lifetime
"""
_OWN_FIELDS = frozenset(_NAMES.split())


def product_of(product: Part, store: Part, context: Context) -> ProductInput:
    """Return the article. With the shop's configuration (``store``) it has addresses; else they stay empty."""
    custom = {part.text("attribute_code"): part.fields.get("value") for part in product.parts("custom_attributes")}
    fields = Part(custom, f"{product.where}/custom_attributes")
    currency = store.currency("base_currency_code", default=context.currency)
    price = product.number("price")
    image = fields.text("image", "small_image", most=500)
    stock = product.part("extension_attributes").part("stock_item")
    attributes = {
        name: value
        for name, value in custom.items()
        if name
        and name not in _OWN_FIELDS
        and value not in (None, "", [])
        and isinstance(value, str | int | float | list)
    }
    return product_from(
        {
            "sku": product.identifier("sku"),
            "name": product.text("name", "sku", most=500),
            "description": plain_text(fields.text("description", "short_description", most=LONGEST_HTML)),
            "url": _page(product, store),
            "image_url": _picture(image, store),
            "price": unit_price_text(price, currency) if price is not None and price >= 0 else None,
            "currency": currency,
            "available": product.text("status") in ("", ENABLED) and not _is_out_of_stock(stock),
            "attributes": attributes,
        }
    )


def _page(product: Part, store: Part) -> str:
    # By its number an article is found whatever the shop's rules for readable addresses are.
    base = store.address("secure_base_link_url", "base_link_url")
    if not base or not product.has("id") or product.text("visibility") == NOT_VISIBLE_ALONE:
        return ""
    return f"{base.rstrip('/')}/catalog/product/view/id/{product.text('id')}"


def _picture(image: str, store: Part) -> str:
    base = store.address("secure_base_media_url", "base_media_url")
    if not base or not image or image == "no_selection":
        return ""
    return Part({"url": f"{base.rstrip('/')}/catalog/product/{image.lstrip('/')}"}).address("url")


def _is_out_of_stock(stock: Part) -> bool:
    return "is_in_stock" in stock.fields and not stock.flag("is_in_stock")
