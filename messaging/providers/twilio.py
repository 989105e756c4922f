"""Twilio's reports: status of a sent SMS or WhatsApp message, and what shoppers answer (STOP).

Numbers of WhatsApp come as ``whatsapp:+49…``; its messages may also be ``read``.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
https://www.twilio.com/docs/whatsapp/api
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

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
# 30005 unknown handset, 30006 landline, 21211 invalid number, 21614 not a mobile number, 21610 opted out,
# 63003 and 63024 not at WhatsApp, 63014 the person blocked the sender.
FINAL_ERRORS = frozenset({"30005", "30006", "21211", "21614", "21610", "63003", "63014", "63024"})
WHATSAPP = "whatsapp:"
# Twilio's own words and those a German, Austrian or Swiss shopper writes.
STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"}
    | {"stopp", "abmelden", "abbestellen", "ende", "arret", "arrêt", "basta"}
)


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
        stopped = fields.get("OptOutType") == "STOP" or fields.get("Body", "").strip().lower() in STOP_WORDS
        kind = FeedbackKind.OPTED_OUT if stopped else FeedbackKind.OTHER
        return [Feedback(kind, channel, f"{message_id}|received", None, address=number)]
    code = fields.get("ErrorCode", "")
    kind = KINDS.get(status, FeedbackKind.OTHER)
    if kind is FeedbackKind.BOUNCED and code not in FINAL_ERRORS:
        kind = FeedbackKind.FAILED
    return [
        Feedback(
            kind,
            channel,
            f"{message_id}|{status}",
            None,
            provider_id=message_id,
            address=number,
            code=code or status,
        )
    ]


def _channel_and_number(address: str) -> tuple[Channel, str]:
    channel = Channel.WHATSAPP if address.startswith(WHATSAPP) else Channel.SMS
    return channel, address.removeprefix(WHATSAPP)


TWILIO = Provider("twilio", _read_twilio)
