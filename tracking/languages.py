"""Which language a shopper's page speaks."""

from collections.abc import Collection
from dataclasses import dataclass

from babel import Locale
from django.utils.translation.trans_real import parse_accept_lang_header

from postpurchase.lib.texts import LANGUAGES, primary_language

SWISS = ("CH", "LI")


@dataclass(frozen=True, slots=True)
class LanguageName:
    """A language by its tag and by the name its speakers call it."""

    tag: str
    name: str


def page_language(
    *,
    asked: str = "",
    order: str = "",
    accepted: str = "",
    store: str = "",
    country: str = "",
    languages: Collection[str] = LANGUAGES,
) -> str:
    """Return a BCP 47 tag: what the shopper asks for, ordered in, or their browser prefers; else the store's.

    ``accepted`` is an Accept-Language header, ``languages`` what the page speaks. A parcel to Switzerland or
    Liechtenstein reads Swiss spelling.
    """
    wanted = [asked, order, *(code for code, _ in parse_accept_lang_header(accepted)), store]
    tag = next((tag for tag in wanted if primary_language(tag) in languages), "en")
    if asked and primary_language(tag) == primary_language(order):
        tag = order  # the switch says "de", the order knew it as "de-CH"
    if primary_language(tag) == "de" and "-" not in tag and country in SWISS:
        tag = f"de-{country}"
    return tag


def other_languages(current: str, languages: Collection[str]) -> list[LanguageName]:
    """Return the languages a page can be switched to, each in its own words."""
    return [language_name(tag) for tag in languages if tag != primary_language(current)]


def language_name(tag: str) -> LanguageName:
    """Return a language with the name its speakers call it: Deutsch, Français."""
    name = Locale.parse(tag, sep="-").get_display_name() or tag
    return LanguageName(tag, name[:1].upper() + name[1:])


def is_right_to_left(tag: str) -> bool:
    """Say whether a language is written from right to left."""
    return Locale.parse(primary_language(tag)).text_direction == "rtl"
