"""What past customers of the demo answered to the survey: who answers, which score, which words.

A pure function of the order's number and what became of its parcel: late parcels get worse marks. Most people give a
score and no comment, as everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from postpurchase.demo.parcels import Scenario

# Scores of parcels that went well, and of those that did not; each stands as often as it is likely.
_CONTENT = (10, 10, 10, 10, 9, 9, 9, 8, 8, 7, 10, 9, 6)
_ANNOYED = (3, 5, 6, 6, 7, 8, 2)
_TROUBLE = (Scenario.DELAYED, Scenario.PARCEL_SHOP)

_COMMENTS: dict[tuple[str, str], Sequence[str]] = {
    ("de", "promoter"): (
        "Alles wunderbar, sehr liebevoll verpackt!",
        "Die Etagere ist noch schöner als auf dem Bild.",
        "Schnell da, und die kleine Karte im Paket hat mich gefreut.",
        "Wie immer: eine Freude beim Auspacken.",
        "Mein Mann fragt schon, wo die Wimpel noch hin sollen. Ich hätte da Ideen.",
        "Super, gerne wieder.",
    ),
    ("de", "passive"): (
        "Schöne Sachen, das Paket war etwas groß für den Inhalt.",
        "Gut, aber ich hätte gern ein Lieferfenster gewusst.",
        "Die Farbe ist etwas heller als gedacht, gefällt mir trotzdem.",
    ),
    ("de", "detractor"): (
        "Musste zweimal zum Paketshop, beim ersten Mal war noch nichts da.",
        "Eine Tasse hatte einen Sprung. Der Ersatz kam zwar schnell, ärgerlich war es doch.",
        "Zwei Tage zu spät für den Geburtstag.",
    ),
    ("en", "promoter"): (
        "Beautifully packed, arrived a day early. Lovely shop!",
        "The bunting made the party.",
        "Exactly as described, and the cake stand is gorgeous.",
    ),
    ("en", "passive"): ("Nice things, though postage to the UK takes its time.", "Good quality, packaging a bit much."),
    ("en", "detractor"): ("Stuck in customs for ages and nobody told me.", "Arrived late, the birthday was over."),
}


@dataclass(frozen=True, kw_only=True)
class PastAnswer:
    """A score from 0 to 10, a comment or nothing, and how many days after delivery it was given."""

    score: int
    comment: str
    days_later: int


def past_answer(*, number: str, scenario: Scenario, language: str) -> PastAnswer | None:
    """What the customer of a past order answered; None for the two of three who did not."""
    digest = hashlib.sha256(f"answer:{number}".encode()).digest()
    if digest[0] % 3:
        return None
    scores = _ANNOYED if scenario in _TROUBLE else _CONTENT
    score = scores[digest[1] % len(scores)]
    group = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    comments = _COMMENTS["de" if language.startswith("de") else "en", group]
    says_something = digest[2] % 5 < 2
    return PastAnswer(
        score=score,
        comment=comments[digest[3] % len(comments)] if says_something else "",
        days_later=3 + digest[4] % 4,
    )
