"""What stands below a merchant's own name: ``/<slug>/brand.css``, ``/<slug>/logo``, ``/<slug>/track``."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from redis.exceptions import RedisError

from postpurchase.accounts import page_links
from postpurchase.accounts.brand import css_path, logo_path, page_brand, store_style_sheet
from postpurchase.accounts.middleware import not_for_caches
from postpurchase.accounts.models import Merchant, PageKind, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.lib import clock
from postpurchase.lib.client_addresses import client_address
from postpurchase.lib.texts import texts_for
from tracking.answers import page_response
from tracking.languages import page_language
from tracking.selectors import find_order
from tracking.services import attempts

LONGEST_ANSWER = 320


@require_safe
def brand_style(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """The store's colours, made readable, as a style sheet of its own (the pages allow no inline styles)."""
    merchant, store = _store(merchant_slug, request.GET.get("store", DEFAULT_STORE))
    response = HttpResponse(store_style_sheet(store), content_type="text/css; charset=utf-8")
    return _cacheable(response, for_good=_is_current(request, css_path(merchant=merchant, store=store)))


@require_safe
def logo(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """The store's logo."""
    merchant, store = _store(merchant_slug, request.GET.get("store", DEFAULT_STORE))
    if not store.logo:
        raise Http404
    response = HttpResponse(bytes(store.logo), content_type=store.logo_type or "application/octet-stream")
    return _cacheable(response, for_good=_is_current(request, logo_path(merchant=merchant, store=store)))


# Exempt: there is no session that a foreign page could borrow, and the form sets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """Find an order by its number and an e-mail address or postal code; found, it opens the order's own page."""
    merchant, store = _store(merchant_slug, request.GET.get("store", DEFAULT_STORE))
    if request.method != "POST":
        return _form(request, merchant, store)
    number = request.POST.get("number", "")[:LONGEST_ANSWER].replace("\x00", "")
    second = request.POST.get("second", "")[:LONGEST_ANSWER].replace("\x00", "")
    try:
        attempts.count_try(merchant_id=merchant.id, address=client_address(request))
        closed = attempts.is_closed(merchant_id=merchant.id, number=number)
        order_id = find_order(number=number, second=second)
        if order_id is None or closed:
            attempts.count_miss(merchant_id=merchant.id, number=number)
            return _form(request, merchant, store, number=number, problem="not_found", status=404)
    except attempts.TooManyTries:
        return _form(request, merchant, store, number=number, problem="too_often", status=429)
    except RedisError:
        return _form(request, merchant, store, number=number, problem="unavailable", status=503)
    url = page_links.page_url(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order_id, now=clock.now())
    return not_for_caches(HttpResponseRedirect(url, status=303))


def _form(
    request: HttpRequest, merchant: Merchant, store: Store, *, number: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    language = page_language(
        asked=request.GET.get("lang", ""),
        accepted=request.headers.get("Accept-Language", ""),
        store=store.language,
    )
    texts = texts_for("tracking", language=language, tone=store.tone)
    context: dict[str, object] = {
        "brand": page_brand(merchant=merchant, store=store),
        "language": texts.language,
        "texts": texts,
        "number": number,
        "problem": f"look_up.{problem}" if problem else "",
    }
    response = page_response(request, "tracking/look_up.html", context, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(int(attempts.ADDRESS_WINDOW.total_seconds()))
    return response


def _store(merchant_slug: str, store_slug: str) -> tuple[Merchant, Store]:
    """Return the merchant of an address with one of its stores, for the rest of the request. Raises ``Http404``."""
    merchant = merchant_by_slug(slug=merchant_slug)
    if merchant is None:
        raise Http404
    enter_request_scope(merchant.id)
    stores = {store.slug: store for store in Store.objects.filter(slug__in={store_slug, DEFAULT_STORE})}
    store = stores.get(store_slug) or stores.get(DEFAULT_STORE)
    if store is None:
        raise Http404
    return merchant, store


def _is_current(request: HttpRequest, path: str) -> bool:
    """Say whether the request asks for the version that ``path`` names."""
    return f"v={request.GET.get('v', '')}" in path.split("&")


def _cacheable(response: HttpResponse, *, for_good: bool) -> HttpResponse:
    """An address with the content's version in it never changes its content."""
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if for_good else "public, max-age=300"
    return response
