"""How a journey proceeds: a function of its definition, where it stands, what happens, the facts and the time.

    advance(definition, position, stimulus, facts, now) → (new position, effects)

It reads no clock and no database and changes nothing, so the same call always gives the same answer, and a journey can
be played over past orders. The caller (``messaging/services/advance.py``) stores the position and carries out the
effects in one transaction.

Whatever arrives twice, early or after the end does nothing.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self
from zoneinfo import ZoneInfo

from messaging.enums import DecisionOutcome
from messaging.journeys.definition import (
    END,
    Branch,
    Condition,
    Definition,
    Scalar,
    Send,
    Step,
    Wait,
    parse_duration,
)

Facts = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands: before its first step (``step`` empty), waiting at one, or at its end."""

    step: str = ""
    wake_at: dt.datetime | None = None
    ended: str = ""

    def as_data(self) -> dict[str, Any]:
        """Return the position as JSON data."""
        return {
            "step": self.step,
            "wake_at": self.wake_at.isoformat() if self.wake_at else None,
            "ended": self.ended,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_data`` wrote; empty data is the start."""
        wake_at = data.get("wake_at")
        return cls(
            step=data.get("step", ""),
            wake_at=dt.datetime.fromisoformat(wake_at) if wake_at else None,
            ended=data.get("ended", ""),
        )


@dataclass(frozen=True, slots=True)
class Happened:
    """An event about the run's subject; the first one begins the journey."""

    type: str


@dataclass(frozen=True, slots=True)
class ClockStruck:
    """It may be time."""


Stimulus = Happened | ClockStruck


@dataclass(frozen=True, slots=True)
class Plan:
    """Effect: plan this step's message."""

    step: Send


@dataclass(frozen=True, slots=True)
class Decide:
    """Effect: write down what was decided and why. ``values`` are the facts that were looked at."""

    step_key: str
    outcome: DecisionOutcome
    reason: str
    values: Mapping[str, Scalar]


Effect = Plan | Decide


def advance(
    definition: Definition,
    position: Position,
    stimulus: Stimulus,
    facts: Facts,
    now: dt.datetime,
) -> tuple[Position, tuple[Effect, ...]]:
    """Return where the run stands after ``stimulus``, and what is to be done. ``now`` is aware.

    ``facts`` must hold ``merchant.time_zone`` (an IANA name) besides what the conditions look at.
    """
    if position.ended:
        return position, ()
    stopped = stop_reason(definition, facts)
    if stopped is not None:
        reason, values = stopped
        return _end(position, reason), (Decide(position.step, DecisionOutcome.ENDED, reason, values),)
    if position.step == "":
        if isinstance(stimulus, ClockStruck):
            return position, ()
        return _walk(definition, definition.steps[0], facts, now)
    if position.wake_at is None or now < position.wake_at:
        return position, ()
    return _walk(definition, definition.step_after(position.step), facts, now)


def stop_reason(definition: Definition, facts: Facts) -> tuple[str, dict[str, Scalar]] | None:
    """Return the reason of the first stop rule that holds, with the facts it looked at, or None."""
    for rule in definition.stop:
        if all(condition.holds(facts) for condition in rule.conditions):
            return rule.reason, looked_at(rule.conditions, facts)
    return None


def reason_not_to_send(definition: Definition, step_key: str, facts: Facts) -> tuple[str, dict[str, Scalar]] | None:
    """Return why a planned message of a step is no longer wanted, with the facts looked at, or None if it is.

    Asked again when a worker takes the message in hand: what was true at planning may have passed.
    """
    stopped = stop_reason(definition, facts)
    if stopped is not None:
        return stopped
    step = definition.step(step_key)
    if isinstance(step, Send) and (failing := first_failing(step.only_if, facts)) is not None:
        return f"not:{failing.fact}"[:60], looked_at(step.only_if, facts)
    return None


def first_failing(conditions: list[Condition], facts: Facts) -> Condition | None:
    """Return the first condition that does not hold, None if all do."""
    return next((condition for condition in conditions if not condition.holds(facts)), None)


def looked_at(conditions: list[Condition], facts: Facts) -> dict[str, Scalar]:
    """Return the values of the facts these conditions look at."""
    return {condition.fact: facts.get(condition.fact) for condition in conditions}


def wake_time(step: Wait, time_zone: str, now: dt.datetime) -> dt.datetime:
    """Return when a wait that begins ``now`` is over, in UTC.

    Days are the wall calendar's: two days after 15:00 is 15:00, also when the clocks change in between. With an hour
    given it is that hour of the day on which the duration ends, and never in the past: delivered on 1 January at 15:00
    plus two days at 10:00 is 3 January, 10:00.
    """
    zone = ZoneInfo(time_zone)
    span = parse_duration(step.duration)
    end = now + span.clock
    if span.days:
        wall = now.astimezone(zone).replace(tzinfo=None) + dt.timedelta(days=span.days)
        end = _in_utc(wall, zone) + span.clock
    if step.until_local_time is None:
        return end
    hour = dt.time.fromisoformat(step.until_local_time)
    day = end.astimezone(zone).date()
    at_hour = _in_utc(dt.datetime.combine(day, hour), zone)
    return at_hour if at_hour > now else _in_utc(dt.datetime.combine(day + dt.timedelta(days=1), hour), zone)


def _in_utc(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The moment at which the wall clock of ``zone`` shows ``wall``.

    An hour that the clocks skip counts by the offset before the change, so 02:30 becomes 03:30; of an hour that comes
    twice the first is meant. Both is what ``fold=0`` says (PEP 495).
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)


def _walk(
    definition: Definition, step: Step | None, facts: Facts, now: dt.datetime
) -> tuple[Position, tuple[Effect, ...]]:
    """Go from ``step`` on until something has to be waited for, or to the end."""
    effects: list[Effect] = []
    position = Position()
    while step is not None:
        position = Position(step=step.key)
        match step:
            case Wait():
                wake_at = wake_time(step, str(facts["merchant.time_zone"]), now)
                if wake_at > now:
                    values: dict[str, Scalar] = {"until": wake_at.isoformat()}
                    effects.append(Decide(step.key, DecisionOutcome.WAITED, "", values))
                    return replace(position, wake_at=wake_at), tuple(effects)
                step = definition.step_after(step.key)
            case Send():
                effects.append(_plan_or_not(step, facts))
                step = definition.step_after(step.key)
            case Branch():
                chosen = step.then if first_failing(step.conditions, facts) is None else step.otherwise
                effects.append(Decide(step.key, DecisionOutcome.BRANCHED, chosen, looked_at(step.conditions, facts)))
                step = None if chosen == END else definition.step(chosen)
    effects.append(Decide(position.step, DecisionOutcome.ENDED, "finished", {}))
    return _end(position, "finished"), tuple(effects)


def _plan_or_not(step: Send, facts: Facts) -> Effect:
    failing = first_failing(step.only_if, facts)
    if failing is None:
        return Plan(step)
    return Decide(step.key, DecisionOutcome.NOT_SENT, f"not:{failing.fact}"[:60], looked_at(step.only_if, facts))


def _end(position: Position, reason: str) -> Position:
    return replace(position, wake_at=None, ended=reason)
