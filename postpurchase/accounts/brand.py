"""A store's brand as the pages of shoppers need it: plain data for ``templates/shopper.html``."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.lib.here import here
from postpurchase.lib.page_style import BadStyle, PageStyle, style_from, style_sheet


@dataclass(frozen=True, slots=True)
class BrandLink:
    """``kind`` is shop, contact, returns, withdrawal, privacy or imprint. Without ``label`` the page has the words."""

    kind: str
    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class PageBrand:
    """Everything the frame of a shopper's page shows. Addresses are paths of our own, except the shop's links.

    ``embedded_by`` are the sites that may show the page, in a frame or by script.
    """

    name: str
    css_url: str
    logo_url: str
    shop_url: str
    imprint: str
    links: tuple[BrandLink, ...]
    embedded_by: tuple[str, ...] = ()


def page_brand(*, merchant: Merchant, store: Store) -> PageBrand:
    """Return the brand of a store. Links stand only where the store has set them."""
    contact = f"mailto:{store.support_email}" if store.support_email else ""
    links = [
        ("shop", store.shop_url),
        ("contact", contact),
        ("returns", store.return_url),
        ("withdrawal", store.withdrawal_url),
        ("privacy", store.privacy_url),
        ("imprint", store.imprint_url),
    ]
    return PageBrand(
        name=store.name,
        css_url=css_path(merchant=merchant, store=store),
        logo_url=logo_path(merchant=merchant, store=store),
        shop_url=store.shop_url,
        imprint=store.imprint,
        embedded_by=tuple(store.embedded_by),
        links=tuple(BrandLink(kind, url) for kind, url in links if url),
    )


def css_path(*, merchant: Merchant, store: Store) -> str:
    """Return the path of the store's style sheet. Other colours get a new address."""
    version = hashlib.sha256(store_style_sheet(store).encode()).hexdigest()[:12]
    return here(f"/{merchant.slug}/brand.css?store={store.slug}&v={version}")


def store_style_sheet(store: Store) -> str:
    """Return the store's accent and own variables as CSS."""
    return _style_sheet(store.accent_colour, json.dumps(store.style))


@lru_cache(maxsize=256)
def _style_sheet(accent: str, style: str) -> str:
    try:
        own = style_from(json.loads(style))
    except BadStyle:
        own = PageStyle()  # what an earlier version allowed, or came back from elsewhere; the page has ours then
    return style_sheet(accent=accent, style=own)


def look_up_path(*, merchant: Merchant, store: Store) -> str:
    """Return the path where a store's shoppers find their order by its number."""
    return here(f"/{merchant.slug}/track") + ("" if store.slug == DEFAULT_STORE else f"?store={store.slug}")


def logo_path(*, merchant: Merchant, store: Store) -> str:
    """Return the path of the store's logo, empty where it has none. A new picture gets a new address."""
    return here(path) if (path := _logo(merchant, store)) else ""


def logo_url(*, merchant: Merchant, store: Store) -> str:
    """Return the absolute address of the store's logo for mails, empty where it has none."""
    return f"{settings.BASE_URL}{path}" if (path := _logo(merchant, store)) else ""


def _logo(merchant: Merchant, store: Store) -> str:
    if not store.logo:
        return ""
    version = hashlib.sha256(bytes(store.logo)).hexdigest()[:12]
    return f"/{merchant.slug}/logo?store={store.slug}&v={version}"
