"""Shopware's orders in our words. Prices without tax (``taxStatus`` net) get it added, because ours include it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orders.inputs import OrderInput, RefundInput
from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import Part, money, order_from, quantity_and_price, refund_from

# Line items that are no goods. Their sums are below 0 and become the order's discount.
DISCOUNTS = ("promotion", "credit", "discount")

# Short and full names of the ways to pay that let the order go on before the money has come.
PAID_LATER = ("invoicepayment", "cashpayment", "debitpayment", "invoice_payment", "cash_payment", "debit_payment")
PAYMENT_STATUSES = {
    "paid": "paid",
    "authorized": "paid",
    "refunded": "refunded",
    "refunded_partially": "partially_refunded",
    "chargeback": "refunded",
}
# Payments that came to nothing; another one may stand beside them.
GONE = ("cancelled", "failed")


def order_of(order: Part, context: Context) -> OrderInput:
    """Return the order."""
    currency = order.part("currency").currency("isoCode", default=context.currency)
    net = order.text("taxStatus") == "net" or order.part("price").text("taxStatus") == "net"
    delivery = _first_delivery(order)
    shipping_address = delivery.part("shippingOrderAddress")
    billing_address = order.part("billingAddress")
    if not billing_address.fields:
        wanted = order.text("billingAddressId")
        billing_address = next((part for part in order.parts("addresses") if part.text("id") == wanted), Part({}))
    total = order.amount("amountTotal") if order.has("amountTotal") else order.part("price").amount("totalPrice")
    items = _goods_and_discounts(order)
    return order_from(
        {
            "external_id": order.identifier("id"),
            "number": order.text("orderNumber"),
            "placed_at": order.moment("orderDateTime", "createdAt", "orderDate"),
            "updated_at": _updated_at(order),
            "status": _status(order),
            "payment_status": _payment_status(order, total),
            "store": context.store,
            "currency": currency,
            "total": money(total, currency),
            "shipping_total": money(_shipping(order, net), currency),
            "discount_total": money(
                -sum((_total(item, net) for item in items if _is_discount(item)), Decimal(0)), currency
            ),
            "tax_total": money(_tax(order.part("price")), currency),
            "language": _language(order) or context.language,
            "customer": _customer(order, billing_address, shipping_address),
            "shipping_address": address_of(shipping_address),
            "billing_address": address_of(billing_address),
            "lines": [_line(item, net, currency) for item in items if not _is_discount(item)],
            "promised_from": delivery.day("shippingDateEarliest"),
            "promised_to": delivery.day("shippingDateLatest"),
            "attributes": _attributes(order, delivery),
            "source": "shopware",
        }
    )


def refunds_of(order: Part, currency: str) -> list[RefundInput]:
    """Return what was given back, as far as the ways to pay tell it to Shopware (captures and their refunds)."""
    found = []
    for transaction in order.parts("transactions"):
        for capture in transaction.parts("captures"):
            for refund in capture.parts("refunds"):
                if refund.part("stateMachineState").text("technicalName") == "completed":
                    amount = refund.part("amount").amount("totalPrice")
                    fields = {
                        "external_id": refund.identifier("id"),
                        "amount": money(amount, currency),
                        "reason": refund.text("reason", most=500),
                    }
                    found.append(refund_from(fields, currency))
    return found


def address_of(address: Part) -> dict[str, Any] | None:
    """Return an address for an order, None where there is none."""
    if not address.fields:
        return None
    more = [address.text("additionalAddressLine1"), address.text("additionalAddressLine2")]
    department = address.text("department")
    company = address.text("company")
    return {
        "name": f"{address.text('firstName')} {address.text('lastName')}".strip()[:200],
        "company": f"{company}, {department}"[:200] if company and department else company or department,
        "street": address.text("street"),
        "street2": ", ".join(line for line in more if line)[:200],
        "postal_code": address.text("zipcode", most=20),
        "city": address.text("city"),
        "region": address.part("countryState").text("name", "shortCode"),
        "country": address.part("country").country("iso"),
    }


def is_for_goods(delivery: Part) -> bool:
    """Say whether a delivery is one: a promotion on shipping makes another one, with costs below 0."""
    costs = delivery.part("shippingCosts").number("totalPrice")
    return costs is None or costs >= 0


def _updated_at(order: Part) -> dt.datetime | None:
    """Return when the order or anything that belongs to it changed last; Shopware does not note it in the order."""
    parts = [order, *order.parts("deliveries"), *order.parts("transactions"), *order.parts("lineItems")]
    moments = [part.moment("updatedAt", "createdAt") for part in parts]
    return max((moment for moment in moments if moment), default=None)


def _first_delivery(order: Part) -> Part:
    return next((delivery for delivery in order.parts("deliveries") if is_for_goods(delivery)), Part({}))


def _goods_and_discounts(order: Part) -> list[Part]:
    """Return the line items once: what is in a container is part of the container's price."""
    items = order.parts("lineItems")
    known = {item.text("id") for item in items} - {""}
    return sorted((item for item in items if item.text("parentId") not in known), key=_position)


def _position(item: Part) -> Decimal:
    return item.number("position") or Decimal(0)


def _is_discount(item: Part) -> bool:
    total = item.number("totalPrice")
    return item.text("type") in DISCOUNTS or (total is not None and total < 0)


def _line(item: Part, net: bool, currency: str) -> dict[str, Any]:
    payload = item.part("payload")
    quantity = item.amount("quantity")
    if quantity <= 0:
        raise item.wrong("quantity", "more than 0 is expected")
    options = [f"{part.text('group')}: {part.text('option')}" for part in payload.parts("options")]
    line = quantity_and_price(quantity, _total(item, net), currency)
    custom = payload.part("customFields").fields
    if not net and item.number("unitPrice") is not None and not line["attributes"]:
        line["unit_price"] = quantity_and_price(Decimal(1), item.amount("unitPrice"), currency)["unit_price"]
    return line | {
        "external_id": item.identifier("id"),
        "sku": payload.text("productNumber"),
        "name": item.text("label", most=500) or payload.text("productNumber"),
        "image_url": item.part("cover").address("url"),
        "attributes": {**line["attributes"], **custom, **({"options": options} if options else {})},
    }


def _total(item: Part, net: bool) -> Decimal:
    """Return a line item's or delivery's sum with tax."""
    price = item.part("price") if item.has("price") else item
    total = item.number("totalPrice")
    total = price.number("totalPrice") if total is None else total
    if total is None:
        raise item.wrong("totalPrice", "an amount is missing")
    return total + (_tax(price) if net else Decimal(0))


def _tax(price: Part) -> Decimal:
    taxes = (part.number("tax") for part in price.parts("calculatedTaxes"))
    return sum((tax for tax in taxes if tax is not None), Decimal(0))


def _shipping(order: Part, net: bool) -> Decimal:
    costs = order.part("shippingCosts")
    total = order.number("shippingTotal")
    total = costs.number("totalPrice") if total is None else total
    return (total or Decimal(0)) + (_tax(costs) if net else Decimal(0))


def _status(order: Part) -> str:
    state = order.part("stateMachineState").text("technicalName")
    if state == "cancelled":
        return "cancelled"
    deliveries = [delivery for delivery in order.parts("deliveries") if is_for_goods(delivery)]
    states = {delivery.part("stateMachineState").text("technicalName") for delivery in deliveries}
    return "fulfilled" if state == "completed" or states == {"shipped"} else "open"


def _payment_status(order: Part, total: Decimal) -> str:
    if total == 0:
        return "not_needed"
    transactions = sorted(order.parts("transactions"), key=lambda part: part.text("createdAt"))
    if not transactions:
        return "paid"
    counted = [part for part in transactions if _state(part) not in GONE] or transactions
    last = counted[-1]
    state = _state(last)
    if state in PAYMENT_STATUSES:
        return PAYMENT_STATUSES[state]
    return "not_needed" if state not in GONE and any(name in PAID_LATER for name in _methods(last)) else "pending"


def _state(transaction: Part) -> str:
    return transaction.part("stateMachineState").text("technicalName")


def _methods(transaction: Part) -> Iterator[str]:
    """Return a way to pay's names: ``payment_invoicepayment``, ``invoice_payment``, ``…\\\\InvoicePayment``."""
    method = transaction.part("paymentMethod")
    yield method.text("technicalName").removeprefix("payment_")
    yield method.text("shortName")
    yield method.text("handlerIdentifier").rpartition("\\")[2].lower()


def _language(order: Part) -> str:
    language = order.part("language")
    return language.part("locale").language("code") or language.part("translationCode").language("code")


def _customer(order: Part, billing: Part, shipping: Part) -> dict[str, Any]:
    buyer = order.part("orderCustomer")
    account = buyer.part("customer")
    return {
        # A guest gets another id with every order.
        "external_id": "" if account.flag("guest") else buyer.text("customerId"),
        "email": buyer.email("email"),
        "phone": billing.text("phoneNumber") or shipping.text("phoneNumber") or None,
        "first_name": buyer.text("firstName"),
        "last_name": buyer.text("lastName"),
        "company": buyer.text("company") or billing.text("company"),
        "birth_date": account.day("birthday"),
        "attributes": dict(account.part("customFields").fields),
    }


def _attributes(order: Part, delivery: Part) -> dict[str, Any]:
    transactions = order.parts("transactions")
    method = transactions[-1].part("paymentMethod") if transactions else Part({})
    shipping = delivery.part("shippingMethod")
    told = {
        "payment_method": method.text("name") or method.part("translated").text("name"),
        "shipping_method": shipping.text("name") or shipping.part("translated").text("name"),
        "sales_channel": order.part("salesChannel").text("name"),
        "affiliate_code": order.text("affiliateCode"),
        "campaign_code": order.text("campaignCode"),
        "customer_comment": order.text("customerComment", most=2000),
    }
    return {name: value for name, value in told.items() if value} | dict(order.part("customFields").fields)
