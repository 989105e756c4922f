"""The tracking page says from which amount on the next order is sent for nothing, and draws how far this one went."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from orders.free_shipping.choose import remove_free_shipping, set_free_shipping
from orders.models import Order
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tests.tracking.build import make_order, make_shipment
from tracking.models import Shipment


@pytest.fixture
def order(world):
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        make_shipment(world, order)
        return order


def choose(world, amount: int, country: str = ""):
    with merchant_scope(world.merchant.id):
        return set_free_shipping(
            merchant=world.merchant,
            store=world.store,
            country=country,
            currency="EUR",
            amount=Decimal(amount),
            now=clock.now(),
        )


def shown(world, order) -> str:
    with merchant_scope(world.merchant.id):
        token = page_links.page_token(
            merchant_id=world.merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=clock.now()
        )
    response = Client().get(f"/t/{token}")
    assert response.status_code == 200
    return response.content.decode()


OFFER = "nächste Bestellung versenden wir ab"


def test_it_is_shown_where_it_is_set_and_follows_each_change(world, order) -> None:
    assert OFFER not in shown(world, order)

    choose(world, 50)
    assert f"Ihre {OFFER} 50\xa0€ kostenlos." in shown(world, order)
    row = choose(world, 60, country="DE")
    assert f"Ihre {OFFER} 60\xa0€ kostenlos." in shown(world, order)
    with merchant_scope(world.merchant.id):
        Store.objects.update(tone="du")
    assert f"Deine {OFFER} 60\xa0€ kostenlos." in shown(world, order)
    with merchant_scope(world.merchant.id):
        remove_free_shipping(threshold_id=row.id)
    assert f"Deine {OFFER} 50\xa0€ kostenlos." in shown(world, order)


def test_another_country_or_currency_is_not_ours(world, order) -> None:
    choose(world, 50, country="AT")

    assert OFFER not in shown(world, order)


@pytest.mark.parametrize("status", ["attempt_failed", "exception", "expired"])
def test_while_a_parcel_is_in_trouble_nobody_hears_of_the_next_one(world, order, status) -> None:
    choose(world, 50)
    with merchant_scope(world.merchant.id):
        Shipment.objects.update(status=status)

    assert OFFER not in shown(world, order)


def test_a_cancelled_order_is_not_followed_by_an_offer(world) -> None:
    choose(world, 50)
    with merchant_scope(world.merchant.id):
        order = make_order(world, status="cancelled")

    assert OFFER not in shown(world, order)


def drawn(html: str) -> list[tuple[str, str]]:
    """The bars with the sentences that name them."""
    return re.findall(
        r'<progress class="meter" max="100" value="(\d+)" aria-labelledby="free-shipping-order"></progress>\s*'
        r'<p class="small" id="free-shipping-order">([^<]*)</p>',
        html,
    )


@pytest.mark.parametrize(
    ("amount", "percent", "sentence"),
    [
        (60, "83", "Diese Bestellung: 49,90\xa0€ von 60\xa0€"),
        (40, "100", "Diese Bestellung erreicht das mit 49,90\xa0€."),
    ],
)
def test_a_bar_says_how_far_this_order_went(world, order, amount, percent, sentence) -> None:
    choose(world, amount)

    assert drawn(shown(world, order)) == [(percent, sentence)]


def test_what_was_paid_for_sending_does_not_count(world, order) -> None:
    choose(world, 45)
    with merchant_scope(world.merchant.id):
        Order.objects.update(shipping_total="5.00")

    assert drawn(shown(world, order)) == [("99", "Diese Bestellung: 44,90\xa0€ von 45\xa0€")]


def test_whoever_gets_a_present_does_not_read_what_it_cost(world, order) -> None:
    choose(world, 60)
    with merchant_scope(world.merchant.id):
        Order.objects.update(recipient={"name": "Oma"})

    html = shown(world, order)
    assert OFFER in html
    assert drawn(html) == []
    assert "49,90" not in html
