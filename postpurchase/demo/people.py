"""Who the customers of the demo shops are: invented people, always the same for the same number of the source.

Nobody here exists. Addresses end in example.com (RFC 2606), telephone numbers come from the range 0171 39200xx that
the Bundesnetzagentur keeps for films, streets are made up; postal codes and towns are real, so that estimates and
formats can be.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from postpurchase.demo.sample import WANTED, read_sample

_FIRST = {
    "de": """Anna Lena Julia Katharina Sabine Petra Monika Ursula Heike Birgit Claudia Stefanie Franziska Johanna Mia
    Jörg Jürgen Günther Björn Thomas Michael Andreas Stefan Uwe Holger Lukas Jonas Felix Moritz Bärbel Käthe Sören
    Aylin Mehmet Zofia Tomasz Giulia Minh Yasemin Emre""",
    "en": """Emily Charlotte Olivia Harriet Eleanor Imogen Siobhán Oliver George Harry Callum Rhys Fiona Alistair Priya
    Zoë""",
}
_LAST = {
    "DE": """Müller Schröder Köhler Weiß Großmann Schäfer Jäger Böttcher Krüger Lindner Vogt Hansen Petersen Brandt
    Winkler Yılmaz Kowalski Nowak Rossi Seidel Ahrens Oltmanns Thoma Reuter Kästner Birnbaum Mühlhaus Schön Fröhlich
    Hoßfeld Demir Sommer Engelhardt Wacker Pohl Zöllner Übelacker Feldmann Riemer Baumgärtel""",
    "AT": "Gruber Huber Steiner Pichler Moser Hofer Leitner Fuchs Eder Wallner Schwaiger Königshofer",
    "CH": "Meier Keller Zürcher Bühler Frei Baumann Gerber Wyss Brunner Rüegg Kägi Zbinden Ammann Hürlimann",
    "GB": "Hughes Bennett Whitaker O’Neill Patel Mackenzie Ashworth Clarke Fairfax Thornton Llewellyn Reid",
}
_STREETS = {
    "DE": """Haselweg;Amselgrund;Am Mühlenteich;Kirschblütenallee;Lindenhöhe;Zum alten Speicher;Sonnenwinkel;
    Brombeerstieg;Fliederbogen;Am Kastanienhof;Hinter den Gärten;Schäferbrücke;Windmühlenstieg;Moosweg;Ahornzeile""",
    "AT": "Marillengasse;Am Rebenhang;Enzianweg;Alte Färbergasse;Zirbenallee;Quellengasse;Holunderweg",
    "CH": "Alpenrosenweg;Brunnmattstrasse;Im Chriesigarte;Seeblickstrasse;Murmeltierweg;Oberdorfgässli;Birkenhalde",
    "GB": "Hedgerow Lane;Old Orchard Road;Marmalade Row;Bluebell Close;Kettle Street;Foxglove Gardens",
}
_TOWNS = {
    "DE": """10115 Berlin;20095 Hamburg;80331 München;50667 Köln;60311 Frankfurt am Main;70173 Stuttgart;
    40213 Düsseldorf;04109 Leipzig;01067 Dresden;28195 Bremen;30159 Hannover;90402 Nürnberg;79098 Freiburg im Breisgau;
    24103 Kiel;18055 Rostock;99084 Erfurt;55116 Mainz;66111 Saarbrücken;48143 Münster;93047 Regensburg;26122 Oldenburg;
    37073 Göttingen;72070 Tübingen;23552 Lübeck""",
    "AT": "1010 Wien;5020 Salzburg;8010 Graz;6020 Innsbruck;4020 Linz;9020 Klagenfurt am Wörthersee;6900 Bregenz",
    "CH": "8001 Zürich;3011 Bern;4051 Basel;6003 Luzern;9000 St. Gallen;7000 Chur;8400 Winterthur;1700 Freiburg",
    "GB": "SW1A 1AA London;M1 1AE Manchester;BS1 4DJ Bristol;YO1 7HH York;EH1 1YZ Edinburgh;CF10 1EP Cardiff",
}
_LANGUAGE = {"DE": "de", "AT": "de-AT", "CH": "de-CH", "GB": "en"}


@dataclass(frozen=True, kw_only=True)
class Person:
    """One customer. `postal_code` and `city` belong together; `phone` is E.164 or empty."""

    external_id: str
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    language: str
    country: str
    street: str
    postal_code: str
    city: str
    birth_date: date | None
    likes_offers: bool

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def currency(self) -> str:
        return "CHF" if self.country == "CH" else "EUR"


# People whose names are hard on a template: by their place in the list of all customers.
_SPECIAL: dict[int, dict[str, str | date | None]] = {
    3: {"first_name": "Hildegard", "last_name": "Oberländer", "birth_date": date(1946, 3, 14)},
    8: {"first_name": "Dr. Maximiliane-Charlotte", "last_name": "Freifrau von Hohenstein-Wasserburg"},
    11: {"first_name": "Lotte 🌻", "last_name": "Sommer", "email": "lotte.sommer@example.com"},
    16: {"first_name": "Greta", "last_name": "Morgenroth", "company": "Tischlerei Morgenroth GmbH & Co. KG"},
    21: {"first_name": "Li", "last_name": "Wu"},
    29: {"first_name": "", "last_name": "Übel", "email": "übel@example.com"},
}


def person_of(customer: str) -> Person:
    """The person behind a customer number of the sample. KeyError for a number that is not in it."""
    return people()[customer]


@cache
def people() -> dict[str, Person]:
    """Everybody who ordered in the sample, by the source's customer number."""
    numbers = sorted({order.customer for shop in WANTED for order in read_sample(shop)})
    taken: set[str] = set()
    found: dict[str, Person] = {}
    for place, number in enumerate(numbers):
        person = _invent(number, taken)
        person = replace(person, **_SPECIAL.get(place, {}))  # type: ignore[arg-type]
        if "email" not in _SPECIAL.get(place, {}):
            person = replace(person, email=_address(person.name))
        taken.add(person.email)
        found[number] = person
    return found


def _invent(number: str, taken: set[str]) -> Person:
    dice = _Dice(number)
    country = dice.pick(("DE",) * 13 + ("AT",) * 2 + ("CH",) * 3 + ("GB",) * 2)
    language = _LANGUAGE[country]
    first = dice.pick(_FIRST["en" if country == "GB" else "de"].split())
    last = dice.pick(_LAST[country].split())
    while _address(f"{first} {last}") in taken:
        last = dice.pick(_LAST[country].split())
        first = dice.pick(_FIRST["en" if country == "GB" else "de"].split())
    postal_code, city = _town(dice.pick(_list(_TOWNS[country])), country)
    house = dice.number(1, 148)
    street = dice.pick(_list(_STREETS[country]))
    return Person(
        external_id=f"K-{number}",
        first_name=first,
        last_name=last,
        company="",
        email=_address(f"{first} {last}"),
        phone=_phone(country, dice),
        language=language,
        country=country,
        street=f"{house} {street}" if country == "GB" else f"{street} {house}",
        postal_code=postal_code,
        city=city,
        birth_date=date(dice.number(1950, 2004), dice.number(1, 12), dice.number(1, 28))
        if dice.number(1, 4) == 1
        else None,
        likes_offers=dice.number(1, 5) > 2,
    )


def _phone(country: str, dice: _Dice) -> str:
    """Only Germany keeps a range for invented numbers that also passes as a mobile number: others give none."""
    if country == "DE" and dice.number(1, 2) == 1:
        return f"+4917139200{dice.number(0, 99):02d}"
    return ""


def _town(town: str, country: str) -> tuple[str, str]:
    """A British postcode is two words, the others one."""
    parts = town.split(" ", 2 if country == "GB" else 1)
    return " ".join(parts[:-1]), parts[-1]


def _list(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.split(";"))


def _address(name: str) -> str:
    """A plain ASCII address from a name: Jürgen Großmann -> juergen.grossmann@example.com."""
    text = name.lower()
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ı", "i"), ("’", ""), (".", " ")):
        text = text.replace(letter, plain)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return ".".join(ascii_text.split()) + "@example.com"


class _Dice:
    """Chance that always falls the same way for the same number."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._throw = 0

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        self._throw += 1
        digest = hashlib.sha256(f"person:{self._seed}:{self._throw}".encode()).digest()
        return low + int.from_bytes(digest[:6], "big") % (high - low + 1)

    def pick(self, values: Sequence[str]) -> str:
        return values[self.number(0, len(values) - 1)]
