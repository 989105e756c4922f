"""Twilio's reports and what shoppers answer."""

import pytest
from django.test import RequestFactory
from twilio.request_validator import RequestValidator

from messaging.providers.base import ReportRefused
from messaging.providers.registry import PROVIDERS

TOKEN = "account-token"
PATH = "/hooks/lindenhof/providers/twilio/"


def _signed(fields, token=TOKEN):
    signature = RequestValidator(token).compute_signature(f"http://testserver{PATH}", fields)
    return RequestFactory().post(PATH, fields, HTTP_X_TWILIO_SIGNATURE=signature)


def _read(fields):
    (feedback,) = PROVIDERS["twilio"].read(_signed(fields), TOKEN)
    return feedback


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"MessageStatus": "delivered"}, "delivered"),
        ({"MessageStatus": "undelivered", "ErrorCode": "30006"}, "bounced"),
        ({"MessageStatus": "undelivered", "ErrorCode": "30003"}, "failed"),
        ({"MessageStatus": "failed", "ErrorCode": "21610"}, "bounced"),
        ({"MessageStatus": "sent"}, "other"),
    ],
)
def test_status_reports(fields, kind):
    feedback = _read({"MessageSid": "SM1", "To": "+4915112345678", **fields})

    assert (feedback.kind, feedback.provider_id, feedback.address) == (kind, "SM1", "+4915112345678")


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop ", "ABMELDEN", "Arrêt", "stopp"])
def test_a_shopper_who_says_stop_is_heard(word):
    feedback = _read({"MessageSid": "SM2", "SmsStatus": "received", "From": "+4915112345678", "Body": word})

    assert (feedback.kind, feedback.channel, feedback.address) == ("opted_out", "sms", "+4915112345678")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"MessageStatus": "delivered"}, "delivered"),
        ({"MessageStatus": "read"}, "delivered"),
        ({"MessageStatus": "undelivered", "ErrorCode": "63024"}, "bounced"),
        ({"MessageStatus": "failed", "ErrorCode": "63003"}, "bounced"),
        ({"MessageStatus": "failed", "ErrorCode": "63016"}, "failed"),
        ({"MessageStatus": "undelivered", "ErrorCode": "63018"}, "failed"),
        ({"MessageStatus": "sent"}, "other"),
    ],
)
def test_status_reports_of_whatsapp(fields, kind):
    feedback = _read({"MessageSid": "SM1", "To": "whatsapp:+4915112345678", **fields})

    assert (feedback.kind, feedback.channel, feedback.address) == (kind, "whatsapp", "+4915112345678")


def test_a_stop_in_whatsapp_is_heard_there():
    fields = {"MessageSid": "SM2", "SmsStatus": "received", "From": "whatsapp:+4915112345678", "Body": "Stopp"}

    feedback = _read(fields)

    assert (feedback.kind, feedback.channel, feedback.address) == ("opted_out", "whatsapp", "+4915112345678")


def test_an_ordinary_answer_stops_nothing():
    feedback = _read({"MessageSid": "SM3", "SmsStatus": "received", "From": "+49151", "Body": "Bitte nicht stoppen!"})

    assert feedback.kind == "other"


def test_a_changed_field_or_another_accounts_token_is_refused():
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = RequestValidator(TOKEN).compute_signature(f"http://testserver{PATH}", fields)
    changed = RequestFactory().post(PATH, {**fields, "MessageStatus": "failed"}, HTTP_X_TWILIO_SIGNATURE=signature)

    for request in (changed, _signed(fields, token="another"), RequestFactory().post(PATH, fields)):
        with pytest.raises(ReportRefused) as refused:
            PROVIDERS["twilio"].read(request, TOKEN)
        assert refused.value.status == 401
