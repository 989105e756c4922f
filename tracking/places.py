"""Where a parcel starts or ends, as far as its days depend on it: the country, and the Land or canton. Pure.

    place_of("DE", "80331") → DE, Bayern       place_of("DE", "19273") → DE, Mecklenburg-Vorpommern or Niedersachsen

The table ``postal_regions.txt`` is made of GeoNames' postal codes by ``manage.py postal_regions``. A code that lies in
several Länder, or between two known ones of different Länder, is in each of them: only the holidays all share count.
"""

from bisect import bisect_right
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("postal_regions.txt")


class Place(NamedTuple):
    """A country (ISO 3166-1 alpha-2) and the regions it may be in (ISO 3166-2 without the country); none: unknown."""

    country: str
    regions: tuple[str, ...] = ()


class Range(NamedTuple):
    """Postal codes from ``first`` to ``last``, and the regions they lie in."""

    first: str
    last: str
    regions: tuple[str, ...]


def place_of(country: str, postal_code: str = "") -> Place:
    """Return the place of an address. Without a (known) postal code it is the country alone."""
    country = country.upper()
    code = plain_postal_code(country, postal_code)
    ranges = _table().get(country)
    return Place(country, _regions(ranges, code)) if ranges and code else Place(country)


def zone_of(country: str, postal_code: str) -> str:
    """Return the part of a country that a carrier serves alike: the postal code's first two signs (``DE-80``)."""
    code = plain_postal_code(country, postal_code)
    return f"{country.upper()}-{code[:2]}" if len(code) >= 2 else country.upper()


def plain_postal_code(country: str, postal_code: str) -> str:
    """Return a postal code without what people add: spaces, hyphens, the country before it (``D-80331``)."""
    code = "".join(sign for sign in postal_code.upper() if sign.isascii() and sign.isalnum())
    stem = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if country.upper() in _LENGTHS:
        return stem if stem.isdigit() and len(stem) == _LENGTHS[country.upper()] else ""
    return code


# Countries whose codes are digits alone.
_LENGTHS = {"DE": 5, "AT": 4, "CH": 4, "LI": 4}


def _regions(ranges: list[Range], code: str) -> tuple[str, ...]:
    after = bisect_right(ranges, code, key=lambda one: one.first)
    before = ranges[after - 1] if after else None
    if before and code <= before.last:
        return before.regions
    neighbours = [*(before.regions if before else ()), *(ranges[after].regions if after < len(ranges) else ())]
    return tuple(sorted(set(neighbours)))


@lru_cache(maxsize=1)
def _table() -> dict[str, list[Range]]:
    found: dict[str, list[Range]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, codes, regions = line.split()
            first, _, last = codes.partition("-")
            found.setdefault(country, []).append(Range(first, last or first, tuple(regions.split("|"))))
    return found
