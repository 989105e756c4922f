"""What cells say, and that doubt is refused."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from postpurchase.imports.values import (
    UnreadableCell,
    country_code,
    list_of,
    moment_of,
    number_of,
    text_of,
    whole_number_of,
    yes_or_no,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("12.50", ".", "12.50"),
        ("12,50", ",", "12.50"),
        ("1,234.5", ".", "1234.5"),
        ("1.234,5", ",", "1234.5"),
        ("1.234.567", ",", "1234567"),
        ("1'234.50", ".", "1234.50"),
        ("1’234,50", ",", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1\u202f234,50 €", ",", "1234.50"),
        ("CHF 99.95", ".", "99.95"),
        ("¥1,200", ".", "1200"),
        ("1.234 KWD", ".", "1.234"),
        ("-3", ",", "-3"),
        ("−3", ",", "-3"),
        (".5", ".", "0.5"),
        (12, ",", "12"),
        (0.1, ",", "0.1"),
    ],
)
def test_numbers_are_read_as_they_are_written(cell, mark, number):
    assert number_of(cell, mark) == Decimal(number)


@pytest.mark.parametrize(
    ("cell", "mark"),
    [("12.50", ","), ("12,50", "."), ("1,23,456", "."), ("free", "."), ("", "."), ("1e5", "."), ("--1", "."),
     ("€", "."), ("NaN", "."), ("1.2.3", "."), ("12.5.2026", ",")],
)  # fmt: skip
def test_a_number_that_could_be_another_is_refused(cell, mark):
    with pytest.raises(UnreadableCell, match="not_a_number"):
        number_of(cell, mark)


def test_whole_numbers():
    assert whole_number_of("2,0", ",") == 2
    assert whole_number_of(3, ",") == 3
    with pytest.raises(UnreadableCell, match="not_a_whole_number"):
        whole_number_of("2,5", ",")


@pytest.mark.parametrize(
    ("cell", "date_format", "moment"),
    [
        ("2026-03-04", "dmy", "2026-03-04T00:00:00+01:00"),
        ("2026-03-04T10:30:05", "mdy", "2026-03-04T10:30:05+01:00"),
        ("2026-07-04 10:30:05 +0100", "dmy", "2026-07-04T10:30:05+01:00"),
        ("2026-07-04 10:30:05 UTC", "dmy", "2026-07-04T10:30:05+00:00"),
        ("2026-07-04T10:30:05.123Z", "dmy", "2026-07-04T10:30:05+00:00"),
        ("04.03.2026 10:30 Uhr", "mdy", "2026-03-04T10:30:00+01:00"),
        ("4.3.26", "dmy", "2026-03-04T00:00:00+01:00"),
        ("03/04/2026 1:05 PM", "mdy", "2026-03-04T13:05:00+01:00"),
        ("03/04/2026", "dmy", "2026-04-03T00:00:00+02:00"),
        ("12/1/2010 8:26", "mdy", "2010-12-01T08:26:00+01:00"),
        (46085, "dmy", "2026-03-04T00:00:00+01:00"),
        (46085.4375, "dmy", "2026-03-04T10:30:00+01:00"),
        ("46085.4375", "dmy", "2026-03-04T10:30:00+01:00"),
    ],
)
def test_days_and_times(cell, date_format, moment):
    assert moment_of(cell, date_format, BERLIN).isoformat() == moment


@pytest.mark.parametrize(
    "cell", ["", "soon", "31/02/2026", "13/13/2026", "2026-3", "1.5", "2026-03-04 25:00", 3, "00/01/2026"]
)
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(UnreadableCell, match="not_a_date"):
        moment_of(cell, "dmy", BERLIN)


def test_a_day_never_changes_with_the_month_first_setting_where_dots_stand():
    assert moment_of("03.04.2026", "mdy", BERLIN) == dt.datetime(2026, 4, 3, tzinfo=BERLIN)


def test_yes_and_no():
    assert [yes_or_no(cell) for cell in ("ja", "TRUE", 1, "x", "nein", 0, "", "FALSE")] == [True] * 4 + [False] * 4
    with pytest.raises(UnreadableCell, match="neither_yes_nor_no"):
        yes_or_no("perhaps")


def test_countries_in_two_languages():
    names = ("DE", "de", "Deutschland", "Österreich", "Switzerland", "EIRE", "Atlantis")

    assert [country_code(name) for name in names] == ["DE", "DE", "DE", "AT", "CH", "IE", ""]


def test_texts_and_lists():
    assert text_of("  two \n words ") == "two words"
    assert text_of(85123) == "85123"
    assert list_of("Tee | Kräuter, mild|Tee") == ["Tee", "Kräuter, mild"]
    assert list_of("a, b") == ["a", "b"]
