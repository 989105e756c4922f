"""Which names of merchants' own lead to which storefront, as every request and every link needs to know.

A process remembers all verified names for a few seconds: they are few (one to a store), a request with a made-up name
costs nothing, and a name that was just given or taken away holds everywhere ten seconds later.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings

from postpurchase.accounts.scoping import look_up_across_merchants

REMEMBERED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class OwnHost:
    """A verified name, and whose it is."""

    host: str
    merchant_id: uuid.UUID
    merchant_slug: str
    store_id: uuid.UUID
    is_default_store: bool


@dataclass(frozen=True, slots=True)
class OwnHosts:
    """All verified names; ``state`` differs whenever any of them does."""

    by_host: Mapping[str, OwnHost]
    state: str = ""


NONE = OwnHosts({})
_remembered: tuple[float, OwnHosts] | None = None
_visited: ContextVar[OwnHost | None] = ContextVar("visited_own_host", default=None)


def verified_hosts() -> OwnHosts:
    """Return all verified names, at most ten seconds old. Works in any scope or none."""
    now = time.monotonic()
    if _remembered is None or not 0 <= now - _remembered[0] < REMEMBERED_SECONDS:
        remember(_read())
    assert _remembered is not None  # noqa: S101 - just remembered
    return _remembered[1]


def remember(hosts: OwnHosts) -> None:
    """Take these for the verified names for the next seconds."""
    global _remembered
    _remembered = (time.monotonic(), hosts)


def forget() -> None:
    """Read anew at the next question: called by whoever changed a name."""
    global _remembered
    _remembered = None


def pages_origin(*, merchant_id: uuid.UUID, store_id: uuid.UUID | None) -> str:
    """Return where a store's pages for shoppers are: its own name, else ``BASE_URL``; without a slash at the end.

    ``store_id`` None stands for the default store: for pages of a customer, who belongs to no store.
    """
    for own in verified_hosts().by_host.values():
        if own.merchant_id == merchant_id and (own.is_default_store if store_id is None else own.store_id == store_id):
            return f"https://{own.host}"
    return settings.BASE_URL


def visited_own_host() -> OwnHost | None:
    """Return the own name this request came by, None on the installation's name and outside of requests."""
    return _visited.get()


@contextmanager
def visiting(own: OwnHost) -> Iterator[None]:
    """Work on a request that came by an own name: what belongs to other merchants is not there."""
    token = _visited.set(own)
    try:
        yield
    finally:
        _visited.reset(token)


def _read() -> OwnHosts:
    row = look_up_across_merchants(
        "SELECT json_agg(json_build_array(h.host, h.merchant_id, m.slug, h.store_id, s.slug = 'default')"
        " ORDER BY h.host)::text"
        " FROM accounts_storehost AS h JOIN accounts_merchant AS m ON m.id = h.merchant_id"
        " JOIN accounts_store AS s ON s.id = h.store_id WHERE h.verified_at IS NOT NULL",
        {},
        reason="a request's host name says by itself whose it is",
    )
    if row is None:
        return NONE
    hosts = [
        OwnHost(host, uuid.UUID(merchant_id), slug, uuid.UUID(store_id), is_default)
        for host, merchant_id, slug, store_id, is_default in json.loads(row[0])
    ]
    return OwnHosts({own.host: own for own in hosts}, hashlib.sha256(row[0].encode()).hexdigest())
