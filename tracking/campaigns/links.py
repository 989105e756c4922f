"""Where a banner may lead: by https to a host of the shop itself, so that nobody is sent elsewhere under its name."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from postpurchase.accounts.models import Store


def shop_hosts(stores: Iterable[Store]) -> frozenset[str]:
    """Return the hosts of the merchant's shops, as their storefronts name them."""
    return frozenset(host for store in stores if (host := _host(store.shop_url)))


def leads_to_the_shop(url: str, *, hosts: frozenset[str]) -> bool:
    """Say whether an address is one of the shop's own, by https, on the usual port and without a user in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    is_plain = url.isprintable() and "\\" not in url and " " not in url and "@" not in parts.netloc
    return is_plain and parts.scheme == "https" and port in (None, 443) and (parts.hostname or "") in hosts


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
