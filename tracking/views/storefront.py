"""Which merchant and which of its stores an address below a merchant's name means."""

from django.http import Http404, HttpRequest

from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.accounts.selectors import merchant_by_slug


def storefront(request: HttpRequest, merchant_slug: str) -> tuple[Merchant, Store]:
    """Return the merchant of an address with one of its stores, for the rest of the request. Raises ``Http404``."""
    merchant = merchant_by_slug(slug=merchant_slug)
    if merchant is None:
        raise Http404
    enter_request_scope(merchant.id)
    wanted = request.GET.get("store", DEFAULT_STORE)
    stores = {store.slug: store for store in Store.objects.filter(slug__in={wanted, DEFAULT_STORE})}
    store = stores.get(wanted) or stores.get(DEFAULT_STORE)
    if store is None:
        raise Http404
    return merchant, store
