"""In which words a shopper is spoken to, and the frame around every page of theirs."""

import dataclasses

from django.http import HttpRequest

from postpurchase.accounts.brand import PageBrand, page_brand
from postpurchase.accounts.models import Merchant, Store
from postpurchase.lib.texts import Texts, languages_with, texts_for
from tracking.design.content import PageDesign
from tracking.design.texts import own_texts
from tracking.languages import is_right_to_left, page_language


def words_for(
    request: HttpRequest, *, store: Store, design: PageDesign, order_language: str = "", country: str = ""
) -> Texts:
    """Return the texts of a page in the shopper's language, in the merchant's own words where there are any."""
    own = own_texts(design)
    language = page_language(
        asked=request.GET.get("lang", ""),
        order=order_language,
        accepted=request.headers.get("Accept-Language", ""),
        store=store.language,
        country=country,
        languages=languages_with(own),
    )
    return texts_for("tracking", language=language, tone=store.tone, own=own)


def frame_of(*, merchant: Merchant, store: Store, texts: Texts) -> dict[str, object]:
    """Return what ``templates/shopper.html`` needs, in the page's own words."""
    return {
        "brand": _labelled(page_brand(merchant=merchant, store=store), texts),
        "language": texts.language,
        "is_right_to_left": is_right_to_left(texts.language),
        "skip": texts("frame.skip"),
        "texts": texts,
    }


def _labelled(brand: PageBrand, texts: Texts) -> PageBrand:
    links = tuple(dataclasses.replace(link, label=texts(f"frame.{link.kind}")) for link in brand.links)
    return dataclasses.replace(brand, links=links)
