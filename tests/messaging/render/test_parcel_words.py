"""What mails say of parcels, case by case."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from messaging.content.blocks import Button, Details, Highlight, Notice, Paragraph, Progress
from messaging.content.facts import DaySpan, LinkFacts, MessageFacts
from messaging.content.mails import compose
from messaging.content.parts import MissingFact
from messaging.content.plain import render_text
from messaging.content.sms import compose_sms, segments
from tests.messaging.render.parts import squeezed
from tests.messaging.render.voices import DU, ENGLISH, SIE, SWISS, Voice
from tracking.enums import SUBSTATUSES, Carrier, DeliveryLocation, ShipmentStatus


def facts_with(template: str, voice: Voice = SIE, **parcel: Any) -> MessageFacts:
    facts = voice.facts(template)
    assert facts.parcel is not None
    return replace(facts, parcels=(replace(facts.parcel, **parcel),))


def first_sentences(template: str, facts: MessageFacts) -> str:
    """What follows the salutation."""
    paragraphs = [block.text for block in compose(template, facts).blocks if isinstance(block, Paragraph)]
    return paragraphs[1]


@pytest.mark.parametrize(
    ("substatus", "said"),
    [
        ("", "DHL wollte Ihr Paket am Dienstag, 24. November zustellen, doch das hat leider nicht geklappt."),
        (
            "attempt_failed_not_home",
            "DHL wollte Ihr Paket am Dienstag, 24. November zustellen "
            "und hat nach eigenen Angaben niemanden angetroffen.",
        ),
        (
            "attempt_failed_no_access",
            "DHL wollte Ihr Paket am Dienstag, 24. November zustellen "
            "und kam nach eigenen Angaben nicht bis zu Ihrer Tür.",
        ),
        (
            "attempt_failed_second",
            "DHL hat am Dienstag, 24. November zum zweiten Mal versucht, Ihr Paket zuzustellen. "
            "Leider hat es wieder nicht geklappt.",
        ),
    ],
)
def test_a_failed_attempt_repeats_the_carriers_reason_as_the_carriers(substatus: str, said: str) -> None:
    facts = facts_with("failed_attempt", substatus=substatus)

    assert first_sentences("failed_attempt", facts) == said
    assert "Sie waren zu Hause?" in render_text(compose("failed_attempt", facts))


def test_after_the_last_attempt_the_shopper_is_asked_to_get_in_touch() -> None:
    mail = compose("failed_attempt", facts_with("failed_attempt", substatus="attempt_failed_final"))

    assert mail.preheader == "Bitte melden Sie sich, damit Ihr Paket doch noch ankommt."
    text = squeezed(render_text(mail))
    assert "Bitte melden Sie sich, dann finden wir gemeinsam einen anderen Weg." in text
    assert "Sie müssen nichts tun" not in text
    assert "Sie waren zu Hause?" not in text


@pytest.mark.parametrize(
    ("substatus", "place", "said"),
    [
        ("delivered_to_recipient", "", "DHL hat dein Paket am Dienstag, 24. November bei dir abgegeben."),
        ("delivered_signed", "", "DHL hat dein Paket am Dienstag, 24. November bei dir abgegeben."),
        (
            "delivered_to_neighbour",
            "Familie Sommer",
            "DHL hat dein Paket am Dienstag, 24. November in deiner Nachbarschaft abgegeben: Familie Sommer.",
        ),
        (
            "delivered_to_neighbour",
            "",
            "DHL hat dein Paket am Dienstag, 24. November in deiner Nachbarschaft abgegeben. "
            "Bei wem, steht meist auf einer Karte in deinem Briefkasten.",
        ),
        ("delivered_to_letterbox", "x", "DHL hat dein Paket am Dienstag, 24. November in deinen Briefkasten gelegt."),
        (
            "delivered_to_parcel_locker",
            "145",
            "DHL hat dein Paket am Dienstag, 24. November in eine Paketstation gelegt: 145.",
        ),
        ("delivered_to_parcel_shop", "", "DHL hat dein Paket am Dienstag, 24. November in einer Filiale abgegeben."),
        (
            "delivered_to_safe_place",
            "Garage",
            "DHL hat dein Paket am Dienstag, 24. November an einem sicheren Ort bei dir abgelegt: Garage.",
        ),
        ("delivered_picked_up", "", "du hast dein Paket am Dienstag, 24. November abgeholt."),
        ("", "", "dein Paket ist am Dienstag, 24. November angekommen."),
    ],
)
def test_where_it_was_handed_over(substatus: str, place: str, said: str) -> None:
    facts = facts_with("delivered", DU, substatus=substatus, place=place)

    assert first_sentences("delivered", facts).removesuffix(" Wir wünschen dir viel Freude damit!") == said


@pytest.mark.parametrize("location", ["", *DeliveryLocation.values])
@pytest.mark.parametrize("substatus", ["", *SUBSTATUSES[ShipmentStatus.DELIVERED]])
@pytest.mark.parametrize("voice", [SIE, ENGLISH], ids=str)
def test_every_place_of_delivery_has_its_sentence(voice: Voice, substatus: str, location: str) -> None:
    for place in ("", "Garage"):
        facts = facts_with("delivered", voice, substatus=substatus, location=location, place=place)

        assert first_sentences("delivered", facts).endswith((".", "!"))


def test_the_location_counts_where_the_substatus_says_nothing() -> None:
    facts = facts_with("delivered", substatus="", location="letterbox")

    assert first_sentences("delivered", facts).startswith("DHL hat Ihr Paket am Dienstag, 24. November in Ihren Brief")


@pytest.mark.parametrize(
    ("voice", "carrier", "word", "said"),
    [
        (SIE, "dhl", "", "DHL hat"),
        (SIE, "austrian_post", "", "die Österreichische Post hat"),
        (SWISS, "swiss_post", "", "Die Schweizerische Post hat"),
        (SIE, "other", "Radkurier Kreuzberg", "Radkurier Kreuzberg hat"),
        (SIE, "other", "", "der Zustelldienst hat"),
        (SIE, "other", "https://evil.example", "der Zustelldienst hat"),
        (ENGLISH, "swiss_post", "", "Swiss Post has"),
        (ENGLISH, "other", "", "The carrier has"),
    ],
)
def test_carriers_are_named_as_people_name_them(voice: Voice, carrier: str, word: str, said: str) -> None:
    facts = facts_with("out_for_delivery", voice, carrier=carrier, carrier_word=word)

    assert first_sentences("out_for_delivery", facts).startswith(f"{said} ")


def test_after_mit_the_carrier_stands_in_the_dative() -> None:
    facts = facts_with("shipped", carrier="austrian_post")

    assert "macht sich mit der Österreichischen Post auf den Weg" in first_sentences("shipped", facts)


@pytest.mark.parametrize("carrier", Carrier.values)
@pytest.mark.parametrize("voice", [SIE, ENGLISH], ids=str)
def test_every_carrier_has_a_name_in_every_language(voice: Voice, carrier: str) -> None:
    facts = facts_with("shipped", voice, carrier=carrier)
    rows = [row for block in compose("shipped", facts).blocks if isinstance(block, Details) for row in block.rows]

    # Where the carrier is not known, the row is left out.
    assert len(rows) == (1 if carrier == "other" else 2)


def test_without_number_and_carrier_there_is_no_table_of_them() -> None:
    mail = compose("shipped", facts_with("shipped", carrier="other", number=""))

    assert [block for block in mail.blocks if isinstance(block, Details)] == []


@pytest.mark.parametrize(
    ("changes", "bring"),
    [
        ({}, "Bitte nehmen Sie zum Abholen einen Ausweis und die Sendungsnummer 00340434161094042557 mit."),
        ({"number": ""}, "Bitte nehmen Sie zum Abholen einen Ausweis mit."),
        (
            {"substatus": "available_for_pickup_locker"},
            "DHL schickt Ihnen einen Code, mit dem Sie das Fach öffnen.",
        ),
        (
            {"substatus": "available_for_pickup_locker", "carrier": "other"},
            "Der Zustelldienst schickt Ihnen einen Code, mit dem Sie das Fach öffnen.",
        ),
    ],
)
def test_what_to_bring_to_the_pickup(changes: dict[str, str], bring: str) -> None:
    mail = compose("ready_for_pickup", facts_with("ready_for_pickup", **changes))

    assert bring in [block.text for block in mail.blocks if isinstance(block, Paragraph)]


def test_the_last_days_of_a_pickup_are_urgent() -> None:
    mail = compose("ready_for_pickup", facts_with("ready_for_pickup", substatus="available_for_pickup_last_days"))

    assert mail.subject == "Bitte bald abholen: Ihr Paket zu Bestellung 1001"
    assert [block for block in mail.blocks if isinstance(block, Notice)] == [
        Notice(
            "Die Abholfrist endet in Kürze",
            "Bitte holen Sie Ihr Paket möglichst noch heute ab. Danach geht es an uns zurück.",
            tone="warn",
        )
    ]
    assert next(block for block in mail.blocks if isinstance(block, Progress)).warn


@pytest.mark.parametrize(
    ("last_day", "hurry"),
    [
        (
            dt.date(2026, 11, 27),
            "Bitte holen Sie Ihr Paket bis Freitag, 27. November ab. Danach geht es an uns zurück.",
        ),
        (None, "Bitte holen Sie Ihr Paket möglichst noch heute ab. Danach geht es an uns zurück."),
    ],
)
def test_a_parcel_that_goes_back_soon_names_its_last_day_where_it_is_known(last_day, hurry) -> None:
    mail = compose("ready_for_pickup", facts_with("ready_for_pickup", goes_back_soon=True, last_day=last_day))

    assert mail.subject == "Bitte bald abholen: Ihr Paket zu Bestellung 1001"
    assert [block.text for block in mail.blocks if isinstance(block, Notice)] == [hurry]


def test_a_promise_in_the_past_is_not_repeated() -> None:
    past = DaySpan(dt.date(2026, 11, 20), dt.date(2026, 11, 23))
    facts = facts_with("shipped", promise=past)

    assert [block for block in compose("shipped", facts).blocks if isinstance(block, Highlight)] == []
    assert compose_sms("shipped", facts).startswith("Lindenhof: Ihr Paket ist unterwegs (Bestellung 1001). Wo es")


def test_a_delay_from_no_promise_names_no_former_day() -> None:
    mail = compose("delayed", facts_with("delayed", promise_before=None))

    assert [block.remark for block in mail.blocks if isinstance(block, Highlight)] == [""]


def test_a_day_named_before_the_delay_is_no_new_day() -> None:
    mail = compose("delayed", facts_with("delayed", promise_before=None, promise_stands=False))

    assert [block for block in mail.blocks if isinstance(block, Highlight)] == []
    assert "kann DHL noch nicht sagen" in " ".join(one.text for one in mail.blocks if isinstance(one, Paragraph))


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("weather", "Der Grund: Das Wetter hält es auf."),
        ("customs", "Der Grund: Es liegt noch beim Zoll."),
        ("address", "Der Grund: Mit der Adresse stimmt etwas nicht."),
        ("not_sent", "Der Grund: Es ist noch nicht auf dem Weg."),
    ],
)
def test_a_delay_says_why_where_the_carrier_does(because: str, said: str) -> None:
    def told(voice: Voice, **parcel: str) -> list[str]:
        mail = compose("delayed", facts_with("delayed", voice, **parcel))
        return [block.text for block in mail.blocks if isinstance(block, Paragraph)]

    assert told(SIE, late_because=because)[2] == told(DU, late_because=because)[2] == said
    assert told(ENGLISH, late_because=because)[2].startswith("The reason: ")
    assert said not in told(SIE)


def test_without_a_page_of_the_order_there_is_no_button_to_nowhere() -> None:
    facts = replace(SIE.facts("delivered"), links=LinkFacts())

    assert [block for block in compose("delivered", facts).blocks if isinstance(block, Button)] == []


@pytest.mark.parametrize(
    ("store", "line"),
    [
        (
            {"can_reply": True, "support_phone": "+49 30 12"},
            "Antworten Sie einfach auf diese E-Mail oder rufen Sie uns an: +49 30 12.",
        ),
        ({"can_reply": True, "support_phone": ""}, "Antworten Sie einfach auf diese E-Mail."),
        ({"can_reply": False, "support_phone": ""}, "Schreiben Sie uns: hallo@lindenhof.example.com."),
        ({"can_reply": False, "support_email": "", "support_phone": "+49 30 12"}, "Rufen Sie uns an: +49 30 12."),
        ({"can_reply": False, "support_email": "", "support_phone": ""}, None),
    ],
)
def test_contact_names_only_ways_that_exist(store: dict[str, Any], line: str | None) -> None:
    facts = SIE.facts("shipped")
    mail = compose("shipped", replace(facts, store=replace(facts.store, **store)))

    found = [block.text for block in mail.blocks if isinstance(block, Paragraph) and "Haben Sie Fragen?" in block.text]
    assert [text.replace("\u00a0", " ") for text in found] == ([f"Haben Sie Fragen? {line}"] if line else [])


@pytest.mark.parametrize("template", ["shipped", "out_for_delivery", "ready_for_pickup", "failed_attempt", "delayed"])
def test_no_parcel_mail_without_a_parcel(template: str) -> None:
    with pytest.raises(MissingFact, match="parcel"):
        compose(template, replace(SIE.facts(template), parcels=()))


def hours_of(facts: MessageFacts, begins: str, ends: str) -> MessageFacts:
    """The same parcel, promised for hours of a day."""
    zone = dt.timezone(dt.timedelta(hours=1))
    moments = [dt.datetime.combine(facts.today, dt.time.fromisoformat(time), tzinfo=zone) for time in (begins, ends)]
    span = DaySpan(facts.today, facts.today, *moments)
    assert facts.parcel is not None
    return replace(facts, parcels=(replace(facts.parcel, promise=span, event_on=facts.today),))


@pytest.mark.parametrize(
    ("voice", "mail", "sms"),
    [
        (SIE, ", zwischen 14:10 und 15:10 Uhr", "Lindenhof: Heute zwischen 14:10 und 15:10 Uhr kommt Ihr Paket"),
        (DU, ", zwischen 14:10 und 15:10 Uhr", "Lindenhof: Heute zwischen 14:10 und 15:10 Uhr kommt dein Paket"),
        (SWISS, ", zwischen 14:10 und 15:10 Uhr", "Lindenhof: Heute zwischen 14:10 und 15:10 Uhr kommt Ihr Paket"),
        (ENGLISH, ", between 14:10 and 15:10", "Lindenhof: Your parcel arrives today between 14:10 and 15:10"),
    ],
)
def test_in_the_van_the_hours_are_said(voice: Voice, mail: str, sms: str) -> None:
    facts = hours_of(voice.facts("out_for_delivery"), "14:10", "15:10")

    (highlight,) = [block for block in compose("out_for_delivery", facts).blocks if isinstance(block, Highlight)]
    text = compose_sms("out_for_delivery", facts)

    assert highlight.value.endswith(mail)
    assert text.startswith(sms)
    assert segments(text) == 1


@pytest.mark.parametrize(("begins", "ends"), [("14:10", "14:10"), ("15:10", "14:10")])
def test_hours_that_read_wrongly_leave_the_day(begins: str, ends: str) -> None:
    facts = hours_of(SIE.facts("out_for_delivery"), begins, ends)

    assert not [block for block in compose("out_for_delivery", facts).blocks if isinstance(block, Highlight)]
    assert compose_sms("out_for_delivery", facts).startswith("Lindenhof: Heute kommt Ihr Paket")
