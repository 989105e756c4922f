"""Answering with a shopper's page: for this browser only, compressed, and not sent again while nothing changed."""

import gzip
import hashlib
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers

from postpurchase.accounts.brand import PageBrand
from postpurchase.accounts.middleware import embeddable_by, not_for_caches

SMALLEST_COMPRESSED = 800
# With a 304 a browser renews the headers of the page it keeps (RFC 9111, 3.2): those that guard it must come again, or
# those of any other answer would take their place.
_SAID_AGAIN = frozenset({"ETag", "Cache-Control", "Vary", "Content-Security-Policy", "Referrer-Policy", "X-Robots-Tag"})


def page_response(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Render a page with a strong ETag; a browser that has it already gets 304. Its brand's sites may embed it.

    Compressing is safe here: the page repeats nothing of the request beside a secret (BREACH).
    """
    brand = context.get("brand")
    html = render_to_string(template, context, request=request)
    return html_response(request, html, brand=brand if isinstance(brand, PageBrand) else None, status=status)


def html_response(request: HttpRequest, html: str, *, brand: PageBrand | None, status: int = 200) -> HttpResponse:
    """Answer with a page that is rendered already; else as ``page_response``."""
    body = html.encode()
    packed = len(body) > SMALLEST_COMPRESSED and "gzip" in request.headers.get("Accept-Encoding", "")
    if packed:
        body = gzip.compress(body, compresslevel=6, mtime=0)
    response: HttpResponse = HttpResponse(body, status=status)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    not_for_caches(response)
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language"])
    if brand is not None and brand.embedded_by:
        response.headers["Content-Security-Policy"] = embeddable_by(brand.embedded_by)
    if status != 200:
        return response
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    return not_modified(request, response.headers) or response


def not_modified(request: HttpRequest, headers: Mapping[str, str]) -> HttpResponse | None:
    """Return 304 to a browser that has the page with these headers already (412 to one that asks for another state),
    None where the page is to be sent.
    """
    answer: HttpResponse | None = get_conditional_response(request, etag=headers["ETag"])
    if answer is not None and answer.status_code == 304:
        for name in _SAID_AGAIN & headers.keys():
            answer.headers[name] = headers[name]
    return answer


def nowhere_kept(response: HttpResponse) -> HttpResponse:
    """Mark a page that holds somebody's address: no browser keeps it, not even for the way back."""
    response.headers["Cache-Control"] = "no-store"
    del response.headers["ETag"]
    return response
