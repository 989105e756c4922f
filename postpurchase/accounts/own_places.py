"""Which places of merchants' own lead to which storefront, as every request and every link needs to know.

A place is a host name (``https://track.shop.example``) or a path of the shop's site (``https://shop.example/parcels``).
A process remembers all of them for a few seconds: they are few (one or two to a store), a request with a made-up one
costs nothing, and what was just given or taken away holds everywhere ten seconds later.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from postpurchase.accounts.scoping import look_up_across_merchants

REMEMBERED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place, and whose it is. ``base`` stands before each page's path; ``is_linked``: new links name it.

    A place whose proof is gone answers as before, for the links that were sent, but new ones no longer name it.
    """

    base: str
    merchant_id: uuid.UUID
    merchant_slug: str
    store_id: uuid.UUID
    is_default_store: bool
    is_linked: bool

    @property
    def prefix(self) -> str:
        """What stands before the path of each page at the place's host: ``/parcels``, empty for a host name."""
        return urlsplit(self.base).path


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """All places by what a request brings: its host name, or the digest of a path's key.

    ``state`` differs whenever any of them does.
    """

    by_host: Mapping[str, OwnPlace]
    by_key: Mapping[str, OwnPlace]
    state: str = ""


NONE = OwnPlaces({}, {})
_remembered: tuple[float, OwnPlaces] | None = None
_visited: ContextVar[OwnPlace | None] = ContextVar("visited_own_place", default=None)


def known_places() -> OwnPlaces:
    """Return all places, at most ten seconds old. Works in any scope or none."""
    now = time.monotonic()
    if _remembered is None or not 0 <= now - _remembered[0] < REMEMBERED_SECONDS:
        remember(_read())
    assert _remembered is not None  # noqa: S101 - just remembered
    return _remembered[1]


def remember(places: OwnPlaces) -> None:
    """Take these for the places for the next seconds."""
    global _remembered
    _remembered = (time.monotonic(), places)


def forget() -> None:
    """Read anew at the next question: called by whoever changed a place."""
    global _remembered
    _remembered = None


def pages_base(*, merchant_id: uuid.UUID, store_id: uuid.UUID | None) -> str:
    """Return what stands before the paths of a store's pages for shoppers, without a slash at the end.

    That is its path on the shop's site, else its own host name, else ``BASE_URL``. ``store_id`` None stands for the
    default store: for pages of a customer, who belongs to no store.
    """
    places = known_places()
    for own in (*places.by_key.values(), *places.by_host.values()):
        is_the_store = own.is_default_store if store_id is None else own.store_id == store_id
        if own.is_linked and own.merchant_id == merchant_id and is_the_store:
            return own.base
    return settings.BASE_URL


def visited_own_place() -> OwnPlace | None:
    """Return the place this request came by, None on the installation's name and outside of requests."""
    return _visited.get()


@contextmanager
def visiting(own: OwnPlace) -> Iterator[None]:
    """Work on a request that came by a place of a merchant's own: what belongs to others is not there."""
    token = _visited.set(own)
    try:
        yield
    finally:
        _visited.reset(token)


def _read() -> OwnPlaces:
    row = look_up_across_merchants(
        f"SELECT json_build_object('hosts', ({_HOSTS}), 'paths', ({_PATHS}))::text",
        {},
        reason="a request's host name or key says by itself whose it is",
    )
    assert row is not None  # noqa: S101 - an object without rows is an object
    found = json.loads(row[0])
    return OwnPlaces(
        by_host={host: _place(*rest) for host, *rest in found["hosts"] or ()},
        by_key={key: _place(*rest) for key, *rest in found["paths"] or ()},
        state=hashlib.sha256(row[0].encode()).hexdigest(),
    )


_OWNER = "place.merchant_id, m.slug, place.store_id, s.slug = 'default', place.verified_at IS NOT NULL"
_JOINED = "JOIN accounts_merchant AS m ON m.id = place.merchant_id JOIN accounts_store AS s ON s.id = place.store_id"
# Whoever has proved a name comes after whoever had proved it once, and so in their place.
_HOSTS = (
    f"SELECT json_agg(json_build_array(place.host, 'https://' || place.host, {_OWNER})"  # noqa: S608
    " ORDER BY place.verified_at IS NOT NULL, place.lapsed_at)"
    f" FROM accounts_storehost AS place {_JOINED} WHERE place.verified_at IS NOT NULL OR place.lapsed_at IS NOT NULL"
)
_PATHS = (
    f"SELECT json_agg(json_build_array(encode(place.key_digest, 'hex'), place.address, {_OWNER})"  # noqa: S608
    f" ORDER BY place.id) FROM accounts_storepath AS place {_JOINED}"
)


def _place(
    base: str, merchant_id: str, merchant_slug: str, store_id: str, is_default_store: bool, is_linked: bool
) -> OwnPlace:
    return OwnPlace(base, uuid.UUID(merchant_id), merchant_slug, uuid.UUID(store_id), is_default_store, is_linked)
