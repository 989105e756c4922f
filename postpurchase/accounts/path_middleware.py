"""Requests that the server of a shop's own site passes on: ``/via/<key>/t/<token>`` for ``/parcels/t/<token>`` there.

Stands before everything else. The key says whose pages are meant and that the site's server asks, so nothing that a
browser sends along is believed for it; what links are made with is the address that the merchant stored.
"""

import ipaddress
import re
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix

from postpurchase.accounts.host_middleware import is_for_shoppers
from postpurchase.accounts.own_places import OwnPlace, known_places, visiting
from postpurchase.accounts.services.store_paths import PROOF, proof_of
from postpurchase.lib.tokens import page_token_digest

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_VIA = re.compile(r"/via/([A-Za-z0-9_-]{22})(/.*)")
# The only cookie of ours on shoppers' pages (``tracking/views/opening.py``). Others are the site's and stay with it.
OUR_COOKIES = frozenset({"verified"})


class PathMiddleware:
    """Serves what is meant for shoppers below the path that a merchant chose on their own site."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/via/"):
            return self.get_response(request)
        match = _VIA.fullmatch(request.path_info)
        try:
            own = known_places().by_key.get(page_token_digest(match[1]).hex()) if match else None
        except DatabaseError:
            return HttpResponse("503 Service Unavailable\n", status=503, content_type="text/plain; charset=utf-8")
        if match is None or own is None:
            return HttpResponseNotFound("404 Not Found\n", content_type="text/plain; charset=utf-8")
        if match[2] == f"/{PROOF}":
            return HttpResponse(f"{proof_of(match[1])}\n", content_type="text/plain; charset=utf-8")
        if not is_for_shoppers(match[2], own):
            return HttpResponseNotFound("404 Not Found\n", content_type="text/plain; charset=utf-8")
        return self._served(request, match[2], own)

    def _served(self, request: HttpRequest, path: str, own: OwnPlace) -> HttpResponseBase:
        request.path_info = request.META["PATH_INFO"] = path
        request.META["SCRIPT_NAME"] = own.prefix
        request.path = f"{own.prefix}{path}"
        # Some servers hand on the name of their own site; the key has said already what is meant.
        request.META["HTTP_HOST"] = urlsplit(settings.BASE_URL).netloc
        _leave_the_sites_cookies(request)
        _look_one_hop_further(request)
        before = get_script_prefix()
        set_script_prefix(f"{own.prefix}/")
        try:
            with visiting(own):
                response = self.get_response(request)
        finally:
            set_script_prefix(before)
        # Whether the whole site is to be reached by https alone is not for us to say.
        del response.headers["Strict-Transport-Security"]
        return response


def _leave_the_sites_cookies(request: HttpRequest) -> None:
    """Go on with our own cookies only: a shop's session is none of our business, and its name may be that of ours."""
    try:
        cookies = SimpleCookie(request.META.get("HTTP_COOKIE", ""))
    except CookieError:
        cookies = SimpleCookie()
    ours = (f"{name}={cookie.coded_value}" for name, cookie in cookies.items() if name in OUR_COOKIES)
    request.META["HTTP_COOKIE"] = "; ".join(ours)


def _look_one_hop_further(request: HttpRequest) -> None:
    """Take the address that the site's server saw for the caller's, else all shoppers would count as one."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if settings.BEHIND_PROXY:
        if len(hops) > 1:
            request.META["HTTP_X_FORWARDED_FOR"] = ", ".join(hops[:-1])
    elif _is_address(hops[-1]):
        request.META["REMOTE_ADDR"] = hops[-1]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
