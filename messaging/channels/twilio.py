"""Messages to telephones by Twilio: SMS, and WhatsApp by approved templates.

The SDK is used inside this module only and speaks through ``postpurchase.lib.http``; ``base_url`` may point at a
stand-in that the operator has opened in ``EGRESS_ALLOW``. Twilio's ``Messages`` call knows no idempotency key, so
whatever may have arrived stays unknown.

Outside of 24 hours after a person's own message, WhatsApp takes approved templates only, named by their Content SID
(https://www.twilio.com/docs/content/send-templates-created-with-the-content-template-builder); a text of our own would
be refused (63016). Error codes: https://www.twilio.com/docs/api/errors, those of WhatsApp beside WhatsApp's own:
https://www.twilio.com/docs/whatsapp/api/error-code-mapping. WhatsApp's mostly come later, as status reports
(``messaging/providers/twilio.py``).
"""

import base64
import datetime as dt
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from messaging.channels.base import Envelope, Outcome
from messaging.enums import AttemptOutcome, SuppressionReason
from postpurchase.lib import http

WHATSAPP = "whatsapp:"  # stands before numbers
# The person answered STOP, or blocked the sender in WhatsApp.
UNSUBSCRIBED = (21610, 63014)
# Not a number, or not one that takes text messages; nobody at WhatsApp has it.
BAD_NUMBERS = (21211, 21214, 21217, 21614, 63003, 63024)
# Too many at once; the sender's limit at WhatsApp.
TOO_MANY_REQUESTS = (20429, 63018)
LONGEST_WAIT = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Whose account pays, and which number or name text messages come from."""

    sid: str
    token: str = field(repr=False)
    sender: str
    base_url: str
    egress_allow: Sequence[str] = ()


class TwilioChannel:
    """Hands messages to Twilio."""

    provider = "twilio"

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account

    def open(self) -> "TwilioConnection":
        """Return a connection; Twilio's API needs no greeting."""
        return TwilioConnection(self._account)


class TwilioConnection:
    """Speaks to Twilio's API, one request for each message."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._http = _OurHttpClient(account.egress_allow)
        self._client = Client(account.sid, account.token, http_client=self._http)
        self._client.api.base_url = account.base_url

    def send(self, envelope: Envelope) -> Outcome:
        """Hand one message over."""
        try:
            message = self._client.messages.create(**_wanted(envelope, self._account.sender))
        except http.EgressRefused as error:
            return Outcome(AttemptOutcome.TEMPORARY, error.reason, channel_down=True)
        except http.NotConnected as error:
            return Outcome(AttemptOutcome.TEMPORARY, error.reason, channel_down=True)
        except http.AnswerLost as error:
            return Outcome(AttemptOutcome.UNKNOWN, error.reason)
        except TwilioRestException as error:
            return _refused(error, self._http.retry_after)
        except (TwilioException, ValueError) as error:
            # An answer that is not what Twilio's API answers: the request did go out.
            return Outcome(AttemptOutcome.UNKNOWN, type(error).__name__)
        if not message.sid:
            return Outcome(AttemptOutcome.UNKNOWN, "no_sid")
        return Outcome(AttemptOutcome.ACCEPTED, "201", provider_message_id=message.sid)

    def close(self) -> None:
        """Nothing stays open between requests."""


def _wanted(envelope: Envelope, sender: str) -> Mapping[str, str]:
    """What Twilio is asked to send: an approved template by WhatsApp, else the text as SMS."""
    approved = envelope.approved
    if approved is None:
        return {"to": envelope.recipient, "from_": sender, "body": envelope.text}
    return {
        "to": f"{WHATSAPP}{envelope.recipient}",
        "from_": f"{WHATSAPP}{approved.sender}",
        "content_sid": approved.content_sid,
        "content_variables": json.dumps(dict(approved.variables), ensure_ascii=False),
    }


def _refused(error: TwilioRestException, retry_after: dt.timedelta | None) -> Outcome:
    code = str(error.code or error.status)
    if error.code in UNSUBSCRIBED:
        return Outcome(AttemptOutcome.PERMANENT, code, suppress=SuppressionReason.OPTED_OUT)
    if error.code in BAD_NUMBERS:
        return Outcome(AttemptOutcome.PERMANENT, code, suppress=SuppressionReason.INVALID)
    if error.status == 429 or error.code in TOO_MANY_REQUESTS or (error.status == 503 and retry_after is not None):
        return Outcome(AttemptOutcome.TEMPORARY, code, retry_after=retry_after, channel_down=True)
    if error.status in (401, 403):
        # The account, not the message: an operator has to look, and the messages wait.
        return Outcome(AttemptOutcome.TEMPORARY, code, channel_down=True)
    if error.status >= 500 or error.status < 400:
        return Outcome(AttemptOutcome.UNKNOWN, code)
    return Outcome(AttemptOutcome.PERMANENT, code)


class _OurHttpClient(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's requests, through our own way out."""

    def __init__(self, egress_allow: Sequence[str]) -> None:
        super().__init__(logging.getLogger("messaging.twilio"), is_async=False)
        self._allow = egress_allow
        self.retry_after: dt.timedelta | None = None

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        sent_headers = dict(headers or {})
        if auth is not None:
            sent_headers["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode("ascii")
        # Ours says what we accept and who we are.
        for name in ("User-Agent", "Accept-Encoding"):
            sent_headers.pop(name, None)
        body = urlencode(data, doseq=True).encode() if data is not None else None
        if body is not None:
            sent_headers["Content-Type"] = "application/x-www-form-urlencoded"
        address = f"{uri}?{urlencode(params, doseq=True)}" if params else uri
        answer = http.request(method, address, headers=sent_headers, body=body, allow=self._allow)
        self.retry_after = _seconds(answer.headers.get("retry-after"))
        return Response(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)


def _seconds(text: str | None) -> dt.timedelta | None:
    if text is None or not text.isdigit():
        return None
    return min(LONGEST_WAIT, dt.timedelta(seconds=int(text[:6])))
