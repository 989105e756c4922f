"""Proof that a delivery comes from the shop, by the Standard Webhooks specification (standardwebhooks.com, version 1).

webhook-id          the sender's id of this message, the same on its retries
webhook-timestamp   when this attempt was made, in seconds since 1970; five minutes off is too much
webhook-signature   "v1," and base64 of HMAC-SHA256 over "id.timestamp.body"; several, with spaces between
"""

import datetime as dt
import hmac
import json

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from postpurchase.connectors.base import Envelope, Headers, WrongSignature

TOLERANCE = dt.timedelta(minutes=5)
MOST_SIGNATURES = 10
LONGEST_ID = 200
LONGEST_TIMESTAMP = 11  # digits, the year 5138; later ones are beyond what Python can hold


def verify_standard_webhook(secret: str, headers: Headers, body: bytes, now: dt.datetime) -> Envelope:
    """Return the envelope of a delivery whose signature is right. Raises ``WrongSignature``.

    The envelope's topic is the body's ``type``, where it has one. Unknown versions of signatures are passed over.
    """
    message = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "").split(" ")
    if not 0 < len(message) <= LONGEST_ID or not message.isprintable():
        raise WrongSignature("webhook-id is missing or too long.")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        raise WrongSignature("webhook-timestamp is missing or no number.")
    moment = dt.datetime.fromtimestamp(int(timestamp), dt.UTC)
    if abs(now - moment) > TOLERANCE:
        raise WrongSignature("webhook-timestamp is more than five minutes off.")
    expected = _signatures(secret, message, moment, body)
    for signature in signatures[:MOST_SIGNATURES]:
        version, _, value = signature.partition(",")
        if version == "v1" and any(hmac.compare_digest(value.encode(errors="replace"), right) for right in expected):
            return Envelope(delivery_id=message, topic=type_of(body))
    raise WrongSignature("No signature in webhook-signature is right.")


def type_of(body: bytes) -> str:
    """Return what a body says it is (``type``), empty where it does not say."""
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = tree.get("type") if isinstance(tree, dict) else None
    return found if isinstance(found, str) and len(found) <= 200 and found.isprintable() else ""


def _signatures(secret: str, message: str, moment: dt.datetime, body: bytes) -> list[bytes]:
    """Return the right signatures: with the secret read as base64, as the specification wants, and as plain text.

    Secrets are typed into forms by people; one that was not made by a program is often just a word.
    """
    keys: list[str | bytes] = [secret, secret.encode()]
    found = []
    for key in keys:
        try:
            signed = Webhook(key).sign(msg_id=message, timestamp=moment, data=body.decode())
        except (EmptyWebhookSecretError, ValueError):
            continue
        found.append(signed.partition(",")[2].encode())
    return found


def check_hex_signature(*, secret: str, signed: bytes, given: str) -> None:
    """Raise ``WrongSignature`` unless ``given`` is HMAC-SHA256 in hexadecimal digits, equally slowly for all others."""
    expected = hex_signature(secret, signed).encode()
    if not secret or not hmac.compare_digest(expected, given.encode(errors="backslashreplace")):
        raise WrongSignature("The signature is not that of the body.")


def hex_signature(secret: str, signed: bytes) -> str:
    """Return HMAC-SHA256 in hexadecimal digits."""
    return hmac.new(secret.encode(), signed, "sha256").hexdigest()
