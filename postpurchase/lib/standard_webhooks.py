"""Secrets and signatures by the Standard Webhooks specification (https://www.standardwebhooks.com/), both ways."""

import base64
import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Protocol

from standardwebhooks import Webhook

from postpurchase.lib import crypto

SECRET_BYTES = 32  # the specification allows 24 to 64
# How long a secret that was replaced stays good, unless somebody says otherwise.
OVERLAP = dt.timedelta(hours=24)


class HasSecrets(Protocol):
    """A row with a sealed secret, and the one it replaced for as long as both are good."""

    secret_sealed: bytes | memoryview
    previous_secret_sealed: bytes | memoryview | None
    previous_secret_until: dt.datetime | None


def new_secret() -> str:
    """Return a new secret as programs want it: ``whsec_`` and 256 bits of randomness."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def live_secrets(row: HasSecrets, now: dt.datetime) -> list[str]:
    """Return the secrets that are good now, the newest first."""
    sealed = [row.secret_sealed]
    if row.previous_secret_sealed and row.previous_secret_until and now < row.previous_secret_until:
        sealed.append(row.previous_secret_sealed)
    return [crypto.unseal(one) for one in sealed]


def signed_headers(*, webhook_id: str, body: str, secrets: Sequence[str], now: dt.datetime) -> dict[str, str]:
    """Return the three headers for ``body``, with one signature for each secret."""
    moment = now.astimezone(dt.UTC)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(webhook_id, moment, body) for secret in secrets),
    }
