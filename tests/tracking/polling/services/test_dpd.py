"""DPD asked over HTTP, in Germany with keys in headers, in Switzerland with a token; its answers name no number."""

import base64
import datetime as dt
import json
import time

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.tracking.polling.services.conftest import MINUTE, ask, fresh, news_of, poll_of
from tests.tracking.polling.stand_in import Answer, Asked, as_json
from tracking.models import ParcelPoll
from tracking.polling.services import send

KNOWN, UNKNOWN = "09980525414724", "09980525414730"
WITH_CHECK_CHARACTER = "09980525414724N"


def a_jwt(name: str, seconds: int) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"sub": name, "iat": 1000, "exp": 1000 + seconds}).encode())
    return f"head.{claims.decode().rstrip('=')}.{name}"


def switzerland_says(asked: Asked) -> Answer:
    if asked.numbers != [KNOWN]:
        return as_json({"status": 404, "message": "Parcel not found"}, 404)
    stage = {"name": "OUT_FOR_DELIVERY", "description": "In Zustellung", "location": "Bern Hub"}
    reached = {**stage, "date": "2026-07-14 08:15:00", "hasBeenReached": True, "isCurrent": True}
    return as_json({"shipmentInfo": {}, "statusInfo": [reached]})


def germany_says(date: str, **status: object) -> Answer:
    info = {"StatusReached": True, "StatusID": "OUT_FOR_DELIVERY", "StatusDate": date, **status}
    return as_json({"Ack": True, "OrderStatus": {"ParcelNo": KNOWN, "StatusInfoContainer": {"CarLoad": info}}})


def germany_refuses(code: str) -> Answer:
    error = {"ErrorID": 2027, "ErrorCode": code, "ErrorMsgShort": "Fehler", "ErrorMsgLong": "Bitte 10 min warten."}
    return as_json({"Ack": False, "OrderStatus": None, "ErrorDataList": [error]})


def test_germany_is_asked_by_fourteen_digits_about_a_parcel_of_any_form(stand_in, connect, parcel, now) -> None:
    account, shipment = connect("dpd"), parcel(WITH_CHECK_CHARACTER, "dpd")
    stand_in.says = lambda _asked: germany_says("14.07.2026, 08:15")

    assert ask(account, now) == 1

    (asked,) = stand_in.asked
    assert (asked.method, asked.path) == ("GET", f"/api/v1/getOrderStatus/{KNOWN}/null")
    sent = ("partnercredentials-name", "partnercredentials-token", "usercredentials-clouduserid")
    assert [asked.headers[name] for name in sent] == ["Shop", "p-1", "183864"]
    assert (asked.headers["usercredentials-token"], asked.headers["language"]) == ("u-1", "de_DE")
    assert (news_of(shipment), poll_of(shipment).answer) == (["OUT_FOR_DELIVERY"], "heard")
    assert (fresh(shipment).status, fresh(account).trouble) == ("out_for_delivery", "")


@pytest.mark.parametrize("date", ["7/8/2026 8:15:00 AM", "07/08/2026 08:15"])
def test_a_date_that_could_be_two_days_is_nobodys_news(stand_in, connect, parcel, now, date: str) -> None:
    account, shipment = connect("dpd"), parcel(KNOWN, "dpd")
    stand_in.says = lambda _asked: germany_says(date)

    assert ask(account, now) == 1

    assert (news_of(shipment), fresh(shipment).status) == ([], "pending")
    assert fresh(account).trouble == "nonsense"
    assert fresh(account).trouble_detail == f"a date in a form nobody knows: {date}"


def test_germanys_call_limit_is_ten_minutes_of_rest(stand_in, connect, parcel, now) -> None:
    account, shipment = connect("dpd"), parcel(KNOWN, "dpd")
    stand_in.says = lambda _asked: germany_refuses("CLOUD_API_USERCALLLIMIT")
    assert [ask(account, now + minutes * MINUTE) for minutes in (0, 5, 9)] == [1, 0, 0]
    assert (fresh(account).trouble, fresh(account).trouble_detail) == ("too_fast", "Bitte 10 min warten.")

    stand_in.says = lambda _asked: germany_says("14.07.2026, 08:15")
    assert ask(account, now + 10 * MINUTE) == 1
    assert (fresh(account).trouble, news_of(shipment)) == ("", ["OUT_FOR_DELIVERY"])


def test_a_number_germany_does_not_take_is_not_known_yet(stand_in, connect, parcel, now) -> None:
    account, shipment = connect("dpd"), parcel(KNOWN, "dpd")
    stand_in.says = lambda _asked: germany_refuses("CLOUD_API_PARCELNO_NOT_VALID")

    assert ask(account, now) == 1

    assert (poll_of(shipment).answer, news_of(shipment), fresh(account).trouble) == ("not_found", [], "")


def test_switzerlands_token_is_kept_until_it_ends(stand_in, connect, parcel, now) -> None:
    account = connect("dpd_ch")
    known, unknown = parcel(KNOWN, "dpd"), parcel(UNKNOWN, "dpd")
    names = iter("ab")
    stand_in.says = lambda asked: (
        switzerland_says(asked) if asked.numbers else as_json({"token": a_jwt(next(names), 1800), "refreshToken": "r"})
    )

    assert [ask(account, now + dt.timedelta(seconds=after)) for after in (0, 1)] == [1, 1]
    assert [json.loads(one.body) for one in stand_in.asked if not one.numbers] == [
        {"username": "shop", "password": "geheim"}
    ]
    assert {one.path for one in stand_in.questions} == {
        f"/api/v1/tracking/{number}?locale=de_CH" for number in (KNOWN, UNKNOWN)
    }
    assert (news_of(known), poll_of(known).answer) == (["OUT_FOR_DELIVERY"], "heard")
    assert (news_of(unknown), poll_of(unknown).answer) == ([], "not_found")
    assert fresh(known).status == "out_for_delivery"

    for minutes, token in ((28, "a"), (30, "b")):
        with merchant_scope(account.merchant_id):
            ParcelPoll.objects.filter(shipment=known).update(next_poll_at=now + minutes * MINUTE)
        ask(account, now + minutes * MINUTE)
        assert stand_in.questions[-1].headers["authorization"].endswith(f".{token}")
    assert fresh(account).trouble == ""


def test_a_token_switzerland_refuses_is_renewed_once(stand_in, connect, parcel, now) -> None:
    account, shipment = connect("dpd_ch"), parcel(KNOWN, "dpd")
    refusal = {"status": 401, "error": "Unauthorized", "message": "JWT token is missing or invalid"}
    stand_in.says = lambda asked: as_json(refusal, 401) if asked.numbers else as_json({"token": a_jwt("a", 1800)})

    assert ask(account, now) == 1

    assert (fresh(account).trouble, fresh(account).trouble_detail) == ("refused", refusal["message"])
    assert (len(stand_in.asked), news_of(shipment)) == (2, [])


@pytest.mark.parametrize("name", ["dpd", "dpd_ch"])
@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ((429, {"Retry-After": "300"}, b""), "too_fast"),
        ((500, {}, b"oops"), "away"),
        ((200, {}, b"<html>Wartung</html>"), "nonsense"),
        ((403, {}, b"{}"), "refused"),
    ],
)
def test_dpd_in_trouble_changes_nothing(stand_in, connect, parcel, now, name: str, said: Answer, trouble: str) -> None:
    account, shipment = connect(name), parcel(KNOWN, "dpd")
    stand_in.says = lambda asked: said if asked.numbers else as_json({"token": a_jwt("a", 1800)})

    assert ask(account, now) == 1
    assert ask(account, now + MINUTE / 2) == 0

    assert (fresh(account).trouble, news_of(shipment), fresh(shipment).status) == (trouble, [], "pending")


def test_a_login_that_says_nothing_is_given_up_in_time(stand_in, connect, parcel, now, monkeypatch) -> None:
    monkeypatch.setattr(send, "REQUEST_SECONDS", 0.3)
    account, shipment = connect("dpd_ch"), parcel(KNOWN, "dpd")
    stand_in.says = lambda _asked: time.sleep(1) or (200, {}, b"{}")

    assert ask(account, now) == 1

    assert (fresh(account).trouble, fresh(account).trouble_detail, news_of(shipment)) == ("away", "timeout", [])
