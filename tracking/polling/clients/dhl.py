"""DHL, Shipment Tracking – Unified: ``GET /track/shipments?trackingNumber=…`` with the header ``DHL-API-Key``.

Sources: https://developer.dhl.com/api-reference/shipment-tracking (address, parameters, header) and its pages "What is
the Daily Rate Limit and Spike Arrest", "At what time does the daily limit of the quota reset" and "How long does it
take for a new shipment to appear" at https://support-developer.dhl.com: 250 calls a day at first, counted until 00:00
GMT, few of them at once (429 beyond either); a new number is known after 10 to 30 minutes.
"""

from urllib.parse import urlencode

from tracking.carriers.answers import dhl_unified
from tracking.enums import Carrier
from tracking.polling.clients.base import Client, Question, Request


def request(question: Question) -> Request:
    """Return the request for one number."""
    query = {"trackingNumber": question.numbers[0], "language": question.language}
    if question.country:
        query["requesterCountryCode"] = question.country
    headers = {"DHL-API-Key": question.credentials["api_key"], "Accept": "application/json"}
    return Request("GET", f"/track/shipments?{urlencode(query)}", headers)


CLIENT = Client(
    name="dhl",
    title="DHL (Shipment Tracking – Unified)",
    carrier=Carrier.DHL,
    address="https://api-eu.dhl.com",
    credentials={"api_key": "API Key"},
    request=request,
    read=dhl_unified.read,
    example="00340434161094042557",
    quota_per_day=250,
    seconds_between=5,
)
