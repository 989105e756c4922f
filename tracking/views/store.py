"""What stands below a merchant's own name: ``/<slug>/brand.css``, ``/<slug>/logo``, ``/<slug>/track``."""

import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from redis.exceptions import RedisError

from postpurchase.accounts.brand import css_path, logo_path, store_style_sheet
from postpurchase.accounts.models import Merchant, Store
from postpurchase.lib import clock
from postpurchase.lib.client_addresses import client_address
from tracking.answers import page_response
from tracking.models import CodePurpose
from tracking.selectors import find_order
from tracking.selectors.page_designs import published_design
from tracking.services import attempts
from tracking.services.codes import ask_for_code
from tracking.views.code import see_other
from tracking.views.opening import fresh_token
from tracking.views.storefront import storefront
from tracking.views.words import frame_of, words_for

LONGEST_ANSWER = 320


@require_safe
def brand_style(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """The store's colours, made readable, as a style sheet of its own (the pages allow no inline styles)."""
    merchant, store = storefront(request, merchant_slug)
    response = HttpResponse(store_style_sheet(store), content_type="text/css; charset=utf-8")
    return _cacheable(response, for_good=_is_current(request, css_path(merchant=merchant, store=store)))


@require_safe
def logo(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """The store's logo."""
    merchant, store = storefront(request, merchant_slug)
    if not store.logo:
        raise Http404
    response = HttpResponse(bytes(store.logo), content_type=store.logo_type or "application/octet-stream")
    return _cacheable(response, for_good=_is_current(request, logo_path(merchant=merchant, store=store)))


# Exempt: there is no session that a foreign page could borrow, and the form sets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """Find an order by its number and an e-mail address or postal code; found, it opens the order's own page."""
    merchant, store = storefront(request, merchant_slug)
    if request.method != "POST":
        return _form(request, merchant, store)
    number = request.POST.get("number", "")[:LONGEST_ANSWER].replace("\x00", "")
    second = request.POST.get("second", "")[:LONGEST_ANSWER].replace("\x00", "")
    try:
        attempts.count_try(merchant_id=merchant.id, address=client_address(request))
        needs_code = attempts.needs_code(merchant_id=merchant.id, number=number)
        order_id = find_order(number=number, second=second)
        if needs_code:
            return _ask_for_code(request, merchant, store, number=number, order_id=order_id)
        if order_id is None:
            attempts.count_miss(merchant_id=merchant.id, number=number)
            return _form(request, merchant, store, number=number, problem="not_found", status=404)
    except attempts.TooManyTries:
        return _form(request, merchant, store, number=number, problem="too_often", status=429)
    except RedisError:
        return _form(request, merchant, store, number=number, problem="unavailable", status=503)
    return see_other(f"/t/{fresh_token(merchant=merchant, order_id=order_id, now=clock.now())}")


def _ask_for_code(
    request: HttpRequest, merchant: Merchant, store: Store, *, number: str, order_id: uuid.UUID | None
) -> HttpResponse:
    """After too many misses the right answer alone opens nothing: a code goes to the buyer, if there is one.

    Right, wrong and unknown do the same work and get the same answer.
    """
    key = attempts.number_key(number)
    attempts.count_code(merchant_id=merchant.id, key=key, address=client_address(request))
    code = ask_for_code(merchant_id=merchant.id, order_id=order_id, purpose=CodePurpose.OPEN_PAGE, now=clock.now())
    query = urlencode({name: request.GET[name] for name in ("store", "lang") if name in request.GET})
    return see_other(f"/{merchant.slug}/track/code/{code.id}{f'?{query}' if query else ''}")


def _form(
    request: HttpRequest, merchant: Merchant, store: Store, *, number: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    texts = words_for(request, store=store, design=published_design(store=store))
    context: dict[str, object] = {
        **frame_of(merchant=merchant, store=store, texts=texts),
        "number": number,
        "problem": f"look_up.{problem}" if problem else "",
    }
    response = page_response(request, "tracking/look_up.html", context, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(int(attempts.ADDRESS_WINDOW.total_seconds()))
    return response


def _is_current(request: HttpRequest, path: str) -> bool:
    """Say whether the request asks for the version that ``path`` names."""
    return f"v={request.GET.get('v', '')}" in path.split("&")


def _cacheable(response: HttpResponse, *, for_good: bool) -> HttpResponse:
    """An address with the content's version in it never changes its content."""
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if for_good else "public, max-age=300"
    return response
