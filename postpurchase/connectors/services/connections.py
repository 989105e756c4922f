"""Connecting a shop, changing its secret, switching it off.

A secret that is replaced stays good for a day, so that nothing is lost while the shop is told the new one.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.connectors.base import Connector
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import AGGREGATORS, connector_named
from postpurchase.lib import crypto
from postpurchase.lib.standard_webhooks import OVERLAP
from postpurchase.lib.validation import Problem, Refused

# What was ordered before a shop was connected comes in as history as far back as this.
FIRST_LOOK_BACK = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ConnectionResult:
    """The connection as it is now, and whether it is new."""

    connection: Connection
    created: bool


def connect_shop(
    *,
    merchant: Merchant,
    connector: Connector,
    store: Store,
    now: dt.datetime,
    secret: str | None = None,
    active: bool | None = None,
    address: str | None = None,
    credentials: Mapping[str, str] | None = None,
) -> ConnectionResult:
    """Create or change the connection of one storefront; what is None stays as it is. Needs the merchant's scope.

    ``credentials`` are added to the stored ones; an empty ``address`` forgets them. Raises ``Refused``.
    """
    stored = Connection.objects.select_for_update().filter(connector=connector.name, store=store).first()
    problems = [
        *_secret_problems(secret, is_new=stored is None),
        *_address_problems(connector, address),
        *_credential_problems(connector, credentials),
    ]
    if problems:
        raise Refused(problems)
    connection = stored or Connection(merchant=merchant, connector=connector.name, store=store, created_at=now)
    if secret is not None:
        _change_secret(connection, secret.strip(), now)
    if active is not None:
        connection.active = active
    if address is not None:
        _change_address(connection, address.strip().rstrip("/"))
    if credentials and connection.address:
        known = credentials_of(connection)
        connection.credentials_sealed = crypto.seal(
            json.dumps({**known, **{name: value.strip() for name, value in credentials.items()}})
        )
    _plan_polls(connection, connector, now)
    connection.save(force_insert=stored is None)
    return ConnectionResult(connection=connection, created=stored is None)


def forget_previous_secret(*, connection: Connection) -> None:
    """Let only the newest secret count from now on."""
    connection.previous_secret_sealed = connection.previous_secret_until = None
    connection.save(update_fields=["previous_secret_sealed", "previous_secret_until"])


def credentials_of(connection: Connection) -> dict[str, str]:
    """Return what the shop lets us in with, by field; empty where nothing was given."""
    if not connection.credentials_sealed:
        return {}
    credentials: dict[str, str] = json.loads(crypto.unseal(connection.credentials_sealed))
    return credentials


def hook_url(*, merchant: Merchant, connector: str, store: str) -> str:
    """Return the address that the shop of a storefront, or an aggregator, sends to."""
    if connector in AGGREGATORS:
        return f"{settings.BASE_URL}/hooks/{merchant.slug}/carriers/{connector}/"
    further = "" if store == DEFAULT_STORE else f"{store}/"
    return f"{settings.BASE_URL}/hooks/{merchant.slug}/{connector}/{further}"


def can_be_asked(connection: Connection) -> bool:
    """Say whether everything is known that is needed to fetch changes from the shop."""
    connector = connector_named(connection.connector)
    if connector is None or connector.poller is None or not connection.address:
        return False
    return set(connector.poller.credentials) <= set(credentials_of(connection))


def _change_secret(connection: Connection, secret: str, now: dt.datetime) -> None:
    if connection.secret_sealed:
        if crypto.unseal(connection.secret_sealed) == secret:
            return
        connection.previous_secret_sealed = connection.secret_sealed
        connection.previous_secret_until = now + OVERLAP
    connection.secret_sealed = crypto.seal(secret)


def _change_address(connection: Connection, address: str) -> None:
    if address == connection.address:
        return
    # Another shop, another history, other keys.
    connection.address, connection.poll_cursor, connection.credentials_sealed = address, {}, None


def _plan_polls(connection: Connection, connector: Connector, now: dt.datetime) -> None:
    if not connection.active or connector.poller is None or not can_be_asked(connection):
        connection.next_poll_at = None
        return
    if not connection.poll_cursor:
        since = connection.created_at - FIRST_LOOK_BACK
        connection.poll_cursor = {"since": since.astimezone(dt.UTC).isoformat()}
    connection.next_poll_at, connection.poll_failures, connection.poll_problem = now, 0, ""


def _secret_problems(secret: str | None, *, is_new: bool) -> list[Problem]:
    if secret is None:
        return [Problem("/secret", "required", "A new connection needs a secret.")] if is_new else []
    if not secret.strip():
        return [Problem("/secret", "too_short", "The secret is empty.")]
    return []


def _address_problems(connector: Connector, address: str | None) -> list[Problem]:
    if not address:
        return []
    if connector.poller is None:
        return [Problem("/address", "not_used", "This make of shop is not asked for anything; it sends by itself.")]
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return [Problem("/address", "format", "This is not a web address.")]
    opened = f"{host}:{port}" in settings.EGRESS_ALLOW
    plain = address.isprintable() and "\\" not in address and " " not in address.strip()
    if not host or not plain or parts.query or parts.fragment or parts.username or parts.password:
        return [Problem("/address", "format", "This is not a web address without user, query and fragment.")]
    if parts.scheme != "https" and not (parts.scheme == "http" and opened):
        return [Problem("/address", "not_https", "The address must begin with https://.")]
    return []


def _credential_problems(connector: Connector, credentials: Mapping[str, str] | None) -> list[Problem]:
    known = connector.poller.credentials if connector.poller else {}
    return [
        Problem(f"/credentials/{name}", "unknown_field", "This make of shop has no such field.")
        for name in credentials or {}
        if name not in known
    ]
