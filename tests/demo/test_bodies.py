"""The demo's orders and parcels as bodies: the product's own types read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from orders.checks import order_problems, order_warnings, product_problems
from orders.inputs import OrderInput, ProductInput
from postpurchase.demo.bodies import (
    BERLIN,
    Addresses,
    carrier_of,
    first_order_of,
    heard_at,
    history_order,
    label_time,
    moved,
    product_body,
    promised_day,
    scenario_of,
)
from postpurchase.demo.catalogue import products
from postpurchase.demo.parcels import Scenario
from postpurchase.demo.people import people
from postpurchase.demo.sample import read_sample
from postpurchase.demo.shops import SHOPS

FIRST_START = date(2026, 11, 22)
ADDRESSES = Addresses(product="http://127.0.0.1:8000", outside="http://127.0.0.1:8001")


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.key)
def test_every_past_order_is_one_the_product_takes_without_a_warning(shop):
    orders = read_sample(shop.key)

    for order in orders:
        body = msgspec.convert(history_order(shop, order, first_start=FIRST_START), OrderInput)
        assert (order_problems(body), order_warnings(body)) == ([], [])
        assert Decimal(body.total) == order.total
        assert body.backfill is True
        assert (body.currency == "CHF") == (body.shipping_address.country == "CH")


def test_every_product_is_one_the_product_takes():
    for product in products():
        assert product_problems(msgspec.convert(product_body(product, ADDRESSES), ProductInput)) == []


def test_history_ends_the_day_before_the_first_start_at_the_same_hour():
    last = max(order.placed_at for shop in SHOPS for order in read_sample(shop.key))

    assert moved(last, first_start=FIRST_START) == datetime(2026, 11, 21, last.hour, last.minute, tzinfo=BERLIN)


def test_consents_are_recorded_with_their_wording_for_those_who_gave_them():
    shop = SHOPS[0]
    firsts = set(first_order_of(shop.key).values())
    orders = {order.number: history_order(shop, order, first_start=FIRST_START) for order in read_sample(shop.key)}
    by_answer = {orders[number]["customer"]["accepts_marketing"]: orders[number] for number in firsts}

    def given(body):
        return [(consent["channel"], consent["purpose"]) for consent in body["customer"]["consents"]]

    assert {number for number, body in orders.items() if given(body)} == firsts
    assert given(by_answer[True]) == [("email", "survey"), ("email", "marketing")]
    assert given(by_answer[False]) == [("email", "survey")]
    wording = by_answer[True]["customer"]["consents"][0]["wording"]
    assert wording.startswith(("Ja, Haselstube darf mich", "Yes, Haselstube may ask me"))


def test_nothing_moves_on_days_on_which_a_carrier_does_not_work():
    friday = datetime(2026, 11, 20, 16, 30, tzinfo=BERLIN)

    def moments(saturdays):
        return [heard_at(friday, timedelta(hours=hours), saturdays=saturdays) for hours in (2, 19, 43, 240)]

    assert moments(saturdays=True) == [
        datetime(2026, 11, 20, 18, 30, tzinfo=BERLIN),
        datetime(2026, 11, 21, 11, 30, tzinfo=BERLIN),
        datetime(2026, 11, 23, 11, 30, tzinfo=BERLIN),
        datetime(2026, 12, 2, 16, 30, tzinfo=BERLIN),
    ]
    assert moments(saturdays=False) == [
        datetime(2026, 11, 20, 18, 30, tzinfo=BERLIN),
        datetime(2026, 11, 23, 11, 30, tzinfo=BERLIN),
        datetime(2026, 11, 24, 11, 30, tzinfo=BERLIN),
        datetime(2026, 12, 4, 16, 30, tzinfo=BERLIN),
    ]


def test_labels_are_printed_on_the_next_working_day():
    saturday = datetime(2026, 11, 21, 12, 0, tzinfo=BERLIN)

    assert label_time(saturday) == datetime(2026, 11, 23, 16, 30, tzinfo=BERLIN)
    assert label_time(saturday - timedelta(days=2)) == datetime(2026, 11, 20, 16, 30, tzinfo=BERLIN)


def test_promises_skip_sundays_and_give_abroad_more_time():
    thursday = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)

    assert promised_day(thursday, "DE") == date(2026, 11, 23)
    assert promised_day(thursday, "CH") == date(2026, 11, 25)


def test_most_past_parcels_simply_arrive():
    numbers = [order.number for shop in SHOPS for order in read_sample(shop.key)]
    found = [scenario_of(number) for number in numbers]

    assert found == [scenario_of(number) for number in numbers]
    assert found.count(Scenario.NORMAL) > len(found) / 2
    assert set(found) == set(Scenario) - {Scenario.CUSTOMS}


def test_carriers_fit_the_country():
    carriers = {
        country: {carrier_of(person, name) for name, person in people().items() if person.country == country}
        for country in ("DE", "AT", "CH", "GB")
    }

    assert carriers == {
        "DE": {"dhl", "hermes", "dpd", "gls"},
        "AT": {"austrian_post", "dpd"},
        "CH": {"swiss_post"},
        "GB": {"dhl", "dpd"},
    }
