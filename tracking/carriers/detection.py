"""Whose number is this? Several may fit: numbers are short, and nobody hands out forms.

certain    one courier, by a form only it uses or by a check digit behind letters of its own
likely     one courier, by a check digit
possible   everything else that fits
"""

import enum
from dataclasses import dataclass

from tracking.carriers.couriers import KINDS, post_of
from tracking.carriers.registry import PROFILES
from tracking.enums import Carrier


class Certainty(enum.StrEnum):
    """How far a number tells whose it is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may have handed out the number. ``carrier`` is ``other`` for couriers without a file here."""

    courier: str
    carrier: Carrier
    name: str
    certainty: Certainty


def detect(number: str) -> tuple[Candidate, ...]:
    """Return whose number this may be, the likeliest first, ours before others; empty for a number of no known form.

    ``number`` is upper case without spaces (``tracking.inputs.plain_number``).
    """
    found: dict[str, tuple[str, bool, bool]] = {}
    for courier, name, has_check, is_distinctive in _fitting(number):
        _, checked, distinctive = found.get(courier, (name, False, False))
        found[courier] = (name, checked or has_check, distinctive or is_distinctive)
    alone = len(found) == 1
    candidates = [
        Candidate(courier, _carrier(courier), name, _certainty(number, alone, has_check, is_distinctive))
        for courier, (name, has_check, is_distinctive) in found.items()
    ]
    order = list(Certainty)
    return tuple(
        sorted(candidates, key=lambda one: (order.index(one.certainty), one.carrier == Carrier.OTHER, one.courier))
    )


def _fitting(number: str) -> list[tuple[str, str, bool, bool]]:
    fitting = [
        (profile.slug.value, profile.name, pattern.has_check, False)
        for profile in PROFILES.values()
        for pattern in profile.numbers
        if pattern.matches(number)
    ]
    fitting += [
        (kind.courier, kind.name, kind.check is not None, kind.is_distinctive) for kind in KINDS if kind.matches(number)
    ]
    if post := post_of(number):
        slug, name = post
        fitting.append((slug, name or PROFILES[Carrier(slug)].name, True, True))
    return fitting


def _certainty(number: str, alone: bool, has_check: bool, is_distinctive: bool) -> Certainty:
    if alone and (is_distinctive or (has_check and not number.isdigit())):
        return Certainty.CERTAIN
    return Certainty.LIKELY if alone and has_check else Certainty.POSSIBLE


def _carrier(courier: str) -> Carrier:
    return Carrier(courier) if courier in {carrier.value for carrier in PROFILES} else Carrier.OTHER
