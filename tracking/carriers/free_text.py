"""What a carrier's sentence says, in German, French, Italian or English; only where it leaves no doubt.

    classify("Empfänger nicht angetroffen") ─▶ attempt_failed, attempt_failed_not_home
    classify("Konnte nicht zugestellt werden, wird morgen zugestellt") ─▶ attempt_failed
    classify("Wird morgen zugestellt") ─▶ None

Phrases claim a status. Good news (delivered, on the van, ready, on the way) counts only in a text without a word that
could turn it round: a negation, a condition, the future, the sender, a message that was delivered. Bad news is made of
such words itself. Where claims contradict each other, nothing is said.
"""

import re
import unicodedata

from tracking.carriers.base import Meaning
from tracking.carriers.phrases import BLOCKED_BY, CLAIMS, PLACES
from tracking.enums import ShipmentStatus

LONGEST = 1000
# A failed attempt and the reason for it are one piece of news.
REASONS_OF_AN_ATTEMPT = {ShipmentStatus.ATTEMPT_FAILED, ShipmentStatus.EXCEPTION}
# News of their own even where something is denied: "nobody at home, out for delivery again" is neither of the two.
NEVER_BESIDE = (ShipmentStatus.OUT_FOR_DELIVERY, ShipmentStatus.AVAILABLE_FOR_PICKUP)


def classify(text: str) -> Meaning | None:
    """Return what a sentence says beyond doubt, None for everything else. Pure; texts are cut to 1,000 characters."""
    words = plain(text[:LONGEST])
    named = {(status, substatus) for status, substatus, phrases in CLAIMS if phrases.search(words)}
    claims = {(status, substatus) for status, substatus in named if not _is_blocked(status, words)}
    statuses = {status for status, _ in claims} | {status for status, _ in named if status in NEVER_BESIDE}
    if statuses == REASONS_OF_AN_ATTEMPT:
        statuses = {ShipmentStatus.EXCEPTION}
    if len(statuses) != 1:
        return None
    (status,) = statuses
    if status not in {claimed for claimed, _ in claims}:
        return None
    substatuses = {substatus for claimed, substatus in claims if claimed == status and substatus}
    substatuses |= {substatus for substatus, place in PLACES.get(status, ()) if place.search(words)}
    return _meaning(status, substatuses)


def plain(text: str) -> str:
    """Return a text for comparison: composed, lower case, one kind of apostrophe, single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", re.sub("[™®©]", " ", text)).lower())
    return " ".join(re.sub(r"[’‘`´ʼ]", "'", folded).split())


def _is_blocked(status: ShipmentStatus, words: str) -> bool:
    blockers = BLOCKED_BY.get(status)
    return blockers is not None and blockers.search(words) is not None


def _meaning(status: ShipmentStatus, substatuses: set[str]) -> Meaning | None:
    if len(substatuses) == 1:
        return Meaning(status, substatuses.pop())
    if status != ShipmentStatus.EXCEPTION:
        return Meaning(status)
    # Two reasons: which of them counts is not ours to say.
    return Meaning(status, "exception_unknown_reason") if substatuses else None
