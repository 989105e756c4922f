"""USPS, Tracking API v3: ``GET /tracking/v3/tracking/{number}?expand=DETAIL`` with a token from ``/oauth2/v3/token``.

Source: https://developers.usps.com (Package Tracking and Notification 3.2.6; OAuth 2.0 v3) and
https://github.com/USPS/api-examples: issues 28 and 99 (an app needs USPS's leave to track) and 107 (calls are counted
by the hour; USPS names no number, and new apps were found to have 60). No parcel's number is documented: the example
has the form and check digit of one.
"""

from tracking.carriers.answers import usps
from tracking.enums import Carrier
from tracking.polling.clients import oauth
from tracking.polling.clients.base import Client, Question, Request


def request(question: Question) -> Request:
    """Return the request for one number."""
    headers = {"Authorization": f"Bearer {question.token}", "Accept": "application/json"}
    return Request("GET", f"/tracking/v3/tracking/{question.numbers[0]}?expand=DETAIL", headers)


CLIENT = Client(
    name="usps",
    title="USPS",
    carrier=Carrier.USPS,
    address="https://apis.usps.com",
    credentials={"client_id": "Consumer Key", "client_secret": "Consumer Secret"},
    request=request,
    read=usps.read,
    example="9400100000000000000006",
    seconds_between=60,
    token=oauth.desk("/oauth2/v3/token", keys_in_form=True),
)
