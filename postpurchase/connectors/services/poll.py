"""Asking shops for what changed: those that push nothing every few minutes, the others as a net below their pushes.

    claim ──commit──▶ ask for a page ─▶ store its bodies and the cursor ──commit──▶ next page
    (lease)          (no transaction)

Bodies and cursor are one transaction, so a worker that dies leaves nothing out: the page is asked for again, and what
is in already is not stored twice. A shop that cannot be asked says so on its page and is asked more and more seldom.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.connectors.base import Connector, PollFailed, PollPage, Reply, Request, Send
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import CONNECTORS
from postpurchase.connectors.services.connections import can_be_asked, credentials_of
from postpurchase.connectors.services.receive import store_polled
from postpurchase.lib import clock, http
from postpurchase.lib.moments import in_utc

log = structlog.get_logger(__name__)

OFTEN, HOURLY, SELDOM = dt.timedelta(minutes=5), dt.timedelta(hours=1), dt.timedelta(hours=6)
LONGEST_WISH = dt.timedelta(hours=24)
# Longer than the slowest page: a few requests of half a minute each.
LEASE = dt.timedelta(minutes=10)
PAGES_PER_RUN = 20
REQUEST_SECONDS = 30.0
LARGEST_ANSWER = 8_000_000
# Each night what changed in the last days is fetched once more, for whatever fell through.
SWEEP_HOUR, SWEEP_BACK = 3, dt.timedelta(days=3)

UNREACHABLE = "The shop cannot be reached."
UNREACHABLE_BECAUSE = {
    "no_such_host": "There is no server under the shop's address.",
    "connection_refused": "The server under the shop's address takes no connections.",
    "timeout": "The shop did not answer in time.",
    "tls_failed": "The shop's certificate is not valid.",
    "answer_too_large": "The shop's answer is too large.",
    "private_address": "The shop's address is not on the public internet.",
    "port_not_allowed": "The shop's address names a port that is not allowed (443 and 8443 are).",
    "not_https": "The shop's address must begin with https://.",
}
STUMBLED = "Something unexpected happened while asking the shop. We will try again."


class _LeaseLost(Exception):
    """Another worker asks this shop by now, or the connection was changed."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A shop to ask, until ``lease``."""

    connection: Connection
    connector: Connector
    credentials: Mapping[str, str]
    lease: dt.datetime


def shops_to_ask(*, now: dt.datetime, limit: int = 500) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return (merchant, connection) of every shop that is due, longest waiting first. Looks across merchants."""
    with all_merchants("find shops that are due to be asked"):
        due = Connection.objects.filter(active=True, next_poll_at__lte=now).order_by("next_poll_at")
        return list(due.values_list("merchant_id", "id")[:limit])


def ask_shop(*, merchant_id: uuid.UUID, connection_id: uuid.UUID, now: Callable[[], dt.datetime] = clock.now) -> int:
    """Fetch what changed, unless somebody else does. Returns how many bodies were new. Not inside a transaction."""
    claim = _claim(merchant_id, connection_id, now())
    if claim is None:
        return 0
    new = 0
    cursor: Mapping[str, Any] = claim.connection.poll_cursor
    send = _sender(claim.connection.address)
    try:
        for _ in range(PAGES_PER_RUN):
            page = _ask(claim, send, cursor, now())
            claim, stored = _store(claim, page, now())
            new, cursor = new + stored, page.cursor
            if not page.more:
                break
        else:
            _continue_at_once(claim, now())
    except PollFailed as failed:
        _note_failure(claim, failed, now())
    except _LeaseLost:
        log.info("connectors.lease_lost", connection=str(connection_id))
    return new


def ask_soon(*, connection: Connection, now: dt.datetime) -> None:
    """Have the shop asked at the next opportunity. Needs the merchant's scope."""
    Connection.objects.filter(pk=connection.pk, next_poll_at__isnull=False).update(next_poll_at=now)


def _claim(merchant_id: uuid.UUID, connection_id: uuid.UUID, now: dt.datetime) -> _Claim | None:
    lease = now + LEASE
    with merchant_scope(merchant_id):
        mine = Connection.objects.filter(pk=connection_id, active=True, next_poll_at__lte=now)
        if not mine.update(next_poll_at=lease):
            return None
        connection = Connection.objects.select_related("merchant", "store").get(pk=connection_id)
        connector = CONNECTORS.get(connection.connector)
        if connector is None or not can_be_asked(connection):
            Connection.objects.filter(pk=connection_id).update(next_poll_at=None)
            return None
        if _is_night_due(connection, now):
            _begin_sweep(connection, now)
        return _Claim(connection, connector, credentials_of(connection), lease)


def _is_night_due(connection: Connection, now: dt.datetime) -> bool:
    """Say whether it has been three in the morning at the merchant's since the last sweep began."""
    local = now.astimezone(ZoneInfo(connection.merchant.time_zone))
    night = local.replace(hour=SWEEP_HOUR, minute=0, second=0, microsecond=0)
    if night > local:
        night -= dt.timedelta(days=1)
    return (connection.swept_at or connection.created_at) < night


def _begin_sweep(connection: Connection, now: dt.datetime) -> None:
    back = now - SWEEP_BACK
    # Who is further behind than that stays there: nothing is left out.
    since = min(back, _moment(connection.poll_cursor.get("since")) or back)
    connection.poll_cursor = {"since": in_utc(since).isoformat()}
    connection.swept_at = now
    connection.save(update_fields=["poll_cursor", "swept_at"])


def _moment(written: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _ask(claim: _Claim, send: Send, cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    if claim.connector.poller is None:
        raise PollFailed(UNREACHABLE)
    try:
        return claim.connector.poller.poll(send, claim.credentials, cursor, now)
    except PollFailed:
        raise
    except Exception as error:
        # An answer nobody thought of must not stop the shop from being asked again.
        log.error("connectors.poll_failed", connector=claim.connector.name, exc_info=error)
        raise PollFailed(STUMBLED) from error


def _store(claim: _Claim, page: PollPage, now: dt.datetime) -> tuple[_Claim, int]:
    """Keep a page and how far it leads, if the shop is still ours to ask. Raises ``_LeaseLost``."""
    connection, lease = claim.connection, now + LEASE
    changes: dict[str, Any] = {"poll_cursor": dict(page.cursor), "next_poll_at": lease}
    if not page.more:
        changes |= {"next_poll_at": now + _interval(claim.connector), "polled_at": now}
        changes |= {"poll_failures": 0, "poll_problem": ""}
    with merchant_scope(connection.merchant_id):
        mine = Connection.objects.filter(pk=connection.pk, next_poll_at=claim.lease)
        if not mine.update(**changes):
            raise _LeaseLost
        new = store_polled(connection=connection, found=page.found, now=now)
    return _Claim(connection, claim.connector, claim.credentials, lease), new


def _continue_at_once(claim: _Claim, now: dt.datetime) -> None:
    """Give the shop back with more to fetch, so that no shop keeps a worker to itself."""
    with merchant_scope(claim.connection.merchant_id):
        Connection.objects.filter(pk=claim.connection.pk, next_poll_at=claim.lease).update(next_poll_at=now)


def _note_failure(claim: _Claim, failed: PollFailed, now: dt.datetime) -> None:
    connection = claim.connection
    failures = connection.poll_failures + 1
    wait = min(_interval(claim.connector) * 2 ** min(failures - 1, 10), SELDOM)
    if failed.retry_after is not None:
        wait = min(max(wait, dt.timedelta(seconds=failed.retry_after)), LONGEST_WISH)
    with merchant_scope(connection.merchant_id):
        Connection.objects.filter(pk=connection.pk, next_poll_at=claim.lease).update(
            poll_failures=failures, poll_problem=failed.reason[:500], next_poll_at=now + wait
        )


def _interval(connector: Connector) -> dt.timedelta:
    return HOURLY if connector.pushes_orders else OFTEN


def _sender(address: str) -> Send:
    """Return the way to one shop, and to nowhere else."""

    def send(request: Request) -> Reply:
        if not request.path.startswith("/"):
            raise PollFailed(UNREACHABLE)
        try:
            answer = http.request(
                request.method,
                f"{address}{request.path}",
                headers=request.headers,
                body=request.body,
                allow=settings.EGRESS_ALLOW,
                most_bytes=LARGEST_ANSWER,
                total_seconds=REQUEST_SECONDS,
            )
        except http.EgressError as error:
            raise PollFailed(UNREACHABLE_BECAUSE.get(error.reason, UNREACHABLE)) from error
        return Reply(status=answer.status, headers=answer.headers, body=answer.body)

    return send
