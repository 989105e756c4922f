"""What stands below a merchant's own name: ``/<slug>/brand.css``, ``/<slug>/logo``, ``/<slug>/track``."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from postpurchase.accounts.brand import css_path, logo_path, store_style_sheet
from postpurchase.accounts.models import Merchant, Store
from tracking.answers import page_response
from tracking.views.code import see_other
from tracking.views.looking_up import CodeAskedFor, Refusal, code_path, form_context, look_up_order
from tracking.views.storefront import storefront


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
    found = look_up_order(request, merchant)
    if isinstance(found, Refusal):
        return _form(request, merchant, store, found)
    if isinstance(found, CodeAskedFor):
        return see_other(code_path(request, merchant, found))
    return see_other(f"/t/{found.token}")


def _form(request: HttpRequest, merchant: Merchant, store: Store, refusal: Refusal | None = None) -> HttpResponse:
    context = form_context(request, merchant, store, refusal)
    response = page_response(request, "tracking/look_up.html", context, status=refusal.status if refusal else 200)
    return refusal.told(response) if refusal else response


def _is_current(request: HttpRequest, path: str) -> bool:
    """Say whether the request asks for the version that ``path`` names."""
    return f"v={request.GET.get('v', '')}" in path.split("&")


def _cacheable(response: HttpResponse, *, for_good: bool) -> HttpResponse:
    """An address with the content's version in it never changes its content."""
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if for_good else "public, max-age=300"
    return response
