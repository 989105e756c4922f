"""What becomes of a merchant's own places: proved, checked again each day, given up only after days.

    asked for ──proof found──▶ proved ──not found for three days──▶ lapsed ──found again──▶ proved

A lapsed place goes on to answer, for the links that were sent; only new links no longer name it. Its owners hear of it
by mail once it has failed for a day, and again when it lapses.
"""

import datetime as dt
from typing import Any

from postpurchase.accounts.models.own_place import OwnPlaceModel

CHECKED_EVERY = dt.timedelta(days=1)
LAPSES_AFTER = dt.timedelta(days=3)


def begin_anew(place: OwnPlaceModel) -> None:
    """Store a place that was changed as one that is only asked for. Needs the merchant's scope."""
    place.verified_at = place.checked_at = place.failing_since = place.lapsed_at = place.owners_told_at = None
    place.problem = ""
    place.save()


def after_check(place: OwnPlaceModel, *, problem: str, now: dt.datetime) -> dict[str, Any]:
    """Return the columns of a place after a check; ``problem`` is empty where its proof was found. Pure."""
    if not problem:
        return {
            "verified_at": place.verified_at or now,
            "checked_at": now,
            "problem": "",
            "failing_since": None,
            "lapsed_at": None,
            "owners_told_at": None,
        }
    changes: dict[str, Any] = {"checked_at": now, "problem": problem}
    if place.verified_at is None:
        return changes
    changes["failing_since"] = since = place.failing_since or now
    if now - since >= LAPSES_AFTER:
        changes |= {"verified_at": None, "lapsed_at": now, "owners_told_at": None}
    return changes
