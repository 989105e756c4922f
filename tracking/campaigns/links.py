"""Where a banner may lead: by https to a host of the shop itself, so that nobody is sent elsewhere under its name.

A shop on this very machine (the demo's, a developer's) has no certificate: there the shop's own address will do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from postpurchase.accounts.models import Store

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class ShopPlaces:
    """Where a merchant's shops are: their hosts, and the origins of those on this machine (``http://127.0.0.1:8001``)."""

    hosts: frozenset[str] = frozenset()
    local_origins: frozenset[str] = field(default_factory=frozenset)


def shop_places(stores: Iterable[Store]) -> ShopPlaces:
    """Return where the merchant's shops are, as their storefronts name it."""
    parts = [found for store in stores if (found := _parts(store.shop_url)) is not None and found.hostname]
    return ShopPlaces(
        hosts=frozenset(one.hostname for one in parts if one.hostname),
        local_origins=frozenset(_origin(one) for one in parts if one.hostname in LOOPBACK),
    )


def leads_to_the_shop(url: str, *, places: ShopPlaces) -> bool:
    """Say whether an address is one of the shop's own: by https, on the usual port and without a user in it.

    On this machine it has the origin that a storefront names.
    """
    parts = _parts(url)
    if parts is None or not url.isprintable() or "\\" in url or " " in url or "@" in parts.netloc:
        return False
    if _origin(parts) in places.local_origins:
        return True
    return parts.scheme == "https" and parts.port in (None, 443) and (parts.hostname or "") in places.hosts


def _parts(url: str) -> SplitResult | None:
    """The parts of an address, None where it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is none raises only now
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"
