"""Making, changing and ending the addresses that are told of events."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.conf import settings

from postpurchase.accounts.models import Merchant
from postpurchase.lib import crypto, http
from postpurchase.lib.standard_webhooks import OVERLAP, new_secret
from postpurchase.lib.validation import Problem, Refused
from postpurchase.webhooks.filters import MOST_PATTERNS, is_pattern
from postpurchase.webhooks.models import (
    DisabledReason,
    WebhookCursor,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from postpurchase.webhooks.services.hold import held_endpoint
from postpurchase.webhooks.services.mark import last_sequence

MOST_ENDPOINTS = 20

# Why an address is refused, by the codes of ``postpurchase/lib/http.py``.
URL_PROBLEMS = {
    "bad_address": "This is not an address that can be called.",
    "user_in_address": "The address must not hold a user name or password; deliveries are signed instead.",
    "not_https": "The address must begin with https://.",
    "port_not_allowed": "Only the ports 443 and 8443 are called.",
    "private_address": "This address leads into a private network; only public ones are called.",
    "no_such_host": "This host name could not be looked up.",
}


def create_endpoint(
    *,
    merchant: Merchant,
    url: str,
    events: Sequence[str],
    description: str = "",
    include_personal_data: bool = False,
    active: bool = True,
    now: dt.datetime,
) -> tuple[WebhookEndpoint, str]:
    """Store an endpoint that hears of events from now on; return it with its secret, which is shown this once.

    Looks the host name up (bounded in time). Raises ``Refused`` for an address that is not called, a filter nobody can
    read, or one endpoint too many. Needs the merchant's scope.
    """
    problems = [*url_problems(url), *event_problems(events)]
    if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
        problems.append(Problem("", "too_many", f"There are {MOST_ENDPOINTS} endpoints; delete one first."))
    if problems:
        raise Refused(problems)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        merchant=merchant,
        url=url,
        description=description,
        events=list(dict.fromkeys(events)),
        include_personal_data=include_personal_data,
        active=active,
        disabled_at=None if active else now,
        disabled_reason="" if active else DisabledReason.BY_HAND,
        owners_told_at=None if active else now,
        secret_sealed=crypto.seal(secret),
        created_at=now,
        updated_at=now,
    )
    start = last_sequence()
    WebhookCursor.objects.create(merchant=merchant, endpoint=endpoint, planned_through=start, mark=start)
    return endpoint, secret


def update_endpoint(
    *,
    merchant: Merchant,
    endpoint_id: uuid.UUID,
    url: str,
    events: Sequence[str],
    description: str,
    include_personal_data: bool,
    active: bool,
    now: dt.datetime,
) -> WebhookEndpoint | None:
    """Change an endpoint; None where there is none. Raises ``Refused`` as ``create_endpoint`` does.

    Switching on starts with what happens from now on; what was missed can be replayed. Switching off drops what waits.
    Needs the merchant's scope.
    """
    endpoint = held_endpoint(endpoint_id).first()
    if endpoint is None:
        return None
    problems = [*(url_problems(url) if url != endpoint.url or active else []), *event_problems(events)]
    if problems:
        raise Refused(problems)
    endpoint.url, endpoint.events, endpoint.description = url, list(dict.fromkeys(events)), description
    endpoint.include_personal_data, endpoint.updated_at = include_personal_data, now
    endpoint.save(update_fields=["url", "events", "description", "include_personal_data", "updated_at"])
    _set_active(endpoint, active, now)
    return endpoint


def set_active(*, merchant: Merchant, endpoint_id: uuid.UUID, active: bool, now: dt.datetime) -> WebhookEndpoint | None:
    """Switch an endpoint on or off and change nothing else; None where there is none. Needs the merchant's scope.

    Raises ``Refused`` where it is to be switched on and its address is not called any more.
    """
    endpoint = held_endpoint(endpoint_id).first()
    if endpoint is None:
        return None
    if active and (problems := url_problems(endpoint.url)):
        raise Refused(problems)
    _set_active(endpoint, active, now)
    return endpoint


def delete_endpoint(*, merchant: Merchant, endpoint_id: uuid.UUID) -> bool:
    """Delete an endpoint with its log. Returns whether there was one. Needs the merchant's scope."""
    endpoint = held_endpoint(endpoint_id).first()
    if endpoint is None:
        return False
    endpoint.delete()
    return True


def rotate_secret(
    *, merchant: Merchant, endpoint_id: uuid.UUID, now: dt.datetime, overlap: dt.timedelta = OVERLAP
) -> tuple[WebhookEndpoint, str] | None:
    """Give an endpoint a new secret and return both; None where there is no such endpoint.

    The old secret signs along for ``overlap`` (zero ends it at once); one before it ends now. Needs the merchant's
    scope.
    """
    endpoint = held_endpoint(endpoint_id).first()
    if endpoint is None:
        return None
    secret = new_secret()
    endpoint.previous_secret_sealed = endpoint.secret_sealed if overlap else None
    endpoint.previous_secret_until = now + overlap if overlap else None
    endpoint.secret_sealed = crypto.seal(secret)
    endpoint.updated_at = now
    endpoint.save(update_fields=["previous_secret_sealed", "previous_secret_until", "secret_sealed", "updated_at"])
    return endpoint, secret


def switch_off(*, endpoint: WebhookEndpoint, reason: DisabledReason, now: dt.datetime) -> None:
    """Stop telling an endpoint and drop what waits; where it was our doing, the owners are told by the next sweep.

    The caller holds the row.
    """
    endpoint.active, endpoint.disabled_at, endpoint.disabled_reason = False, now, reason
    endpoint.owners_told_at = now if reason == DisabledReason.BY_HAND else None
    endpoint.save(update_fields=["active", "disabled_at", "disabled_reason", "owners_told_at"])
    WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookState.PENDING).update(
        state=WebhookState.DROPPED, reason=f"endpoint_{reason}", finished_at=now
    )


def url_problems(url: str) -> list[Problem]:
    """Return what is wrong with an address: nothing, or one problem. Looks its host name up."""
    if len(url) > 2000:
        return [Problem("/url", "too_long", "An address has at most 2000 characters.")]
    try:
        http.resolve(url, allow=settings.EGRESS_ALLOW)
    except http.EgressError as error:
        code = error.reason if error.reason in URL_PROBLEMS else "no_such_host"
        return [Problem("/url", code, URL_PROBLEMS[code])]
    return []


def event_problems(events: Sequence[str]) -> list[Problem]:
    """Return what is wrong with a filter."""
    if not events:
        return [Problem("/events", "too_short", "Name at least one event, or “*” for all.")]
    if len(events) > MOST_PATTERNS:
        return [Problem("/events", "too_long", f"At most {MOST_PATTERNS} entries.")]
    return [
        Problem(f"/events/{index}", "format", "An entry is an event (order.placed), a beginning (order.*), or “*”.")
        for index, pattern in enumerate(events)
        if not is_pattern(pattern)
    ]


def _set_active(endpoint: WebhookEndpoint, active: bool, now: dt.datetime) -> None:
    if active and not endpoint.active:
        _switch_on(endpoint)
    elif endpoint.active and not active:
        switch_off(endpoint=endpoint, reason=DisabledReason.BY_HAND, now=now)


def _switch_on(endpoint: WebhookEndpoint) -> None:
    endpoint.active, endpoint.disabled_at, endpoint.disabled_reason = True, None, ""
    endpoint.failing_since, endpoint.failed_in_a_row, endpoint.resting_until = None, 0, None
    endpoint.owners_told_at = None
    endpoint.save(
        update_fields=[
            *("active", "disabled_at", "disabled_reason", "owners_told_at"),
            *("failing_since", "failed_in_a_row", "resting_until"),
        ]
    )
    start = last_sequence()
    WebhookCursor.objects.update_or_create(
        endpoint=endpoint,
        merchant_id=endpoint.merchant_id,
        defaults={"planned_through": start, "mark": start, "mark_writers": []},
    )
