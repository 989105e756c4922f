"""Hermes asked over HTTP: many numbers in one address, and a token that is refused with 400 is renewed once."""

import datetime as dt

from postpurchase.accounts.scoping import merchant_scope
from tests.tracking.polling.services.conftest import ask, fresh, news_of, poll_of
from tests.tracking.polling.stand_in import Answer, Asked, a_token, as_json
from tracking.models import ParcelPoll

FIRST, SECOND = "H9746130018743501086", "H1000730003158401019"
MINUTE = dt.timedelta(minutes=1)


def hermes_says(asked: Asked) -> Answer:
    """Hermes's answer about several numbers: a result code for each it does not know."""
    told = [{"timestamp": "2026-07-14T07:58:24+02:00", "code": "50-1-3", "description": "Auf der Zustelltour"}]
    unknown = {"code": "e001", "message": "There is no information for the entered value."}
    parcels = [
        {"shipmentID": number, "status": told} if number == FIRST else {"shipmentID": number, "result": unknown}
        for number in asked.numbers
    ]
    return as_json({"shipmentinfo": parcels})


def test_hermes_answers_about_several_parcels_each_for_itself(stand_in, connect, parcel, now) -> None:
    account = connect("hermes")
    first, second = parcel(FIRST, "hermes"), parcel(SECOND, "hermes")
    stand_in.says = lambda asked: hermes_says(asked) if asked.numbers else a_token()

    assert ask(account, now) == 1

    assert [sorted(one.numbers) for one in stand_in.questions] == [sorted([FIRST, SECOND])]
    assert (news_of(first), poll_of(first).answer) == (["50-1-3"], "heard")
    assert (news_of(second), poll_of(second).answer) == ([], "not_found")
    assert fresh(first).status == "out_for_delivery"
    assert fresh(account).trouble == ""


def test_a_token_that_hermes_refuses_with_400_is_renewed_once(stand_in, connect, parcel, now) -> None:
    account, shipment = connect("hermes"), parcel(FIRST, "hermes")
    tokens = iter(["token-1", "token-2"])

    def says(asked: Asked) -> Answer:
        if not asked.numbers:
            return a_token(next(tokens), 3600)
        if asked.headers["authorization"] == "Bearer token-1" and len(stand_in.questions) > 1:
            return as_json({"listOfResultCodes": [{"code": "e903", "message": "Token is expired."}]}, 400)
        return hermes_says(asked)

    stand_in.says = says
    ask(account, now)
    with merchant_scope(account.merchant_id):
        ParcelPoll.objects.update(next_poll_at=now + MINUTE)
    ask(account, now + MINUTE)

    assert len(stand_in.asked) == 5  # token, question; question, token, question
    assert (fresh(account).trouble, poll_of(shipment).answer) == ("", "heard")
