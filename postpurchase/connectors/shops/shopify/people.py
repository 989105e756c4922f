"""Customers: of an order, by themselves, and to be forgotten.

https://shopify.dev/docs/api/admin-rest/latest/resources/customer and, for the erasure that the law demands,
https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
"""

from typing import Any

from postpurchase.connectors.base import Context, CustomerSaved
from postpurchase.connectors.reading import Part, customer_from
from postpurchase.connectors.shops.common import full_name, optional_id, phone, said, words
from postpurchase.connectors.shops.shopify.words import country_of

# What counts as a yes that can be proved: when it was given, and that the shop knows how. An imported or assumed
# subscription has "unknown" or nothing here.
KNOWN_OPT_INS = ("confirmed_opt_in", "single_opt_in")


def customer_saved(body: Part, context: Context) -> CustomerSaved:
    """Return a customer account as it is now. Raises ``Unreadable``."""
    values = _person(body, context)
    values["external_id"] = body.identifier("id")
    return CustomerSaved(customer_from(values))


def buyer_of(order: Part, context: Context) -> dict[str, Any] | None:
    """Return the buyer, None where the order knows nobody. The order's own address and number are what they gave."""
    customer, billing, shipping = (order.part(name) for name in ("customer", "billing_address", "shipping_address"))
    values = _person(customer, context)
    values["external_id"] = optional_id(customer, "id")
    values["email"] = order.email("email", "contact_email") or values["email"]
    values["phone"] = phone(order, country_of(billing, context)) or values["phone"]
    for address in (billing, shipping):
        values["phone"] = values["phone"] or phone(address, country_of(address, context))
    if not (values["first_name"] or values["last_name"]):
        named = next((address for address in (billing, shipping) if full_name(address)), billing)
        values["first_name"], values["last_name"] = named.text("first_name"), named.text("last_name")
    values["company"] = values["company"] or billing.text("company")
    values["accepts_marketing"] = values["accepts_marketing"] or order.flag("buyer_accepts_marketing")
    is_somebody = any(values[name] for name in ("external_id", "email", "phone", "first_name", "last_name", "company"))
    return values if is_somebody else None


def _person(body: Part, context: Context) -> dict[str, Any]:
    home = body.part("default_address")
    return {
        "email": body.email("email"),
        "phone": phone(body, country_of(home, context)),
        "first_name": body.text("first_name") or home.text("first_name"),
        "last_name": body.text("last_name") or home.text("last_name"),
        "company": home.text("company"),
        "accepts_marketing": _accepts_marketing(body),
        "consents": _consents(body),
        "attributes": said({"tags": words(body.fields.get("tags"))}),
    }


def _accepts_marketing(body: Part) -> bool:
    """The consent's state where there is one; ``accepts_marketing`` is what older versions of the API say."""
    consent = body.part("email_marketing_consent")
    return consent.text("state") == "subscribed" if consent.has("state") else body.flag("accepts_marketing")


def _consents(body: Part) -> list[dict[str, Any]]:
    """Return the consents the shop can prove. Which words the customer saw Shopify does not keep."""
    found = []
    for channel in ("email", "sms"):
        consent = body.part(f"{channel}_marketing_consent")
        obtained_at = consent.moment("consent_updated_at")
        level = consent.text("opt_in_level")
        if consent.text("state") == "subscribed" and level in KNOWN_OPT_INS and obtained_at:
            collected = consent.text("consent_collected_from", most=100).lower()
            source = " ".join(part for part in ("shopify", level, collected) if part)
            found.append(
                {
                    "channel": channel,
                    "purpose": "marketing",
                    "basis": "consent",
                    "obtained_at": obtained_at,
                    "source": source,
                }
            )
    return found
