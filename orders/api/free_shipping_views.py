"""How much is missing for free shipping: asked by anybody's browser, without a key."""

from decimal import Decimal
from typing import Annotated

from django.http import Http404
from msgspec import Meta, Struct
from rest_framework.request import Request

from orders.free_shipping.choose import thresholds_of
from orders.free_shipping.progress import progress, threshold_for
from orders.free_shipping.words import progress_words
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.api.keyless import SLUG, Keyless
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib.money import amount_text

AMOUNT = r"^\d{1,9}(\.\d{1,4})?$(?!\n)"


class FreeShippingQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose store, where to, and what is in the basket."""

    merchant: Annotated[str, Meta(pattern=SLUG, description="The merchant's name in addresses.")]
    store: Annotated[str, Meta(pattern=SLUG, description="The storefront.")] = DEFAULT_STORE
    country: Annotated[str, Meta(pattern=r"^([A-Z]{2})?$(?!\n)", description="Where to; else the merchant's own.")] = ""
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")] = "EUR"
    amount: Annotated[str, Meta(pattern=AMOUNT, description="The basket's value, without shipping.")] = "0"
    language: Annotated[str, Meta(max_length=35, description="Of the sentence; else the store's.")] = ""


class FreeShippingAnswer(Struct, frozen=True, kw_only=True):
    """``threshold`` null: the store has none for the country and currency. ``text`` is the sentence for the shopper."""

    threshold: str | None
    currency: str
    missing: str | None
    reached: bool
    percent: int
    text: str


class FreeShippingView(ApiView):
    """How far a basket is from free shipping."""

    @operation(
        "read_free_shipping",
        "How much is missing for free shipping",
        keyless=Keyless(),
        answers={200: FreeShippingAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, query: FreeShippingQuery) -> Answer:
        """For baskets and product pages: the amount the merchant set, what is missing, and a sentence that says so."""
        merchant = merchant_of(request)
        store = Store.objects.filter(slug=query.store).first()
        if store is None:
            raise Http404
        country = query.country or merchant.country
        threshold = threshold_for(thresholds_of(store_id=store.id), country=country, currency=query.currency)
        if threshold is None:
            return Answer(
                FreeShippingAnswer(
                    threshold=None, currency=query.currency, missing=None, reached=False, percent=0, text=""
                )
            )
        found = progress(Decimal(query.amount), threshold)
        answer = FreeShippingAnswer(
            threshold=amount_text(threshold.amount, threshold.currency),
            currency=threshold.currency,
            missing=amount_text(found.missing, threshold.currency),
            reached=found.is_reached,
            percent=found.percent,
            text=progress_words(found, language=query.language or store.language, tone=store.tone),
        )
        return Answer(answer)
