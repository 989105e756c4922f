"""A merchant's own words: what may be said differently, and what may stand in it."""

import pytest

from postpurchase.lib.texts import texts_for
from tracking.design.content import PageDesign, design_as_data, design_from
from tracking.design.texts import (
    editable_keys,
    groups,
    keys_of,
    language_problem,
    own_texts,
    placeholders,
    text_problem,
)


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("page.look_up", "Andere Bestellung?", ""),
        ("help.lede", "Nennen Sie {number}.", ""),
        ("help.lede", "Wir helfen gern.", ""),
        ("help.lede", "<script>alert(1)</script>", ""),  # escaped where it is shown
        ("help.lede", "Nennen Sie {name}.", "placeholder"),
        ("help.lede", "{number.__class__.__mro__}", "braces"),
        ("help.lede", "{number!r}", "braces"),
        ("help.lede", "{number:>9999999999}", "braces"),
        ("help.lede", "{0}", "braces"),
        ("help.lede", "{{number}}", "braces"),
        ("help.lede", "a } b", "braces"),
        ("help.lede", "x" * 1_001, "too_long"),
        ("help.nothing", "x", "unknown"),
        ("points.hint.few", "{count} punkty", ""),
        ("points.hint.few", "{name}", "placeholder"),
        ("help.lede.few", "x", "unknown"),
    ],
)
def test_a_text_may_hold_what_its_placeholders_allow(key: str, text: str, problem: str) -> None:
    assert text_problem(key, text) == problem


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        ("fr", ""),
        ("de-AT", ""),
        ("tlh", "unknown"),
        ("FR", "shape"),
        ("fr_FR", "shape"),
        ("", "shape"),
        ('fr" onload="x', "shape"),
        ("fr\n", "shape"),
    ],
)
def test_a_language_is_one_whose_dates_can_be_written(tag: str, problem: str) -> None:
    assert language_problem(tag) == problem


def test_every_text_of_ours_can_be_put_in_unchanged() -> None:
    for language, tone in (("de", "sie"), ("de", "du"), ("en", "sie")):
        texts = texts_for("tracking", language=language, tone=tone).entries
        assert {key: text_problem(key, text) for key, text in texts.items() if text_problem(key, text)} == {}


def test_the_page_without_a_brand_keeps_our_words() -> None:
    assert [key for key in editable_keys() if key.startswith("not_found")] == []
    assert "faq" in groups()
    assert placeholders("help.lede") == {"number"}


def test_only_added_languages_are_asked_for_other_plurals() -> None:
    assert "points.hint.few" in keys_of("points", language="pl")
    assert keys_of("points", language="de-AT") == keys_of("points", language="en")
    assert "points.hint.few" not in keys_of("points", language="en")


def test_what_cannot_be_shown_any_more_is_left_out() -> None:
    design = PageDesign(
        texts={
            "fr": {"help.lede": "Aidez {name}", "help.title": "Aide", "gone": "x", "help.form": ""},
            "x y": {"a": "b"},
        }
    )

    assert own_texts(design) == {"fr": {"help.title": "Aide"}}


def test_a_design_comes_back_as_it_was_stored_and_nonsense_is_ours() -> None:
    design = PageDesign(order=("items",), texts={"fr": {"help.title": "Aide"}}, only_own_questions=True)

    assert design_from(design_as_data(design)) == design
    assert design_as_data(PageDesign()) == {}
    assert design_from({"order": "items", "x": 1}) == PageDesign()
    assert design_from({"from": "a later version", "whatsapp": "+49"}) == PageDesign(whatsapp="+49")
