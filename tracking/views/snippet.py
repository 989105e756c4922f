"""``/<slug>/delivery-day.js``: the script for product pages, on any host."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from postpurchase.accounts.selectors import merchant_by_slug
from tracking.snippet import script, version

FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def delivery_day(request: HttpRequest, merchant_slug: str) -> HttpResponse:
    """Serve the script; caches keep the present version for good, any other address five minutes."""
    if merchant_by_slug(slug=merchant_slug) is None:
        raise Http404
    response = HttpResponse(script(), content_type="text/javascript; charset=utf-8")
    is_current = request.GET.get("v") == version()
    response.headers["Cache-Control"] = FOR_GOOD if is_current else "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
