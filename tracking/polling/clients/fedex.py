"""FedEx, Track API v1: ``POST /track/v1/trackingnumbers`` for up to 30 numbers, with a token from ``/oauth/token``.

Sources: https://developer.fedex.com/api/en-us/catalog/track/v1/docs.html (address, headers, body, at most 30 numbers),
/catalog/authorization/docs.html (the keys in the form, tokens good for an hour), /guides/ratelimits.html (100,000
requests a day for Track in each project, counted until 00:00 GMT) and /guides/api-reference.html (mock numbers).
"""

import json

from tracking.carriers.answers import fedex
from tracking.enums import Carrier
from tracking.polling.clients import oauth
from tracking.polling.clients.base import Client, Question, Request


def request(question: Question) -> Request:
    """Return the request for up to thirty numbers."""
    headers = {
        "Authorization": f"Bearer {question.token}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "x-locale": "de_DE" if question.language == "de" else "en_US",
        "x-customer-transaction-id": question.request_id,
    }
    asked = {
        "includeDetailedScans": True,
        "trackingInfo": [{"trackingNumberInfo": {"trackingNumber": number}} for number in question.numbers],
    }
    return Request("POST", "/track/v1/trackingnumbers", headers, json.dumps(asked).encode())


CLIENT = Client(
    name="fedex",
    title="FedEx",
    carrier=Carrier.FEDEX,
    address="https://apis.fedex.com",
    credentials={"client_id": "API Key", "client_secret": "Secret Key"},
    request=request,
    read=fedex.read,
    example="122816215025810",
    numbers_at_once=30,
    quota_per_day=100_000,
    token=oauth.desk("/oauth/token", keys_in_form=True),
)
