"""Orders with their parcels and refunds.

https://shopify.dev/docs/api/admin-rest/latest/resources/order. Everything is read from the order itself, whatever the
topic says happened: topics are not signed, and deliveries come late and out of order.

Sums: lines + shipping - discount = total, to the cent. Prices without tax get the tax that is on them; tips, duties and
fees are part of the shipping total, with what each was under ``attributes``. What was taken out of the order before it
was paid back or sent is no part of any sum.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from postpurchase.connectors.base import Context, OrderSaved
from postpurchase.connectors.reading import Part, money, order_from
from postpurchase.connectors.shops.common import full_name, phone, said, words
from postpurchase.connectors.shops.shopify.lines import Line, line_values, lines_of, spread_missing_tax, taxes
from postpurchase.connectors.shops.shopify.parcels import parcels_of
from postpurchase.connectors.shops.shopify.people import buyer_of
from postpurchase.connectors.shops.shopify.purse import NotInThisCurrency, Purse, purses_of
from postpurchase.connectors.shops.shopify.refunds import paid_back, refund_of
from postpurchase.connectors.shops.shopify.words import address, country_of, pairs
from postpurchase.connectors.shops.sums import ZERO
from postpurchase.lib.money import rounded

# Shopify confirms an order as soon as the payment is authorised; many shops take the money when they send the parcel.
PAYMENT = {
    "pending": "pending",
    "authorized": "paid",
    "partially_paid": "pending",
    "paid": "paid",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "pending",
    "expired": "pending",
}
FEES = {
    "duties": ("original_total_duties", "current_total_duties", "total_duties"),
    "fees": ("original_total_additional_fees", "current_total_additional_fees"),
}


def order_saved(order: Part, context: Context) -> OrderSaved:
    """Return an order with its parcels and refunds. Raises ``Unreadable``."""
    *customers_currency, shops_currency = purses_of(order, context)
    for purse in customers_currency:
        try:
            return _read(order, purse, context)
        except NotInThisCurrency:
            continue
    return _read(order, shops_currency, context)


def _read(order: Part, purse: Purse, context: Context) -> OrderSaved:
    all_lines, tips = lines_of(order, purse)
    is_gross = order.flag("taxes_included")
    sums = _sums(order, all_lines, tips, purse, is_gross=is_gross)
    lines = [line for line in all_lines if line.quantity > 0]
    left = {line.id: line.quantity for line in lines}
    refunds = [refund_of(refund, purse, is_gross=is_gross, left=left) for refund in order.parts("refunds")]
    ordered = {line.id: line.quantity for line in lines}
    values = {
        "external_id": order.identifier("id"),
        "number": order.text("name", "order_number"),
        "placed_at": _placed_at(order),
        "updated_at": order.moment("updated_at"),
        "status": _status(order),
        "payment_status": _payment(order, has_refunds=any(refunds)),
        "store": context.store,
        "currency": purse.currency,
        **{name: money(value, purse.currency) for name, value in sums.items()},
        "language": order.language("customer_locale") or context.language,
        "customer": buyer_of(order, context),
        "recipient": _recipient(order, context),
        "shipping_address": address(order.part("shipping_address"), context),
        "billing_address": address(order.part("billing_address"), context),
        "lines": [line_values(line, purse, context, is_gross=is_gross) for line in lines],
        "attributes": _attributes(order, purse, tips),
        "source": "shopify",
    }
    return OrderSaved(
        order=order_from(values),
        shipments=tuple(
            parcel for fulfilment in order.parts("fulfillments") for parcel in parcels_of(fulfilment, ordered)
        ),
        refunds=tuple(refund for refund in refunds if refund),
    )


def _sums(order: Part, lines: list[Line], tips: Decimal, purse: Purse, *, is_gross: bool) -> dict[str, Decimal]:
    shipping = shipping_tax = cheaper = ZERO
    for part in order.parts("shipping_lines"):
        if not part.flag("is_removed"):
            shipping += purse.amount(part, "price", ZERO)
            shipping_tax += taxes(part, purse)
            cheaper += sum((purse.amount(cut, "amount") for cut in part.parts("discount_allocations")), ZERO)
    if order.fields.get("shipping_lines") is None:
        shipping = purse.amount(order, "total_shipping_price", ZERO)
    tax = purse.amount(order, "total_tax", ZERO)
    gone = sum((line.net_gone - line.discount_gone for line in lines), ZERO)
    tax_gone = sum((line.tax_gone for line in lines), ZERO)
    if not is_gross:
        kept = [line for line in lines if line.quantity > 0]
        missing = tax - tax_gone - shipping_tax - sum((line.tax for line in lines), ZERO)
        if missing > 0:
            spread_missing_tax(kept, missing, purse.currency)
        shipping += shipping_tax
        gone += tax_gone
    shipping += tips + sum(_fees(order, purse, has_tips=bool(tips)).values(), ZERO)
    back = sum((paid_back(refund, purse) for refund in order.parts("refunds")), ZERO)
    paid = purse.amount(order, "total_price")
    if paid < 0:
        raise order.wrong("total_price", f"{paid} is below 0")
    total = max(paid - gone, back)
    value = sum(
        (rounded(line.net if is_gross else line.net + line.tax, purse.currency) for line in lines if line.quantity),
        ZERO,
    )
    discount = purse.amount(order, "total_discounts", ZERO) - sum((line.discount_gone for line in lines), ZERO)
    # Whether the discounts' total holds those on shipping has changed over the years: the sum tells.
    fitting = [one for one in (discount, discount + cheaper, discount - cheaper) if value + shipping - one == total]
    return {
        "total": total,
        "shipping_total": shipping,
        "discount_total": max(fitting[0] if fitting else discount, ZERO),
        "tax_total": max(tax - tax_gone, ZERO),
    }


def _fees(order: Part, purse: Purse, *, has_tips: bool) -> dict[str, Decimal]:
    """Return what was charged beside articles and shipping. Tips stand among the lines in newer versions."""
    found = {} if has_tips else {"tips": purse.amount(order, "total_tip_received", ZERO)}
    for name, fields in FEES.items():
        field = next((field for field in fields if order.has(field) or order.part(f"{field}_set").fields), None)
        if field:
            found[name] = purse.amount(order, field, ZERO)
    return found


def _placed_at(order: Part) -> dt.datetime:
    placed_at = order.moment("processed_at", "created_at")
    if placed_at is None:
        raise order.wrong("created_at", "a date is missing")
    return placed_at


def _status(order: Part) -> str:
    if order.has("cancelled_at"):
        return "cancelled"
    if order.text("fulfillment_status") == "fulfilled":
        return "fulfilled"
    return "closed" if order.has("closed_at") else "open"


def _payment(order: Part, *, has_refunds: bool) -> str:
    """Money that went back had come before."""
    found = PAYMENT.get(order.text("financial_status"), "pending")
    return "partially_refunded" if has_refunds and found == "pending" else found


def _recipient(order: Part, context: Context) -> dict[str, Any] | None:
    """Return who gets the parcel where that is neither the customer nor who pays."""
    shipping, billing, customer = (order.part(name) for name in ("shipping_address", "billing_address", "customer"))
    name = shipping.text("name") or full_name(shipping)
    buyers = {(billing.text("name") or full_name(billing)).casefold(), full_name(customer).casefold()} - {""}
    if not name or not buyers or name.casefold() in buyers:
        return None
    return {
        "name": name,
        "company": shipping.text("company"),
        "phone": phone(shipping, country_of(shipping, context)),
    }


def _attributes(order: Part, purse: Purse, tips: Decimal) -> dict[str, Any]:
    fees = {"tips": tips, **_fees(order, purse, has_tips=bool(tips))}
    codes = [code.text("code") for code in order.parts("discount_codes")]
    return said(
        {
            **pairs(order.fields.get("note_attributes")),
            "note": order.text("note", most=2000),
            "tags": words(order.fields.get("tags")),
            "discount_codes": [code for code in codes if code],
            "sales_channel": order.text("source_name"),
            "payment_methods": words(order.fields.get("payment_gateway_names") or order.fields.get("gateway")),
            "shipping_method": ", ".join(part.text("title") for part in order.parts("shipping_lines"))[:200],
            "cancel_reason": order.text("cancel_reason"),
            "test": order.flag("test"),
            **{name: money(value, purse.currency) for name, value in fees.items() if value},
        }
    )
