"""The script that names the delivery day on product pages, and what a merchant copies to use it."""

import hashlib
from functools import lru_cache

from django.conf import settings

from postpurchase.accounts.models import Merchant

FILE = settings.BASE_DIR / "postpurchase" / "static" / "js" / "delivery-day.js"


@lru_cache(maxsize=1)
def script() -> bytes:
    """Return the script, the same for every merchant: it reads whose it is from its own address."""
    return FILE.read_bytes()


@lru_cache(maxsize=1)
def version() -> str:
    """Return what changes with the script."""
    return hashlib.sha256(script()).hexdigest()[:12]


def script_address(*, merchant: Merchant) -> str:
    """Return where product pages load the script from; it may be kept for good as long as it is this version."""
    return f"{settings.BASE_URL}/{merchant.slug}/delivery-day.js?v={version()}"


def ready_code(*, merchant: Merchant) -> str:
    """Return the HTML for a product page. Without the script (or an answer) the words inside stay as they are."""
    return (
        f'<p data-delivery-day data-country="{merchant.country}" aria-live="polite"></p>\n'
        f'<script src="{script_address(merchant=merchant)}" async></script>'
    )
