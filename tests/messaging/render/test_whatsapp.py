"""WhatsApp's texts: approved with gaps, sent with what fills them."""

import re
from dataclasses import replace

import pytest

from messaging.content.facts import CodeFacts, LinkFacts
from messaging.content.mails import UnknownTemplate
from messaging.content.parts import MissingFact
from messaging.content.whatsapp import LONGEST_VALUE, NEWS, WHATSAPP_TEMPLATES, compose_whatsapp, wording_of
from tests.messaging.render.voices import DU, ENGLISH, SIE, SWISS, VOICES, Voice

URL = "http://127.0.0.1:8000/t/7Hq2vXbK9mTzR4wLs8NcYd"
EVERYTHING = [(voice, template) for voice in VOICES for template in WHATSAPP_TEMPLATES]


def test_a_text_is_approved_with_gaps_and_sent_with_what_fills_them() -> None:
    said = compose_whatsapp("ready_for_pickup", SIE.facts("ready_for_pickup"))

    assert said.pattern == (
        "Guten Tag, Ihr Paket von {{1}} (Bestellung {{2}}) liegt zur Abholung bereit. Abholort: {{3}}."
        " Alles dazu: {{4}}\n\nMit STOP beenden Sie diese Nachrichten."
    )
    assert said.variables == {
        "1": "Lindenhof",
        "2": "1001",
        "3": "Kiosk am Markt, Marktplatz 3, 10969 Berlin",
        "4": URL,
    }
    assert said.text == (
        "Guten Tag, Ihr Paket von Lindenhof (Bestellung 1001) liegt zur Abholung bereit."
        f" Abholort: Kiosk am Markt, Marktplatz 3, 10969 Berlin. Alles dazu: {URL}"
        "\n\nMit STOP beenden Sie diese Nachrichten."
    )


@pytest.mark.parametrize(
    ("voice", "when"),
    [
        (SIE, "Donnerstag, 26. November"),
        (DU, "Donnerstag, 26. November"),
        (SWISS, "Donnerstag, 26. November"),
        (ENGLISH, "Thursday, 26 November"),
    ],
    ids=str,
)
def test_the_expected_day_is_written_as_the_reader_writes_it(voice: Voice, when: str) -> None:
    assert compose_whatsapp("shipped", voice.facts("shipped")).variables["3"] == when


@pytest.mark.parametrize(("voice", "template"), EVERYTHING, ids=str)
def test_every_text_keeps_to_whatsapps_rules(voice: Voice, template: str) -> None:
    said = compose_whatsapp(template, voice.facts(template))
    gaps = re.findall(r"\{\{(\d+)\}\}", said.pattern)

    assert gaps == [str(number) for number in range(1, len(gaps) + 1)] == list(said.variables)
    assert [
        value for value in said.variables.values() if not value or "\n" in value or len(value) > LONGEST_VALUE
    ] == []
    assert len(said.text) <= 1024
    assert not re.search(r"\}\}\s*\{\{", said.pattern)
    if template in NEWS:
        assert not re.match(r"\{\{|.*\}\}$", said.pattern, re.DOTALL)
        assert len(re.findall(r"[^\W\d]+", said.pattern)) > 2 * len(gaps)


@pytest.mark.parametrize("template", WHATSAPP_TEMPLATES)
def test_one_german_approval_serves_switzerland_and_austria(template: str) -> None:
    german, swiss, austrian = (
        compose_whatsapp(template, Voice(language, "sie").facts(template)).pattern
        for language in ("de", "de-CH", "de-AT")
    )

    assert german == swiss == austrian


def test_what_is_not_known_is_said_and_no_gap_stays_empty() -> None:
    facts = SIE.facts("delayed")
    assert facts.parcel is not None
    assert facts.order is not None
    unknown = replace(
        facts, parcels=(replace(facts.parcel, promise=None, place=" \n"),), order=replace(facts.order, promise=None)
    )

    assert compose_whatsapp("delayed", unknown).variables["3"] == "noch nicht bekannt"
    assert compose_whatsapp("ready_for_pickup", unknown).variables["3"] == "siehe Paketseite"


def test_a_code_is_the_only_gap_of_its_text() -> None:
    facts = replace(SIE.facts("one_time_code"), code=CodeFacts("012345", 15))

    assert compose_whatsapp("one_time_code", facts).variables == {"1": "012345"}


def test_what_carriers_write_stays_one_line() -> None:
    facts = SIE.facts("ready_for_pickup")
    assert facts.parcel is not None
    odd = replace(facts, parcels=(replace(facts.parcel, place="Kiosk\r\n\tam      Markt {url} " + "x" * 400),))

    value = compose_whatsapp("ready_for_pickup", odd).variables["3"]

    assert value.startswith("Kiosk am Markt {url} xxx")
    assert len(value) == LONGEST_VALUE


def test_without_what_it_is_about_nothing_is_written() -> None:
    with pytest.raises(UnknownTemplate):
        compose_whatsapp("nps_survey", SIE.facts("nps_survey"))
    with pytest.raises(MissingFact):
        compose_whatsapp("shipped", replace(SIE.facts("shipped"), links=LinkFacts()))
    with pytest.raises(MissingFact):
        compose_whatsapp("one_time_code", replace(SIE.facts("one_time_code"), code=None))


@pytest.mark.parametrize(
    ("language", "tone", "wording"),
    [("de", "sie", "de-sie"), ("de-CH", "du", "de-du"), ("en-US", "du", "en"), ("fr", "sie", "en")],
)
def test_each_reader_has_one_wording(language: str, tone: str, wording: str) -> None:
    assert wording_of(language=language, tone=tone) == wording
