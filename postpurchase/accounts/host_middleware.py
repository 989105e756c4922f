"""Requests that come by a merchant's own name: only that merchant's pages for shoppers are there.

The name is compared whole with the verified ones; every other name is for Django's ``ALLOWED_HOSTS`` to judge, here and
at once, because kept pages are answered before Django would ask.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseNotFound
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from postpurchase.accounts.own_hosts import OwnHost, verified_hosts, visiting

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# First parts of the addresses made for shoppers; below them a token says whose page it is.
SHOPPERS = frozenset({"t", "s", "u", "p", "c", "static"})


class HostMiddleware:
    """Lets requests by an own name reach what is meant for shoppers, and nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        written, port = split_domain_port(request.META.get("HTTP_HOST", ""))
        own = _own(written)
        if own is None:
            request.get_host()  # raises DisallowedHost, which is a 400
            return self.get_response(request)
        first, slash, _rest = request.path_info.removeprefix("/").partition("/")
        if not slash or first not in SHOPPERS | {own.merchant_slug}:
            return HttpResponseNotFound("404 Not Found\n", content_type="text/plain; charset=utf-8")
        host = f"{own.host}:{port}" if port else own.host
        request.META["HTTP_HOST"] = host
        # It was compared with a verified name just now; ALLOWED_HOSTS, which Django would ask, cannot know it.
        vars(request)["get_host"] = lambda: host
        with visiting(own):
            return self.get_response(request)


def _own(host: str) -> OwnHost | None:
    if not host or host in settings.ALLOWED_HOSTS:
        return None
    try:
        return verified_hosts().by_host.get(host)
    except DatabaseError:
        return None  # an own name cannot be told from a wrong one without the database
