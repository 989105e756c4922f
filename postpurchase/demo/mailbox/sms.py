"""Stands in for Twilio's Messages resource, as far as sending needs it.

`POST /2010-04-01/Accounts/{AccountSid}/Messages.json`, basic authentication, a form with `To`, `From` or
`MessagingServiceSid`, and `Body`. Answers and error codes are those of Twilio's API reference (2010-04-01):
20003 authentication, 21211 bad number, 21602 no text, 21603 no sender.
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

from postpurchase.demo.mailbox.store import Sms, SmsStore

PATH = re.compile(r"/2010-04-01/Accounts/(?P<account>AC[0-9a-f]{32})/Messages\.json")
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
    *, store: SmsStore, account: TwilioAccount, sid: str, authorization: str, form: str, now: datetime
) -> TwilioAnswer:
    """Keep one SMS, or say in Twilio's words what is wrong with it."""
    if sid != account.sid or not _is(account, authorization):
        return _error(401, 20003, "Authenticate")
    fields = {name: values[-1] for name, values in parse_qs(form, keep_blank_values=True).items()}
    to, body = fields.get("To", ""), fields.get("Body", "")
    sender = fields.get("From") or fields.get("MessagingServiceSid", "")
    if not _NUMBER.fullmatch(to):
        return _error(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not sender:
        return _error(400, 21603, "A 'From' phone number is required to send a message.")
    if not body:
        return _error(400, 21602, "Message body is required.")
    return TwilioAnswer(201, _queued(account, store.add(sender=sender, to=to, body=body, now=now), now))


def _is(account: TwilioAccount, authorization: str) -> bool:
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
