"""A merchant's own words for the page. Which texts there are and what may stand in them comes from our catalogues."""

import re
from collections.abc import Mapping
from functools import lru_cache

from postpurchase.lib.texts import LANGUAGES, OwnTexts, is_known_language, texts_for
from tracking.design.content import PageDesign

APP = "tracking"
LONGEST = 1_000
MOST_LANGUAGES = 12

# Said to whoever has a wrong link, without anybody's brand.
_NOT_A_MERCHANTS = ("not_found",)
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
# CLDR's other forms of a plural, for languages that have more than two.
_FORMS = ("zero", "two", "few", "many")


def editable_keys() -> tuple[str, ...]:
    """Return the keys of all texts that a merchant may say differently, in the order of our catalogue."""
    return tuple(key for key in _ours() if key.split(".")[0] not in _NOT_A_MERCHANTS)


def groups() -> tuple[str, ...]:
    """Return the parts of the page that texts belong to: the first words of their keys."""
    return tuple(dict.fromkeys(key.split(".")[0] for key in editable_keys()))


def keys_of(group: str, *, language: str) -> tuple[str, ...]:
    """Return a group's keys; an added language has all forms of a plural."""
    keys = [key for key in editable_keys() if key.split(".")[0] == group]
    if language.split("-")[0] in LANGUAGES:
        return tuple(keys)
    forms = [f"{key.removesuffix('.other')}.{form}" for key in keys if key.endswith(".other") for form in _FORMS]
    return (*keys, *forms)


def placeholders(key: str) -> frozenset[str]:
    """Return what may stand in braces in a text: what any of our wordings of it fills in."""
    return _ours().get(key) or _ours().get(_plain_plural(key), frozenset())


def text_problem(key: str, text: str) -> str:
    """Return why a merchant's text cannot be shown, empty where it can.

    ``unknown`` there is no such text; ``too_long``; ``braces`` a brace that belongs to no placeholder;
    ``placeholder`` something in braces that this text does not know.
    """
    if key not in _ours() and _plain_plural(key) not in _ours():
        return "unknown"
    if len(text) > LONGEST:
        return "too_long"
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        return "braces"
    return "" if set(_PLACEHOLDER.findall(text)) <= placeholders(key) else "placeholder"


def language_problem(tag: str) -> str:
    """Return why texts cannot be in a language, empty where they can: ``shape`` or ``unknown``."""
    if not _TAG.fullmatch(tag):
        return "shape"
    return "" if is_known_language(tag) else "unknown"


def own_texts(design: PageDesign) -> OwnTexts:
    """Return the texts of a design that can be shown. Our catalogues may have changed since they were checked."""
    return {
        tag: {key: text for key, text in texts.items() if text and not text_problem(key, text)}
        for tag, texts in design.texts.items()
        if not language_problem(tag)
    }


@lru_cache(maxsize=1)
def _ours() -> Mapping[str, frozenset[str]]:
    """Every key with its placeholders, in the order of the German catalogue, which is complete."""
    wordings = [
        texts_for(APP, language=language, tone=tone).entries
        for language, tone in (("de", "sie"), ("de", "du"), ("en", "sie"))
    ]
    keys = dict.fromkeys(key for wording in wordings for key in wording)
    return {
        key: frozenset(name for wording in wordings for name in _PLACEHOLDER.findall(wording.get(key, "")))
        for key in keys
    }


def _plain_plural(key: str) -> str:
    start, _, form = key.rpartition(".")
    return f"{start}.other" if form in _FORMS else ""
