"""UPS, Tracking API: ``GET /api/track/v1/details/{number}`` with a token from ``/security/v1/oauth/token``.

Source: https://developer.ups.com (Tracking; OAuth Client Credentials) and https://github.com/UPS-API/api-documentation
(Tracking.yaml, OAuthClientCredentials.yaml). ``transId`` and ``transactionSrc`` are required. UPS names no number of
calls a day.
"""

from urllib.parse import urlencode

from tracking.carriers.answers import ups
from tracking.enums import Carrier
from tracking.polling.clients import oauth
from tracking.polling.clients.base import Client, Question, Request


def request(question: Question) -> Request:
    """Return the request for one number."""
    query = urlencode({"locale": "de_DE" if question.language == "de" else "en_US", "returnSignature": "false"})
    headers = {
        "Authorization": f"Bearer {question.token}",
        "Accept": "application/json",
        "transId": question.request_id,
        "transactionSrc": "postpurchase",
    }
    return Request("GET", f"/api/track/v1/details/{question.numbers[0]}?{query}", headers)


CLIENT = Client(
    name="ups",
    title="UPS",
    carrier=Carrier.UPS,
    address="https://onlinetools.ups.com",
    credentials={"client_id": "Client ID", "client_secret": "Client Secret"},
    request=request,
    read=ups.read,
    example="1Z12345E0205271688",
    token=oauth.desk("/security/v1/oauth/token"),
)
