"""FedEx and USPS asked over HTTP: many numbers in one body, and one number a minute."""

import datetime as dt

from tests.tracking.polling.services.conftest import ask, fresh, news_of, poll_of
from tests.tracking.polling.stand_in import Asked, a_token, as_json

MINUTE = dt.timedelta(minutes=1)
NUMBER = "9400100000000000000006"


def fedex_knows(asked: Asked, known: dict[str, list[tuple[str, str]]]):
    """FedEx's answer about several numbers: an error for each it does not know."""
    unknown = {"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "Cannot be found."}}
    results = [
        {
            "trackingNumber": number,
            "trackResults": [
                {"scanEvents": [{"date": moment, "eventType": scan} for moment, scan in known[number]]}
                if number in known
                else unknown
            ],
        }
        for number in asked.numbers
    ]
    return as_json({"output": {"completeTrackResults": results}})


def test_fedex_answers_about_thirty_parcels_at_once_each_for_itself(stand_in, connect, parcel, now) -> None:
    account = connect("fedex")
    numbers = [f"5811900{number:05}" for number in range(32)]
    shipments = [parcel(number, "fedex", at=now - (32 - at) * MINUTE) for at, number in enumerate(numbers)]
    known = {numbers[0]: [("2026-07-14T08:00:00-05:00", "PU")], numbers[31]: [("2026-07-14T09:00:00-05:00", "OD")]}
    stand_in.says = lambda asked: fedex_knows(asked, known) if asked.numbers else a_token()

    assert ask(account, now) == 2

    assert [one.numbers for one in stand_in.questions] == [numbers[:30], numbers[30:]]
    assert [one.headers["authorization"] for one in stand_in.questions] == ["Bearer token-1"] * 2
    assert len(stand_in.asked) == 3  # one token for both
    answers = [poll_of(shipment).answer for shipment in shipments]
    assert answers == ["heard"] + ["not_found"] * 30 + ["heard"]
    assert (news_of(shipments[0]), news_of(shipments[31])) == (["PU"], ["OD"])
    assert fresh(account).trouble == ""


def test_usps_is_asked_once_a_minute_and_knows_a_parcel_by_its_barcode(stand_in, connect, parcel, now) -> None:
    account = connect("usps")
    first, second = parcel(f"42020260{NUMBER}", "usps", at=now - MINUTE), parcel("9400100000000000000013", "usps")
    event = {"GMTTimestamp": "2026-07-14T08:00:00Z", "eventCode": "TL", "eventType": "In Transit to Next Facility"}
    known = {"trackingNumber": NUMBER, "destinationZIP": "20260", "trackingEvents": [event]}

    def says(asked: Asked):
        if not asked.numbers:
            return a_token()
        unknown = {"error": {"code": "404", "message": "Tracking is not available for this item."}}
        return as_json(known) if asked.numbers[0].endswith(NUMBER) else as_json(unknown, 404)

    stand_in.says = says
    assert [ask(account, now + dt.timedelta(seconds=after)) for after in (0, 59, 60)] == [1, 0, 1]

    assert [one.method for one in stand_in.questions] == ["GET", "GET"]
    assert (news_of(first), poll_of(first).answer) == (["TL"], "heard")
    assert (news_of(second), poll_of(second).answer) == ([], "not_found")
    assert fresh(account).trouble == ""
