"""Help for an article stands on the page once the article is on its way."""

import uuid
from decimal import Decimal

import pytest

from tests.tracking.page.test_build import order, parcel
from tracking.enums import ShipmentStatus as S
from tracking.page.facts import HowToFacts, LineFacts
from tracking.page.how_tos import help_for

GERMAN = HowToFacts("Aufbau", "https://shop.example.com/aufbau", "de-DE")
ENGLISH = HowToFacts("Assembly", "https://shop.example.com/assembly", "en")
FILM = HowToFacts("Film", "https://shop.example.com/film", "")


def line(number, *how_tos, sku=""):
    return LineFacts(
        uuid.UUID(int=number), sku or f"sku{number}", f"Article {number}", 1, Decimal(1), "", "", how_tos=how_tos
    )


def shown(facts, language="de"):
    return [(one.name, [link.title for link in one.links]) for one in help_for(facts, language=language)]


@pytest.mark.parametrize("status", S)
def test_help_comes_with_the_parcel_and_goes_when_it_goes_back(status) -> None:
    facts = order(parcel(status), lines=(line(1, FILM),))

    is_sent = status not in (S.PENDING, S.INFO_RECEIVED, S.EXCEPTION, S.EXPIRED)
    assert shown(facts) == ([("Article 1", ["Film"])] if is_sent else [])


def test_only_what_is_in_a_parcel_on_its_way_has_help() -> None:
    first, second = line(1, FILM), line(2, FILM)
    facts = order(
        parcel(S.DELIVERED, contents={first.id: 1}),
        parcel(S.INFO_RECEIVED, contents={second.id: 1}),
        lines=(first, second),
    )

    assert shown(facts) == [("Article 1", ["Film"])]


def test_links_are_in_the_readers_language_where_there_are_any() -> None:
    facts = order(parcel(), lines=(line(1, GERMAN, ENGLISH, FILM), line(2, ENGLISH), line(3)))

    assert shown(facts, "de-CH") == [("Article 1", ["Aufbau", "Film"]), ("Article 2", ["Assembly"])]
    assert shown(facts, "en") == [("Article 1", ["Assembly", "Film"]), ("Article 2", ["Assembly"])]


def test_an_article_on_two_lines_is_explained_once() -> None:
    assert shown(order(parcel(), lines=(line(1, FILM, sku="lamp"), line(2, FILM, sku="lamp")))) == [
        ("Article 1", ["Film"])
    ]


def test_an_order_of_which_nothing_was_sent_has_no_help() -> None:
    assert shown(order(lines=(line(1, FILM),))) == []
