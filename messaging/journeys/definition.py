"""What a journey may say: its schema, and the checks that a schema cannot make.

    key = "nps_survey"
    name = { de = "Umfrage nach der Zustellung", en = "Survey after delivery" }

    [entry]                                  who enters, and when
    events = ["shipment.status_changed"]
    subject = "order"
    if = [{ fact = "order.all_delivered", test = "is", value = true }]

    [[stop]]                                 what ends it, whatever step it is at
    reason = "order_cancelled"
    if = [{ fact = "order.status", test = "is", value = "cancelled" }]

    [[steps]]
    key = "wait"
    do = "wait"
    for = "P3D"

    [[steps]]
    key = "survey"
    do = "send"
    template = "nps_survey"
    class = "survey"

``parse_definition`` turns such data (a dictionary, from JSON or TOML) into a ``Definition`` or says what is wrong and
where. Durations are ISO 8601 of weeks, days, hours, minutes and seconds (``P3D``, ``PT2H30M``).
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from messaging.enums import ADVERTISING, ASKED_FOR, Template

END = "end"
EVENTS = frozenset(
    [
        "order.placed",
        "order.updated",
        "order.paid",
        "order.cancelled",
        "order.refunded",
        "shipment.registered",
        "shipment.status_changed",
        "shipment.delayed",
        "shipment.stalled",
        "shipment.at_risk",
        "shipment.pickup_ending",
        "shipment.disputed",
        "order.not_sent",
        "case.opened",
        "case.reopened",
        "case.replied",
        "case.resolved",
        "survey.answered",
        "points.posted",
    ]
)
# What a condition may look at (``messaging/services/facts.py`` fills them in). ``event.*`` is the data of the event
# that began the journey.
FACTS: Mapping[str, type] = {
    "order.status": str,
    "order.payment_status": str,
    "order.age_days": int,
    "order.all_delivered": bool,
    "order.has_open_problem": bool,
    "order.nps_answered": bool,
    "shipment.status": str,
    "shipment.substatus": str,
    "customer.accepts_sms": bool,  # or WhatsApp: they want news on the phone
    "case.is_open": bool,
    "case.known_to_shopper": bool,
    "case.answer_under_way": bool,
}
EVENT_FACT = re.compile(r"^event\.[a-z_]+$")
# What only certain events name: the beginning of their types, and what they are about in words.
EVENTS_ABOUT = {"shipment": ("shipment.", "a shipment"), "case_entry": ("case.", "a case")}
KEY = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
DURATION = re.compile(
    r"^P(?=[\dT])(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,4})M)?(?:(?P<seconds>\d{1,5})S)?)?$"
)
LOCAL_TIME = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
Scalar = str | int | bool | None


class DefinitionError(ValueError):
    """The definition cannot be used. ``path`` says where (``steps.survey.template``), ``message`` what is wrong."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path, self.message = path, message


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything in a definition: unchangeable, and unknown fields are errors."""


class Condition(Part, frozen=True):
    """A test of one fact. A fact that is not known passes ``is_not`` and ``not_in`` only."""

    fact: str
    test: Literal["is", "is_not", "in", "not_in", "at_least", "at_most"]
    value: str | int | bool | list[str | int]

    def holds(self, facts: Mapping[str, Scalar]) -> bool:
        """Say whether the condition is true of ``facts``."""
        known = facts.get(self.fact)
        match self.test:
            case "is":
                return known == self.value
            case "is_not":
                return known != self.value
            case "in":
                return isinstance(self.value, list) and known in self.value
            case "not_in":
                return not (isinstance(self.value, list) and known in self.value)
            case "at_least":
                return isinstance(known, int) and isinstance(self.value, int) and known >= self.value
            case "at_most":
                return isinstance(known, int) and isinstance(self.value, int) and known <= self.value


class Entry(Part, frozen=True):
    """Who enters: one of ``events`` happens to a subject for which every condition holds.

    ``subject`` is what the journey is once for; with ``occurrence`` ``daily`` it is once a (local) day. News older than
    ``max_age`` begins nothing: it stays on the page.
    """

    events: list[str]
    subject: Literal["order", "shipment", "refund", "points_entry", "case_entry"]
    conditions: list[Condition] = msgspec.field(default_factory=list, name="if")
    max_age: str | None = None
    occurrence: Literal["once", "daily"] = "once"


class StopRule(Part, frozen=True):
    """Ends the journey at any step, with its ``reason``, as soon as every condition holds."""

    reason: str
    conditions: list[Condition] = msgspec.field(name="if")


class Wait(Part, frozen=True, tag_field="do", tag="wait"):
    """Waits a duration and then, if ``until_local_time`` (HH:MM) is given, to that hour at the merchant's place."""

    key: str
    duration: str = msgspec.field(default="PT0S", name="for")
    until_local_time: str | None = None


class Send(Part, frozen=True, tag_field="do", tag="send"):
    """Plans a message. ``only_if`` is looked at when planning and again when a worker takes it in hand.

    ``sms`` is the phone: service messages go by WhatsApp to those who chose that.
    """

    key: str
    template: str
    message_class: Literal["service", "survey", "marketing"] = msgspec.field(name="class")
    channel: Literal["email", "sms"] = "email"
    only_if: list[Condition] = msgspec.field(default_factory=list)
    immediate: bool = False
    throttle_days: int | None = None
    expires_after: str = "P1D"


class Branch(Part, frozen=True, tag_field="do", tag="branch"):
    """Goes on at ``then`` if every condition holds, at ``else`` otherwise: a later step's key, or ``end``."""

    key: str
    conditions: list[Condition] = msgspec.field(name="if")
    then: str
    otherwise: str = msgspec.field(name="else")


Step = Wait | Send | Branch


class Definition(Part, frozen=True):
    """A whole journey. Steps follow each other; only branches jump, and only forward, so that every journey ends."""

    key: str
    name: dict[str, str]
    entry: Entry
    steps: list[Step]
    description: dict[str, str] = msgspec.field(default_factory=dict)
    stop: list[StopRule] = msgspec.field(default_factory=list)

    def step(self, key: str) -> Step | None:
        """Return the step with this key."""
        return next((step for step in self.steps if step.key == key), None)

    def step_after(self, key: str) -> Step | None:
        """Return the step that follows the one with this key, None after the last."""
        keys = [step.key for step in self.steps]
        following = keys.index(key) + 1
        return self.steps[following] if following < len(keys) else None


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: ``days`` are days on the wall's calendar, ``clock`` is exact time."""

    days: int
    clock: dt.timedelta

    @property
    def roughly(self) -> dt.timedelta:
        """The span with days of 24 hours."""
        return dt.timedelta(days=self.days) + self.clock


def parse_duration(text: str) -> Span:
    """Read an ISO 8601 duration of weeks, days, hours, minutes and seconds. Raises ``ValueError``."""
    match = DURATION.match(text)
    if match is None:
        raise ValueError(f"“{text}” is not a duration such as P3D or PT2H")
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    return Span(
        days=part["weeks"] * 7 + part["days"],
        clock=dt.timedelta(hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"]),
    )


def format_duration(duration: dt.timedelta) -> str:
    """Write a duration so that ``parse_duration`` reads it: whole days as days, the rest in seconds."""
    if duration.seconds == 0 and duration.days > 0:
        return f"P{duration.days}D"
    return f"PT{round(duration.total_seconds())}S"


def parse_definition(data: Mapping[str, Any]) -> Definition:
    """Turn plain data into a definition. Raises ``DefinitionError`` for the first thing that is wrong."""
    try:
        definition = msgspec.convert(data, Definition)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        raise DefinitionError(path.strip(".`"), message) from None
    _check_names(definition)
    _check_entry(definition.entry)
    for number, rule in enumerate(definition.stop):
        _check_conditions(f"stop.{number}.if", rule.conditions, at_least_one=True)
    for step in definition.steps:
        _check_step(definition, step)
    return definition


def definition_as_data(definition: Definition) -> dict[str, Any]:
    """Return the definition as plain JSON data; ``parse_definition`` reads it back."""
    data: dict[str, Any] = msgspec.to_builtins(definition)
    return data


def _check_names(definition: Definition) -> None:
    if not KEY.match(definition.key):
        raise DefinitionError("key", "small letters, digits and underscores, beginning with a letter")
    if not definition.name:
        raise DefinitionError("name", "a journey needs a name in at least one language")
    if not definition.steps:
        raise DefinitionError("steps", "a journey needs at least one step")
    keys = [step.key for step in definition.steps]
    for key in keys:
        if not KEY.match(key) or key == END:
            raise DefinitionError(f"steps.{key}.key", "small letters, digits and underscores; “end” is taken")
        if keys.count(key) > 1:
            raise DefinitionError(f"steps.{key}.key", "is used twice")


def _check_entry(entry: Entry) -> None:
    if not entry.events:
        raise DefinitionError("entry.events", "at least one event")
    for event in entry.events:
        if event not in EVENTS:
            raise DefinitionError("entry.events", f"“{event}” is not an event that begins journeys")
        beginning, thing = EVENTS_ABOUT.get(entry.subject, ("", ""))
        if not event.startswith(beginning):
            raise DefinitionError("entry.subject", f"“{event}” is not about {thing}")
    _check_conditions("entry.if", entry.conditions)
    if entry.max_age is not None:
        _check_duration("entry.max_age", entry.max_age)


def _check_step(definition: Definition, step: Step) -> None:
    where = f"steps.{step.key}"
    match step:
        case Wait():
            _check_duration(f"{where}.for", step.duration)
            if step.until_local_time is not None and not LOCAL_TIME.match(step.until_local_time):
                raise DefinitionError(f"{where}.until_local_time", "a time of day such as 10:00")
        case Send():
            if step.template not in Template.values or step.template in ASKED_FOR:
                raise DefinitionError(f"{where}.template", f"“{step.template}” is not a template")
            if step.template in ADVERTISING and step.message_class != "marketing":
                raise DefinitionError(f"{where}.class", f"“{step.template}” is advertising: only marketing may say it")
            _check_conditions(f"{where}.only_if", step.only_if)
            if _check_duration(f"{where}.expires_after", step.expires_after) <= dt.timedelta(0):
                raise DefinitionError(f"{where}.expires_after", "must be longer than nothing")
            if step.throttle_days is not None and not 1 <= step.throttle_days <= 3650:
                raise DefinitionError(f"{where}.throttle_days", "between 1 and 3650")
            if step.immediate and step.message_class != "service":
                raise DefinitionError(f"{where}.immediate", "only service messages may disregard quiet hours")
        case Branch():
            _check_conditions(f"{where}.if", step.conditions, at_least_one=True)
            keys = [other.key for other in definition.steps]
            for name, target in (("then", step.then), ("else", step.otherwise)):
                if target != END and target not in keys[keys.index(step.key) + 1 :]:
                    raise DefinitionError(f"{where}.{name}", f"“{target}” is not a later step, nor “end”")


def _check_conditions(where: str, conditions: list[Condition], *, at_least_one: bool = False) -> None:
    if at_least_one and not conditions:
        raise DefinitionError(where, "at least one condition")
    for number, condition in enumerate(conditions):
        path = f"{where}.{number}"
        if condition.fact not in FACTS and not EVENT_FACT.match(condition.fact):
            raise DefinitionError(f"{path}.fact", f"“{condition.fact}” is not a fact")
        if (condition.test in ("in", "not_in")) != isinstance(condition.value, list):
            raise DefinitionError(f"{path}.value", "“in” and “not_in” take a list, the others one value")
        kind = FACTS.get(condition.fact)
        values = condition.value if isinstance(condition.value, list) else [condition.value]
        if kind is not None and any(type(value) is not kind for value in values):
            raise DefinitionError(f"{path}.value", f"“{condition.fact}” is compared with {kind.__name__}")
        if condition.test in ("at_least", "at_most") and type(condition.value) is not int:
            raise DefinitionError(f"{path}.value", f"“{condition.test}” takes a whole number")


def _check_duration(where: str, text: str) -> dt.timedelta:
    try:
        return parse_duration(text).roughly
    except ValueError as error:
        raise DefinitionError(where, str(error)) from None
