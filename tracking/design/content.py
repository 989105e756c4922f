"""The design of a store's tracking page as data: what is edited as a draft and published as a version."""

from collections.abc import Mapping
from typing import Any

import msgspec

from postpurchase.lib.texts import LANGUAGES, BorrowedText, primary_language


class OwnQuestion(msgspec.Struct, frozen=True):
    """A merchant's own question with its answer, in one ``language`` (BCP 47)."""

    language: str
    question: str
    answer: str


class PageDesign(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything a merchant decides about the page; as it begins, the page is as we make it.

    ``order`` and ``hidden`` name blocks. ``questions`` stand before ours, or instead of them
    (``only_own_questions``). ``texts`` and ``opening_hours`` are by language, ``style`` by scheme
    (``postpurchase/lib/page_style.py``).
    """

    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    questions: tuple[OwnQuestion, ...] = ()
    only_own_questions: bool = False
    texts: dict[str, dict[str, str]] = {}
    opening_hours: dict[str, str] = {}
    contact_url: str = ""
    whatsapp: str = ""
    style: dict[str, dict[str, str]] = {}


def design_from(stored: Mapping[str, Any]) -> PageDesign:
    """Return a stored design. What it holds that is not known any more is left out; what cannot be read is ours."""
    try:
        return msgspec.convert(stored, PageDesign)
    except msgspec.ValidationError:
        return PageDesign()


def design_as_data(design: PageDesign) -> dict[str, Any]:
    """Return a design as it is stored."""
    data: dict[str, Any] = msgspec.to_builtins(design)
    return data


def questions_in(design: PageDesign, *, language: str) -> tuple[OwnQuestion, ...]:
    """Return the merchant's questions for a page in ``language``; a language we do not speak borrows them."""
    for tag in _sources(language):
        if found := tuple(one for one in design.questions if one.language == tag):
            return found
    return ()


def opening_hours_in(design: PageDesign, *, language: str) -> str:
    """Return the opening hours for a page in ``language``, from another one where there is nothing better."""
    for tag in (*_sources(language), *LANGUAGES, *sorted(design.opening_hours)):
        if hours := design.opening_hours.get(tag, ""):
            return hours if primary_language(tag) == primary_language(language) else BorrowedText(hours, tag)
    return ""


def _sources(language: str) -> tuple[str, ...]:
    primary = primary_language(language)
    return (language, primary) if primary in LANGUAGES else (language, primary, "en", "de")
