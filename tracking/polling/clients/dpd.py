"""DPD Germany, Cloud Service: ``GET /api/v1/getOrderStatus/{number}/null``, with the keys in headers.

Sources: https://cloud.dpd.com/services/v1/DPDCloudService.asmx?op=getOrderStatus (what is asked),
https://github.com/very-code-com/dpd-de-php, ``docs/DPD-NOTES.md`` (the address by REST, the names of the headers, that
an empty part of an address is the word null). The postal code would open the receiver's name and address, which nobody
here needs. DPD limits the calls of an account without naming a number; beyond it wants ten minutes of rest. No parcel's
number is documented: the example has the form of one. Dates come as Germans write them when asked in German.
"""

from tracking.carriers.answers import dpd
from tracking.carriers.dpd import parcel_label_number
from tracking.enums import Carrier
from tracking.polling.clients.base import Client, Question, Request

VERSION = "100"


def request(question: Question) -> Request:
    """Return the request for one number."""
    keys = question.credentials
    headers = {
        "Version": VERSION,
        "Language": "de_DE",
        "PartnerCredentials-Name": keys["partner_name"],
        "PartnerCredentials-Token": keys["partner_token"],
        "UserCredentials-cloudUserID": keys["user_id"],
        "UserCredentials-Token": keys["user_token"],
        "Accept": "application/json",
    }
    return Request("GET", f"/api/v1/getOrderStatus/{parcel_label_number(question.numbers[0])}/null", headers)


CLIENT = Client(
    name="dpd",
    title="DPD (Cloud Service)",
    carrier=Carrier.DPD,
    address="https://cloud.dpd.com",
    credentials={
        "partner_name": "Partner name",
        "partner_token": "Partner token",
        "user_id": "Cloud user ID",
        "user_token": "Cloud user token",
    },
    request=request,
    read=dpd.read,
    example="01234567890123",
    seconds_between=5,
)
