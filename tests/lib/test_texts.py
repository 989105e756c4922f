"""Shoppers' texts: tone, fallbacks, Swiss spelling, counts."""

import pytest
from django.template import Context, Template

from postpurchase.lib import texts as module
from postpurchase.lib.texts import BorrowedText, TextMissing, languages_with, swiss_spelling, texts_for


@pytest.fixture(autouse=True)
def catalogue(tmp_path, monkeypatch):
    package = tmp_path / "shop_texts"
    (package / "texts").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "texts" / "de.toml").write_text(
        'hello = "Guten Tag, {name}"\nstreet = "„Große Straße“"\n'
        '[parcels]\none = "ein Paket"\nother = "{count} Pakete"\n'
    )
    (package / "texts" / "de_du.toml").write_text('hello = "Hallo {name}"\n')
    (package / "texts" / "en.toml").write_text('hello = "Hello {name}"\nstreet = "Main Street"\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    module._load.cache_clear()
    module._catalogue.cache_clear()
    yield
    module._load.cache_clear()
    module._catalogue.cache_clear()


@pytest.mark.parametrize(
    ("language", "tone", "text"),
    [
        ("de", "sie", "Guten Tag, Anna"),
        ("de-AT", "sie", "Guten Tag, Anna"),
        ("de_DE", "du", "Hallo Anna"),
        ("en-GB", "du", "Hello Anna"),
        ("fr", "sie", "Hello Anna"),
        ("", "sie", "Hello Anna"),
    ],
)
def test_language_and_tone_choose_the_text(language, tone, text):
    assert texts_for("shop_texts", language=language, tone=tone)("hello", name="Anna") == text


def test_du_falls_back_to_sie_where_nothing_differs():
    assert texts_for("shop_texts", language="de", tone="du")("parcels", count=3) == "3 Pakete"
    assert texts_for("shop_texts", language="de", tone="du")("parcels", count=1) == "ein Paket"


def test_swiss_german_has_no_sharp_s():
    texts = texts_for("shop_texts", language="de-CH")

    assert (texts.language, texts("street")) == ("de-CH", "«Grosse Strasse»")
    assert swiss_spelling("Maß, STRAẞE") == "Mass, STRASSE"


def test_a_missing_text_is_an_error_that_names_key_and_language():
    with pytest.raises(TextMissing, match=r"nowhere \(en\)"):
        texts_for("shop_texts", language="en")("nowhere")


def test_braces_in_values_are_not_filled_again():
    assert texts_for("shop_texts", language="en")("hello", name="{0} {name}") == "Hello {0} {name}"


def test_a_merchants_words_take_the_place_of_ours_in_their_language_only():
    own = {"de": {"hello": "Grüezi, {name}, im Straßenladen"}, "de-AT": {"street": "Graben"}}

    assert texts_for("shop_texts", language="de", tone="du", own=own)("hello", name="A") == (
        "Grüezi, A, im Straßenladen"
    )
    assert texts_for("shop_texts", language="de-CH", own=own)("hello", name="A") == "Grüezi, A, im Strassenladen"
    austrian = texts_for("shop_texts", language="de-AT", own=own)
    assert (austrian("street"), austrian("hello", name="A")) == ("Graben", "Grüezi, A, im Straßenladen")
    assert texts_for("shop_texts", language="en", own=own)("hello", name="A") == "Hello A"
    assert texts_for("shop_texts", language="de")("hello", name="A") == "Guten Tag, A"


def test_an_added_language_borrows_from_english_then_german_and_says_so():
    own = {"fr": {"hello": "Bonjour {name}"}, "en": {"street": "High Street"}}

    texts = texts_for("shop_texts", language="fr-CH", own=own)

    assert texts.language == "fr-CH"
    assert (texts("hello", name="A"), texts("street"), texts("parcels", count=3)) == (
        "Bonjour A",
        "High Street",
        "3 Pakete",
    )
    assert not isinstance(texts("hello", name="A"), BorrowedText)
    page = Template(
        '{% load texts %}{% text "street" as s %}{% text "hello" name=n %}|{{ s }}|<i title="{{ s|plain }}">'
    )
    assert page.render(Context({"texts": texts, "n": "<b>"})) == (
        'Bonjour &lt;b&gt;|<span lang="en">High Street</span>|<i title="High Street">'
    )
    count = Template('{% load texts %}{% text "parcels" count=2 %}').render(Context({"texts": texts}))
    assert count == '<span lang="de">2 Pakete</span>'


def test_plurals_of_an_added_language_follow_its_own_rule():
    own = {
        "pl": {"parcels.one": "{count} paczka", "parcels.few": "{count} paczki", "parcels.many": "{count} paczek"},
        "fr": {"parcels.one": "{count} colis"},
    }

    polish = texts_for("shop_texts", language="pl", own=own)
    assert [polish("parcels", count=count) for count in (1, 3, 5)] == ["1 paczka", "3 paczki", "5 paczek"]
    french = texts_for("shop_texts", language="fr", own=own)
    assert (french("parcels", count=0), french("parcels", count=2)) == ("0 colis", "2 Pakete")


def test_languages_are_ours_and_those_with_texts():
    assert languages_with({}) == ("de", "en")
    assert languages_with({"fr": {"a": "b"}, "it": {}, "de-AT": {"a": "b"}}) == ("de", "en", "fr")
