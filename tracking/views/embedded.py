"""The tracking page for a page of the shop: ``/<slug>/embedded`` and ``/<slug>/embedded/t/<token>``.

Read by ``embed.js`` on the sites that the merchant named, the same that may show the page in a frame. Browsers let no
other site read it, and it gets nothing to read either. No cookie counts here, so nobody is ever verified: the page is
what the link opens. What needs a cookie (a one-time code) or tells the shop something leads to the page itself.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from postpurchase.accounts import page_links
from postpurchase.accounts.brand import look_up_path, page_brand, store_style_sheet
from postpurchase.accounts.middleware import not_for_caches
from postpurchase.accounts.models import Merchant, PageKind, Store
from postpurchase.accounts.own_places import visited_own_place
from postpurchase.lib import clock
from postpurchase.lib.here import here
from postpurchase.lib.origins import is_origin
from tracking.answers import html_response
from tracking.embedding.pictures import with_pictures
from tracking.embedding.style import embedded_style
from tracking.selectors import page_of_order
from tracking.selectors.page_designs import published_design
from tracking.services.page_views import note_page_view
from tracking.views.code import language_query
from tracking.views.looking_up import CodeAskedFor, Refusal, code_path, form_context, look_up_order
from tracking.views.page import page_context
from tracking.views.storefront import storefront
from tracking.views.words import frame_of, words_for

METHODS = "GET, HEAD, POST, OPTIONS"
PREFLIGHT_SECONDS = 600

Answer = Callable[[Merchant, Store], HttpResponse]


# Exempt, both: no cookie counts, so there is nothing that a foreign page could borrow.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def embedded_look_up(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """Answer with the form that finds an order, and to the form with the order's page."""

    def answer(merchant: Merchant, store: Store) -> HttpResponse:
        if request.method != "POST":
            return _form(request, merchant, store)
        found = look_up_order(request, merchant)
        if isinstance(found, Refusal):
            return found.told(_form(request, merchant, store, found))
        if isinstance(found, CodeAskedFor):
            return _code(request, merchant, store, leads_to=here(code_path(request, merchant, found)), is_old=False)
        return _order(request, merchant, store, found.token)

    return _to_named_sites(request, merchant_slug, answer)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS"])
def embedded_page(request: HttpRequest, merchant_slug: str, token: str) -> HttpResponse:
    """Answer with the page that a link's token opens."""
    return _to_named_sites(request, merchant_slug, lambda merchant, store: _order(request, merchant, store, token))


def _to_named_sites(request: HttpRequest, merchant_slug: str, answer: Answer) -> HttpResponse:
    """Answer pages of the storefront's named sites, their preflights, and our own; others get nothing."""
    merchant, store = storefront(request, merchant_slug)
    origin = request.headers.get("Origin", "")
    is_named = origin in store.embedded_by and is_origin(origin)
    if origin and not is_named and origin != _own_origin():
        response = HttpResponse(status=403)
    elif request.method == "OPTIONS":
        response = HttpResponse(status=204, headers={"Access-Control-Max-Age": str(PREFLIGHT_SECONDS)})
        response.headers["Access-Control-Allow-Methods"] = METHODS
    else:
        response = answer(merchant, store)
    if is_named:
        response.headers["Access-Control-Allow-Origin"] = origin
    patch_vary_headers(response, ["Origin"])
    return not_for_caches(response)


def _own_origin() -> str:
    """Where this request came in: a page below a path of the shop's site may stand beside the shop's other pages."""
    own = visited_own_place()
    parts = urlsplit(own.base if own else settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _order(request: HttpRequest, merchant: Merchant, store: Store, token: str) -> HttpResponse:
    now = clock.now()
    link = page_links.resolve(token=token, kind=PageKind.TRACKING, now=now)
    if link is None or link.merchant_id != merchant.id:
        return _form(request, merchant, store, Refusal("", "not_found.lede", 404))
    alone = here(f"/t/{token}")
    if page_links.is_old(link, now=now):
        return _code(request, merchant, store, leads_to=f"{alone}/code{language_query(request)}", is_old=True)
    found = page_of_order(order_id=link.subject_id)
    if found is None:
        return _form(request, merchant, store, Refusal("", "not_found.lede", 404))
    note_page_view(link=link, now=now)
    context = page_context(request, found, token=token) | {"ways": "tracking/embedded/ways.html"}
    stay = {
        "stay": _stay(request, f"/{merchant.slug}/embedded/t/{token}"),
        "look_up_stay": _look_up_stay(request, merchant),
    }
    return _part(request, "tracking/page.html", context | stay, merchant, store, alone=alone)


def _form(request: HttpRequest, merchant: Merchant, store: Store, refusal: Refusal | None = None) -> HttpResponse:
    context = form_context(request, merchant, store, refusal) | {"stay": _look_up_stay(request, merchant)}
    status = refusal.status if refusal else 200
    alone = look_up_path(merchant=merchant, store=store)
    return _part(request, "tracking/look_up.html", context, merchant, store, alone=alone, status=status)


def _code(request: HttpRequest, merchant: Merchant, store: Store, *, leads_to: str, is_old: bool) -> HttpResponse:
    texts = words_for(request, store=store, design=published_design(store=store))
    context = {**frame_of(merchant=merchant, store=store, texts=texts), "is_old": is_old}
    return _part(request, "tracking/embedded/code.html", context, merchant, store, alone=leads_to)


def _part(
    request: HttpRequest,
    template: str,
    context: dict[str, object],
    merchant: Merchant,
    store: Store,
    *,
    alone: str,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page's content, its style and pictures. ``alone`` is where it stands by itself."""
    around = {
        "frame": "tracking/embedded/frame.html",
        "alone": alone,
        "style": embedded_style(store_style_sheet(store)),
    }
    html = with_pictures(render_to_string(template, context | around, request=request))
    return html_response(request, html, brand=page_brand(merchant=merchant, store=store), status=status)


def _stay(request: HttpRequest, path: str) -> str:
    """Return the address of what stays within the shop's page, for the same storefront; a language may be added."""
    store = {"store": request.GET["store"]} if "store" in request.GET else {}
    return f"{here(path)}?{urlencode(store)}{'&' if store else ''}"


def _look_up_stay(request: HttpRequest, merchant: Merchant) -> str:
    return _stay(request, f"/{merchant.slug}/embedded") + language_query(request).removeprefix("?")
