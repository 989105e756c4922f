"""What load balancers, orchestrators and Prometheus ask."""

import ipaddress
import secrets

from django.conf import settings
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from postpurchase.accounts.own_places import known_places
from postpurchase.lib import clock
from postpurchase.operations import health, metrics

# None of these runs in the request's transaction: opening it would fail before they can say that the database is away.


@never_cache
@require_safe
@transaction.non_atomic_requests
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 while this process and its database work: whether to send requests here."""
    if health.database() != health.OK:
        return JsonResponse({"status": "unavailable", "down": ["database"]}, status=503)
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
@transaction.non_atomic_requests
def serves_host(request: HttpRequest) -> HttpResponse:
    """200 where ``domain`` is a merchant's verified name, else 404: what a proxy asks before it gets a certificate."""
    if request.GET.get("domain", "").lower() in known_places().by_host:
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponseNotFound("not ours\n", content_type="text/plain")


@never_cache
@require_safe
@transaction.non_atomic_requests
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 while the whole installation works; otherwise 503, and ``down`` names the parts that do not."""
    parts = health.all_parts(now=clock.now())
    down = [name for name, state in parts.items() if state != health.OK]
    body = {"status": "unavailable", "down": down, "parts": parts} if down else {"status": "ok", "parts": parts}
    return JsonResponse(body, status=503 if down else 200)


@never_cache
@require_safe
@transaction.non_atomic_requests
def show_metrics(request: HttpRequest) -> HttpResponseBase:
    """Figures for Prometheus, to those who know METRICS_TOKEN, or to this machine where none is set."""
    if not _may_see_metrics(request):
        return HttpResponseNotFound()
    try:
        text = metrics.exposition(now=clock.now())
    except Error:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _may_see_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # Behind a proxy on this machine everybody seems to come from here.
    if settings.BEHIND_PROXY or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
