import re
import string
import tomllib
from pathlib import Path

import pytest

import messaging
from messaging.content.mails import MAILS
from messaging.content.sms import GSM_7, GSM_7_DOUBLE, SMS_TEMPLATES
from messaging.content.whatsapp import WHATSAPP_TEMPLATES
from messaging.enums import Template
from postpurchase.lib.texts import texts_for

FOLDER = Path(messaging.__file__).parent / "texts"


def catalogue(name: str) -> dict[str, str]:
    def flat(table: dict[str, object], prefix: str) -> dict[str, str]:
        entries: dict[str, str] = {}
        for key, value in table.items():
            if isinstance(value, dict):
                entries |= flat(value, f"{prefix}{key}.")
            else:
                entries[prefix + key] = str(value)
        return entries

    return flat(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")), "")


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def test_english_has_exactly_the_keys_of_german() -> None:
    assert catalogue("en").keys() == catalogue("de").keys()


def test_du_only_overrides_what_sie_says_and_never_with_the_same_words() -> None:
    sie, du = catalogue("de"), catalogue("de_du")

    assert du.keys() - sie.keys() == set()
    assert [key for key in du if du[key] == sie[key]] == []


@pytest.mark.parametrize("other", ["en", "de_du"])
def test_a_translation_fills_no_placeholder_the_german_text_has_not(other: str) -> None:
    german = catalogue("de")

    assert {
        key: text for key, text in catalogue(other).items() if not placeholders(text) <= placeholders(german[key])
    } == {}


def test_who_says_du_never_falls_back_into_sie() -> None:
    du = texts_for("messaging", language="de", tone="du").entries
    # "Sie gehört zu deiner Bestellung": she, the message.
    formal = re.compile(r"\b(Ihnen|Ihr|Ihre|Ihrem|Ihren|Ihrer|Ihres|Sie(?! (gehört|enthält)))\b")

    assert {key: text for key, text in du.items() if formal.search(text)} == {}


def test_swiss_german_knows_no_sharp_s() -> None:
    swiss = texts_for("messaging", language="de-CH").entries

    assert {key: text for key, text in swiss.items() if "ß" in text} == {}
    assert swiss["regards"] == "Herzliche Grüsse\nIhr Team von {store}"


@pytest.mark.parametrize("name", ["de", "de_du", "en"])
def test_sms_are_written_in_the_alphabet_of_sms(name: str) -> None:
    outside = {
        key: set(text) - GSM_7 - GSM_7_DOUBLE - set("{}")
        for key, text in catalogue(name).items()
        if key.startswith("sms.")
    }

    assert {key: letters for key, letters in outside.items() if letters} == {}


@pytest.mark.parametrize("name", ["de", "de_du"])
def test_whatsapp_texts_are_written_alike_in_all_countries(name: str) -> None:
    texts = {key: text for key, text in catalogue(name).items() if key.startswith("whatsapp.")}

    assert {key for key, text in texts.items() if set(text) & set("ß„“«»")} == set()
    assert {key.removeprefix("whatsapp.") for key in texts} - {"when_unknown", "place_unknown"} == {*WHATSAPP_TEMPLATES}


def test_every_template_has_a_mail_and_every_sms_has_words() -> None:
    assert set(MAILS) == set(Template.values)
    assert {key.split(".")[1] for key in catalogue("de") if key.startswith("sms.")} == {
        *SMS_TEMPLATES,
        "shipped_promised",
        "delayed_promised",
        "out_for_delivery_hours",
        "ready_for_pickup_named",
        "of_several",
    }
    assert {key.split(".")[2] for key in catalogue("de") if key.startswith("sms.of_several.")} == {*SMS_TEMPLATES} - {
        "one_time_code"
    }
