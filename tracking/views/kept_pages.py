"""Tracking pages that were made already, answered before anything else works.

A page is kept as the bytes that went out, with the fingerprint everything on it had when it was made. The next request
looks the fingerprint up, and while it is the same, the bytes are the page. Nothing is ever thrown away by those who
write; where nothing is kept, or it is of another state, the page is made anew.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.core.cache import BaseCache, caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve

from postpurchase.accounts.own_places import known_places, visited_own_place
from postpurchase.lib import clock
from tracking.answers import not_modified
from tracking.views.fingerprint import page_fingerprint

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_PAGE = re.compile(r"/t/([A-Za-z0-9_-]{22})")
_LANGUAGE = re.compile(r"|lang=[A-Za-z0-9-]{2,20}")
# Cookies that change nothing on a shopper's page. With any other one the page is made for this browser alone.
IDLE_COOKIES = frozenset({"sessionid", "csrftoken", "messages", "django_language"})


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it went out."""

    fingerprint: str
    body: bytes
    headers: dict[str, str]


class KeptPagesMiddleware:
    """Answers for tracking pages whose fingerprint has not changed; lets everything else pass.

    Stands before the middleware of sessions, languages and log-ins, which shoppers' pages do without.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _token(request)
        if not token:
            return self.get_response(request)
        try:
            fingerprint = page_fingerprint(token=token, now=clock.now())
            key = _key(request, places=known_places().state)
        except DatabaseError:
            fingerprint, key = None, ""  # what there is to say of it, the page's own way says
        if fingerprint is None:
            return self.get_response(request)
        kept: KeptPage | None = _shelf().get(key)
        if kept is None or kept.fingerprint != fingerprint:
            return self._made(request, key, fingerprint)
        request.resolver_match = _any_page()
        return not_modified(request, kept.headers) or HttpResponse(kept.body, headers=kept.headers)

    def _made(self, request: HttpRequest, key: str, fingerprint: str) -> HttpResponseBase:
        """Have the page made and keep it. The fingerprint is older than what is read now, never younger."""
        if_none_match = request.META.pop("HTTP_IF_NONE_MATCH", None)
        response = self.get_response(request)
        is_kept = response.status_code == 200 and response.has_header("ETag") and not response.cookies
        if not is_kept or not isinstance(response, HttpResponse):
            return response
        _shelf().set(key, KeptPage(fingerprint, response.content, dict(response.headers)))
        if if_none_match is not None:
            request.META["HTTP_IF_NONE_MATCH"] = if_none_match
        return not_modified(request, response.headers) or response


def _token(request: HttpRequest) -> str:
    """The token of a page that may be kept, empty for any other request."""
    match = _PAGE.fullmatch(request.path_info)
    if match is None or request.method != "GET" or not request.COOKIES.keys() <= IDLE_COOKIES:
        return ""
    return match[1] if _LANGUAGE.fullmatch(request.META.get("QUERY_STRING", "")) else ""


def _key(request: HttpRequest, *, places: str) -> str:
    """Everything of a request that a page may answer differently to, and the state of the places its links name."""
    own = visited_own_place()
    parts = (
        places,
        own.base if own else "",
        request.META.get("HTTP_HOST", ""),
        request.path,
        request.META.get("QUERY_STRING", ""),
        request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        "gzip" if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "") else "",
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _any_page() -> ResolverMatch:
    """What a page's address leads to, as logs and measurements name it; which page it is they do not."""
    return resolve(f"/t/{'-' * 22}")


def _shelf() -> BaseCache:
    return caches["pages"]
