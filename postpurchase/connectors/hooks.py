"""``/hooks/<merchant>/<connector>/``: where shops send what happened; aggregators of carriers' news to ``…/carriers/``.

    prove ─▶ store, byte for byte ──commit──▶ 202 ─▶ a worker reads the row

Without an active connection there is nothing here, whatever the reason. A wrong signature leaves no row. By GET a shop
registers itself, where its make does so; the keys it then hands over are kept sealed, and not as a delivery.
"""

import datetime as dt
from dataclasses import dataclass

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.api.problems import RETRY_SECONDS, problem_response
from postpurchase.connectors.base import TOKEN, Connector, Envelope, Handover, Headers, WrongSignature
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import AGGREGATORS, CONNECTORS
from postpurchase.connectors.services.connections import connect_shop, hook_url
from postpurchase.connectors.services.process import settle_if_ignored
from postpurchase.connectors.services.receive import store_delivery
from postpurchase.connectors.services.refusals import note_refusal
from postpurchase.lib import clock
from postpurchase.lib.bodies import declared_length
from postpurchase.lib.standard_webhooks import live_secrets
from postpurchase.lib.validation import Refused

log = structlog.get_logger(__name__)

LARGEST_DELIVERY = 2_000_000
# Larger bodies are left to the worker: whether there is anything to do with them is not worth the shop's time.
LARGEST_READ_AT_ONCE = 300_000

ANOTHER_SHOP = "This connection belongs to another shop's address. Change it there first, or connect a storefront anew."


@dataclass(frozen=True, slots=True)
class _Door:
    """An open connection and what proves that somebody may use it."""

    connector: Connector
    connection: Connection
    secrets: list[str]


# Not in the request's transaction: what was taken is committed before it is looked into, and before the shop is told.
@transaction.non_atomic_requests
@csrf_exempt
@require_http_methods(["GET", "POST"])
def shop_delivery(request: HttpRequest, merchant_slug: str, connector: str, store: str = DEFAULT_STORE) -> HttpResponse:
    """Take one delivery: 202 with its id and ``stored``, ``duplicate`` or ``ignored``. By GET a shop registers."""
    now = clock.now()
    try:
        if request.method == "GET":
            return _registration(request, merchant_slug, connector, store, now)
        return _taken(request, _door(merchant_slug, CONNECTORS.get(connector), store, now), now)
    except (OperationalError, InterfaceError) as error:
        # Never a success that is none: the shop sends again.
        log.warning("connectors.database_away", error=type(error).__name__)
        return problem_response(503, headers={"Retry-After": str(RETRY_SECONDS)})


@transaction.non_atomic_requests
@csrf_exempt
@require_http_methods(["POST"])
def carrier_delivery(request: HttpRequest, merchant_slug: str, name: str) -> HttpResponse:
    """Take carriers' news from an aggregator: 202 with its id and ``stored``, ``duplicate`` or ``ignored``."""
    now = clock.now()
    try:
        return _taken(request, _door(merchant_slug, AGGREGATORS.get(name), DEFAULT_STORE, now), now)
    except (OperationalError, InterfaceError) as error:
        log.warning("connectors.database_away", error=type(error).__name__)
        return problem_response(503, headers={"Retry-After": str(RETRY_SECONDS)})


def _taken(request: HttpRequest, door: _Door | None, now: dt.datetime) -> HttpResponse:
    if door is None:
        return problem_response(404, "There is no such hook.")
    if declared_length(request.META) > LARGEST_DELIVERY:
        return problem_response(413, f"A delivery may have {LARGEST_DELIVERY:,} bytes.")
    body = request.body
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers[TOKEN] = request.GET.get("token", "")
    if door.connector.is_ping(headers, body):
        return JsonResponse({"status": "pong"})
    envelope = _proved(door, headers, body, now)
    if envelope is None:
        note_refusal(connection_id=door.connection.id, now=now)
        return problem_response(401, "The signature does not fit.")
    handover = door.connector.handed_over(body)
    if handover is not None:
        return _taken_over(door, handover, now)
    with merchant_scope(door.connection.merchant_id):
        receipt = store_delivery(connection=door.connection, envelope=envelope, headers=headers, body=body, now=now)
    delivery = receipt.delivery
    status = "stored" if receipt.is_new else "duplicate"
    if receipt.is_new and len(body) <= LARGEST_READ_AT_ONCE:
        ignored = settle_if_ignored(merchant_id=delivery.merchant_id, delivery_id=delivery.id, now=now)
        status = "ignored" if ignored else status
    return JsonResponse({"delivery_id": delivery.delivery_id, "id": str(delivery.id), "status": status}, status=202)


def _registration(
    request: HttpRequest, merchant_slug: str, connector: str, store: str, now: dt.datetime
) -> HttpResponse:
    """Answer a shop that registers itself, where its make does so."""
    known = CONNECTORS.get(connector)
    if known is None or known.register is None:
        return HttpResponseNotAllowed(["POST"])
    door = _door(merchant_slug, known, store, now)
    if door is None:
        return problem_response(404, "There is no such hook.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    url = hook_url(merchant=door.connection.merchant, connector=connector, store=store)
    for secret in door.secrets:
        try:
            registration = known.register(secret, headers, request.META.get("QUERY_STRING", ""), url)
        except WrongSignature:
            continue
        if _is_another_shop(door, registration.address):
            return JsonResponse({"error": ANOTHER_SHOP})
        return JsonResponse(dict(registration.answer), headers={"Cache-Control": "no-store"})
    note_refusal(connection_id=door.connection.id, now=now)
    return problem_response(401, "The signature does not fit.")


def _taken_over(door: _Door, handover: Handover, now: dt.datetime) -> HttpResponse:
    """Keep, sealed, what lets us into the shop. The delivery itself is not stored."""
    connection = door.connection
    if _is_another_shop(door, handover.address):
        return problem_response(422, ANOTHER_SHOP)
    try:
        with merchant_scope(connection.merchant_id):
            connect_shop(
                merchant=connection.merchant,
                connector=door.connector,
                store=connection.store,
                address=handover.address,
                credentials=handover.credentials,
                now=now,
            )
    except Refused as refused:
        return problem_response(422, errors=refused.problems)
    return JsonResponse({"status": "connected"})


def _is_another_shop(door: _Door, address: str) -> bool:
    """Say whether a shop's copy (a staging system, say) would take the place of the shop that is connected."""
    return bool(door.connection.address) and door.connection.address.rstrip("/") != address.rstrip("/")


def _door(merchant_slug: str, known: Connector | None, store: str, now: dt.datetime) -> _Door | None:
    merchant = merchant_by_slug(slug=merchant_slug)
    if merchant is None or known is None:
        return None
    with merchant_scope(merchant.id):
        connection = (
            Connection.objects.filter(connector=known.name, store__slug=store, active=True)
            .select_related("store", "merchant")
            .first()
        )
    return _Door(known, connection, live_secrets(connection, now)) if connection else None


def _proved(door: _Door, headers: Headers, body: bytes, now: dt.datetime) -> Envelope | None:
    """Return the envelope if one of the secrets proves it. Every secret is tried, so that time tells nothing."""
    found: Envelope | None = None
    for secret in door.secrets:
        try:
            envelope = door.connector.verify(secret, headers, body, now)
        except WrongSignature:
            continue
        except Exception as error:
            # What a connector did not think of proves nothing.
            log.error("connectors.verify_failed", connector=door.connector.name, exc_info=error)
            continue
        found = found or envelope
    return found
