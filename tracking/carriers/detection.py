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
    found: dict[str, list[_Form]] = {}
    for form in _fitting(number):
        found.setdefault(form.courier, []).append(form)
    alone = len(found) == 1
    candidates = [
        Candidate(courier, _carrier(courier), forms[-1].name, _certainty(number, alone, forms))
        for courier, forms in found.items()
    ]
    order = list(Certainty)
    return tuple(
        sorted(candidates, key=lambda one: (order.index(one.certainty), one.carrier == Carrier.OTHER, one.courier))
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of a courier's numbers that fits."""

    courier: str
    name: str
    has_check: bool
    is_distinctive: bool = False


def _fitting(number: str) -> list[_Form]:
    fitting = [
        _Form(profile.slug.value, profile.name, pattern.has_check)
        for profile in PROFILES.values()
        for pattern in profile.numbers
        if pattern.matches(number)
    ]
    fitting += [
        _Form(kind.courier, kind.name, kind.check is not None, kind.is_distinctive)
        for kind in KINDS
        if kind.matches(number)
    ]
    if post := post_of(number):
        slug, name = post
        fitting.append(_Form(slug, name or PROFILES[Carrier(slug)].name, has_check=True, is_distinctive=True))
    return fitting


def _certainty(number: str, alone: bool, forms: list[_Form]) -> Certainty:
    has_check = any(form.has_check for form in forms)
    is_distinctive = any(form.is_distinctive for form in forms)
    if alone and (is_distinctive or (has_check and not number.isdigit())):
        return Certainty.CERTAIN
    return Certainty.LIKELY if alone and has_check else Certainty.POSSIBLE


def _carrier(courier: str) -> Carrier:
    return Carrier(courier) if courier in {carrier.value for carrier in PROFILES} else Carrier.OTHER
