"""What every request passes: no scope left over from another one, and the headers that keep pages to themselves."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from postpurchase.accounts.scoping import no_scope
from postpurchase.lib.origins import is_origin

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)


def embeddable_by(origins: Iterable[str]) -> str:
    """Return the policy of a page that pages of these origins may show in a frame, besides our own."""
    allowed = [origin for origin in origins if is_origin(origin)]
    return " ".join([CONTENT_SECURITY_POLICY, *allowed])


class ScopeMiddleware:
    """Each request starts without a scope and leaves none behind."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with no_scope():
            return self.get_response(request)


class SecurityHeadersMiddleware:
    """A strict content security policy on everything; a view may set a stricter one of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response


def not_for_caches(response: HttpResponse) -> HttpResponse:
    """Mark a page that a link alone opens: for this browser only, unindexed, and its address told to nobody."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
