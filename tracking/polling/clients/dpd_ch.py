"""DPD Switzerland, Shipment API: ``GET /api/v1/tracking/{parcelNumber}?locale=…``, with a token from ``/api/v1/login``.

Source: https://label-print-docs.dpd.ch/shipment-api (overview, authentication, tracking). Tokens are JSON Web Tokens
that say themselves how long they live; ``/api/v1/login-extended`` says it too, but is not open to every account. DPD
names no number of calls.
"""

import base64
import json

from tracking.carriers.answers import dpd_ch
from tracking.carriers.answers.base import (
    CarrierTrouble,
    Headers,
    Trouble,
    insist_on_success,
    json_object,
    text,
    words_beside,
)
from tracking.carriers.dpd import parcel_label_number
from tracking.enums import Carrier
from tracking.polling.clients.base import Client, Credentials, Question, Request, Token, TokenDesk, within_reason


def request(question: Question) -> Request:
    """Return the request for one number."""
    headers = {"Authorization": f"Bearer {question.token}", "Accept": "application/json"}
    locale = "de_CH" if question.language == "de" else "en_US"
    number = parcel_label_number(question.numbers[0])
    return Request("GET", f"/api/v1/tracking/{number}?locale={locale}", headers)


def ask_for_token(credentials: Credentials) -> Request:
    """Return the request for a token."""
    body = json.dumps({"username": credentials["user"], "password": credentials["password"]}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return Request("POST", "/api/v1/login", headers, body)


def read_token(status: int, headers: Headers, body: bytes) -> Token:
    """Return the token of an answer. Raises ``CarrierTrouble``; missing keys are 400, wrong ones 401."""
    words = text(words_beside(body).get("message"), 500) or ""
    if status == 400:
        raise CarrierTrouble(Trouble.REFUSED, words)
    insist_on_success(status, headers, words)
    value = text(json_object(body).get("token"), 20_000)
    if value is None:
        raise CarrierTrouble(Trouble.NONSENSE, "no token in the answer")
    return Token(value, within_reason(_life(value)))


def _life(token: str) -> int | None:
    """Return for how many seconds a JSON Web Token is good (RFC 7519: exp, iat), None where it does not say so."""
    try:
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        return int(claims["exp"]) - int(claims["iat"])
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return None


CLIENT = Client(
    name="dpd_ch",
    title="DPD Schweiz (Shipment API)",
    carrier=Carrier.DPD,
    address="https://label-print-shipments.dpd.ch",
    credentials={"user": "User", "password": "Password"},
    request=request,
    read=dpd_ch.read,
    example="05305000123456",
    seconds_between=1,
    token=TokenDesk(request=ask_for_token, read=read_token),
)
