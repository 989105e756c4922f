"""DHL Parcel DE Tracking: ``GET /parcel/de/tracking/v0/shipments?xml=…`` with the request ``d-get-piece-detail``.

Source: https://developer.dhl.com/api-reference/dhl-parcel-de-shipment-tracking-post-parcel-germany (Get Started, User
Guide): the app's API key and secret as basic authentication; user and password of the business customer's tracking
inside the XML; up to 20 numbers, with semicolons between. Business customers get 1,000 requests a day, 3 a second.
"""

from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from tracking.carriers.answers import dhl_parcel_de
from tracking.enums import Carrier
from tracking.polling.clients.base import Client, Question, Request, basic_authorization


def request(question: Question) -> Request:
    """Return the request for up to twenty numbers."""
    keys = question.credentials
    attributes = {
        "appname": keys["user"],
        "language-code": question.language,
        "password": keys["password"],
        "piece-code": ";".join(question.numbers),
        "request": "d-get-piece-detail",
    }
    told = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><data {told}/>'
    authorization = basic_authorization(keys["api_key"], keys["api_secret"])
    headers = {"Authorization": authorization, "Accept": "application/xml"}
    return Request("GET", f"/parcel/de/tracking/v0/shipments?{urlencode({'xml': xml})}", headers)


CLIENT = Client(
    name="dhl_parcel_de",
    title="DHL Paket (Parcel DE Tracking)",
    carrier=Carrier.DHL,
    address="https://api-eu.dhl.com",
    credentials={
        "api_key": "API Key",
        "api_secret": "API Secret",
        "user": "User of the tracking service",
        "password": "Password of the tracking service",
    },
    request=request,
    read=dhl_parcel_de.read,
    example="00340434161094042557",
    numbers_at_once=20,
    quota_per_day=1000,
    seconds_between=1,
)
