"""Orders with their parcels and refunds.

https://woocommerce.github.io/woocommerce-rest-api-docs/#orders and the legacy API's orders.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from postpurchase.connectors.base import Context, OrderSaved
from postpurchase.connectors.reading import Part, money, order_from, quantity_and_price
from postpurchase.connectors.shops.common import fallback_sku, full_name, number, optional_id, phone, said
from postpurchase.connectors.shops.woocommerce.parcels import parcels_of
from postpurchase.connectors.shops.woocommerce.people import buyer_of
from postpurchase.connectors.shops.woocommerce.refunds import refund_of
from postpurchase.connectors.shops.woocommerce.sums import given_back, sums_of
from postpurchase.connectors.shops.woocommerce.words import address, country_of, either, meta, name_of, open_meta
from postpurchase.lib.money import MINOR_UNITS

STATUS = {"cancelled": "cancelled", "trash": "cancelled", "completed": "fulfilled", "refunded": "closed"}
# WooCommerce sets these when the payment is settled or, as with cash on delivery, need not be waited for.
PAID = ("processing", "completed", "refunded")
NOT_PLACED = ("checkout-draft", "auto-draft", "draft", "new")
# Where plugins for several languages note the shopper's.
LANGUAGE_NOTES = ("wpml_language", "trp_language")


def order_saved(order: Part, context: Context, *, is_restored: bool = False) -> OrderSaved:
    """Return an order with its parcels and refunds. Raises ``Unreadable``.

    ``is_restored`` makes a body differ from the one before the order was deleted, so that it opens the order again.
    """
    currency = currency_of(order, context)
    billing, shipping = either(order, "billing", "billing_address"), either(order, "shipping", "shipping_address")
    sums, worth = sums_of(order, currency)
    lines = [
        _line(line, value, currency, context)
        for line, value in zip(order.parts("line_items"), worth, strict=True)
        if number(line, "quantity") > 0
    ]
    left = {line["external_id"]: line["quantity"] for line in lines}
    refunds = [refund_of(refund, currency, left) for refund in order.parts("refunds")]
    updated_at = _moment(order, context, "date_modified", "updated_at")
    restored = {"restored_at": updated_at.isoformat()} if is_restored and updated_at else {}
    values = {
        "external_id": order.identifier("id"),
        "number": order.text("number", "order_number"),
        "placed_at": _moment(order, context, "date_created", "created_at"),
        "updated_at": updated_at,
        "status": STATUS.get(order.text("status"), "open"),
        "payment_status": _payment(order, sums["total"]),
        "store": context.store,
        "currency": currency,
        **{name: money(value, currency) for name, value in sums.items()},
        "language": _language(order) or context.language,
        "customer": buyer_of(order, context),
        "recipient": _recipient(billing, shipping, context),
        "shipping_address": address(shipping, context),
        "billing_address": address(billing, context),
        "lines": lines,
        "attributes": {**_attributes(order), **restored},
        "source": "woocommerce",
    }
    return OrderSaved(
        order=order_from(values),
        shipments=parcels_of(order),
        refunds=tuple(refund for refund in refunds if refund),
    )


def currency_of(part: Part, context: Context) -> str:
    """Return a currency that is in use, the connection's where none is named. Raises ``Unreadable``."""
    found = part.text("currency") or context.currency
    if found not in MINOR_UNITS:
        raise part.wrong("currency", "an active ISO 4217 currency is expected")
    return found


def _line(line: Part, worth: Decimal, currency: str, context: Context) -> dict[str, Any]:
    if worth < 0:
        raise line.wrong("total", f"{worth} is below 0")
    priced = quantity_and_price(number(line, "quantity"), worth, currency)
    product, variation = optional_id(line, "product_id"), optional_id(line, "variation_id")
    ids = said({"product_id": product, "variant_id": variation})
    return {
        "external_id": line.identifier("id"),
        "sku": line.text("sku") or fallback_sku(context, variation or product),
        "name": name_of(line, "name"),
        **priced,
        "attributes": {**ids, **open_meta(line), **priced["attributes"]},
    }


def _moment(order: Part, context: Context, modern: str, legacy: str) -> dt.datetime | None:
    """Times of the REST API have no offset: ``…_gmt`` is in UTC, the other in the shop's time zone."""
    return order.moment(f"{modern}_gmt", legacy) or order.moment(modern, zone=context.time_zone)


def _payment(order: Part, total: Decimal) -> str:
    back, status = given_back(order), order.text("status")
    if status == "refunded" or (back and back >= total):
        return "refunded"
    if back:
        return "partially_refunded"
    is_paid = order.has("date_paid") or order.has("date_paid_gmt") or order.part("payment_details").flag("paid")
    return "paid" if is_paid or status in PAID else "pending"


def _language(order: Part) -> str:
    noted = next((value for name, value in meta(order) if name in LANGUAGE_NOTES and isinstance(value, str)), None)
    return Part({"lang": order.fields.get("lang"), "noted": noted}).language("lang", "noted")


def _recipient(billing: Part, shipping: Part, context: Context) -> dict[str, Any] | None:
    """Return who gets the parcel where that is not who pays."""
    name, buyer = full_name(shipping), full_name(billing)
    if not name or not buyer or name.casefold() == buyer.casefold():
        return None
    return {"name": name, "company": shipping.text("company"), "phone": phone(shipping, country_of(shipping, context))}


def _attributes(order: Part) -> dict[str, Any]:
    payment = order.part("payment_details")
    methods = [part.text("method_title") for part in order.parts("shipping_lines")]
    codes = [part.text("code") for part in order.parts("coupon_lines")]
    fees = [name_of(part, "name", "title", most=200) for part in order.parts("fee_lines")]
    ours = {
        "note": order.text("customer_note", "note", most=2000),
        "payment_method": order.text("payment_method_title") or payment.text("method_title"),
        "shipping_method": ", ".join(method for method in methods if method)[:200],
        "discount_codes": [code for code in codes if code],
        "fees": [fee for fee in fees if fee],
        "sales_channel": order.text("created_via"),
    }
    return {**open_meta(order), **said(ours)}
