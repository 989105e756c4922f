"""The app with which a Shopware shop pushes: made for one connection, uploaded by the merchant, registered by itself.

    merchant uploads the ZIP ─▶ shop: GET hook?shop-id&shop-url&timestamp   signed with the app's secret
                             ◀─ proof, the shop's secret, where to confirm
                                shop: POST hook {apiKey, secretKey, …}      signed with the shop's secret
                             ─▶ from now on it may be asked, and pushes to the hook

As in Shopware's guide "App Registration & Backend Setup" (guides/plugins/apps/lifecycle) for private apps, which carry
their secret in the manifest. Both secrets are made from the connection's, so that there is one thing to keep, and none
of them tells another.
"""

import hmac
import io
import json
import re
import zipfile
from collections.abc import Mapping
from urllib.parse import parse_qs
from xml.sax.saxutils import escape, quoteattr

from postpurchase.connectors.base import Handover, Headers, Registration, WrongSignature
from postpurchase.connectors.signatures import hex_signature

NAME = "PostpurchaseConnector"
VERSION = "1.0.0"
SIGNATURE = "shopware-app-signature"

READS = (
    "category country country_state currency customer language locale media order order_address order_customer "
    "order_delivery order_line_item order_transaction order_transaction_capture order_transaction_capture_refund "
    "payment_method product product_category product_media sales_channel sales_channel_domain shipping_method "
    "state_machine_state"
)
EVENTS = {
    "checkout.order.": "placed",
    "checkout.customer.": "register",
    "state_enter.order.state.": "open in_progress completed cancelled",
    "state_enter.order_delivery.state.": "shipped shipped_partially returned returned_partially cancelled",
    "state_enter.order_transaction.state.": (
        "paid paid_partially authorized refunded refunded_partially chargeback failed cancelled"
    ),
}


def app_zip(hook_url: str, secret: str) -> bytes:
    """Return the app for a connection, ready to be uploaded under Extensions → My extensions."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # The same connection always has the same app.
        archive.writestr(zipfile.ZipInfo(f"{NAME}/manifest.xml", (2026, 1, 1, 0, 0, 0)), manifest(hook_url, secret))
    return packed.getvalue()


def manifest(hook_url: str, secret: str) -> str:
    """Return what the app is: whom it asks for its secret, what it may read, which events it wants."""
    address = quoteattr(hook_url)
    webhooks = [
        f'    <webhook name="{re.sub("[._]", "-", event)}" url={address} event="{event}"/>'
        for start, ends in EVENTS.items()
        for event in (start + end for end in ends.split())
    ]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<manifest xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation='
            '"https://raw.githubusercontent.com/shopware/shopware/trunk/src/Core/Framework/App/Manifest/Schema/'
            'manifest-2.0.xsd">',
            "  <meta>",
            f"    <name>{NAME}</name>",
            "    <label>postpurchase</label>",
            "    <description>Tells postpurchase about orders, payments and parcels.</description>",
            '    <description lang="de-DE">Sagt postpurchase, was mit Bestellungen, Zahlungen und Paketen geschieht.'
            "</description>",
            "    <author>postpurchase</author>",
            "    <copyright>(c) postpurchase</copyright>",
            f"    <version>{VERSION}</version>",
            "    <license>MIT</license>",
            "  </meta>",
            "  <setup>",
            f"    <registrationUrl>{escape(hook_url)}</registrationUrl>",
            f"    <secret>{app_secret(secret)}</secret>",
            "  </setup>",
            "  <permissions>",
            *(f"    <read>{entity}</read>" for entity in READS.split()),
            "  </permissions>",
            "  <webhooks>",
            *webhooks,
            "  </webhooks>",
            "</manifest>",
            "",
        ]
    )


def register(secret: str, headers: Headers, query: str, hook_url: str) -> Registration:
    """Return the answer to a shop that wants to be registered. ``query`` is as it came. Raises ``WrongSignature``."""
    told = headers.get(SIGNATURE, "").strip().lower().encode(errors="replace")
    app = app_secret(secret)
    if not hmac.compare_digest(hex_signature(app, query.encode()).encode(), told):
        raise WrongSignature(f"{SIGNATURE} is missing or wrong.")
    values = parse_qs(query)
    shop_id, shop_url = values.get("shop-id", [""])[0], values.get("shop-url", [""])[0]
    return Registration(
        address=shop_url,
        answer={
            "proof": hex_signature(app, f"{shop_id}{shop_url}{NAME}".encode()),
            "secret": shop_secret(secret),
            "confirmation_url": hook_url,
        },
    )


def handed_over(body: bytes) -> Handover | None:
    """Return address and keys of a shop that confirms its registration, None for every other delivery."""
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, Mapping):
        return None
    found = [tree.get(name) for name in ("shopUrl", "apiKey", "secretKey")]
    address, access_key, secret_key = (value if isinstance(value, str) else "" for value in found)
    if not (address and access_key and secret_key):
        return None
    return Handover(address=address, credentials={"access_key": access_key, "secret_key": secret_key})


def app_secret(secret: str) -> str:
    """Return the secret in the app's manifest, which signs the request to be registered."""
    return hex_signature(secret, b"shopware app")


def shop_secret(secret: str) -> str:
    """Return the secret that the registered shop signs with; Shopware wants at least 64 characters."""
    return hex_signature(secret, b"shopware shop")
