"""What each aggregator says becomes our words; what nobody knows stays unknown; proofs are checked as documented."""

import copy
import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.connectors.aggregators import aftership, easypost, karrio, ship24, shippo
from postpurchase.connectors.base import TOKEN, CarrierNews, Context, Ignored, Unreadable, WrongSignature
from postpurchase.connectors.registry import AGGREGATORS
from tests.connectors.aggregators.bodies import BODIES, NAMES, NUMBER, SECRET, SHIPPO, proof, raw
from tests.connectors.shops.mutations import bodies_like, outcome
from tracking.enums import STATUS_OF_SUBSTATUS, ShipmentStatus
from tracking.inputs import CheckpointInput
from tracking.reading import problems_of

NOW = dt.datetime(2026, 7, 15, 10, 30, tzinfo=dt.UTC)
CONTEXT = Context()
FIRST = dt.datetime(2026, 7, 14, 16, 0, tzinfo=dt.UTC)
LAST = dt.datetime(2026, 7, 15, 9, 0, tzinfo=dt.UTC)


def news_in(name: str, body: Any) -> list[CheckpointInput]:
    [change] = AGGREGATORS[name].read("", body, CONTEXT)
    assert isinstance(change, CarrierNews)
    return list(change.checkpoints)


def changed(name: str, way: tuple[Any, ...], words: dict[str, Any]) -> Any:
    """The documented body with other words at one place."""
    body = copy.deepcopy(BODIES[name])
    if name == "shippo":
        body["data"]["tracking_status"] = None  # the newest, told a second time
    at: Any = body
    for step in way:
        at = at[step]
    at.update(words)
    return body


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "aftership",
            [
                (FIRST, "in_transit", "in_transit_arrived", "aftership:InTransit_003", "Im Paketzentrum", "Leipzig"),
                (LAST, "delivered", "delivered_to_neighbour", "aftership:Delivered_005", "Beim Nachbarn", "Berlin"),
            ],
        ),
        (
            "easypost",
            [
                (
                    FIRST,
                    "in_transit",
                    "in_transit_arrived",
                    "easypost:in_transit-arrived_at_facility",
                    "Arrived",
                    "Leipzig",
                ),
                (LAST, "delivered", None, "easypost:delivered-arrived_at_destination", "Delivered", "Berlin"),
            ],
        ),
        (
            "ship24",
            [
                (
                    FIRST,
                    "in_transit",
                    "in_transit_customs_cleared",
                    "ship24:customs_cleared",
                    "Zoll erledigt",
                    "Leipzig",
                ),
                (LAST, "delivered", None, "ship24:delivery_delivered", "Zugestellt", "Berlin"),
            ],
        ),
        (
            "shippo",
            [
                (FIRST, "in_transit", "in_transit_arrived", "shippo:TRANSIT-package_arrived", "On the van", "Leipzig"),
                (LAST, "delivered", None, "shippo:DELIVERED-delivered", "Delivered", "Berlin"),
                (LAST, "delivered", None, "shippo:DELIVERED-delivered", "Delivered", "Berlin"),
            ],
        ),
        (
            "karrio",
            [
                (FIRST, None, None, "MVARR", "Im Paketzentrum", None),
                (LAST, "delivered", None, "DLVRD", None, "Berlin"),
            ],
        ),
    ],
)
def test_the_documented_body_is_read(name: str, told: list[tuple[Any, ...]]) -> None:
    found = news_in(name, BODIES[name])

    assert [(one.occurred_at, one.status, one.substatus, one.code, one.message, one.city) for one in found] == told
    assert {(one.tracking_number, one.carrier) for one in found} == {(NUMBER, "dhl")}
    assert all(problems_of(one) == [] for one in found)
    signed = {"shippo": None, "aftership": "Nachbar Meier", "ship24": "Muster"}.get(name, "A. Muster")
    assert [one.signed_by for one in found][-1] == signed
    assert found[0].signed_by is None


@pytest.mark.parametrize(
    ("module", "tables"),
    [
        (aftership, [aftership.TAGS, aftership.SUBTAGS]),
        (easypost, [easypost.STATUSES, easypost.DETAILS]),
        (ship24, [ship24.MILESTONES, ship24.CODES]),
        (shippo, [shippo.STATUSES, shippo.SUBSTATUSES]),
        (karrio, [karrio.STATUSES, karrio.REASONS]),
    ],
)
def test_every_meaning_is_one_of_ours_and_no_failure_is_a_delivery(module: Any, tables: list[dict[Any, str]]) -> None:
    for table in tables:
        for word, meaning in table.items():
            assert meaning in STATUS_OF_SUBSTATUS or meaning in ShipmentStatus.values
            status = STATUS_OF_SUBSTATUS.get(meaning, meaning)
            says_delivered = "DELIVERED" in (word[0] if isinstance(word, tuple) else word).upper()
            assert (status == "delivered") == says_delivered, word


@pytest.mark.parametrize(
    ("name", "way", "word", "code"),
    [
        ("aftership", ("msg", "checkpoints", 1), {"tag": "Teleported", "subtag": "Teleported_001"}, "Teleported_001"),
        (
            "easypost",
            ("result", "tracking_details", 1),
            {"status": "unknown", "status_detail": "unknown"},
            "unknown-unknown",
        ),
        ("ship24", ("trackings", 0, "events", 0), {"statusMilestone": "beamed", "statusCode": "x_1"}, "x_1"),
        ("shippo", ("data", "tracking_history", 1), {"status": "UNKNOWN", "substatus": None}, "UNKNOWN"),
    ],
)
def test_an_unknown_word_is_kept_and_means_nothing(
    name: str, way: tuple[Any, ...], word: dict[str, Any], code: str
) -> None:
    last = news_in(name, changed(name, way, word))[-1]
    assert (last.status, last.substatus, last.code, last.signed_by) == (None, None, f"{name}:{code}", None)


@pytest.mark.parametrize(
    ("name", "way", "word", "meaning"),
    [
        ("aftership", ("msg", "checkpoints", 1), {"subtag": "AttemptFail_003", "tag": "AttemptFail"}, "not_home"),
        ("aftership", ("msg", "checkpoints", 1), {"subtag": "Exception_020", "tag": "Exception"}, "held"),
        (
            "easypost",
            ("result", "tracking_details", 1),
            {"status": "return_to_sender", "status_detail": "return"},
            "returning_to_sender",
        ),
        (
            "ship24",
            ("trackings", 0, "events", 0),
            {"statusMilestone": "exception", "statusCode": "delivery_refused"},
            "refused",
        ),
        (
            "ship24",
            ("trackings", 0, "events", 0),
            {"statusMilestone": "in_transit", "statusCode": "customs_exception"},
            "customs",
        ),
        (
            "shippo",
            ("data", "tracking_history", 1),
            {"status": "RETURNED", "substatus": {"code": "package_unclaimed"}},
            "not_picked_up",
        ),
        (
            "shippo",
            ("data", "tracking_history", 1),
            {"status": "TRANSIT", "substatus": {"code": "package_damaged"}},
            "damaged",
        ),
        ("karrio", ("data", "events", 0), {"status": "on_hold"}, "held"),
        ("karrio", ("data", "events", 0), {"status": "on_hold", "reason": "customs_inspection"}, "customs"),
        ("karrio", ("data", "events", 0), {"status": "on_hold", "reason": "security_issue"}, "held"),
        ("karrio", ("data", "events", 0), {"status": "delivery_failed", "reason": "consignee_refused"}, "refused"),
        ("karrio", ("data", "events", 0), {"status": "delivery_failed", "reason": "consignee_not_home"}, "not_home"),
    ],
)
def test_trouble_is_told_with_its_reason(name: str, way: tuple[Any, ...], word: dict[str, Any], meaning: str) -> None:
    last = news_in(name, changed(name, way, word))[-1]

    assert (last.status, last.substatus) in {
        (status, f"{status}_{meaning}") for status in (ShipmentStatus.EXCEPTION, ShipmentStatus.ATTEMPT_FAILED)
    }
    assert last.signed_by is None


@pytest.mark.parametrize(
    ("told", "country", "hour"),
    [
        ({"country_region": "GBR"}, "GB", 10),
        ({"country_region": None, "country_iso3": "GBR"}, "GB", 10),
        ({"country_region": "USA"}, "US", 9),  # of several zones: the merchant's
        ({"country_region": "XQX"}, None, 9),
    ],
)
def test_aftership_names_countries_with_three_letters(told: dict[str, Any], country: str | None, hour: int) -> None:
    body = changed("aftership", ("msg", "checkpoints", 1), {"checkpoint_time": "2026-07-15T11:00:00", **told})
    last = news_in("aftership", body)[-1]

    assert (last.country, last.occurred_at.astimezone(dt.UTC).hour) == (country, hour)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_whatever_is_missing_or_odd_is_ignored_or_unreadable_and_never_a_crash(name: str, data: st.DataObject) -> None:
    found = outcome(AGGREGATORS[name], "", data.draw(bodies_like(BODIES[name])), CONTEXT)

    for change in found if isinstance(found, list) else []:
        if isinstance(change, CarrierNews):
            assert [problems_of(one) for one in change.checkpoints] == [[]] * len(change.checkpoints)
            plain = [msgspec.to_builtins(one) for one in change.checkpoints]
            assert msgspec.convert(plain, list[CheckpointInput]) == list(change.checkpoints)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_about_a_parcel_is_ignored_or_unreadable(name: str) -> None:
    for body in ({}, [], "x", None, {"event": "transaction_created", "data": {}}, {"result": {"object": "Batch"}}):
        try:
            [change] = AGGREGATORS[name].read("", body, CONTEXT)
        except Unreadable:
            continue
        assert isinstance(change, Ignored)


@pytest.mark.parametrize("name", NAMES)
def test_the_documented_proof_is_taken_and_no_other(name: str) -> None:
    connector, body = AGGREGATORS[name], raw(BODIES[name])
    right = proof(name, body, NOW)

    envelope = connector.verify(SECRET, right, body, NOW)
    assert envelope.delivery_id == {"aftership": BODIES[name].get("event_id"), "easypost": BODIES[name].get("id")}.get(
        name, ""
    )
    [(header, value)] = right.items()
    wrong: list[dict[str, str]] = [{}, {header: ""}, {header: value[:-1]}, {header: value + "x"}, {header: "ü"}]
    wrong.append(proof(name, body, NOW, secret="another"))
    for headers in wrong:
        with pytest.raises(WrongSignature):
            connector.verify(SECRET, headers, body, NOW)
    with pytest.raises(WrongSignature):
        connector.verify("", proof(name, body, NOW, secret=""), body, NOW)
    if name not in ("ship24", "karrio"):
        with pytest.raises(WrongSignature):
            connector.verify(SECRET, right, body.replace(b" ", b"", 1), NOW)


def test_shippos_signature_is_good_for_five_minutes_and_its_token_is_an_alternative() -> None:
    body = raw(SHIPPO)
    old = proof("shippo", body, NOW - dt.timedelta(minutes=6))
    with pytest.raises(WrongSignature):
        shippo.verify(SECRET, old, body, NOW)
    assert shippo.verify(SECRET, {TOKEN: SECRET}, body, NOW).topic == "track_updated"
    for headers in ({TOKEN: "x"}, {TOKEN: SECRET, "shippo-auth-signature": "t=1,v1=x"}, {"token": SECRET}):
        with pytest.raises(WrongSignature):
            shippo.verify(SECRET, headers, body, NOW)
    for stamp in ("t=²,v1=x", "v1=x", "t=99999999999,v1=x", "t=,v1="):
        with pytest.raises(WrongSignature):
            shippo.verify(SECRET, {"shippo-auth-signature": stamp}, body, NOW)


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ({"timestamp": "2026-07-15T11:00:00+02:00", "date": "2020-01-01"}, LAST),
        ({"date": "2026-07-15", "time": "11:00 AM"}, LAST),
        ({"date": "2026-07-15", "time": "11:00:00"}, LAST),
        ({"date": "2026-07-14", "time": "18:00 PM"}, FIRST),
        ({"date": "2026-07-14", "time": "06:00 PM"}, FIRST),
        ({"date": "2026-07-15"}, dt.datetime(2026, 7, 14, 22, 0, tzinfo=dt.UTC)),
        ({"date": "someday", "time": "11:00"}, None),
        ({"time": "11:00"}, None),
    ],
)
def test_karrios_ways_of_telling_the_time(told: dict[str, str], moment: dt.datetime | None) -> None:
    body = {"event": "tracker_updated", "data": {"tracking_number": NUMBER, "events": [{"code": "X", **told}]}}
    [change] = karrio.read("", body, CONTEXT)

    assert (change.checkpoints[0].occurred_at if isinstance(change, CarrierNews) else None) == moment
