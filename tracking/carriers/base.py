"""The shape of a carrier's file. Everything here is pure: no database, no settings, no network."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tracking.enums import Carrier, DeliveryLocation, ShipmentStatus


@dataclass(frozen=True, slots=True)
class Meaning:
    """A carrier's code in our words. ``status`` None: understood, and without effect on where the parcel stands."""

    status: ShipmentStatus | None
    substatus: str = ""
    delivery_location: DeliveryLocation | None = None


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """How a number looks (whole number, upper case, no spaces) and its check digit where the carrier has one."""

    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool] | None = None

    def matches(self, number: str) -> bool:
        return self.pattern.fullmatch(number) is not None and (self.is_valid is None or self.is_valid(number))

    @property
    def has_check(self) -> bool:
        return self.is_valid is not None


def from_exact_to_general(code: str) -> Iterator[str]:
    """Yield the keys under which a plain code is looked up: A-B-C, then A-B, then A."""
    parts = code.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


@dataclass(frozen=True, slots=True)
class CarrierProfile:
    """One carrier. ``page`` has the places ``{number}``, ``{language}`` (de, en) and ``{locale}`` (de_DE, en_US).

    ``saturdays`` are the countries where it brings ordinary parcels to people on Saturdays, without an extra service.
    ``codes`` is keyed by ``plain_code``; ``keys`` says under which keys a plain code is looked up, the first that is
    there counts. ``coarse`` are codes whose sentence may say more (``more_exact``). ``words`` are other names shops
    use for the carrier, in ``plain_word`` form.
    """

    slug: Carrier
    name: str
    page: str
    words: tuple[str, ...] = ()
    numbers: tuple[NumberPattern, ...] = ()
    codes: Mapping[str, Meaning] = field(default_factory=dict)
    keys: Callable[[str], Iterator[str]] = from_exact_to_general
    coarse: frozenset[str] = frozenset()
    saturdays: frozenset[str] = frozenset()


def plain_code(code: str) -> str:
    """Return a code in the form of the tables: upper case, parts joined by a hyphen (``dlvrd/accpk`` → DLVRD-ACCPK)."""
    return "-".join(part for part in re.split(r"[\s/_.:|-]+", code.upper()) if part)


def plain_word(word: str) -> str:
    """Return a carrier's name for comparison: lower case, letters and digits only."""
    return "".join(character for character in word.casefold() if character.isalnum())


def by_status(table: Mapping[ShipmentStatus | None, Mapping[str, str] | tuple[str, ...]]) -> dict[str, Meaning]:
    """Turn ``{status: {code: substatus}}`` or ``{status: (code, ...)}`` into the lookup table of a profile."""
    meanings: dict[str, Meaning] = {}
    for status, codes in table.items():
        pairs = codes.items() if isinstance(codes, Mapping) else ((code, "") for code in codes)
        for code, substatus in pairs:
            if code in meanings:
                raise ValueError(f"code {code} is in the table twice")
            meanings[code] = Meaning(status, substatus)
    return meanings
