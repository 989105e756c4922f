"""Around each request: an id, a line in the log, a measurement. By the route's name, never by its path."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from postpurchase.operations import metrics

log = structlog.get_logger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET_ROUTES = frozenset({"healthz", "readyz", "metrics"})


class RequestMiddleware:
    """Takes the caller's ``X-Request-Id`` where it is harmless, makes one otherwise, and answers with it.

    Stands inside ``ScopeMiddleware``, so that the merchant of the request is still known when its line is written.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            route = route_of(request)
            metrics.observe_request(
                method=request.method or "", route=route, status=response.status_code, seconds=seconds
            )
            write = log.debug if route in QUIET_ROUTES else log.info
            write(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                milliseconds=round(seconds * 1000, 1),
            )
        response.headers["X-Request-Id"] = request_id
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the route a request took, its pattern where it has no name; ``none`` where nothing matched."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name if match.url_name else match.route
