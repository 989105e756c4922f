"""Magento's orders in our words. Sums are those of the order's currency, not the shop's own (``base_…``), with tax."""

from decimal import Decimal
from typing import Any

from orders.inputs import OrderInput
from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import (
    Part,
    money,
    order_from,
    quantity_and_price,
)

STATUSES = {"canceled": "cancelled", "complete": "fulfilled", "closed": "closed"}

# Ways to pay after the parcel has come: the order goes on without the money.
PAID_LATER = ("cashondelivery", "purchaseorder", "companycredit")
# States in which the shop waits for money that is not promised by anybody.
WAITING_FOR_MONEY = ("new", "pending_payment", "payment_review")


def order_of(order: Part, store: Part, context: Context) -> OrderInput:
    """Return the order. ``store`` is the shop's configuration of the store view it was placed in, where we have it."""
    currency = order.currency("order_currency_code", "store_currency_code", default=context.currency)
    shipping = _shipping_address(order)
    guest = order.flag("customer_is_guest")
    name = order.text("customer_firstname", "customer_lastname")
    billing = order.part("billing_address")
    who = order if name else billing
    prefix = "customer_" if name else ""
    return order_from(
        {
            "external_id": order.identifier("entity_id"),
            "number": order.text("increment_id"),
            "placed_at": order.moment("created_at"),
            "updated_at": order.moment("updated_at", "created_at"),
            "status": STATUSES.get(order.text("state"), "open"),
            "payment_status": payment_status(order),
            "store": context.store,
            "currency": currency,
            "total": money(order.amount("grand_total"), currency),
            "shipping_total": money(or_nothing(order.number("shipping_incl_tax", "shipping_amount")), currency),
            # Magento writes discounts below 0.
            "discount_total": money(abs(or_nothing(order.number("discount_amount"))), currency),
            "tax_total": money(or_nothing(order.number("tax_amount")), currency),
            "language": store.language("locale") or context.language,
            "customer": {
                "external_id": "" if guest else order.text("customer_id"),
                "email": order.email("customer_email") or billing.email("email"),
                "phone": billing.text("telephone") or shipping.text("telephone") or None,
                "first_name": who.text(f"{prefix}firstname"),
                "last_name": who.text(f"{prefix}lastname"),
                "company": billing.text("company"),
                "birth_date": order.day("customer_dob"),
            },
            "shipping_address": address_of(shipping),
            "billing_address": address_of(billing),
            "lines": _lines(order, currency),
            "attributes": _attributes(order),
            "source": "magento",
        }
    )


def payment_status(order: Part) -> str:
    """Return how far the money is. What was refunded is told by the order itself, credit memos say how much."""
    total, paid = or_nothing(order.number("grand_total")), or_nothing(order.number("total_paid"))
    refunded = or_nothing(order.number("total_refunded"))
    if refunded > 0:
        return "refunded" if refunded >= (paid or total) else "partially_refunded"
    due = order.number("total_due")
    if total == 0:
        return "not_needed"
    if (total - paid if due is None else due) <= 0:
        return "paid"
    if order.part("payment").text("method") in PAID_LATER:
        return "not_needed"
    # Past these states the shop has the money promised (an authorised card), or somebody let the order go on.
    return "pending" if order.text("state") in (*WAITING_FOR_MONEY, "holded", "canceled", "") else "paid"


def address_of(address: Part) -> dict[str, Any] | None:
    """Return an address for an order, None where there is none."""
    if not address.fields:
        return None
    street = address.fields.get("street")
    rows = [Part({"row": row}, f"{address.where}/street").text("row") for row in _rows(street)]
    return {
        "name": f"{address.text('firstname')} {address.text('lastname')}".strip()[:200],
        "company": address.text("company"),
        "street": rows[0] if rows else "",
        "street2": ", ".join(row for row in rows[1:] if row)[:200],
        "postal_code": address.text("postcode", most=20),
        "city": address.text("city"),
        "region": address.text("region", "region_code"),
        "country": address.country("country_id"),
    }


def _rows(street: Any) -> list[Any]:
    if isinstance(street, list):
        return street
    return str(street).split("\n") if isinstance(street, str) else []


def _shipping_address(order: Part) -> Part:
    for assignment in order.part("extension_attributes").parts("shipping_assignments"):
        address = assignment.part("shipping").part("address")
        if address.fields:
            return address
    return Part({})


def _lines(order: Part, currency: str) -> list[dict[str, Any]]:
    """Return what was bought, once: not the parts of a bundle, nor the variant behind a configurable article."""
    items = order.parts("items")
    known = {item.text("item_id") for item in items}
    return [_line(item, currency) for item in items if item.text("parent_item_id") not in known - {""}]


def _line(item: Part, currency: str) -> dict[str, Any]:
    quantity = or_nothing(item.number("qty_ordered"))
    price = item.number("price_incl_tax", "price")
    total = item.number("row_total_incl_tax", "row_total")
    if total is None:
        total = quantity * item.amount("price_incl_tax", "price")
    if total < 0 or quantity <= 0:
        raise item.wrong("qty_ordered" if quantity <= 0 else "row_total_incl_tax", "more than 0 is expected")
    line = quantity_and_price(quantity, total, currency)
    if price is not None and price >= 0 and not line["attributes"]:
        line["unit_price"] = quantity_and_price(Decimal(1), price, currency)["unit_price"]
    return line | {
        "external_id": item.identifier("item_id"),
        "sku": item.text("sku"),
        "name": item.text("name", most=500),
    }


def _attributes(order: Part) -> dict[str, Any]:
    found = {
        name: order.text(name)
        for name in ("status", "shipping_description", "coupon_code", "store_name", "customer_note")
        if order.has(name)
    }
    method = order.part("payment").text("method")
    return found | ({"payment_method": method} if method else {})


def or_nothing(number: Decimal | None) -> Decimal:
    """Return 0 where the shop says no number."""
    return Decimal(0) if number is None else number
