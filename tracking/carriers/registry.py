"""All carriers, and the questions the rest of tracking asks about them.

Which there are stands in ``Carrier`` (``tracking/enums.py``), one line each; the file of the same name says the rest.
"""

from importlib import import_module
from urllib.parse import quote

from tracking.carriers import generic
from tracking.carriers.base import CarrierProfile, Meaning, plain_code, plain_word
from tracking.carriers.free_text import classify
from tracking.enums import Carrier, ShipmentStatus

PROFILES: dict[Carrier, CarrierProfile] = {
    carrier: import_module(f"tracking.carriers.{carrier.value}").PROFILE
    for carrier in Carrier
    if carrier != Carrier.OTHER
}

_TROUBLE = (ShipmentStatus.ATTEMPT_FAILED, ShipmentStatus.EXCEPTION)
# What a sentence may make of a coarse code.
FURTHER: dict[ShipmentStatus | None, tuple[ShipmentStatus, ...]] = {
    ShipmentStatus.IN_TRANSIT: (
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.AVAILABLE_FOR_PICKUP,
        *_TROUBLE,
    ),
    ShipmentStatus.EXCEPTION: _TROUBLE,
}

_BY_WORD = {
    plain_word(word): profile.slug
    for profile in PROFILES.values()
    for word in (profile.slug.value, profile.name, *profile.words)
}


def carrier_of_word(word: str) -> Carrier:
    """Return the carrier a shop means by a word; ``other`` for words we do not know."""
    return _BY_WORD.get(plain_word(word), Carrier.OTHER)


def carrier_of_number(number: str) -> Carrier:
    """Return the one carrier whose numbers look like this, check digit included; ``other`` for none or several."""
    fitting = [
        profile.slug for profile in PROFILES.values() if any(pattern.matches(number) for pattern in profile.numbers)
    ]
    return fitting[0] if len(fitting) == 1 else Carrier.OTHER


def meaning_of(carrier: str, code: str) -> Meaning | None:
    """Return what a carrier's code means, None where we do not know. The most exact key counts."""
    if not code:
        return None
    profile = PROFILES.get(Carrier(carrier))
    if profile is None:
        return generic.CODES.get(plain_code(code))
    return next((profile.codes[key] for key in profile.keys(plain_code(code)) if key in profile.codes), None)


def more_exact(carrier: str, code: str, message: str, meaning: Meaning) -> Meaning:
    """Return what the sentence beside a coarse code says, where that is no less and no delivery; else its meaning.

    DHL's unified API knows five words for everything; that a parcel is on the van stands in the sentence only.
    """
    profile = PROFILES.get(Carrier(carrier))
    if profile is None or plain_code(code) not in profile.coarse:
        return meaning
    said = classify(message)
    if said is None or said.status not in FURTHER[meaning.status]:
        return meaning
    return said if said.status != meaning.status or said.substatus else meaning


def name_of(carrier: str, carrier_word: str = "") -> str:
    """Return the name shoppers know; the shop's own word for carriers we do not know (may be empty)."""
    profile = PROFILES.get(Carrier(carrier))
    return profile.name if profile else carrier_word


def delivers_on_saturdays(carrier: str, country: str) -> bool:
    """Say whether a carrier brings ordinary parcels on Saturdays in a country. Where nobody is sure it does not."""
    profile = PROFILES.get(Carrier(carrier)) if carrier else None
    return profile is not None and country in profile.saturdays


def page_of(carrier: str, number: str, *, language: str) -> str:
    """Return the address of the carrier's own tracking page, empty where there is none."""
    profile = PROFILES.get(Carrier(carrier))
    if profile is None or not number:
        return ""
    german = language.lower().startswith("de")
    return profile.page.format(
        number=quote(number, safe=""),
        language="de" if german else "en",
        locale="de_DE" if german else "en_US",
    )
