"""Gambio's orders in our words.

Sums stand in rows of ``totals``, each with the class of the module that made it. Prices of customers who see them
without tax (``isTaxAllowed`` false) get it added, where the order has any.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orders.inputs import OrderInput
from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import Part, money, order_from, quantity_and_price
from postpurchase.connectors.shops.gambio.words import CANCELLED, payment_status_of, status_of

# Rows that repeat what others say.
_REPEATED = ("ot_subtotal", "ot_subtotal_no_tax", "ot_total", "ot_total_netto", "ot_gm_tax_free")
_DISCOUNTS = ("ot_discount", "ot_coupon", "ot_gv")
_SHIPPING = ("ot_shipping", "ot_gambioultra")
_TAX = "ot_tax"
# Numbers of the countries in every new shop's table (osCommerce's); the list of orders has their codes.
_COUNTRIES = {
    "81": "DE",
    "14": "AT",
    "204": "CH",
    "122": "LI",
    "124": "LU",
    "150": "NL",
    "21": "BE",
    "73": "FR",
    "105": "IT",
}


def order_of(order: Part, listed: Part, context: Context) -> OrderInput:
    """Return the order. ``listed`` is its row in the list of orders, which has names of statuses and country codes."""
    currency = order.currency("currencyCode", default=context.currency)
    totals = _Totals(order)
    items = order.parts("items")
    # Without a tax row the sale is free of tax, and there is nothing to add.
    net = totals.tax > 0 and any(item.has("isTaxAllowed") and not item.flag("isTaxAllowed") for item in items)
    lines = [_line(item, net, currency) for item in items]
    status_id, status_name = order.text("statusId") or listed.text("statusId"), listed.text("statusName")
    addresses = order.part("addresses")
    name = order.identifier("id")
    return order_from(
        {
            "external_id": name,
            "number": name,
            "placed_at": order.moment("purchaseDate", zone=context.time_zone),
            "updated_at": _reopened_at(order, status_id, context),
            "status": status_of(status_id, status_name),
            "payment_status": payment_status_of(
                status_id, status_name, order.part("paymentType"), is_free=totals.total == 0
            ),
            "store": context.store,
            "currency": currency,
            "total": money(totals.total, currency),
            "shipping_total": money(totals.costs + (_tax_on_costs(totals, items) if net else Decimal(0)), currency),
            "discount_total": money(totals.discounts, currency),
            "tax_total": money(totals.tax, currency),
            "language": order.language("languageCode") or context.language,
            "customer": _customer(order, addresses, context),
            "shipping_address": address_of(addresses.part("delivery"), listed.part("deliveryAddress")),
            "billing_address": address_of(addresses.part("billing"), listed.part("billingAddress")),
            "lines": lines,
            "attributes": _attributes(order, listed, status_name) | ({"fees": totals.fees} if totals.fees else {}),
            "source": "gambio",
        }
    )


class _Totals:
    """The rows of sums: what was to pay, tax, discounts, and what shipping, ways to pay and small orders cost."""

    def __init__(self, order: Part) -> None:
        self.tax = self.discounts = self.costs = Decimal(0)
        self.fees: dict[str, str] = {}
        total: Decimal | None = None
        for row in order.parts("totals"):
            kind, value = row.text("class"), row.number("value") or Decimal(0)
            if kind == "ot_total":
                total = row.amount("value")
            elif kind == _TAX:
                self.tax += value
            elif kind in _DISCOUNTS or (value < 0 and kind not in _REPEATED):
                # Vouchers are above 0, the other discounts below.
                self.discounts += abs(value)
            elif kind not in _REPEATED:
                self.costs += value
                if kind not in _SHIPPING and value:
                    self.fees[row.text("title").rstrip(":") or kind] = format(value, "f")
        if total is None:
            raise order.wrong("totals", "the row ot_total is missing")
        self.total = total


def address_of(address: Part, listed: Part) -> dict[str, Any] | None:
    """Return an address for an order, None where there is none."""
    if not address.fields:
        return None
    more = [address.text("additionalAddressInfo"), address.text("suburb")]
    return {
        "name": f"{address.text('firstname')} {address.text('lastname')}".strip()[:200],
        "company": address.text("company"),
        "street": f"{address.text('street')} {address.text('houseNumber')}".strip()[:200],
        "street2": ", ".join(line for line in more if line)[:200],
        "postal_code": address.text("postcode", most=20),
        "city": address.text("city"),
        "region": listed.text("state"),
        "country": _country(address, listed),
    }


def _country(address: Part, listed: Part) -> str:
    told = address.country("countryIsoCode") or listed.country("countryIsoCode")
    return told or _COUNTRIES.get(address.text("countryId"), "")


def _reopened_at(order: Part, status_id: str, context: Context) -> dt.datetime | None:
    """Return when a cancelled order was taken up again, else None: Gambio does not say when an order changed.

    Without it, the order would have to stay cancelled: a body without a time may be an old one.
    """
    history = order.parts("statusHistory")
    if status_id == CANCELLED or not any(row.text("statusId") == CANCELLED for row in history):
        return None
    moments = [row.moment("dateAdded", zone=context.time_zone) for row in history]
    return max((moment for moment in moments if moment), default=None)


def _line(item: Part, net: bool, currency: str) -> dict[str, Any]:
    quantity = item.amount("quantity")
    if quantity <= 0:
        raise item.wrong("quantity", "more than 0 is expected")
    total = item.amount("finalPrice") if item.has("finalPrice") else quantity * item.amount("price")
    if net:
        total += _tax_of(item, total)
    options = [
        f"{part.text('name')}: {part.text('value')}" for part in _one_or_many(item, "attributes") if part.has("value")
    ]
    line = quantity_and_price(quantity, total, currency)
    return line | {
        "external_id": item.identifier("id"),
        "sku": item.text("model") or item.part("addonValues").text("productId"),
        "name": item.text("name", most=500),
        "attributes": {**line["attributes"], **({"options": options} if options else {})},
    }


def _tax_of(item: Part, total: Decimal) -> Decimal:
    rate = item.number("tax") or Decimal(0)
    if not 0 <= rate < 100:
        raise item.wrong("tax", "a rate of tax is expected")
    return total * rate / 100


def _tax_on_costs(totals: _Totals, items: list[Part]) -> Decimal:
    """Return the tax that is not the lines': it is that of shipping."""
    of_lines = sum((_tax_of(item, item.number("finalPrice", "price") or Decimal(0)) for item in items), Decimal(0))
    return max(totals.tax - of_lines, Decimal(0)) if totals.costs > 0 else Decimal(0)


def _customer(order: Part, addresses: Part, context: Context) -> dict[str, Any]:
    customer, address = order.part("customer"), addresses.part("customer")
    group = customer.part("status")
    told = {"customer_number": customer.text("number"), "customer_group": group.text("name")}
    told["vat_id"] = customer.text("vatId") if customer.text("vatId") != "0" else ""
    return {
        "external_id": "" if group.flag("isGuest") or customer.text("id") == "0" else customer.text("id"),
        "email": customer.email("email"),
        "phone": customer.text("phone") or None,
        "first_name": address.text("firstname"),
        "last_name": address.text("lastname"),
        "company": address.text("company"),
        "attributes": {name: value for name, value in told.items() if value},
    }


def _attributes(order: Part, listed: Part, status_name: str) -> dict[str, Any]:
    told: Mapping[str, str] = {
        "status": status_name,
        "payment_method": order.part("paymentType").text("title"),
        "shipping_method": order.part("shippingType").text("title"),
        "customer_comment": order.text("comment", most=2000),
    }
    withdrawals = listed.fields.get("withdrawalIds")
    return {name: value for name, value in told.items() if value} | (
        {"withdrawals": withdrawals} if isinstance(withdrawals, list) and withdrawals else {}
    )


def _one_or_many(part: Part, name: str) -> list[Part]:
    """Return a list that Gambio sometimes answers as its only item."""
    return [part.part(name)] if isinstance(part.fields.get(name), dict) else part.parts(name)
