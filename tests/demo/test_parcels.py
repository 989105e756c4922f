"""The demo's parcels: their histories are ones the product understands."""

from datetime import timedelta

import pytest

from postpurchase.demo.parcels import Destination, Scenario, tracking_number, travel
from tracking.enums import STATUS_OF_SUBSTATUS, Carrier, DeliveryLocation, ShipmentStatus

CARRIERS = ("dhl", "hermes", "dpd", "gls", "swiss_post", "austrian_post")
BERLIN = Destination(city="Berlin", country="DE", recipient="Anna Weiß")
BERN = Destination(city="Bern", country="CH", recipient="Urs Kägi")


def statuses(**parcel):
    return [news.status for news in travel(**{"carrier": "dhl", "destination": BERLIN, "language": "de", **parcel})]


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("scenario", list(Scenario))
@pytest.mark.parametrize("language", ["de-AT", "en"])
def test_every_history_is_in_order_and_in_words_the_product_knows(carrier, scenario, language):
    for destination in (BERLIN, BERN):
        history = travel(carrier=carrier, scenario=scenario, destination=destination, language=language)

        assert [news.after for news in history] == sorted({news.after for news in history})
        assert history[0].after == timedelta(0)
        assert {news.status for news in history} <= set(ShipmentStatus.values)
        assert all(STATUS_OF_SUBSTATUS[news.substatus] == news.status for news in history if news.substatus)
        assert {news.delivery_location for news in history} <= {"", *DeliveryLocation.values}
        assert history[-1].status == "delivered"
        assert all(news.message and "{" not in news.message for news in history)
        assert carrier in Carrier.values


def test_a_normal_parcel_arrives_on_the_next_day():
    assert statuses(scenario=Scenario.NORMAL) == [
        "info_received",
        "in_transit",
        "in_transit",
        "in_transit",
        "out_for_delivery",
        "delivered",
    ]
    assert travel(carrier="dhl", scenario=Scenario.NORMAL, destination=BERLIN, language="de")[-1].after == timedelta(
        hours=19
    )


@pytest.mark.parametrize(("country", "days"), [("DE", 1), ("AT", 2), ("CH", 3)])
def test_abroad_takes_days_longer(country, days):
    destination = Destination(city="Ort", country=country, recipient="Anna Weiß")
    history = travel(carrier="dpd", scenario=Scenario.NORMAL, destination=destination, language="de")

    assert history[-1].after == timedelta(hours=19, days=days - 1)


def test_a_failed_attempt_ends_in_the_parcel_shop():
    assert statuses(scenario=Scenario.PARCEL_SHOP)[4:] == [
        "out_for_delivery",
        "attempt_failed",
        "available_for_pickup",
        "delivered",
    ]


def test_a_delay_costs_two_days():
    normal = travel(carrier="gls", scenario=Scenario.NORMAL, destination=BERLIN, language="de")[-1]
    late = travel(carrier="gls", scenario=Scenario.DELAYED, destination=BERLIN, language="de")[-1]

    assert late.after - normal.after == timedelta(days=2)


def test_switzerland_means_customs_at_the_border():
    history = travel(carrier="swiss_post", scenario=Scenario.CUSTOMS, destination=BERN, language="de-CH")

    assert [(news.substatus, news.city) for news in history[3:5]] == [
        ("in_transit_customs_started", "Basel"),
        ("in_transit_customs_cleared", "Basel"),
    ]


def test_the_neighbour_is_named():
    last = travel(carrier="dhl", scenario=Scenario.NEIGHBOUR, destination=BERLIN, language="de")[-1]

    assert (last.substatus, last.delivery_location, last.delivery_location_text) == (
        "delivered_to_neighbour",
        "neighbour",
        "Familie Lorenz",
    )
    assert last.message == "Die Sendung wurde bei einem Nachbarn abgegeben: Familie Lorenz."


def test_numbers_have_the_form_of_their_carrier():
    assert {carrier: tracking_number(carrier, 4711) for carrier in CARRIERS} == {
        "dhl": "00340434990000047115",
        "hermes": "H1099000000000004711",
        "dpd": "09980000004711",
        "gls": "999000047118",
        "swiss_post": "996099900000004711",
        "austrian_post": "1099999000000000004711",
    }
    with pytest.raises(ValueError, match="no parcels of 'ups'"):
        tracking_number("ups", 1)
