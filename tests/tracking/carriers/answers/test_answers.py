"""Carriers' answers become news, and what is no answer becomes a problem that says what to do, never news."""

import copy
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.carriers.answers.asking import ANSWERS, DHL, READERS, UPS, ask, fedex_unknown, news, trouble
from tracking.carriers.answers.base import CarrierTrouble, Trouble
from tracking.enums import ShipmentStatus
from tracking.reading import read

NAMES_NO_NUMBER = ("dpd", "dpd_ch")


def test_dhl_tells_in_local_time_of_the_place() -> None:
    assert news("dhl") == [
        ("23 07:00:00", "in_transit", "Hagen", None),
        ("24 10:05:00", "delivered", "Zürich", "Weber"),
    ]
    (heard,) = ask("dhl", DHL)
    assert [item.proof_url for item in heard.checkpoints] == [
        None,
        "https://webpod.dhl.com/webPOD/DHLePODRequest?id=1",
    ]
    assert (heard.tracking_number, heard.promised_from, heard.promised_to) == (
        "00340434161094042557",
        dt.date(2026, 11, 24),
        dt.date(2026, 11, 25),
    )


def test_gls_leaves_out_the_numbers_it_does_not_know() -> None:
    assert news("gls") == [
        ("23 09:46:14", "in_transit", "Berlin", None),
        ("24 09:46:14", "delivered", "Wien", None),
    ]


def test_ups_prefers_its_times_in_gmt() -> None:
    assert news("ups") == [
        ("23 12:13:56", "in_transit", "Wayne", None),
        ("24 10:15:00", "delivered", "Köln", "WEBER"),
    ]
    (heard,) = ask("ups", UPS)
    assert [item.code for item in heard.checkpoints] == ["X-SR", "D-FS-011"]
    assert heard.promised_to == dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("carrier", "tree", "status", "expected"),
    [
        ("dhl", {"title": "No result found", "detail": "No shipment.", "status": 404}, 404, Trouble.NOT_FOUND),
        ("dhl", {"title": "No result found", "detail": "No shipment.", "status": 404}, 200, Trouble.NOT_FOUND),
        ("dhl", {"title": "Unauthorized", "status": 401}, 401, Trouble.REFUSED),
        (
            "gls",
            {"parcels": [{"requested": "1", "errorCode": "E_404_01", "errorMessage": "x"}]},
            200,
            Trouble.NOT_FOUND,
        ),
        ("gls", {"parcels": [{"requested": "1", "errorCode": "E_500_01"}]}, 200, Trouble.NONSENSE),
        ("fedex", fedex_unknown("TRACKING.TRACKINGNUMBER.NOTFOUND"), 200, Trouble.NOT_FOUND),
        ("fedex", fedex_unknown("TRACKING.TRACKINGNUMBER.EMPTY"), 200, Trouble.NONSENSE),
        ("fedex", {"errors": [{"code": "TRACKING.TRACKINGNUMBER.EMPTY", "message": "x"}]}, 400, Trouble.NONSENSE),
        ("fedex", {"errors": [{"code": "NOT.AUTHORIZED.ERROR", "message": "x"}]}, 401, Trouble.REFUSED),
        ("fedex", {"errors": [{"code": "FORBIDDEN.ERROR", "message": "x"}]}, 200, Trouble.REFUSED),
        ("fedex", {"errors": [{"code": "NOT.FOUND.ERROR", "message": "x"}]}, 404, Trouble.NONSENSE),
        ("fedex", {"errors": [{"code": "SERVICE.UNAVAILABLE.ERROR", "message": "x"}]}, 503, Trouble.AWAY),
        ("fedex", b"<html>", 403, Trouble.REFUSED),
        ("ups", {"response": {"errors": [{"code": "250003", "message": "Invalid key"}]}}, 401, Trouble.REFUSED),
        ("ups", {"response": {"errors": [{"code": "TV1002", "message": "x"}]}}, 400, Trouble.NOT_FOUND),
        (
            "ups",
            {"trackResponse": {"shipment": [{"warnings": [{"code": "TW0001", "message": "x"}]}]}},
            200,
            Trouble.NOT_FOUND,
        ),
    ],
)
def test_an_error_is_no_news(carrier, tree, status, expected) -> None:
    assert trouble(carrier, tree, status).trouble == expected


@pytest.mark.parametrize("carrier", READERS)
def test_every_carrier_may_be_away_slow_or_mad(carrier) -> None:
    assert trouble(carrier, b"<html>Bad gateway</html>", 502).trouble == Trouble.AWAY
    fast = trouble(carrier, {}, 429, retry_after="120")
    assert (fast.trouble, fast.retry_after) == (Trouble.TOO_FAST, 120)
    assert trouble(carrier, {}, 429, retry_after="99999999").retry_after == 6 * 3600
    assert trouble(carrier, {}, 429, retry_after="Fri, 31 Dec 2027").retry_after is None
    assert trouble(carrier, {}, 403).trouble == Trouble.REFUSED
    assert trouble(carrier, b"no json").trouble == Trouble.NONSENSE
    assert trouble(carrier, b"[]").trouble == Trouble.NONSENSE
    assert trouble(carrier, b"[" * 100_000).trouble == Trouble.NONSENSE
    assert trouble(carrier, {}).trouble in (Trouble.NOT_FOUND, Trouble.NONSENSE)


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += _places(value, (*path, key))
    return found


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.just([]), st.just({}), st.just("2026-11-24"),
    st.just("x" * 5000), st.floats(allow_nan=False),
)  # fmt: skip


@given(st.sampled_from(sorted(READERS)), st.data())
def test_whatever_is_wrong_in_an_answer_it_is_news_or_trouble(carrier, data) -> None:
    tree = copy.deepcopy(ANSWERS[carrier])
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(_places(tree)))
        place = tree
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = data.draw(ODD)
    try:
        heard = ask(carrier, tree)
    except CarrierTrouble:
        return
    for parcel in heard:
        assert parcel.tracking_number or carrier in NAMES_NO_NUMBER
        assert list(parcel.checkpoints) == sorted(parcel.checkpoints, key=lambda item: item.occurred_at)
        # What was not delivered before is not delivered by a broken field.
        delivered = [
            item for item in parcel.checkpoints if read(item, carrier=item.carrier).status == ShipmentStatus.DELIVERED
        ]
        assert len(delivered) <= 1


@pytest.mark.parametrize(
    "address",
    ["http://dhl.com/1", "string", "https://", "https://a b", "https://user@dhl.com/1", "javascript:alert(1)", 5, None],
)
def test_a_proof_that_is_no_safe_address_is_left_out(address) -> None:
    tree = copy.deepcopy(DHL)
    tree["shipments"][0]["details"]["proofOfDelivery"]["documentUrl"] = address
    (heard,) = ask("dhl", tree)

    assert [(item.signed_by, item.proof_url) for item in heard.checkpoints] == [(None, None), ("Weber", None)]
