"""Reasons in words: short, true, in every voice."""

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

import orders
from orders.recommendations.choose import Reason
from orders.recommendations.words import reason_texts, reason_words
from tests.conftest import NOW

FOLDER = Path(orders.__file__).parent / "texts"


def catalogue(name):
    def flat(table, prefix=""):
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", value

    return dict(flat(tomllib.loads((FOLDER / f"{name}.toml").read_text())))


def words(reason, *, language="de", tone="sie", days=0, because=""):
    texts = reason_texts(language=language, tone=tone)
    return reason_words(texts, reason=reason, because=because, last_bought=NOW - dt.timedelta(days=days), now=NOW)


@pytest.mark.parametrize("language", ["de", "de-CH", "de-AT", "en", "fr"])
@pytest.mark.parametrize("tone", ["sie", "du"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(language, tone, reason) -> None:
    said = words(reason, language=language, tone=tone, days=60, because="Lampe")

    assert "{" not in said
    assert ("Lampe" in said) is (
        reason in {Reason.SPARE_PART, Reason.ACCESSORY, Reason.BOUGHT_TOGETHER, Reason.BOUGHT_NEXT}
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Zeit für Nachschub: gestern gekauft"),
        (1, "Zeit für Nachschub: gestern gekauft"),
        (13, "Zeit für Nachschub: vor 13 Tagen gekauft"),
        (14, "Zeit für Nachschub: vor 2 Wochen gekauft"),
        (56, "Zeit für Nachschub: vor 8 Wochen gekauft"),
        (63, "Zeit für Nachschub: vor 2 Monaten gekauft"),
        (365, "Zeit für Nachschub: vor 12 Monaten gekauft"),
    ],
)
def test_how_long_ago_is_said_as_people_say_it(days, said) -> None:
    assert words(Reason.REPLENISH, days=days) == said


def test_sie_and_du_and_names_as_they_are() -> None:
    assert words(Reason.BUY_AGAIN) == "Haben Sie schon mehrmals gekauft"
    assert words(Reason.BUY_AGAIN, tone="du") == "Hast du schon mehrmals gekauft"
    assert words(Reason.ACCESSORY, because="Lampe {rot}") == "Passt zu: Lampe {rot}"


def test_the_catalogues_hold_the_same_keys_with_the_same_places() -> None:
    german, du, english = catalogue("de"), catalogue("de_du"), catalogue("en")

    assert german.keys() == english.keys()
    assert du.keys() <= german.keys()
    for key, text in (english | du).items():
        assert re.findall(r"\{(\w+)\}", text) == re.findall(r"\{(\w+)\}", german[key]), key
