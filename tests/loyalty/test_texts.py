"""The catalogues say the same things in every language and tone, with the same blanks."""

import re
import string
import tomllib
from pathlib import Path

import pytest

import loyalty
from loyalty.enums import Explanation
from postpurchase.lib.texts import texts_for

FOLDER = Path(loyalty.__file__).parent / "texts"


def _flat(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _catalogue(name):
    return dict(_flat(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))))


def _blanks(text):
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_german_and_english_have_the_same_texts_with_the_same_blanks():
    german, english = _catalogue("de"), _catalogue("en")

    assert set(german) == set(english)
    assert {key for key in german if _blanks(german[key]) != _blanks(english[key])} == set()


def test_du_replaces_only_what_it_says_differently():
    german, du = _catalogue("de"), _catalogue("de_du")

    assert set(du) <= set(german)
    assert {key for key in du if _blanks(du[key]) != _blanks(german[key])} == set()


@pytest.mark.parametrize("language", ["de", "de-CH", "de-AT"])
def test_no_sie_is_left_where_a_store_says_du_and_no_du_where_it_says_sie(language):
    du = texts_for("loyalty", language=language, tone="du").entries
    sie = texts_for("loyalty", language=language, tone="sie").entries

    assert {key for key, text in du.items() if re.search(r"\b(Sie|Ihnen|Ihre?[nmrs]?)\b", text)} == set()
    assert {key for key, text in sie.items() if re.search(r"\b(du|dich|dir|deine?[nmrs]?)\b", text, re.I)} == set()


def test_swiss_pages_have_no_sharp_s():
    assert [text for text in texts_for("loyalty", language="de-CH").entries.values() if "ß" in text] == []


# Their words depend on which way the points went.
BOTH_WAYS = ("manual", "merged")


@pytest.mark.parametrize("explanation", Explanation.values)
def test_every_reason_for_an_entry_has_words(explanation):
    endings = ("_plus", "_minus") if explanation in BOTH_WAYS else ("",)
    for language in ("de", "en"):
        texts = texts_for("loyalty", language=language)
        assert [ending for ending in endings if not texts.has(f"points.history.{explanation}{ending}")] == []
