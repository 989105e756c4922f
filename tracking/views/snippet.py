"""``/<slug>/delivery-day.js`` and ``/<slug>/embed.js``: scripts for pages of the shop, on any host."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from postpurchase.accounts.selectors import merchant_by_slug
from tracking.snippet import Snippet

FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def script(request: HttpRequest, merchant_slug: str, *, snippet: Snippet) -> HttpResponse:
    """Serve a script; caches keep the present version for good, any other address five minutes."""
    if merchant_by_slug(slug=merchant_slug) is None:
        raise Http404
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        snippet.packed if packed else snippet.content, content_type="text/javascript; charset=utf-8"
    )
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    is_current = request.GET.get("v") == snippet.version
    response.headers["Cache-Control"] = FOR_GOOD if is_current else "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
