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

from postpurchase.accounts.own_places import OwnPlace, known_places, visiting

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
        if not is_for_shoppers(request.path_info, own):
            return HttpResponseNotFound("404 Not Found\n", content_type="text/plain; charset=utf-8")
        host = f"{written}:{port}" if port else written
        request.META["HTTP_HOST"] = host
        # It was compared with a verified name just now; ALLOWED_HOSTS, which Django would ask, cannot know it.
        vars(request)["get_host"] = lambda: host
        with visiting(own):
            return self.get_response(request)


def is_for_shoppers(path: str, own: OwnPlace) -> bool:
    """Say whether something at a path is meant for the shoppers of a place."""
    first, slash, _rest = path.removeprefix("/").partition("/")
    return bool(slash) and first in SHOPPERS | {own.merchant_slug}


def _own(host: str) -> OwnPlace | None:
    if not host or host in settings.ALLOWED_HOSTS:
        return None
    try:
        return known_places().by_host.get(host)
    except DatabaseError:
        return None  # an own name cannot be told from a wrong one without the database
