"""Every mail in every voice: what holds for all of them."""

import re
import struct
from dataclasses import fields, is_dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.finders import find

from messaging.content.blocks import Picture
from messaging.content.html import SIZE_LIMIT, render_html
from messaging.content.mails import MAILS, PICTURES, UnknownTemplate, compose
from messaging.content.plain import WIDTH, render_text
from tests.messaging.render.parts import addresses, squeezed, tags, visible_text
from tests.messaging.render.voices import BASE_URL, DU, ENGLISH, SIE, SWISS, VOICES, Voice

SUBJECTS = {
    "order_confirmation": {
        SIE: "Danke für Ihre Bestellung 1001",
        DU: "Danke für deine Bestellung 1001",
        SWISS: "Danke für Ihre Bestellung 1001",
        ENGLISH: "Thank you for your order 1001",
    },
    "shipped": {
        SIE: "Ihr Paket ist unterwegs: Bestellung 1001",
        DU: "Dein Paket ist unterwegs: Bestellung 1001",
        SWISS: "Ihr Paket ist unterwegs: Bestellung 1001",
        ENGLISH: "Your parcel is on its way: order 1001",
    },
    "out_for_delivery": {
        SIE: "Heute kommt Ihr Paket: Bestellung 1001",
        DU: "Heute kommt dein Paket: Bestellung 1001",
        SWISS: "Heute kommt Ihr Paket: Bestellung 1001",
        ENGLISH: "Your parcel arrives today: order 1001",
    },
    "ready_for_pickup": {
        SIE: "Ihr Paket liegt zur Abholung bereit: Bestellung 1001",
        DU: "Dein Paket liegt zur Abholung bereit: Bestellung 1001",
        SWISS: "Ihr Paket liegt zur Abholung bereit: Bestellung 1001",
        ENGLISH: "Your parcel is ready to collect: order 1001",
    },
    "failed_attempt": {
        SIE: "Die Zustellung hat nicht geklappt: Bestellung 1001",
        DU: "Die Zustellung hat nicht geklappt: Bestellung 1001",
        SWISS: "Die Zustellung hat nicht geklappt: Bestellung 1001",
        ENGLISH: "Your parcel could not be delivered: order 1001",
    },
    "delayed": {
        SIE: "Ihr Paket kommt später: Bestellung 1001",
        DU: "Dein Paket kommt später: Bestellung 1001",
        SWISS: "Ihr Paket kommt später: Bestellung 1001",
        ENGLISH: "Your parcel will be late: order 1001",
    },
    "delivered": {
        SIE: "Ihr Paket ist da: Bestellung 1001",
        DU: "Dein Paket ist da: Bestellung 1001",
        SWISS: "Ihr Paket ist da: Bestellung 1001",
        ENGLISH: "Your parcel is here: order 1001",
    },
    "nps_survey": {
        SIE: "Wie war Ihr Einkauf bei Lindenhof?",
        DU: "Wie war dein Einkauf bei Lindenhof?",
        SWISS: "Wie war Ihr Einkauf bei Lindenhof?",
        ENGLISH: "How was your order from Lindenhof?",
    },
    "points_earned": {
        SIE: "98 Punkte für Sie",
        DU: "98 Punkte für dich",
        SWISS: "98 Punkte für Sie",
        ENGLISH: "98 points for you",
    },
    "recommendations": {
        SIE: "Das könnte gut zu Ihrer Bestellung 1001 passen",
        DU: "Das könnte gut zu deiner Bestellung 1001 passen",
        SWISS: "Das könnte gut zu Ihrer Bestellung 1001 passen",
        ENGLISH: "This might go well with your order 1001",
    },
    "order_cancelled": {
        SIE: "Ihre Bestellung 1001 ist storniert",
        DU: "Deine Bestellung 1001 ist storniert",
        SWISS: "Ihre Bestellung 1001 ist storniert",
        ENGLISH: "Your order 1001 is cancelled",
    },
    "order_refunded": {
        SIE: "Sie bekommen 38,70 € zurück: Bestellung 1001",
        DU: "Du bekommst 38,70 € zurück: Bestellung 1001",
        SWISS: "Sie bekommen CHF 38.70 zurück: Bestellung 1001",
        ENGLISH: "You get £38.70 back: order 1001",
    },
    "case_received": {
        SIE: "Wir kümmern uns darum: Bestellung 1001",
        DU: "Wir kümmern uns darum: Bestellung 1001",
        SWISS: "Wir kümmern uns darum: Bestellung 1001",
        ENGLISH: "We are looking into it: order 1001",
    },
    "case_answered": {
        SIE: "Unsere Antwort zu Ihrer Bestellung 1001",
        DU: "Unsere Antwort zu deiner Bestellung 1001",
        SWISS: "Unsere Antwort zu Ihrer Bestellung 1001",
        ENGLISH: "Our answer about your order 1001",
    },
    "case_resolved": {
        SIE: "Das Problem mit Ihrer Bestellung 1001 ist erledigt",
        DU: "Das Problem mit deiner Bestellung 1001 ist erledigt",
        SWISS: "Das Problem mit Ihrer Bestellung 1001 ist erledigt",
        ENGLISH: "The problem with your order 1001 is settled",
    },
    "one_time_code": {
        SIE: "402917 ist Ihr Code für Bestellung 1001",
        DU: "402917 ist dein Code für Bestellung 1001",
        SWISS: "402917 ist Ihr Code für Bestellung 1001",
        ENGLISH: "402917 is your code for order 1001",
    },
}

every_mail = pytest.mark.parametrize(
    ("template", "voice"), [(template, voice) for template in MAILS for voice in VOICES], ids=str
)


def html_of(template: str, voice: Voice) -> str:
    return render_html(voice.compose(template), voice.facts(template).store)


def strings_of(block: object) -> list[str]:
    """Every string a block shows, addresses of pictures and stand-in initials apart."""
    found: list[str] = []
    for field in fields(block):  # type: ignore[arg-type]
        if field.name in ("picture_url", "initial", "spoken", "tone") or isinstance(block, Picture):
            continue
        value = getattr(block, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            for piece in part if isinstance(part, tuple) else (part,):
                if is_dataclass(piece):
                    found += strings_of(piece)
                elif isinstance(piece, str) and piece:
                    found.append(piece)
    return found


@every_mail
def test_subject(template: str, voice: Voice) -> None:
    assert voice.compose(template).subject == SUBJECTS[template][voice]


@every_mail
def test_both_parts_say_everything_that_every_block_says(template: str, voice: Voice) -> None:
    mail = voice.compose(template)
    html = render_html(mail, voice.facts(template).store)
    in_html = visible_text(html) + " " + " ".join(address for _, _, address in addresses(html))
    in_text = squeezed(render_text(mail))

    for block in (*mail.blocks, mail.footer):
        for string in strings_of(block):
            assert squeezed(string) in in_html
            assert squeezed(string) in in_text


@every_mail
def test_no_placeholder_is_left_open(template: str, voice: Voice) -> None:
    mail = voice.compose(template)

    for text in (mail.subject, mail.preheader, render_text(mail), visible_text(html_of(template, voice))):
        assert re.search(r"[{}]|None|\bNaN\b", text) is None


@every_mail
def test_nothing_is_loaded_from_elsewhere_and_links_lead_to_us_or_to_the_store(template: str, voice: Voice) -> None:
    html = html_of(template, voice)

    loaded = [address for tag, name, address in addresses(html) if tag != "a"]
    hosts = {urlsplit(address).hostname for tag, _, address in addresses(html) if tag == "a"}
    assert [address for address in loaded if not address.startswith(f"{BASE_URL}/")] == []
    assert hosts <= {"127.0.0.1", "lindenhof.example.com"}
    assert re.search(r"url\(|@import|<link|<script(?! type=.application/ld.json.>)|<iframe|<form|<object", html) is None


@every_mail
def test_the_frame_is_what_mail_programs_need(template: str, voice: Voice) -> None:
    mail = voice.compose(template)
    html = render_html(mail, voice.facts(template).store)
    found = tags(html)

    assert len(html.encode()) < SIZE_LIMIT / 3
    assert next(values["lang"] for tag, values in found if tag == "html") == voice.language
    assert [values["content"] for _, values in found if values.get("name") == "color-scheme"] == ["light dark"]
    assert "@media (prefers-color-scheme: dark)" in html
    assert len([tag for tag, _ in found if tag == "h1"]) == 1
    assert [values for tag, values in found if tag == "img" and "alt" not in values] == []
    # A table that holds data has row headings; every other one is told apart for screen readers.
    assert [
        values
        for tag, values in found
        if tag == "table" and values.get("role") != "presentation" and values["class"] not in ("totals", "facts")
    ] == []
    assert 0 < len(mail.preheader) <= 120


@every_mail
def test_the_text_part_is_narrow_and_ends_with_who_writes_and_why(template: str, voice: Voice) -> None:
    text = render_text(voice.compose(template))

    assert [line for line in text.splitlines() if len(line) > WIDTH and "://" not in line] == []
    signature = text.split("\n-- \n")[1]
    assert "Lindenhof" in signature
    assert signature.endswith("Amtsgericht Charlottenburg, HRB 123456\n")


@pytest.mark.parametrize("voice", VOICES, ids=str)
def test_who_may_object_finds_the_link_and_who_gets_news_of_an_order_is_told_why(voice: Voice) -> None:
    page = f"{BASE_URL}/u/Nb8gXmV2tHpY5rCwQ7kLsE"

    with_link = {
        template
        for template in MAILS
        if page in html_of(template, voice) and page in render_text(voice.compose(template))
    }

    assert with_link == {"nps_survey", "points_earned", "recommendations"}
    assert all("1001" in voice.compose(template).footer.reason for template in MAILS)


@pytest.mark.parametrize("voice", VOICES, ids=str)
def test_service_mails_ask_for_no_rating(voice: Voice) -> None:
    rating = re.compile(r"bewert|weiterempf|zufrieden|Sterne|\brate\b|rating|recommend|review|satisf", re.IGNORECASE)

    asking = {template for template in MAILS if rating.search(render_text(voice.compose(template)))}

    assert asking == {"nps_survey"}


def test_the_survey_has_eleven_links_that_only_carry_the_number() -> None:
    found = [address for _, _, address in addresses(html_of("nps_survey", SIE)) if "/s/" in address]

    assert found == [f"{BASE_URL}/s/Jf5nPzQ8rWkD2xVtB6hMgA?score={number}" for number in range(11)]


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(UnknownTemplate, match="valentines_day"):
        compose("valentines_day", SIE.facts("shipped"))


@pytest.mark.parametrize("template", MAILS)
def test_every_picture_is_there_in_double_density(template: str) -> None:
    path = find(f"img/mail/{PICTURES[template]}.png")

    assert isinstance(path, str)
    content = Path(path).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (320, 240)
    assert len(content) < 16_000
