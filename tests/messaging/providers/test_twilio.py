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
        ({"MessageStatus": "sent"}, "other"),
    ],
)
def test_status_reports(fields, kind):
    feedback = _read({"MessageSid": "SM1", "To": "+4915112345678", **fields})

    assert (feedback.kind, feedback.provider_id, feedback.address) == (kind, "SM1", "+4915112345678")


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop ", "ABMELDEN", "Arrêt", "stopp", "Stop!"])
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


@pytest.mark.parametrize("word", ["START", " start. ", "Unstop", "ANMELDEN", "démarrer"])
@pytest.mark.parametrize(("sender", "channel"), [("+4915112345678", "sms"), ("whatsapp:+4915112345678", "whatsapp")])
def test_a_shopper_who_says_start_is_heard(word, sender, channel):
    feedback = _read({"MessageSid": "SM2", "SmsStatus": "received", "From": sender, "Body": word})

    assert (feedback.kind, feedback.channel, feedback.address) == ("opted_in", channel, "+4915112345678")


@pytest.mark.parametrize(("read_as", "kind"), [("STOP", "opted_out"), ("START", "opted_in"), ("HELP", "other")])
def test_words_that_the_merchant_set_up_at_twilio_are_heard(read_as, kind):
    answer = {"MessageSid": "SM2", "SmsStatus": "received", "From": "+4915112345678", "Body": "Los"}

    assert _read({**answer, "OptOutType": read_as}).kind == kind


@pytest.mark.parametrize("words", ["Bitte nicht stoppen!", "YES", "Ja", "Wann geht es los? Start heute?", "HELP", ""])
def test_an_ordinary_answer_stops_and_starts_nothing(words):
    feedback = _read({"MessageSid": "SM3", "SmsStatus": "received", "From": "+49151", "Body": words})

    assert feedback.kind == "other"


@pytest.mark.parametrize(("sender", "code"), [("", "21610"), ("whatsapp:", "63014")])
def test_a_refusal_because_of_a_stop_is_a_stop(sender, code):
    fields = {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": code, "To": f"{sender}+4915112345678"}

    of_message, of_number = PROVIDERS["twilio"].read(_signed(fields), TOKEN)

    assert (of_message.kind, of_message.code, of_message.provider_id) == ("failed", code, "SM1")
    assert (of_number.kind, of_number.address, of_number.provider_id) == ("opted_out", "+4915112345678", "")
    assert of_message.event_id != of_number.event_id


def test_a_changed_field_or_another_accounts_token_is_refused():
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signature = RequestValidator(TOKEN).compute_signature(f"http://testserver{PATH}", fields)
    changed = RequestFactory().post(PATH, {**fields, "MessageStatus": "failed"}, HTTP_X_TWILIO_SIGNATURE=signature)

    for request in (changed, _signed(fields, token="another"), RequestFactory().post(PATH, fields)):
        with pytest.raises(ReportRefused) as refused:
            PROVIDERS["twilio"].read(request, TOKEN)
        assert refused.value.status == 401
