"""The table of contents, and Markdown turned into HTML once per process."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from markdown_it import MarkdownIt

FOLDER: Path = settings.BASE_DIR / "templates" / "docs"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``templates/docs/<slug>.md``, whose first line is its title."""

    slug: str
    title: str


# Groups and their pages, in reading order. A test holds that every file is listed.
CONTENTS: tuple[tuple[str, tuple[Page, ...]], ...] = (
    (
        "For merchants",
        (
            Page("getting-started", "Getting started"),
            Page("dashboard", "The dashboard"),
            Page("connectors", "Connected shops"),
            Page("connect-shopify", "Connect Shopify"),
            Page("connect-woocommerce", "Connect WooCommerce"),
            Page("connect-shopware", "Connect Shopware 6"),
            Page("connect-magento", "Connect Magento 2"),
            Page("connect-gambio", "Connect Gambio"),
            Page("importing", "Bringing your data in"),
            Page("journeys", "Journeys and messages"),
            Page("permissions", "Permissions and consents"),
            Page("whatsapp", "WhatsApp"),
            Page("privacy", "Privacy"),
            Page("carriers", "Carriers"),
            Page("carrier-accounts", "News from carriers"),
            Page("tracking-page", "The tracking page"),
            Page("problems", "Problems"),
            Page("packing", "In the parcel"),
            Page("delivery-day", "The delivery day on product pages"),
            Page("recommendations", "Recommendations"),
            Page("surveys-and-points", "Surveys, points and badges"),
        ),
    ),
    (
        "For developers",
        (
            Page("orders", "Pushing orders"),
            Page("customers", "Customers, attributes and behaviour"),
            Page("client-kit", "Client kit"),
            Page("connect-own-shop", "Connect a shop of your own making"),
            Page("webhooks", "Webhooks"),
            Page("shipments", "Parcels and carriers' news"),
            Page("mails", "Mails, SMS and WhatsApp"),
            Page("architecture", "How it is built"),
            Page("recipes", "Recipes"),
            Page("figures", "Figures, and how to repeat them"),
        ),
    ),
    (
        "For operators",
        (
            Page("operations", "Operating postpurchase"),
            Page("demo", "The demo"),
        ),
    ),
)
PAGES: dict[str, Page] = {page.slug: page for _group, pages in CONTENTS for page in pages}
FIRST = "getting-started"


@cache
def html_of(slug: str) -> str:
    """Return a page's HTML. The files are our own; raw HTML in them is shown as text all the same."""
    source = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    rendered: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(source)
    # A wide block scrolls by itself, and so must be reachable by keyboard.
    return rendered.replace("<pre>", '<pre tabindex="0">').replace("<table>", '<table tabindex="0">')
