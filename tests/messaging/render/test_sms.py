from dataclasses import replace

import pytest

from messaging.content.facts import LinkFacts
from messaging.content.mails import UnknownTemplate
from messaging.content.parts import MissingFact
from messaging.content.sms import SMS_TEMPLATES, compose_sms, segments
from tests.messaging.render.voices import DU, ENGLISH, SIE, SWISS, VOICES, Voice

URL = "http://127.0.0.1:8000/t/7Hq2vXbK9mTzR4wLs8NcYd"


@pytest.mark.parametrize(
    ("template", "voice", "text"),
    [
        (
            "shipped",
            SIE,
            f"Lindenhof: Ihr Paket ist unterwegs (Bestellung 1001) und voraussichtlich Do., 26.11. bei Ihnen. {URL}",
        ),
        (
            "shipped",
            DU,
            f"Lindenhof: Dein Paket ist unterwegs (Bestellung 1001) und voraussichtlich Do., 26.11. bei dir. {URL}",
        ),
        ("out_for_delivery", SWISS, f"Lindenhof: Heute kommt Ihr Paket (Bestellung 1001). Wo es gerade ist: {URL}"),
        (
            "ready_for_pickup",
            ENGLISH,
            f"Lindenhof: Your parcel (order 1001) is ready to collect: Corner Shop, 3 Market Square, York. {URL}",
        ),
        (
            "failed_attempt",
            SIE,
            f"Lindenhof: Ihr Paket (Bestellung 1001) konnte nicht zugestellt werden. Wie es weitergeht: {URL}",
        ),
        (
            "delayed",
            SIE,
            "Lindenhof: Ihr Paket (Bestellung 1001) kommt leider später"
            f" (voraussichtlich Fr., 27.11. bis Sa., 28.11.): {URL}",
        ),
        (
            "delivered",
            DU,
            f"Lindenhof: Dein Paket ist da (Bestellung 1001). Viel Freude damit! Etwas nicht in Ordnung? {URL}",
        ),
    ],
)
def test_wording(template: str, voice: Voice, text: str) -> None:
    assert compose_sms(template, voice.facts(template)) == text


@pytest.mark.parametrize("voice", VOICES, ids=str)
@pytest.mark.parametrize("template", SMS_TEMPLATES)
def test_every_example_is_one_message(template: str, voice: Voice) -> None:
    text = compose_sms(template, voice.facts(template))

    assert (segments(text), "\n" in text, "{" in text) == (1, False, False)


def test_the_shorter_wording_is_taken_before_a_second_message_is_paid() -> None:
    facts = SIE.facts("ready_for_pickup")
    assert facts.parcel is not None
    far = replace(
        facts, parcels=(replace(facts.parcel, place="Postfiliale 523 im Getränkemarkt Hoffmann, Am Alten Wehr 3"),)
    )
    farther = replace(facts, parcels=(replace(facts.parcel, place="x" * 120),))

    assert compose_sms("ready_for_pickup", far) == (
        "Lindenhof: Ihr Paket liegt zur Abholung bereit: "
        f"Postfiliale 523 im Getränkemarkt Hoffmann, Am Alten Wehr 3. {URL}"
    )
    assert compose_sms("ready_for_pickup", farther) == f"Lindenhof: Ihr Paket liegt zur Abholung bereit. {URL}"


def test_typography_that_would_double_the_price_is_made_plain() -> None:
    facts = SIE.facts("delivered")
    store = replace(facts.store, name="„Linden“ – Hof’s\r\nGmbH")

    text = compose_sms("delivered", replace(facts, store=store))

    assert text.startswith('"Linden" - Hof\'s GmbH: Ihr Paket ist da')
    assert segments(text) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2)],
)
def test_segments_of_plain_text(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(("text", "count"), [("ł" * 70, 1), ("ł" * 71, 2), ("😀" * 35, 1), ("😀" * 36, 2)])
def test_segments_with_a_letter_from_outside(text: str, count: int) -> None:
    assert segments(text) == count


def test_what_has_no_sms_is_refused() -> None:
    with pytest.raises(UnknownTemplate, match="nps_survey"):
        compose_sms("nps_survey", SIE.facts("nps_survey"))
    with pytest.raises(MissingFact, match="link"):
        compose_sms("shipped", replace(SIE.facts("shipped"), links=LinkFacts()))
