"""Customers. https://woocommerce.github.io/woocommerce-rest-api-docs/#customers

WooCommerce keeps no consents: what a newsletter plugin notes says neither when nor to what somebody agreed.
"""

from typing import Any

from postpurchase.connectors.base import Context, CustomerSaved
from postpurchase.connectors.reading import Part, customer_from
from postpurchase.connectors.shops.common import optional_id, phone
from postpurchase.connectors.shops.woocommerce.words import country_of, either


def customer_saved(customer: Part, context: Context) -> CustomerSaved:
    """Return a customer account as it is now. Raises ``Unreadable``."""
    values = _person(customer, either(customer, "billing", "billing_address"), context)
    return CustomerSaved(customer_from({**values, "external_id": customer.identifier("id")}))


def buyer_of(order: Part, context: Context) -> dict[str, Any] | None:
    """Return the buyer, None where the order knows nobody. Guests have no id."""
    billing, shipping = either(order, "billing", "billing_address"), either(order, "shipping", "shipping_address")
    account = order.part("customer")
    values = _person(billing, billing, context)
    values["email"] = values["email"] or account.email("email")
    values["phone"] = values["phone"] or phone(shipping, country_of(shipping, context))
    if not (values["first_name"] or values["last_name"]):
        named = account if account.has("first_name") or account.has("last_name") else shipping
        values["first_name"], values["last_name"] = named.text("first_name"), named.text("last_name")
    values["external_id"] = optional_id(order, "customer_id") or optional_id(account, "id")
    return values if any(values.values()) else None


def _person(person: Part, billing: Part, context: Context) -> dict[str, Any]:
    return {
        "email": person.email("email") or billing.email("email"),
        "phone": phone(billing, country_of(billing, context)),
        "first_name": person.text("first_name") or billing.text("first_name"),
        "last_name": person.text("last_name") or billing.text("last_name"),
        "company": billing.text("company"),
    }
