"""GLS, Track And Trace V1: ``GET /track-and-trace-v1/tracking/simple/trackids/{up to ten numbers}``.

Source: https://dev-portal.gls-group.net (Track And Trace V1, Authentication API V2). The token comes from
``/oauth2/v2/token``; an app may ask 500 times a day until GLS grants more. Numbers GLS does not know are entries with
an error among the others.
"""

from tracking.carriers.answers import gls
from tracking.enums import Carrier
from tracking.polling.clients import oauth
from tracking.polling.clients.base import Client, Question, Request


def request(question: Question) -> Request:
    """Return the request for up to ten numbers."""
    headers = {
        "Authorization": f"Bearer {question.token}",
        "Accept": "application/json",
        "Accept-Language": question.language.upper(),
    }
    path = f"/track-and-trace-v1/tracking/simple/trackids/{','.join(question.numbers)}"
    return Request("GET", f"{path}?showEvents=true&showLinks=false", headers)


CLIENT = Client(
    name="gls",
    title="GLS",
    carrier=Carrier.GLS,
    address="https://api.gls-group.net",
    credentials={"client_id": "API Key", "client_secret": "Secret"},
    request=request,
    read=gls.read,
    example="00TSTA1X",
    numbers_at_once=10,
    quota_per_day=500,
    token=oauth.desk("/oauth2/v2/token"),
)
