"""The scripts that a merchant puts on pages of the shop, and what to copy for it."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.utils.html import escape

from postpurchase.accounts.brand import look_up_path
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.accounts.own_places import pages_base

FOLDER = settings.BASE_DIR / "postpurchase" / "static" / "js"


@dataclass(frozen=True)
class Snippet:
    """A script by its file's name, the same for every merchant: it reads whose it is from its own address."""

    name: str

    @cached_property
    def content(self) -> bytes:
        """The script."""
        return (FOLDER / self.name).read_bytes()

    @cached_property
    def packed(self) -> bytes:
        """The script, compressed."""
        return gzip.compress(self.content, compresslevel=9, mtime=0)

    @cached_property
    def version(self) -> str:
        """What changes with the script. An address with the present one may be kept for good."""
        return hashlib.sha256(self.content).hexdigest()[:12]


DELIVERY_DAY = Snippet("delivery-day.js")
EMBED = Snippet("embed.js")


def delivery_day_code(*, merchant: Merchant) -> str:
    """Return the HTML for a product page. Without the script (or an answer) the words inside stay as they are."""
    address = f"{settings.BASE_URL}/{merchant.slug}/{DELIVERY_DAY.name}?v={DELIVERY_DAY.version}"
    return (
        f'<p data-delivery-day data-country="{merchant.country}" aria-live="polite"></p>\n'
        f'<script src="{address}" async></script>'
    )


def embed_code(*, merchant: Merchant, store: Store, words: str) -> str:
    """Return the HTML that shows a storefront's tracking page within a page of the shop.

    ``words`` are those of the link inside, which stays where there is no script, or no answer. The address names no
    version, for pages that nobody will touch again: mended scripts reach them within minutes.
    """
    base = pages_base(merchant_id=merchant.id, store_id=store.id)
    query = "" if store.slug == DEFAULT_STORE else f"?{urlencode({'store': store.slug})}"
    look_up = escape(base + look_up_path(merchant=merchant, store=store))
    return (
        f'<postpurchase-tracking><a href="{look_up}">{escape(words)}</a></postpurchase-tracking>\n'
        f'<script src="{escape(f"{base}/{merchant.slug}/{EMBED.name}{query}")}" defer></script>'
    )
