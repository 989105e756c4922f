"""Texts that shoppers read, kept as data so that tone, country and merchant can vary them.

Each app keeps catalogues in ``<app>/texts/<name>.toml``. German comes in two tones: ``de`` says Sie and is complete,
``de_du`` holds only what differs. Swiss German is derived from German (no ß), Austrian German is German.

    texts = texts_for("tracking", language="de-CH", tone="du")
    texts("status.delivered.title", name="Anna")
    texts("parcels", count=3)          # a table with the keys ``one`` and ``other``

A merchant may say things in their own words, and in languages of their own (``own``: texts by language and key). What
they left out comes from our catalogues: in German and English as it is, in any other language from English, else
German; such a text knows its language (``BorrowedText``), so that a page can say so to screen readers.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.html import format_html

LANGUAGES = ("de", "en")

OwnTexts = Mapping[str, Mapping[str, str]]


class TextMissing(KeyError):
    """There is no text under this key in the catalogue or in what it falls back to."""


class BorrowedText(str):
    """A text in another ``language`` than the page's. In a template it stands in an element that says so.

    Where no element can stand (attributes, ``<title>``), write ``{{ text|plain }}``.
    """

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __html__(self) -> str:
        return format_html('<span lang="{}">{}</span>', self.language, str.__str__(self))

    def __str__(self) -> str:
        return self[:]


@dataclass(frozen=True, slots=True)
class Texts:
    """One app's texts in one language and tone. ``language`` is a BCP 47 tag fit for a ``lang`` attribute.

    ``borrowed`` names the language of each text that is in another one.
    """

    language: str
    entries: Mapping[str, str]
    borrowed: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, *, count: int | None = None, **values: object) -> str:
        """Return the text under ``key`` with its ``{placeholders}`` filled.

        With ``count`` the key ends in ``.one``, ``.other`` or what else the language's rule asks for.
        Raises ``TextMissing`` for an unknown key and ``KeyError`` for a placeholder without a value.
        """
        full_key = key if count is None else self._counted(key, count)
        try:
            pattern = self.entries[full_key]
        except KeyError:
            raise TextMissing(f"{full_key} ({self.language})") from None
        if count is not None:
            values["count"] = count
        text = pattern.format_map(values) if values else pattern
        return BorrowedText(text, self.borrowed[full_key]) if full_key in self.borrowed else text

    def _counted(self, key: str, count: int) -> str:
        if primary_language(self.language) in LANGUAGES:
            return f"{key}.{'one' if count == 1 else 'other'}"
        form = f"{key}.{Locale.parse(self.language, sep='-').plural_form(count)}"
        return form if form in self.entries else f"{key}.other"

    def has(self, key: str) -> bool:
        """Say whether there is a text under ``key``."""
        return key in self.entries


def texts_for(app: str, *, language: str, tone: str = "sie", own: OwnTexts | None = None) -> Texts:
    """Return the texts of ``app`` (a package name) for a BCP 47 ``language`` and a ``tone`` (``sie`` or ``du``).

    Languages with neither a catalogue nor texts of the merchant's get English.
    """
    tag = language.replace("_", "-")
    primary, region = primary_language(tag), tag.partition("-")[2].upper()
    if primary not in LANGUAGES and primary not in languages_with(own or {}):
        primary, region = "en", ""
    tag = f"{primary}-{region}" if region else primary
    if primary not in LANGUAGES:
        return _in_added_language(app, tag, primary, tone, own or {})
    texts = _load(app, primary, region, tone)
    if not own or not (primary in own or tag in own):
        return texts
    changed = {**own.get(primary, {}), **own.get(tag, {})}
    if _is_swiss(primary, region):
        changed = {key: swiss_spelling(text) for key, text in changed.items()}
    return Texts(language=texts.language, entries={**texts.entries, **changed})


def languages_with(own: OwnTexts) -> tuple[str, ...]:
    """Return the languages texts can be had in: ours, then those of a merchant's texts, by their first part."""
    added = sorted({primary_language(tag) for tag, texts in own.items() if texts} - set(LANGUAGES))
    return (*LANGUAGES, *added)


def primary_language(tag: str) -> str:
    """Return the first part of a BCP 47 tag: ``de`` for ``de-CH``."""
    return tag.replace("_", "-").split("-")[0].lower()


def is_known_language(tag: str) -> bool:
    """Say whether a tag names a language whose dates and plurals can be written (CLDR)."""
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _in_added_language(app: str, tag: str, primary: str, tone: str, own: OwnTexts) -> Texts:
    german, english = _load(app, "de", "", tone).entries, _load(app, "en", "", "sie").entries
    words = {**own.get(primary, {}), **own.get(tag, {})}
    borrowed = {key: "en" if key in english else "de" for key in {*german, *english} - words.keys()}
    return Texts(
        language=tag if is_known_language(tag) else primary,
        entries={**german, **own.get("de", {}), **english, **own.get("en", {}), **words},
        borrowed=borrowed,
    )


@lru_cache(maxsize=128)
def _load(app: str, primary: str, region: str, tone: str) -> Texts:
    entries = dict(_catalogue(app, primary))
    if primary == "de" and tone == "du":
        entries.update(_catalogue(app, "de_du"))
    if _is_swiss(primary, region):
        entries = {key: swiss_spelling(text) for key, text in entries.items()}
    return Texts(language=f"{primary}-{region}" if region else primary, entries=entries)


def _is_swiss(primary: str, region: str) -> bool:
    return primary == "de" and region in ("CH", "LI")


def swiss_spelling(text: str) -> str:
    """Return German text as Switzerland and Liechtenstein write it: ss for ß, guillemets for quotation marks."""
    return text.replace("ß", "ss").replace("ẞ", "SS").replace("„", "«").replace("“", "»")


@lru_cache(maxsize=32)
def _catalogue(app: str, name: str) -> Mapping[str, str]:
    spec = find_spec(app)
    if spec is None or spec.origin is None:
        raise TextMissing(f"no package {app}")
    path = Path(spec.origin).parent / "texts" / f"{name}.toml"
    if not path.exists():
        if name == "de_du":
            return {}
        raise TextMissing(f"no catalogue {path}")
    return dict(_flatten(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            entries += _flatten(value, f"{prefix}{key}.")
        else:
            entries.append((f"{prefix}{key}", str(value).strip()))
    return entries
