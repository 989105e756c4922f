"""Twilio's reports: status of a sent SMS or WhatsApp message, and what shoppers answer (STOP, START).

Numbers of WhatsApp come as ``whatsapp:+49…``; its messages may also be ``read``.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
https://www.twilio.com/docs/whatsapp/api
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

from collections.abc import Mapping

from django.http import HttpRequest
from twilio.request_validator import RequestValidator

from messaging.enums import Channel, FeedbackKind
from messaging.providers.base import Feedback, Provider, ReportRefused

KINDS = {
    "delivered": FeedbackKind.DELIVERED,
    "read": FeedbackKind.DELIVERED,
    "undelivered": FeedbackKind.BOUNCED,
    "failed": FeedbackKind.BOUNCED,
}
# Numbers that will never take a message; other errors end the message and say nothing about the number for good.
# 30005 unknown handset, 30006 landline, 21211 invalid number, 21614 not a mobile number,
# 63003 and 63024 not at WhatsApp.
FINAL_ERRORS = frozenset({"30005", "30006", "21211", "21614", "63003", "63024"})
# The person answered STOP, or blocked the sender in WhatsApp.
STOP_ERRORS = frozenset({"21610", "63014"})
WHATSAPP = "whatsapp:"
# Twilio's own words and those a German, Austrian or Swiss shopper writes.
STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"}
    | {"stopp", "abmelden", "abbestellen", "ende", "arret", "arrêt", "basta"}
)
# Not Twilio's YES, which may be an answer to anything.
START_WORDS = frozenset({"start", "unstop", "starten", "anmelden", "démarrer", "demarrer", "inizia"})


def _read_twilio(request: HttpRequest, secret: str) -> list[Feedback]:
    fields = {key: request.POST.get(key, "") for key in request.POST}
    signature = request.headers.get("X-Twilio-Signature", "")
    if not RequestValidator(secret).validate(request.build_absolute_uri(), fields, signature):
        raise ReportRefused(401, "the request is not signed with this account's token")
    message_id = fields.get("MessageSid") or fields.get("SmsSid", "")
    if not message_id:
        raise ReportRefused(400, "this is no report of Twilio: MessageSid is missing")
    status = fields.get("MessageStatus") or fields.get("SmsStatus", "")
    is_answer = status == "received"
    channel, number = _channel_and_number(fields.get("From" if is_answer else "To", ""))
    if is_answer:
        return [Feedback(_said(fields), channel, f"{message_id}|received", None, address=number)]
    code = fields.get("ErrorCode", "")
    kind = KINDS.get(status, FeedbackKind.OTHER)
    if kind is FeedbackKind.BOUNCED and code not in FINAL_ERRORS:
        kind = FeedbackKind.FAILED
    of_message = Feedback(
        kind, channel, f"{message_id}|{status}", None, provider_id=message_id, address=number, code=code or status
    )
    if code not in STOP_ERRORS:
        return [of_message]
    return [of_message, Feedback(FeedbackKind.OPTED_OUT, channel, f"{message_id}|stop", None, address=number)]


def _said(fields: Mapping[str, str]) -> FeedbackKind:
    """What a shopper's answer means: by Twilio's own reading of it (Advanced Opt-Out), else by its one word."""
    word = fields.get("Body", "").strip(" \t\r\n.!\"'").lower()
    read_as = fields.get("OptOutType", "")
    if read_as == "STOP" or word in STOP_WORDS:
        return FeedbackKind.OPTED_OUT
    return FeedbackKind.OPTED_IN if read_as == "START" or word in START_WORDS else FeedbackKind.OTHER


def _channel_and_number(address: str) -> tuple[Channel, str]:
    channel = Channel.WHATSAPP if address.startswith(WHATSAPP) else Channel.SMS
    return channel, address.removeprefix(WHATSAPP)


TWILIO = Provider("twilio", _read_twilio)
