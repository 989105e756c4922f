"""Austrian Post asked over HTTP: one number a second; what it does not know is no news."""

import datetime as dt

from tests.tracking.polling.services.conftest import ask, fresh, news_of, poll_of
from tests.tracking.polling.stand_in import Answer, Asked, as_json

KNOWN, UNKNOWN = "1019012500386270268443", "1019012500386270268450"


def the_post_says(asked: Asked) -> Answer:
    event = {"ParcelEventTypeCode": "ZUH", "ParcelEventReasonCode": "BN", "EventTimestamp": "2026-07-14T10:00:00"}
    parcels = [{"IdentCode": KNOWN, "ParcelEvents": [event]}] if asked.numbers == [KNOWN] else []
    return as_json({"Parcels": parcels})


def test_austrian_post_is_asked_about_each_parcel(stand_in, connect, parcel, now) -> None:
    account = connect("austrian_post")
    known, unknown = parcel(KNOWN, "austrian_post"), parcel(UNKNOWN, "austrian_post")
    stand_in.says = the_post_says

    assert [ask(account, now + dt.timedelta(milliseconds=after)) for after in (0, 900, 1000)] == [1, 0, 1]

    assert sorted(one.numbers[0] for one in stand_in.questions) == [KNOWN, UNKNOWN]
    assert (news_of(known), poll_of(known).answer) == (["ZUH-BN"], "heard")
    assert (news_of(unknown), poll_of(unknown).answer) == ([], "not_found")
    assert (fresh(known).status, fresh(known).substatus) == ("attempt_failed", "attempt_failed_not_home")
    assert fresh(account).trouble == ""
