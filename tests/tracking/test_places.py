"""Which Land or canton a postal code is in."""

import pytest

from tracking.management.commands.postal_regions import ranges_of
from tracking.places import Place, Range, place_of, plain_postal_code, zone_of


@pytest.mark.parametrize(
    ("country", "code", "regions"),
    [
        ("DE", "10115", "BE"),
        ("DE", "14467", "BB"),
        ("DE", "20095", "HH"),
        ("DE", "27568", "HB"),
        ("DE", "28195", "HB"),
        ("DE", "30159", "NI"),
        ("DE", "24103", "SH"),
        ("DE", "18055", "MV"),
        ("DE", "39104", "ST"),
        ("DE", "01067", "SN"),
        ("DE", "99084", "TH"),
        ("DE", "60311", "HE"),
        ("DE", "40213", "NW"),
        ("DE", "55116", "RP"),
        ("DE", "66111", "SL"),
        ("DE", "70173", "BW"),
        ("DE", "80331", "BY"),
        ("AT", "1010", "9"),
        ("AT", "5020", "5"),
        ("AT", "6020", "7"),
        ("CH", "8001", "ZH"),
        ("CH", "3011", "BE"),
        ("CH", "6900", "TI"),
        ("CH", "2800", "JU"),
    ],
)
def test_capitals_are_in_their_regions(country: str, code: str, regions: str) -> None:
    assert place_of(country, code) == Place(country, (regions,))


@pytest.mark.parametrize("code", ["D-80331", "DE 80331", " 80331 ", "de-80331"])
def test_people_write_codes_in_many_ways(code: str) -> None:
    assert place_of("de", code) == Place("DE", ("BY",))


@pytest.mark.parametrize("code", ["", "8033", "803310", "ABCDE", "8O331", "８０３３１"])
def test_what_is_no_code_is_somewhere_in_the_country(code: str) -> None:
    assert place_of("DE", code) == Place("DE")
    assert zone_of("DE", code) == "DE"


def test_other_countries_have_no_regions_and_still_zones() -> None:
    assert place_of("NL", "1012 AB") == Place("NL")
    assert zone_of("NL", "1012 AB") == "NL-10"
    assert zone_of("DE", "80331") == "DE-80"
    assert plain_postal_code("GB", "sw1a 1aa") == "SW1A1AA"


def test_a_code_between_two_known_ones_may_be_in_either() -> None:
    assert place_of("DE", "01940").regions == ("BB", "SN")  # after the last of Sachsen, before the first of Brandenburg
    assert place_of("DE", "00001").regions == ("SN",)
    assert place_of("DE", "99999").regions == ("TH",)


def test_the_table_is_made_of_neighbouring_codes() -> None:
    rows = [("01067", "SN"), ("01945", "BB"), ("01069", "SN"), ("07919", "TH"), ("07919", "SN"), ("10875", "16")]

    assert ranges_of(rows) == [
        Range("01067", "01069", ("SN",)),
        Range("01945", "01945", ("BB",)),
        Range("07919", "07919", ("SN", "TH")),
    ]
    assert ranges_of([("1010", "09"), ("1020", "09"), ("9999", "")]) == [Range("1010", "1020", ("9",))]
