"""The tracking page as a merchant designed it."""

from html.parser import HTMLParser

import pytest
from django.core.cache import caches
from django.test import Client

from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tests.tracking.views.test_page import OWN_SCRIPT, SCRIPTS, path_of, words
from tracking.design.content import OwnQuestion
from tracking.design.texts import editable_keys
from tracking.services.page_designs import change_draft, publish_draft
from tracking.services.record import record_checkpoints

HOSTILE = "<script>alert('x')</script>&{{7*7}}\"'><img src=x onerror=y>"


@pytest.fixture(autouse=True)
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    for cache in caches.all():
        cache.clear()
    caches["pages"].clear()


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        Store.objects.update(support_email="hallo@lindenhof.example", imprint_url="https://lindenhof.example/i")
        order = make_order(world)
        make_shipment(world, order)
        record_checkpoints(
            merchant=world.merchant,
            checkpoints=(news(1, "info_received"), news(4, "in_transit", city="Leipzig")),
            now=NOW,
        )
        return order


def design(world, **changes):
    with merchant_scope(world.merchant.id):
        change_draft(merchant=world.merchant, store=world.store, now=NOW, **changes)
        publish_draft(merchant=world.merchant, store=world.store, user=None, now=NOW)


def show(world, order, query=""):
    response = Client().get(path_of(world, order) + query)
    assert response.status_code == 200
    return response


class Reader(HTMLParser):
    """Collects what stands in which language, and every attribute and title."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []
        self.attributes: list[str] = []
        self.title = ""
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        language = dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")
        if tag not in ("meta", "link", "img", "br", "input"):
            self.open.append((tag, language))

    def handle_startendtag(self, tag, attrs):
        self.attributes += [value or "" for _, value in attrs]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "title":
            self.title += data
        elif data.strip():
            self.said.append((self.open[-1][1] if self.open else "", data.strip()))

    def in_language(self, language: str) -> set[str]:
        return {text for said_in, text in self.said if said_in == language}


def test_blocks_stand_in_the_merchants_order_and_the_parcels_stay(world, order) -> None:
    before = words(show(world, order))
    assert before.index("Gut zu wissen") > before.index("Zustelldienst angekündigt")

    design(world, order=("questions", "contact", "parcels"), hidden=("items", "parcels"))

    after = words(show(world, order))
    assert after.index("Gut zu wissen") < after.index("Fragen?") < after.index("Zustelldienst angekündigt")
    assert "Lampe" in before
    assert "Lampe" not in after
    assert 'href="/lindenhof/track"' in show(world, order).content.decode()


def test_own_questions_come_first_or_alone_in_their_language(world, order) -> None:
    questions = (
        OwnQuestion("de", "Wie lange hält die Garantie?", "Drei Jahre.\nFür alles."),
        OwnQuestion("en", "How long is the warranty?", "Three years."),
    )
    design(world, questions=questions)
    german, english = words(show(world, order)), words(show(world, order, "?lang=en"))
    assert german.index("Garantie?") < german.index("Warum ändert sich hier gerade nichts?")
    assert "warranty" not in german
    assert "warranty" in english
    assert "Garantie" not in english

    design(world, only_own_questions=True)
    alone = words(show(world, order))
    assert "Drei Jahre. Für alles." in alone
    assert "Warum ändert sich hier gerade nichts?" not in alone


def test_contact_ways_and_hours_are_shown(world, order) -> None:
    design(
        world,
        opening_hours={"de": "Mo–Fr 9–17 Uhr", "en": "Mon–Fri 9–17"},
        contact_url="https://lindenhof.example/kontakt",
        whatsapp="+4915112345678",
    )

    body = show(world, order).content.decode()

    assert "Mo–Fr 9–17 Uhr" in body
    assert 'href="https://wa.me/4915112345678"' in body
    assert 'href="https://lindenhof.example/kontakt"' in body
    assert "Mon–Fri" in show(world, order, "?lang=en").content.decode()


def test_an_added_language_is_offered_spoken_and_says_what_it_borrows(world, order) -> None:
    design(
        world,
        texts={"fr": {"page.look_up": "Une autre commande ?", "frame.skip": "Aller au contenu"}},
        questions=(OwnQuestion("en", "Do you ship abroad?", "Yes."),),
        opening_hours={"de": "Mo–Fr"},
    )
    assert '<a href="?lang=fr" hreflang="fr" lang="fr">Français</a>' in show(world, order).content.decode()

    body = show(world, order, "?lang=fr").content.decode()
    page = Reader(body)

    assert '<html lang="fr">' in body
    assert {"Une autre commande ?", "Aller au contenu"} <= page.in_language("fr")
    assert {"Your parcel is on its way", "Good to know", "Imprint", "Do you ship abroad?"} <= page.in_language("en")
    assert "Mo–Fr" in page.in_language("de")
    assert [value for value in page.attributes if "<" in value] == []
    assert "<" not in page.title
    assert "Deutsch" in page.in_language("de")
    look_up = Reader(Client().get("/lindenhof/track?lang=fr").content.decode())
    assert "Where is my order?" in look_up.in_language("en")
    assert "<" not in look_up.title
    assert [value for value in look_up.attributes if "<" in value] == []


def test_a_language_written_from_the_right_says_so(world, order) -> None:
    design(world, texts={"ar": {"page.look_up": "طلب آخر؟"}})

    assert '<html lang="ar" dir="rtl">' in show(world, order, "?lang=ar").content.decode()
    assert "dir=" not in show(world, order).content.decode()


def test_whatever_a_merchant_writes_is_text(world, order) -> None:
    texts = {key: HOSTILE.replace("{{7*7}}", "") for key in editable_keys()}
    design(
        world,
        texts={"de": texts, "fr": texts},
        questions=(OwnQuestion("de", HOSTILE, HOSTILE), OwnQuestion("en", HOSTILE, HOSTILE)),
        opening_hours={"de": HOSTILE},
    )

    for language in ("de", "en", "fr"):
        body = show(world, order, f"?lang={language}").content.decode()
        assert SCRIPTS.findall(body) == [OWN_SCRIPT]
        assert "<img src=x" not in body
        assert "y" not in Reader(body).attributes
    assert "<script" not in Client().get("/lindenhof/track").content.decode()


def test_a_published_design_is_on_the_page_with_the_next_request(world, order) -> None:
    first = show(world, order)
    assert show(world, order).content == first.content

    design(world, hidden=("items",))

    assert "Lampe" not in words(show(world, order))


def test_another_merchants_design_changes_nothing_here(world, other_world, order) -> None:
    before = show(world, order).content
    design(other_world, order=("questions",), hidden=("items",), texts={"de": {"page.look_up": "Fremd"}})

    assert show(world, order).content == before
