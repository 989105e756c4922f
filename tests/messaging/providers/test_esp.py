"""Mail providers' reports in our words; nothing counts that is not signed with the connection's secret."""

import base64
import hashlib
import hmac
import json

import pytest
from django.test import RequestFactory

from messaging.providers.base import ReportRefused
from messaging.providers.registry import PROVIDERS


def _postmark(body, secret="s3cret"):
    login = base64.b64encode(f"postpurchase:{secret}".encode()).decode()
    return RequestFactory().post(
        "/", json.dumps(body), content_type="application/json", HTTP_AUTHORIZATION=f"Basic {login}"
    )


def _mailgun(event_data, key="signing-key", **changed):
    timestamp, token = "1784111400", "a" * 50
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    signed = {"timestamp": timestamp, "token": token, "signature": signature, **changed}
    return RequestFactory().post(
        "/", json.dumps({"signature": signed, "event-data": event_data}), content_type="application/json"
    )


BOUNCE = {
    "RecordType": "Bounce",
    "ID": 42,
    "Type": "HardBounce",
    "TypeCode": 1,
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Email": "gone@example.com",
    "BouncedAt": "2026-07-15T10:00:00Z",
    "Description": "The server was unable to deliver your message.",
    "Metadata": {"postpurchase_ref": "0190b5f0-0000-7000-8000-000000000001"},
}


def test_postmark_hard_bounce():
    (feedback,) = PROVIDERS["postmark"].read(_postmark(BOUNCE), "s3cret")

    assert (feedback.kind, feedback.channel, feedback.reference, feedback.address, feedback.code) == (
        "bounced",
        "email",
        "0190b5f0-0000-7000-8000-000000000001",
        "gone@example.com",
        "bounced",
    )
    assert feedback.occurred_at.isoformat() == "2026-07-15T10:00:00+00:00"
    assert feedback.provider_id == "883953f4-6105-42a2-a16a-77a8eac79483"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            {
                "RecordType": "Delivery",
                "MessageID": "m",
                "Recipient": "a@example.com",
                "DeliveredAt": "2026-07-15T10:00:00Z",
            },
            "delivered",
        ),
        ({**BOUNCE, "Type": "SpamComplaint", "RecordType": "SpamComplaint"}, "complained"),
        ({**BOUNCE, "Type": "Transient"}, "deferred"),
        (
            {
                "RecordType": "Open",
                "MessageID": "m",
                "Recipient": "a@example.com",
                "ReceivedAt": "2026-07-15T10:00:00Z",
            },
            "other",
        ),
    ],
)
def test_postmark_in_our_words(body, kind):
    (feedback,) = PROVIDERS["postmark"].read(_postmark(body), "s3cret")

    assert feedback.kind == kind


def test_mailgun_permanent_failure():
    request = _mailgun(
        {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "id": "e-1",
            "timestamp": 1784111400.5,
            "recipient": "gone@example.com",
            "delivery-status": {"code": 550, "message": "no such user"},
            "message": {"headers": {"message-id": "0190@shop.example.com"}},
            "user-variables": {"postpurchase_ref": "ref-1"},
        }
    )

    (feedback,) = PROVIDERS["mailgun"].read(request, "signing-key")

    assert (feedback.kind, feedback.reference, feedback.provider_id) == ("bounced", "ref-1", "0190@shop.example.com")


@pytest.mark.parametrize(
    ("provider", "request_", "secret"),
    [
        ("postmark", _postmark(BOUNCE, secret="guessed"), "s3cret"),
        ("postmark", RequestFactory().post("/", "{}", content_type="application/json"), "s3cret"),
        ("mailgun", _mailgun({"event": "delivered"}, key="guessed"), "signing-key"),
        ("mailgun", _mailgun({"event": "delivered"}, token="b" * 50), "signing-key"),
        ("mailgun", RequestFactory().post("/", "{", content_type="application/json"), "signing-key"),
    ],
)
def test_unsigned_reports_are_refused(provider, request_, secret):
    with pytest.raises(ReportRefused) as refused:
        PROVIDERS[provider].read(request_, secret)

    assert refused.value.status == 401


@pytest.mark.parametrize("body", ["{", "[]", "null", "17", '"x"'])
def test_signed_nonsense_is_refused_and_no_server_error(body):
    login = base64.b64encode(b"postpurchase:s3cret").decode()
    request = RequestFactory().post("/", body, content_type="application/json", HTTP_AUTHORIZATION=f"Basic {login}")

    with pytest.raises(ReportRefused) as refused:
        PROVIDERS["postmark"].read(request, "s3cret")

    assert refused.value.status == 400


def test_our_reference_travels_in_the_headers_the_provider_gives_back():
    assert PROVIDERS["postmark"].headers("id-1") == {"X-PM-Metadata-postpurchase_ref": "id-1"}
    assert PROVIDERS["mailgun"].headers("id-1") == {"X-Mailgun-Variables": '{"postpurchase_ref": "id-1"}'}
