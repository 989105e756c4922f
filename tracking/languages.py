"""Which language a shopper's page speaks."""

from collections.abc import Collection

from django.utils.translation.trans_real import parse_accept_lang_header

from postpurchase.lib.texts import LANGUAGES, primary_language

SWISS = ("CH", "LI")


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
