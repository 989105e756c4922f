"""The engine is a function: the same call gives the same answer, and nothing happens twice, early or after the end."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.enums import DecisionOutcome
from messaging.journeys.definition import Wait, parse_definition
from messaging.journeys.engine import (
    ClockStruck,
    Decide,
    Happened,
    Plan,
    Position,
    advance,
    reason_not_to_send,
    wake_time,
)
from messaging.journeys.standard import standard_journeys

NOW = dt.datetime(2026, 7, 15, 10, 30, tzinfo=dt.UTC)
BERLIN = {"merchant.time_zone": "Europe/Berlin"}
CANCELLED = {**BERLIN, "order.status": "cancelled"}
SMS = {**BERLIN, "customer.accepts_sms": True}
EVENT = Happened("order.placed")
CLOCK = ClockStruck()


def journey(*steps: dict, stop: list[dict] | None = None):
    return parse_definition(
        {
            "key": "test",
            "name": {"en": "Test"},
            "entry": {"events": ["order.placed"], "subject": "order"},
            "stop": stop or [],
            "steps": list(steps),
        }
    )


def send(key: str, **fields: object) -> dict:
    return {"key": key, "do": "send", "template": "shipped", "class": "service", **fields}


def wait(key: str, duration: str, **fields: object) -> dict:
    return {"key": key, "do": "wait", "for": duration, **fields}


STOP_IF_CANCELLED = [{"reason": "gone", "if": [{"fact": "order.status", "test": "is", "value": "cancelled"}]}]
TWO_MAILS = journey(send("first"), wait("pause", "PT2H"), send("second"), stop=STOP_IF_CANCELLED)
WITH_BRANCH = journey(
    {
        "key": "choose",
        "do": "branch",
        "if": [{"fact": "customer.accepts_sms", "test": "is", "value": True}],
        "then": "sms",
        "else": "end",
    },
    send("between"),
    send("sms", channel="sms"),
)


def planned(effects: tuple) -> list[str]:
    return [effect.step.key for effect in effects if isinstance(effect, Plan)]


def test_an_event_begins_the_journey_which_goes_on_until_it_has_to_wait() -> None:
    position, effects = advance(TWO_MAILS, Position(), EVENT, BERLIN, NOW)

    wake_at = NOW + dt.timedelta(hours=2)
    assert position == Position(step="pause", wake_at=wake_at)
    assert effects == (
        Plan(TWO_MAILS.step("first")),
        Decide("pause", DecisionOutcome.WAITED, "", {"until": wake_at.isoformat()}),
    )


def test_the_clock_goes_on_after_a_wait_and_the_journey_ends_after_its_last_step() -> None:
    waiting = Position(step="pause", wake_at=NOW)

    position, effects = advance(TWO_MAILS, waiting, CLOCK, BERLIN, NOW)

    assert position == Position(step="second", ended="finished")
    assert effects == (
        Plan(TWO_MAILS.step("second")),
        Decide("second", DecisionOutcome.ENDED, "finished", {}),
    )


@pytest.mark.parametrize("stimulus", [EVENT, CLOCK])
def test_waking_early_does_nothing(stimulus) -> None:
    waiting = Position(step="pause", wake_at=NOW + dt.timedelta(microseconds=1))

    assert advance(TWO_MAILS, waiting, stimulus, BERLIN, NOW) == (waiting, ())


def test_the_clock_begins_nothing() -> None:
    assert advance(TWO_MAILS, Position(), CLOCK, BERLIN, NOW) == (Position(), ())


def test_a_stop_rule_ends_the_journey_with_its_reason_and_what_it_saw() -> None:
    waiting = Position(step="pause", wake_at=NOW + dt.timedelta(hours=1))

    position, effects = advance(TWO_MAILS, waiting, Happened("order.cancelled"), CANCELLED, NOW)

    assert position == Position(step="pause", ended="gone")
    assert effects == (Decide("pause", DecisionOutcome.ENDED, "gone", {"order.status": "cancelled"}),)


def test_a_branch_jumps_forward_over_what_is_between() -> None:
    position, effects = advance(WITH_BRANCH, Position(), EVENT, SMS, NOW)

    assert position == Position(step="sms", ended="finished")
    assert effects[0] == Decide("choose", DecisionOutcome.BRANCHED, "sms", {"customer.accepts_sms": True})
    assert planned(effects) == ["sms"]


def test_a_branch_may_end_the_journey() -> None:
    position, effects = advance(WITH_BRANCH, Position(), EVENT, BERLIN, NOW)

    assert position == Position(step="choose", ended="finished")
    assert planned(effects) == []


def test_a_message_whose_condition_fails_is_not_planned_and_says_why() -> None:
    definition = journey(
        send("mail", only_if=[{"fact": "shipment.status", "test": "is", "value": "delivered"}]), send("next")
    )

    _, effects = advance(definition, Position(), EVENT, {**BERLIN, "shipment.status": "exception"}, NOW)

    assert effects[0] == Decide(
        "mail", DecisionOutcome.NOT_SENT, "not:shipment.status", {"shipment.status": "exception"}
    )
    assert planned(effects) == ["next"]


def test_what_was_true_at_planning_may_not_be_any_more() -> None:
    definition = journey(
        send("mail", only_if=[{"fact": "shipment.status", "test": "is", "value": "out_for_delivery"}]),
        stop=STOP_IF_CANCELLED,
    )
    still = {**BERLIN, "shipment.status": "out_for_delivery"}

    assert reason_not_to_send(definition, "mail", still) is None
    assert reason_not_to_send(definition, "mail", {**still, "shipment.status": "delivered"}) == (
        "not:shipment.status",
        {"shipment.status": "delivered"},
    )
    assert reason_not_to_send(definition, "mail", {**still, "order.status": "cancelled"}) == (
        "gone",
        {"order.status": "cancelled"},
    )


@pytest.mark.parametrize(
    ("duration", "hour", "begins", "ends"),
    [
        # AfterShip's documented example, at the merchant's place.
        ("P2D", "10:00", "2026-01-01T15:00+01:00", "2026-01-03T10:00+01:00"),
        ("P2D", None, "2026-01-01T15:00+01:00", "2026-01-03T15:00+01:00"),
        ("PT0S", "10:00", "2026-01-01T08:00+01:00", "2026-01-01T10:00+01:00"),
        ("PT0S", "10:00", "2026-01-01T15:00+01:00", "2026-01-02T10:00+01:00"),
        ("PT0S", "10:00", "2026-01-01T10:00+01:00", "2026-01-02T10:00+01:00"),
        # Days are the wall calendar's, hours are hours: the night of 29 March 2026 has 23.
        ("P1D", None, "2026-03-28T15:00+01:00", "2026-03-29T15:00+02:00"),
        ("PT24H", None, "2026-03-28T15:00+01:00", "2026-03-29T16:00+02:00"),
        ("P1D", None, "2026-03-28T02:30+01:00", "2026-03-29T03:30+02:00"),
        # Of 02:30 on 25 October 2026, which comes twice, the first is meant; half an hour is half an hour.
        ("P1D", None, "2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00"),
        ("PT30M", None, "2026-10-25T02:15+01:00", "2026-10-25T02:45+01:00"),
    ],
)
def test_waits_end_at_the_right_hour(duration: str, hour: str | None, begins: str, ends: str) -> None:
    step = Wait(key="w", duration=duration, until_local_time=hour)

    assert wake_time(step, "Europe/Berlin", dt.datetime.fromisoformat(begins)) == dt.datetime.fromisoformat(ends)


def test_a_position_reads_back_what_it_writes() -> None:
    for position in (Position(), Position("a", NOW), Position("b", None, "finished")):
        assert Position.from_data(position.as_data()) == position
    assert Position.from_data({}) == Position()


# --- properties, over random journeys and every standard journey -----------------------------------------------

facts = st.fixed_dictionaries(
    {
        "merchant.time_zone": st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"]),
        "order.status": st.sampled_from(["open", "cancelled", "fulfilled"]),
        "order.all_delivered": st.booleans(),
        "order.has_open_problem": st.booleans(),
        "shipment.status": st.sampled_from(["in_transit", "out_for_delivery", "delivered", "attempt_failed"]),
        "customer.accepts_sms": st.booleans(),
    }
)
stimuli = st.lists(
    st.tuples(
        st.sampled_from([EVENT, CLOCK, Happened("order.cancelled")]),
        st.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(days=4)),
        facts,
    ),
    max_size=8,
)


@st.composite
def journeys(draw: st.DrawFn):
    count = draw(st.integers(1, 6))
    steps: list[dict] = []
    for number in range(count):
        key = f"s{number}"
        kind = draw(st.sampled_from(["wait", "send", "branch"]))
        later = [f"s{other}" for other in range(number + 1, count)] + ["end"]
        if kind == "wait":
            steps.append(wait(key, draw(st.sampled_from(["PT0S", "PT2H", "P1D"]))))
        elif kind == "send":
            steps.append(send(key))
        else:
            condition = {"fact": "customer.accepts_sms", "test": "is", "value": True}
            targets = {"then": draw(st.sampled_from(later)), "else": draw(st.sampled_from(later))}
            steps.append({"key": key, "do": "branch", "if": [condition], **targets})
    return journey(*steps, stop=STOP_IF_CANCELLED)


def play(definition, story):
    """Every position and all effects of a story."""
    position, now, positions, effects = Position(), NOW, [], []
    for stimulus, later, known in story:
        now += later
        position, more = advance(definition, position, stimulus, known, now)
        positions.append(position)
        effects.append(more)
    return positions, effects


@given(st.one_of(journeys(), st.sampled_from(standard_journeys())), stimuli)
def test_the_same_story_always_has_the_same_course(definition, story) -> None:
    assert play(definition, story) == play(definition, story)


@given(st.one_of(journeys(), st.sampled_from(standard_journeys())), stimuli)
def test_no_step_is_ever_planned_twice_and_nothing_follows_the_end(definition, story) -> None:
    positions, effects = play(definition, story)

    keys = [key for more in effects for key in planned(more)]
    assert len(keys) == len(set(keys))
    over = [index for index, position in enumerate(positions) if position.ended]
    for index in over[1:]:
        assert positions[index] == positions[over[0]]
        assert effects[index] == ()


@given(st.one_of(journeys(), st.sampled_from(standard_journeys())), stimuli)
def test_the_same_stimulus_twice_is_the_same_as_once(definition, story) -> None:
    doubled = [
        entry
        for stimulus, later, known in story
        for entry in ((stimulus, later, known), (stimulus, dt.timedelta(), known))
    ]

    once, twice = play(definition, story), play(definition, doubled)

    assert twice[0][1::2] == once[0]
    assert twice[1][0::2] == once[1]
    assert all(more == () for more in twice[1][1::2])


@given(st.one_of(journeys(), st.sampled_from(standard_journeys())), stimuli)
def test_a_wait_is_never_cut_short(definition, story) -> None:
    position, now = Position(), NOW
    for stimulus, later, known in story:
        now += later
        after, effects = advance(definition, position, stimulus, known, now)
        if position.wake_at is not None and now < position.wake_at:
            assert planned(effects) == []
            assert after == position or after.ended == "gone" or after.ended == "order_cancelled"
        position = after


@given(st.one_of(journeys(), st.sampled_from(standard_journeys())), stimuli)
def test_a_position_survives_being_stored(definition, story) -> None:
    for position in play(definition, story)[0]:
        assert Position.from_data(position.as_data()) == position
