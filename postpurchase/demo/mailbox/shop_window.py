"""The shops of the demo as far as somebody needs them who follows a link of a product: its picture, name and price.

Nothing can be bought here. It stands where a merchant's own shop stands.
"""

from __future__ import annotations

from decimal import Decimal

from postpurchase.demo.care import ANCHOR, care_of
from postpurchase.demo.catalogue import CATEGORIES, DemoProduct, by_sku, products
from postpurchase.demo.mailbox.pages import TEMPLATES
from postpurchase.demo.mailbox.texts import WINDOW_TEXTS
from postpurchase.demo.shops import SHOPS


def window_page(shop_key: str, sku: str | None, *, language: str, product_url: str) -> str | None:
    """A shop's shelf, or one product of it; None where there is no such thing. `language` is de or en."""
    shop = next((one for one in SHOPS if one.key == shop_key), None)
    chosen = by_sku().get(sku) if sku else None
    if shop is None or (sku and (chosen is None or chosen.shop != shop_key)):
        return None
    return TEMPLATES.get_template("shop.html").render(
        t=WINDOW_TEXTS[language],
        language=language,
        shop=shop,
        logo=f"{product_url}/static/demo/pictures/{shop.logo}",
        shelf=[
            {
                "link": f"/shop/{shop.key}/{product.sku}",
                "name": product.name(language),
                "price": _price(product.price, language),
                "picture": f"{product_url}/static/demo/pictures/{product.picture}",
                "category": CATEGORIES[product.category][0 if language == "de" else 1],
            }
            for product in ([chosen] if chosen else products())
            if product.shop == shop.key
        ],
        is_one=chosen is not None,
        care=_care(chosen, language) if chosen else None,
    )


def _care(product: DemoProduct, language: str) -> dict[str, str] | None:
    care = care_of(product)
    return {"id": ANCHOR, "title": care.title(language), "text": care.text(language)} if care else None


def _price(amount: Decimal, language: str) -> str:
    return f"{amount} €".replace(".", ",") if language == "de" else f"€{amount}"
