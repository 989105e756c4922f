"""Everything the page can say exists in every voice."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest

import tracking
from postpurchase.lib.texts import texts_for
from tracking.enums import SUBSTATUSES, ShipmentStatus
from tracking.page.scenes import SCENES

FOLDER = Path(tracking.__file__).parent / "texts"


def catalogue(name, prefix=""):
    def flat(table, prefix):
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", value

    return dict(flat(tomllib.loads((FOLDER / f"{name}.toml").read_text()), prefix))


def places(text):
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_situation_and_every_word_of_the_api_has_its_text(language) -> None:
    texts = texts_for("tracking", language=language)
    wanted = [f"parcel.{scene}.{part}" for scene in SCENES for part in ("title", "next")]
    wanted += [f"news.{word}" for word in (*ShipmentStatus, *itertools.chain.from_iterable(SUBSTATUSES.values()))]

    assert [key for key in wanted if not texts.has(key)] == []


def test_german_and_english_say_the_same_things() -> None:
    german, english = catalogue("de"), catalogue("en")

    assert german.keys() == english.keys()
    assert {key: (german[key], english[key]) for key in german if places(german[key]) != places(english[key])} == {}


def test_the_informal_catalogue_only_changes_what_says_sie() -> None:
    formal, informal = catalogue("de"), catalogue("de_du")

    assert informal.keys() <= formal.keys()
    assert [key for key in informal if informal[key] == formal[key]] == []
    assert [key for key in informal if places(informal[key]) != places(formal[key])] == []
    for text in (formal | informal).values():
        assert not re.search(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b", text)
    addressed = {key for key, text in formal.items() if re.search(r"\b(Sie|Ihnen|Ihre?[mnrs]?)\b", text)}
    assert addressed <= informal.keys()


def test_swiss_german_has_no_sharp_s() -> None:
    swiss = texts_for("tracking", language="de-CH", tone="du")

    assert [text for text in swiss.entries.values() if "ß" in text or "„" in text] == []
