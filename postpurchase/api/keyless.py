"""Operations that shop pages call from a browser: no key, no cookie, any page may read them, caches may keep them.

    @operation("read_estimate", "…", keyless=Keyless(), answers={200: EstimateAnswer})
    def get(self, request: Request, query: EstimateQuery) -> Answer: ...

The query has a field ``merchant``, a slug: it opens that merchant's scope, an unknown one is 404. An operation that
has a ``scope`` as well asks for no key where the query names a merchant, and for one otherwise. Callers are counted by
their network address. What such an operation answers must be fit for everybody.
"""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.api.problems import ApiProblem
from postpurchase.api.rate_limit import spend
from postpurchase.lib import clock
from postpurchase.lib.client_addresses import client_address, network_of

MERCHANT = "merchant"
SLUG = r"^[a-z0-9][a-z0-9-]{0,59}$(?!\n)"
LONGEST_AGE = 300


@dataclass(frozen=True, slots=True)
class Keyless:
    """How an operation without a key behaves. ``max_age``: seconds a cache may keep an answer that says nothing."""

    max_age: int = LONGEST_AGE


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody without a key, on the page of a merchant. Django asks for the two properties."""

    merchant: Merchant

    is_authenticated = False
    is_active = False


def admit(request: Request) -> None:
    """Count a visitor's request. Raises ``ApiProblem`` (429) for too many from one network address."""
    limit: int = settings.KEYLESS_REQUESTS_PER_MINUTE
    caller = network_of(client_address(request._request))
    allowance = spend(f"keyless:{caller}", limit, clock.now())
    if allowance and allowance.is_spent:
        detail = f"{limit} requests a minute may come from one address."
        raise ApiProblem(429, detail, {**allowance.headers})


def welcome(request: Request, slug: str) -> None:
    """Open the named merchant's scope for the rest of the request. Raises ``ApiProblem`` (404) for an unknown one."""
    merchant = merchant_by_slug(slug=slug)
    if merchant is None:
        raise ApiProblem(404, "There is no such merchant.")
    enter_request_scope(merchant.id)
    request.user = Visitor(merchant)  # type: ignore[assignment]  # DRF expects a user of Django's


def for_caches(request: HttpRequest, response: HttpResponse, max_age: int) -> HttpResponseBase:
    """Mark an answer as everybody's, with an ETag of its content; 304 where the caller has it already."""
    response["Cache-Control"] = f"public, max-age={max_age}"
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    known = get_conditional_response(request, etag=etag, response=response)
    return known or response


def for_every_page(response: HttpResponseBase) -> HttpResponseBase:
    """Let the script of any page read the answer, refusals too. Without credentials: there are none."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
