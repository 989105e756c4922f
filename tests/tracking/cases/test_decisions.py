"""From news to a reason, by when, and what to do: pure decisions of the problems desk."""

import datetime as dt
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import NOW
from tracking.cases.due import HOURS, WorkingHours, due_at
from tracking.cases.priority import FirstRules, values_of
from tracking.cases.reasons import outcome_of, reason_of
from tracking.cases.suggestions import CaseFacts, Suggestion, suggestion_of
from tracking.enums import SUBSTATUSES, ShipmentStatus
from tracking.models import CaseOutcome, CaseReason

BERLIN = ZoneInfo("Europe/Berlin")
HOURS_IN_BERLIN = WorkingHours(begin=dt.time(9), end=dt.time(17), time_zone=BERLIN, place="DE")


def test_every_exception_has_a_reason_except_the_weather() -> None:
    reasons = {substatus: reason_of("exception", substatus) for substatus in SUBSTATUSES[ShipmentStatus.EXCEPTION]}

    assert reasons == {
        "exception_address_incorrect": CaseReason.ADDRESS,
        "exception_recipient_moved": CaseReason.ADDRESS,
        "exception_refused": CaseReason.REFUSED,
        "exception_customs": CaseReason.CUSTOMS,
        "exception_damaged": CaseReason.DAMAGED,
        "exception_lost": CaseReason.LOST,
        "exception_held": CaseReason.HELD,
        "exception_weather": None,
        "exception_returning_to_sender": CaseReason.RETURNING,
        "exception_returned": CaseReason.RETURNING,
        "exception_not_picked_up": CaseReason.RETURNING,
        "exception_unknown_reason": CaseReason.HELD,
    }
    assert reason_of("exception", "") == CaseReason.HELD


def test_every_failed_attempt_is_one_and_no_other_status_opens_anything() -> None:
    attempts = {reason_of("attempt_failed", substatus) for substatus in SUBSTATUSES[ShipmentStatus.ATTEMPT_FAILED]}
    others = {
        reason_of(status, substatus)
        for status in ShipmentStatus
        if status not in (ShipmentStatus.ATTEMPT_FAILED, ShipmentStatus.EXCEPTION)
        for substatus in ("", *SUBSTATUSES.get(status, ()))
    }

    assert attempts == {CaseReason.FAILED_ATTEMPT}
    assert others == {None}


def test_what_closes_what() -> None:
    closing = {
        (reason.value, status.value): outcome.value
        for reason, status in product(CaseReason, ShipmentStatus)
        if (outcome := outcome_of(reason, status))
    }

    arrived = {"delivered": "delivered", "available_for_pickup": "pickup"}
    moves = arrived | {"in_transit": "moving", "out_for_delivery": "moving"}
    expected = {"failed_attempt": arrived, "address": arrived, "refused": {"delivered": "delivered"}}
    expected |= dict.fromkeys(["customs", "held", "lost", "stalled"], moves)
    assert closing == {(reason, status): end for reason, ends in expected.items() for status, end in ends.items()}


@pytest.mark.parametrize("status", ShipmentStatus)
def test_no_news_closes_what_the_shopper_denied_or_reported(status) -> None:
    reasons = ("not_received", "false_attempt", "damaged", "wrong_item", "missing_item", "other", "returning")

    assert {outcome_of(reason, status) for reason in reasons} == {None}


@pytest.mark.parametrize(
    ("since", "hours", "expected"),
    [
        ("2026-07-15 12:30", 4, "2026-07-15 16:30"),  # Wednesday
        ("2026-07-15 13:00", 4, "2026-07-15 17:00"),
        ("2026-07-15 13:01", 4, "2026-07-16 09:01"),
        ("2026-07-15 22:00", 4, "2026-07-16 13:00"),
        ("2026-07-15 03:00", 8, "2026-07-15 17:00"),
        ("2026-07-17 16:00", 2, "2026-07-20 10:00"),  # over a weekend
        ("2026-10-02 16:00", 2, "2026-10-05 10:00"),  # the Day of German Unity is a Saturday anyway
        ("2026-12-24 16:00", 2, "2026-12-28 10:00"),  # over Christmas, which is on a Friday
        ("2026-10-23 16:00", 8, "2026-10-26 16:00"),  # over the change to winter time
        ("2026-03-27 16:00", 8, "2026-03-30 16:00"),  # and to summer time
    ],
)
def test_only_working_hours_count(since, hours, expected) -> None:
    moment = dt.datetime.fromisoformat(since).replace(tzinfo=BERLIN)

    due = HOURS_IN_BERLIN.after(moment, hours)

    assert due == dt.datetime.fromisoformat(expected).replace(tzinfo=BERLIN)


def test_what_comes_first_has_half_the_time() -> None:
    normal = due_at(reason="not_received", comes_first=False, since=NOW, hours=HOURS_IN_BERLIN)
    first = due_at(reason="not_received", comes_first=True, since=NOW, hours=HOURS_IN_BERLIN)

    assert (first - NOW, normal - NOW) == (dt.timedelta(hours=4), dt.timedelta(hours=24))
    assert set(HOURS) == set(CaseReason)


@pytest.mark.parametrize(
    ("attributes", "values", "expected"),
    [
        ({}, "", False),
        ({"vip": True}, "", True),
        ({"vip": "Yes"}, "", True),
        ({"vip": 1}, "", True),
        ({"vip": False}, "", False),
        ({"vip": "gold"}, "", False),
        ({"vip": "Gold "}, "silver, GOLD", True),
        ({"vip": ["new", "silver"]}, "silver,gold", True),
        ({"vip": None}, "", False),
        ({"vip": {"deep": True}}, "", False),
        ({"other": True}, "", False),
    ],
)
def test_who_is_important(attributes, values, expected) -> None:
    rules = FirstRules(high_value_from=None, vip_attribute="vip", vip_values=values_of(values))

    assert rules.is_vip(attributes) is expected
    assert FirstRules(None, "", frozenset()).is_vip(attributes) is False


def test_high_value_begins_with_the_threshold_and_may_be_off() -> None:
    rules = FirstRules(Decimal(250), "", frozenset())

    assert [rules.is_high_value(Decimal(total)) for total in ("249.99", "250.00", "1000")] == [False, True, True]
    assert FirstRules(None, "", frozenset()).is_high_value(Decimal(10**6)) is False


@pytest.mark.parametrize("reason", CaseReason)
def test_there_is_advice_for_every_reason_and_none_when_it_is_over(reason) -> None:
    assert suggestion_of(CaseFacts(reason=reason)) not in (Suggestion.NOTHING, Suggestion.WAIT_FOR_CARRIER)
    assert suggestion_of(CaseFacts(reason=reason, is_open=False)) == Suggestion.NOTHING


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (CaseFacts("failed_attempt", "attempt_failed_not_home"), "wait_for_shopper"),
        (CaseFacts("failed_attempt", "attempt_failed_second"), "call_shopper"),
        (CaseFacts("failed_attempt", "attempt_failed_final", choice="new_date"), "pass_on_answer"),
        (CaseFacts("failed_attempt", choice="new_date", is_with_carrier=True), "wait_for_carrier"),
        (CaseFacts("failed_attempt", choice="call_me", is_with_carrier=True), "call_shopper"),
        (CaseFacts("failed_attempt", is_with_carrier=True), "wait_for_shopper"),
        (CaseFacts("returning", "exception_returned"), "send_again_or_refund"),
        (CaseFacts("not_received"), "start_inquiry"),
        (CaseFacts("not_received", is_with_carrier=True), "wait_for_carrier"),
        (CaseFacts("missing_item", is_with_carrier=True), "send_missing_item"),
    ],
)
def test_advice_follows_the_facts(facts, expected) -> None:
    assert suggestion_of(facts) == expected


def test_outcomes_named_by_news_exist() -> None:
    assert {"delivered", "pickup", "moving"} <= set(CaseOutcome.values)
