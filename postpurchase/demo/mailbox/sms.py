"""Stands in for Twilio's Messages resource, as far as sending needs it.

`POST /2010-04-01/Accounts/{AccountSid}/Messages.json`, basic authentication, a form with `To`, `From` or
`MessagingServiceSid`, and `Body`; for WhatsApp, whose numbers begin with `whatsapp:`, `ContentSid` and
`ContentVariables` of an approved template (`contents.py`). Answers and error codes are those of Twilio's API reference
(2010-04-01): 20003 authentication, 21211 bad number, 21602 no text, 21603 no sender. What Twilio reports only later is
said at once: 63016 no approved template, 63028 gaps that are not filled.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qs

from postpurchase.demo.mailbox import contents
from postpurchase.demo.mailbox.store import ContentStore, Sms, SmsStore

PATH = re.compile(r"/2010-04-01/Accounts/(?P<account>AC[0-9a-f]{32})/Messages\.json")
WHATSAPP = "whatsapp:"
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class TwilioAccount:
    """The one account this stand-in knows."""

    sid: str
    token: str


@dataclass(frozen=True)
class TwilioAnswer:
    status: int
    body: dict[str, object]


def accept(
    *,
    store: SmsStore,
    templates: ContentStore,
    account: TwilioAccount,
    sid: str,
    authorization: str,
    form: str,
    now: datetime,
) -> TwilioAnswer:
    """Keep one message, or say in Twilio's words what is wrong with it."""
    if sid != account.sid or not is_account(account, authorization):
        return _error(401, 20003, "Authenticate")
    fields = {name: values[-1] for name, values in parse_qs(form, keep_blank_values=True).items()}
    to, body = fields.get("To", ""), fields.get("Body", "")
    if to.startswith(WHATSAPP):
        return _accept_whatsapp(store, templates, account, fields, now)
    sender = fields.get("From") or fields.get("MessagingServiceSid", "")
    if not _NUMBER.fullmatch(to):
        return _error(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not sender:
        return _error(400, 21603, "A 'From' phone number is required to send a message.")
    if not body:
        return _error(400, 21602, "Message body is required.")
    return TwilioAnswer(201, _queued(account, store.add(sender=sender, to=to, body=body, now=now), now))


def _accept_whatsapp(
    store: SmsStore, templates: ContentStore, account: TwilioAccount, fields: dict[str, str], now: datetime
) -> TwilioAnswer:
    to, sender = fields["To"].removeprefix(WHATSAPP), fields.get("From", "")
    if not _NUMBER.fullmatch(to):
        return _error(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not sender.startswith(WHATSAPP):
        return _error(400, 21603, "A 'From' address of the channel is required to send a message.")
    text = templates.text_of(fields.get("ContentSid", ""))
    if text is None:
        return _error(400, 63016, "Outside of the window only an approved template may be sent.")
    body = contents.filled(text, fields.get("ContentVariables", ""))
    if body is None:
        return _error(400, 63028, "Number of parameters provided does not match the expected number of parameters")
    kept = store.add(sender=sender.removeprefix(WHATSAPP), to=to, body=body, now=now, channel="whatsapp")
    return TwilioAnswer(201, _queued(account, kept, now))


def is_account(account: TwilioAccount, authorization: str) -> bool:
    """Say whether a request's basic authentication is the account's."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(given, f"{account.sid}:{account.token}".encode())


def _queued(account: TwilioAccount, sms: Sms, now: datetime) -> dict[str, object]:
    uri = f"/2010-04-01/Accounts/{account.sid}/Messages/{sms.id}"
    return {
        "account_sid": account.sid,
        "api_version": "2010-04-01",
        "body": sms.body,
        "date_created": format_datetime(now),
        "date_sent": None,
        "date_updated": format_datetime(now),
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": sms.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sms.id,
        "status": "queued",
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": sms.to,
        "uri": f"{uri}.json",
    }


def _error(status: int, code: int, message: str) -> TwilioAnswer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return TwilioAnswer(status, {"code": code, "message": message, "more_info": more, "status": status})
