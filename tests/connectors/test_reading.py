"""Reading shops' bodies: careless types are understood, wrong ones are named, nothing else ever escapes."""

import datetime as dt
from decimal import Decimal

import pytest

from postpurchase.connectors.base import Unreadable
from postpurchase.connectors.reading import Part, carrier_in, order_from, plain_text, quantity_and_price, whole

ORDER = {"external_id": "1", "placed_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "currency": "EUR", "total": "1.00"}


def test_text_is_the_first_field_that_says_anything_tidied():
    part = Part({"a": None, "b": "  ", "c": "Anna\x00\nMuster ", "d": 7, "e": 7.0, "long": "x" * 300})

    assert part.text("a", "b", "c") == "Anna Muster"
    assert part.text("d") == "7"
    assert part.text("e") == "7"
    assert part.text("a") == ""
    assert part.text("long") == "x" * 200


@pytest.mark.parametrize("value", [True, [], {}, ["x"], {"a": 1}])
def test_text_of_another_type_is_named(value: object):
    with pytest.raises(Unreadable, match=r"^order/name: text is expected\.$"):
        Part({"name": value}, "order").text("name")


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, "1"), (10.5, "10.5"), ("10.50", "10.50"), (" -3 ", "-3"), (1e-05, "0.00001"), (0, "0")],
)
def test_numbers_come_in_every_type(value: object, number: str):
    assert Part({"n": value}).number("missing", "n") == Decimal(number)


@pytest.mark.parametrize("value", [True, "1,5", "NaN", "1e400", "twelve", [], 1e20])
def test_what_is_no_number_is_named(value: object):
    with pytest.raises(Unreadable, match=r"^n: "):
        Part({"n": value}).number("n")


def test_an_amount_is_there_and_at_least_nothing():
    with pytest.raises(Unreadable, match=r"^total: an amount is missing\.$"):
        Part({}).amount("total")
    with pytest.raises(Unreadable, match=r"^total: -1 is below 0\.$"):
        Part({"total": -1}).amount("total")
    assert Part({"total": "0"}).amount("total") == 0


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00+00:00"),
        ("2026-11-22 10:00:00", "2026-11-22T09:00:00+00:00"),
        ("2026-07-01", "2026-06-30T22:00:00+00:00"),
        # The clock shows 02:30 twice in that night; the first one is summer time.
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00+00:00"),
        # And never in this one.
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00+00:00"),
        (1_700_000_000, "2023-11-14T22:13:20+00:00"),
    ],
)
def test_moments_without_offset_are_read_in_the_zone(written: object, moment: str):
    assert Part({"at": written}).moment("at", zone="Europe/Berlin") == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize("written", [None, "", 0, "0000-00-00 00:00:00", "1000-01-01 00:00:00"])
def test_no_date_is_no_date(written: object):
    assert Part({"at": written}).moment("at") is None


@pytest.mark.parametrize("written", ["soon", "2026-13-01", 1e30, True, [], "9999-12-31T23:59:59x"])
def test_what_is_no_date_is_named(written: object):
    with pytest.raises(Unreadable, match=r"^at: a date is expected\.$"):
        Part({"at": written}).moment("at")


def test_the_edges_of_the_calendar_do_not_overflow():
    latest = Part({"at": "9999-12-31 23:59:59"})

    assert latest.moment("at", zone="Pacific/Honolulu") == dt.datetime.max.replace(tzinfo=dt.UTC)
    assert latest.day("at", zone="Pacific/Kiritimati") == dt.date(9999, 12, 31)


def test_what_could_not_be_used_is_left_out():
    part = Part({"email": "anna@", "country": "Germany", "language": "!!", "url": "javascript:alert(1)"})

    assert (part.email("email"), part.country("country"), part.language("language"), part.address("url")) == (
        None,
        "",
        "",
        "",
    )


def test_countries_and_languages_are_written_one_way():
    part = Part({"country": "de", "language": "de_DE", "short": "DE"})

    assert (part.country("country"), part.language("language"), part.language("short")) == ("DE", "de-DE", "de")


def test_objects_and_lists_are_found_with_their_way():
    body = whole({"order": {"items": [{"qty": "x"}], "empty": []}})

    assert body.part("order").part("empty").fields == {}
    with pytest.raises(Unreadable, match=r"^order/items/0/qty: a number is expected\.$"):
        body.part("order").parts("items")[0].number("qty")
    with pytest.raises(Unreadable, match=r"^order: a list is expected\.$"):
        body.parts("order")
    with pytest.raises(Unreadable, match=r"^The body: an object is expected\.$"):
        whole([])


@pytest.mark.parametrize(
    ("quantity", "total", "line"),
    [
        ("3", "10.00", {"quantity": 3, "unit_price": "3.3333", "total": "10.00", "attributes": {}}),
        ("0.5", "4.99", {"quantity": 1, "unit_price": "4.99", "total": "4.99", "attributes": {"quantity": "0.5"}}),
        ("0", "0", {"quantity": 0, "unit_price": "0.00", "total": "0.00", "attributes": {}}),
    ],
)
def test_lines_count_whole_pieces(quantity: str, total: str, line: dict[str, object]):
    assert quantity_and_price(Decimal(quantity), Decimal(total), "EUR") == line


@pytest.mark.parametrize(
    ("words", "carrier"),
    [
        ("DHL Paket (2-3 Tage)", "dhl"),
        ("Versand mit Hermes", "hermes"),
        ("Swiss Post", "swiss_post"),
        ("Standard", None),
        ("", None),
    ],
)
def test_carriers_are_heard_in_ways_of_shipping(words: str, carrier: str | None):
    assert carrier_in(words) == carrier


def test_an_order_that_may_not_be_is_told_with_all_its_mistakes():
    assert order_from(ORDER).total == "1.00"
    with pytest.raises(Unreadable) as told:
        order_from(ORDER | {"total": "-1", "currency": "Euro"})

    assert str(told.value) == (
        "order/currency: Expected `str` matching regex '^[A-Z]{3}$(?!\\\\n)'.; "
        "order/total: Expected `str` matching regex '^[0-9]{1,14}(\\\\.[0-9]{1,4})?$(?!\\\\n)'."
    )
    with pytest.raises(Unreadable, match=r"^order/currency: This is not an active ISO 4217 currency\.$"):
        order_from(ORDER | {"currency": "XXX"})


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Warm &amp; <b>soft</b></p>\n<p>wool</p>", "Warm & soft wool"),
        (f'<img src="data:{"A" * 5000}">Bag', "Bag"),
        ("1 < 2, 3 > 2", "1 2"),
        ("a < b", "a < b"),
        ("", ""),
        ("x" * 10_001, "x" * 10_000),
        ("<" * 100_000, "<" * 10_000),
    ],
)
def test_html_is_read_for_what_it_says(html: str, text: str):
    assert plain_text(html) == text
