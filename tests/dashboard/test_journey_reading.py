"""Every condition a journey can have is a sentence, and messages are shown as this store would send them."""

import pytest
from django.utils import translation

from messaging.journeys.definition import FACTS as KNOWN_FACTS
from messaging.journeys.definition import Condition
from messaging.journeys.standard import standard_journeys
from postpurchase.dashboard.journey_reading import FACTS, TRUTHS, condition_in_words, read_journey


def test_every_fact_of_the_engine_has_words():
    booleans = {fact for fact, kind in KNOWN_FACTS.items() if kind is bool}

    assert booleans <= set(TRUTHS)
    assert set(KNOWN_FACTS) - booleans <= set(FACTS)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(fact="order.has_open_problem", test="is", value=False), "nichts ist mehr offen"),
        (Condition(fact="order.nps_answered", test="is_not", value=True), "die Umfrage ist noch nicht beantwortet"),
        (Condition(fact="order.all_delivered", test="is", value=True), "alle Pakete sind angekommen"),
        (Condition(fact="shipment.status", test="is", value="delivered"), "das Paket ist „Zugestellt“"),
    ],
)
def test_a_condition_is_half_a_sentence(condition, words):
    with translation.override("de"):
        assert condition_in_words(condition) == words


@pytest.mark.parametrize("definition", standard_journeys(), ids=lambda definition: definition.key)
def test_a_standard_journey_reads_without_a_code_and_in_the_stores_name(world, in_scope, definition):
    with translation.override("de"):
        steps = read_journey(definition=definition, merchant=world.merchant, store=world.store)

    text = " ".join(part for step in steps for part in (step.title, *step.details))
    assert "order." not in text
    assert "shipment." not in text
    assert all(world.store.name in step.text for step in steps if step.kind == "send" and step.subject)
