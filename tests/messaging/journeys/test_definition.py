"""A definition is either usable or refused with a place and a reason."""

import copy
import datetime as dt

import pytest

from messaging.enums import ASKED_FOR, Template
from messaging.journeys.definition import (
    Condition,
    DefinitionError,
    Send,
    Span,
    Wait,
    definition_as_data,
    format_duration,
    parse_definition,
    parse_duration,
)
from messaging.journeys.standard import KEYS, standard_journeys

GOOD = {
    "key": "thanks",
    "name": {"en": "Thanks"},
    "entry": {
        "events": ["shipment.status_changed"],
        "subject": "shipment",
        "if": [{"fact": "event.to", "test": "is", "value": "delivered"}],
        "max_age": "PT12H",
    },
    "stop": [{"reason": "gone", "if": [{"fact": "order.status", "test": "is", "value": "cancelled"}]}],
    "steps": [
        {"key": "wait", "do": "wait", "for": "P1D", "until_local_time": "10:00"},
        {
            "key": "choose",
            "do": "branch",
            "if": [{"fact": "order.all_delivered", "test": "is", "value": True}],
            "then": "mail",
            "else": "end",
        },
        {"key": "mail", "do": "send", "template": "delivered", "class": "service"},
    ],
}


def changed(path: str, value: object) -> dict:
    """GOOD with one thing replaced; ``path`` is dotted, a missing last part is added."""
    data = copy.deepcopy(GOOD)
    *way, last = path.split(".")
    place = data
    for name in way:
        place = place[int(name)] if isinstance(place, list) else place[name]
    if isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return data


def test_a_definition_reads_back_what_it_writes() -> None:
    definition = parse_definition(GOOD)

    assert [type(step) for step in definition.steps] == [Wait, type(definition.steps[1]), Send]
    assert definition.steps[0] == Wait(key="wait", duration="P1D", until_local_time="10:00")
    assert definition.steps[2].channel == "email"
    assert parse_definition(definition_as_data(definition)) == definition


@pytest.mark.parametrize(
    ("path", "value", "where", "message"),
    [
        ("key", "Thanks!", "key", "small letters, digits and underscores, beginning with a letter"),
        ("name", {}, "name", "a journey needs a name in at least one language"),
        ("steps", [], "steps", "a journey needs at least one step"),
        (
            "steps.2.template",
            "recommendations",
            "steps.mail.class",
            "“recommendations” is advertising: only marketing may say it",
        ),
        ("surprise", 1, "", "Object contains unknown field `surprise`"),
        ("entry.events", [], "entry.events", "at least one event"),
        ("entry.events", ["order.dreamt"], "entry.events", "“order.dreamt” is not an event that begins journeys"),
        ("entry.events", ["order.placed"], "entry.subject", "“order.placed” is not about a shipment"),
        ("entry.subject", "planet", "entry.subject", "Invalid enum value 'planet'"),
        ("entry.max_age", "12 h", "entry.max_age", "“12 h” is not a duration such as P3D or PT2H"),
        ("entry.if.0.fact", "customer.email", "entry.if.0.fact", "“customer.email” is not a fact"),
        ("entry.if.0.test", "in", "entry.if.0.value", "“in” and “not_in” take a list, the others one value"),
        ("entry.if.0.test", "at_least", "entry.if.0.value", "“at_least” takes a whole number"),
        ("stop.0.if", [], "stop.0.if", "at least one condition"),
        ("stop.0.if.0.value", 3, "stop.0.if.0.value", "“order.status” is compared with str"),
        ("steps.0.for", "P", "steps.wait.for", "“P” is not a duration such as P3D or PT2H"),
        ("steps.0.until_local_time", "25:00", "steps.wait.until_local_time", "a time of day such as 10:00"),
        ("steps.0.key", "end", "steps.end.key", "small letters, digits and underscores; “end” is taken"),
        ("steps.0.key", "mail", "steps.mail.key", "is used twice"),
        ("steps.0.do", "dance", "steps[0].do", "Invalid value 'dance'"),
        ("steps.1.then", "wait", "steps.choose.then", "“wait” is not a later step, nor “end”"),
        ("steps.1.else", "choose", "steps.choose.else", "“choose” is not a later step, nor “end”"),
        ("steps.2.template", "poem", "steps.mail.template", "“poem” is not a template"),
        ("steps.2.class", "fun", "steps[2].class", "Invalid enum value 'fun'"),
        ("steps.2.channel", "pigeon", "steps[2].channel", "Invalid enum value 'pigeon'"),
        ("steps.2.expires_after", "PT0S", "steps.mail.expires_after", "must be longer than nothing"),
        ("steps.2.throttle_days", 0, "steps.mail.throttle_days", "between 1 and 3650"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path: str, value: object, where: str, message: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_definition(changed(path, value))

    assert (refused.value.path, refused.value.message) == (where, message)


def test_only_service_messages_may_disregard_quiet_hours() -> None:
    data = changed("steps.2.class", "survey")
    data["steps"][2]["immediate"] = True

    with pytest.raises(DefinitionError, match="only service messages"):
        parse_definition(data)


@pytest.mark.parametrize(
    ("test", "value", "known", "holds"),
    [
        ("is", "open", "open", True),
        ("is", "open", None, False),
        ("is_not", "open", None, True),
        ("in", ["open", "closed"], "closed", True),
        ("in", ["open", "closed"], None, False),
        ("not_in", ["open"], None, True),
        ("not_in", ["open"], "open", False),
        ("at_least", 3, 3, True),
        ("at_least", 3, 2, False),
        ("at_least", 3, None, False),
        ("at_most", 3, 3, True),
        ("at_most", 3, 4, False),
        ("at_most", 3, None, False),
    ],
)
def test_a_condition_tests_one_fact(test: str, value: object, known: object, holds: bool) -> None:
    condition = Condition(fact="x", test=test, value=value)

    assert condition.holds({"x": known}) is holds


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P3D", Span(3, dt.timedelta())),
        ("P1W2D", Span(9, dt.timedelta())),
        ("PT2H30M", Span(0, dt.timedelta(hours=2, minutes=30))),
        ("P1DT45S", Span(1, dt.timedelta(seconds=45))),
        ("PT0S", Span(0, dt.timedelta())),
    ],
)
def test_durations_keep_calendar_days_apart_from_exact_time(text: str, span: Span) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "3D", "P-1D", "P1M", "P1.5D", "p1d", "P1D "])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize("seconds", [1, 20, 3_600, 86_400, 90_000, 259_200])
def test_a_duration_is_written_so_that_it_reads_back(seconds: int) -> None:
    duration = dt.timedelta(seconds=seconds)

    assert parse_duration(format_duration(duration)).roughly == duration


def test_there_is_a_standard_journey_for_every_template_and_each_says_what_it_is() -> None:
    sent = {step.template for definition in standard_journeys() for step in definition.steps if isinstance(step, Send)}

    assert tuple(definition.key for definition in standard_journeys()) == KEYS
    assert sent == set(Template.values) - set(ASKED_FOR)
    for definition in standard_journeys():
        assert set(definition.name) == set(definition.description) == {"de", "en"}


def test_of_the_standard_journeys_only_surveys_points_and_recommendations_need_permission() -> None:
    classes = {
        (definition.key, step.message_class)
        for definition in standard_journeys()
        for step in definition.steps
        if isinstance(step, Send) and step.message_class != "service"
    }

    assert classes == {("nps_survey", "survey"), ("points_earned", "marketing"), ("recommendations", "marketing")}


def test_of_the_standard_journeys_every_journey_about_an_order_ends_when_it_is_cancelled() -> None:
    ending = Condition(fact="order.status", test="is", value="cancelled")
    without = {
        definition.key
        for definition in standard_journeys()
        if not any(rule.conditions == [ending] for rule in definition.stop)
    }

    # A problem is looked after to its end, whatever becomes of the order.
    about_problems = {"case_received", "case_answered", "case_resolved"}
    assert without == {"points_earned", "order_cancelled", "order_refunded", *about_problems}
