"""Holidays differ by Land and canton, and so do the days on which parcels move."""

import datetime as dt

import pytest

from tracking.business_days import (
    MONDAY_TO_SATURDAY,
    add_business_days,
    business_days_between,
    is_business_day,
    is_holiday,
)
from tracking.carriers.registry import delivers_on_saturdays
from tracking.places import Place, place_of

GERMAN_LAENDER = ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]
AUSTRIAN_LAENDER = ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
SWISS_CANTONS = [
    "AG",
    "AI",
    "AR",
    "BE",
    "BL",
    "BS",
    "FR",
    "GE",
    "GL",
    "GR",
    "JU",
    "LU",
    "NE",
    "NW",
    "OW",
    "SG",
    "SH",
    "SO",
    "SZ",
    "TG",
    "TI",
    "UR",
    "VD",
    "VS",
    "ZG",
    "ZH",
]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("holiday", "country", "where_it_is"),
    [
        ("2026-01-06", "DE", "BW BY ST"),  # Heilige Drei Könige
        ("2026-06-04", "DE", "BW BY HE NW RP SL"),  # Fronleichnam
        ("2026-10-31", "DE", "BB HB HH MV NI SH SN ST TH"),  # Reformationstag
        ("2026-11-01", "DE", "BW BY NW RP SL"),  # Allerheiligen
        ("2026-03-08", "DE", "BE MV"),  # Frauentag
        ("2026-09-20", "DE", "TH"),  # Weltkindertag
        ("2026-11-18", "DE", "SN"),  # Buß- und Bettag
        ("2026-08-15", "DE", "SL"),  # Mariä Himmelfahrt; in Bayern only where most are Catholic
        ("2026-10-03", "DE", " ".join(GERMAN_LAENDER)),
        ("2026-10-26", "AT", " ".join(AUSTRIAN_LAENDER)),
        ("2026-12-08", "AT", " ".join(AUSTRIAN_LAENDER)),
        ("2026-08-01", "CH", " ".join(SWISS_CANTONS)),
        ("2026-03-01", "CH", "NE"),  # Instauration de la République
        ("2026-06-23", "CH", "JU"),  # Commémoration du plébiscite
    ],
)
def test_each_land_and_canton_has_its_own_holidays(holiday: str, country: str, where_it_is: str) -> None:
    regions = {"DE": GERMAN_LAENDER, "AT": AUSTRIAN_LAENDER, "CH": SWISS_CANTONS}[country]

    assert [one for one in regions if is_holiday(day(holiday), Place(country, (one,)))] == where_it_is.split()


def test_berchtoldstag_is_kept_in_bern_and_not_in_geneva() -> None:
    berchtoldstag = day("2026-01-02")  # a Friday

    assert not is_business_day(berchtoldstag, [place_of("CH", "3011")])
    assert is_business_day(berchtoldstag, [place_of("CH", "1201")])
    assert is_business_day(berchtoldstag, ["CH"])


def test_a_parcel_to_munich_waits_for_epiphany_and_one_to_berlin_does_not() -> None:
    monday = day("2026-01-05")

    assert add_business_days(monday, 1, [place_of("DE", "80331")]) == day("2026-01-07")
    assert add_business_days(monday, 1, [place_of("DE", "10115")]) == day("2026-01-06")


def test_a_code_of_two_laender_keeps_only_what_both_do() -> None:
    on_the_border = place_of("DE", "07919")

    assert on_the_border == Place("DE", ("SN", "TH"))
    assert is_holiday(day("2026-10-31"), on_the_border)
    assert not is_holiday(day("2026-11-18"), on_the_border)  # Sachsen alone
    assert not is_holiday(day("2026-09-20"), on_the_border)  # Thüringen alone


def test_saturdays_count_where_the_carrier_comes_on_saturdays() -> None:
    friday = day("2026-07-17")

    assert add_business_days(friday, 1, ["DE"]) == day("2026-07-20")
    assert add_business_days(friday, 1, ["DE"], weekdays=MONDAY_TO_SATURDAY) == day("2026-07-18")
    assert add_business_days(friday, 2, ["DE"], weekdays=MONDAY_TO_SATURDAY) == day("2026-07-20")
    # The Day of German Unity of 2026 is a Saturday.
    assert not is_business_day(day("2026-10-03"), ["DE"], weekdays=MONDAY_TO_SATURDAY)


@pytest.mark.parametrize(
    ("carrier", "country", "comes"),
    [
        ("dhl", "DE", True),
        ("hermes", "DE", True),
        ("dpd", "DE", True),
        ("dhl", "AT", False),
        ("gls", "DE", False),
        ("usps", "US", True),
        ("swiss_post", "CH", False),
        ("other", "DE", False),
        ("", "DE", False),
    ],
)
def test_who_comes_on_saturdays(carrier: str, country: str, comes: bool) -> None:
    assert delivers_on_saturdays(carrier, country) is comes


@pytest.mark.parametrize("weekdays", [frozenset(range(5)), MONDAY_TO_SATURDAY, frozenset({0, 3})])
def test_counting_is_the_reverse_of_adding_everywhere(weekdays: frozenset[int]) -> None:
    places = [place_of("DE", "80331"), place_of("CH", "3011")]
    start = add_business_days(day("2025-12-22"), 0, places, weekdays=weekdays)

    for count in range(30):
        end = add_business_days(start, count, places, weekdays=weekdays)
        assert business_days_between(start, end, places, weekdays=weekdays) == count
