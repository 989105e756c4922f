"""Hermes Germany, Shipment Info API: ``GET /services/hsi/shipmentinfo?shipmentID=…``, with a user's token.

Sources: the OpenAPI documents of the Hermes Shipping Interface as kept in https://github.com/karrioapi/karrio,
modules/connectors/hermes/vendor: openapi-shipment.yaml (address, parameters, up to 100 numbers, a parcel's form),
openapi-auth.yaml (``grant_type=password`` at a host of its own, tokens good for an hour). They name the integration
system; the address of the real one is that without "-int", as karrio and WooCommerce Germanized Pro have it. Hermes
names no number of calls a day. A token it does not take is answered with 400 (e902, e903).
"""

from urllib.parse import urlencode

from tracking.carriers.answers import hermes
from tracking.enums import Carrier
from tracking.polling.clients import oauth
from tracking.polling.clients.base import Client, Question, Request


def request(question: Question) -> Request:
    """Return the request for up to fifty numbers."""
    headers = {
        "Authorization": f"Bearer {question.token}",
        "Accept": "application/json",
        "Accept-Language": question.language.upper(),
    }
    query = urlencode([("shipmentID", number) for number in question.numbers])
    return Request("GET", f"/services/hsi/shipmentinfo?{query}", headers)


CLIENT = Client(
    name="hermes",
    title="Hermes",
    carrier=Carrier.HERMES,
    address="https://de-api.hermesworld.com",
    credentials={
        "client_id": "Client ID",
        "client_secret": "Client Secret",
        "user": "User",
        "password": "Password",
    },
    request=request,
    read=hermes.read,
    example="H9746130018743501086",
    # Half of what Hermes takes: as many as one question looks at, in an address every server takes.
    numbers_at_once=50,
    token=oauth.desk(
        "/authorization-facade/oauth2/access_token",
        address="https://authme.myhermes.de",
        keys_in_form=True,
        with_password=True,
        refused_with=(400, 401),
    ),
)
