"""Mail providers, read by django-anymail: it proves the request and normalises what the provider says.

https://anymail.dev/en/stable/sending/tracking/
"""

import json
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.http import HttpRequest

from messaging.enums import Channel, FeedbackKind
from messaging.providers.base import REFERENCE, Feedback, Provider, ReportRefused

# anymail's word left, ours right. Opens and clicks are not asked for and not kept.
KINDS = {
    "delivered": FeedbackKind.DELIVERED,
    "bounced": FeedbackKind.BOUNCED,
    "rejected": FeedbackKind.BOUNCED,
    "failed": FeedbackKind.BOUNCED,
    "deferred": FeedbackKind.DEFERRED,
    "complained": FeedbackKind.COMPLAINED,
    "unsubscribed": FeedbackKind.OPTED_OUT,
}
# Reasons for which a "bounce" says nothing about the address for good.
TEMPORARY_REASONS = frozenset({"timed_out", "spam", "other"})


def _read(view: Any, request: HttpRequest) -> list[Feedback]:
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure as refused:
        raise ReportRefused(401, "the request is not signed with this connection's secret") from refused
    try:
        events = view.parse_events(request)
    except (AnymailError, LookupError, TypeError, ValueError) as unreadable:
        raise ReportRefused(400, f"this is no report of {view.esp_name}") from unreadable
    return [_feedback(event) for event in events]


def _feedback(event: Any) -> Feedback:
    kind = KINDS.get(event.event_type, FeedbackKind.OTHER)
    if kind is FeedbackKind.BOUNCED and event.reject_reason in TEMPORARY_REASONS:
        kind = FeedbackKind.DEFERRED
    return Feedback(
        kind=kind,
        channel=Channel.EMAIL,
        event_id=f"{event.event_id or ''}|{event.message_id or ''}|{event.event_type}|{event.timestamp}",
        occurred_at=event.timestamp,
        reference=str((event.metadata or {}).get(REFERENCE, "")),
        provider_id=(event.message_id or "").strip("<>"),
        address=event.recipient or "",
        code=event.reject_reason or "",
    )


def _read_postmark(request: HttpRequest, secret: str) -> list[Feedback]:
    """Postmark calls an address with user and password in it: ``postpurchase:<secret>``."""
    return _read(PostmarkTrackingWebhookView(webhook_secret=f"postpurchase:{secret}"), request)


def _read_mailgun(request: HttpRequest, secret: str) -> list[Feedback]:
    """Mailgun signs with the account's HTTP webhook signing key."""
    return _read(MailgunTrackingWebhookView(webhook_signing_key=secret), request)


POSTMARK = Provider("postmark", _read_postmark, lambda message_id: {f"X-PM-Metadata-{REFERENCE}": message_id})
MAILGUN = Provider(
    "mailgun", _read_mailgun, lambda message_id: {"X-Mailgun-Variables": json.dumps({REFERENCE: message_id})}
)
