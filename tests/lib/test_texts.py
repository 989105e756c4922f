"""Shoppers' texts: tone, fallbacks, Swiss spelling, counts."""

import pytest

from postpurchase.lib import texts as module
from postpurchase.lib.texts import TextMissing, swiss_spelling, texts_for


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
