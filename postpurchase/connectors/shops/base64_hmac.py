"""The signature that Shopify and WooCommerce share: base64 of HMAC-SHA256 over the body, byte for byte."""

import base64
import hashlib
import hmac

from postpurchase.connectors.base import Headers, WrongSignature


def header(headers: Headers, name: str) -> str:
    """Return a header whatever the case of its name; empty where there is none."""
    found = headers.get(name.lower())
    if found is None:
        found = next((value for given, value in headers.items() if given.lower() == name.lower()), "")
    return found.strip()


def check_base64_hmac(*, secret: str, body: bytes, signature: str) -> None:
    """Raise ``WrongSignature`` unless ``signature`` is the body's. Takes the same time for every wrong one.

    Compared as text, so that only the one canonical spelling counts.
    """
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    if not secret or not hmac.compare_digest(expected, signature.encode(errors="backslashreplace")):
        raise WrongSignature("The signature is not that of the body.")
