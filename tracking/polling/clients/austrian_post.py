"""Austrian Post, tracking for business customers: ``POST /api/v1/GetParcelDetail?format=json`` about one number.

Sources: https://docs.digitalgenius.com/docs/post-ag-track-trace (address; a user and password as basic authentication)
and https://github.com/v1nk0/laravel-postat, ``src/Tracking.php`` (the body). The Post names no number of calls a day;
one a second floods nobody. The example is the number in the documentation of its international tracking
(https://tracking.myaustrianpost.info).
"""

import json

from tracking.carriers.answers import austrian_post
from tracking.enums import Carrier
from tracking.polling.clients.base import Client, Question, Request, basic_authorization


def request(question: Question) -> Request:
    """Return the request for one number."""
    keys = question.credentials
    headers = {
        "Authorization": basic_authorization(keys["user"], keys["password"]),
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    asked = {"IdentCode": question.numbers[0], "WithDescription": "true"}
    return Request("POST", "/api/v1/GetParcelDetail?format=json", headers, json.dumps(asked).encode())


CLIENT = Client(
    name="austrian_post",
    title="Österreichische Post",
    carrier=Carrier.AUSTRIAN_POST,
    address="https://customerservices.post.at",
    credentials={"user": "User", "password": "Password"},
    request=request,
    read=austrian_post.read,
    example="LJ061657317AT",
    seconds_between=1,
)
