"""Which language a shopper's page speaks."""

from django.utils.translation.trans_real import parse_accept_lang_header

from postpurchase.lib.texts import LANGUAGES

SWISS = ("CH", "LI")


def page_language(*, asked: str = "", order: str = "", accepted: str = "", store: str = "", country: str = "") -> str:
    """Return a BCP 47 tag: what the shopper asks for, ordered in, or their browser prefers; else the store's.

    ``accepted`` is an Accept-Language header. A parcel to Switzerland or Liechtenstein reads Swiss spelling.
    """
    wanted = [asked, order, *(code for code, _ in parse_accept_lang_header(accepted)), store]
    tag = next((tag for tag in wanted if _primary(tag) in LANGUAGES), "en")
    if asked and _primary(tag) == _primary(order):
        tag = order  # the switch says "de", the order knew it as "de-CH"
    if _primary(tag) == "de" and "-" not in tag and country in SWISS:
        tag = f"de-{country}"
    return tag


def _primary(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].lower()
