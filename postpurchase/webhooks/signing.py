"""Secrets and signatures by the Standard Webhooks specification (https://www.standardwebhooks.com/)."""

import base64
import datetime as dt
import secrets
from collections.abc import Sequence

from standardwebhooks import Webhook

from postpurchase.lib import crypto
from postpurchase.webhooks.models import WebhookEndpoint

SECRET_BYTES = 32  # the specification allows 24 to 64
OVERLAP = dt.timedelta(hours=24)


def new_secret() -> str:
    """Return a new secret, as merchants' programs want it: ``whsec_…``."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def live_secrets(endpoint: WebhookEndpoint, now: dt.datetime) -> list[str]:
    """Return the secrets that sign now, the newest first."""
    found = [crypto.unseal(endpoint.secret_sealed)]
    if endpoint.previous_secret_sealed and endpoint.previous_secret_until and now < endpoint.previous_secret_until:
        found.append(crypto.unseal(endpoint.previous_secret_sealed))
    return found


def signed_headers(*, webhook_id: str, body: str, secrets: Sequence[str], now: dt.datetime) -> dict[str, str]:
    """Return the three headers for ``body``, with one signature for each secret."""
    moment = now.astimezone(dt.UTC)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(webhook_id, moment, body) for secret in secrets),
    }
